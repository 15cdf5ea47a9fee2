// Package vetkd derives keys, encrypts to them and opens what was encrypted: vetKD (ePrint
// 2023/616) in the wire formats of the npm package @dfinity/vetkeys 0.4.0.
//
// One operation serves everything: a quorum signs an identity under a derived key, and that
// signature is the decryption key of the identity.
//
//	NewAppID, DerivePurpose      what the service derives: (master, purpose, chain, app), no more
//	Derive                       the same for any bytes: vectors, tools
//	Derived.Hash                 H(dpk, id), the point that the parties sign
//	SignShare                    one party's share, from (secret, derived key, id)
//	Encrypt, ParseCiphertext     identity-based encryption
//	Decrypt, Opening.Check       the plaintext, and the proof that it is the right one
//	InputID, Handle              the identity and the handle of a registered ciphertext
//	Request.Digest, Outcomes, Attestation   what a quorum attests
//
// A party derives delta, the derived key and the hash itself from names. Nothing here signs a
// point, a scalar or a derived key that somebody sent: SignShare takes a Derived, which only Derive
// makes, and an identity, which it hashes.
//
// An identity is used for one encryption only. Its key opens everything that was ever encrypted to
// it, also what was replaced or never reached the chain.
package vetkd
