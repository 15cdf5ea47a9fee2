package messages

// Member is a line of the committed member table: a node in its latest incarnation. Work is placed
// from this table alone; what gossip says of a node is a hint to whoever proposes its lines.
type Member struct {
	MemberUp
	Down   bool   // noticed as gone; placement passes it by
	DownAt uint64 // Unix milliseconds, by the clock of who noticed; 0 while it is up
}

// MemberUp is the entry by which a node is a member. Refused unless Incarnation is above the
// committed one, or is the committed one and that is down: each start of a node has an incarnation
// of its own, and a process that sees a higher one under its name must stop serving.
type MemberUp struct {
	Name        string // in its certificate; raft and questions find it by this name
	Incarnation uint64 // from 1
	Region      Region
	Address     string // host:port of raft, gossip and questions
	Remote      string // host:port of the words between virtual actors
	Format      uint8  // the highest entry version it reads, from 1
}

// MemberDown is the entry by which a member is taken for gone. It moves placement and nothing else:
// a voter keeps its vote. Refused unless Incarnation is the committed one and is up.
type MemberDown struct {
	Name        string
	Incarnation uint64
	At          uint64 // Unix milliseconds, for people: nothing is decided by it
}

// MemberTable is told after each change of the member table, whole: members in the order of names.
type MemberTable struct {
	Members []Member
}

// Find looks a member up by name.
func (t MemberTable) Find(name string) (Member, bool) {
	for _, member := range t.Members {
		if member.Name == name {
			return member, true
		}
	}
	return Member{}, false
}

func (MemberUp) entry()   {}
func (MemberDown) entry() {}
