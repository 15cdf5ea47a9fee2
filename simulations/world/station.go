package world

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"

	"kmsgateway/messages"
)

// Handler answers one kind of question. It is called as the question arrives, so it must not wait:
// what takes time it does in a goroutine of its own, see Station.Go. answer may be called once, at
// any time.
type Handler func(from string, ask any, answer func(any, error))

// Station is a process on the network: one life of a host. All methods are safe for concurrent use.
type Station struct {
	name string
	net  *Network
	life context.Context // ends with the process
	end  context.CancelFunc
	work sync.WaitGroup

	mu       sync.Mutex
	handlers map[string]Handler // mu
	flows    map[string]*flow   // mu; of Cast, by destination
	conns    map[*conn]bool     // mu
	streams  chan<- net.Conn    // mu; takes what others dial, nil where they are refused
}

// Join starts a process on a host. The host's earlier one must have left.
func (n *Network) Join(name string) *Station {
	s := &Station{name: name, net: n, handlers: map[string]Handler{}, flows: map[string]*flow{},
		conns: map[*conn]bool{}}
	s.life, s.end = context.WithCancel(context.Background())
	n.mu.Lock()
	defer n.mu.Unlock()
	n.host(name).station = s
	return s
}

// Leave ends the process: its connections break, whoever calls it is refused, nothing of it is sent
// or handled any more. A second call changes nothing.
func (s *Station) Leave() {
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.conns))
	s.mu.Unlock()
	for _, c := range open {
		_ = c.Close() // never fails
	}
	s.net.mu.Lock()
	if h := s.net.host(s.name); h.station == s {
		h.station, h.outbox = nil, nil
	}
	s.net.mu.Unlock()
	s.end()
}

// Go runs work that ends with the process, or soon after.
func (s *Station) Go(work func(life context.Context)) {
	s.work.Go(func() { work(s.life) })
}

// Wait returns when all work of the process has ended.
func (s *Station) Wait() { s.work.Wait() }

// Handle sets who answers a topic.
func (s *Station) Handle(topic string, how Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[topic] = how
}

// listen sets what takes the streams that others dial; nil refuses them.
func (s *Station) listen(streams chan<- net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams = streams
}

func (s *Station) accept() chan<- net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams
}

// handler finds who answers a topic, nil where nobody does: also where no process runs.
func (s *Station) handler(topic string) Handler {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handlers[topic]
}

// reply is how a call ended.
type reply struct {
	value any
	err   error
}

// Call asks a question and waits for the answer, until ctx or the process ends. What is asked and
// answered is shared, not copied: neither side may change it afterwards.
func (s *Station) Call(ctx context.Context, to, topic string, ask any) (any, error) {
	answered := s.call(to, topic, ask, nil)
	select {
	case r := <-answered:
		return r.value, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("call %s at %s: %w", topic, to, ctx.Err())
	case <-s.life.Done():
		return nil, errGone
	}
}

var errGone = messages.Refused(messages.CodeShuttingDown, "call", "this process has ended")

// call sends a question, in the order of a flow where there is one.
func (s *Station) call(to, topic string, ask any, on *flow) <-chan reply {
	answered := make(chan reply, 1)
	settle := func(r reply) func(*Station) {
		return func(back *Station) {
			if back == s {
				answered <- r
			}
		}
	}
	s.net.post(parcel{from: s.name, life: s, to: to, on: on, reliable: true,
		arrive: func(there *Station) {
			answer := func(value any, err error) {
				s.net.post(parcel{from: to, life: there, to: s.name, reliable: true,
					arrive: settle(reply{value, err})})
			}
			if how := there.handler(topic); how != nil {
				how(s.name, ask, answer)
				return
			}
			answer(nil, fmt.Errorf("%s refuses %s: nobody listens there", to, topic))
		}})
	return answered
}

// Cast sends a word that nobody answers, in order, and lost where the link is cut.
func (s *Station) Cast(to, topic string, word any) {
	s.mu.Lock()
	on := s.flows[to]
	if on == nil || on.broken(s.net) {
		on = &flow{}
		s.flows[to] = on
	}
	s.mu.Unlock()
	s.net.post(parcel{from: s.name, life: s, to: to, on: on, reliable: true,
		arrive: func(there *Station) {
			if how := there.handler(topic); how != nil {
				how(s.name, word, func(any, error) {})
			}
		}})
}
