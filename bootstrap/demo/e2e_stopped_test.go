//go:build verify

package demo

import (
	"testing"

	"kmsgateway/messages"
)

func TestANodeStoppedWithRequestsPendingTakesThemUpAgain(t *testing.T) {
	t.Parallel()
	s, ctx := hurriedStage(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	s.leaveOne(ctx, t)
	var pending []asked
	for _, proof := range []messages.Proof{messages.ProofOpening, messages.ProofQuorum} {
		pending = append(pending, s.request(ctx, t, proof, s.sealed(ctx, t, proof.String())))
	}
	for _, one := range pending {
		if err := s.awaitFact(ctx, messages.FactThresholdAwaited, one.id, "party-2", "party-3"); err != nil {
			t.Fatalf("nobody says whom request %d waits for: %v", one.id.Number, err)
		}
	}
	if open := s.node.Status().Open; open != len(pending) {
		t.Errorf("%d requests are open", open)
	}
	if err := s.node.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	s.revive(ctx, t, 2)
	if err := s.startNode(ctx); err != nil {
		t.Fatal(err)
	}
	for _, one := range pending {
		end, settled := s.ending(ctx, t, one.id)
		if end.outcome != messages.OutcomeFulfilled ||
			string(settled.Outcomes[0].Plaintext) != settled.Proof.String() {
			t.Errorf("request %d ended %s", one.id.Number, end.outcome)
		}
	}
	s.keepsLaws(ctx, t, len(pending))
	s.checkPaidOnce(ctx, t)
}
