package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kmsgateway/messages"
)

const (
	// maxAsked is how many questions wait for one peer's answer; more wait for their turn.
	maxAsked = 64
	// maxServed is how many questions of one connection are worked on; more are refused. The asker
	// may have its answer, and ask again, before the place of the answered question is free.
	maxServed = 2 * maxAsked
	// maxAnswering is how many questions a node works on at once, from all peers.
	maxAnswering = 512
	// askMost is the deadline of a question without one.
	askMost = 30 * time.Second
)

// answerer answers the questions of a topic.
type answerer = func(ctx context.Context, from string, body []byte) ([]byte, error)

// asker asks peers and answers them; it implements Peers. Questions to a peer share a connection.
type asker struct {
	fabric    *fabric
	answering chan struct{} // slots

	lock   sync.Mutex
	topics map[string]answerer // lock
	peers  map[string]*peer    // lock; of names that are known
}

var _ Peers = (*asker)(nil)

func newAsker(f *fabric) *asker {
	return &asker{fabric: f, answering: make(chan struct{}, maxAnswering),
		topics: map[string]answerer{}, peers: map[string]*peer{}}
}

// Answer implements Peers.
func (a *asker) Answer(topic string, how func(context.Context, string, []byte) ([]byte, error)) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.topics[topic] = how
}

// Ask implements Peers. A question that may have been heard is never sent again: whether it was
// heard is only open where the error is no refusal of the peer.
func (a *asker) Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error) {
	if len(topic) > maxWord || len(body) > maxAskBody {
		return nil, messages.MalformedField("question", fmt.Sprintf(
			"want a topic of at most %d bytes and a body of at most %d", maxWord, maxAskBody))
	}
	ctx, cancel := context.WithTimeout(ctx, askMost)
	defer cancel()
	p, err := a.peer(node)
	if err == nil {
		body, err = p.ask(ctx, topic, body)
	}
	if err == nil {
		return body, nil
	}
	op := "ask " + node + " " + topic
	var refused *messages.GatewayError
	switch {
	case errors.As(err, &refused):
		return nil, err
	case a.fabric.life.Err() != nil:
		return nil, shuttingDown(op)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, &messages.GatewayError{Code: messages.CodeDeadline, Op: op, Cause: err}
	}
	return nil, fmt.Errorf("%s: %w", op, err)
}

// peer finds the line to a node whose address is known.
func (a *asker) peer(node string) (*peer, error) {
	if a.fabric.where(node) == "" {
		return nil, errors.New("no address is known")
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	p := a.peers[node]
	if p == nil {
		p = &peer{fabric: a.fabric, node: node, slots: make(chan struct{}, maxAsked)}
		a.peers[node] = p
	}
	return p, nil
}

// peer is the way to one node: its slots, and the connection that new questions take.
type peer struct {
	fabric *fabric
	node   string
	slots  chan struct{}

	lock    sync.Mutex
	line    *line    // lock; nil before the first question, and after a failure
	dialing *dialing // lock; nil while nobody dials
}

// dialing is a dial that several questions wait for.
type dialing struct {
	done chan struct{}
	line *line // set before done
	err  error // set before done
}

func (p *peer) ask(ctx context.Context, topic string, body []byte) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for again := false; ; again = true {
		l, err := p.open(ctx)
		if err != nil {
			return nil, err
		}
		if err := p.fabric.check(l.link); err != nil {
			_ = l.Close() // which its reader notices
			return nil, err
		}
		began := time.Now()
		answer, heard, err := l.ask(ctx, topic, body)
		if ctx.Err() != nil && l.heard().Before(began) {
			p.retire(l) // nothing at all came back: a new connection may fare better
		}
		if err == nil || heard || again || ctx.Err() != nil {
			return answer, err
		}
		p.retire(l) // it was dead before the question was out, which may go out once more
	}
}

// open returns the connection for new questions, and dials where there is none.
func (p *peer) open(ctx context.Context) (*line, error) {
	p.lock.Lock()
	if l := p.line; l != nil {
		p.lock.Unlock()
		return l, nil
	}
	d := p.dialing
	if d == nil {
		d = &dialing{done: make(chan struct{})}
		p.dialing = d
		if !p.fabric.spawn(func() { p.dial(d) }) {
			p.dialing = nil
			p.lock.Unlock()
			return nil, shuttingDown("dial " + p.node)
		}
	}
	p.lock.Unlock()
	select {
	case <-d.done:
		return d.line, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// dial opens a connection for all who wait, however short the patience of the first of them.
func (p *peer) dial(d *dialing) {
	ctx, cancel := context.WithTimeout(p.fabric.life, p.fabric.config.Patience)
	defer cancel()
	var l *link
	if l, d.err = p.fabric.dial(ctx, protoAsk, p.node, ""); d.err == nil {
		d.line = newLine(l)
	}
	p.lock.Lock()
	p.line, p.dialing = d.line, nil
	p.lock.Unlock()
	close(d.done)
	if d.line != nil {
		d.line.run()
		p.retire(d.line)
	}
}

// retire lets no new question take a connection; it ends when the last answer is in.
func (p *peer) retire(l *line) {
	p.lock.Lock()
	if p.line == l {
		p.line = nil
	}
	p.lock.Unlock()
	l.retire()
}
