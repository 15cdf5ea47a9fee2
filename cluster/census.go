package cluster

import (
	"time"

	"kmsgateway/messages"
)

// sighting is what gossip last said of a name.
type sighting struct {
	messages.MemberUp // as the process said of itself
	alive             bool
}

// census compares what gossip sees with the committed table.
type census struct {
	self  messages.MemberUp
	grace time.Duration // how long a member may be up before gossip has seen it
	// absent is since when a member that is up has not been seen in its incarnation.
	absent map[messages.Member]time.Time
}

// compare returns the entries by which the table would follow gossip: MemberDown for who is up and
// was seen to die, or was not seen at all for too long; MemberUp for who is down and was seen alive
// in that very incarnation. Another incarnation is another process: of a node that came back, the
// death of the old one says nothing of the new one.
func (c *census) compare(table messages.MemberTable, seen map[string]sighting,
	now time.Time) (entries []messages.Entry) {
	absent := make(map[messages.Member]time.Time)
	for _, member := range table.Members {
		sight, ok := seen[member.Name]
		if member.Name == c.self.Name {
			sight, ok = sighting{MemberUp: c.self, alive: true}, true
		}
		known := ok && sight.Incarnation == member.Incarnation
		switch {
		case known && sight.alive && member.Down:
			entries = append(entries, member.MemberUp)
		case known && !sight.alive && !member.Down:
			entries = append(entries, gone(member, now))
		case !known && !member.Down:
			since, waiting := c.absent[member]
			if !waiting {
				since = now
			}
			absent[member] = since
			if now.Sub(since) >= c.grace && member.Name != c.self.Name {
				entries = append(entries, gone(member, now))
			}
		}
	}
	c.absent = absent
	return entries
}

func gone(member messages.Member, now time.Time) messages.MemberDown {
	return messages.MemberDown{Name: member.Name, Incarnation: member.Incarnation,
		At: uint64(now.UnixMilli())}
}
