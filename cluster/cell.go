package cluster

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
)

// Bounds of one virtual actor.
const (
	// maxWaiting words wait for an actor that is just being put away; more are dropped, for they
	// are hints and whoever sends a thousand in that moment will send again.
	maxWaiting = 1024
	// jitterShare spreads passivations over a further quarter of the idle time, so that a burst
	// of activations is not followed by a burst of stops.
	jitterShare = 4
	// crowded is the share of the bound, in quarters, from which on patience gets shorter.
	crowded = 3
	// minPatience is left to every actor: work that has just begun is not put away.
	minPatience = time.Second
	// movedPatience is left to an actor that lives on another node by now, and as much again is
	// the spread: long enough for the answers it waits for, short enough to end double work.
	movedPatience = time.Second
)

// stage is where a virtual actor stands in its life.
type stage uint8

const (
	live        stage = iota + 1
	leaving           // it drains its mailbox; words wait
	quarantined       // it failed too often; words are dropped
)

// name addresses a virtual actor.
type name struct{ kind, id string }

// cell is one virtual actor as its keeper sees it. All fields belong to the keeper's mailbox but
// spoken and ending, which the actor itself writes.
type cell struct {
	name     name
	kind     actors.Kind
	pid      *actor.PID // nil once it has stopped
	stage    stage
	patience time.Duration // idle for so long, jitter included; 0 means for ever
	moved    bool          // it lives on another node by now
	failures []time.Time   // within the kind's window
	waiting  []post
	until    time.Time    // end of the quarantine
	spoken   atomic.Int64 // when the last word came, Unix nanoseconds
	ending   atomic.Bool  // it is stopping: a failure from now on cannot be mended
}

// newCell describes an actor that is about to be activated.
func newCell(name name, kind actors.Kind, now time.Time, random *rand.Rand) *cell {
	c := &cell{name: name, kind: kind, stage: live,
		patience: kind.Idle + spread(kind.Idle/jitterShare, random)}
	c.spoken.Store(now.UnixNano())
	return c
}

// belong tells the actor whether it lives here: else it is to be put away soon, whatever its kind.
func (c *cell) belong(here bool, random *rand.Rand) {
	if c.moved == !here {
		return
	}
	c.moved = !here
	c.patience = c.kind.Idle + spread(c.kind.Idle/jitterShare, random)
	if soon := movedPatience + spread(movedPatience, random); c.moved &&
		(c.patience == 0 || soon < c.patience) {
		c.patience = soon
	}
}

// spread is a random time below most, 0 where there is none.
func spread(most time.Duration, random *rand.Rand) time.Duration {
	if most <= 0 {
		return 0
	}
	return time.Duration(random.Int64N(int64(most)))
}

// idle reports whether the actor has been silent for longer than patience allows, of which a
// crowded place leaves less the fuller it is: alive actors of at most most.
func (c *cell) idle(now time.Time, alive, most int) bool {
	if c.patience == 0 || c.stage != live {
		return false
	}
	patience := c.patience
	if threshold := most * crowded / 4; alive > threshold {
		left := time.Duration(max(0, most-alive))
		patience = max(patience*left/time.Duration(most-threshold), min(minPatience, patience))
	}
	return now.Sub(time.Unix(0, c.spoken.Load())) >= patience
}

// fail notes a failure and reports whether it was one too many within the kind's window.
func (c *cell) fail(now time.Time) bool {
	kept := c.failures[:0]
	for _, at := range c.failures {
		if now.Sub(at) < c.kind.Window {
			kept = append(kept, at)
		}
	}
	c.failures = append(kept, now)
	return len(c.failures) > c.kind.Restarts
}

// hold keeps a word for the next activation.
func (c *cell) hold(word post) bool {
	if len(c.waiting) >= maxWaiting {
		return false
	}
	c.waiting = append(c.waiting, word)
	return true
}

// listen notes each word on its way into the actor.
func (c *cell) listen(clock func() time.Time) actor.ReceiverMiddleware {
	return func(next actor.ReceiverFunc) actor.ReceiverFunc {
		return func(ctx actor.ReceiverContext, envelope *actor.MessageEnvelope) {
			if _, stopping := envelope.Message.(*actor.Stopping); stopping {
				c.ending.Store(true)
			}
			c.spoken.Store(clock().UnixNano())
			next(ctx, envelope)
		}
	}
}
