package chain_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

// trouble is what goes wrong around a relay's leader.
type trouble struct {
	mu   sync.Mutex
	now  faults // mu
	idle bool   // mu; nobody leads: whoever proposes is a ghost
	seen int    // mu; such ghosts
}

// faults are what may be wrong at a time.
type faults struct {
	op      string        // of the chain that fails; "" none
	slow    time.Duration // that each call of the chain takes
	entry   messages.Code // that proposals end with; "" none
	applied bool          // although the entry is in
}

// set changes what is wrong; the zero faults heal all.
func (tr *trouble) set(now faults) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.now = now
}

func (tr *trouble) get() faults {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.now
}

// rest says whether nobody leads.
func (tr *trouble) rest(idle bool) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.idle = idle
}

func (tr *trouble) ghosts() int {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.seen
}

// haunt counts a proposal that nobody may make.
func (tr *trouble) haunt() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.idle {
		tr.seen++
	}
}

// beset lets the relay run into the troubles that are set from time to time.
func (r *relay) beset() *trouble {
	tr := &trouble{}
	r.c.Fault(func(ctx context.Context, call chaintest.Call) error {
		now := tr.get()
		if now.slow > 0 {
			select {
			case <-time.After(now.slow):
			case <-ctx.Done():
				return messages.ChainUnavailable(call.Op, ctx.Err())
			}
		}
		if call.Op == now.op {
			return messages.ChainUnavailable(call.Op, errors.New("connection refused"))
		}
		return nil
	})
	refuse := func(when bool) error {
		now := tr.get()
		if now.entry == "" || now.applied != when {
			return nil
		}
		return messages.Refused(now.entry, "propose", "so it was drawn")
	}
	r.ledger.Interrupt(func(messages.Entry) error {
		tr.haunt()
		return refuse(false)
	}, func(messages.Entry) error { return refuse(true) })
	return tr
}

// timeless hides a test's deadline, which is real time, from who asks for it in a bubble.
type timeless struct{ rapid.TB }

// TestNothingIsLostOrDoubledAcrossLeaders draws what nodes, blocks, reorgs, pools and the ledger do.
// In the end all heals: then every request has ended once, no nonce is open, and what the chain
// skipped was paid for by Supersedes that keep their distance.
func TestNothingIsLostOrDoubledAcrossLeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var supersedes, skips int
		rapid.Check(timeless{t}, func(rt *rapid.T) {
			r := newRelay(t)
			r.fail = rt
			tr := r.beset()
			r.lead(1)
			r.ask(2)
			r.c.Hold(node(1), rapid.Bool().Draw(rt, "the first is stuck"))
			r.say()
			for range rapid.IntRange(5, 40).Draw(rt, "steps") {
				r.step(rt, tr)
				synctest.Wait()
			}
			tr.set(faults{})
			for n := byte(1); n <= 3; n++ {
				r.c.Hold(node(n), false)
			}
			r.lead(rapid.ByteRange(1, 3).Draw(rt, "last leader"))
			r.finish()
			more, skipped := r.account()
			supersedes, skips = supersedes+more, skips+skipped
			r.kill()
			tr.rest(true)
			<-time.After(time.Minute)
			if tr.ghosts() > 0 {
				rt.Fatalf("%d proposals after the last term", tr.ghosts())
			}
		})
		t.Logf("%d supersedes and %d skips were drawn", supersedes, skips)
		if supersedes == 0 || skips == 0 {
			t.Error("nothing was ever superseded, or nothing skipped")
		}
	})
}

// step does one thing of what may happen.
func (r *relay) step(rt *rapid.T, tr *trouble) {
	now := tr.get()
	defer func() { tr.set(now) }()
	switch rapid.IntRange(0, 13).Draw(rt, "step") {
	case 0, 1:
		r.lead(rapid.ByteRange(1, 3).Draw(rt, "leader"))
	case 2:
		r.kill()
	case 3:
		r.ask(rapid.IntRange(1, 3).Draw(rt, "requests"))
	case 4, 5, 6:
		for range rapid.IntRange(1, supersedeAfter+2).Draw(rt, "blocks") {
			r.block()
		}
	case 8:
		r.c.Reorg(rapid.IntRange(1, 2).Draw(rt, "depth"), rapid.Bool().Draw(rt, "keep"))
	case 7, 9:
		r.c.Hold(node(rapid.ByteRange(1, 3).Draw(rt, "held")), rapid.Bool().Draw(rt, "hold"))
	case 10:
		r.c.Forget()
	case 11:
		now.op = rapid.SampledFrom([]string{"", "", "Broadcast", "Mined", "NextNonce", "Nonces",
			"Sign", "Scan"}).Draw(rt, "fails")
	case 12:
		now.entry = rapid.SampledFrom([]messages.Code{"", "", messages.CodeNotLeader,
			messages.CodeDeadline, messages.CodeConflict}).Draw(rt, "refused")
		now.applied = now.entry == messages.CodeDeadline && rapid.Bool().Draw(rt, "applied")
	default:
		r.say() // and no time to act on it
	}
}

// TestAStoppedTermProposesNothing ends a hundred terms in the middle of whatever they were at, and
// gives what might be left of them a minute.
func TestAStoppedTermProposesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		r.lead(1)
		r.ask(20)
		tr := r.beset()
		for term := range 100 {
			tr.set(faults{slow: 10 * time.Millisecond})
			r.lead(byte(term%3) + 1)
			r.c.Mine(1)
			r.say()
			<-time.After(time.Duration(term) * time.Millisecond)
			r.kill()
			tr.rest(true)
			<-time.After(time.Minute)
			if tr.ghosts() > 0 {
				t.Fatalf("term %d proposed %d times after it had ended", term, tr.ghosts())
			}
			tr.rest(false)
			if term%10 == 0 {
				r.c.Forget()
			}
		}
		tr.set(faults{})
		r.lead(1)
		r.finish()
		if _, skips := r.account(); skips != 0 {
			t.Errorf("%d skips", skips)
		}
	})
}
