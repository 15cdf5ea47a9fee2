package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/actors/chain"
	"kmsgateway/actors/dispatch"
	"kmsgateway/messages"
)

// lead keeps the leader's rooms: they wake when this node's term begins and stop, awaited, when it
// ends. Each term has fresh ones: they read all they need from the ledger.
type lead struct {
	core  *Core
	rooms atomic.Pointer[leading] // nil while another node leads
	fault atomic.Pointer[string]  // why this term has no rooms; nil where there is no such fault
	done  chan struct{}
	halt  chan struct{}
}

// leading are the rooms of one term.
type leading struct {
	listener   *chain.Listener
	dispatcher *dispatch.Dispatcher
	submitter  *chain.Submitter
	pids       []*actor.PID // in the order of their start
	cancel     func()       // ends the ledger's subscription
}

// start follows the terms of this node until stop.
func (l *lead) start(context.Context) error {
	l.done, l.halt = make(chan struct{}), make(chan struct{})
	go l.follow(l.core.ledger.Leadership())
	return nil
}

func (l *lead) follow(terms <-chan bool) {
	defer close(l.done)
	for {
		select {
		case <-l.halt:
			l.sleep()
			return
		case leads, open := <-terms:
			l.sleep()
			if !open {
				return
			}
			if leads {
				l.wake()
			}
		}
	}
}

// wake starts the rooms of a term. Their configurations were checked when the node started, so a
// failure here is a bug; the node then shows itself as down.
func (l *lead) wake() {
	rooms, err := l.spawn()
	if err != nil {
		l.core.config.Publish(context.Background(), messages.Fact{
			Name: messages.FactActorFailed, Room: messages.RoomPlace, At: l.core.config.Clock(),
			Detail: err.Error()})
		fault := err.Error()
		l.fault.Store(&fault)
		return
	}
	l.rooms.Store(rooms)
}

func (l *lead) spawn() (*leading, error) {
	c, config := l.core, l.core.config
	rooms := &leading{cancel: func() {}}
	var err error
	rooms.submitter, err = chain.NewSubmitter(chain.SubmitterConfig{Outlet: config.Outlet,
		Ledger: c.ledger, Publish: config.Publish, Clock: config.Clock})
	if err != nil {
		return nil, err
	}
	rooms.dispatcher, err = dispatch.New(dispatch.Config{Ledger: c.ledger, Poster: c.place,
		Publish: config.Publish, Clock: config.Clock,
		Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))})
	if err != nil {
		return nil, err
	}
	rooms.listener, err = chain.NewListener(chain.ListenerConfig{Source: config.Source,
		Ledger: c.ledger, Finality: config.Finality, Start: config.Start,
		Poll: config.Poll, Publish: config.Publish, Clock: config.Clock})
	if err != nil {
		return nil, err
	}
	root := c.system.Root
	submitter := root.Spawn(rooms.submitter.Props())
	dispatcher := root.Spawn(rooms.dispatcher.Props())
	c.place.Bind(actors.KindSubmitter, submitter)
	c.place.Bind(actors.KindDispatch, dispatcher)
	rooms.cancel = c.ledger.Subscribe(func(word any) { l.tell(word, dispatcher, submitter) })
	rooms.pids = []*actor.PID{submitter, dispatcher, root.Spawn(rooms.listener.Props())}
	return rooms, nil
}

// tell passes a word of the ledger on: to the leader's rooms, and to the request that it ends.
func (l *lead) tell(word any, dispatcher, submitter *actor.PID) {
	root := l.core.system.Root
	root.Send(dispatcher, word)
	root.Send(submitter, word)
	if closed, ok := word.(messages.Closed); ok {
		l.core.place.Post(actors.KindRequest, closed.Request.String(), word, nil)
	}
}

// sleep stops the rooms of the term, last first, and waits for each.
func (l *lead) sleep() {
	l.fault.Store(nil)
	rooms := l.rooms.Swap(nil)
	if rooms == nil {
		return
	}
	rooms.cancel()
	l.core.place.Unbind(actors.KindSubmitter)
	l.core.place.Unbind(actors.KindDispatch)
	for i := len(rooms.pids) - 1; i >= 0; i-- {
		_ = l.core.system.Root.StopFuture(rooms.pids[i]).Wait() // a room that hangs is cut off
	}
}

// stop hands leadership over, then ends the term's rooms and the following of terms.
func (l *lead) stop(ctx context.Context) error {
	handOver := l.handOver(ctx)
	close(l.halt)
	if l.core.killed {
		ctx = context.Background() // the rooms end at once: their calls are cut off
	}
	select {
	case <-l.done:
		return handOver
	case <-ctx.Done():
		return errors.Join(handOver, errors.New("the leader's rooms did not stop"), ctx.Err())
	}
}

// handOver gives leadership away, if there is anybody to take it.
func (l *lead) handOver(ctx context.Context) error {
	if l.core.killed {
		return nil
	}
	err := l.core.ledger.LeadershipTransfer(ctx)
	if messages.CodeOf(err) == messages.CodeConflict {
		return nil
	}
	return err
}

// leaders are the rooms that the leader adds to its node.
var leaders = [...]messages.Room{
	messages.RoomListener, messages.RoomDispatch, messages.RoomSubmitter,
}

// health is the contribution of the leader's rooms; a node that does not lead has none.
func (l *lead) health() []messages.Health {
	if fault := l.fault.Load(); fault != nil {
		var down []messages.Health
		for _, room := range leaders {
			down = append(down, messages.Health{Room: room, Grade: messages.Down, Detail: *fault})
		}
		return down
	}
	rooms := l.rooms.Load()
	if rooms == nil {
		return nil
	}
	return []messages.Health{rooms.listener.Health(), rooms.dispatcher.Health(),
		rooms.submitter.Health()}
}

// finality turns the configured text into the chain room's rule.
func (c ChainSection) finality() (chain.Finality, error) {
	kind, confirmations, err := parseFinality(c.Finality)
	switch {
	case err != nil:
		return chain.Finality{}, err
	case kind == "safe":
		return chain.Safe(), nil
	case kind == "finalized":
		return chain.Finalized(), nil
	default:
		return chain.Confirmations(messages.Height(confirmations)), nil
	}
}

// contracts parses the two addresses.
func (c ChainSection) contracts() (gateway, registry messages.Address, err error) {
	if gateway, err = parseAddress(c.Gateway); err != nil {
		return gateway, registry, fmt.Errorf("chain.gateway: %w", err)
	}
	if registry, err = parseAddress(c.Registry); err != nil {
		return gateway, registry, fmt.Errorf("chain.registry: %w", err)
	}
	return gateway, registry, nil
}
