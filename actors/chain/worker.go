package chain

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
)

// proposer is what listener and submitter share of the ledger.
type proposer interface {
	Propose(ctx context.Context, entry messages.Entry) error
}

// propose says nothing to the ledger once the term is over: it might still take the entry in,
// though nobody waits for the answer any more.
func propose(ctx context.Context, ledger proposer, entry messages.Entry) error {
	if err := ctx.Err(); err != nil {
		return &messages.GatewayError{Code: messages.CodeDeadline, Op: "propose", Cause: err}
	}
	return ledger.Propose(ctx, entry)
}

// crashed tells the mailbox that a worker panicked; it panics in turn, so that supervision sees it.
type crashed struct{ reason string }

// crew is the goroutines and timers of one incarnation of an actor. The mailbox owns it; workers
// answer it by message.
type crew struct {
	root   *actor.RootContext
	self   *actor.PID
	ctx    context.Context // ends when the actor stops
	cancel context.CancelFunc
	wg     sync.WaitGroup
	timers map[any]*time.Timer // by the word they send
}

func newCrew(ctx actor.Context) *crew {
	work, cancel := context.WithCancel(context.Background())
	return &crew{root: ctx.ActorSystem().Root, self: ctx.Self(), ctx: work, cancel: cancel,
		timers: map[any]*time.Timer{}}
}

// start runs work beside the mailbox and sends it what it returns. The caller bounds how many run.
func (c *crew) start(work func(context.Context) any) {
	c.wg.Go(func() {
		answer := c.guard(work)
		if c.ctx.Err() == nil { // a stopped mailbox hears nothing
			c.root.Send(c.self, answer)
		}
	})
}

func (c *crew) guard(work func(context.Context) any) (answer any) {
	defer func() {
		if reason := recover(); reason != nil {
			answer = crashed{fmt.Sprintf("%v\n%s", reason, debug.Stack())}
		}
	}()
	return work(c.ctx)
}

// later sends word to the mailbox after d, in place of the same word set earlier.
func (c *crew) later(d time.Duration, word any) {
	if timer, set := c.timers[word]; set {
		timer.Stop()
	}
	c.timers[word] = time.AfterFunc(d, func() {
		if c.ctx.Err() == nil {
			c.root.Send(c.self, word)
		}
	})
}

// stop ends timers and workers and awaits them: their calls end with the context.
func (c *crew) stop() {
	c.cancel()
	for _, timer := range c.timers {
		timer.Stop()
	}
	c.wg.Wait()
}
