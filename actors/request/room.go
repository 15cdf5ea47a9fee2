package request

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// The bounds of the room.
const (
	// maxBudget bounds one attempt, whatever Decrypt says: a few finality delays of a slow party.
	maxBudget = time.Minute
	// idleAfter is longer than any attempt, so that no request is passivated at work, and than the
	// dispatcher's longest backoff is likely to be, so that most retries find what was verified.
	idleAfter = 3 * time.Minute
	// restarts in restartWindow quarantine a request: a bug that repeats will not go away.
	restarts      = 3
	restartWindow = time.Minute
	// fetchesAtOnce bounds the requests of a node that fetch ciphertexts at the same time, and
	// handlesAtOnce the handles that each of them fetches: no endpoint likes more.
	fetchesAtOnce = 64
	handlesAtOnce = 4
)

// Room is the node's side of all its requests: what they share, and how they do.
type Room struct {
	cfg     Config
	fetches chan struct{} // a slot for each fetch at work
	live    atomic.Int64  // requests with an actor
	waiting atomic.Int64  // of these, those below the threshold
	rate    atomic.Uint64 // observed failure rate of asks, as the bits of a float64
}

// New builds the room. The error is a CONFIG *messages.GatewayError that names what is missing.
func New(cfg Config) (*Room, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	return &Room{cfg: cfg, fetches: make(chan struct{}, fetchesAtOnce)}, nil
}

// Kind describes the virtual actor of one request, whose id is RequestID.String().
func (r *Room) Kind() actors.Kind {
	return actors.Kind{
		Name:     actors.KindRequest,
		New:      func(id string) actor.Actor { return newRequest(r, id) },
		Idle:     idleAfter,
		Restarts: restarts,
		Window:   restartWindow,
	}
}

// Health says how many requests wait for parties; it is degraded while any does.
func (r *Room) Health() messages.Health {
	live, waiting := r.live.Load(), r.waiting.Load()
	h := messages.Health{Room: messages.RoomRequest, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d live, %d waiting for parties", live, waiting)}
	if waiting > 0 {
		h.Grade = messages.Degraded
	}
	return h
}

// observe folds an answer, or its failure to come, into the failure rate.
func (r *Room) observe(failed bool) {
	for {
		before := r.rate.Load()
		after := math.Float64bits(NextRate(math.Float64frombits(before), failed))
		if r.rate.CompareAndSwap(before, after) {
			return
		}
	}
}

func (r *Room) failureRate() float64 { return math.Float64frombits(r.rate.Load()) }

// publish completes a fact of this room.
func (r *Room) publish(f messages.Fact) {
	f.Room, f.At = messages.RoomRequest, r.cfg.Clock()
	r.cfg.Publish(context.Background(), f)
}
