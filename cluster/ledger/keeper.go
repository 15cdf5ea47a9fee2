package ledger

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// caughtWithin is the logs that a replica may be behind and still keep up: what a busy leader
// commits between two looks.
const caughtWithin = 512

// Outlook is what a node sees of the chain, by which leaders are compared.
type Outlook struct {
	Height messages.Height // the newest block; 0 before the first look
	Blind  bool            // every circuit to the chain is open
}

// keeper is the leader's care for the seats: it looks at each replica, moves votes where nextMove
// says so, and gives leadership away where successor says so. It remembers one term only.
type keeper struct {
	ledger *Ledger
	wanted int
	wait   patience
	tick   time.Duration

	since    time.Time            // of the term; zero while another leads
	heard    map[string]time.Time // last answer of each node
	caught   map[string]stable    // those that keep up
	handed   time.Time            // leadership was last given away
	last     map[string]messages.LedgerStanding
	complain complaint
}

// stable is a replica that answers and keeps up.
type stable struct {
	since       time.Time
	incarnation uint64 // a later one begins anew, however quick the restart was
}

// complaint is what is wrong with this leader, for Health.
type complaint struct {
	lock sync.Mutex
	text string // lock
}

func (c *complaint) set(text string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.text = text
}

func (c *complaint) get() string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.text
}

// run looks after the seats until the ledger closes.
func (k *keeper) run() {
	ticks := time.NewTicker(k.tick)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
		case <-k.ledger.closing:
			return
		}
		if !k.ledger.Leader() {
			k.since = time.Time{}
			k.complain.set("")
			continue
		}
		k.look()
	}
}

// look is one round: ask all, then at most one change.
func (k *keeper) look() {
	now := k.ledger.clock()
	if k.since.IsZero() {
		k.since = now
		k.heard, k.caught = map[string]time.Time{}, map[string]stable{}
	}
	var index uint64
	k.ledger.machine.read(func(s *state) { index = s.index })
	servers, table := k.ledger.replica.servers(), k.ledger.Members()
	k.last = k.ledger.standings(servers)
	now = k.ledger.clock()
	for _, server := range servers {
		member, _ := table.Find(string(server.ID))
		k.note(string(server.ID), member.Incarnation, index, now)
	}
	if !k.judge(servers, now) {
		k.move(k.seats(servers, now), now)
	}
}

// note keeps since when a node answers and keeps up.
func (k *keeper) note(name string, incarnation, index uint64, now time.Time) {
	standing, answers := k.last[name]
	if name == k.ledger.replica.node {
		answers, standing.Applied = true, index
	}
	if answers {
		k.heard[name] = now
	}
	if !answers || standing.Applied+caughtWithin < index {
		delete(k.caught, name)
	} else if was, ok := k.caught[name]; !ok || was.incarnation != incarnation {
		k.caught[name] = stable{since: now, incarnation: incarnation}
	}
}

// judge compares this leader with the other voters, and reports whether it gave leadership away.
func (k *keeper) judge(servers []raft.Server, now time.Time) bool {
	var others []voter
	for _, server := range servers {
		name := string(server.ID)
		standing, answers := k.last[name]
		if server.Suffrage != raft.Voter || name == k.ledger.replica.node || !answers {
			continue
		}
		_, caught := k.caught[name]
		others = append(others, voter{name: name, caught: caught, standing: standing})
	}
	better, complaint := successor(k.ledger.standing(), others)
	k.complain.set(complaint)
	early := now.Sub(k.since) < k.wait.settle || now.Sub(k.handed) < transferEvery
	if better == "" || early {
		return false
	}
	k.handed = now
	return k.ledger.TransferTo(k.ledger.life, better) == nil
}

// seats joins what raft, the member table and the looks say.
func (k *keeper) seats(servers []raft.Server, now time.Time) (seats []seat) {
	table := k.ledger.Members()
	seated := map[string]bool{}
	for _, server := range servers {
		s := seat{name: string(server.ID), seated: true, voter: server.Suffrage == raft.Voter}
		seated[s.name] = true
		if member, ok := table.Find(s.name); ok {
			s.region, s.up = member.Region, !member.Down
		}
		s.caught = k.caught[s.name].since
		if heard, ok := k.heard[s.name]; !ok {
			s.gone = k.since
		} else if heard.Before(now) {
			s.gone = heard
		}
		seats = append(seats, s)
	}
	for _, member := range table.Members {
		if !seated[member.Name] {
			seats = append(seats, seat{name: member.Name, region: member.Region, up: !member.Down})
		}
	}
	return seats
}

// move makes the change that is due. One that did not come about is due again at the next look.
func (k *keeper) move(seats []seat, now time.Time) {
	what, name := nextMove(seats, k.wanted, k.wait, now)
	if what != actNone {
		_ = k.ledger.replica.change(what, name)
	}
}

// standings asks each other server how it does, all at once; who does not answer is left out.
func (l *Ledger) standings(servers []raft.Server) map[string]messages.LedgerStanding {
	heard := map[string]messages.LedgerStanding{}
	if l.peers == nil {
		return heard
	}
	ctx, cancel := context.WithTimeout(l.life, l.route.ask)
	defer cancel()
	var lock sync.Mutex
	var asking sync.WaitGroup
	for _, server := range servers {
		name := string(server.ID)
		if name == l.replica.node {
			continue
		}
		asking.Go(func() {
			body, err := l.peers.Ask(ctx, name, topicStanding, nil)
			if err != nil {
				return
			}
			standing, err := messages.DecodeStanding(body)
			if err != nil {
				return
			}
			lock.Lock()
			defer lock.Unlock()
			heard[name] = standing
		})
	}
	asking.Wait()
	return heard
}

// standing is how this node's replica does.
func (l *Ledger) standing() messages.LedgerStanding {
	s := messages.LedgerStanding{
		StallMS: uint64(l.replica.files.logs.stall(l.clock()).Milliseconds())}
	l.machine.read(func(st *state) { s.Applied = st.index })
	if l.outlook != nil {
		seen := l.outlook()
		s.Height, s.Blind = seen.Height, seen.Blind
	}
	return s
}
