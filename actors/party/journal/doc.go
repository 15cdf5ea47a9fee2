// Package journal is what a party must not forget, in one file (bbolt).
//
//	Release    which inputs of a request were released: so that the same question again costs no
//	           look at the chain
//	Attest     which outcomes of a request were attested: on disk before the share leaves, so that a
//	           second, different outcome is refused for ever, whatever happens to the process
//
// Nothing in it is secret: digests, key ids, block references. Records are never changed, and those
// of attestations are never removed.
package journal
