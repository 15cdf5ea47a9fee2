// Package remote calls a KMS party over gRPC and mutual TLS 1.3; it is the kms room's way to the
// far bank, and no actor. What comes back is decoded in full before anyone sees it: a reply that
// does not decode is PARTY_GARBAGE, a party that cannot be reached, or shows a certificate of
// another name or authority, is PARTY_UNREACHABLE.
//
// Every call goes through a circuit: a time limit, a bound on calls in flight, a breaker.
package remote
