package chain_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

func TestReorgUnwindsToTheAncestorAndAdmitsAnew(t *testing.T) {
	for _, keep := range []bool{true, false} {
		for depth := 1; depth <= 6; depth++ {
			c := chaintest.NewChain()
			ring := chaintest.NewRing(t, over(c))
			for range 8 {
				request(t, c, 1, 1)
				c.Mine(1)
				ring.AwaitAdmitted(t, tip(t, c))
			}
			ancestor := tip(t, c) - messages.Height(depth)
			before := ring.Ledger.NextRequest() - 1
			c.Reorg(depth, keep)
			request(t, c, 1, 1) // takes an orphaned number where the others were dropped
			c.Mine(1)
			ring.AwaitAdmitted(t, tip(t, c))
			unwound := ring.Facts.AwaitFact(t, messages.FactCursorUnwound, 1)
			if unwound.Block.Number != ancestor || unwound.Count != depth {
				t.Errorf("depth %d: unwound to %s by %d, want to %d", depth, unwound.Block,
					unwound.Count, ancestor)
			}
			want := before + 1
			if !keep {
				want -= uint64(depth)
			}
			if got := ring.Ledger.NextRequest() - 1; got != want {
				t.Errorf("depth %d, keep %v: %d requests, want %d", depth, keep, got, want)
			}
			ring.Stop(t)
			seen := ring.Facts.Of(messages.FactRequestSeen)
			if admitted := ring.Admitted(); len(seen) != len(admitted) {
				t.Errorf("depth %d: admitted %d times, seen %d", depth, len(admitted), len(seen))
			}
			for _, one := range canonical(t, c) {
				row, open, _, _ := ring.Ledger.Row(one.Request)
				if !open || row.Place != one.Place {
					t.Errorf("depth %d: row of %s: %+v", depth, one.Request, row.Place)
				}
			}
		}
	}
}

// canonical is every request on the chain now.
func canonical(t testing.TB, c *chaintest.Chain) (all []messages.Requested) {
	t.Helper()
	span, err := c.Scan(t.Context(), chaintest.Start, tip(t, c))
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range span.Events {
		if event.Requested != nil {
			all = append(all, *event.Requested)
		}
	}
	return all
}

func TestReorgDuringAScanIsFound(t *testing.T) {
	c := chaintest.NewChain()
	setup := over(c)
	setup.Poll = time.Millisecond // words to wake up may merge, and the ancestor needs another pass
	ring := chaintest.NewRing(t, setup)
	request(t, c, 2, 1)
	c.Mine(1)
	ring.AwaitAdmitted(t, tip(t, c))
	var done atomic.Bool
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op == "Scan" && done.CompareAndSwap(false, true) {
			c.Reorg(2, true)
		}
		return nil
	})
	c.Mine(1) // only now is there something to scan
	ring.Facts.AwaitFact(t, messages.FactCursorUnwound, 1)
	ring.AwaitAdmitted(t, tip(t, c))
	for _, one := range canonical(t, c) {
		if row, open, _, _ := ring.Ledger.Row(one.Request); !open || row.Place != one.Place {
			t.Errorf("row of %s stands at %+v", one.Request, row.Place)
		}
	}
}

// No timer of the ring goes off: what a reorg took is broadcast again because of the reorg.
func TestReorgThatTakesASettlementBringsItBackAtOnce(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, 1)
	ring.Settle(settles...)
	first := ring.AwaitSent(t, 1)[0]
	c.Mine(1)
	ring.AwaitAdmitted(t, tip(t, c))
	ring.AwaitClosed(t, 1)
	c.Reorg(1, false)
	c.Mine(1)
	ring.AwaitAdmitted(t, tip(t, c))
	if again := ring.Facts.AwaitFact(t, messages.FactSettlementSent, 2); again.Digest != first.Digest {
		t.Errorf("broadcast %s, then %s", first.Digest, again.Digest)
	}
	c.Mine(1)
	ring.Wake()
	ring.AwaitClosed(t, 2)
}

// After a restart the hashes below the cursor are not known: it goes back to what is final.
func TestReorgWhileStoppedUnwindsToFinal(t *testing.T) {
	c := chaintest.NewChain()
	c.Lag(2, 3)
	ring := chaintest.NewRing(t, over(c))
	c.Mine(6)
	request(t, c, 3, 1)
	c.Mine(1)
	ring.AwaitAdmitted(t, tip(t, c))
	ring.Stop(t)
	final := ring.Ledger.Final()
	c.Reorg(2, true)
	setup := over(c)
	setup.Ledger = ring.Ledger
	again := chaintest.NewRing(t, setup)
	if fact := again.Facts.AwaitFact(t, messages.FactCursorUnwound, 1); fact.Block.Number != final {
		t.Errorf("unwound to %s, final is %d", fact.Block, final)
	}
	if got := again.AwaitAdmitted(t, tip(t, c)); !slices.Equal(numbers(got), []uint64{1, 2, 3}) {
		t.Errorf("admitted anew: %v", numbers(got))
	}
}

func TestReorgBelowFinalizedHaltsAndAlarms(t *testing.T) {
	for _, row := range []struct {
		name    string
		restart bool
		lag     messages.Height
	}{
		{"below a final block", false, 2},
		{"of the final cursor itself", false, 0},
		{"of the final cursor itself, while stopped", true, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := chaintest.NewChain()
			c.Lag(0, row.lag)
			ring := chaintest.NewRing(t, over(c))
			request(t, c, 1, 1)
			c.Mine(8)
			ring.AwaitAdmitted(t, tip(t, c))
			setup := over(c)
			setup.Ledger = ring.Ledger
			if row.restart {
				ring.Stop(t)
			}
			c.Reorg(5, true)
			before := len(setup.Ledger.Entries())
			if row.restart {
				ring = chaintest.NewRing(t, setup)
			}
			ring.Wake()
			alarm := ring.Facts.AwaitFact(t, messages.FactChainHalted, 1)
			if alarm.Code != messages.CodeChainInconsistent {
				t.Errorf("alarm: %+v", alarm)
			}
			awaitGrade(t, ring.Listener.Health, messages.Down)
			c.Mine(3)
			ring.Wake()
			ring.Stop(t)
			if after := setup.Ledger.Entries(); len(after) != before {
				t.Errorf("proposed while halted: %+v", after[before:])
			}
		})
	}
}

func TestAnEndpointThatLagsMovesNothing(t *testing.T) {
	c := chaintest.NewChain()
	c.Mine(5)
	ring := chaintest.NewRing(t, over(c))
	ring.AwaitAdmitted(t, tip(t, c))
	behind := chaintest.NewChain()
	setup := over(behind)
	setup.Ledger = ring.Ledger
	ring.Stop(t)
	entries := len(ring.Ledger.Entries())
	lagging := chaintest.NewRing(t, setup)
	if detail := awaitGrade(t, lagging.Listener.Health, messages.Degraded); !strings.Contains(detail,
		"below the cursor") {
		t.Errorf("health: %s", detail)
	}
	lagging.Stop(t)
	if len(ring.Ledger.Entries()) != entries {
		t.Error("an entry was proposed")
	}
}
