package ledger

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
)

const (
	// knockEvery is between two tries to reach a node that has not answered: what a partition that
	// heals, or a node that starts again, waits for its first entry.
	knockEvery = 250 * time.Millisecond
	// knockFor is how long raft sees no failure meanwhile. It looks then whether the node still has
	// a seat; and after so few failures it waits for less than a second in ten minutes.
	knockFor = time.Minute
)

// patient is a transport that keeps trying to hand a node its entries. Raft itself waits twice as
// long after each failure, up to ten seconds, and nothing tells it that the node is back: a node
// that was away for a minute would be behind for ten seconds more.
type patient struct {
	raft.Transport
	term    atomic.Uint64 // the highest that this node has led
	closing chan struct{}
	once    sync.Once // of closing
}

// newPatient wraps a transport; one that can ask for pre-votes stays one.
func newPatient(transport raft.Transport) (raft.Transport, *patient) {
	p := &patient{Transport: transport, closing: make(chan struct{})}
	if asks, can := transport.(raft.WithPreVote); can {
		return asking{p, asks}, p
	}
	return p, p
}

// asking is a patient transport with pre-votes.
type asking struct {
	*patient
	raft.WithPreVote
}

// AppendEntries implements raft.Transport. A heartbeat fails at once, for by it a leader learns
// that it is alone. Anything else is tried until it is heard, this node leads another term, a
// minute has passed, or this node stops.
func (p *patient) AppendEntries(id raft.ServerID, target raft.ServerAddress,
	args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	for was := p.term.Load(); was < args.Term && !p.term.CompareAndSwap(was, args.Term); {
		was = p.term.Load()
	}
	for began := time.Now(); ; {
		err := p.Transport.AppendEntries(id, target, args, resp)
		if err == nil || heartbeat(args) || p.term.Load() > args.Term ||
			time.Since(began) >= knockFor {
			return err
		}
		select {
		case <-p.closing:
			return err
		case <-time.After(knockEvery):
		}
	}
}

// heartbeat tells raft's heartbeats, which carry a term and nothing else.
func heartbeat(args *raft.AppendEntriesRequest) bool {
	return args.Term != 0 && args.PrevLogEntry == 0 && args.PrevLogTerm == 0 &&
		len(args.Entries) == 0 && args.LeaderCommitIndex == 0
}

// release ends all waiting, so that raft can stop.
func (p *patient) release() { p.once.Do(func() { close(p.closing) }) }

// Close implements raft.WithClose, where the transport does.
func (p *patient) Close() error {
	p.release()
	if closer, can := p.Transport.(raft.WithClose); can {
		return closer.Close()
	}
	return nil
}

var _ raft.WithClose = (*patient)(nil)
