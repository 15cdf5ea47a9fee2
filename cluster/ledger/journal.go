package ledger

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"kmsgateway/messages"
)

// account is a sender and its transactions; those pruned are behind it.
type account struct {
	next    uint64       // the nonce of its next Send
	journal []*journaled // nonces ascend
}

// journaled is a signed transaction. Its nonce is open until some transaction of it is on chain,
// whichever: ours, its replacement, or a cancelling one.
type journaled struct {
	tx    messages.JournaledTx
	ended *messages.Height // as of this block; nil while open
}

// holds reports whether the transaction keeps its requests from being sent by another.
func (j *journaled) holds() bool { return j.ended == nil && !j.tx.Superseded }

// claim counts a transaction in or out among those that settle its requests.
func (s *state) claim(j *journaled, by int) {
	for _, id := range j.tx.Requests {
		if s.claims[id] += by; s.claims[id] == 0 {
			delete(s.claims, id)
		}
	}
}

// send journals a transaction. All is checked before anything is changed.
func (s *state) send(e messages.Send) error {
	a := s.accounts[e.Sender]
	if a != nil && a.next != e.Nonce {
		return conflict("send", "nonce %d of %s, the next is %d", e.Nonce, e.Sender, a.next)
	}
	for i, id := range e.Requests {
		if r := s.row(id); r == nil || r.closing != nil {
			return conflict("send", "request %s is not open", id)
		}
		if s.claims[id] > 0 || slices.Contains(e.Requests[:i], id) {
			return conflict("send", "request %s is sent already", id)
		}
	}
	if a == nil {
		a = &account{}
		s.accounts[e.Sender] = a
	}
	j := &journaled{tx: messages.JournaledTx{Sender: e.Sender, Nonce: e.Nonce, Tx: e.Tx,
		Hash: e.Hash, Requests: e.Requests, SentAt: s.highest}}
	a.next = e.Nonce + 1
	a.journal = append(a.journal, j)
	s.claim(j, 1)
	return nil
}

// open finds a transaction whose nonce is open, to be replaced where it stands.
func (s *state) open(sender messages.Address, nonce uint64) (**journaled, bool) {
	a := s.accounts[sender]
	if a == nil {
		return nil, false
	}
	i, ok := a.find(nonce)
	if !ok || a.journal[i].ended != nil {
		return nil, false
	}
	return &a.journal[i], true
}

// find locates a transaction of the account; nonces may have gaps where some were pruned.
func (a *account) find(nonce uint64) (int, bool) {
	return slices.BinarySearchFunc(a.journal, nonce, func(j *journaled, nonce uint64) int {
		return cmp.Compare(j.tx.Nonce, nonce)
	})
}

// bump replaces the bytes of an open transaction; what it settles stays, even where the
// replacement only cancels, until the nonce ends and shows which of them was mined.
func (s *state) bump(e messages.Bump) error {
	at, ok := s.open(e.Sender, e.Nonce)
	if !ok {
		return conflict("bump", "nonce %d of %s is not open", e.Nonce, e.Sender)
	}
	tx := (*at).tx
	if e.Bump != tx.Bump+1 {
		return conflict("bump", "bump %d of nonce %d, the last is %d", e.Bump, e.Nonce, tx.Bump)
	}
	tx.Bump, tx.Tx, tx.Hash = e.Bump, e.Tx, e.Hash
	*at = &journaled{tx: tx}
	return nil
}

// supersede lets others send the requests. The nonce stays open: the late twin may still be mined,
// and the contract skips it then. A request that was superseded must be sent again before it can be
// once more, at the highest cursor or above, so the wait also keeps two Supersedes of it apart,
// whatever is unwound between them.
func (s *state) supersede(e messages.Supersede) error {
	at, ok := s.open(e.Sender, e.Nonce)
	if !ok || (*at).tx.Superseded {
		return conflict("supersede", "nonce %d of %s is not open or superseded", e.Nonce, e.Sender)
	}
	tx := (*at).tx
	if s.cursor.Number < tx.SentAt || s.cursor.Number-tx.SentAt < e.After {
		return conflict("supersede", "nonce %d of %s was sent at block %d, the cursor is %s, want %d "+
			"blocks", e.Nonce, e.Sender, tx.SentAt, s.cursor, e.After)
	}
	s.claim(*at, -1)
	tx.Superseded = true
	*at = &journaled{tx: tx}
	return nil
}

// endNonces ends every nonce below the chain's count as of a block; requests of theirs that are
// still open may be sent again.
func (s *state) endNonces(n messages.SenderNonce, at messages.Height) {
	a := s.accounts[n.Sender]
	if a == nil {
		a = &account{}
		s.accounts[n.Sender] = a
	}
	a.next = max(a.next, n.Nonce)
	for i, j := range a.journal {
		if j.tx.Nonce >= n.Nonce {
			return
		}
		if j.ended == nil {
			if j.holds() {
				s.claim(j, -1)
			}
			a.journal[i] = &journaled{tx: j.tx, ended: &at}
			s.past++
		}
	}
}

// reopenNonces opens again what ended above a block.
func (s *state) reopenNonces(a *account, above messages.Height) {
	for i, j := range a.journal {
		if j.ended == nil || *j.ended <= above {
			continue
		}
		again := &journaled{tx: j.tx}
		a.journal[i] = again
		s.past--
		if again.holds() {
			s.claim(again, 1)
		}
	}
}

// prune drops transactions that ended at or below a height and counts them.
func (a *account) prune(limit messages.Height) int {
	before := len(a.journal)
	a.journal = slices.DeleteFunc(a.journal, func(j *journaled) bool {
		return j.ended != nil && *j.ended <= limit
	})
	return before - len(a.journal)
}

// senders lists the accounts in order.
func (s *state) senders() []messages.Address {
	return slices.SortedFunc(maps.Keys(s.accounts), func(a, b messages.Address) int {
		return bytes.Compare(a[:], b[:])
	})
}

// journal lists the transactions whose nonce is open, by sender and nonce.
func (s *state) journal() (open []messages.JournaledTx) {
	for _, sender := range s.senders() {
		for _, j := range s.accounts[sender].journal {
			if j.ended == nil {
				open = append(open, j.tx)
			}
		}
	}
	return open
}

// shows tells whether the state proves that an entry was applied, for a proposer that did not
// hear: not by remembering commands, for each entry leaves its mark.
func (s *state) shows(entry messages.Entry) bool {
	switch e := entry.(type) {
	case messages.Admit:
		return s.cursor == e.To && e.To != e.From
	case messages.Unwind:
		return s.cursor == e.To
	case messages.Send:
		at, ok := s.open(e.Sender, e.Nonce)
		return ok && (*at).tx.Bump == 0 && (*at).tx.Hash == e.Hash
	case messages.Bump:
		at, ok := s.open(e.Sender, e.Nonce)
		return ok && (*at).tx.Bump == e.Bump && (*at).tx.Hash == e.Hash
	case messages.Supersede:
		at, ok := s.open(e.Sender, e.Nonce)
		return ok && (*at).tx.Superseded
	case messages.Close:
		u, r := s.userRows[e.Request], s.row(e.Request)
		return u != nil && u.closing != nil || r != nil && r.closing != nil
	case messages.AdmitUser:
		return s.userRows[e.Request] != nil
	case messages.MemberUp:
		return s.members[e.Name] == messages.Member{MemberUp: e}
	case messages.MemberDown:
		was := s.members[e.Name]
		return was.Incarnation == e.Incarnation && was.Down
	default:
		return false
	}
}
