package cluster_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// parish is a town whose nodes gossip, with a committed table that a fake leader writes.
type parish struct {
	*town
	lock    sync.Mutex
	table   messages.MemberTable // lock
	entries []string             // lock; what was proposed
	leader  string               // lock
	members map[string]*cluster.Members
	fabrics map[string]cluster.Fabric
	keys    map[string]*cluster.Keyring
	quick   cluster.MembersTiming
}

var (
	oldKey = []byte(strings.Repeat("o", cluster.GossipKeySize))
	newKey = []byte(strings.Repeat("n", cluster.GossipKeySize))
)

func newParish(t testing.TB, names ...string) *parish {
	p := &parish{town: newTown(t), members: map[string]*cluster.Members{}, leader: names[0],
		keys: map[string]*cluster.Keyring{}}
	p.quick = cluster.MembersTiming{Rejoin: 200 * time.Millisecond, Grace: time.Second,
		Stream: time.Second}
	p.fabrics = p.opened(names...)
	p.table = p.town.table(names...)
	for _, name := range names {
		p.start(name, 1, oldKey)
	}
	return p
}

func (p *parish) start(name string, incarnation uint64, keys ...[]byte) *cluster.Members {
	p.t.Helper()
	ring, err := cluster.NewKeyring(keys...)
	if err != nil {
		p.t.Fatal(err)
	}
	address, _ := p.fabrics[name].Addresses()
	m, err := cluster.StartMembers(cluster.MembersConfig{Node: name, Region: "eu",
		Incarnation: incarnation, Address: address, Remote: address, Keys: ring,
		Transport: p.fabrics[name].Gossip(), Publish: p.publish, Timing: p.quick,
		Propose: p.propose, Table: p.committed,
		Leads:  func() bool { return p.leads() == name },
		Leader: p.leads, Peers: p.fabrics[name].Peers()})
	if err != nil {
		p.t.Fatal(err)
	}
	p.members[name], p.keys[name] = m, ring
	p.t.Cleanup(func() { p.stop(m) })
	return m
}

func (p *parish) stop(m *cluster.Members) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := m.Stop(ctx); err != nil {
		p.t.Error(err)
	}
}

func (p *parish) committed() messages.MemberTable {
	p.lock.Lock()
	defer p.lock.Unlock()
	return messages.MemberTable{Members: slices.Clone(p.table.Members)}
}

func (p *parish) leads() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.leader
}

func (p *parish) lead(name string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.leader = name
}

// propose applies an entry as the ledger would, without its checks.
func (p *parish) propose(_ context.Context, entry messages.Entry) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	switch entry := entry.(type) {
	case messages.MemberDown:
		p.entries = append(p.entries, fmt.Sprintf("%s.%d down", entry.Name, entry.Incarnation))
		p.change(entry.Name, func(m *messages.Member) { m.Down, m.DownAt = true, entry.At })
	case messages.MemberUp:
		p.entries = append(p.entries, fmt.Sprintf("%s.%d up", entry.Name, entry.Incarnation))
		p.change(entry.Name, func(m *messages.Member) { *m = messages.Member{MemberUp: entry} })
	}
	return nil
}

func (p *parish) change(name string, how func(*messages.Member)) {
	for i := range p.table.Members {
		if p.table.Members[i].Name == name {
			how(&p.table.Members[i])
		}
	}
}

func (p *parish) proposed() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return strings.Join(p.entries, ", ")
}

// sees is whom a node's gossip sees.
func (p *parish) sees(name string) string {
	var names []string
	for _, alive := range p.members[name].Alive() {
		names = append(names, alive.Name)
	}
	return strings.Join(names, " ")
}

func (p *parish) converge(within time.Duration, names ...string) time.Duration {
	p.t.Helper()
	want := strings.Join(names, " ")
	return soon(p.t, within, "all see "+want, func() bool {
		return !slices.ContainsFunc(names, func(name string) bool { return p.sees(name) != want })
	})
}

func TestMembersFindEachOther(t *testing.T) {
	p := newParish(t, "n1", "n2", "n3")
	p.converge(5*time.Second, "n1", "n2", "n3")
	address, _ := p.fabrics["n3"].Addresses()
	want := cluster.Alive{Name: "n3", Incarnation: 1, Region: "eu", Address: address, Remote: address}
	if got := p.members["n1"].Alive()[2]; got != want {
		t.Errorf("n1 sees %+v, want %+v", got, want)
	}
	if health := p.members["n1"].Health(); health.Grade != messages.Healthy {
		t.Errorf("health: %+v", health)
	}
	if got := p.proposed(); got != "" {
		t.Errorf("nothing happened, yet proposed: %s", got)
	}
}

func TestMembersNoticeADeath(t *testing.T) {
	p := newParish(t, "n1", "n2", "n3")
	p.converge(5*time.Second, "n1", "n2", "n3")
	p.stop(p.members["n3"])
	p.fabrics["n3"].Close()
	p.converge(5*time.Second, "n1", "n2")
	soon(t, 5*time.Second, "the leader proposes it", func() bool { return p.proposed() == "n3.1 down" })
	if fact := p.told(messages.FactMemberDown); fact.Detail != "n3 incarnation 1" {
		t.Errorf("told: %q", fact.Detail)
	}
	if member, _ := p.committed().Find("n3"); !member.Down || member.DownAt == 0 {
		t.Errorf("table: %+v", member)
	}
	p.fabrics["n3"] = p.open("n3") // the same process could not; a new one has a new incarnation
	p.fabrics["n3"].Learn(p.committed())
	p.lock.Lock()
	p.change("n3", func(m *messages.Member) { m.Down, m.DownAt, m.Incarnation = false, 0, 2 })
	p.lock.Unlock()
	p.start("n3", 2, oldKey)
	p.converge(5*time.Second, "n1", "n2", "n3")
	soon(t, 5*time.Second, "gossip knows the new incarnation", func() bool {
		return p.members["n1"].Alive()[2].Incarnation == 2
	})
	if got := p.proposed(); got != "n3.1 down" {
		t.Errorf("proposed: %s", got)
	}
}

func TestMembersTellTheLeaderOfWhoNeverCame(t *testing.T) {
	p := newParish(t, "n1", "n2")
	p.lock.Lock()
	p.table.Members = append(p.table.Members, messages.Member{MemberUp: messages.MemberUp{Name: "n9",
		Incarnation: 4, Address: "127.0.0.1:1", Remote: "127.0.0.1:2", Format: 1}})
	p.lock.Unlock()
	soon(t, 5*time.Second, "it is given up", func() bool { return p.proposed() == "n9.4 down" })
}

func TestMembersSayGoodbye(t *testing.T) {
	p := newParish(t, "n1", "n2", "n3")
	p.converge(5*time.Second, "n1", "n2", "n3")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := p.members["n2"].Leave(ctx); err != nil {
		t.Fatal(err)
	}
	p.converge(5*time.Second, "n1", "n3")
	p.stop(p.members["n2"])
	if err := p.members["n2"].Leave(ctx); err != nil {
		t.Errorf("leave after the end: %v", err)
	}
	if health := p.members["n2"].Health(); health.Grade != messages.Down {
		t.Errorf("health after the end: %+v", health)
	}
	soon(t, 5*time.Second, "the leader proposes it", func() bool { return p.proposed() == "n2.1 down" })
}

func TestMembersHealAPartition(t *testing.T) {
	p := newParish(t, "n1", "n2", "n3")
	p.converge(5*time.Second, "n1", "n2", "n3")
	p.part("n3", "n1", "n2")
	p.converge(5*time.Second, "n1", "n2")
	p.converge(5*time.Second, "n3")
	soon(t, 5*time.Second, "the leader proposes it", func() bool { return p.proposed() == "n3.1 down" })
	if health := p.members["n3"].Health(); health.Grade != messages.Degraded ||
		!strings.Contains(health.Detail, "n1, n2") {
		t.Errorf("health of who is apart: %+v", health)
	}
	p.heal()
	took := p.converge(5*time.Second, "n1", "n2", "n3")
	t.Logf("healed within %v", took)
	soon(t, 5*time.Second, "and takes it back", func() bool { return p.proposed() == "n3.1 down, n3.1 up" })
	if fact := p.told(messages.FactMemberUp); fact.Detail != "n3 incarnation 1" {
		t.Errorf("told: %q", fact.Detail)
	}
}

func TestMembersOfAnotherKeyStayOut(t *testing.T) {
	p := newParish(t, "n1", "n2")
	p.fabrics["n3"] = p.open("n3")
	for _, fabric := range p.fabrics {
		fabric.Learn(p.town.table("n1", "n2", "n3"))
	}
	p.lock.Lock()
	p.table = p.town.table("n1", "n2", "n3")
	p.lock.Unlock()
	p.start("n3", 1, newKey)
	p.converge(5*time.Second, "n1", "n2")
	soon(t, 5*time.Second, "it is given up", func() bool { return p.proposed() == "n3.1 down" })
	if got := p.sees("n3"); got != "n3" {
		t.Errorf("who has another key sees %s", got)
	}
	if err := p.keys["n3"].Install(oldKey); err != nil {
		t.Fatal(err)
	}
	if err := p.keys["n3"].Use(oldKey); err != nil {
		t.Fatal(err)
	}
	p.converge(5*time.Second, "n1", "n2", "n3")
}

func TestMembersNeedWhatTheyNeed(t *testing.T) {
	fabric := newTown(t).open("n1")
	ring, err := cluster.NewKeyring(oldKey)
	if err != nil {
		t.Fatal(err)
	}
	config := cluster.MembersConfig{Node: "n1", Incarnation: 1, Transport: fabric.Gossip()}
	if _, err := cluster.StartMembers(config); err == nil {
		t.Error("gossip without keys")
	}
	config.Keys, config.Address, config.Remote = ring, strings.Repeat("a", 250)+":1", strings.Repeat("b", 250)+":1"
	if _, err := cluster.StartMembers(config); err == nil {
		t.Error("more metadata than gossip carries")
	}
}

func BenchmarkDetection(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := newParish(b, "n1", "n2", "n3")
		p.quick = cluster.MembersTiming{}
		p.converge(5*time.Second, "n1", "n2", "n3")
		b.StartTimer()
		p.stop(p.members["n3"])
		p.fabrics["n3"].Close()
		soon(b, 10*time.Second, "noticed", func() bool { return p.proposed() == "n3.1 down" })
	}
}
