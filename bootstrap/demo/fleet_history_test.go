package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/ethereum/go-ethereum/common"
)

// The history of one request as a user can see it: what he did, what the chain shows, and what each
// node wrote into its log and its audit. Each deed took place somewhere in an interval of time; the
// law is that some order of all of them makes sense.

// deed is what happened to a request.
type deed string

const (
	deedAsked      deed = "asked"          // by the user, on the chain
	deedAdmitted   deed = "admitted"       // told by a node of its ledger
	deedSent       deed = "sent"           // in a transaction, which the ledger had accepted
	deedSuperseded deed = "superseded"     // its transaction no longer holds it
	deedSpent      deed = "spent"          // its transaction was mined and did not settle it
	deedSkipped    deed = "skipped"        // likewise, by the contract, as it had ended
	deedSettled    deed = "settled"        // on the chain, by a transaction
	deedClosed     deed = "closed"         // told by a node of its ledger
	deedPerhaps    deed = "perhaps freed"  // by a node that was killed before it could say so
	deedOver       deed = "looked at last" // when all is over
)

// move is a deed with who did it.
type move struct {
	deed deed
	by   int // the node that tells, from 0 on; of admitted and closed
	tx   int // the transaction, numbered from 1 on for each request
}

// String says it for people.
func (m move) String() string {
	switch m.deed {
	case deedAdmitted, deedClosed:
		return fmt.Sprintf("%s at %s", m.deed, nodeName(m.by+1))
	case deedAsked, deedOver, deedPerhaps:
		return string(m.deed)
	default:
		return fmt.Sprintf("%s by transaction %d", m.deed, m.tx)
	}
}

// requestState is where a request stands: absent, asked, admitted, sent, ended. It is comparable, and
// sets are bits.
type requestState struct {
	asked, admitted, ended bool
	holder                 int    // the transaction that holds it, 0 for none
	sent                   uint64 // transactions that ever held it
	admittedBy, closedBy   uint64 // nodes
}

// lifeLaw is the law for one request: it is admitted after it was asked, once at each node; one
// transaction holds it at a time; it ends once, by a transaction that held it; nodes close it after
// that, once each, and nobody sends it then; and at last it has ended.
func lifeLaw() porcupine.Model {
	model := porcupine.NondeterministicModel{
		Init: func() []any { return []any{requestState{}} },
		Step: func(state, input, _ any) []any {
			return state.(requestState).after(input.(move))
		},
		DescribeOperation: func(input, _ any) string { return input.(move).String() },
	}
	return model.ToModel()
}

// after is what a request can be after a move, nothing where the move cannot be.
func (s requestState) after(m move) []any {
	allowed := false
	bit := uint64(1) << m.tx
	switch m.deed {
	case deedAsked:
		allowed, s.asked = !s.asked, true
	case deedAdmitted:
		allowed = s.asked && s.admittedBy>>m.by&1 == 0
		s.admitted, s.admittedBy = true, s.admittedBy|1<<m.by
	case deedSent:
		allowed = s.admitted && s.holder == 0 && s.sent&bit == 0 && s.closedBy == 0
		s.holder, s.sent = m.tx, s.sent|bit
	case deedSuperseded:
		allowed, s.holder = s.holder == m.tx, 0
	case deedSpent, deedSkipped:
		allowed = s.sent&bit != 0 && (s.ended || m.deed == deedSpent)
		if s.holder == m.tx {
			s.holder = 0
		}
	case deedSettled:
		allowed, s.ended = s.sent&bit != 0 && !s.ended, true
	case deedClosed:
		allowed = s.ended && s.closedBy>>m.by&1 == 0
		s.closedBy |= 1 << m.by
	case deedPerhaps:
		freed := s
		freed.holder = 0
		return []any{s, freed}
	case deedOver:
		allowed = s.asked && s.ended
	}
	if !allowed {
		return nil
	}
	return []any{s}
}

// txKey is a transaction whatever its fee: bumping it changes its hash and no more.
type txKey struct {
	from  common.Address
	nonce uint64
}

// span is when something happened: after the one moment, before the other.
type span struct{ after, before time.Time }

// sighting is what the chain showed of a request, or a node told of it.
type sighting struct {
	deed    deed
	request uint64
	node    int   // of admitted and closed
	tx      txKey // of the others
	span
}

// record is all that was seen of a run.
type record struct {
	began, ended time.Time
	seen         []sighting
	kills        []time.Time // of nodes, each of which may have been about to say something
}

// histories sorts a record by requests. The first sighting of what can be seen more than once, such
// as a transaction that is handed in again, is the one that counts.
func (r record) histories() map[uint64][]porcupine.Operation {
	all := make(map[uint64][]porcupine.Operation)
	numbers := make(map[uint64][]txKey)
	once := make(map[string]bool)
	asked := make(map[uint64]time.Time)
	sightings := slices.Clone(r.seen)
	slices.SortStableFunc(sightings, func(a, b sighting) int { return a.before.Compare(b.before) })
	add := func(request uint64, m move, during span) {
		all[request] = append(all[request], porcupine.Operation{Input: m,
			Call: during.after.Sub(r.began).Nanoseconds(), Return: during.before.Sub(r.began).Nanoseconds()})
	}
	for _, one := range sightings {
		m := move{deed: one.deed, by: one.node}
		switch one.deed {
		case deedAsked:
			asked[one.request] = one.after
		case deedAdmitted, deedClosed:
		default:
			m.tx = 1 + slices.Index(numbers[one.request], one.tx)
			if m.tx == 0 {
				numbers[one.request] = append(numbers[one.request], one.tx)
				m.tx = len(numbers[one.request])
			}
		}
		if one.deed == deedSent || one.deed == deedSuperseded {
			key := fmt.Sprint(one.request, m)
			if once[key] {
				continue
			}
			once[key] = true
		}
		add(one.request, m, one.span)
	}
	for request, start := range asked {
		for _, kill := range r.kills {
			if kill.After(start) && len(numbers[request]) > 1 {
				add(request, move{deed: deedPerhaps}, span{start, kill})
			}
		}
		add(request, move{deed: deedOver}, span{r.ended, r.ended.Add(1)})
	}
	return all
}

// historyTime bounds the search for an order, of one request.
const historyTime = 10 * time.Second

// breaches lists the requests whose history makes no sense in any order.
func (r record) breaches() (breaches []string) {
	for request, history := range r.histories() {
		if answer := porcupine.CheckOperationsTimeout(lifeLaw(), history, historyTime); answer != porcupine.Ok {
			breaches = append(breaches, fmt.Sprintf("request %d: %s:%s", request, answer, told(history)))
		}
	}
	slices.Sort(breaches)
	return breaches
}

// check holds a record to the law, and says how much that was.
func (r record) check(t *testing.T) {
	t.Helper()
	start := time.Now()
	for _, breach := range r.breaches() {
		t.Error(breach)
	}
	moves, most := 0, 0
	histories := r.histories()
	for _, history := range histories {
		moves += len(history)
		most = max(most, len(history))
	}
	t.Logf("%d histories of requests, %d moves in all and %d at most, were checked in %.1f s",
		len(histories), moves, most, time.Since(start).Seconds())
}

// told renders a history for people, in the order of what was seen.
func told(history []porcupine.Operation) string {
	var out strings.Builder
	for _, one := range history {
		fmt.Fprintf(&out, "\n\t%8.3f s to %8.3f s: %s", time.Duration(one.Call).Seconds(),
			time.Duration(one.Return).Seconds(), one.Input)
	}
	return out.String()
}

// goodRecord is of two requests on three nodes. The first goes its way; the second is sent by a
// leader that dies, superseded, and sent by the next, when the first transaction is mined after all.
func goodRecord() record {
	start := time.Unix(1_000_000, 0)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	first, second := txKey{common.Address{1}, 0}, txKey{common.Address{1}, 1}
	third := txKey{common.Address{2}, 0}
	r := record{began: start, ended: at(9000), kills: []time.Time{at(1500)}}
	add := func(d deed, request uint64, node int, tx txKey, after, before int) {
		r.seen = append(r.seen, sighting{d, request, node, tx, span{at(after), at(before)}})
	}
	for request := range uint64(2) {
		add(deedAsked, request+1, 0, txKey{}, 100, 200)
		for node := range 3 {
			add(deedAdmitted, request+1, node, txKey{}, 0, 300+node)
		}
	}
	add(deedSent, 1, 0, first, 0, 400)
	add(deedSettled, 1, 0, first, 500, 600)
	add(deedSent, 2, 0, second, 0, 700)
	add(deedSent, 2, 0, second, 0, 1600) // handed in again by the next leader
	add(deedSuperseded, 2, 0, second, 0, 3000)
	add(deedSent, 2, 0, third, 0, 3100)
	add(deedSettled, 2, 0, second, 3150, 3200)
	add(deedSkipped, 2, 0, third, 3250, 3300)
	for request, closed := range []int{700, 3400} {
		for node := range 2 { // the third was down
			add(deedClosed, uint64(request+1), node, txKey{}, 0, closed+node)
		}
	}
	return r
}

// TestHistoryLawCatches doctors a good record, each time in one way.
func TestHistoryLawCatches(t *testing.T) {
	good := goodRecord()
	if breaches := good.breaches(); len(breaches) != 0 {
		t.Fatalf("a good record breaks the law: %v", breaches)
	}
	is := func(d deed, request uint64) func(sighting) bool {
		return func(s sighting) bool { return s.deed == d && s.request == request }
	}
	without := func(drop func(sighting) bool) func(*record) {
		return func(r *record) { r.seen = slices.DeleteFunc(r.seen, drop) }
	}
	twice := func(like func(sighting) bool, change func(*sighting)) func(*record) {
		return func(r *record) {
			again := r.seen[slices.IndexFunc(r.seen, like)]
			change(&again)
			r.seen = append(r.seen, again)
		}
	}
	early := func(like func(sighting) bool) func(*record) {
		return func(r *record) {
			one := &r.seen[slices.IndexFunc(r.seen, like)]
			one.after, one.before = r.began, r.began.Add(time.Millisecond)
		}
	}
	stranger := func(s *sighting) { s.tx.from = common.Address{9} }
	for _, row := range []struct {
		name   string
		doctor func(*record)
	}{
		{"a request is lost", without(is(deedSettled, 1))},
		{"it settles twice", twice(is(deedSettled, 1), func(s *sighting) {})},
		{"it settles twice, by two transactions", twice(is(deedSettled, 2),
			func(s *sighting) { s.tx = txKey{common.Address{2}, 0} })},
		{"it settles by a transaction that never held it", func(r *record) {
			stranger(&r.seen[slices.IndexFunc(r.seen, is(deedSettled, 1))])
		}},
		{"two transactions hold it, and no node died", func(r *record) {
			without(is(deedSuperseded, 2))(r)
			r.kills = nil
		}},
		{"two transactions hold it, and one node died once", func(r *record) {
			without(is(deedSuperseded, 2))(r)
			twice(is(deedSent, 2), stranger)(r)
		}},
		{"what nobody holds is superseded", twice(is(deedSuperseded, 2), stranger)},
		{"it is admitted before it is asked", early(is(deedAdmitted, 1))},
		{"it is admitted twice at a node", twice(is(deedAdmitted, 1), func(*sighting) {})},
		{"it is closed before it ends", early(is(deedClosed, 1))},
		{"it is closed twice at a node", twice(is(deedClosed, 1), func(*sighting) {})},
		{"it is skipped before it ends", early(is(deedSkipped, 2))},
		{"it is asked twice under one number", twice(is(deedAsked, 1), func(*sighting) {})},
		{"it is sent before anybody admits it", without(is(deedAdmitted, 2))},
	} {
		r := goodRecord()
		row.doctor(&r)
		if len(r.breaches()) == 0 {
			t.Errorf("%s: accepted", row.name)
		}
	}
}
