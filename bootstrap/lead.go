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
	node  *Node
	env   Env
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
	go l.follow(l.node.ledger.Leadership())
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
		l.node.observed.publish(context.Background(), messages.Fact{
			Name: messages.FactActorFailed, Room: messages.RoomPlace, At: l.env.Clock(),
			Detail: err.Error()})
		fault := err.Error()
		l.fault.Store(&fault)
		return
	}
	l.rooms.Store(rooms)
}

func (l *lead) spawn() (*leading, error) {
	n := l.node
	finality, err := n.config.Chain.finality()
	if err != nil {
		return nil, err
	}
	rooms := &leading{cancel: func() {}}
	rooms.submitter, err = chain.NewSubmitter(chain.SubmitterConfig{Outlet: n.outlet,
		Ledger: n.ledger, Publish: n.observed.publish, Clock: l.env.Clock})
	if err != nil {
		return nil, err
	}
	rooms.dispatcher, err = dispatch.New(dispatch.Config{Ledger: n.ledger, Poster: n.place,
		Publish: n.observed.publish, Clock: l.env.Clock,
		Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))})
	if err != nil {
		return nil, err
	}
	rooms.listener, err = chain.NewListener(chain.ListenerConfig{Source: n.chain,
		Ledger: n.ledger, Finality: finality, Start: messages.Height(n.config.Chain.Start),
		Poll: n.config.Chain.Poll, Publish: n.observed.publish, Clock: l.env.Clock})
	if err != nil {
		return nil, err
	}
	root := n.system.Root
	submitter := root.Spawn(rooms.submitter.Props())
	dispatcher := root.Spawn(rooms.dispatcher.Props())
	n.place.Bind(actors.KindSubmitter, submitter)
	n.place.Bind(actors.KindDispatch, dispatcher)
	rooms.cancel = n.ledger.Subscribe(func(word any) { l.tell(word, dispatcher, submitter) })
	rooms.pids = []*actor.PID{submitter, dispatcher, root.Spawn(rooms.listener.Props())}
	return rooms, nil
}

// tell passes a word of the ledger on: to the leader's rooms, and to the request that it ends.
func (l *lead) tell(word any, dispatcher, submitter *actor.PID) {
	root := l.node.system.Root
	root.Send(dispatcher, word)
	root.Send(submitter, word)
	if closed, ok := word.(messages.Closed); ok {
		l.node.place.Post(actors.KindRequest, closed.Request.String(), word, nil)
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
	l.node.place.Unbind(actors.KindSubmitter)
	l.node.place.Unbind(actors.KindDispatch)
	for i := len(rooms.pids) - 1; i >= 0; i-- {
		_ = l.node.system.Root.StopFuture(rooms.pids[i]).Wait() // a room that hangs is cut off
	}
}

// stop ends the term's rooms and the following of terms.
func (l *lead) stop(ctx context.Context) error {
	close(l.halt)
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("the leader's rooms did not stop"), ctx.Err())
	}
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
