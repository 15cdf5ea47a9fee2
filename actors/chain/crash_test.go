package chain_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

// A crash may fall before an entry is in, or after it is in and before anybody heard.
func TestACrashAroundAdmitLosesAndDoublesNothing(t *testing.T) {
	for _, applied := range []bool{false, true} {
		for entry := 1; entry <= 3; entry++ {
			c := chaintest.NewChain()
			ledger := chaintest.NewLedger()
			crash := func() func(messages.Entry) error {
				var count int
				return func(messages.Entry) error {
					if count++; count >= entry {
						return messages.StorageFailed("append", errors.New("power is gone"))
					}
					return nil
				}
			}
			if applied {
				ledger.Interrupt(nil, crash())
			} else {
				ledger.Interrupt(crash(), nil)
			}
			for range 4 {
				request(t, c, 200, 1) // an entry each
				c.Mine(1)
			}
			setup := over(c)
			setup.Ledger = ledger
			dying := chaintest.NewRing(t, setup)
			awaitGrade(t, dying.Listener.Health, messages.Degraded)
			dying.Stop(t)
			ledger.Interrupt(nil, nil)
			revived := chaintest.NewRing(t, setup)
			revived.AwaitAdmitted(t, tip(t, c))
			var got []uint64
			for _, admit := range entriesOf[messages.Admit](ledger) {
				for _, event := range admit.Events {
					got = append(got, event.Requested.Request.Number)
				}
			}
			for i, number := range got {
				if number != uint64(i+1) {
					t.Fatalf("entry %d, applied %v: request %d at %d", entry, applied, number, i)
				}
			}
			if len(got) != 800 {
				t.Errorf("entry %d, applied %v: %d admitted", entry, applied, len(got))
			}
			revived.Stop(t)
		}
	}
}

func TestARequestIsSeenOnceThoughItsEntryFailed(t *testing.T) {
	c := chaintest.NewChain()
	ledger := chaintest.NewLedger()
	var failed atomic.Bool
	ledger.Interrupt(func(entry messages.Entry) error {
		if admit, is := entry.(messages.Admit); is && len(admit.Events) > 0 &&
			failed.CompareAndSwap(false, true) {
			return messages.NotLeader("propose")
		}
		return nil
	}, nil)
	request(t, c, 3, 1)
	c.Mine(1)
	setup := over(c)
	setup.Ledger, setup.Poll = ledger, time.Millisecond
	ring := chaintest.NewRing(t, setup)
	ring.AwaitAdmitted(t, tip(t, c))
	if seen := ring.Facts.Of(messages.FactRequestSeen); len(seen) != 3 || !failed.Load() {
		t.Errorf("seen %d times", len(seen))
	}
}
