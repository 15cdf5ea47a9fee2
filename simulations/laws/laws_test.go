package laws

import (
	"crypto/rand"
	"strings"
	"testing"

	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// world is a history in which all is well: one request, admitted, opened, attested and ended.
func world(t *testing.T) History {
	t.Helper()
	dealing, err := threshold.Dealer{Name: "test"}.Deal(rand.Reader, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	master := dealing.Committee.Master()
	key := messages.KeyInfo{Key: messages.KeyID{7}, Epoch: 1, Parties: 3, Threshold: 2,
		Master: master.Bytes()}
	derived, err := vetkd.DerivePurpose(master, vetkd.PurposeDecrypt, vetkd.NewAppID(1, vetkd.Address{1}))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ciphertext, err := vetkd.Encrypt(derived.Key(), []byte("identity"), seed, []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	id := messages.RequestID{Chain: 1, Number: 1, Digest: messages.Hash{9}}
	settlement := Settlement{Request: id, Key: key.Key, Proof: messages.ProofQuorum,
		Outcomes: []messages.HandleOutcome{{Handle: messages.Handle{3}, Status: messages.StatusOpened,
			Seed: seed, Plaintext: []byte("hello"), C1: ciphertext.C1()}},
		Lengths: []int{5}}
	history := History{Keys: []messages.KeyInfo{key}, Gateway: messages.Address{2},
		Facts:       []messages.Fact{{Name: messages.FactRequestAdmitted, Request: id}},
		Canonical:   []messages.Requested{{Request: id}},
		Ended:       []messages.Ended{{Request: id, Outcome: messages.OutcomeFulfilled}},
		Settlements: []Settlement{settlement}}
	history.Settlements[0].Attestation = attest(t, dealing, history)
	return history
}

// attest signs the first settlement's outcomes with two of the three shares.
func attest(t *testing.T, dealing threshold.Dealing, h History) [48]byte {
	t.Helper()
	s := h.Settlements[0]
	attestation := vetkd.Attestation{ChainID: 1, Gateway: vetkd.Address(h.Gateway),
		RequestID: s.Request.Number, RequestDigest: s.Request.Digest,
		KeyID: vetkd.KeyID(s.Key), OutcomesDigest: s.Digest()}
	derived, err := attestation.Derive(dealing.Committee.Master())
	if err != nil {
		t.Fatal(err)
	}
	id := attestation.ID()
	var shares []threshold.Share
	for _, own := range dealing.Shares[:2] {
		share, err := vetkd.SignShare(rand.Reader, own.Secret, derived, id[:])
		if err != nil {
			t.Fatal(err)
		}
		shares = append(shares, threshold.Share{Index: own.Index, Point: share})
	}
	coefficients, err := threshold.NewCoefficients([]threshold.Index{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	signature, err := coefficients.Combine(shares)
	if err != nil {
		t.Fatal(err)
	}
	return signature.Bytes()
}

func TestLawsHoldInAGoodHistory(t *testing.T) {
	if breaches := Check(world(t)); len(breaches) != 0 {
		t.Errorf("breaches: %v", breaches)
	}
}

// TestLawsSeeWhatIsBroken breaks one thing at a time and expects just the law that guards it.
func TestLawsSeeWhatIsBroken(t *testing.T) {
	good := world(t)
	for _, row := range []struct {
		name  string
		law   int
		says  string
		spoil func(*History)
	}{
		{"an admitted request never ends", 1, "never ended", func(h *History) { h.Ended = nil }},
		{"a request of the chain was never seen", 1, "on the chain", func(h *History) {
			h.Canonical = append(h.Canonical, messages.Requested{
				Request: messages.RequestID{Chain: 1, Number: 2}})
		}},
		{"an ending comes twice", 2, "more than once", func(h *History) {
			h.Ended = append(h.Ended, h.Ended[0])
		}},
		{"two requests of one number end", 2, "more than once", func(h *History) {
			h.Ended = append(h.Ended, messages.Ended{
				Request: messages.RequestID{Chain: 1, Number: 1, Digest: messages.Hash{8}}})
		}},
		{"another plaintext", 3, "does not open", func(h *History) {
			h.Settlements[0].Outcomes[0].Plaintext = []byte("hellO")
		}},
		{"another cut of seed and plaintext", 3, "does not open", func(h *History) {
			h.Settlements[0].Lengths[0] = 6
		}},
		{"a registration is unknown", 3, "unknown", func(h *History) {
			h.Settlements[0].Lengths = nil
		}},
		{"no attestation", 3, "quorum", func(h *History) {
			h.Settlements[0].Attestation = [48]byte{}
		}},
		{"an attestation of another request", 3, "quorum", func(h *History) {
			h.Gateway = messages.Address{3}
		}},
		{"a rejection without a quorum", 3, "quorum", func(h *History) {
			h.Settlements[0].Proof = messages.ProofOpening
			h.Settlements[0].Outcomes[0].Status = messages.StatusMalformed
		}},
		{"an unknown key", 3, "quorum", func(h *History) { h.Keys = nil }},
		{"settled for an orphaned block", 5, "no such request", func(h *History) {
			h.Canonical[0].Request.Digest = messages.Hash{1}
			h.Ended = append(h.Ended, messages.Ended{Request: h.Canonical[0].Request})
			h.Ended = h.Ended[1:]
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			history := clone(good)
			row.spoil(&history)
			breaches := Check(history)
			if len(breaches) != 1 || breaches[0].Law != row.law ||
				!strings.Contains(breaches[0].String(), row.says) {
				t.Errorf("breaches %v, want law %d saying %q", breaches, row.law, row.says)
			}
		})
	}
}

func clone(h History) History {
	h.Facts = append([]messages.Fact(nil), h.Facts...)
	h.Canonical = append([]messages.Requested(nil), h.Canonical...)
	h.Ended = append([]messages.Ended(nil), h.Ended...)
	h.Settlements = append([]Settlement(nil), h.Settlements...)
	first := &h.Settlements[0]
	first.Outcomes = append([]messages.HandleOutcome(nil), first.Outcomes...)
	first.Lengths = append([]int(nil), first.Lengths...)
	return h
}
