//go:build verify

package demo

import (
	"context"
	"testing"

	"kmsgateway/messages"
)

// earlyInEpoch mines until a reorg is deep above what was there before and above every final block.
func (s *stage) earlyInEpoch() {
	s.undisturbed(func(mine func()) {
		for mined := 1; ; mined++ {
			mine()
			at := s.chain.eth.BlockChain().CurrentBlock().Number.Uint64() % epoch
			if mined >= 2*reorgDepth && at == 2*reorgDepth {
				return
			}
		}
	})
}

// drop orphans the block of a request and all after it; what they held is not mined again.
func (s *stage) drop(ctx context.Context, t *testing.T, dropped asked) {
	t.Helper()
	head := must(s.user.client.BlockNumber(ctx))(t)
	// Blocks may come while this one is read.
	if err := s.chain.Reorg(head-dropped.block.Uint64()+reorgDepth, false); err != nil {
		t.Fatal(err)
	}
	s.user.nonce = must(s.user.client.PendingNonceAt(ctx, s.user.address))(t)
}

func TestARequestThatTheChainForgetsIsForgottenToo(t *testing.T) {
	t.Parallel()
	s, ctx := hurriedStage(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	for n, row := range []struct {
		name  string
		until messages.FactName // what the gateway has done with it when it is orphaned
	}{
		{"when it is admitted", messages.FactRequestAdmitted},
		{"when its settlement is sent", messages.FactSettlementSent},
		{"when it is fulfilled", messages.FactRequestClosed},
	} {
		t.Run(row.name, func(t *testing.T) {
			lost, kept := s.sealed(ctx, t, "lost"), s.sealed(ctx, t, "kept")
			s.earlyInEpoch() // the registrations are too deep to be orphaned
			orphan := s.request(ctx, t, messages.ProofOpening, lost)
			if err := s.awaitFact(ctx, row.until, orphan.id); err != nil {
				t.Fatal(err)
			}
			s.drop(ctx, t, orphan)
			heir := s.request(ctx, t, messages.ProofOpening, kept)
			if heir.id.Number != orphan.id.Number || heir.id == orphan.id {
				t.Fatalf("the heir of %s is %s", orphan.id, heir.id)
			}
			end, settled := s.ending(ctx, t, heir.id)
			if end.outcome != messages.OutcomeFulfilled ||
				string(settled.Outcomes[0].Plaintext) != "kept" {
				t.Errorf("the heir ended %s as %q", end.outcome, settled.Outcomes[0].Plaintext)
			}
			s.keepsLaws(ctx, t, n+1)
		})
	}
	if got := s.facts.count(messages.FactCursorUnwound); got < 3 {
		t.Errorf("the gateway noticed %d reorgs", got)
	}
	settledAll := func() bool { return s.node.Status().Open == 0 && s.node.Status().Fulfilled == 3 }
	if err := waitFor(ctx, awaitPoll, settledAll); err != nil {
		t.Errorf("the ledger tells another story than the chain: %+v", s.node.Status())
	}
}
