package ledger

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// Profile says how far the nodes are from each other.
type Profile string

// The profiles, for Config. LAN is the one for nodes within a few milliseconds.
const (
	ProfileLAN Profile = "lan"
	ProfileWAN Profile = "wan"
)

const (
	// wanRoundTrip is what the wan profile is made for; with Timing any other can be had.
	wanRoundTrip = 100 * time.Millisecond
	// defaultVoters survive the loss of one.
	defaultVoters = 3
	// replaceAfter is how long a voter is gone before another votes in its place: longer than a
	// restart, an upgrade, a reboot.
	replaceAfter = 10 * time.Minute
	// stabiliseRounds is how many election timeouts a replica keeps up before it votes, and a leader
	// leads before it judges itself.
	stabiliseRounds = 10
)

// Config is what a ledger needs. Without a Transport the node is alone and its own first member;
// all that follows it is for many nodes.
type Config struct {
	Dir     string // of the log and the snapshots; created
	Node    string // this node's name among the members; the same at every start
	Clock   messages.Clock
	Publish messages.Publish
	Timing  Timing    // the zero value means the Profile's
	Log     io.Writer // takes the lines that raft logs; nil drops them
	Stores  Stores    // instead of files below Dir, which is then not used; nil means those

	Transport raft.Transport // dials raft.ServerAddress(the node's name); the ledger closes it
	Peers     Peers          // for entries of nodes that do not lead, and for joins
	Bootstrap bool           // this is the very first node; where there is a ledger it means nothing
	Voters    int            // 3 or 5; 0 means 3. Other nodes hold the ledger without a vote
	Profile   Profile        // "" means lan
	Stabilise time.Duration  // of keeping up before a vote; 0 means 10 election timeouts
	Patience  time.Duration  // with a silent voter before it is replaced; 0 means 10 minutes
	Outlook   func() Outlook // what this node sees of the chain; nil says nothing. Must not block
}

// withDefaults fills in what the zero value leaves open.
func (c Config) withDefaults() Config {
	if c.Timing == (Timing{}) {
		c.Timing = LAN()
		if c.Profile == ProfileWAN {
			c.Timing = WAN(wanRoundTrip)
		}
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	c.Voters = cmp.Or(c.Voters, defaultVoters)
	c.Stabilise = cmp.Or(c.Stabilise, stabiliseRounds*c.Timing.Election)
	c.Patience = cmp.Or(c.Patience, replaceAfter)
	return c
}

// validate names the setting at fault.
func (c Config) validate() error {
	switch {
	case c.Dir == "" && c.Stores == nil || c.Node == "":
		return messages.BadConfig("node", "the ledger needs a folder and a node's name")
	case c.Voters != 3 && c.Voters != 5:
		return messages.BadConfig("ledger.voters", "want 3 or 5")
	case c.Profile != "" && c.Profile != ProfileLAN && c.Profile != ProfileWAN:
		return messages.BadConfig("ledger.profile", "want lan or wan")
	case (c.Transport == nil) != (c.Peers == nil):
		return messages.BadConfig("ledger.peers", "want both a transport and peers, or neither")
	default:
		return nil
	}
}

// Ledger is a node's replica of the ledger. Its methods may be called from any goroutine.
type Ledger struct {
	clock    messages.Clock
	machine  *machine
	replica  *replica
	proposer *proposer
	route    *route // nil for a node by itself, as are the next two
	peers    Peers
	keeper   *keeper
	outlook  func() Outlook
	seating  chan struct{} // full while a node is given a seat and an incarnation
	handing  chan struct{} // full while leadership is handed over
	life     context.Context
	end      context.CancelFunc // of life
	leads    atomic.Bool        // elected, and all committed before is applied
	closed   atomic.Bool
	terms    chan bool // told by the watcher, closed when it ends
	closing  chan struct{}
	ended    sync.WaitGroup // watcher, proposer, keeper
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

// Open opens the ledger below a folder, or creates it with this node as its first member; among
// many nodes only where Bootstrap says so, and any other asks for its seat by Join. It does not
// wait for an election: Leadership says when this node leads and its state is complete. The
// errors are CONFIG, STORAGE where the files cannot be used, and MALFORMED_INPUT where they are of
// a newer program.
func Open(config Config) (*Ledger, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	fsm := newMachine(config.Clock, config.Publish)
	replica, err := openReplica(config, fsm)
	if err != nil {
		return nil, err
	}
	l := &Ledger{clock: config.Clock, machine: fsm, replica: replica, peers: config.Peers,
		outlook: config.Outlook, terms: make(chan bool), closing: make(chan struct{}),
		seating: make(chan struct{}, 1), handing: make(chan struct{}, 1)}
	l.life, l.end = context.WithCancel(context.Background())
	way := log{barrier: replica.barrier, shows: l.shows,
		commit: func(encoded []byte) (verdicts, error) {
			answers, _, err := replica.commit(encoded)
			return answers, err
		}}
	if config.Peers != nil {
		l.connect(config)
		way.commit, way.barrier, way.late = l.route.commit, l.route.barrier, true
	}
	l.proposer = newProposer(way, config.Clock, config.Publish)
	l.ended.Go(l.proposer.run)
	l.ended.Go(l.watch)
	if l.keeper != nil {
		l.answer()
		l.ended.Go(l.keeper.run)
	}
	return l, nil
}

// connect prepares what a node among many has besides.
func (l *Ledger) connect(config Config) {
	l.route = newRoute(l.life, l.replica, config, l.machine)
	l.route.stamp = l.format
	l.keeper = &keeper{ledger: l, wanted: config.Voters,
		wait: patience{stabilise: config.Stabilise, replace: config.Patience,
			settle: stabiliseRounds * config.Timing.Election},
		tick: config.Timing.Heartbeat}
}

// answer begins to answer the other nodes.
func (l *Ledger) answer() {
	l.peers.Answer(topicPropose, l.answerPropose)
	l.peers.Answer(topicBarrier, l.answerBarrier)
	l.peers.Answer(topicJoin, l.answerJoin)
	l.peers.Answer(topicStanding, l.answerStanding)
	l.peers.Answer(topicNewest, l.answerNewest)
}

// format is the entry version that this node writes.
func (l *Ledger) format() uint8 {
	var voters []string
	for _, server := range l.replica.servers() {
		if server.Suffrage == raft.Voter {
			voters = append(voters, string(server.ID))
		}
	}
	return oldestFormat(messages.EntryVersion, l.replica.node, voters, l.Members())
}

// Close stops the ledger and lets go of its files. What waits in Propose is answered
// SHUTTING_DOWN: its outcome is known after the next start.
func (l *Ledger) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	l.leads.Store(false)
	l.end()
	close(l.closing)
	close(l.proposer.stop)
	l.handedOver()
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
	leaders := make(chan raft.Observation, 1)
	observer := raft.NewObserver(leaders, false, func(o *raft.Observation) bool {
		_, elected := o.Data.(raft.LeaderObservation)
		return elected && l.route != nil
	})
	l.replica.raft.RegisterObserver(observer)
	defer l.replica.raft.DeregisterObserver(observer)
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
		case <-leaders:
			l.route.stir()
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

// Propose commits an entry, through whichever node leads, and returns nil when Apply accepted it
// and this node shows it. The errors are CONFLICT where Apply refused, NOT_LEADER where there is no
// leader, MALFORMED_INPUT, OVERLOADED; after DEADLINE, STORAGE and SHUTTING_DOWN the entry may
// still be applied.
func (l *Ledger) Propose(ctx context.Context, entry messages.Entry) error {
	if l.closed.Load() {
		return shuttingDown()
	}
	if l.route == nil && !l.Leader() {
		return messages.NotLeader("propose")
	}
	return l.proposer.propose(ctx, entry)
}

// shows gives the proposer its second look.
func (l *Ledger) shows(entry messages.Entry) (shown bool) {
	l.machine.read(func(s *state) { shown = s.shows(entry) })
	return shown
}

// Subscribe has words told after each Apply, in order: messages.Admitted, Sent, Closed and Unwound,
// and messages.MemberTable when the table changed. The listener must not block and must not propose
// before it returns. What the log already held at Open is not told again: read Rows after
// subscribing.
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
	if l.LeaderName() == "" {
		health.Grade, health.Detail = messages.Degraded, "no leader"
		return health
	}
	if l.keeper != nil {
		if complaint := l.keeper.complain.get(); complaint != "" {
			health.Grade, health.Detail = messages.Degraded, "leads badly: "+complaint
			return health
		}
	}
	counts := l.Counts()
	health.Grade = messages.Healthy
	health.Detail = fmt.Sprintf("cursor %d, %d requests open, %d transactions open",
		l.Cursor().Number, counts.Open, counts.Nonces)
	return health
}
