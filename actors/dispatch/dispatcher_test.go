package dispatch_test

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"

	"kmsgateway/actors"
	"kmsgateway/actors/dispatch"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func asked(number uint64, app byte) messages.Requested {
	return messages.Requested{
		Request: messages.RequestID{Chain: 1, Number: number, Digest: messages.Hash{app}},
		App:     messages.Address{app},
		Place:   messages.EventPlace{Block: messages.BlockRef{Number: messages.Height(number)}},
	}
}

// world is a ledger, a poster and a publisher around one dispatcher.
type world struct {
	mu     sync.Mutex
	rows   []messages.Requested
	sent   map[messages.RequestID]bool
	table  messages.MemberTable
	posts  []messages.Decrypt
	at     []time.Duration // of each post, from the start
	facts  []messages.Fact
	start  time.Time
	system *actor.ActorSystem
	pid    *actor.PID
	*dispatch.Dispatcher
}

func (w *world) Rows(yield func(messages.Requested, bool) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, row := range w.rows {
		if !yield(row, w.sent[row.Request]) {
			return
		}
	}
}

func (w *world) Row(id messages.RequestID) (_ messages.Requested, open, sent, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, row := range w.rows {
		if row.Request == id {
			return row, true, w.sent[id], true
		}
	}
	return messages.Requested{}, false, false, false
}

func (w *world) Members() messages.MemberTable {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.table
}

func (w *world) Post(kind, id string, word any, _ *actor.PID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	decrypt := word.(messages.Decrypt)
	if kind != actors.KindRequest || id != decrypt.Requested.Request.String() {
		panic("posted to " + kind + " " + id)
	}
	w.posts = append(w.posts, decrypt)
	w.at = append(w.at, time.Since(w.start))
}

func (w *world) publish(_ context.Context, fact messages.Fact) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.facts = append(w.facts, fact)
}

// in runs a test in virtual time: it returns from settle when the dispatcher is at rest.
func in(t *testing.T, test func(*testing.T, *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{sent: map[messages.RequestID]bool{}, start: time.Now()}
		w.system = actor.NewActorSystem(actor.WithLoggerFactory(
			func(*actor.ActorSystem) *slog.Logger {
				return slog.New(slog.NewTextHandler(io.Discard, nil))
			}))
		defer w.system.Shutdown()
		test(t, w)
		if w.pid != nil {
			if err := w.system.Root.StopFuture(w.pid).Wait(); err != nil {
				t.Error(err)
			}
		}
	})
}

func (w *world) begin(t *testing.T, window int) {
	var err error
	w.Dispatcher, err = dispatch.New(dispatch.Config{Ledger: w, Poster: w, Publish: w.publish,
		Clock: time.Now, Rand: rand.New(rand.NewPCG(1, 2)), Window: window})
	if err != nil {
		t.Fatal(err)
	}
	w.pid = w.system.Root.Spawn(w.Props())
	synctest.Wait()
}

// admit puts rows into the ledger; say also tells the dispatcher.
func (w *world) admit(rows ...messages.Requested) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows = append(w.rows, rows...)
}

func (w *world) remove(id messages.RequestID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows = slices.DeleteFunc(w.rows, func(r messages.Requested) bool { return r.Request == id })
}

func (w *world) hear(words ...any) {
	for _, word := range words {
		w.system.Root.Send(w.pid, word)
	}
	synctest.Wait()
}

// wait lets virtual time pass.
func wait(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// posted returns the numbers and attempts of all posts so far.
func (w *world) posted() (numbers []uint64, attempts []uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, post := range w.posts {
		numbers = append(numbers, post.Requested.Request.Number)
		attempts = append(attempts, post.Attempt)
	}
	return numbers, attempts
}

func TestAdmittedIsPostedAtOnceAndRepeated(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.begin(t, 10)
		w.admit(asked(1, 1))
		w.hear(messages.Admitted{Requested: asked(1, 1)}, messages.Admitted{Requested: asked(1, 1)})
		wait(10 * time.Minute)
		_, attempts := w.posted()
		for i, attempt := range attempts {
			if attempt != uint32(i+1) {
				t.Fatalf("attempts %v", attempts)
			}
		}
		if w.at[0] != 0 || w.at[1] > time.Second || len(attempts) < 12 || len(attempts) > 30 {
			t.Errorf("posted after %v", w.at)
		}
		if w.posts[0].Budget <= 0 {
			t.Error("posted without a budget")
		}
	})
}

func TestRowsOfTheLedgerArePostedOnStart(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.admit(asked(1, 1), asked(2, 1), asked(3, 2))
		w.sent[asked(2, 1).Request] = true
		w.begin(t, 10)
		if numbers, _ := w.posted(); !slices.Equal(numbers, []uint64{1, 3}) {
			t.Errorf("posted %v", numbers)
		}
	})
}

func TestWindowIsHeldAndClosedFreesIt(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.admit(asked(1, 1), asked(2, 2), asked(3, 3))
		w.begin(t, 2)
		first, _ := w.posted()
		if len(first) != 2 {
			t.Fatalf("posted %v into a window of two", first)
		}
		if h := w.Health(); h.Grade != messages.Degraded || h.Room != messages.RoomDispatch {
			t.Errorf("with a full window: %+v", h)
		}
		w.remove(w.rows[first[0]-1].Request)
		w.hear(messages.Closed{Request: asked(first[0], byte(first[0])).Request})
		if all, _ := w.posted(); len(all) != 3 || all[2] == first[0] || all[2] == first[1] {
			t.Errorf("posted %v", all)
		}
	})
}

func TestDeferredIsPublishedAndRepeated(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.admit(asked(1, 1))
		w.begin(t, 10)
		deferred := messages.DecryptDeferred{Request: asked(1, 1).Request, Attempt: 1,
			Code: messages.CodeBelowThreshold, Detail: "waiting for [2]"}
		w.hear(deferred, deferred)
		wait(time.Second)
		if _, attempts := w.posted(); !slices.Equal(attempts, []uint32{1, 2}) {
			t.Errorf("attempts %v", attempts)
		}
		var said []messages.Fact
		for _, fact := range w.facts {
			if fact.Name == messages.FactDecryptDeferred {
				said = append(said, fact)
			}
		}
		if len(said) != 1 || said[0].Code != messages.CodeBelowThreshold ||
			said[0].Detail != "waiting for [2]" || said[0].Request != deferred.Request {
			t.Errorf("published %+v", said)
		}
	})
}

func TestUnwoundDropsVoidRowsAndTakesReopened(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.admit(asked(1, 1), asked(2, 1))
		w.begin(t, 10)
		w.remove(asked(2, 1).Request) // void
		w.admit(asked(0, 1))          // open again
		w.hear(messages.Unwound{To: messages.BlockRef{Number: 1}})
		if numbers, _ := w.posted(); !slices.Equal(numbers, []uint64{1, 2, 0}) {
			t.Fatalf("posted %v", numbers)
		}
		wait(time.Minute)
		numbers, _ := w.posted()
		if slices.Contains(numbers[3:], 2) || !slices.Contains(numbers[3:], 1) {
			t.Errorf("posted later: %v", numbers[3:])
		}
	})
}

func TestALostNodeHastensWhatFlies(t *testing.T) {
	up := messages.Member{MemberUp: messages.MemberUp{Name: "two", Incarnation: 3}}
	down := up
	down.Down = true
	in(t, func(t *testing.T, w *world) {
		w.table.Members = []messages.Member{up}
		w.admit(asked(1, 1))
		w.begin(t, 10)
		wait(10 * time.Minute)
		before, start := len(w.posts), time.Now()
		w.hear(messages.MemberTable{Members: []messages.Member{up}}) // another line changed
		wait(250 * time.Millisecond)
		if len(w.posts) != before {
			t.Fatalf("posted %s after a table that lost nobody", time.Since(start))
		}
		w.hear(messages.MemberTable{Members: []messages.Member{down}})
		wait(250 * time.Millisecond)
		if len(w.posts) != before+1 {
			t.Errorf("%d posts soon after a node was lost", len(w.posts)-before)
		}
	})
}

func TestASuccessBringsTheDeferredForward(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.admit(asked(1, 1), asked(2, 2))
		w.begin(t, 10)
		for range 40 { // nobody answers for ten minutes and more
			wait(20 * time.Second)
			for _, post := range w.posts {
				w.hear(messages.DecryptDeferred{Request: post.Requested.Request,
					Attempt: post.Attempt, Code: messages.CodeBelowThreshold})
			}
		}
		before := len(w.posts)
		w.admit(asked(3, 3))
		w.hear(messages.Admitted{Requested: asked(3, 3)})
		w.mu.Lock()
		w.sent[asked(3, 3).Request] = true
		w.mu.Unlock()
		w.hear(messages.Sent{Requests: []messages.RequestID{asked(3, 3).Request}})
		wait(time.Second)
		if posts := len(w.posts) - before; posts != 3 {
			t.Errorf("%d posts within a second of the first success, want all 3", posts)
		}
	})
}

func TestLostWordsAreMadeUp(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.begin(t, 10)
		w.admit(asked(1, 1)) // never said
		wait(30 * time.Second)
		if numbers, _ := w.posted(); !slices.Contains(numbers, 1) {
			t.Error("a row that nobody told of is never posted")
		}
		w.remove(asked(1, 1).Request) // never said
		wait(time.Minute)
		before := len(w.posts)
		wait(10 * time.Minute)
		if len(w.posts) != before || w.Health().Grade != messages.Healthy {
			t.Errorf("%d posts of what has ended", len(w.posts)-before)
		}
	})
}

func TestASingleRequestOvertakesACrowd(t *testing.T) {
	const crowd = 5_000
	in(t, func(t *testing.T, w *world) {
		for n := range uint64(crowd) {
			w.rows = append(w.rows, asked(n+1, 1))
		}
		w.begin(t, 100)
		w.admit(asked(crowd+1, 2))
		w.hear(messages.Admitted{Requested: asked(crowd+1, 2)})
		wait(time.Second)
		if numbers, _ := w.posted(); !slices.Contains(numbers, crowd+1) {
			t.Error("not posted within a second")
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	w := &world{}
	whole := dispatch.Config{Ledger: w, Poster: w, Publish: w.publish, Clock: time.Now,
		Rand: rand.New(rand.NewPCG(1, 2))}
	for name, spoil := range map[string]func(*dispatch.Config){
		"no ledger":         func(c *dispatch.Config) { c.Ledger = nil },
		"no poster":         func(c *dispatch.Config) { c.Poster = nil },
		"no publisher":      func(c *dispatch.Config) { c.Publish = nil },
		"no clock":          func(c *dispatch.Config) { c.Clock = nil },
		"no randomness":     func(c *dispatch.Config) { c.Rand = nil },
		"a negative window": func(c *dispatch.Config) { c.Window = -1 },
	} {
		config := whole
		spoil(&config)
		if _, err := dispatch.New(config); messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := dispatch.New(whole); err != nil {
		t.Error(err)
	}
}
