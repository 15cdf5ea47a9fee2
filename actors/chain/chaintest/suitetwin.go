package chaintest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

// deaf is an outlet whose chain does not hear some transactions, though it says that it did.
type deaf struct {
	chain.Outlet
	mu   sync.Mutex
	lost [][]byte // mu
}

// Broadcast drops what is lost.
func (d *deaf) Broadcast(ctx context.Context, tx []byte) error {
	d.mu.Lock()
	lost := slices.ContainsFunc(d.lost, func(one []byte) bool { return bytes.Equal(one, tx) })
	d.mu.Unlock()
	if lost {
		return nil
	}
	return d.Outlet.Broadcast(ctx, tx)
}

// lose sets what is not heard.
func (d *deaf) lose(txs ...[]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost = txs
}

// suiteTwin has a dead node's transactions superseded, a single settlement and a batch, and brings
// them into a block after another node's. The chain takes their gas and changes nothing.
func suiteTwin(t *testing.T, w World) {
	const n = 3
	settles := w.settlements(t, w.asked(t, n, 1))
	outlet := &deaf{Outlet: w.Rival}
	ring := NewRing(t, Setup{Source: w.Source, Outlet: outlet, Start: w.Start,
		Finality: chain.Confirmations(0), Retry: soon, Rebroadcast: soon, Supersede: 2})
	ring.AwaitAdmitted(t, w.tip(t))
	twins := w.sign(t, settles[:1], settles[1:])
	outlet.lose(twins[0].Tx, twins[1].Tx)
	for _, twin := range twins {
		if err := ring.Ledger.Propose(t.Context(), twin); err != nil {
			t.Fatal(err)
		}
	}
	for len(ring.Facts.Of(messages.FactSuperseded)) < n {
		w.Mine(t, 1)
		ring.AwaitAdmitted(t, w.tip(t))
		ring.awaitHanded(t, twins, ring.superseded)
	}
	ring.Settle(settles...)
	ring.Facts.Await(t, "the other node settles", func() bool {
		sent := ring.Facts.Of(messages.FactSettlementSent)
		return len(slices.DeleteFunc(sent, func(fact messages.Fact) bool {
			return fact.Digest == twins[0].Hash || fact.Digest == twins[1].Hash
		})) >= n
	})
	w.mineUntil(t, ring, func() bool { return len(Words[messages.Closed](ring.Facts)) >= n })
	outlet.lose()
	ring.awaitHanded(t, twins, func(messages.Hash) bool { return false })
	w.mineUntil(t, ring, func() bool {
		open := 0
		ring.Ledger.Journal(func(messages.JournaledTx) bool { open++; return true })
		return open == 0
	})
	ring.Facts.AwaitFact(t, messages.FactGasWasted, len(twins))
	for _, twin := range twins {
		gas, settled, err := w.Outlet.Spent(t.Context(), twin.Hash)
		if err != nil || gas == 0 || settled != 0 {
			t.Errorf("a twin of %d spent %d gas and settled %d, %v", len(twin.Requests), gas, settled,
				err)
		}
	}
	if ends := ended(w.scan(t)); len(ends) != n {
		t.Errorf("%d requests ended %d times", n, len(ends))
	}
}

// mineUntil mines and has admitted a block after the other: a pool may give the first of them some
// of its transactions only.
func (w World) mineUntil(t testing.TB, ring *Ring, so func() bool) {
	t.Helper()
	for range 20 {
		w.Mine(t, 1)
		ring.AwaitAdmitted(t, w.tip(t))
		if so() {
			return
		}
	}
	t.Fatalf("still open after 20 blocks; health %+v", ring.Submitter.Health())
}

// sign makes the outlet's next transactions, one for each batch.
func (w World) sign(t testing.TB, batches ...[]messages.Settle) (sends []messages.Send) {
	t.Helper()
	nonce, err := w.Outlet.NextNonce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, batch := range batches {
		tx, err := w.Outlet.Sign(t.Context(), batch, nonce+uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		send := messages.Send{Sender: w.Outlet.Sender(), Nonce: nonce + uint64(i), Tx: tx.Tx,
			Hash: tx.Hash}
		for _, settle := range batch {
			send.Requests = append(send.Requests, settle.Requested.Request)
		}
		sends = append(sends, send)
	}
	return sends
}

// awaitHanded returns once a whole look at the journal, that began after the call, has handed each
// of these to the chain, but for those that need no more of it.
func (r *Ring) awaitHanded(t testing.TB, sends []messages.Send, over func(messages.Hash) bool) {
	t.Helper()
	for _, send := range sends {
		before := r.count(messages.FactSettlementSent, send.Hash)
		r.Facts.Await(t, "a look at the journal", func() bool {
			handed := r.count(messages.FactSettlementSent, send.Hash) - before
			return handed >= 2*len(send.Requests) || over(send.Hash)
		})
	}
}

// superseded tells whether a transaction is.
func (r *Ring) superseded(hash messages.Hash) bool {
	return r.count(messages.FactSuperseded, hash) > 0
}

// count counts the facts of a name about a transaction.
func (r *Ring) count(name messages.FactName, hash messages.Hash) (count int) {
	for _, fact := range r.Facts.Of(name) {
		if fact.Digest == hash {
			count++
		}
	}
	return count
}
