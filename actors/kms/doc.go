// Package kms is the right edge of a node: one proxy for each KMS party, a virtual actor of the
// kind of its party's region, through which every word to that party goes.
//
// A proxy gathers what is asked into few calls, bounds what is under way, and turns whatever comes
// back, or does not, into one of two words: an answer that fits the question, or a refusal with a
// code. It trusts a party with nothing: an answer about another request, of another party, of the
// wrong length or in no form at all is PARTY_GARBAGE in that party's name. Whether a share is
// valid is for the aggregator to find out.
//
// A party may be reached at several addresses, of which the first is taken for its active one.
// Shares are unique, so any may give them. Attestations come from the active one only, and which
// that is the party's operator decides: the others answer STANDBY, and the next is asked. What a
// standby refuses, the active one is asked again.
// route.go decides in which order, when the next is tried beside the first, and when instead of
// it.
//
// Board is the room's handle: how each party does, for those who choose whom to ask, and the
// room's health.
package kms
