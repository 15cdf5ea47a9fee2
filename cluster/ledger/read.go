package ledger

import (
	"slices"

	"kmsgateway/messages"
)

// Cursor is the last block that was admitted; the zero BlockRef before the first.
func (l *Ledger) Cursor() (cursor messages.BlockRef) {
	l.machine.read(func(s *state) { cursor = s.cursor })
	return cursor
}

// Final is the highest block known to be finalized: nothing at or below it is unwound.
func (l *Ledger) Final() (final messages.Height) {
	l.machine.read(func(s *state) { final = s.final })
	return final
}

// NextRequest is the number that the next request must have, from 1.
func (l *Ledger) NextRequest() (next uint64) {
	l.machine.read(func(s *state) { next = s.next })
	return next
}

// Rows yields the open public requests by number, and whether an open transaction settles each. It
// shows one moment; entries may be applied meanwhile.
func (l *Ledger) Rows(yield func(r messages.Requested, sent bool) bool) {
	type line struct {
		requested *messages.Requested
		sent      bool
	}
	var open []line
	l.machine.read(func(s *state) {
		for _, r := range s.rows {
			if r.closing == nil {
				open = append(open, line{&r.requested, s.claims[r.requested.Request] > 0})
			}
		}
	})
	for _, l := range open {
		if !yield(*l.requested, l.sent) {
			return
		}
	}
}

// Row looks up one public request by its whole identity. It is not known when it was never
// admitted, is void after a reorg, or ended so long ago that the ledger has let it go.
func (l *Ledger) Row(id messages.RequestID) (r messages.Requested, open, sent, known bool) {
	l.machine.read(func(s *state) {
		found := s.row(id)
		if found == nil {
			return
		}
		r, open, known = found.requested, found.closing == nil, true
		sent = open && s.claims[id] > 0
	})
	return r, open, sent, known
}

// Users yields the open user requests in the order of their admission.
func (l *Ledger) Users(yield func(messages.AdmitUser) bool) {
	var users []*userRow
	l.machine.read(func(s *state) { users = slices.Clone(s.users) })
	for _, u := range users {
		if u.closing == nil && !yield(u.admitted) {
			return
		}
	}
}

// Senders lists the accounts that ever sent a transaction, in order.
func (l *Ledger) Senders() (senders []messages.Address) {
	l.machine.read(func(s *state) { senders = s.senders() })
	return senders
}

// NextNonce is the nonce of an account's next Send; false where the ledger knows none and the
// chain must say.
func (l *Ledger) NextNonce(sender messages.Address) (nonce uint64, known bool) {
	l.machine.read(func(s *state) {
		if a := s.accounts[sender]; a != nil {
			nonce, known = a.next, true
		}
	})
	return nonce, known
}

// Journal yields the transactions whose nonce is open, each as last bumped, by sender and nonce.
func (l *Ledger) Journal(yield func(messages.JournaledTx) bool) {
	var open []messages.JournaledTx
	l.machine.read(func(s *state) { open = s.journal() })
	for _, tx := range open {
		if !yield(tx) {
			return
		}
	}
}

// Counts counts what the ledger holds.
func (l *Ledger) Counts() (counts Counts) {
	l.machine.read(func(s *state) {
		for _, r := range s.rows {
			if r.closing != nil {
				continue
			}
			counts.Open++
			if s.claims[r.requested.Request] > 0 {
				counts.Sent++
			}
		}
		for _, u := range s.users {
			if u.closing == nil {
				counts.OpenUsers++
			}
		}
		for _, a := range s.accounts {
			for _, j := range a.journal {
				if j.ended == nil {
					counts.Nonces++
				}
			}
		}
		counts.Fulfilled = s.ended[messages.OutcomeFulfilled]
		counts.Rejected = s.ended[messages.OutcomeRejected]
		counts.Expired = s.ended[messages.OutcomeExpired]
		counts.Answered = s.ended[messages.OutcomeAnswered]
	})
	return counts
}

// Applied is the index of the last log that is applied here.
func (l *Ledger) Applied() (index uint64) {
	l.machine.read(func(s *state) { index = s.index })
	return index
}
