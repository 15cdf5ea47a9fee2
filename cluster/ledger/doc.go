// Package ledger is the only truth of the cluster: which requests there are, how far the chain has
// been read, which transactions were signed. It is a state machine (fsm.go, journal.go: pure)
// behind a replicated log (hashicorp/raft, with raft-boltdb on disk). Everything else that nodes
// tell each other is a hint.
//
// A room proposes a messages.Entry; the one proposer of the node commits entries in batches,
// through whichever node leads (route.go); Apply accepts or refuses each by itself. Whoever
// subscribed hears messages.Admitted, Sent, Closed, Unwound and MemberTable after each Apply. Reads
// answer from this node's memory.
//
// Nodes join without a vote; the leader's keeper gives and moves votes (seats.go: pure).
//
// DESIGN.md says what the entries are for and how long things are kept.
package ledger
