package ledger

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"kmsgateway/messages"
)

// Config is what a ledger needs.
type Config struct {
	Dir     string // of the log and the snapshots; created
	Node    string // this node's name among the members; the same at every start
	Clock   messages.Clock
	Publish messages.Publish
	Timing  Timing    // the zero value means LAN
	Log     io.Writer // takes the lines that raft logs; nil drops them
}

// Ledger is a node's replica of the ledger. Its methods may be called from any goroutine.
type Ledger struct {
	machine  *machine
	replica  *replica
	proposer *proposer
	leads    atomic.Bool // elected, and all committed before is applied
	closed   atomic.Bool
	terms    chan bool // told by the watcher, closed when it ends
	closing  chan struct{}
	ended    sync.WaitGroup // watcher and proposer
}

// Counts is how much there is of each, for people.
type Counts struct {
	Open      int    // public requests not ended
	Sent      int    // of those, in an open transaction
	OpenUsers int    // user requests not ended
	Nonces    int    // open transactions
	Fulfilled uint64 // ended so, ever
	Rejected  uint64
	Expired   uint64
	Answered  uint64
}

// Open opens the ledger below a folder, or creates it with this node as its first member. It does
// not wait for an election: Leadership says when this node leads and its state is complete. The
// errors are CONFIG, STORAGE where the files cannot be used, and MALFORMED_INPUT where they are of
// a newer program.
func Open(config Config) (*Ledger, error) {
	if config.Dir == "" || config.Node == "" {
		return nil, messages.BadConfig("node", "the ledger needs a folder and a node's name")
	}
	if config.Timing == (Timing{}) {
		config.Timing = LAN()
	}
	if config.Log == nil {
		config.Log = io.Discard
	}
	fsm := newMachine(config.Clock, config.Publish)
	replica, err := openReplica(config, fsm)
	if err != nil {
		return nil, err
	}
	l := &Ledger{machine: fsm, replica: replica, terms: make(chan bool),
		closing: make(chan struct{})}
	l.proposer = newProposer(log{commit: replica.commit, barrier: replica.barrier,
		shows: l.shows}, config.Clock, config.Publish)
	l.ended.Go(l.proposer.run)
	l.ended.Go(l.watch)
	return l, nil
}

// Close stops the ledger and lets go of its files. What waits in Propose is answered
// SHUTTING_DOWN: its outcome is known after the next start.
func (l *Ledger) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	l.leads.Store(false)
	close(l.closing)
	close(l.proposer.stop)
	err := l.replica.close()
	l.ended.Wait()
	if err != nil {
		return messages.StorageFailed("close ledger", err)
	}
	return nil
}

// watch turns raft's elections into terms: a term begins when this node is elected and has applied
// all that was committed before, and ends at the latest when the ledger halts.
func (l *Ledger) watch() {
	defer close(l.terms)
	halted := l.machine.stopped
	var told bool
	var pending []bool // terms that the listener has not heard of
	for {
		var terms chan bool // nil, which blocks, while there is nothing to tell
		var next bool
		if len(pending) > 0 {
			terms, next = l.terms, pending[0]
		}
		leads := false
		select {
		case terms <- next:
			told, pending = next, pending[1:]
			continue
		case elected := <-l.replica.raft.LeaderCh():
			leads = elected && l.replica.barrier() == nil && l.machine.err() == nil
		case <-halted:
			halted = nil
		case <-l.closing:
			return
		}
		l.leads.Store(leads)
		pending = queueTerm(told, pending, leads)
	}
}

// queueTerm adds news to what was not told yet. A term that ended before anybody heard it begin is
// not told at all.
func queueTerm(told bool, pending []bool, leads bool) []bool {
	last := len(pending) - 1
	if last >= 0 {
		told = pending[last]
	}
	switch {
	case told == leads:
		return pending
	case last >= 0 && !leads:
		return pending[:last]
	default:
		return append(pending, leads)
	}
}

// Leadership tells each term of this node: true when it begins, false when it ends. It is for one
// listener and is closed by Close.
func (l *Ledger) Leadership() <-chan bool { return l.terms }

// Leader reports whether this node leads and its state is complete.
func (l *Ledger) Leader() bool { return l.leads.Load() && !l.closed.Load() }

// Halted is closed when the ledger met an entry that this program cannot read: the process must
// stop. Health says which.
func (l *Ledger) Halted() <-chan struct{} { return l.machine.stopped }

// Propose commits an entry and returns nil when Apply accepted it. The errors are CONFLICT where
// Apply refused, NOT_LEADER, MALFORMED_INPUT, STORAGE, OVERLOADED; after DEADLINE and
// SHUTTING_DOWN the entry may still be applied.
func (l *Ledger) Propose(ctx context.Context, entry messages.Entry) error {
	if l.closed.Load() {
		return shuttingDown()
	}
	if !l.Leader() {
		return messages.NotLeader("propose")
	}
	return l.proposer.propose(ctx, entry)
}

// shows gives the proposer its second look.
func (l *Ledger) shows(entry messages.Entry) (shown bool) {
	l.machine.read(func(s *state) { shown = s.shows(entry) })
	return shown
}

// Subscribe has words told after each Apply, in order: messages.Admitted, Closed and Unwound. The
// listener must not block and must not propose before it returns. What the log already held at
// Open is not told again: read Rows after subscribing.
func (l *Ledger) Subscribe(hear func(word any)) (cancel func()) {
	return l.machine.subscribe(hear)
}

// Health says whether entries can be proposed.
func (l *Ledger) Health() messages.Health {
	health := messages.Health{Room: messages.RoomLedger}
	if err := l.machine.err(); err != nil {
		health.Grade, health.Detail = messages.Down, err.Error()
		return health
	}
	if l.closed.Load() {
		health.Grade, health.Detail = messages.Down, "closed"
		return health
	}
	if leader, _ := l.replica.raft.LeaderWithID(); leader == "" {
		health.Grade, health.Detail = messages.Degraded, "no leader"
		return health
	}
	counts := l.Counts()
	health.Grade = messages.Healthy
	health.Detail = fmt.Sprintf("cursor %d, %d requests open, %d transactions open",
		l.Cursor().Number, counts.Open, counts.Nonces)
	return health
}
