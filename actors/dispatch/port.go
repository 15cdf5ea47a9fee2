package dispatch

import "kmsgateway/messages"

// Ledger is what the dispatcher asks of the ledger. Reads are of memory and do not block.
type Ledger interface {
	// Rows yields the open rows in id order; sent ones wait in an open transaction.
	Rows(yield func(row messages.Requested, sent bool) bool)
	// Row reads one row: whether it is still open, in an open transaction, known at all.
	Row(id messages.RequestID) (row messages.Requested, open, sent, known bool)
	// Members is the committed member table.
	Members() messages.MemberTable
}
