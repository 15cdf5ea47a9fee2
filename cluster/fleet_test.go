package cluster_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// crew lists the nodes of a fleet, and where they live.
var crew = []string{"n1@eu", "n2@us", "n3@us"}

// usKind are the proxies that the fleet's requests ask.
var usKind = actors.KindKMS("us")

// cabling joins the places of a fleet.
type cabling interface {
	join(t testing.TB, node string) cluster.Carrier
	leave(t testing.TB, node string)
	learn(table messages.MemberTable)
}

// site is one node of a fleet.
type site struct {
	*cluster.Place
	node    string
	system  *actor.ActorSystem
	carrier cluster.Carrier
}

// fleet is three places and what their actors heard. A request asks a proxy at every Decrypt.
type fleet struct {
	cabling cabling
	sites   map[string]*site

	lock   sync.Mutex
	leader string         // lock
	heard  map[string]int // lock; by "node kind id what"
	news   chan struct{}  // lock; closed and replaced at every change
}

func newFleet(t testing.TB, cabling cabling) *fleet {
	f := &fleet{cabling: cabling, sites: map[string]*site{}, heard: map[string]int{},
		news: make(chan struct{})}
	for _, text := range crew {
		node, _, _ := strings.Cut(text, "@")
		f.sites[node] = f.open(t, node)
	}
	return f
}

func (f *fleet) open(t testing.TB, node string) *site {
	t.Helper()
	s := &site{node: node, system: cluster.NewSystem(node), carrier: f.cabling.join(t, node)}
	var err error
	s.Place, err = cluster.NewPlace(cluster.PlaceConfig{System: s.system, Self: node,
		Carrier: s.carrier, Leader: f.leads, Publish: func(context.Context, messages.Fact) {}})
	if err != nil {
		t.Fatal(err)
	}
	for kind, receive := range map[string]func(actor.Context, string, string, *site){
		actors.KindRequest: f.request, usKind: f.proxy} {
		if err := s.Register(actors.Kind{Name: kind, Idle: time.Hour, New: func(id string) actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				f.note(node, kind, id, ctx.Message())
				receive(ctx, kind, id, s)
			})
		}}); err != nil {
			t.Fatal(err)
		}
	}
	s.Bind(actors.KindDispatch, s.system.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		f.note(node, actors.KindDispatch, "", ctx.Message())
	})))
	return s
}

// close ends all places, and then their carriers.
func (f *fleet) close(t testing.TB) {
	t.Helper()
	for node, s := range f.sites {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		f.cabling.leave(t, node)
	}
}

// kill ends a node: it says and hears nothing any more.
func (f *fleet) kill(t testing.TB, node string) {
	t.Helper()
	f.cabling.leave(t, node)
	if err := f.sites[node].Stop(context.Background()); err != nil {
		t.Error(err)
	}
	delete(f.sites, node)
}

// learn tells all places which members are up.
func (f *fleet) learn(members ...string) *cluster.Table {
	table := tableOf(members...)
	f.cabling.learn(table)
	for _, s := range f.sites {
		s.Learn(table)
	}
	return cluster.NewTable(table)
}

func (f *fleet) lead(node string) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.leader = node
}

func (f *fleet) leads() string {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.leader
}

func (f *fleet) request(ctx actor.Context, _, _ string, s *site) {
	switch word := ctx.Message().(type) {
	case messages.Decrypt:
		s.Post(usKind, "1", signShareOf(word.Requested.Request.Number), ctx.Self())
	case messages.Closed:
		ctx.Stop(ctx.Self())
	}
}

func (f *fleet) proxy(ctx actor.Context, _, _ string, _ *site) {
	if word, ok := ctx.Message().(messages.SignShare); ok && ctx.Sender() != nil {
		ctx.Send(ctx.Sender(), messages.ShareSigned{Request: word.Request, Party: 1, Epoch: 1,
			Shares: [][96]byte{{1}}, Signature: make([]byte, 64)})
	}
}

func (f *fleet) note(node, kind, id string, word any) {
	f.lock.Lock()
	defer f.lock.Unlock()
	_, what, _ := strings.Cut(fmt.Sprintf("%T", word), ".")
	f.heard[strings.Join([]string{node, kind, id, what}, " ")]++
	close(f.news)
	f.news = make(chan struct{})
}

// times tells how often a word was heard there.
func (f *fleet) times(node, kind, id, what string) int {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.heard[strings.Join([]string{node, kind, id, what}, " ")]
}

// anywhere tells how often a word was heard on any node.
func (f *fleet) anywhere(kind, id, what string) (times int) {
	f.lock.Lock()
	defer f.lock.Unlock()
	for key, n := range f.heard {
		if strings.HasSuffix(key, strings.Join([]string{"", kind, id, what}, " ")) {
			times += n
		}
	}
	return times
}

// await waits until it is so; every change of what was heard is looked at, and now and then what
// nobody tells of.
func (f *fleet) await(t testing.TB, what string, so func() bool) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		f.lock.Lock()
		news := f.news
		f.lock.Unlock()
		if so() {
			return
		}
		select {
		case <-news:
		case <-time.After(20 * time.Millisecond):
		case <-late:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// awaitHealth waits until a place's health says so.
func (f *fleet) awaitHealth(t testing.TB, node, says string) {
	t.Helper()
	f.await(t, node+" says "+says, func() bool {
		return strings.Contains(f.sites[node].Health().Detail, says)
	})
}

func requestOf(n uint64) messages.RequestID { return messages.RequestID{Chain: 1, Number: n} }

func decryptOf(n uint64) messages.Decrypt {
	return messages.Decrypt{Attempt: 1, Budget: time.Minute, Requested: messages.Requested{
		Request: requestOf(n), Handles: make([]messages.Handle, 1),
		RegisteredAt: []messages.Height{1}, Options: messages.Options{Proof: messages.ProofQuorum},
		Place: messages.EventPlace{Block: messages.BlockRef{Number: 1}}}}
}

func signShareOf(n uint64) messages.SignShare {
	return messages.SignShare{Request: requestOf(n), Party: 1, Epoch: 1,
		Place:  messages.EventPlace{Block: messages.BlockRef{Number: 1}},
		Inputs: make([]messages.InputHint, 1), Budget: time.Minute}
}

func deferredOf(n uint64) messages.DecryptDeferred {
	return messages.DecryptDeferred{Request: requestOf(n), Attempt: 1,
		Code: messages.CodeBelowThreshold}
}

func settleOf(n uint64) messages.Settle {
	return messages.Settle{Requested: decryptOf(n).Requested,
		Outcomes: []messages.HandleOutcome{{Status: messages.StatusOpened}}}
}

// mesh joins places in memory. What it carries may be lost, doubled and late.
type mesh struct {
	loss, double float64       // shares of all envelopes
	delay        time.Duration // at most

	lock  sync.Mutex
	dice  func() float64 // lock
	ports map[string]*port
}

// port is one place's end of a mesh.
type port struct {
	mesh *mesh
	node string
	how  func(from string, envelope []byte)
}

func (m *mesh) join(_ testing.TB, node string) cluster.Carrier {
	m.lock.Lock()
	defer m.lock.Unlock()
	p := &port{mesh: m, node: node, how: func(string, []byte) {}}
	m.ports[node] = p
	return p
}

func (m *mesh) leave(_ testing.TB, node string) {
	m.lock.Lock()
	defer m.lock.Unlock()
	delete(m.ports, node)
}

func (m *mesh) learn(messages.MemberTable) {}

// Receive implements cluster.Carrier.
func (p *port) Receive(how func(from string, envelope []byte)) {
	p.mesh.lock.Lock()
	defer p.mesh.lock.Unlock()
	p.how = how
}

// Carry implements cluster.Carrier.
func (p *port) Carry(node string, envelope []byte) {
	p.mesh.lock.Lock()
	defer p.mesh.lock.Unlock()
	if p.mesh.ports[p.node] != p || p.mesh.dice() < p.mesh.loss {
		return
	}
	copies := 1
	if p.mesh.dice() < p.mesh.double {
		copies = 2
	}
	for range copies {
		late := time.Duration(p.mesh.dice() * float64(p.mesh.delay))
		time.AfterFunc(late, func() { p.mesh.deliver(p.node, node, envelope) })
	}
}

func (m *mesh) deliver(from, to string, envelope []byte) {
	m.lock.Lock()
	p := m.ports[to]
	m.lock.Unlock()
	if p != nil {
		p.how(from, envelope)
	}
}
