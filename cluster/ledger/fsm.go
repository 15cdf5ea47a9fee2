package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"kmsgateway/messages"
)

// state is what the log adds up to. It depends on the entries alone: no clock, no randomness, no
// order of a map. Rows and transactions are never changed, only replaced, so that a snapshot may
// be written while entries are applied. Owner: the machine's lock.
type state struct {
	cursor   messages.BlockRef
	highest  messages.Height // that the cursor ever was: an Unwind does not lower it
	final    messages.Height
	next     uint64           // number of the next request
	chain    messages.ChainID // of all requests; 0 before the first
	ended    outcomes
	rows     []*row // numbers ascend; blocks do not descend
	users    []*userRow
	userRows map[messages.RequestID]*userRow
	accounts map[messages.Address]*account
	claims   map[messages.RequestID]int // open, not superseded transactions that settle it
	past     int                        // rows and transactions that ended and are kept
	members  map[string]messages.Member // by name
	index    uint64                     // of the log, of the last entry applied
}

// outcomes counts the rows that ended, ever, by outcome.
type outcomes [messages.OutcomeAnswered + 1]uint64

// row is a public request, open while closing is nil.
type row struct {
	requested messages.Requested
	closing   *closing
}

// userRow is a user request, open while closing is nil.
type userRow struct {
	admitted messages.AdmitUser
	closing  *closing
}

// closing says how a row ended and as of which block.
type closing struct {
	outcome messages.Outcome
	at      messages.Height
	byEvent bool // by an event of the contract, not by a Close
}

// newState is the ledger before its first entry.
func newState() *state {
	return &state{
		next:     1,
		userRows: map[messages.RequestID]*userRow{},
		accounts: map[messages.Address]*account{},
		claims:   map[messages.RequestID]int{},
		members:  map[string]messages.Member{},
	}
}

// apply accepts an entry and returns the words to tell, or refuses it and leaves no trace.
func (s *state) apply(entry messages.Entry) ([]any, error) {
	switch e := entry.(type) {
	case messages.Admit:
		if err := s.checkAdmit(e); err != nil {
			return nil, err
		}
		return s.admit(e), nil
	case messages.Unwind:
		if err := s.checkUnwind(e); err != nil {
			return nil, err
		}
		return s.unwind(e), nil
	case messages.Send:
		if err := s.send(e); err != nil {
			return nil, err
		}
		return []any{messages.Sent{Requests: e.Requests}}, nil
	case messages.Bump:
		return nil, s.bump(e)
	case messages.Supersede:
		return nil, s.supersede(e)
	case messages.Close:
		return s.close(e)
	case messages.AdmitUser:
		return nil, s.admitUser(e)
	case messages.MemberUp:
		return s.memberUp(e)
	case messages.MemberDown:
		return s.memberDown(e)
	default:
		return nil, conflict("entry", "unknown kind %T", entry)
	}
}

// conflict says why an entry is refused: what it believed and what is so.
func conflict(entry, format string, arguments ...any) error {
	return messages.LedgerConflict(entry, fmt.Sprintf(format, arguments...))
}

// checkAdmit holds a block range to the ledger before anything is changed.
func (s *state) checkAdmit(e messages.Admit) error {
	if e.From != s.cursor {
		return conflict("admit", "from %s, the cursor is %s", e.From, s.cursor)
	}
	standing := e.To == e.From // nothing new but finality and nonces
	if e.To.IsZero() || !standing && !e.From.IsZero() && e.To.Number <= e.From.Number {
		return conflict("admit", "to %s does not follow %s", e.To, e.From)
	}
	walk := rangeWalk{from: e.From, to: e.To, next: s.next, chain: s.chain,
		ended: map[uint64]bool{}}
	for _, event := range e.Events {
		if err := walk.step(s, event); err != nil {
			return err
		}
	}
	return nil
}

// rangeWalk is how far checkAdmit has come through the events of a range.
type rangeWalk struct {
	from, to messages.BlockRef
	last     *messages.EventPlace
	next     uint64
	chain    messages.ChainID
	admitted []messages.RequestID // by this range, before the event at hand
	ended    map[uint64]bool      // by this range, before the event at hand
}

// step takes the next event and holds it to all before it.
func (w *rangeWalk) step(s *state, event messages.Event) error {
	switch {
	case event.Requested != nil:
		if err := w.follow(event.Requested.Place); err != nil {
			return err
		}
		return w.request(event.Requested.Request)
	case event.Ended != nil:
		if err := w.follow(event.Ended.Place); err != nil {
			return err
		}
		return w.end(s, *event.Ended)
	default:
		return conflict("admit", "an event that is none")
	}
}

// follow wants events in the order of the chain and inside the range.
func (w *rangeWalk) follow(place messages.EventPlace) error {
	block := place.Block
	if block.Number > w.to.Number || block.Number <= w.from.Number ||
		block.Number == w.to.Number && block.Hash != w.to.Hash {
		return conflict("admit", "event at %s is not in (%s, %s]", block, w.from, w.to)
	}
	if w.last != nil {
		order := cmp.Or(cmp.Compare(w.last.Block.Number, block.Number),
			cmp.Compare(w.last.LogIndex, place.LogIndex))
		if order >= 0 || w.last.Block.Number == block.Number && w.last.Block.Hash != block.Hash {
			return conflict("admit", "event at %s, log %d, is out of order", block, place.LogIndex)
		}
	}
	w.last = &place
	return nil
}

// request wants numbers without a gap: the contract counts them, so a gap is a log that somebody
// left out.
func (w *rangeWalk) request(id messages.RequestID) error {
	if id.Number != w.next {
		return conflict("admit", "request %d, the next is %d", id.Number, w.next)
	}
	if w.chain != 0 && id.Chain != w.chain {
		return conflict("admit", "request of chain %d, the ledger's is %d", id.Chain, w.chain)
	}
	w.next, w.chain = w.next+1, id.Chain
	w.admitted = append(w.admitted, id)
	return nil
}

// end wants a request that was asked and did not end yet. Where a reorg made another request of
// the number, the digest tells.
func (w *rangeWalk) end(s *state, e messages.Ended) error {
	number := e.Request.Number
	if number == 0 || number >= w.next || e.Outcome == messages.OutcomeAnswered {
		return conflict("admit", "request %d ended %s, the next is %d", number, e.Outcome, w.next)
	}
	held, ok := w.held(s, number)
	if ok && held.requested.Request != e.Request {
		return conflict("admit", "request %d ended under another digest", number)
	}
	if w.ended[number] || ok && held.closing != nil && held.closing.byEvent {
		return conflict("admit", "request %d ended twice", number)
	}
	w.ended[number] = true
	return nil
}

// held finds the row of a number: admitted before or by this very range. There is none where it
// ended and was pruned.
func (w *rangeWalk) held(s *state, number uint64) (row, bool) {
	if number >= s.next {
		id := w.admitted[number-s.next]
		return row{requested: messages.Requested{Request: id}}, true
	}
	i, ok := s.find(number)
	if !ok {
		return row{}, false
	}
	return *s.rows[i], true
}

// find locates a row by number alone, which a reorg may have given to another request.
func (s *state) find(number uint64) (int, bool) {
	return slices.BinarySearchFunc(s.rows, number, func(r *row, number uint64) int {
		return cmp.Compare(r.requested.Request.Number, number)
	})
}

// row finds a public request by its whole identity.
func (s *state) row(id messages.RequestID) *row {
	i, ok := s.find(id.Number)
	if !ok || s.rows[i].requested.Request != id {
		return nil
	}
	return s.rows[i]
}

// admit applies a range that checkAdmit has passed. Events go before nonces: what a nonce leaves
// open did not settle.
func (s *state) admit(e messages.Admit) (words []any) {
	for _, event := range e.Events {
		if r := event.Requested; r != nil {
			s.rows = append(s.rows, &row{requested: *r})
			s.next, s.chain = r.Request.Number+1, r.Request.Chain
			words = append(words, messages.Admitted{Requested: *r})
			continue
		}
		if s.endRow(*event.Ended) {
			words = append(words, messages.Closed{Request: event.Ended.Request,
				Outcome: event.Ended.Outcome, At: event.Ended.Place.Block})
		}
	}
	for _, n := range e.Nonces {
		s.endNonces(n, e.To.Number)
	}
	s.cursor, s.final = e.To, max(s.final, e.Final)
	s.highest = max(s.highest, e.To.Number)
	s.prune()
	return words
}

// endRow closes a row by the contract's event, which also corrects an earlier Close. It reports
// whether the row was open.
func (s *state) endRow(e messages.Ended) bool {
	i, ok := s.find(e.Request.Number)
	if !ok {
		return false
	}
	was := s.rows[i].closing
	if was != nil {
		s.ended[was.outcome]--
		s.past--
	}
	s.closeRow(i, closing{outcome: e.Outcome, at: e.Place.Block.Number, byEvent: true})
	return was == nil
}

// closeRow replaces a row by its ended self.
func (s *state) closeRow(i int, how closing) {
	s.rows[i] = &row{requested: s.rows[i].requested, closing: &how}
	s.ended[how.outcome]++
	s.past++
}

// prune drops what ended at or below the finalized height, as far as the cursor has seen it: no
// reorg can open it again. Plaintexts, which stand in the transactions, leave with it.
func (s *state) prune() {
	limit := min(s.final, s.cursor.Number)
	if s.past == 0 {
		return
	}
	over := func(how *closing) bool {
		gone := how != nil && how.at <= limit
		if gone {
			s.past--
		}
		return gone
	}
	s.rows = slices.DeleteFunc(s.rows, func(r *row) bool { return over(r.closing) })
	s.users = slices.DeleteFunc(s.users, func(u *userRow) bool {
		gone := over(u.closing)
		if gone {
			delete(s.userRows, u.admitted.Request)
		}
		return gone
	})
	for _, a := range s.accounts { // any order gives the same: accounts know nothing of each other
		s.past -= a.prune(limit)
	}
}

// checkUnwind wants an ancestor of the cursor. Below the finalized height the chain does not
// reorganise: whoever sees it do so looks at a lying endpoint.
func (s *state) checkUnwind(e messages.Unwind) error {
	switch {
	case e.From != s.cursor:
		return conflict("unwind", "from %s, the cursor is %s", e.From, s.cursor)
	case e.To.Number >= e.From.Number:
		return conflict("unwind", "to %s is not below %s", e.To, e.From)
	case e.To.Number < s.final:
		return conflict("unwind", "to %s is below the finalized block %d", e.To, s.final)
	}
	return nil
}

// unwind goes back to an ancestor. User rows stay: their answer does not hang on one block.
func (s *state) unwind(e messages.Unwind) []any {
	void := len(s.rows)
	for i, r := range s.rows {
		above := r.requested.Place.Block.Number > e.To.Number
		if above {
			void = min(void, i) // all later ones were admitted later
		}
		if r.closing != nil && (above || r.closing.at > e.To.Number) {
			s.ended[r.closing.outcome]--
			s.past--
			s.rows[i] = &row{requested: r.requested}
		}
	}
	if void < len(s.rows) {
		s.next = s.rows[void].requested.Request.Number
		clear(s.rows[void:])
		s.rows = s.rows[:void]
	}
	for _, a := range s.accounts { // any order gives the same
		s.reopenNonces(a, e.To.Number)
	}
	s.cursor = e.To
	return []any{messages.Unwound{To: e.To}}
}

// close ends a row where no event does, or before the event is read.
func (s *state) close(e messages.Close) ([]any, error) {
	closed := []any{messages.Closed{Request: e.Request, Outcome: e.Outcome, At: e.At}}
	how := closing{outcome: e.Outcome, at: e.At.Number}
	if u := s.userRows[e.Request]; u != nil {
		if u.closing != nil || e.Outcome == messages.OutcomeFulfilled {
			return nil, conflict("close", "user request %s cannot end %s", e.Request, e.Outcome)
		}
		replaced := &userRow{admitted: u.admitted, closing: &how}
		s.users[slices.Index(s.users, u)] = replaced
		s.userRows[e.Request] = replaced
		s.ended[how.outcome]++
		s.past++
		return closed, nil
	}
	r := s.row(e.Request)
	if r == nil || r.closing != nil || e.Outcome == messages.OutcomeAnswered {
		return nil, conflict("close", "request %s is not open or cannot end %s", e.Request,
			e.Outcome)
	}
	i, _ := s.find(e.Request.Number)
	s.closeRow(i, how)
	return closed, nil
}

// admitUser opens a user row. Whether the permit holds is checked before, by intake, and after, by
// each party.
func (s *state) admitUser(e messages.AdmitUser) error {
	if s.userRows[e.Request] != nil {
		return conflict("admit user", "request %s is known", e.Request)
	}
	if s.chain != 0 && e.Request.Chain != s.chain {
		return conflict("admit user", "request of chain %d, the ledger's is %d", e.Request.Chain,
			s.chain)
	}
	u := &userRow{admitted: e}
	s.chain = e.Request.Chain
	s.users = append(s.users, u)
	s.userRows[e.Request] = u
	return nil
}
