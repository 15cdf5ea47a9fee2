package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
	"google.golang.org/protobuf/proto"

	"kmsgateway/messages"
)

const (
	// maxSeen bounds the names that gossip is believed to know: what the table holds.
	maxSeen = 1024
	// proposeWait bounds one proposal: the next round sees what became of it.
	proposeWait = 5 * time.Second
)

// MembersTiming is gossip's patience. The zero value of each field is that of LANMembers.
type MembersTiming struct {
	Probe     time.Duration // between two probes of this node
	Answer    time.Duration // for a probed node; above the round trip, below Probe
	Suspicion int           // probes that a suspect has to speak up, times log10 of the members
	Stream    time.Duration // for a full exchange
	Rejoin    time.Duration // between two calls to those who are lost
	Grace     time.Duration // for a committed member to be seen by gossip at all
}

// LANMembers is for nodes within a few milliseconds of each other: two survivors notice a death
// within about 0.7 s.
func LANMembers() MembersTiming {
	return MembersTiming{Probe: 200 * time.Millisecond, Answer: 100 * time.Millisecond,
		Suspicion: 2, Stream: 2 * time.Second, Rejoin: time.Second, Grace: 10 * time.Second}
}

// WANMembers is for nodes up to some hundred milliseconds apart: a death is noticed within some
// five seconds, and a slow answer is none.
func WANMembers() MembersTiming {
	return MembersTiming{Probe: time.Second, Answer: 500 * time.Millisecond, Suspicion: 3,
		Stream: 10 * time.Second, Rejoin: 2 * time.Second, Grace: 30 * time.Second}
}

// MembersConfig says who a node is among the members and whom it tells. All but Known, Clock and
// Timing are required.
type MembersConfig struct {
	Node        string
	Region      messages.Region
	Incarnation uint64
	Address     string // host:port of raft, gossip and questions
	Remote      string // host:port of the words between virtual actors
	Transport   memberlist.NodeAwareTransport
	Keys        *Keyring
	// Known lists whom to call, beside the table, while they are lost: NAME/host:port, or
	// host:port where the transport finds the name.
	Known   func() []string
	Clock   messages.Clock   // nil: time.Now
	Publish messages.Publish // FactMemberUp, FactMemberDown, once for each entry that it committed
	Propose func(context.Context, messages.Entry) error
	Table   func() messages.MemberTable // as committed, by what this node knows
	Leads   func() bool
	Leader  func() string // whom the ledger follows, "" where it knows nobody
	Peers   Peers         // where the leader is asked for its keys while gossip does not see it
	Timing  MembersTiming
}

// Alive is a node that gossip sees.
type Alive struct {
	Name        string
	Incarnation uint64
	Region      messages.Region
	Address     string
	Remote      string
}

// Members is a node's membership: gossip says who is alive, and while this node leads the
// committed table is made to follow. Gossip itself moves nothing.
type Members struct {
	config MembersConfig
	self   messages.MemberUp
	list   *memberlist.Memberlist
	census census        // owned by follow
	poke   chan struct{} // one slot: something changed
	cancel context.CancelFunc
	work   sync.WaitGroup

	lock sync.Mutex
	seen map[string]sighting // lock; by name, of others

	ending  sync.Mutex
	left    bool // ending
	stopped bool // ending
}

// StartMembers begins to gossip. It calls whom it knows every second for as long as they are lost,
// so that it finds the others whoever starts first, and partitions heal however long they last.
func StartMembers(config MembersConfig) (*Members, error) {
	config = withTiming(config)
	if config.Keys == nil {
		return nil, errors.New("start members: gossip is never without keys")
	}
	m := &Members{config: config, poke: make(chan struct{}, 1), seen: map[string]sighting{}}
	m.self = messages.MemberUp{Name: config.Node, Incarnation: config.Incarnation,
		Region: config.Region, Address: config.Address, Remote: config.Remote,
		Format: messages.EntryVersion}
	m.census = census{self: m.self, grace: config.Timing.Grace}
	meta, err := proto.Marshal(messages.MemberUpToWire(m.self))
	if err != nil {
		return nil, fmt.Errorf("start members: %w", err)
	}
	if len(meta) > memberlist.MetaMaxSize {
		return nil, fmt.Errorf("start members: name, region and addresses take %d bytes, at most %d",
			len(meta), memberlist.MetaMaxSize)
	}
	if m.list, err = memberlist.Create(m.listConfig(meta)); err != nil {
		return nil, fmt.Errorf("start members: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	m.work.Go(func() { m.follow(ctx) })
	m.work.Go(func() { m.rejoin(ctx) })
	return m, nil
}

func withTiming(config MembersConfig) MembersConfig {
	lan := LANMembers()
	for _, field := range []struct{ of, from *time.Duration }{
		{&config.Timing.Probe, &lan.Probe}, {&config.Timing.Answer, &lan.Answer},
		{&config.Timing.Stream, &lan.Stream}, {&config.Timing.Rejoin, &lan.Rejoin},
		{&config.Timing.Grace, &lan.Grace},
	} {
		if *field.of == 0 {
			*field.of = *field.from
		}
	}
	if config.Timing.Suspicion == 0 {
		config.Timing.Suspicion = lan.Suspicion
	}
	if config.Known == nil {
		config.Known = func() []string { return nil }
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return config
}

// listConfig sets memberlist up. Its log names peers and addresses only, and nobody reads it.
func (m *Members) listConfig(meta []byte) *memberlist.Config {
	c := memberlist.DefaultLANConfig()
	c.Name, c.Transport, c.Keyring = m.config.Node, m.config.Transport, m.config.Keys.ring
	c.ProbeInterval, c.ProbeTimeout = m.config.Timing.Probe, m.config.Timing.Answer
	c.SuspicionMult, c.TCPTimeout = m.config.Timing.Suspicion, m.config.Timing.Stream
	// Where others confirm a suspicion, and where too few are left to, it lasts as long: the leader
	// asks the dead once more before the table follows.
	c.SuspicionMaxTimeoutMult = 1
	c.GossipInterval = m.config.Timing.Probe / 2
	c.AdvertiseAddr, c.AdvertisePort = hostPort(m.config.Address)
	c.DeadNodeReclaimTime = time.Nanosecond // the dead come back at any address
	c.EnableCompression = false             // a packet is small, and never larger than it seems
	c.DNSConfigPath = ""                    // names are the transport's business
	c.LogOutput = io.Discard
	c.Delegate, c.Events = persona(meta), (*witness)(m)
	return c
}

// hostPort splits an address whose host is an IP; a name becomes the unspecified address, because
// peers dial by the node's name.
func hostPort(address string) (host string, port int) {
	host, text, err := net.SplitHostPort(address)
	if err != nil || net.ParseIP(host) == nil {
		host = net.IPv4zero.String()
	}
	port, _ = net.LookupPort("tcp", text) // 0 says as much as an error would
	return host, port
}

// Alive lists the nodes that gossip sees, this one included, by name.
func (m *Members) Alive() []Alive {
	m.lock.Lock()
	defer m.lock.Unlock()
	alive := []Alive{aliveOf(m.self)}
	for _, sight := range m.seen {
		if sight.alive {
			alive = append(alive, aliveOf(sight.MemberUp))
		}
	}
	slices.SortFunc(alive, func(a, b Alive) int { return strings.Compare(a.Name, b.Name) })
	return alive
}

func aliveOf(up messages.MemberUp) Alive {
	return Alive{Name: up.Name, Incarnation: up.Incarnation, Region: up.Region,
		Address: up.Address, Remote: up.Remote}
}

// Health is degraded while gossip misses a member that the table has as up.
func (m *Members) Health() messages.Health {
	alive := m.Alive()
	var missing []string
	for _, member := range m.config.Table().Members {
		if !member.Down && !slices.ContainsFunc(alive,
			func(a Alive) bool { return a.Name == member.Name }) {
			missing = append(missing, member.Name)
		}
	}
	health := messages.Health{Room: messages.RoomMembers, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d alive", len(alive))}
	m.ending.Lock()
	defer m.ending.Unlock()
	switch {
	case m.stopped:
		health.Grade, health.Detail = messages.Down, "stopped"
	case missing != nil:
		health.Grade = messages.Degraded
		health.Detail += ", not seen: " + strings.Join(missing, ", ")
	}
	return health
}

// Leave says goodbye, so that nobody has to notice, and waits until one other has heard it. Stop
// comes after it.
func (m *Members) Leave(ctx context.Context) error {
	m.ending.Lock()
	over := m.stopped || m.left
	m.left = true
	m.ending.Unlock() // not held while waiting: health asks too
	if over {
		return nil
	}
	patience := m.config.Timing.Stream
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, max(time.Until(deadline), time.Millisecond))
	}
	if err := m.list.Leave(patience); err != nil {
		return fmt.Errorf("leave members: %w", err)
	}
	return nil
}

// Stop ends gossip without a word, as a crash would, and returns when all work has ended or ctx
// has.
func (m *Members) Stop(ctx context.Context) error {
	m.ending.Lock()
	m.stopped = true
	m.ending.Unlock()
	m.cancel()
	err := m.list.Shutdown()
	done := make(chan struct{})
	go func() {
		m.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return errors.Join(err, fmt.Errorf("stop members: %w", ctx.Err()))
	}
}

// follow makes the committed table follow gossip while this node leads.
func (m *Members) follow(ctx context.Context) {
	tick := time.NewTicker(m.config.Timing.Rejoin)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.poke:
		case <-tick.C:
		}
		entries := m.notices()
		if !m.config.Leads() {
			continue
		}
		for _, entry := range m.verified(entries) {
			m.propose(ctx, entry)
		}
	}
}

// notices takes a look at gossip and table, and forgets the dead that the table does not know.
func (m *Members) notices() []messages.Entry {
	table := m.config.Table()
	m.lock.Lock()
	defer m.lock.Unlock()
	entries := m.census.compare(table, m.seen, m.config.Clock())
	maps.DeleteFunc(m.seen, func(name string, sight sighting) bool {
		_, known := table.Find(name)
		return !sight.alive && !known
	})
	return entries
}

// verified asks those who are said to have died, and leaves out whom it hears: a node that was cut
// off took all others for dead, and says so when it is back, a moment before they can object.
func (m *Members) verified(entries []messages.Entry) (verified []messages.Entry) {
	answered := make([]bool, len(entries))
	var asked sync.WaitGroup
	for i, entry := range entries {
		down, is := entry.(messages.MemberDown)
		if !is {
			continue
		}
		m.lock.Lock()
		sight := m.seen[down.Name]
		m.lock.Unlock()
		if sight.Incarnation != down.Incarnation {
			continue // it was never seen: who answers there is another
		}
		asked.Go(func() {
			_, err := m.list.Ping(down.Name, nodeName(sight.Address))
			answered[i] = err == nil
		})
	}
	asked.Wait()
	for i, entry := range entries {
		if !answered[i] {
			verified = append(verified, entry)
		}
	}
	return verified
}

// propose proposes an entry; where it fails the next round tries again, if it still holds.
func (m *Members) propose(ctx context.Context, entry messages.Entry) {
	ctx, cancel := context.WithTimeout(ctx, proposeWait)
	defer cancel()
	if err := m.config.Propose(ctx, entry); err != nil {
		return
	}
	fact := messages.Fact{Room: messages.RoomMembers, At: m.config.Clock()}
	switch entry := entry.(type) {
	case messages.MemberUp:
		fact.Name, fact.Region = messages.FactMemberUp, entry.Region
		fact.Detail = fmt.Sprintf("%s incarnation %d", entry.Name, entry.Incarnation)
	case messages.MemberDown:
		fact.Name = messages.FactMemberDown
		fact.Detail = fmt.Sprintf("%s incarnation %d", entry.Name, entry.Incarnation)
	}
	m.config.Publish(ctx, fact)
}
