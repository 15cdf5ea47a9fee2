package chaintest

import (
	"context"
	"errors"
	"slices"
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

func suiteSettle(t *testing.T, w World) {
	asked := w.asked(t, 1, 2)
	before := asked[0].Place.Block
	tx := send(t, w.Outlet, w.settlements(t, asked))
	if mined(t, w.Outlet, tx) {
		t.Error("mined before there was a block")
	}
	if err := w.Outlet.Broadcast(t.Context(), tx.Tx); err != nil {
		t.Errorf("broadcast of what waits: %v", err)
	}
	w.Mine(t, 1)
	if !mined(t, w.Outlet, tx) {
		t.Fatal("not mined")
	}
	if err := w.Outlet.Broadcast(t.Context(), tx.Tx); err != nil {
		t.Errorf("broadcast of what is mined: %v", err)
	}
	if got := status(t, w.Outlet, messages.BlockRef{}, asked...)[0]; got != messages.OutcomeFulfilled {
		t.Errorf("status is %s", got)
	}
	if got := status(t, w.Outlet, before, asked...)[0]; got != 0 {
		t.Errorf("status as of the request's block is %s", got)
	}
	if gas, settled, err := w.Outlet.Spent(t.Context(), tx.Hash); err != nil || gas == 0 || settled != 1 {
		t.Errorf("spent %d gas for %d requests, %v", gas, settled, err)
	}
	span := w.scan(t)
	ends := ended(span)
	if len(ends) != 1 || ends[0].Request != asked[0].Request ||
		ends[0].Outcome != messages.OutcomeFulfilled || ends[0].Place.Tx != tx.Hash {
		t.Errorf("ended: %+v", ends)
	}
	w.nonces(t, before, span.Heads[len(span.Heads)-1].Ref)
}

// nonces expects that the outlet's sender sent nothing until before and once until after.
func (w World) nonces(t *testing.T, before, after messages.BlockRef) {
	t.Helper()
	for i, at := range []messages.BlockRef{before, after} {
		counts, err := w.Source.Nonces(t.Context(), []messages.Address{w.Outlet.Sender()}, at)
		want := messages.SenderNonce{Sender: w.Outlet.Sender(), Nonce: uint64(i)}
		if err != nil || !slices.Equal(counts, []messages.SenderNonce{want}) {
			t.Errorf("nonces at block %d: %+v, %v; want %d", at.Number, counts, err, i)
		}
	}
}

func suiteBatch(t *testing.T, w World) {
	asked := w.asked(t, 5, 1)
	tx := send(t, w.Outlet, w.settlements(t, asked))
	w.Mine(t, 1)
	ends := ended(w.scan(t))
	if len(ends) != len(asked) {
		t.Fatalf("%d of %d ended", len(ends), len(asked))
	}
	for i, end := range ends {
		if end.Request != asked[i].Request || end.Place.Tx != tx.Hash {
			t.Errorf("end %d: %+v", i, end)
		}
	}
	for i, got := range status(t, w.Outlet, messages.BlockRef{}, asked...) {
		if got != messages.OutcomeFulfilled {
			t.Errorf("status %d is %s", i, got)
		}
	}
}

// forge makes a settlement show another plaintext.
func forge(settle messages.Settle) messages.Settle {
	settle.Outcomes = slices.Clone(settle.Outcomes)
	settle.Outcomes[0].Plaintext = slices.Clone(settle.Outcomes[0].Plaintext)
	settle.Outcomes[0].Plaintext[0] ^= 1
	return settle
}

// unsettleable expects that Sign names the request.
func (w World) unsettleable(t *testing.T, batch []messages.Settle, culprit messages.RequestID) {
	t.Helper()
	nonce, err := w.Outlet.NextNonce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Outlet.Sign(t.Context(), batch, nonce)
	var named *chain.Unsettleable
	if !errors.As(err, &named) || named.Request != culprit {
		t.Errorf("sign: %v; want it to name %s", err, culprit)
	}
}

func suiteForged(t *testing.T, w World) {
	settles := w.settlements(t, w.asked(t, 3, 1))
	settles[1] = forge(settles[1])
	w.unsettleable(t, settles[1:2], settles[1].Requested.Request)
	w.unsettleable(t, settles, settles[1].Requested.Request)
	send(t, w.Outlet, []messages.Settle{settles[0], settles[2]})
	w.Mine(t, 1)
	if ends := ended(w.scan(t)); len(ends) != 2 {
		t.Errorf("the other two: %+v", ends)
	}
}

func suiteLate(t *testing.T, w World) {
	asked := w.asked(t, 1, 1)
	settles := w.settlements(t, asked)
	send(t, w.Rival, settles)
	w.Mine(t, 1)
	if got := status(t, w.Outlet, messages.BlockRef{}, asked...)[0]; got != messages.OutcomeFulfilled {
		t.Errorf("status is %s", got)
	}
	w.unsettleable(t, settles, asked[0].Request)
}

func suiteSkips(t *testing.T, w World) {
	asked := w.asked(t, 3, 1)
	settles := w.settlements(t, asked)
	send(t, w.Rival, settles[1:2])
	w.Mine(t, 1)
	tx := send(t, w.Outlet, settles)
	w.Mine(t, 1)
	ends := ended(w.scan(t))
	var numbers []uint64
	for _, end := range ends {
		numbers = append(numbers, end.Request.Number)
	}
	if !slices.Equal(numbers, []uint64{2, 1, 3}) || !mined(t, w.Outlet, tx) {
		t.Errorf("ended in order %v", numbers)
	}
}

func suiteVanished(t *testing.T, w World) {
	asked := w.asked(t, 1, 1)
	tx := send(t, w.Outlet, w.settlements(t, asked))
	w.Mine(t, 1)
	w.Reorg(t, 1, false)
	if mined(t, w.Outlet, tx) {
		t.Fatal("still mined after the reorg")
	}
	if gas, settled, err := w.Outlet.Spent(t.Context(), tx.Hash); err != nil || gas+uint64(settled) > 0 {
		t.Errorf("spent %d gas for %d requests though no block holds it, %v", gas, settled, err)
	}
	if err := w.Outlet.Broadcast(t.Context(), tx.Tx); err != nil {
		t.Fatal(err)
	}
	w.Mine(t, 1)
	if !mined(t, w.Outlet, tx) {
		t.Error("not mined again")
	}
	if got := status(t, w.Outlet, messages.BlockRef{}, asked...)[0]; got != messages.OutcomeFulfilled {
		t.Errorf("status is %s", got)
	}
}
