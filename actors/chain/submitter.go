package chain

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
)

// SubmitterConfig is what a submitter is made of; the durations and MaxGas have defaults.
type SubmitterConfig struct {
	Outlet      Outlet
	Ledger      Journal
	MaxGas      uint64        // of one transaction, by this room's estimate; 3/4 of 2^24 if 0
	Retry       time.Duration // before another try when the chain or a full window says wait; 1 s if 0
	Rebroadcast time.Duration // between looks at what is journaled and not mined; 15 s if 0
	// SupersedeAfter is for how many blocks another sender's transaction may be in none of them; 10
	// if 0.
	SupersedeAfter messages.Height
	Publish        messages.Publish
	Clock          messages.Clock
}

// Submitter posts outcomes to the chain. Make one with NewSubmitter for each term.
type Submitter struct {
	config SubmitterConfig
	posts  atomic.Pointer[error] // what hinders posting, unset where nothing does
	pool   atomic.Pointer[error] // what hinders what is in the journal
}

// NewSubmitter checks the configuration; *messages.GatewayError CONFIG names what is missing.
func NewSubmitter(config SubmitterConfig) (*Submitter, error) {
	switch {
	case config.Outlet == nil || config.Ledger == nil:
		return nil, messages.BadConfig("submitter", "needs an outlet and a ledger")
	case config.Publish == nil || config.Clock == nil:
		return nil, messages.BadConfig("submitter", "needs a publisher and a clock")
	}
	if config.MaxGas == 0 {
		config.MaxGas = defaultMaxGas
	}
	if config.Retry <= 0 {
		config.Retry = time.Second
	}
	if config.Rebroadcast <= 0 {
		config.Rebroadcast = 15 * time.Second
	}
	if config.SupersedeAfter == 0 {
		config.SupersedeAfter = defaultSupersedeAfter
	}
	return &Submitter{config: config}, nil
}

// Props describes the actor; spawn one of it.
func (s *Submitter) Props() *actor.Props {
	return actor.PropsFromProducer(func() actor.Actor { return &submitting{submitter: s} })
}

// Health says what hinders the submitter. It may be called by any goroutine.
func (s *Submitter) Health() messages.Health {
	sender := s.config.Outlet.Sender()
	health := messages.Health{Room: messages.RoomSubmitter, Grade: messages.Healthy,
		Detail: "sends from " + sender.String()}
	if _, known := s.config.Ledger.NextNonce(sender); !known {
		health.Detail += ", which has sent nothing yet"
	}
	for _, trouble := range []*error{s.posts.Load(), s.pool.Load()} {
		if trouble != nil && *trouble != nil {
			health.Grade, health.Detail = messages.Degraded, (*trouble).Error()
		}
	}
	return health
}

// submitting is the mailbox.
//
// Hears: Settle, Closed, Unwound; its own timers; the ends of its two workers.
// Says: nothing; it proposes Send, Supersede and Close to the ledger, then broadcasts.
// On restart: what waited is lost and will be said again; what was journaled is broadcast again.
type submitting struct {
	submitter *Submitter
	crew      *crew
	box       *outbox
	posting   bool          // one worker makes transactions, since nonces come one after the other
	watching  bool          // one worker looks after those in the journal
	vigil     *vigil        // the worker's while watching is true, else the mailbox's
	outdated  bool          // a reorg came while it did
	resting   bool          // posting waits for the retry timer
	pause     time.Duration // before the next look at the journal
}

// The timers' words.
type (
	retry struct{}
	watch struct{}
)

// Receive handles one word.
func (a *submitting) Receive(ctx actor.Context) {
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		a.crew, a.box = newCrew(ctx), newOutbox()
		a.vigil = newVigil(a.submitter.config)
		a.watch()
	case messages.Settle:
		a.hear(msg)
	case messages.Closed:
		a.box.forget(msg.Request)
	case messages.Unwound:
		a.box.unwind(msg.To)
		a.outdated = a.watching
		a.watch() // what was mined may be no more, and all later nonces wait for it
		a.resting = false
		a.post() // and the ledger may agree with the chain about our nonces again
	case retry:
		a.resting = false
		a.post()
	case watch:
		a.watch()
	case posted:
		a.posted(msg)
	case watched:
		a.watching = false
		a.watched(msg.trouble)
		if a.outdated {
			a.outdated = false
			a.watch()
		}
	case crashed:
		panic(msg.reason)
	case *actor.Stopping, *actor.Restarting:
		if a.crew != nil {
			a.crew.stop()
		}
	}
}

// hear takes in a settlement that the ledger still wants.
func (a *submitting) hear(settle messages.Settle) {
	row, open, sent, known := a.submitter.config.Ledger.Row(settle.Requested.Request)
	if !known || !open || sent {
		return
	}
	settle.Requested = row // the ledger's word, not the hint's
	if a.box.add(settle) {
		a.post()
	}
}

// post starts the next transaction.
func (a *submitting) post() {
	if a.posting || a.resting {
		return
	}
	batch := a.box.take(a.submitter.config.MaxGas)
	if len(batch) == 0 {
		return
	}
	a.posting = true
	work := posting{SubmitterConfig: a.submitter.config}
	a.crew.start(func(ctx context.Context) any { return work.run(ctx, batch) })
}

func (a *submitting) posted(done posted) {
	a.posting = false
	a.submitter.posts.Store(&done.trouble)
	a.box.settle(done.batch, done.again)
	switch {
	case done.split > 0:
		a.box.split(done.split)
	case done.trouble == nil:
		a.box.signed()
	}
	if done.unheard != nil {
		a.watched(done.unheard)
	}
	if done.wait {
		a.resting = true
		a.crew.later(a.submitter.config.Retry, retry{})
		return
	}
	a.post()
}

// watched sets the time of the next look at the journal: soon after trouble, then ever later.
func (a *submitting) watched(trouble error) {
	a.submitter.pool.Store(&trouble)
	config := a.submitter.config
	a.pause = min(max(2*a.pause, config.Retry), config.Rebroadcast)
	if trouble == nil {
		a.pause = 0
		a.crew.later(config.Rebroadcast, watch{})
		return
	}
	a.crew.later(a.pause, watch{})
}

// watch starts a look at the journal.
func (a *submitting) watch() {
	if a.watching {
		return
	}
	a.watching = true
	a.crew.start(func(ctx context.Context) any { return a.vigil.look(ctx) })
}
