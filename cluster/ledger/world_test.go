package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// world is a few nodes and the network between them, in one process.
type world struct {
	t     testing.TB
	heard *facts
	tune  func(*Config)

	lock  sync.Mutex
	nodes map[string]*node // lock
	lossy int              // lock; answers to be lost on the way back, of questions from now on
}

// node is one node's files and, while it lives, its ledger.
type node struct {
	name, dir string
	ledger    *Ledger
	transport *raft.InmemTransport
	topics    map[string]func(context.Context, string, []byte) ([]byte, error)
	cut       bool // from all others
	terms     sync.WaitGroup
}

func newWorld(t testing.TB, tune func(*Config)) *world {
	w := &world{t: t, heard: new(facts), tune: tune, nodes: map[string]*node{}}
	t.Cleanup(func() {
		for _, n := range w.living() {
			w.kill(n.name)
		}
	})
	return w
}

// found opens the first node; open any other.
func (w *world) found(name string) *Ledger { return w.start(name, true) }
func (w *world) open(name string) *Ledger  { return w.start(name, false) }

func (w *world) start(name string, first bool) *Ledger {
	w.t.Helper()
	w.lock.Lock()
	n := w.nodes[name]
	if n == nil {
		n = &node{name: name, dir: w.t.TempDir()}
		w.nodes[name] = n
	}
	_, n.transport = raft.NewInmemTransportWithTimeout(raft.ServerAddress(name), time.Second)
	n.topics, n.cut = map[string]func(context.Context, string, []byte) ([]byte, error){}, false
	w.lock.Unlock()
	w.join(n)
	config := Config{Dir: n.dir, Node: name, Clock: time.Now, Publish: w.heard.publish,
		Timing: Timing{Heartbeat: 100 * time.Millisecond, Election: 100 * time.Millisecond,
			Lease: 50 * time.Millisecond},
		Transport: n.transport, Peers: line{w, name}, Bootstrap: first}
	if w.tune != nil {
		w.tune(&config)
	}
	l, err := Open(config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	n.ledger = l
	n.terms.Go(func() {
		for range l.Leadership() { // some room must listen
		}
	})
	return l
}

// seat opens a node and waits until it has its seat.
func (w *world) seat(name string, seeds ...string) (*Ledger, uint64) {
	w.t.Helper()
	l := w.open(name)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	incarnation, err := l.Join(ctx, messages.MemberUp{Region: "eu", Address: name + ":1",
		Remote: name + ":2"}, seeds)
	if err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
	return l, incarnation
}

// join connects a node's packets with all others'; leave cuts them.
func (w *world) join(n *node) {
	w.lock.Lock()
	defer w.lock.Unlock()
	n.cut = false
	for _, other := range w.nodes {
		if other != n && other.transport != nil && !other.cut {
			other.transport.Connect(raft.ServerAddress(n.name), n.transport)
			n.transport.Connect(raft.ServerAddress(other.name), other.transport)
		}
	}
}

func (w *world) leave(n *node) {
	w.lock.Lock()
	defer w.lock.Unlock()
	n.cut = true
	for _, other := range w.nodes {
		if other != n && other.transport != nil {
			other.transport.Disconnect(raft.ServerAddress(n.name))
		}
	}
	n.transport.DisconnectAll()
}

// kill ends a node without a word to anybody.
func (w *world) kill(name string) {
	n := w.node(name)
	w.leave(n)
	if err := n.ledger.Close(); err != nil {
		w.t.Errorf("%s: %v", name, err)
	}
	n.terms.Wait()
	w.lock.Lock()
	defer w.lock.Unlock()
	n.ledger, n.transport = nil, nil
}

func (w *world) node(name string) *node {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.nodes[name]
}

func (w *world) living() (living []*node) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, n := range w.nodes {
		if n.ledger != nil {
			living = append(living, n)
		}
	}
	return living
}

// opened lists the ledgers that are open, for goroutines that run while nodes are killed.
func (w *world) opened() (opened []*Ledger) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, n := range w.nodes {
		if n.ledger != nil {
			opened = append(opened, n.ledger)
		}
	}
	return opened
}

// leader waits until one node leads and is ready for it.
func (w *world) leader() (leader *Ledger) {
	w.t.Helper()
	w.until("a leader", func() bool {
		leader = nil
		for _, n := range w.living() {
			if n.ledger.Leader() && !n.cut {
				leader = n.ledger
			}
		}
		return leader != nil
	})
	return leader
}

// until waits for what comes by itself.
func (w *world) until(what string, so func() bool) {
	w.t.Helper()
	looks := time.NewTicker(5 * time.Millisecond)
	defer looks.Stop()
	end := time.After(30 * time.Second)
	for !so() {
		select {
		case <-looks.C:
		case <-end:
			for _, n := range w.living() {
				w.t.Logf("%s: %+v, seats %+v", n.name, n.ledger.Health(), n.ledger.Seats())
			}
			w.t.Fatalf("%s did not come", what)
		}
	}
}

// agreed waits until all living nodes show the same bytes.
func (w *world) agreed() []byte {
	w.t.Helper()
	var first []byte
	w.until("agreement", func() bool {
		first = nil
		for _, n := range w.living() {
			now := dump(w.t, n.ledger)
			if first != nil && !bytes.Equal(now, first) {
				return false
			}
			first = now
		}
		return true
	})
	return first
}

// votes counts the seats as the leader sees them.
func votes(l *Ledger) (voters, others int) {
	for _, s := range l.Seats() {
		if s.Voter {
			voters++
		} else {
			others++
		}
	}
	return voters, others
}

// line is a node's end of the questions.
type line struct {
	world *world
	name  string
}

func (e line) Answer(topic string,
	how func(context.Context, string, []byte) ([]byte, error)) {
	e.world.lock.Lock()
	defer e.world.lock.Unlock()
	e.world.nodes[e.name].topics[topic] = how
}

// Ask is as rude as a real network: where a node does not answer in time, it may still have heard.
func (e line) Ask(ctx context.Context, to, topic string, body []byte) ([]byte, error) {
	how, lost := e.world.way(e.name, to, topic)
	if how == nil {
		return nil, messages.Refused(messages.CodePartyUnreachable, "ask", to)
	}
	type reply struct {
		body []byte
		err  error
	}
	came := make(chan reply, 1)
	go func() {
		answer, err := how(ctx, e.name, bytes.Clone(body))
		came <- reply{answer, err}
	}()
	select {
	case r := <-came:
		if lost || e.world.severed(e.name, to) {
			return nil, errors.New("the connection broke")
		}
		if r.err != nil { // as it would cross a wire
			return nil, messages.Refused(messages.CodeOf(r.err), "ask", r.err.Error())
		}
		return r.body, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("ask %s: %w", to, ctx.Err())
	}
}

func (w *world) way(from, to, topic string) (
	how func(context.Context, string, []byte) ([]byte, error), lost bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	a, b := w.nodes[from], w.nodes[to]
	if a == nil || b == nil || a.cut || b.cut || b.ledger == nil {
		return nil, false
	}
	if topic == topicPropose && w.lossy > 0 {
		w.lossy--
		lost = true
	}
	return b.topics[topic], lost
}

func (w *world) severed(from, to string) bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.nodes[from].cut || w.nodes[to].cut
}

// trio opens three voters.
func trio(t testing.TB, tune func(*Config)) *world {
	t.Helper()
	w := newWorld(t, tune)
	first := w.found("n1")
	w.leader()
	if _, err := first.Join(context.Background(), messages.MemberUp{Region: "eu"}, nil); err != nil {
		t.Fatal(err)
	}
	w.seat("n2", "n1")
	w.seat("n3", "n1")
	w.until("three voters", func() bool {
		voters, _ := votes(first)
		return voters == 3
	})
	return w
}
