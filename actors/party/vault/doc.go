// Package vault is the custody of a party's shares: one sealed file per key and epoch in a folder
// that belongs to the party alone.
//
//	Lock            what seals the files: a passphrase (scrypt) or an age identity file (X25519)
//	Add             writes one share: sealed, synced, then linked to its name
//	Open            unseals all shares into memory; a wrong lock or a damaged file stops the party
//	Vault.Sign      the only use of a share
//
// A share is never overwritten: its name is claimed with a hard link, which the file system refuses
// where the name is taken. So no bug above this package can lose a share, and an epoch that is over
// is erased by name, on purpose. Secrets live in bls.Secret, print REDACTED, and are wiped by
// Close.
package vault
