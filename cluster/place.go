package cluster

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

// Defaults of PlaceConfig, for values that are zero.
const (
	// DefaultLive keeps activation and passivation fast and an idle node below 100 MB.
	DefaultLive = 10_000
	// DefaultRest lets a fault of the surroundings pass, and a person look at the log.
	DefaultRest = 5 * time.Minute
)

// PlaceConfig says how a node keeps its virtual actors. System and Publish are required; with a
// Carrier also Self.
type PlaceConfig struct {
	System  *actor.ActorSystem
	Self    string           // this node's name, as in System
	Carrier Carrier          // to other nodes; nil means a node by itself
	Leader  func() string    // name of the node that leads, "" where none is known; nil: this one
	Live    int              // actors alive at once at most; 0 means DefaultLive
	Rest    time.Duration    // how long a quarantine lasts; 0 means DefaultRest
	Rand    *rand.Rand       // for jitter; nil means a fresh one; owned by Place from now on
	Publish messages.Publish // takes FactActorFailed and FactActorQuarantined
	Clock   messages.Clock   // nil means time.Now
}

// Place is the home of this node's virtual actors; it implements actors.Poster. All methods are
// safe for concurrent use.
type Place struct {
	config  PlaceConfig
	root    *actor.RootContext
	keeper  *actor.PID
	counts  *counts
	table   atomic.Pointer[Table] // nil before the first
	stopped chan struct{}
}

// counts is what the keeper lets others see.
type counts struct {
	live        atomic.Int64
	quarantined atomic.Int64
	dropped     atomic.Int64 // words without a place, since the start
	sent        atomic.Int64 // words to other nodes
	received    atomic.Int64 // words from other nodes
	refused     atomic.Int64 // words that may not cross, in either direction
	arriving    atomic.Int64 // words from other nodes that the keeper has not looked at yet
	full        atomic.Bool
	halted      atomic.Bool
}

var _ actors.Poster = (*Place)(nil)

// NewPlace opens an empty place.
func NewPlace(config PlaceConfig) (*Place, error) {
	if config.Live == 0 {
		config.Live = DefaultLive
	}
	if config.Rest == 0 {
		config.Rest = DefaultRest
	}
	if config.Rand == nil {
		config.Rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	if config.Carrier != nil && (config.Self == "" || config.Self != config.System.Address()) {
		return nil, fmt.Errorf("open place: node %q in an actor system of %q", config.Self,
			config.System.Address())
	}
	p := &Place{config: config, root: config.System.Root, counts: &counts{},
		stopped: make(chan struct{})}
	k := newKeeper(config, p.counts, p.here, p.stopped)
	pid, err := p.root.SpawnNamed(actor.PropsFromProducer(func() actor.Actor { return k }), keeperID)
	if err != nil {
		return nil, fmt.Errorf("open place: %w", err)
	}
	p.keeper = pid
	if config.Carrier != nil {
		config.System.ProcessRegistry.RegisterAddressResolver(p.resolve)
		config.Carrier.Receive(p.receive)
	}
	return p, nil
}

// Register makes a kind of virtual actor known; it is an error to name one twice.
func (p *Place) Register(kind actors.Kind) error {
	if kind.Name == "" || kind.New == nil {
		return fmt.Errorf("register kind %q: a kind has a name and a constructor", kind.Name)
	}
	answer := make(chan error, 1)
	p.tell(register{kind: kind, answer: answer})
	select {
	case err := <-answer:
		return err
	case <-p.stopped:
		return messages.Refused(messages.CodeShuttingDown, "register kind", kind.Name)
	}
}

// Bind sends what is posted to kind, whatever the id, to pid: for the singletons of a leader. The
// binding ends with Unbind or when pid does.
func (p *Place) Bind(kind string, pid *actor.PID) { p.tell(bind{kind: kind, pid: pid}) }

// Unbind ends a binding; words to kind are dropped until the next.
func (p *Place) Unbind(kind string) { p.tell(bind{kind: kind}) }

// Post implements actors.Poster. Words to an unknown kind, to an actor in quarantine, to a leader
// that nobody knows, and to a place that is full or stopping are dropped; so are words of a kind
// that may not cross, where the actor lives on another node.
func (p *Place) Post(kind, id string, word any, sender *actor.PID) {
	switch node := p.owner(kind, id); node {
	case p.config.Self:
		p.tell(post{to: name{kind: kind, id: id}, word: word, sender: sender})
	case "":
		p.counts.dropped.Add(1)
	default:
		p.carry(node, messages.Envelope{Kind: kind, ID: id, Word: word}, sender)
	}
}

// Learn takes the committed table: from now on it says where actors live; before the first one they
// all live here. Actors that live elsewhere by now are put away once they have been silent for
// about a second, so that they are activated over there.
func (p *Place) Learn(table messages.MemberTable) {
	p.table.Store(NewTable(table))
	p.tell(moved{})
}

// Stop lets every actor finish the words it has, stops all of them, and returns when they have
// stopped. Where ctx ends first the rest is stopped at once and the error tells how many.
func (p *Place) Stop(ctx context.Context) error {
	if !p.counts.halted.Swap(true) {
		p.root.Send(p.keeper, halt{})
	}
	select {
	case <-p.stopped:
		return nil
	case <-ctx.Done():
		left := p.counts.live.Load()
		p.root.Stop(p.keeper)
		return fmt.Errorf("stop place: %d actors did not finish: %w", left, ctx.Err())
	}
}

// Counts tells how many actors are alive and how many rest in quarantine.
func (p *Place) Counts() (alive, resting int) {
	return int(p.counts.live.Load()), int(p.counts.quarantined.Load())
}

// Health is degraded while an actor rests in quarantine or the bound on live actors is reached.
func (p *Place) Health() messages.Health {
	alive, resting := p.Counts()
	health := messages.Health{Room: messages.RoomPlace, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d actors, %d in quarantine, %d words dropped", alive, resting,
			p.counts.dropped.Load())}
	if p.config.Carrier != nil {
		health.Detail += fmt.Sprintf("; between nodes %d sent, %d received, %d refused",
			p.counts.sent.Load(), p.counts.received.Load(), p.counts.refused.Load())
		if lossy, ok := p.config.Carrier.(interface{ Lost() int64 }); ok {
			health.Detail += fmt.Sprintf(", %d lost", lossy.Lost())
		}
	}
	switch {
	case p.counts.halted.Load():
		health.Grade, health.Detail = messages.Down, "stopping"
	case resting > 0 || p.counts.full.Load():
		health.Grade = messages.Degraded
	}
	return health
}

func (p *Place) tell(word any) {
	if !p.counts.halted.Load() {
		p.root.Send(p.keeper, word)
	}
}
