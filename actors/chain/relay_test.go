package chain_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

// relay is nodes that take turns to lead over one ledger, each with a key of its own. It lives in a
// bubble: between two of its steps everybody is at rest.
type relay struct {
	t      testing.TB
	fail   failing // t, or who draws the steps
	c      *chaintest.Chain
	system *actor.ActorSystem
	ledger *chaintest.Ledger
	setup  func(*chaintest.Setup)
	ring   *chaintest.Ring // of who leads; nil while nobody does
	past   []*chaintest.Ring
}

// failing is what a test and a drawn one have in common.
type failing interface {
	Helper()
	Errorf(format string, arguments ...any)
	Fatalf(format string, arguments ...any)
}

// blockTime is between two blocks of a relay's chain.
const blockTime = 12 * time.Second

// supersedeAfter is a relay's wait for another sender's transaction, in blocks.
const supersedeAfter = 4

func newRelay(t testing.TB) *relay {
	r := &relay{t: t, fail: t, c: chaintest.NewChain(), system: chaintest.NewSystem(t),
		ledger: chaintest.NewLedger()}
	r.c.Lag(1, 3)
	return r
}

// node is the account of the n-th node, from 1.
func node(n byte) messages.Address { return messages.Address{n} }

// lead lets a node lead, in place of another.
func (r *relay) lead(n byte) {
	r.t.Helper()
	r.kill()
	setup := chaintest.Setup{System: r.system, Source: r.c, Outlet: r.c.Outlet(node(n)),
		Ledger: r.ledger, Start: chaintest.Start, Poll: time.Second, Retry: time.Second,
		Rebroadcast: 5 * time.Second, Supersede: supersedeAfter}
	if r.setup != nil {
		r.setup(&setup)
	}
	r.ring = chaintest.NewRing(r.t, setup)
	synctest.Wait()
}

// kill ends the leader's term where it stands.
func (r *relay) kill() {
	r.t.Helper()
	if r.ring == nil {
		return
	}
	r.ring.Stop(r.t)
	r.past, r.ring = append(r.past, r.ring), nil
}

// block mines one, lets its time pass, and has said again what is open and not sent, as the
// dispatcher does.
func (r *relay) block() {
	r.t.Helper()
	r.c.Mine(1)
	<-time.After(blockTime)
	r.say()
	synctest.Wait()
}

func (r *relay) say() {
	r.t.Helper()
	if r.ring == nil {
		return
	}
	for _, asked := range r.c.Asked() {
		if row, open, sent, _ := r.ledger.Row(asked.Request); open && !sent {
			r.ring.Settle(r.c.Settlement(row))
		}
	}
}

// ask has requests admitted, by whoever leads.
func (r *relay) ask(n int) {
	r.t.Helper()
	request(r.t, r.c, n, 1)
	r.c.Mine(1)
	<-time.After(2 * time.Second)
	synctest.Wait()
}

// finish lets blocks pass until nothing is open, and fails where that does not come.
func (r *relay) finish() {
	r.fail.Helper()
	for range 60 {
		if r.done() {
			return
		}
		r.block()
	}
	r.fail.Fatalf("still open: %s, health %+v", r.open(), r.ring.Submitter.Health())
}

// open is the journal for people.
func (r *relay) open() (lines []string) {
	for _, tx := range journal(r.ledger) {
		lines = append(lines, fmt.Sprintf("nonce %d of node %d, %d requests, superseded %v", tx.Nonce,
			tx.Sender[0], len(tx.Requests), tx.Superseded))
	}
	return lines
}

// sends counts what a node has journaled.
func (r *relay) sends(n byte) (count int) {
	for _, send := range entriesOf[messages.Send](r.ledger) {
		if send.Sender == node(n) {
			count++
		}
	}
	return count
}

func (r *relay) done() bool {
	for _, asked := range r.c.Asked() {
		if _, open, _, known := r.ledger.Row(asked.Request); open || !known {
			return false
		}
	}
	return len(journal(r.ledger)) == 0
}

// facts counts the facts of a name, of all terms.
func (r *relay) facts(name messages.FactName) (count int) {
	rings := r.past
	if r.ring != nil {
		rings = append(rings[:len(rings):len(rings)], r.ring)
	}
	for _, ring := range rings {
		count += len(ring.Facts.Of(name))
	}
	return count
}

// account holds the chain to the laws: each request ended once, whatever was signed for it beyond
// that is paid for by a Supersede, and these are as far apart as they must be. It returns how many
// there were and how many settlements were skipped.
func (r *relay) account() (supersedes, skips int) {
	r.fail.Helper()
	freed := map[messages.RequestID]int{}
	last := map[messages.RequestID]messages.Height{}
	sends := map[string][]messages.RequestID{}
	var cursor messages.Height
	for _, entry := range r.ledger.Entries() {
		switch e := entry.(type) {
		case messages.Admit:
			cursor = e.To.Number
		case messages.Unwind:
			cursor = e.To.Number
		case messages.Send:
			at := fmt.Sprint(e.Sender, e.Nonce)
			if sends[at] != nil {
				r.fail.Errorf("nonce %d of %s was journaled twice", e.Nonce, e.Sender)
			}
			sends[at] = e.Requests
		case messages.Supersede:
			supersedes++
			for _, id := range sends[fmt.Sprint(e.Sender, e.Nonce)] {
				if before, again := last[id]; again && cursor < before+supersedeAfter {
					r.fail.Errorf("%s was superseded at block %d and at %d", id, before, cursor)
				}
				freed[id]++
				last[id] = cursor
			}
		}
	}
	carried, ended := r.c.Settled()
	for _, asked := range r.c.Asked() {
		id := asked.Request
		if ended[id] != 1 {
			r.fail.Errorf("%s ended %d times", id, ended[id])
		}
		if over := carried[id] - ended[id]; over > freed[id] {
			r.fail.Errorf("%s was skipped %d times after %d supersedes", id, over, freed[id])
		}
		skips += carried[id] - ended[id]
	}
	return supersedes, skips
}

var errKilled = errors.New("killed")

// deaths are the steps of a settlement's way at which its leader may die.
func deaths() map[string]func(*relay) {
	return map[string]func(*relay){
		"before the Send": func(r *relay) {
			r.ledger.Interrupt(func(entry messages.Entry) error {
				if _, is := entry.(messages.Send); is {
					return messages.StorageFailed("append", errKilled)
				}
				return nil
			}, nil)
		},
		"after the Send, and it never heard": func(r *relay) {
			r.ledger.Interrupt(nil, func(entry messages.Entry) error {
				if _, is := entry.(messages.Send); is {
					r.c.Fault(refusing("Broadcast"))
					return messages.StorageFailed("append", errKilled)
				}
				return nil
			})
		},
		"after the Send, before the broadcast": func(r *relay) { r.c.Fault(refusing("Broadcast")) },
		"after the broadcast":                  func(*relay) {},
	}
}

func refusing(op string) func(context.Context, chaintest.Call) error {
	return func(_ context.Context, call chaintest.Call) error {
		if call.Op == op {
			return errKilled
		}
		return nil
	}
}

func (r *relay) heal() {
	r.c.Fault(nil)
	r.ledger.Interrupt(nil, nil)
}

func TestALeaderMayDieAtEachStep(t *testing.T) {
	for name, die := range deaths() {
		for _, mined := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, mined %v", name, mined), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRelay(t)
					for n := byte(1); n <= 3; n++ {
						r.lead(n)
						r.ask(3)
						die(r)
						r.say()
						synctest.Wait()
						if mined {
							r.c.Mine(1)
						}
						r.kill()
						r.heal()
					}
					r.lead(4)
					r.finish()
					if supersedes, skips := r.account(); supersedes+skips > 0 {
						t.Errorf("%d supersedes, %d skips: all was there to be mined", supersedes, skips)
					}
				})
			})
		}
	}
}
