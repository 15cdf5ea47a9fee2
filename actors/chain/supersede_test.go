package chain_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

// The first node's transaction bids too little and its node is gone for good, or comes back.
func TestAStuckTransactionIsSupersededOnce(t *testing.T) {
	for _, row := range []struct {
		name    string
		twin    func(*relay) // what becomes of the late twin once the requests have ended
		returns bool
	}{
		{"its pool still has it", func(r *relay) { r.c.Hold(node(1), false) }, false},
		{"the pool forgot it", func(r *relay) { r.c.Forget(); r.c.Hold(node(1), false) }, false},
		{"the pool forgot it and its node is back",
			func(r *relay) { r.c.Forget(); r.c.Hold(node(1), false) }, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRelay(t)
				r.lead(1)
				r.ask(3)
				r.c.Hold(node(1), true)
				r.say()
				synctest.Wait()
				r.lead(2)
				for range supersedeAfter + 4 {
					r.block()
				}
				for _, asked := range r.c.Asked() {
					if _, open, _, _ := r.ledger.Row(asked.Request); open {
						t.Errorf("%s is still open", asked.Request)
					}
				}
				for _, tx := range journal(r.ledger) {
					if tx.Sender != node(1) || !tx.Superseded {
						t.Fatalf("journal: %s", r.open())
					}
				}
				row.twin(r)
				if row.returns {
					r.lead(1)
				}
				r.finish()
				supersedes, skips := r.account()
				if supersedes != r.sends(1) || skips != 3 {
					t.Errorf("%d supersedes of %d transactions, %d skips", supersedes, r.sends(1), skips)
				}
				if got := r.facts(messages.FactSuperseded); got != 3 {
					t.Errorf("%d facts of superseded requests", got)
				}
				if got := r.facts(messages.FactGasWasted); got != supersedes {
					t.Errorf("%d facts of wasted gas", got)
				}
				r.ask(2) // and its sender is not held up
				r.finish()
			})
		})
	}
}

// A leader that comes back to its own superseded transaction needs no second one: its nonces are
// mined in order, so the second could only be skipped.
func TestASenderThatIsBackSettlesByItsSupersededTransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(3)
		r.c.Hold(node(1), true)
		r.say()
		synctest.Wait()
		sends := r.sends(1)
		r.lead(2)
		for r.facts(messages.FactSuperseded) < 3 {
			r.c.Mine(1)
			<-time.After(blockTime)
		}
		r.lead(1)
		r.block()
		r.c.Forget()
		r.c.Hold(node(1), false)
		r.finish()
		if supersedes, skips := r.account(); supersedes != sends || skips != 0 || r.sends(1) != sends ||
			r.sends(2) != 0 {
			t.Errorf("%d supersedes, %d skips; sent %d and %d", supersedes, skips, r.sends(1), r.sends(2))
		}
		r.ask(2)
		r.finish()
	})
}

// Three nodes bid too little one after the other: each is superseded in its time, by whoever leads.
func TestASecondStuckTransactionIsSupersededInItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(2)
		r.c.Hold(node(1), true)
		r.c.Hold(node(2), true)
		r.say()
		synctest.Wait()
		for _, n := range []byte{2, 3} {
			r.lead(n)
			for range supersedeAfter + 3 {
				r.block()
			}
		}
		r.c.Hold(node(1), false)
		r.c.Hold(node(2), false)
		r.finish()
		if supersedes, skips := r.account(); supersedes != r.sends(1)+r.sends(2) || skips != 4 {
			t.Errorf("%d supersedes of %d and %d, %d skips", supersedes, r.sends(1), r.sends(2), skips)
		}
	})
}

// Nobody led for a long time and the pool forgot all. The cursor then runs past the wait at once,
// but the transactions were given no chance yet.
func TestAfterAnOutageNothingIsSuperseded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(5)
		r.say()
		synctest.Wait()
		r.kill()
		r.c.Forget()
		r.c.Mine(10 * supersedeAfter)
		r.lead(2)
		<-time.After(5 * blockTime) // the cursor has caught up, and no block has come
		r.finish()
		if supersedes, skips := r.account(); supersedes+skips+r.sends(2) != 0 {
			t.Errorf("%d supersedes, %d skips, %d transactions more", supersedes, skips, r.sends(2))
		}
	})
}

// A leader that reaches no chain does not know what is mined: it supersedes nothing.
func TestABlindLeaderSupersedesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(1)
		r.say()
		synctest.Wait()
		r.c.Hold(node(1), true)
		for _, op := range []string{"Mined", "Broadcast"} {
			r.lead(2)
			r.c.Fault(func(_ context.Context, call chaintest.Call) error {
				if call.Op == op {
					return messages.ChainUnavailable(op, errors.New("connection refused"))
				}
				return nil
			})
			for range 2 * supersedeAfter {
				r.block()
			}
			if got := r.facts(messages.FactSuperseded); got != 0 {
				t.Errorf("%s fails: %d superseded", op, got)
			}
			if h := r.ring.Submitter.Health(); h.Grade != messages.Degraded {
				t.Errorf("%s fails: health %+v", op, h)
			}
			r.c.Fault(nil)
		}
		r.c.Hold(node(1), false)
		r.finish()
		r.account()
	})
}

// A twin is left alone while its requests are open: in a race one of the two only costs gas.
func TestASupersededTransactionIsLeftAloneWhileItIsNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(1)
		r.c.Hold(node(1), true)
		r.say()
		synctest.Wait()
		r.lead(2)
		tr := r.beset()
		tr.set(faults{op: "Sign"})
		for r.facts(messages.FactSuperseded) == 0 {
			r.block()
		}
		before := r.facts(messages.FactSettlementSent)
		for range 3 {
			r.block()
		}
		if after := r.facts(messages.FactSettlementSent); after != before {
			t.Errorf("handed over %d times more", after-before)
		}
		tr.set(faults{})
		r.c.Hold(node(1), false)
		r.finish()
		if supersedes, skips := r.account(); supersedes != 1 || skips > 1 {
			t.Errorf("%d supersedes, %d skips", supersedes, skips)
		}
	})
}

// A block had it, a reorg took it: then it has its chance again before it is superseded.
func TestAVanishedReceiptIsAFreshChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.c.Lag(1, 12) // the cursor is so far behind that what is mined stays open
		r.setup = func(s *chaintest.Setup) { s.Finality = chain.Finalized() }
		r.lead(1)
		request(t, r.c, 1, 1)
		r.c.Mine(14)
		<-time.After(blockTime)
		r.c.Hold(node(1), true)
		r.say()
		synctest.Wait()
		r.lead(2)
		r.block() // not mined: from now on its time could be over
		r.c.Hold(node(1), false)
		for range supersedeAfter - 1 {
			r.block()
		}
		r.c.Reorg(supersedeAfter, false)
		<-time.After(blockTime)
		r.finish()
		if supersedes, skips := r.account(); supersedes+skips != 0 {
			t.Errorf("%d supersedes, %d skips", supersedes, skips)
		}
	})
}

// A leader that has the key waits for itself, however long; and what nobody needs any more is not
// superseded, for it only has to end.
func TestWhatIsOursOrOverIsNotSuperseded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(2)
		r.c.Hold(node(1), true)
		r.say()
		for range 3 * supersedeAfter {
			r.block()
		}
		for _, asked := range r.c.Asked() {
			settleAs(t, r.c, node(9), []messages.Settle{r.c.Settlement(asked)})
			r.c.Mine(1)
		}
		<-time.After(blockTime)
		r.lead(2)
		for range 3 * supersedeAfter {
			r.block()
		}
		if got := r.facts(messages.FactSuperseded); got != 0 {
			t.Errorf("%d superseded", got)
		}
		r.c.Hold(node(1), false)
		r.finish()
	})
}

// The entry is in and nobody heard so: the look that finds it does not wait for its usual time.
func TestALostAnswerIsLookedIntoSoon(t *testing.T) {
	for _, code := range []messages.Code{messages.CodeNotLeader, messages.CodeDeadline,
		messages.CodeStorage, messages.CodeShuttingDown} {
		synctest.Test(t, func(t *testing.T) {
			r := newRelay(t)
			r.setup = func(s *chaintest.Setup) { s.Rebroadcast = time.Hour }
			r.lead(1)
			r.ask(1)
			tr := r.beset()
			tr.set(faults{entry: code, applied: true})
			r.say()
			synctest.Wait()
			tr.set(faults{})
			<-time.After(5 * time.Second)
			if sent := r.facts(messages.FactSettlementSent); sent == 0 || r.sends(1) != 1 {
				t.Errorf("%s: handed over %d times, signed %d", code, sent, r.sends(1))
			}
			r.finish()
			r.account()
		})
	}
}

// What a leader hands over for another is what that one signed; it signs under its own nonces only.
func TestNobodySignsUnderAnothersNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		signed := map[messages.Hash]messages.Address{}
		for n := byte(1); n <= 3; n++ {
			r.lead(n)
			r.c.Hold(node(n), true)
			r.ask(2)
			r.say()
			synctest.Wait()
			for _, tx := range journal(r.ledger) {
				was, known := signed[tx.Hash]
				if !known && tx.Sender != node(n) || known && was != tx.Sender {
					t.Errorf("while node %d leads: %s", n, r.open())
				}
				signed[tx.Hash] = tx.Sender
			}
		}
		handed := map[messages.Hash]bool{}
		r.c.Forget()
		r.c.Fault(func(_ context.Context, call chaintest.Call) error {
			if call.Op == "Broadcast" {
				handed[call.Hash] = true
			}
			return nil
		})
		r.lead(4) // at once, without a block or a timer
		for _, tx := range journal(r.ledger) {
			if !handed[tx.Hash] {
				t.Errorf("nonce %d of node %d is not handed over", tx.Nonce, tx.Sender[0])
			}
		}
		if len(handed) == 0 || r.sends(4) != 0 {
			t.Errorf("handed over %d, signed %d", len(handed), r.sends(4))
		}
	})
}

func TestALeaderThatNeverSentSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(1)
		if h := r.ring.Submitter.Health(); h.Grade != messages.Healthy ||
			!strings.Contains(h.Detail, "has sent nothing yet") {
			t.Errorf("health: %+v", h)
		}
		r.finish()
		if h := r.ring.Submitter.Health(); strings.Contains(h.Detail, "nothing yet") {
			t.Errorf("health: %+v", h)
		}
	})
}

// Somebody outside uses the first node's key. That node says so and waits for the cursor; another
// leader is not held up, and neither is the first one afterwards.
func TestAKeyInForeignHandsHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.setup = func(s *chaintest.Setup) { s.Finality = chain.Finalized() }
		r.lead(1)
		r.ask(1)
		r.finish()
		r.ask(2)
		for range 4 {
			r.c.Mine(1)
			<-time.After(blockTime)
		}
		all := r.c.Asked()
		settleAs(t, r.c, node(1), []messages.Settle{r.c.Settlement(all[1])})
		r.c.Mine(1)
		r.say()
		<-time.After(2 * time.Second)
		if h := r.ring.Submitter.Health(); h.Grade != messages.Degraded ||
			!strings.Contains(h.Detail, "somebody else uses the key") {
			t.Errorf("health: %+v", h)
		}
		r.lead(2)
		r.say()
		synctest.Wait()
		if h := r.ring.Submitter.Health(); h.Grade != messages.Healthy || r.sends(2) != 1 {
			t.Errorf("health: %+v; sent %d", h, r.sends(2))
		}
		r.finish()
		r.lead(1)
		r.ask(1)
		r.finish()
		if r.sends(1) != 2 {
			t.Errorf("the first node sent %d", r.sends(1))
		}
		r.account()
	})
}
