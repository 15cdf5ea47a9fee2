package chaintest

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

// Ring is the chain room at work: a listener and a submitter over a chain and a ledger in memory.
// Its timers are an hour, so that nothing happens but by Wake and by word.
type Ring struct {
	System    *actor.ActorSystem
	Ledger    *Ledger
	Facts     *Facts
	Listener  *chain.Listener
	Submitter *chain.Submitter
	listening *actor.PID
	submits   *actor.PID
	cancel    func() // the submitter's subscription
}

// Setup is what a Ring is made of. What is zero is made new, or takes its default.
type Setup struct {
	System      *actor.ActorSystem
	Source      chain.Source
	Outlet      chain.Outlet
	Ledger      *Ledger
	Start       messages.Height
	Finality    chain.Finality
	MaxGas      uint64
	Poll        time.Duration
	Retry       time.Duration
	Rebroadcast time.Duration
	Supersede   messages.Height // blocks; the submitter's default if 0
}

// NewRing starts both actors, and stops them when the test ends.
func NewRing(t testing.TB, setup Setup) *Ring {
	t.Helper()
	r := &Ring{System: setup.System, Ledger: setup.Ledger, Facts: NewFacts()}
	if r.System == nil {
		r.System = NewSystem(t)
	}
	if r.Ledger == nil {
		r.Ledger = NewLedger()
	}
	if (setup.Finality == chain.Finality{}) {
		setup.Finality = chain.Confirmations(0)
	}
	for _, d := range []*time.Duration{&setup.Poll, &setup.Retry, &setup.Rebroadcast} {
		if *d == 0 {
			*d = time.Hour
		}
	}
	var err error
	r.Listener, err = chain.NewListener(chain.ListenerConfig{Source: setup.Source,
		Ledger: r.Ledger, Finality: setup.Finality, Start: setup.Start, Poll: setup.Poll,
		Publish: r.Facts.Publish, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	r.Submitter, err = chain.NewSubmitter(chain.SubmitterConfig{Outlet: setup.Outlet,
		Ledger: r.Ledger, MaxGas: setup.MaxGas, Retry: setup.Retry,
		Rebroadcast: setup.Rebroadcast, SupersedeAfter: setup.Supersede,
		Publish: r.Facts.Publish, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	r.Ledger.Subscribe(r.Facts.Hear)
	submits := r.System.Root.Spawn(r.Submitter.Props())
	r.cancel = r.Ledger.Subscribe(func(word any) { r.System.Root.Send(submits, word) })
	r.submits = submits
	r.listening = r.System.Root.Spawn(r.Listener.Props())
	t.Cleanup(func() { r.Stop(t) })
	return r
}

// Stop stops both actors and awaits their end; stopping twice is nothing.
func (r *Ring) Stop(t testing.TB) {
	t.Helper()
	r.cancel()
	for _, pid := range []*actor.PID{r.listening, r.submits} {
		if pid == nil {
			continue
		}
		if err := r.System.Root.StopFuture(pid).Wait(); err != nil {
			t.Errorf("stop %s: %v", pid, err)
		}
	}
	r.listening, r.submits = nil, nil
}

// Wake makes the listener look at the chain.
func (r *Ring) Wake() { r.System.Root.Send(r.listening, chain.Wake{}) }

// Settle says a settlement to the submitter.
func (r *Ring) Settle(settles ...messages.Settle) {
	for _, settle := range settles {
		r.System.Root.Send(r.submits, settle)
	}
}

// AwaitAdmitted wakes the listener and returns once the cursor is at a height, with the requests
// admitted so far, those voided since included.
func (r *Ring) AwaitAdmitted(t testing.TB, at messages.Height) []messages.Requested {
	t.Helper()
	r.Wake()
	r.Facts.Await(t, "cursor arrives", func() bool { return r.Ledger.Cursor().Number >= at })
	return r.Admitted()
}

// Admitted returns every request admitted so far.
func (r *Ring) Admitted() []messages.Requested {
	var all []messages.Requested
	for _, word := range Words[messages.Admitted](r.Facts) {
		all = append(all, word.Requested)
	}
	return all
}

// AwaitSent returns once settlements of n requests have been broadcast, however often each.
func (r *Ring) AwaitSent(t testing.TB, n int) []messages.Fact {
	t.Helper()
	r.Facts.Await(t, "settlements are sent", func() bool {
		requests := make(map[messages.RequestID]bool)
		for _, fact := range r.Facts.Of(messages.FactSettlementSent) {
			requests[fact.Request] = true
		}
		return len(requests) >= n
	})
	return r.Facts.Of(messages.FactSettlementSent)
}

// AwaitClosed returns once n rows have closed.
func (r *Ring) AwaitClosed(t testing.TB, n int) []messages.Closed {
	t.Helper()
	r.Wake()
	r.Facts.Await(t, "rows close", func() bool {
		return len(Words[messages.Closed](r.Facts)) >= n
	})
	return Words[messages.Closed](r.Facts)
}

// NewSystem is an actor system that logs nothing and ends with the test.
func NewSystem(t testing.TB) *actor.ActorSystem {
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.NewTextHandler(io.Discard, nil))
	}))
	t.Cleanup(system.Shutdown)
	return system
}
