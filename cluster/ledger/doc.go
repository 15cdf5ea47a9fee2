// Package ledger is the only truth of the cluster: which requests there are, how far the chain has
// been read, which transactions were signed. It is a state machine (fsm.go, journal.go: pure)
// behind a replicated log (hashicorp/raft, with raft-boltdb on disk). Everything else that nodes
// tell each other is a hint.
//
// A room proposes a messages.Entry; the one proposer of the node commits entries in batches; Apply
// accepts or refuses each by itself. Whoever subscribed hears messages.Admitted, messages.Closed
// and messages.Unwound after each Apply. Reads answer from this node's memory.
//
// DESIGN.md says what the entries are for and how long things are kept.
package ledger
