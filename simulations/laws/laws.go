// Package laws holds the invariants of the gateway as pure checks over the history of a run: what
// the rooms published and what the chain shows at the end. A law is numbered as in the design's
// list; this package has 1, 2, 3 and 5. It imports only messages and crypto, so that a demo, a
// simulation and a live node can all be held to the same laws.
package laws

import (
	"fmt"
	"slices"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// History is what a run leaves behind.
type History struct {
	Facts       []messages.Fact
	Canonical   []messages.Requested // the requests of the canonical chain at the end
	Settlements []Settlement         // the settlements of the canonical chain at the end
	Ended       []messages.Ended     // the endings of the canonical chain at the end
	Keys        []messages.KeyInfo
	Gateway     messages.Address
}

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

// Breach is one violation of a law.
type Breach struct {
	Law     int
	Request messages.RequestID
	Detail  string
}

// String renders the breach on one line.
func (b Breach) String() string {
	return fmt.Sprintf("law %d: request %d: %s", b.Law, b.Request.Number, b.Detail)
}

// Law is one invariant.
type Law struct {
	Number int
	Says   string
	Check  func(History) []Breach
}

// All lists the laws in order.
func All() []Law {
	return []Law{
		{1, "no admitted request is lost: each ends", nothingLost},
		{2, "at most one final outcome a request", oneOutcome},
		{3, "every opening opens its c1; every rejection is signed by a quorum", openingsOpen},
		{5, "nothing is settled for an event of an orphaned block", nothingOrphaned},
	}
}

// Check applies every law and returns all breaches, in the order of the laws.
func Check(history History) []Breach {
	var breaches []Breach
	for _, law := range All() {
		breaches = append(breaches, law.Check(history)...)
	}
	return breaches
}

func nothingLost(h History) []Breach {
	closed := make(map[messages.RequestID]bool)
	for _, ended := range h.Ended {
		closed[ended.Request] = true
	}
	canonical := make(map[messages.RequestID]bool)
	for _, requested := range h.Canonical {
		canonical[requested.Request] = true
	}
	reported := make(map[messages.RequestID]bool)
	var breaches []Breach
	lost := func(id messages.RequestID, detail string) {
		if !reported[id] && !closed[id] {
			reported[id] = true
			breaches = append(breaches, Breach{1, id, detail})
		}
	}
	for _, fact := range h.Facts {
		// A request of an orphaned block was never made; law 5 watches over those.
		if fact.Name == messages.FactRequestAdmitted && canonical[fact.Request] {
			lost(fact.Request, "admitted and never ended")
		}
	}
	for _, requested := range h.Canonical {
		lost(requested.Request, "on the chain and never ended")
	}
	return breaches
}

func oneOutcome(h History) []Breach {
	ended := make(map[uint64]int)
	var breaches []Breach
	for _, end := range h.Ended {
		ended[end.Request.Number]++
		if ended[end.Request.Number] == 2 {
			breaches = append(breaches, Breach{2, end.Request, "ended more than once"})
		}
	}
	return breaches
}

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
