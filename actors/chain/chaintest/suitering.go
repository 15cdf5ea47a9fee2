package chaintest

import (
	"testing"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

// soon is for timers that a test over a real chain does not want to wait for.
const soon = 50 * time.Millisecond

func (w World) ring(t testing.TB, finality chain.Finality) *Ring {
	return NewRing(t, Setup{Source: w.Source, Outlet: w.Outlet, Start: w.Start,
		Finality: finality, Retry: soon, Rebroadcast: soon})
}

func suiteRing(t *testing.T, w World) {
	const n = 8
	ring := w.ring(t, chain.Confirmations(0))
	w.Request(t, n, 1)
	w.Mine(t, 1)
	admitted := ring.AwaitAdmitted(t, w.tip(t))
	if len(admitted) != n {
		t.Fatalf("admitted %d", len(admitted))
	}
	ring.Settle(w.settlements(t, admitted)...)
	ring.AwaitSent(t, n)
	w.Mine(t, 1)
	for _, closed := range ring.AwaitClosed(t, n) {
		if closed.Outcome != messages.OutcomeFulfilled {
			t.Errorf("%s is %s", closed.Request, closed.Outcome)
		}
	}
	ring.Ledger.Journal(func(tx messages.JournaledTx) bool {
		t.Errorf("nonce %d is still open", tx.Nonce)
		return true
	})
}

func suiteRingReorg(t *testing.T, w World) {
	ring := w.ring(t, chain.Confirmations(0))
	w.Request(t, 1, 1)
	w.Mine(t, 1)
	admitted := ring.AwaitAdmitted(t, w.tip(t))
	ring.Settle(w.settlements(t, admitted)...)
	ring.AwaitSent(t, 1)
	w.Mine(t, 1)
	ring.AwaitClosed(t, 1)
	w.Reorg(t, 2, true)
	ring.Wake()
	ring.Facts.AwaitFact(t, messages.FactCursorUnwound, 1)
	ring.AwaitAdmitted(t, w.tip(t))
	again := ring.Admitted()
	if len(again) != 2 || again[0].Request != again[1].Request || again[0].Place == again[1].Place {
		t.Fatalf("admitted: %+v", again)
	}
	ring.Settle(w.settlements(t, again[1:])...) // in case the reorg left the settlement out
	for range 20 {
		if len(Words[messages.Closed](ring.Facts)) >= 2 {
			return
		}
		w.Mine(t, 1)
		ring.AwaitAdmitted(t, w.tip(t))
	}
	t.Error("the request was not settled again")
}
