package chain_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

func TestATransactionIsJournaledBeforeItIsBroadcast(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, 5)
	var broadcasts atomic.Int64
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op != "Broadcast" {
			return nil
		}
		broadcasts.Add(1)
		if !slices.ContainsFunc(journal(ring.Ledger), func(tx messages.JournaledTx) bool {
			return tx.Hash == call.Hash
		}) {
			t.Errorf("%s is broadcast and not journaled", call.Hash)
		}
		return nil
	})
	ring.Settle(settles...)
	ring.AwaitSent(t, 5)
	c.Mine(1)
	if got := outcomesOf(ring.AwaitClosed(t, 5)); len(got) != 5 || broadcasts.Load() == 0 {
		t.Errorf("fulfilled %v by %d broadcasts", got, broadcasts.Load())
	}
}

func TestARestartBroadcastsTheJournal(t *testing.T) {
	c := chaintest.NewChain()
	dying := chaintest.NewRing(t, over(c))
	settles := ask(t, c, dying, 3)
	dead := errors.New("killed before it was sent")
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op == "Broadcast" {
			return dead
		}
		return nil
	})
	dying.Settle(settles...)
	dying.Facts.AwaitFact(t, messages.FactSettlementFailed, 3)
	dying.Stop(t)
	c.Fault(nil)
	sends := entriesOf[messages.Send](dying.Ledger)
	setup := over(c)
	setup.Ledger = dying.Ledger
	revived := chaintest.NewRing(t, setup)
	sent := revived.AwaitSent(t, 3)
	if sent[0].Digest != sends[0].Hash {
		t.Errorf("sent %s, journaled %s", sent[0].Digest, sends[0].Hash)
	}
	c.Mine(1)
	if got := outcomesOf(revived.AwaitClosed(t, 3)); len(got) != 3 {
		t.Errorf("fulfilled %v", got)
	}
	if again := entriesOf[messages.Send](dying.Ledger); len(again) != len(sends) {
		t.Errorf("%d transactions were signed, then %d", len(sends), len(again))
	}
}

// The entry is in, but nobody heard so: nothing may be signed a second time.
func TestALostAnswerOfTheLedgerSendsOnce(t *testing.T) {
	c := chaintest.NewChain()
	setup := over(c)
	setup.Retry, setup.Rebroadcast = time.Millisecond, time.Millisecond
	ring := chaintest.NewRing(t, setup)
	settles := ask(t, c, ring, 2)
	var lost atomic.Bool
	ring.Ledger.Interrupt(nil, func(entry messages.Entry) error {
		if _, is := entry.(messages.Send); is && lost.CompareAndSwap(false, true) {
			return messages.NotLeader("propose")
		}
		return nil
	})
	ring.Settle(settles[0])
	ring.AwaitSent(t, 1) // from the journal
	ring.Settle(settles[1])
	ring.Facts.Await(t, "both are journaled", func() bool {
		return len(entriesOf[messages.Send](ring.Ledger)) == 2
	})
	ring.Facts.Await(t, "both are sent", func() bool {
		sent := ring.Facts.Of(messages.FactSettlementSent)
		return sent[len(sent)-1].Request == settles[1].Requested.Request
	})
	c.Mine(1)
	ring.AwaitClosed(t, 2)
	for _, send := range entriesOf[messages.Send](ring.Ledger) {
		if len(send.Requests) != 1 {
			t.Errorf("sent %v together", send.Requests)
		}
	}
}

func TestRepeatedSettlesSendOnce(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, 2)
	for range 50 {
		ring.Settle(settles...)
	}
	ring.AwaitSent(t, 2)
	ring.Settle(settles...) // journaled
	c.Mine(1)
	ring.AwaitClosed(t, 2)
	ring.Settle(settles...) // closed
	more := ask(t, c, ring, 1)
	ring.Settle(more...)
	sent := ring.AwaitSent(t, 3)
	perRequest := map[uint64]int{}
	for _, entry := range entriesOf[messages.Send](ring.Ledger) {
		for _, id := range entry.Requests {
			perRequest[id.Number]++
		}
	}
	for number, n := range perRequest {
		if n != 1 {
			t.Errorf("request %d is in %d transactions", number, n)
		}
	}
	if len(perRequest) != 3 || sent[2].Request.Number != 3 {
		t.Errorf("sent %v", perRequest)
	}
}

func TestAForeignSettlementIsLeftToTheListener(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, 2)
	settleAs(t, c, rivals, settles[:1])
	c.Mine(1) // above the cursor
	ring.Settle(settles...)
	ring.AwaitSent(t, 1)
	if closes := entriesOf[messages.Close](ring.Ledger); len(closes) != 0 {
		t.Errorf("closed what a reorg may open: %+v", closes)
	}
	c.Mine(1)
	ring.AwaitClosed(t, 2)
	if sends := entriesOf[messages.Send](ring.Ledger); len(sends) != 1 || len(sends[0].Requests) != 1 {
		t.Errorf("sent %+v", sends)
	}
}

func TestAForeignSettlementBehindTheCursorClosesTheRow(t *testing.T) {
	c := chaintest.NewChain()
	c.Omit(func(e messages.Event) bool { return e.Ended != nil })
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, 1)
	settleAs(t, c, rivals, settles)
	c.Mine(1)
	ring.AwaitAdmitted(t, tip(t, c))
	cursor := ring.Ledger.Cursor()
	ring.Settle(settles...)
	closed := ring.AwaitClosed(t, 1)
	want := messages.Closed{Request: settles[0].Requested.Request,
		Outcome: messages.OutcomeFulfilled, At: cursor}
	if closed[0] != want || len(entriesOf[messages.Close](ring.Ledger)) != 1 {
		t.Errorf("closed %+v, want %+v", closed[0], want)
	}
	if sends := entriesOf[messages.Send](ring.Ledger); len(sends) != 0 {
		t.Errorf("sent %+v", sends)
	}
}

// settleAs has another account settle, into the next block.
func settleAs(t testing.TB, c *chaintest.Chain, sender messages.Address, settles []messages.Settle) {
	t.Helper()
	outlet := c.Outlet(sender)
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
}

func TestAVanishedReceiptIsBroadcastAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chaintest.NewChain()
		setup := over(c)
		setup.Rebroadcast = 15 * time.Second
		setup.Finality = chain.Confirmations(2)
		ring := chaintest.NewRing(t, setup)
		synctest.Wait() // the first look at the journal is over
		request(t, c, 1, 1)
		c.Mine(3)
		asked := ring.AwaitAdmitted(t, tip(t, c)-2)
		ring.Settle(c.Settlement(asked[0]))
		first := ring.AwaitSent(t, 1)[0]
		c.Mine(1)
		<-time.After(time.Minute)
		if sent := ring.Facts.Of(messages.FactSettlementSent); len(sent) != 1 {
			t.Errorf("%d broadcasts of what is mined", len(sent))
		}
		c.Reorg(1, false)
		again := ring.Facts.AwaitFact(t, messages.FactSettlementSent, 2)
		if again.Digest != first.Digest {
			t.Errorf("broadcast %s, then %s", first.Digest, again.Digest)
		}
		c.Mine(3)
		ring.AwaitClosed(t, 1)
		if sends := entriesOf[messages.Send](ring.Ledger); len(sends) != 1 {
			t.Errorf("%d transactions", len(sends))
		}
	})
}

func TestAForeignTransactionOnOurNonceIsOutlived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chaintest.NewChain()
		setup := over(c)
		setup.Retry = time.Second
		ring := chaintest.NewRing(t, setup)
		settles := ask(t, c, ring, 3)
		ring.Settle(settles[0])
		ring.AwaitSent(t, 1)
		synctest.Wait()   // nobody looks before there is more to see
		c.Reorg(1, false) // the pool forgets ours,
		request(t, c, 3, 1)
		c.Mine(1)
		theirs := c.Settlement(canonical(t, c)[2])
		settleAs(t, c, ours, []messages.Settle{theirs}) // and somebody else has the key
		c.Mine(1)
		ring.AwaitAdmitted(t, tip(t, c))
		asked := ring.Admitted()
		synctest.Wait() // the listener looks no further
		settleAs(t, c, ours, []messages.Settle{c.Settlement(asked[4])})
		c.Mine(1)
		ring.Settle(c.Settlement(asked[3]))
		<-time.After(time.Second)
		synctest.Wait()
		if h := ring.Submitter.Health(); h.Grade != messages.Degraded ||
			!strings.Contains(h.Detail, "somebody else uses the key") {
			t.Errorf("health: %+v", h)
		}
		ring.AwaitClosed(t, 2) // the cursor sees which nonces have ended
		ring.AwaitSent(t, 2)
		c.Mine(1)
		ring.AwaitClosed(t, 3)
	})
}
