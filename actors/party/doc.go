// Package party is the far bank: one KMS party, a trust domain of its own that holds one share of
// each key and believes no node.
//
// A node asks for a share or for an attestation over mutual TLS. Whatever it says about the chain
// is a hint: the party reads the event through its own endpoints, proven by the receipts root of a
// block that is final by its own setting, and re-hashes where every handle came from. It derives
// the app's key, the point and the scalar itself, from names; no interface here takes a point, a
// scalar, a derived key or a context.
//
//	server.go    the RPC: who may call, how much, decoded and answered
//	mailbox.go   the actor: decides, bounds, joins equal questions; never waits
//	policy.go    pure: may this be released?
//	outcome.go   pure: what follows from a key and a ciphertext
//	work.go      what workers do: read the chain and the journal, sign
//	journal/     what was released, and what was attested before the share left
//	vault/       custody of the shares
//
// Purpose of the journal: a repeated question is answered without asking the chain again, and a
// second, different outcome of a request is never signed, not even after a crash.
package party
