package ledger

import (
	"maps"
	"slices"

	"kmsgateway/messages"
)

// maxMembers bounds the names that the table ever holds: a name stays, for its incarnation is what
// a process that comes back late is fenced by.
const maxMembers = 1024

// memberUp seats a node in the table under a fresh incarnation, or brings back one that was taken
// for gone.
func (s *state) memberUp(e messages.MemberUp) ([]any, error) {
	was, known := s.members[e.Name]
	switch {
	case known && e.Incarnation < was.Incarnation:
		return nil, conflict("member up", "incarnation %d of %s, the table has %d", e.Incarnation,
			e.Name, was.Incarnation)
	case known && e.Incarnation == was.Incarnation && !was.Down:
		return nil, conflict("member up", "incarnation %d of %s is up", e.Incarnation, e.Name)
	case !known && len(s.members) >= maxMembers:
		return nil, conflict("member up", "%d names are all that the table holds", maxMembers)
	}
	s.members[e.Name] = messages.Member{MemberUp: e}
	return []any{s.table()}, nil
}

// memberDown takes a member out of placement. Whoever notices late, of an incarnation that is
// over, is refused.
func (s *state) memberDown(e messages.MemberDown) ([]any, error) {
	was, known := s.members[e.Name]
	if !known || e.Incarnation != was.Incarnation || was.Down {
		return nil, conflict("member down", "incarnation %d of %s is not up", e.Incarnation, e.Name)
	}
	was.Down, was.DownAt = true, e.At
	s.members[e.Name] = was
	return []any{s.table()}, nil
}

// table lists the members in the order of their names.
func (s *state) table() (table messages.MemberTable) {
	for _, name := range slices.Sorted(maps.Keys(s.members)) {
		table.Members = append(table.Members, s.members[name])
	}
	return table
}

// oldestFormat is the entry version to write: the highest one that every voter reads. Who is not in
// the table said nothing of what it reads, and is taken for the oldest program there is.
func oldestFormat(mine uint8, self string, voters []string, table messages.MemberTable) uint8 {
	oldest := mine
	for _, voter := range voters {
		if voter == self {
			continue
		}
		member, ok := table.Find(voter)
		if !ok {
			return 1
		}
		oldest = min(oldest, member.Format)
	}
	return oldest
}
