package cluster

import "kmsgateway/messages"

// Fenced tells whether a node in the given incarnation must stop: the committed table has a higher
// one under its name, so another process of that name serves now. A node that is not in the table,
// or is taken for gone in its own incarnation, is not fenced: it may still get its seat.
func Fenced(self string, incarnation uint64, table messages.MemberTable) bool {
	member, known := table.Find(self)
	return known && member.Incarnation > incarnation
}
