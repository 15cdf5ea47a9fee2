package chaintest

import (
	"context"
	"testing"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

// World is one chain with one gateway contract, made for one test.
type World struct {
	Source chain.Source
	Outlet chain.Outlet
	Rival  chain.Outlet    // of another funded key
	Start  messages.Height // the block of the deployment, below which nothing reorganises

	// Request leaves so many requests, of so many handles each, to the next Mine, which takes them
	// into one block. It may mine blocks before, for what the requests need.
	Request func(t testing.TB, requests, handles int)
	// Settlement opens every handle of one of these requests truly.
	Settlement func(t testing.TB, asked messages.Requested) messages.Settle
	// Mine makes blocks; the first takes what was broadcast.
	Mine func(t testing.TB, blocks int)
	// Reorg replaces the newest blocks by at least one more than so many. With keep their
	// transactions are mined again in the replacement; without, they are gone from pools too.
	Reorg func(t testing.TB, depth int, keep bool)
}

// Suite is what every Source and Outlet must do, and the room's two actors on top of them.
func Suite(t *testing.T, factory func(testing.TB) World) {
	rows := []struct {
		name string
		run  func(*testing.T, World)
	}{
		{"heads chain up by parent hash", suiteHeads},
		{"fifty requests in one block are scanned in order", suiteScan},
		{"what no block holds is refused", suiteBeyond},
		{"a reorg that keeps moves the request", suiteReorgKeeps},
		{"a reorg that drops takes the request away", suiteReorgDrops},
		{"one settlement ends one request", suiteSettle},
		{"a batch is one transaction", suiteBatch},
		{"a forged settlement is named", suiteForged},
		{"a settlement that came too late is named", suiteLate},
		{"a batch skips what a rival has settled", suiteSkips},
		{"a transaction that a reorg dropped can be broadcast again", suiteVanished},
		{"the room settles every request", suiteRing},
		{"the room survives a reorg of request and settlement", suiteRingReorg},
		{"the late twin of a superseded transaction is skipped", suiteTwin},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { row.run(t, factory(t)) })
	}
}

// tip is the latest height.
func (w World) tip(t testing.TB) messages.Height {
	t.Helper()
	tip, err := w.Source.Tip(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tip.Latest
}

// scan reads everything from the deployment on.
func (w World) scan(t testing.TB) chain.Span {
	t.Helper()
	span, err := w.Source.Scan(t.Context(), w.Start, w.tip(t))
	if err != nil {
		t.Fatal(err)
	}
	return span
}

// asked makes requests, mines them and returns them as scanned.
func (w World) asked(t testing.TB, requests, handles int) []messages.Requested {
	t.Helper()
	w.Request(t, requests, handles)
	w.Mine(t, 1)
	all := requested(w.scan(t))
	if len(all) < requests {
		t.Fatalf("scanned %d requests of %d", len(all), requests)
	}
	return all[len(all)-requests:]
}

func requested(span chain.Span) (all []messages.Requested) {
	for _, event := range span.Events {
		if event.Requested != nil {
			all = append(all, *event.Requested)
		}
	}
	return all
}

func ended(span chain.Span) (all []messages.Ended) {
	for _, event := range span.Events {
		if event.Ended != nil {
			all = append(all, *event.Ended)
		}
	}
	return all
}

// settlements opens each request truly.
func (w World) settlements(t testing.TB, asked []messages.Requested) (all []messages.Settle) {
	for _, one := range asked {
		all = append(all, w.Settlement(t, one))
	}
	return all
}

// send signs and broadcasts, and returns the transaction.
func send(t testing.TB, outlet chain.Outlet, settles []messages.Settle) chain.SignedTx {
	t.Helper()
	nonce, err := outlet.NextNonce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tx, err := outlet.Sign(t.Context(), settles, nonce)
	if err != nil {
		t.Fatal(err)
	}
	if err := outlet.Broadcast(t.Context(), tx.Tx); err != nil {
		t.Fatal(err)
	}
	return tx
}

func mined(t testing.TB, outlet chain.Outlet, tx chain.SignedTx) bool {
	t.Helper()
	is, err := outlet.Mined(t.Context(), tx.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func status(t testing.TB, outlet chain.Outlet, at messages.BlockRef, asked ...messages.Requested,
) []messages.Outcome {
	t.Helper()
	var ids []messages.RequestID
	for _, one := range asked {
		ids = append(ids, one.Request)
	}
	outcomes, err := outlet.Status(t.Context(), ids, at)
	if err != nil || len(outcomes) != len(ids) {
		t.Fatalf("status of %d requests: %v, %v", len(ids), outcomes, err)
	}
	return outcomes
}

func suiteHeads(t *testing.T, w World) {
	w.Mine(t, 3)
	if height, err := w.Outlet.Height(t.Context()); err != nil || height != w.tip(t) {
		t.Errorf("the outlet sees block %d, %v", height, err)
	}
	span := w.scan(t)
	for i, head := range span.Heads {
		alone, err := w.Source.Head(t.Context(), head.Ref.Number)
		if err != nil || alone != head {
			t.Fatalf("head %d alone: %+v, %v; in the span: %+v", head.Ref.Number, alone, err, head)
		}
		if head.Ref.Number != w.Start+messages.Height(i) {
			t.Errorf("head %d of the span is block %d", i, head.Ref.Number)
		}
		if i > 0 && (head.Parent != span.Heads[i-1].Ref.Hash || head.Time < span.Heads[i-1].Time) {
			t.Errorf("block %d does not follow the one before", head.Ref.Number)
		}
	}
	if len(span.Heads) < 4 {
		t.Errorf("%d heads", len(span.Heads))
	}
}

func suiteScan(t *testing.T, w World) {
	const n = 50
	asked := w.asked(t, n, 2)
	for i, one := range asked {
		if one.Request.Number != uint64(i+1) || one.Request.Digest == (messages.Hash{}) {
			t.Errorf("request %d is %s", i+1, one.Request)
		}
		if one.Place.Block != asked[0].Place.Block {
			t.Errorf("request %d is in block %s, want all in %s", i+1, one.Place.Block,
				asked[0].Place.Block)
		}
		if i > 0 && one.Place.LogIndex <= asked[i-1].Place.LogIndex {
			t.Errorf("request %d stands at log %d, the one before at %d", i+1, one.Place.LogIndex,
				asked[i-1].Place.LogIndex)
		}
		if len(one.Handles) != 2 || len(one.RegisteredAt) != 2 || one.App == (messages.Address{}) ||
			one.Options.Proof != messages.ProofOpening || one.Options.Deadline == 0 {
			t.Errorf("request %d lacks something: %+v", i+1, one)
		}
	}
	at := asked[0].Place.Block.Number
	head, err := w.Source.Head(t.Context(), at)
	if err != nil || head.Ref != asked[0].Place.Block || head.Time != asked[0].BlockTime {
		t.Errorf("block of the requests: %+v, %v", head, err)
	}
	part, err := w.Source.Scan(t.Context(), at, at)
	if err != nil || len(part.Heads) != 1 || len(part.Events) != n {
		t.Errorf("that block alone: %d heads, %d events, %v", len(part.Heads), len(part.Events), err)
	}
}

func suiteBeyond(t *testing.T, w World) {
	tip := w.tip(t)
	if _, err := w.Source.Head(t.Context(), tip+10); err == nil {
		t.Error("a head above the latest block was found")
	}
	if _, err := w.Source.Scan(t.Context(), tip, tip+10); err == nil {
		t.Error("blocks above the latest were scanned")
	}
	unknown := messages.Requested{Request: messages.RequestID{Chain: ChainID, Number: 1 << 40}}
	if got := status(t, w.Outlet, messages.BlockRef{}, unknown)[0]; got != 0 {
		t.Errorf("an unknown request is %s", got)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := w.Source.Tip(gone); err == nil {
		t.Error("a call went on after its context ended")
	}
}

func suiteReorgKeeps(t *testing.T, w World) {
	before := w.asked(t, 1, 1)[0]
	w.Reorg(t, 1, true)
	after := requested(w.scan(t))
	if len(after) != 1 || after[0].Request != before.Request {
		t.Fatalf("after the reorg: %+v", after)
	}
	if after[0].Place.Block == before.Place.Block {
		t.Error("the request did not move to another block")
	}
	if w.tip(t) <= before.Place.Block.Number {
		t.Error("the chain did not grow")
	}
}

func suiteReorgDrops(t *testing.T, w World) {
	before := w.asked(t, 1, 1)[0]
	w.Reorg(t, 1, false)
	if after := w.scan(t); len(after.Events) != 0 {
		t.Errorf("after the reorg: %+v", after.Events)
	}
	head, err := w.Source.Head(t.Context(), before.Place.Block.Number)
	if err != nil || head.Ref == before.Place.Block {
		t.Errorf("the dropped block is still canonical: %+v, %v", head, err)
	}
}
