package dispatch

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

var noon = time.Unix(1_800_000_000, 0)

func dice() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func asked(number uint64, app byte) messages.Requested {
	return messages.Requested{
		Request: messages.RequestID{Chain: 1, Number: number, Digest: messages.Hash{app}},
		App:     messages.Address{app}, Handles: make([]messages.Handle, 1),
		RegisteredAt: make([]messages.Height, 1),
	}
}

// desk drives a pace as the mailbox does, with a ledger of its own.
type desk struct {
	*pace
	sent, closed map[messages.RequestID]bool
	posts        []messages.RequestID // of the last pump
	attempts     map[messages.RequestID]uint32
}

func newDesk(window int) *desk {
	return &desk{pace: newPace(window, dice()), sent: map[messages.RequestID]bool{},
		closed: map[messages.RequestID]bool{}, attempts: map[messages.RequestID]uint32{}}
}

func (d *desk) pump(now time.Time) []messages.RequestID {
	d.posts = nil
	d.pace.pump(now,
		func(id messages.RequestID) (bool, bool) { return !d.closed[id], d.sent[id] },
		func(requested messages.Requested, attempt uint32) {
			d.posts = append(d.posts, requested.Request)
			d.attempts[requested.Request] = attempt
		})
	return d.posts
}

func TestBackoffDoublesWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attempt := rapid.Uint32().Draw(t, "attempt")
		full := lastRetry
		for n, d := uint32(1), firstRetry; n < 8; n, d = n+1, 2*d {
			if n == max(attempt, 1) {
				full = min(d, lastRetry)
			}
		}
		got := backoff(attempt, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		if got < full/2 || got > full {
			t.Fatalf("attempt %d waits %s, want within %s and %s", attempt, got, full/2, full)
		}
	})
}

func TestBackoffScatters(t *testing.T) {
	waits := map[time.Duration]bool{}
	random := dice()
	for range 100 {
		waits[backoff(3, random)] = true
	}
	if len(waits) < 90 {
		t.Errorf("100 waits take only %d values", len(waits))
	}
}

func TestFirstPostAndRepeatsAreOnePath(t *testing.T) {
	d := newDesk(10)
	one := asked(1, 1)
	d.add(one, false, noon)
	d.add(one, false, noon) // said twice
	now := noon
	for attempt := uint32(1); attempt <= 8; attempt++ {
		if posts := d.pump(now); len(posts) != 1 || d.attempts[one.Request] != attempt {
			t.Fatalf("at attempt %d: posted %v, as number %d", attempt, posts,
				d.attempts[one.Request])
		}
		if posts := d.pump(now); len(posts) != 0 {
			t.Fatalf("posted again at once: %v", posts)
		}
		at, some := d.wake()
		if wait := at.Sub(now); !some || wait < firstRetry/2 || wait > lastRetry {
			t.Fatalf("after attempt %d the next is %v after %s", attempt, some, wait)
		}
		if posts := d.pump(at.Add(-1)); len(posts) != 0 {
			t.Fatalf("posted before it was due")
		}
		now = at
	}
}

func TestDeferredFreesThenRepeats(t *testing.T) {
	d := newDesk(1)
	d.add(asked(1, 1), false, noon)
	d.add(asked(2, 2), false, noon)
	if posts := d.pump(noon); len(posts) != 1 || posts[0].Number != 1 {
		t.Fatalf("posted %v into a window of one", posts)
	}
	first := asked(1, 1).Request
	if d.deferred(first, 2, noon) || d.deferred(asked(9, 9).Request, 1, noon) {
		t.Error("heard what answers no post")
	}
	if !d.deferred(first, 1, noon) || d.deferred(first, 1, noon) {
		t.Error("the answer to the post was not heard once")
	}
	if posts := d.pump(noon); len(posts) != 1 || posts[0].Number != 2 {
		t.Fatalf("the free place went to %v", posts)
	}
	d.drop(asked(2, 2).Request)
	d.pump(noon)
	at, some := d.wake()
	if !some {
		t.Fatal("the deferred request is never due")
	}
	if posts := d.pump(at); len(posts) != 1 || posts[0] != first || d.attempts[first] != 2 {
		t.Errorf("when due: posted %v", posts)
	}
}

func TestSentRowsAreNotPosted(t *testing.T) {
	d := newDesk(10)
	d.add(asked(1, 1), true, noon)  // known to be sent
	d.add(asked(2, 1), false, noon) // found to be sent when its time comes
	d.sent[asked(1, 1).Request], d.sent[asked(2, 1).Request] = true, true
	d.add(asked(3, 1), false, noon)
	if posts := d.pump(noon); len(posts) != 1 || posts[0].Number != 3 {
		t.Fatalf("posted %v", posts)
	}
	d.sent[asked(3, 1).Request] = true // its settlement is on the way
	if posts := d.pump(noon.Add(firstRetry)); len(posts) != 0 || len(d.flights.items) != 0 {
		t.Fatalf("posted %v, %d in flight", posts, len(d.flights.items))
	}
	clear(d.sent) // the transaction came to nothing
	if posts := d.pump(noon.Add(2 * lastRetry)); len(posts) != 3 {
		t.Errorf("posted %v once unsent", posts)
	}
}

func TestClosedAndVoidRowsGo(t *testing.T) {
	d := newDesk(2)
	for n := range uint64(6) {
		d.add(asked(n+1, byte(n%2)), false, noon)
	}
	d.pump(noon)
	d.drop(asked(1, 0).Request) // in flight
	d.drop(asked(3, 0).Request) // waiting
	d.closed[asked(5, 0).Request] = true
	var posted []uint64
	for _, id := range d.pump(noon) {
		posted = append(posted, id.Number)
	}
	if !slices.Equal(posted, []uint64{4}) {
		t.Errorf("posted %v", posted)
	}
	d.reread()
	d.add(asked(2, 1), false, noon) // all that the ledger still has
	d.forgotten()
	d.pump(noon)
	if len(d.rows) != 1 || len(d.flights.items) != 1 || len(d.apps) != 1 {
		t.Errorf("%d rows, %d flying, %d apps are left", len(d.rows), len(d.flights.items),
			len(d.apps))
	}
	d.drop(asked(2, 1).Request)
	d.pump(noon)
	if _, some := d.wake(); some || len(d.apps) != 0 {
		t.Error("something is left of nothing")
	}
}

// A crowd of one app, all due first, must not keep another's single request waiting: neither in
// the queue nor behind a window that the crowd fills.
func TestACrowdDoesNotDelayAnotherApp(t *testing.T) {
	d := newDesk(defaultWindow)
	const crowd = 50_000
	for n := range uint64(crowd) {
		d.add(asked(n+1, 1), false, noon)
	}
	first := len(d.pump(noon))
	if first < defaultWindow/2 || first >= defaultWindow {
		t.Fatalf("a crowd alone takes %d places of %d", first, defaultWindow)
	}
	single := asked(crowd+1, 2)
	d.add(single, false, noon)
	if posts := d.pump(noon); !slices.Contains(posts, single.Request) {
		t.Errorf("the single request waits behind the crowd; posted %d others", len(posts))
	}
}

func TestAppsTakeTurns(t *testing.T) {
	d := newDesk(8)
	for n := range uint64(20) {
		d.add(asked(n+1, 1), false, noon)
	}
	for n := range uint64(2) {
		d.add(asked(100+n, 2), false, noon.Add(time.Millisecond))
		d.add(asked(200+n, 3), false, noon.Add(time.Millisecond))
	}
	var order []byte // the eighth place is kept free for a fourth app
	for _, id := range d.pump(noon.Add(time.Millisecond)) {
		order = append(order, id.Digest[0])
	}
	for _, turn := range [][]byte{order[:3], order[3:6], order[6:]} {
		slices.Sort(turn)
	}
	if want := []byte{1, 2, 3, 1, 2, 3, 1}; !slices.Equal(order, want) {
		t.Errorf("posted rows of the apps %v, want %v", order, want)
	}
}

// Whatever happens in whatever order: the window holds, nothing is posted that is closed or sent,
// and once all is quiet every open row is posted or will be.
func TestPaceUnderAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.IntRange(1, 6).Draw(t, "window")
		d, now := newDesk(window), noon
		live := map[messages.RequestID]messages.Requested{}
		ids := func() []messages.Requested {
			var all []messages.Requested
			for n := range uint64(30) {
				for app := range byte(4) {
					if r, ok := live[asked(n, app).Request]; ok {
						all = append(all, r)
					}
				}
			}
			return all
		}
		check := func(posts []messages.RequestID) {
			for _, id := range posts {
				if _, ok := live[id]; !ok || d.sent[id] {
					t.Fatalf("posted %s, which has ended or is sent", id)
				}
			}
			if len(d.flights.items) > window {
				t.Fatalf("%d in flight, window %d", len(d.flights.items), window)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"admit": func(t *rapid.T) {
				r := asked(rapid.Uint64Range(0, 29).Draw(t, "n"), rapid.ByteRange(0, 3).Draw(t, "app"))
				live[r.Request] = r
				delete(d.closed, r.Request)
				d.add(r, d.sent[r.Request], now)
			},
			"close": func(t *rapid.T) {
				if all := ids(); len(all) > 0 {
					id := rapid.SampledFrom(all).Draw(t, "row").Request
					delete(live, id)
					d.closed[id] = true
					if rapid.Bool().Draw(t, "heard") { // the word may be lost
						d.drop(id)
					}
				}
			},
			"send": func(t *rapid.T) {
				if all := ids(); len(all) > 0 {
					id := rapid.SampledFrom(all).Draw(t, "row").Request
					d.sent[id] = !d.sent[id]
				}
			},
			"defer": func(t *rapid.T) {
				if all := ids(); len(all) > 0 {
					id := rapid.SampledFrom(all).Draw(t, "row").Request
					d.deferred(id, d.attempts[id], now)
				}
			},
			"pump": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond)
				check(d.pump(now))
			},
			"reread": func(*rapid.T) {
				d.reread()
				for _, r := range ids() {
					d.add(r, d.sent[r.Request], now)
				}
				d.forgotten()
			},
		})
		clear(d.sent)
		before := map[messages.RequestID]uint32{}
		for id, attempt := range d.attempts {
			before[id] = attempt
		}
		for range 50 {
			now = now.Add(lastRetry)
			check(d.pump(now))
			for _, r := range ids() {
				d.deferred(r.Request, d.attempts[r.Request], now)
			}
		}
		for _, r := range ids() {
			if d.attempts[r.Request] == before[r.Request] {
				t.Fatalf("%s is open and never posted", r.Request)
			}
		}
	})
}

func BenchmarkPace(b *testing.B) {
	const rows = 100_000
	for b.Loop() {
		d := newDesk(defaultWindow)
		for n := range uint64(rows) {
			d.add(asked(n+1, byte(n%16)), false, noon)
		}
		for posted := 0; posted < rows; {
			posts := d.pump(noon)
			posted += len(posts)
			for _, id := range posts {
				d.drop(id)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

// BenchmarkWaitingRows weighs rows that wait: they are rows, not actors.
func BenchmarkWaitingRows(b *testing.B) {
	const rows = 100_000
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		d := newDesk(0)
		for n := range uint64(rows) {
			d.add(asked(n+1, byte(n%16)), false, noon)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(d)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/rows, "heap-B/row")
}
