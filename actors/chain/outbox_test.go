package chain

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

func waiting(number uint64, plaintext int, callback uint32) messages.Settle {
	return messages.Settle{
		Requested: messages.Requested{
			Request: messages.RequestID{Chain: 1, Number: number},
			Options: messages.Options{CallbackGasLimit: callback},
			Place:   messages.EventPlace{Block: messages.BlockRef{Number: messages.Height(number)}},
		},
		Outcomes: []messages.HandleOutcome{{Status: messages.StatusOpened,
			Plaintext: make([]byte, plaintext)}},
	}
}

func numbersOf(batch []messages.Settle) (n []uint64) {
	for _, settle := range batch {
		n = append(n, settle.Requested.Request.Number)
	}
	return n
}

func TestGasOfCoversWhatIsPaidFor(t *testing.T) {
	plain := gasOf(waiting(1, 32, 0))
	if plain < 100_000 || plain > 200_000 {
		t.Errorf("a plain settlement is taken for %d gas", plain)
	}
	if got := gasOf(waiting(1, 32, 63_000)) - plain; got != 64_000 {
		t.Errorf("a callback of 63,000 gas adds %d", got)
	}
	if got := gasOf(waiting(1, 1056, 0)) - plain; got < 16*1024 {
		t.Errorf("a kilobyte of plaintext adds %d", got)
	}
	attested := waiting(1, 32, 0)
	attested.Attestation = &[48]byte{}
	if got := gasOf(attested) - plain; got < 150_000 {
		t.Errorf("an attestation adds %d", got)
	}
	two := waiting(1, 32, 0)
	two.Outcomes = append(two.Outcomes, two.Outcomes[0])
	if got := gasOf(two) - plain; got < 35_000 {
		t.Errorf("another handle adds %d", got)
	}
	if whole := defaultMaxGas / plain; whole < maxBatch {
		t.Errorf("only %d plain settlements fit into a transaction", whole)
	}
}

// However large the settlements are: batches keep the order, fit into the gas unless one alone
// does not, and lose nothing.
func TestTakePacksByGas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 1024), 1, 120).Draw(t, "plaintexts")
		callback := rapid.Uint32Range(0, 3_000_000).Draw(t, "callback gas")
		maxGas := rapid.Uint64Range(1, defaultMaxGas).Draw(t, "gas")
		box := newOutbox()
		for i, size := range sizes {
			if !box.add(waiting(uint64(i+1), size, callback)) {
				t.Fatalf("refused %d", i+1)
			}
		}
		var all []uint64
		for len(box.waiting) > 0 {
			batch := box.take(maxGas)
			var gas uint64
			for _, settle := range batch {
				gas += gasOf(settle)
			}
			if len(batch) == 0 || len(batch) > maxBatch || gas > maxGas && len(batch) > 1 {
				t.Fatalf("a batch of %d with %d gas of %d", len(batch), gas, maxGas)
			}
			if len(box.waiting) > 0 && len(batch) < maxBatch && gas+gasOf(box.waiting[0]) <= maxGas {
				t.Fatalf("the next would have fitted")
			}
			all = append(all, numbersOf(batch)...)
			box.settle(batch, nil)
		}
		if !slices.IsSorted(all) || len(all) != len(sizes) || len(box.held) != 0 {
			t.Fatalf("took %v of %d, %d are still held", all, len(sizes), len(box.held))
		}
	})
}

func TestOutboxHoldsARequestOnce(t *testing.T) {
	box := newOutbox()
	if !box.add(waiting(1, 0, 0)) || box.add(waiting(1, 0, 0)) {
		t.Error("held twice while it waits")
	}
	batch := box.take(defaultMaxGas)
	if box.add(waiting(1, 0, 0)) {
		t.Error("taken in again while it is worked on")
	}
	box.settle(batch, nil)
	if !box.add(waiting(1, 0, 0)) {
		t.Error("not taken in once it is over")
	}
}

func TestOutboxIsBounded(t *testing.T) {
	box := newOutbox()
	for n := range uint64(maxWaiting) {
		if !box.add(waiting(n, 0, 0)) {
			t.Fatalf("refused %d", n)
		}
	}
	if box.add(waiting(maxWaiting, 0, 0)) {
		t.Error("takes in without a bound")
	}
}

func TestOutboxForgets(t *testing.T) {
	box := newOutbox()
	for n := uint64(1); n <= 6; n++ {
		box.add(waiting(n, 0, 0))
	}
	box.limit = 2
	batch := box.take(defaultMaxGas)
	box.forget(batch[0].Requested.Request)                 // 1, while worked on
	box.forget(messages.RequestID{Chain: 1, Number: 4})    // while waiting
	box.unwind(messages.BlockRef{Number: 5})               // 6
	box.forget(messages.RequestID{Chain: 1, Number: 1000}) // never heard of
	box.settle(batch, batch)
	box.limit = maxBatch
	if got := numbersOf(box.take(defaultMaxGas)); !slices.Equal(got, []uint64{2, 3, 5}) {
		t.Errorf("left are %v", got)
	}
}

func TestAgainKeepsItsPlace(t *testing.T) {
	box := newOutbox()
	for n := uint64(1); n <= 4; n++ {
		box.add(waiting(n, 0, 0))
	}
	box.limit = 3
	batch := box.take(defaultMaxGas)
	box.settle(batch, batch[1:])
	box.limit = maxBatch
	if got := numbersOf(box.take(defaultMaxGas)); !slices.Equal(got, []uint64{2, 3, 4}) {
		t.Errorf("next are %v", got)
	}
}

func TestJudge(t *testing.T) {
	rows := []struct {
		name string
		err  error
		n    int
		want verdict
	}{
		{"nobody answers", messages.ChainUnavailable("sign", nil), 5, verdictWait},
		{"the circuit is open", messages.Refused(messages.CodeCircuitOpen, "sign", ""), 1, verdictWait},
		{"too slow", messages.Refused(messages.CodeDeadline, "sign", ""), 1, verdictWait},
		{"too much at once", errors.New("exceeds block gas limit"), 5, verdictSplit},
		{"alone", errors.New("exceeds block gas limit"), 1, verdictRefuse},
	}
	for _, row := range rows {
		if got := judge(row.err, row.n); got != row.want {
			t.Errorf("%s: %d, want %d", row.name, got, row.want)
		}
	}
}

func TestOurNonce(t *testing.T) {
	rows := []struct {
		name  string
		a     account
		nonce uint64
		says  string
	}{
		{"never sent", account{mined: 7}, 7, ""},
		{"all mined", account{true, 7, 7, 7}, 7, ""},
		{"some wait", account{true, 10, 7, 7}, 10, ""},
		{"mined, and the cursor does not know it", account{true, 10, 5, 8}, 10, ""},
		{"fifteen wait", account{true, 22, 7, 7}, 22, ""},
		{"sixteen wait", account{true, 23, 7, 7}, 0, "16 transactions wait"},
		{"somebody else used the key", account{true, 7, 7, 9}, 0, "somebody else uses the key"},
		{"what the cursor saw is gone", account{true, 9, 9, 7}, 0, "nonces 7 to 8 are neither"},
		{"a gap below what waits", account{true, 9, 8, 7}, 0, "nonces 7 to 7 are neither"},
	}
	for _, row := range rows {
		nonce, err := row.a.nonce()
		if nonce != row.nonce || (err == nil) != (row.says == "") ||
			err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %d, %v", row.name, nonce, err)
		}
	}
}

func TestUnbroken(t *testing.T) {
	rows := []struct {
		name string
		open []uint64
		want uint64
	}{
		{"nothing is open", nil, 9},
		{"three lead up", []uint64{6, 7, 8}, 6},
		{"one leads up, behind a gap", []uint64{5, 6, 8}, 8},
		{"none leads up", []uint64{5, 6}, 9},
	}
	for _, row := range rows {
		if got := unbroken(9, row.open); got != row.want {
			t.Errorf("%s: %d, want %d", row.name, got, row.want)
		}
	}
}

func TestOverdue(t *testing.T) {
	hash, other := messages.Hash{1}, messages.Hash{2}
	tx := messages.JournaledTx{Hash: hash, SentAt: 100}
	gone := messages.JournaledTx{Hash: hash, SentAt: 100, Superseded: true}
	rows := []struct {
		name   string
		tx     messages.JournaledTx
		cursor messages.Height
		since  handed
		want   bool
	}{
		{"its time has come", tx, 110, handed{hash, 255}, true},
		{"a block too early", tx, 109, handed{hash, 255}, false},
		{"this leader has not tried it", tx, 200, handed{}, false},
		{"this leader tried it at this very block", tx, 200, handed{hash, 300}, false},
		{"this leader tried it a block ago", tx, 200, handed{hash, 299}, true},
		{"it was bumped since", tx, 200, handed{other, 255}, false},
		{"superseded already", gone, 200, handed{hash, 255}, false},
		{"the cursor went back below", tx, 98, handed{hash, 255}, false},
	}
	for _, row := range rows {
		if got := overdue(row.tx, row.cursor, 300, 10, row.since); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

func TestBatchesShrinkAndGrow(t *testing.T) {
	box := newOutbox()
	box.split(50)
	box.split(25)
	if box.limit != 12 {
		t.Errorf("limit %d", box.limit)
	}
	box.split(1)
	if box.limit != 1 {
		t.Errorf("limit %d", box.limit)
	}
	for range 10 {
		box.signed()
	}
	if box.limit != maxBatch {
		t.Errorf("grew to %d", box.limit)
	}
}
