package admin

import (
	"fmt"
	"time"

	"kmsgateway/messages"
)

// Kinds of processes, for Status.
const (
	KindNode  = "node"
	KindParty = "party"
)

// Status is how a process is.
type Status struct {
	Kind        string      `json:"kind"` // KindNode or KindParty
	Name        string      `json:"name"`
	Region      string      `json:"region"`
	Draining    bool        `json:"draining,omitempty"`
	Leader      string      `json:"leader,omitempty"` // of nodes: who leads, "" none
	Chain       uint64      `json:"chain"`
	Cursor      uint64      `json:"cursor,omitempty"` // of nodes: the last block admitted
	Final       uint64      `json:"final,omitempty"`  // the highest block called final
	Requests    Counts      `json:"requests"`
	Rooms       []Room      `json:"rooms"`
	Keys        []Key       `json:"keys"`
	Parties     []Party     `json:"parties,omitempty"` // of nodes: as it can reach them
	Certificate Certificate `json:"certificate"`
}

// Counts is how many requests there are of each kind, as a node's ledger has them.
type Counts struct {
	Open      int    `json:"open"` // public and user requests not ended
	Sent      int    `json:"sent"` // of those, in an open transaction
	Fulfilled uint64 `json:"fulfilled"`
	Rejected  uint64 `json:"rejected"`
	Expired   uint64 `json:"expired"`
	Answered  uint64 `json:"answered"`
}

// Room is one room's contribution to the health.
type Room struct {
	Room   string `json:"room"`
	Grade  string `json:"grade"` // healthy, degraded or down
	Detail string `json:"detail,omitempty"`
}

// RoomsOf renders what the rooms say.
func RoomsOf(health []messages.Health) []Room {
	rooms := make([]Room, 0, len(health))
	for _, h := range health {
		rooms = append(rooms, Room{Room: string(h.Room), Grade: h.Grade.String(), Detail: h.Detail})
	}
	return rooms
}

// Key is a master key that the process serves.
type Key struct {
	ID        string `json:"id"`
	Epoch     uint32 `json:"epoch"`
	Threshold int    `json:"threshold"` // t
	Parties   int    `json:"parties"`   // n
	Dealer    string `json:"dealer,omitempty"`
}

// Party is a party as a node can reach it.
type Party struct {
	Index  uint16 `json:"index"`
	Region string `json:"region"`
	Usable bool   `json:"usable"` // false while calls to it are paused after failures
	Detail string `json:"detail,omitempty"`
}

// Certificate is what the process shows its peers.
type Certificate struct {
	Name  string    `json:"name"`
	Until time.Time `json:"until"`
}

// Grade judges a status: healthy, degraded, or down, with why, one sentence each. Down is a node
// without a leader, fewer usable parties than a threshold, or any room that cannot work.
func (s Status) Grade() (grade messages.Grade, why []string) {
	grade = messages.Healthy
	judge := func(g messages.Grade, says string) {
		grade = max(grade, g)
		why = append(why, says)
	}
	if s.Kind == KindNode && s.Leader == "" {
		judge(messages.Down, "no leader")
	}
	usable := 0
	for _, party := range s.Parties {
		if party.Usable {
			usable++
		}
	}
	for _, key := range s.Keys {
		switch margin := usable - key.Threshold; {
		case s.Kind != KindNode:
		case margin < 0:
			judge(messages.Down, fmt.Sprintf("key %s: %d of the %d parties that must agree answer",
				short(key.ID), usable, key.Threshold))
		case usable < key.Parties:
			judge(messages.Degraded, fmt.Sprintf("key %s: %d more failures until loss of service",
				short(key.ID), margin+1))
		}
	}
	for _, room := range s.Rooms {
		switch room.Grade {
		case messages.Healthy.String():
		case messages.Degraded.String():
			judge(messages.Degraded, room.Room+": "+room.Detail)
		default:
			judge(messages.Down, room.Room+": "+room.Detail)
		}
	}
	if s.Draining {
		judge(messages.Degraded, "draining")
	}
	return grade, why
}

// short is the start of a hexadecimal name, for people.
func short(id string) string {
	if len(id) > 10 {
		return id[:10] + ".."
	}
	return id
}

// Member is a line of the committed member table.
type Member struct {
	Name        string    `json:"name"`
	Region      string    `json:"region"`
	Incarnation uint64    `json:"incarnation"`
	Address     string    `json:"address"`
	Remote      string    `json:"remote"`
	Format      uint8     `json:"format"` // the highest entry version it reads
	State       string    `json:"state"`  // up or down, as committed
	DownAt      time.Time `json:"down_at,omitzero"`
	Gossip      string    `json:"gossip,omitempty"` // alive, dead, or "" where gossip says nothing
	Seat        string    `json:"seat,omitempty"`   // voter, holder, or "" where it has none
	Leader      bool      `json:"leader"`
}

// States of a member.
const (
	StateUp   = "up"
	StateDown = "down"
)

// MembersOf joins the committed table with the seats of the ledger and with who is alive by gossip;
// alive may be nil where there is none.
func MembersOf(table messages.MemberTable, seats []Seat, alive map[string]bool) []Member {
	members := make([]Member, 0, len(table.Members))
	for _, m := range table.Members {
		member := Member{Name: m.Name, Region: string(m.Region), Incarnation: m.Incarnation,
			Address: m.Address, Remote: m.Remote, Format: m.Format, State: StateUp}
		if m.Down {
			member.State, member.DownAt = StateDown, time.UnixMilli(int64(m.DownAt)).UTC()
		}
		if up, known := alive[m.Name]; known {
			member.Gossip = map[bool]string{true: "alive", false: "dead"}[up]
		}
		for _, seat := range seats {
			if seat.Name == m.Name {
				member.Seat, member.Leader = seat.Kind(), seat.Leader
			}
		}
		members = append(members, member)
	}
	return members
}

// Seat is one holder of the ledger.
type Seat struct {
	Name   string `json:"name"`
	Voter  bool   `json:"voter"`
	Leader bool   `json:"leader"`
}

// Kind is "voter" or "holder".
func (s Seat) Kind() string {
	if s.Voter {
		return "voter"
	}
	return "holder"
}

// Rotation is a change of the gossip's key that has ended.
type Rotation struct {
	Key   string   `json:"key"` // a fingerprint of the new key, never the key
	Nodes []string `json:"nodes"`
}

// Filter chooses requests. The zero value chooses all.
type Filter struct {
	State string // "open", "closed", or an outcome in lower case such as "rejected"
}

// Line is one request in a list.
type Line struct {
	Request string        `json:"request"`
	State   string        `json:"state"` // open, or the outcome in lower case
	Stage   string        `json:"stage"` // the last fact of its own life
	First   time.Time     `json:"first"` // when it was heard of
	Last    time.Time     `json:"last"`
	Took    time.Duration `json:"took"` // from first to closed, or to the last fact; nanoseconds
	Shares  int           `json:"shares"`
	Code    string        `json:"code,omitempty"` // of what hinders it, "" when it is closed
}

// Timeline is what happened to one request, as the processes that were asked remember it.
type Timeline struct {
	Line
	Events  []Event  `json:"events"`  // in the order of time
	Answers []Answer `json:"answers"` // what became of each party that was asked, by index
	Dropped int      `json:"dropped"` // events that were let go of to bound memory
	Asked   []string `json:"asked"`   // whose memory this is
	Silent  []string `json:"silent"`  // nodes that did not answer
}

// Event is one fact about a request.
type Event struct {
	Stage  string        `json:"stage"`
	At     time.Time     `json:"at"`
	Node   string        `json:"node"` // whose fact it is
	Room   string        `json:"room"`
	Party  uint16        `json:"party,omitempty"`
	Region string        `json:"region,omitempty"`
	Code   string        `json:"code,omitempty"`
	Detail string        `json:"detail,omitempty"`
	Took   time.Duration `json:"took,omitempty"` // nanoseconds, ending at At
}

// Answer is what became of one party.
type Answer struct {
	Party  uint16        `json:"party"`
	Region string        `json:"region"`
	State  string        `json:"state"` // share, refused, or awaited
	Asked  int           `json:"asked"` // how many times
	Code   string        `json:"code,omitempty"`
	Detail string        `json:"detail,omitempty"` // why there is no share
	Took   time.Duration `json:"took,omitempty"`   // of the answer, nanoseconds
	At     time.Time     `json:"at"`               // of the latest that is known
}

// States of a party's answer.
const (
	AnswerShare   = "share"
	AnswerRefused = "refused"
	AnswerAwaited = "awaited"
)
