package vetkd_test

import (
	"testing"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
)

// A quorum signs outcomes; the signature is good for exactly them, this request, key and gateway.
func TestAttestation(t *testing.T) {
	s := newScene(t, 3, 5)
	master := s.dealing.Committee.Master()
	request := vetkd.Request{App: a(2), Handles: []vetkd.Handle{b(1), b(2)}, Selector: [4]byte{9}}
	outcomes := vetkd.Outcomes{
		{Handle: b(1), Status: 1, PlaintextHash: vetkd.Keccak256([]byte("bid"))},
		{Handle: b(2), Status: 2, PlaintextHash: vetkd.Keccak256()},
	}
	right := vetkd.Attestation{
		ChainID: 1, Gateway: a(1), RequestID: 7, RequestDigest: request.Digest(), KeyID: b(3),
		OutcomesDigest: outcomes.Digest(),
	}
	d := must[vetkd.Derived](t)(right.Derive(master))
	id := right.ID()
	sig := s.signWhole(t, d, id[:])
	if !right.Verify(master, sig) {
		t.Fatal("the quorum's signature is refused")
	}
	other, fewer := flipped(outcomes), outcomes[:1]
	swapped := vetkd.Outcomes{outcomes[1], outcomes[0]}
	for name, change := range map[string]func(*vetkd.Attestation){
		"another chain":     func(a *vetkd.Attestation) { a.ChainID++ },
		"another gateway":   func(a *vetkd.Attestation) { a.Gateway[0]++ },
		"another request":   func(a *vetkd.Attestation) { a.RequestID++ },
		"after a reorg":     func(a *vetkd.Attestation) { a.RequestDigest[0]++ },
		"another key":       func(a *vetkd.Attestation) { a.KeyID[0]++ },
		"another status":    func(a *vetkd.Attestation) { a.OutcomesDigest = other.Digest() },
		"another order":     func(a *vetkd.Attestation) { a.OutcomesDigest = swapped.Digest() },
		"one outcome fewer": func(a *vetkd.Attestation) { a.OutcomesDigest = fewer.Digest() },
	} {
		changed := right
		change(&changed)
		if changed.Verify(master, sig) {
			t.Errorf("%s: verifies", name)
		}
	}
	stranger := newScene(t, 2, 3).dealing.Committee.Master()
	if right.Verify(stranger, sig) || right.Verify(bls.PublicKey{}, sig) {
		t.Error("another master key, or none, verifies")
	}
	if right.Verify(master, bls.Signature{}) {
		t.Error("no signature verifies")
	}
}

func flipped(os vetkd.Outcomes) vetkd.Outcomes {
	out := append(vetkd.Outcomes{}, os...)
	out[0].Status ^= 3
	return out
}
