package dispatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

const (
	// defaultWindow is how many requests are worked on at once: what one node holds as live actors
	// and passivates without a stall.
	defaultWindow = 4000
	// defaultBudget is the time given to one attempt, a little more than the slowest party's.
	defaultBudget = 30 * time.Second
	// defaultReread is between readings of all rows, which heal what was never said: at 100,000
	// rows one takes some 50 ms.
	defaultReread = 30 * time.Second
)

// Config is what a dispatcher is made of; Window, Budget and Reread have defaults.
type Config struct {
	Ledger  Ledger
	Poster  actors.Poster
	Publish messages.Publish
	Clock   messages.Clock
	Rand    *rand.Rand    // for jitter; the dispatcher's alone
	Window  int           // requests worked on at once; 4,000 if 0
	Budget  time.Duration // of one attempt; 30 s if 0
	Reread  time.Duration // between readings of all rows; 30 s if 0
}

// Dispatcher posts what is to be worked on. Make one with New for each term.
type Dispatcher struct {
	config Config
	counts atomic.Pointer[counts]
}

type counts struct{ open, flying int }

// New checks the configuration; *messages.GatewayError CONFIG names what is missing.
func New(config Config) (*Dispatcher, error) {
	switch {
	case config.Ledger == nil || config.Poster == nil:
		return nil, messages.BadConfig("dispatch", "needs a ledger and a poster")
	case config.Publish == nil || config.Clock == nil || config.Rand == nil:
		return nil, messages.BadConfig("dispatch", "needs a publisher, a clock and randomness")
	case config.Window < 0:
		return nil, messages.BadConfig("dispatch.window", "must not be negative")
	}
	if config.Window == 0 {
		config.Window = defaultWindow
	}
	if config.Budget <= 0 {
		config.Budget = defaultBudget
	}
	if config.Reread <= 0 {
		config.Reread = defaultReread
	}
	d := &Dispatcher{config: config}
	d.counts.Store(&counts{})
	return d, nil
}

// Props describes the actor; spawn one of it.
func (d *Dispatcher) Props() *actor.Props {
	return actor.PropsFromProducer(func() actor.Actor { return &dispatching{dispatcher: d} })
}

// Health says how many rows are open and worked on. It may be called by any goroutine.
func (d *Dispatcher) Health() messages.Health {
	now := d.counts.Load()
	health := messages.Health{Room: messages.RoomDispatch, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d open, %d of at most %d in flight", now.open, now.flying,
			d.config.Window)}
	if now.flying >= d.config.Window {
		health.Grade = messages.Degraded
	}
	return health
}

// dispatching is the mailbox. It waits for nothing, so it has no workers.
//
// Hears: Admitted, Sent, Closed, Unwound, MemberTable, DecryptDeferred; its own timers.
// Says: Decrypt to the request's virtual actor.
// On restart: reads all open rows from the ledger and posts them as if for the first time.
type dispatching struct {
	dispatcher *Dispatcher
	pace       *pace
	members    messages.MemberTable // as last heard
	root       *actor.RootContext
	self       *actor.PID
	due        *time.Timer // of the next row
	reads      *time.Timer // of the next reading of all rows
}

// The timers' words.
type (
	tick   struct{}
	reread struct{}
)

// Receive handles one word.
func (a *dispatching) Receive(ctx actor.Context) {
	now := a.dispatcher.config.Clock()
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		a.root, a.self = ctx.ActorSystem().Root, ctx.Self()
		a.pace = newPace(a.dispatcher.config.Window, a.dispatcher.config.Rand)
		a.members = a.dispatcher.config.Ledger.Members()
		a.read(now)
	case messages.Admitted:
		a.pace.add(msg.Requested, false, now)
	case messages.Sent:
		for _, id := range msg.Requests {
			a.pace.sent(id, now)
		}
	case messages.Closed:
		a.pace.drop(msg.Request)
	case messages.Unwound:
		a.read(now) // some rows are void, others open again
	case messages.MemberTable:
		a.changed(msg, now)
	case messages.DecryptDeferred:
		a.deferred(msg, now)
	case reread:
		a.read(now)
	case tick:
	case *actor.Stopping, *actor.Restarting:
		a.stop()
		return
	default:
		return
	}
	a.pump(now)
}

// read brings the rows to what the ledger holds. It is newer than every word heard so far.
func (a *dispatching) read(now time.Time) {
	a.pace.reread()
	a.dispatcher.config.Ledger.Rows(func(row messages.Requested, sent bool) bool {
		a.pace.add(row, sent, now)
		return true
	})
	a.pace.forgotten()
	a.reads = a.later(a.reads, a.dispatcher.config.Reread, reread{})
}

// changed hears of a new member table.
func (a *dispatching) changed(members messages.MemberTable, now time.Time) {
	if lost(a.members, members) {
		a.pace.hasten(now)
	}
	a.members = members
}

func (a *dispatching) deferred(msg messages.DecryptDeferred, now time.Time) {
	if a.pace.deferred(msg.Request, msg.Attempt, now) {
		a.publish(messages.Fact{Name: messages.FactDecryptDeferred, At: now, Request: msg.Request,
			Count: int(msg.Attempt), Code: msg.Code, Detail: msg.Detail})
	}
}

// pump posts what is due and sets the timer to what is due next.
func (a *dispatching) pump(now time.Time) {
	a.pace.pump(now, a.look, func(requested messages.Requested, attempt uint32) {
		a.publish(messages.Fact{Name: messages.FactDecryptPosted, At: now,
			Request: requested.Request, Block: requested.Place.Block, Count: int(attempt)})
		a.dispatcher.config.Poster.Post(actors.KindRequest, requested.Request.String(),
			messages.Decrypt{Requested: requested, Attempt: attempt,
				Budget: a.dispatcher.config.Budget}, a.self)
	})
	if at, some := a.pace.wake(); some {
		a.due = a.later(a.due, max(0, at.Sub(now)), tick{})
	}
	a.dispatcher.counts.Store(&counts{open: len(a.pace.rows),
		flying: len(a.pace.flights.items)})
}

func (a *dispatching) look(id messages.RequestID) (open, sent bool) {
	_, open, sent, _ = a.dispatcher.config.Ledger.Row(id)
	return open, sent
}

func (a *dispatching) publish(fact messages.Fact) {
	fact.Room = messages.RoomDispatch
	a.dispatcher.config.Publish(context.Background(), fact)
}

// later sends word to the mailbox after d; it stops the timer that it takes the place of.
func (a *dispatching) later(old *time.Timer, d time.Duration, word any) *time.Timer {
	if old != nil {
		old.Stop()
	}
	return time.AfterFunc(d, func() { a.root.Send(a.self, word) })
}

func (a *dispatching) stop() {
	for _, timer := range []*time.Timer{a.due, a.reads} {
		if timer != nil {
			timer.Stop()
		}
	}
}
