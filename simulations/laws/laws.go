// Package laws holds the invariants of the gateway as pure checks over the history of a run: what
// the rooms published, what the ledgers applied and what the chain shows at the end. A law is
// numbered as in the design's list; this package has 1, 2, 3, 5, 7, 8 and 10. It imports only
// messages and crypto, so that a demo, a simulation and a live node can all be held to the same
// laws. Where a run left no evidence for a law, Judge says so: nothing passes unseen.
package laws

import (
	"fmt"
	"slices"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// Settlement is a transaction's word about one request, with the lengths that the registrations
// declared.
type Settlement struct {
	Request     messages.RequestID
	Key         messages.KeyID
	Proof       messages.Proof
	Outcomes    []messages.HandleOutcome
	Lengths     []int    // bytes of each ciphertext's message, in the order of Outcomes
	Attestation [48]byte // zero where there is none
}

// Digest is the digest of the outcomes as the quorum signs it (CRYPTOGRAPHY 5).
func (s Settlement) Digest() messages.Hash {
	var outcomes vetkd.Outcomes
	for _, o := range s.Outcomes {
		outcomes = append(outcomes, vetkd.Outcome{Handle: vetkd.Handle(o.Handle),
			Status: uint8(o.Status), PlaintextHash: vetkd.Keccak256(o.Plaintext)})
	}
	return outcomes.Digest()
}

// oneOutcome counts endings by number alone: after a reorg two requests of one number must not both
// have ended on the canonical chain. Then it looks at what the rooms said.
func oneOutcome(h History) []Breach {
	ended := make(map[uint64]int)
	var breaches []Breach
	for _, end := range h.Ended {
		ended[end.Request.Number]++
		if ended[end.Request.Number] == 2 {
			breaches = append(breaches, Breach{2, end.Request, "ended more than once"})
		}
	}
	return append(breaches, manyLives(h)...)
}

// openingsOpen recomputes every settlement of the chain: the chain has done so too, which is no
// reason to trust it here.
func openingsOpen(h History) []Breach {
	var breaches []Breach
	for _, settlement := range h.Settlements {
		if problem := faultOf(h, settlement); problem != "" {
			breaches = append(breaches, Breach{3, settlement.Request, problem})
		}
	}
	return breaches
}

// faultOf says what is wrong with a settlement, "" where nothing is.
func faultOf(h History, s Settlement) string {
	attested := s.Proof == messages.ProofQuorum
	if len(s.Lengths) != len(s.Outcomes) {
		return "a registration is unknown"
	}
	for at, outcome := range s.Outcomes {
		if outcome.Status != messages.StatusOpened {
			attested = true
			continue
		}
		opening, err := vetkd.NewOpening(outcome.Seed[:], outcome.Plaintext)
		if err != nil || !opening.Check(outcome.C1, s.Lengths[at]) {
			return fmt.Sprintf("the opening of handle %s does not open its c1", outcome.Handle)
		}
	}
	if attested && !quorumSigned(h, s) {
		return "the outcomes are not signed by a quorum"
	}
	return ""
}

// quorumSigned verifies the attestation under the key that the settlement names; a key that the run
// did not have signs nothing.
func quorumSigned(h History, s Settlement) bool {
	at := slices.IndexFunc(h.Keys, func(k messages.KeyInfo) bool { return k.Key == s.Key })
	if at < 0 {
		return false
	}
	master, err := bls.ParsePublicKey(h.Keys[at].Master[:])
	if err != nil {
		return false
	}
	signature, err := bls.ParseSignature(s.Attestation[:])
	if err != nil {
		return false
	}
	return vetkd.Attestation{
		ChainID:        uint64(s.Request.Chain),
		Gateway:        vetkd.Address(h.Gateway),
		RequestID:      s.Request.Number,
		RequestDigest:  s.Request.Digest,
		KeyID:          vetkd.KeyID(s.Key),
		OutcomesDigest: s.Digest(),
	}.Verify(master, signature)
}

// nothingOrphaned compares whole identities: the digest tells a request from another of its number.
func nothingOrphaned(h History) []Breach {
	canonical := make(map[messages.RequestID]bool)
	for _, requested := range h.Canonical {
		canonical[requested.Request] = true
	}
	var breaches []Breach
	for _, settlement := range h.Settlements {
		if !canonical[settlement.Request] {
			breaches = append(breaches, Breach{5, settlement.Request,
				"settled, but the canonical chain holds no such request"})
		}
	}
	return breaches
}
