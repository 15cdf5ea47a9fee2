//go:build placement

package placement

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

const kind = "kms@us"

// ours is three places over wires. Whoever asks is a request on n1, as in the gateway.
type ours struct {
	b      testing.TB
	places map[string]*cluster.Place
	wires  map[string]*cluster.Wire
	table  messages.MemberTable
	placed atomic.Pointer[cluster.Table]
	asker  string
	serial atomic.Int64
}

// query is a question that waits in the asker.
type query struct {
	id       string
	number   int
	answered chan struct{}
}

func newOurs(b testing.TB) machine {
	m := &ours{b: b, places: map[string]*cluster.Place{}, wires: map[string]*cluster.Wire{}}
	authority := newAuthority(b)
	for _, node := range []string{"n1", "n2", "n3"} {
		m.open(node, authority.issue(b, node))
	}
	for _, node := range []string{"n1", "n2", "n3"} {
		region := messages.Region("us")
		if node == "n1" {
			region = "eu"
		}
		m.table.Members = append(m.table.Members, messages.Member{MemberUp: messages.MemberUp{
			Name: node, Incarnation: 1, Region: region, Remote: m.wires[node].Address(), Format: 1}})
	}
	m.learn()
	for n := 0; m.asker == "" || m.placed.Load().Owner(actors.KindRequest, m.asker) != "n1"; n++ {
		m.asker = strconv.Itoa(n)
	}
	return m
}

func (m *ours) open(node string, own *keys) {
	var err error
	m.wires[node], err = cluster.NewWire(cluster.WireConfig{Node: node, Listen: "127.0.0.1:0",
		Server: own.server, Client: own.client,
		Publish: func(context.Context, messages.Fact) {}})
	if err != nil {
		m.b.Fatal(err)
	}
	place, err := cluster.NewPlace(cluster.PlaceConfig{System: cluster.NewSystem(node), Self: node,
		Carrier: m.wires[node], Live: 1 << 20, Publish: func(context.Context, messages.Fact) {}})
	if err != nil {
		m.b.Fatal(err)
	}
	m.places[node] = place
	for _, k := range []actors.Kind{
		{Name: actors.KindRequest, New: func(string) actor.Actor { return newAsker(place) }},
		{Name: kind, New: func(string) actor.Actor { return actor.ReceiveFunc(reply) }},
	} {
		if err := place.Register(k); err != nil {
			m.b.Fatal(err)
		}
	}
}

func reply(ctx actor.Context) {
	if word, ok := ctx.Message().(messages.SignShare); ok {
		ctx.Send(ctx.Sender(), answer(word.Request))
	}
}

func newAsker(place *cluster.Place) actor.Actor {
	open := map[uint64]chan struct{}{}
	return actor.ReceiveFunc(func(ctx actor.Context) {
		switch word := ctx.Message().(type) {
		case query:
			open[uint64(word.number)] = word.answered
			place.Post(kind, word.id, question(word.number), ctx.Self())
		case messages.ShareSigned:
			if answered := open[word.Request.Number]; answered != nil {
				close(answered)
				delete(open, word.Request.Number)
			}
		}
	})
}

func (m *ours) learn() {
	m.placed.Store(cluster.NewTable(m.table))
	for node, place := range m.places {
		m.wires[node].Learn(m.table)
		place.Learn(m.table)
	}
}

func (m *ours) ask(id int, wait time.Duration) error {
	q := query{id: strconv.Itoa(id), number: int(m.serial.Add(1)), answered: make(chan struct{})}
	m.places["n1"].Post(actors.KindRequest, m.asker, q, nil)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-q.answered:
		return nil
	case <-timer.C:
		return timedOut(id)
	}
}

func (m *ours) lives(id int) string { return m.placed.Load().Owner(kind, strconv.Itoa(id)) }

func (m *ours) kill(node string) {
	if err := m.wires[node].Close(); err != nil {
		m.b.Error(err)
	}
}

func (m *ours) notice(node string) {
	for i, member := range m.table.Members {
		m.table.Members[i].Down = member.Down || member.Name == node
	}
	m.learn()
}

func (m *ours) close() {
	for node, place := range m.places {
		if err := place.Stop(context.Background()); err != nil {
			m.b.Error(err)
		}
		if err := m.wires[node].Close(); err != nil {
			m.b.Error(err)
		}
	}
}
