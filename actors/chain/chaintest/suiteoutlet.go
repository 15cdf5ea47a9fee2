package chaintest

import (
	"errors"
	"slices"
	"testing"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

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
	gas, settled, err := w.Outlet.Spent(t.Context(), tx.Hash)
	if err != nil || gas == 0 || settled != 1 {
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
	gas, settled, err := w.Outlet.Spent(t.Context(), tx.Hash)
	if err != nil || gas+uint64(settled) > 0 {
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
