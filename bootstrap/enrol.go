package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"kmsgateway/cluster"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// enrolment makes the node a member: it asks for a seat and an incarnation, then gossips, and
// keeps everybody who places work or finds nodes informed of the committed table.
type enrolment struct {
	core    *Core
	joined  chan struct{} // closed when this node is a member
	life    context.Context
	end     context.CancelFunc
	done    chan struct{}
	cancel  func()        // of the ledger's subscription
	number  atomic.Uint64 // this process's incarnation, 0 before the table has it
	members atomic.Pointer[cluster.Members]
	trouble atomic.Pointer[string] // why this node is no member yet
}

func newEnrolment(core *Core) *enrolment {
	e := &enrolment{core: core, joined: make(chan struct{}), done: make(chan struct{})}
	e.life, e.end = context.WithCancel(context.Background())
	return e
}

// start begins to enrol and returns at once.
func (e *enrolment) start(context.Context) error {
	if e.core.config.Fabric == nil {
		close(e.joined)
		close(e.done)
		e.cancel = func() {}
		go e.watch()
		return nil
	}
	e.cancel = e.core.ledger.Subscribe(func(word any) {
		if table, ok := word.(messages.MemberTable); ok {
			e.learn(table)
		}
	})
	e.learn(e.core.ledger.Members())
	go e.watch()
	go e.run()
	return nil
}

// watch ends the core with its ledger.
func (e *enrolment) watch() {
	select {
	case <-e.core.ledger.Halted():
		e.core.fail(errors.New(e.core.ledger.Health().Detail))
	case <-e.life.Done():
	}
}

// learn passes the table on to where nodes are found and work is placed. A newer process under
// this node's name is the one that serves from now on.
func (e *enrolment) learn(table messages.MemberTable) {
	e.core.config.Fabric.Learn(table)
	e.core.place.Learn(table)
	if number := e.number.Load(); number != 0 &&
		cluster.Fenced(e.core.config.Node, number, table) {
		e.fence()
	}
}

// run asks until there is a seat, starts to gossip, then stands guard.
func (e *enrolment) run() {
	defer close(e.done)
	if err := e.join(); err != nil {
		if e.life.Err() != nil {
			return // stopped before
		}
		text := err.Error()
		e.trouble.Store(&text)
		e.core.fail(fmt.Errorf("join the cluster: %w", err))
		return
	}
	close(e.joined)
	e.guard()
}

// guardEvery is between two looks for a leader.
const guardEvery = time.Second

// guard asks the others, while no leader is heard of, whether a newer process serves under this
// node's name: it was given this one's seat, and the table that says so never comes here.
func (e *enrolment) guard() {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.life.Done():
			return
		case <-tick.C:
		}
		if e.core.Leader() != "" {
			continue
		}
		if e.core.ledger.Newest(e.life, e.core.others()) > e.number.Load() {
			e.fence()
			return
		}
	}
}

// fence ends this process, since a newer one serves under its name.
func (e *enrolment) fence() {
	e.core.fail(fmt.Errorf("another process serves as %s by now", e.core.config.Node))
}

func (e *enrolment) join() error {
	config := e.core.config
	began := config.Clock()
	address, words := config.Fabric.Addresses()
	number, err := e.core.ledger.Join(e.life, messages.MemberUp{Region: config.Region,
		Address: address, Remote: words}, config.Seeds)
	if err != nil {
		return err
	}
	e.number.Store(number)
	members, err := cluster.StartMembers(cluster.MembersConfig{Node: config.Node,
		Region: config.Region, Incarnation: number, Address: address, Remote: words,
		Transport: config.Fabric.Gossip(), Keys: config.Keyring, Known: e.known,
		Clock: config.Clock, Publish: config.Publish, Propose: e.core.ledger.Propose,
		Table: e.core.ledger.Members, Leads: e.core.ledger.Leader,
		Leader: e.core.ledger.LeaderName, Peers: config.Fabric.Peers(),
		Timing: gossipTiming(config.Profile)})
	if err != nil {
		return err
	}
	e.members.Store(members)
	now := config.Clock()
	config.Publish(e.life, messages.Fact{Name: messages.FactMemberUp, Room: messages.RoomMembers,
		At: now, Took: now.Sub(began), Region: config.Region,
		Detail: fmt.Sprintf("%s incarnation %d", config.Node, number)})
	e.learn(e.core.ledger.Members()) // in case a newer process came meanwhile
	return nil
}

// gossipTiming is how long gossip waits, by how far the nodes are from each other.
func gossipTiming(profile ledger.Profile) cluster.MembersTiming {
	if profile == ledger.ProfileWAN {
		return cluster.WANMembers()
	}
	return cluster.LANMembers()
}

// known lists where members are to be found, for gossip that was cut off.
func (e *enrolment) known() (addresses []string) {
	for _, member := range e.core.ledger.Members().Members {
		if member.Name != e.core.config.Node {
			addresses = append(addresses, member.Name+"/"+member.Address)
		}
	}
	return addresses
}

// stop leaves the cluster.
func (e *enrolment) stop(ctx context.Context) error {
	e.end()
	<-e.done
	var err error
	if members := e.members.Load(); members != nil {
		err = members.Stop(ctx)
	}
	e.cancel()
	return err
}

// health is membership's contribution; a node alone has none.
func (e *enrolment) health() []messages.Health {
	if e.core.config.Fabric == nil {
		return nil
	}
	if trouble := e.trouble.Load(); trouble != nil {
		return []messages.Health{{Room: messages.RoomMembers, Grade: messages.Down,
			Detail: *trouble}}
	}
	if members := e.members.Load(); members != nil {
		return []messages.Health{members.Health()}
	}
	return []messages.Health{{Room: messages.RoomMembers, Grade: messages.Degraded,
		Detail: "asks for a seat"}}
}
