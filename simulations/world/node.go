package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/bootstrap"
	"kmsgateway/cluster"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// reviveEvery is between two tries to start a node again.
const reviveEvery = time.Second

// turn lets one at a time do something that takes virtual time; a lock would stop the clock.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn and returns what gives it back.
func (t turn) take() (give func()) {
	t <- struct{}{}
	return func() { <-t }
}

// Node is a node of the cluster through all its lives.
type Node struct {
	world  *World
	plan   NodePlan
	dir    string // of its content
	disk   *Disk
	sender messages.Address
	first  bool         // it makes the ledger
	skew   atomic.Int64 // nanoseconds that its clock is ahead

	turn    turn // taken while a life begins or ends
	mu      sync.Mutex
	running *living // mu; nil while it is down
	applied prefix  // mu; how far its ledger was seen to be applied
}

// living is one life of a node.
type living struct {
	station *Station
	fabric  cluster.Fabric
	view    *client
	core    *bootstrap.Core
}

func newNode(w *World, plan NodePlan, number int) (*Node, error) {
	n := &Node{world: w, plan: plan, turn: newTurn(), dir: filepath.Join(w.dir, plan.Name),
		first: number == 0, sender: messages.Address{0x5e, byte(number >> 8), byte(number + 1)}}
	n.disk = NewDisk(func() { w.work.Go(func() { w.note(n.Crash()) }) })
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a node's folder: %w", err)
	}
	return n, nil
}

func (n *Node) now() time.Time { return time.Now().Add(time.Duration(n.skew.Load())) }

// Start begins a life on what the earlier ones have synced. It does not wait for the cluster. A
// node that runs goes on.
func (n *Node) Start() error {
	defer n.turn.take()()
	if n.life() != nil {
		return nil
	}
	w := n.world
	l := &living{station: w.network.Join(n.plan.Name)}
	l.fabric = NewFabric(l.station)
	l.view = w.client(l.station, 0)
	publish := w.history.of(n.plan.Name)
	var seeds []string
	for _, other := range w.plan.Topology.Nodes {
		if other.Name != n.plan.Name {
			seeds = append(seeds, other.Name)
		}
	}
	profile := ledger.ProfileLAN
	if w.plan.Topology.WAN {
		profile = ledger.ProfileWAN
	}
	var err error
	l.core, err = bootstrap.StartCore(context.Background(), bootstrap.CoreConfig{
		Node: n.plan.Name, Region: n.plan.Region, Data: n.dir, Chain: ChainID,
		Gateway: w.contract.address, Finality: chain.Confirmations(w.plan.Chain.Nodes),
		Start: deployed, Poll: w.chain.plan.Period / 2, Source: l.view,
		Outlet: &outlet{l.view, n.sender}, Fetch: l.view.registration, Book: w.book,
		Dial: dialer(l.station, publish), Derive: w.derive, Fabric: l.fabric, Keyring: w.keyring,
		First: n.first, Seeds: seeds, Voters: w.plan.Topology.Voters, Profile: profile,
		Stores: n.disk.Open, Blind: l.view.blind, Publish: publish, Clock: n.now,
		Rand: w.random})
	if err != nil {
		l.station.Leave()
		l.station.Wait()
		return fmt.Errorf("start %s: %w", n.plan.Name, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.running = l
	return nil
}

// Revive starts the node again and again until it runs, as a service manager does: where its disk
// is still broken it cannot.
func (n *Node) Revive() error {
	for n.Start() != nil {
		if !n.world.sleep(reviveEvery) || n.world.held(n.plan.Name) {
			return nil
		}
	}
	return nil
}

// life is the present one, nil while the node is down.
func (n *Node) life() *living {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.running
}

func (n *Node) end() *living {
	n.see()
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.running
	n.running = nil
	return l
}

// Crash ends a life at once: its ports answer no more, what was not synced is gone. A node that is
// down stays so.
func (n *Node) Crash() error {
	if l := n.life(); l != nil { // also one that is stopping
		n.see()
		l.station.Leave()
		n.disk.Crash()
	}
	defer n.turn.take()()
	l := n.end()
	if l == nil {
		return nil
	}
	l.station.Leave()
	n.disk.Crash()
	_ = l.core.Kill() // what it has to complain about died with it
	return l.fabric.Close()
}

// Stop ends a life in good order.
func (n *Node) Stop(ctx context.Context) error {
	defer n.turn.take()()
	l := n.life()
	if l == nil {
		return nil
	}
	err := l.core.Stop(ctx)
	n.end()
	n.disk.Crash() // nothing is under way any more
	if closing := l.fabric.Close(); err == nil {
		err = closing
	}
	return err
}

// leads tells whether the node leads and is ready for it.
func (n *Node) leads() bool {
	l := n.life()
	return l != nil && l.core.Ledger().Leader()
}

// ready tells whether the node is a member and its ledger has all the voters it should have.
func (n *Node) ready(voters int) bool {
	l := n.life()
	if l == nil {
		return false
	}
	select {
	case <-l.core.Joined():
	default:
		return false
	}
	seats := l.core.Ledger().Seats()
	voting := slices.DeleteFunc(seats, func(s ledger.Seat) bool { return !s.Voter })
	return len(voting) >= voters
}
