package ledger

import (
	"slices"
	"strings"
	"testing"

	"kmsgateway/messages"
)

// The chain of the tables: block n of fork f has hash {n, f}; request n of fork f digest {n, f}.

func at(n messages.Height) messages.BlockRef { return fork(n, 0) }

func fork(n messages.Height, f byte) messages.BlockRef {
	return messages.BlockRef{Number: n, Hash: messages.Hash{byte(n), f, 1}}
}

func id(number uint64) messages.RequestID { return forkID(number, 0) }

func forkID(number uint64, f byte) messages.RequestID {
	return messages.RequestID{Chain: 31337, Number: number, Digest: messages.Hash{byte(number), f}}
}

func userID(n byte) messages.RequestID {
	return messages.RequestID{Chain: 31337, Digest: messages.Hash{n, 0xff}}
}

var (
	alice = messages.Address{1}
	bob   = messages.Address{2}
)

// asked is the event of a request in a block; logs of a block are numbered by the request.
func asked(number uint64, block messages.BlockRef) messages.Event {
	return askedAs(id(number), block)
}

func askedAs(id messages.RequestID, block messages.BlockRef) messages.Event {
	return messages.Event{Requested: &messages.Requested{Request: id,
		Handles: []messages.Handle{{9}}, RegisteredAt: []messages.Height{1},
		Options: messages.Options{Proof: messages.ProofQuorum},
		Place:   messages.EventPlace{Block: block, LogIndex: uint32(id.Number)}}}
}

func endedAt(number uint64, block messages.BlockRef) messages.Event {
	return messages.Event{Ended: &messages.Ended{Request: id(number),
		Outcome: messages.OutcomeFulfilled,
		Place:   messages.EventPlace{Block: block, LogIndex: 1000 + uint32(number)}}}
}

func admit(from, to messages.BlockRef, events ...messages.Event) messages.Admit {
	return messages.Admit{From: from, To: to, Events: events}
}

func final(e messages.Admit, height messages.Height) messages.Admit {
	e.Final = height
	return e
}

func nonces(e messages.Admit, of messages.Address, count uint64) messages.Admit {
	e.Nonces = append(e.Nonces, messages.SenderNonce{Sender: of, Nonce: count})
	return e
}

func sent(sender messages.Address, nonce uint64, requests ...messages.RequestID) messages.Send {
	return messages.Send{Sender: sender, Nonce: nonce, Tx: []byte{1}, Requests: requests,
		Hash: messages.Hash{sender[0], byte(nonce)}}
}

func bumped(sender messages.Address, nonce uint64, bump uint32) messages.Bump {
	return messages.Bump{Sender: sender, Nonce: nonce, Bump: bump, Tx: []byte{byte(bump), 2},
		Hash: messages.Hash{sender[0], byte(nonce), byte(bump)}}
}

func closed(request messages.RequestID, how messages.Outcome, at messages.BlockRef) messages.Close {
	return messages.Close{Request: request, Outcome: how, At: at}
}

// view is what a person could see of a state: open rows with * where sent, user rows, open nonces.
func view(s *state) string {
	var parts []string
	for _, r := range s.rows {
		if r.closing != nil {
			continue
		}
		mark := ""
		if s.claims[r.requested.Request] > 0 {
			mark = "*"
		}
		digest := r.requested.Request.Digest
		parts = append(parts, "r"+string('0'+digest[0])+strings.Repeat("'", int(digest[1]))+mark)
	}
	for _, u := range s.users {
		if u.closing == nil {
			parts = append(parts, "u"+string('0'+u.admitted.Request.Digest[0]))
		}
	}
	for _, tx := range s.journal() {
		mark := strings.Repeat("+", int(tx.Bump))
		if tx.Superseded {
			mark += "~"
		}
		parts = append(parts, string('A'+tx.Sender[0]-1)+string('0'+byte(tx.Nonce))+mark)
	}
	return strings.Join(parts, " ")
}

// TestApply names each rule of the ledger in a row: what came before, the entry at hand, and
// either why it is refused or what can be seen after it.
func TestApply(t *testing.T) {
	for _, row := range slices.Concat(admitRows(), unwindRows(), journalRows(), closeRows()) {
		t.Run(row.name, func(t *testing.T) {
			s := newState()
			for i, entry := range row.before {
				if _, err := s.apply(entry); err != nil {
					t.Fatalf("entry %d before: %v", i, err)
				}
			}
			was := image(t, s)
			_, err := s.apply(row.entry)
			if row.refused != "" {
				if messages.CodeOf(err) != messages.CodeConflict ||
					!strings.Contains(err.Error(), row.refused) {
					t.Errorf("error %v, want a CONFLICT that tells %q", err, row.refused)
				}
				if string(image(t, s)) != string(was) {
					t.Error("a refused entry left a trace")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := view(s); got != row.after {
				t.Errorf("shows %q, want %q", got, row.after)
			}
			if row.check != nil {
				row.check(t, s)
			}
		})
	}
}

type applyRow struct {
	name    string
	before  []messages.Entry
	entry   messages.Entry
	refused string // a part of the reason
	after   string // as view shows it
	check   func(*testing.T, *state)
}

type entries = []messages.Entry

// opened is a ledger at block 10 with requests 1 and 2 open.
func opened(more ...messages.Entry) entries {
	return append(entries{admit(messages.BlockRef{}, at(10), asked(1, at(8)), asked(2, at(10)))},
		more...)
}

func wantNext(next uint64) func(*testing.T, *state) {
	return func(t *testing.T, s *state) {
		if s.next != next {
			t.Errorf("the next request is %d, want %d", s.next, next)
		}
	}
}

func admitRows() []applyRow {
	return []applyRow{
		{name: "the first range starts from no block", entry: admit(messages.BlockRef{}, at(10),
			asked(1, at(8)), asked(2, at(10))), after: "r1 r2", check: wantNext(3)},
		{name: "the next range follows the cursor", before: opened(),
			entry: admit(at(10), at(12), asked(3, at(11))), after: "r1 r2 r3"},
		{name: "a range without events moves the cursor", before: opened(),
			entry: admit(at(10), at(50)), after: "r1 r2", check: func(t *testing.T, s *state) {
				if s.cursor != at(50) {
					t.Errorf("cursor %s", s.cursor)
				}
			}},
		{name: "a range from a lower block is late", before: opened(),
			entry: admit(at(9), at(12)), refused: "the cursor is 10"},
		{name: "a range from no block is late", before: opened(),
			entry: admit(messages.BlockRef{}, at(12)), refused: "the cursor is 10"},
		{name: "a range from the same height of another fork", before: opened(),
			entry: admit(fork(10, 1), at(12)), refused: "the cursor is 10"},
		{name: "the same range twice", before: opened(),
			entry: opened()[0], refused: "the cursor is 10"},
		{name: "a range to the cursor's height on another fork", before: opened(),
			entry: admit(at(10), fork(10, 1)), refused: "does not follow"},
		{name: "a range backwards", before: opened(), entry: admit(at(10), at(9)),
			refused: "does not follow"},
		{name: "standing still brings finality and nonces", before: opened(sent(alice, 0, id(1))),
			entry: nonces(final(admit(at(10), at(10)), 7), alice, 1), after: "r1 r2"},
		{name: "standing still brings no event", before: opened(),
			entry: admit(at(10), at(10), asked(3, at(10))), refused: "is not in"},
		{name: "a gap in the numbers", before: opened(),
			entry: admit(at(10), at(12), asked(4, at(11))), refused: "request 4, the next is 3"},
		{name: "a gap inside the range", before: opened(),
			entry:   admit(at(10), at(12), asked(3, at(11)), asked(5, at(12))),
			refused: "request 5, the next is 4"},
		{name: "a number again", before: opened(),
			entry: admit(at(10), at(12), asked(2, at(11))), refused: "request 2, the next is 3"},
		{name: "the first number is 1", entry: admit(messages.BlockRef{}, at(10),
			asked(2, at(8))), refused: "request 2, the next is 1"},
		{name: "a request of another chain", before: opened(),
			entry:   admit(at(10), at(12), askedAs(messages.RequestID{Chain: 1, Number: 3}, at(11))),
			refused: "chain 1"},
		{name: "an event above the range", before: opened(),
			entry: admit(at(10), at(12), asked(3, at(13))), refused: "is not in"},
		{name: "an event at the cursor", before: opened(),
			entry: admit(at(10), at(12), asked(3, at(10))), refused: "is not in"},
		{name: "an event in another fork's last block", before: opened(),
			entry: admit(at(10), at(12), asked(3, fork(12, 1))), refused: "is not in"},
		{name: "events out of order", before: opened(),
			entry:   admit(at(10), at(12), asked(3, at(12)), asked(4, at(11))),
			refused: "out of order"},
		{name: "events of two blocks of one height", before: opened(),
			entry:   admit(at(10), at(12), asked(3, at(11)), asked(4, fork(11, 1))),
			refused: "out of order"},
		{name: "logs of a block out of order", before: opened(),
			entry:   admit(at(10), at(12), asked(3, at(11)), endedAt(1, at(11)), asked(4, at(11))),
			refused: "out of order"},
		{name: "an event ends a row in the entry that moves the cursor", before: opened(),
			entry: admit(at(10), at(12), endedAt(1, at(11))), after: "r2",
			check: func(t *testing.T, s *state) {
				if s.ended[messages.OutcomeFulfilled] != 1 {
					t.Errorf("%d rows count as fulfilled", s.ended[messages.OutcomeFulfilled])
				}
			}},
		{name: "an event ends a row of the same entry", before: opened(),
			entry: admit(at(10), at(12), asked(3, at(11)), endedAt(3, at(12))), after: "r1 r2"},
		{name: "an end under another digest", before: opened(), entry: admit(at(10), at(12),
			messages.Event{Ended: &messages.Ended{Request: forkID(1, 1),
				Outcome: messages.OutcomeFulfilled, Place: messages.EventPlace{Block: at(11)}}}),
			refused: "another digest"},
		{name: "an end of the same entry under another digest", before: opened(),
			entry:   admit(at(10), at(12), askedAs(forkID(3, 1), at(11)), endedAt(3, at(12))),
			refused: "another digest"},
		{name: "an end of a request that was never asked", before: opened(),
			entry: admit(at(10), at(12), endedAt(3, at(11))), refused: "request 3 ended"},
		{name: "an end twice", before: opened(admit(at(10), at(12), endedAt(1, at(11)))),
			entry: admit(at(12), at(14), endedAt(1, at(13))), refused: "ended twice"},
		{name: "an end twice in one entry", before: opened(),
			entry:   admit(at(10), at(14), endedAt(1, at(11)), endedAt(1, at(13))),
			refused: "ended twice"},
		{name: "the chain does not answer users", before: opened(), entry: admit(at(10), at(12),
			messages.Event{Ended: &messages.Ended{Request: id(1), Outcome: messages.OutcomeAnswered,
				Place: messages.EventPlace{Block: at(11)}}}), refused: "ended answered"},
		{name: "finality prunes what ended below it", before: opened(sent(alice, 0, id(1)),
			nonces(admit(at(10), at(12), endedAt(1, at(11))), alice, 1)),
			entry: final(admit(at(12), at(20)), 12), after: "r2",
			check: func(t *testing.T, s *state) {
				if len(s.rows) != 1 || len(s.accounts[alice].journal) != 0 {
					t.Errorf("keeps %d rows and %d transactions", len(s.rows),
						len(s.accounts[alice].journal))
				}
				if s.ended[messages.OutcomeFulfilled] != 1 || s.accounts[alice].next != 1 {
					t.Error("counters or next nonce left with it")
				}
			}},
		{name: "finality keeps what ended above it", before: opened(sent(alice, 0, id(1)),
			nonces(admit(at(10), at(12), endedAt(1, at(11))), alice, 1)),
			entry: final(admit(at(12), at(20)), 10), after: "r2",
			check: func(t *testing.T, s *state) {
				if len(s.rows) != 2 || len(s.accounts[alice].journal) != 1 {
					t.Errorf("keeps %d rows and %d transactions", len(s.rows),
						len(s.accounts[alice].journal))
				}
			}},
		{name: "an end of a row that was pruned is old news", before: opened(
			closed(id(1), messages.OutcomeFulfilled, at(10)), final(admit(at(10), at(12)), 12)),
			entry: admit(at(12), at(14), endedAt(1, at(13))), after: "r2"},
		{name: "finality does not go back", before: opened(final(admit(at(10), at(20)), 15)),
			entry: final(admit(at(20), at(21)), 5), after: "r1 r2",
			check: func(t *testing.T, s *state) {
				if s.final != 15 {
					t.Errorf("final %d", s.final)
				}
			}},
	}
}

func unwindRows() []applyRow {
	at12 := func(more ...messages.Entry) entries {
		return opened(append(entries{admit(at(10), at(12), asked(3, at(11)), asked(4, at(12)))},
			more...)...)
	}
	back := func(to messages.Height) messages.Unwind {
		return messages.Unwind{From: at(12), To: at(to)}
	}
	return []applyRow{
		{name: "unwinding voids the rows above", before: at12(), entry: back(11),
			after: "r1 r2 r3", check: wantNext(4)},
		{name: "unwinding voids all rows", before: at12(), entry: back(7), after: "",
			check: wantNext(1)},
		{name: "after unwinding the other fork follows", before: at12(back(10)),
			entry: admit(at(10), fork(12, 1), askedAs(forkID(3, 1), fork(11, 1))),
			after: "r1 r2 r3'"},
		{name: "unwinding from another block", before: at12(),
			entry: messages.Unwind{From: fork(12, 1), To: at(10)}, refused: "the cursor is 12"},
		{name: "unwinding upwards", before: at12(),
			entry: messages.Unwind{From: at(12), To: at(13)}, refused: "is not below"},
		{name: "unwinding to the cursor", before: at12(),
			entry: messages.Unwind{From: at(12), To: at(12)}, refused: "is not below"},
		{name: "unwinding below finalized", before: at12(final(admit(at(12), at(13)), 11)),
			entry: messages.Unwind{From: at(13), To: at(10)}, refused: "below the finalized"},
		{name: "unwinding to finalized", before: at12(final(admit(at(12), at(13)), 11)),
			entry: messages.Unwind{From: at(13), To: at(11)}, after: "r1 r2 r3"},
		{name: "unwinding opens rows that ended above", before: opened(
			admit(at(10), at(12), endedAt(1, at(11)), endedAt(2, at(12)))), entry: back(11),
			after: "r2", check: func(t *testing.T, s *state) {
				if s.ended[messages.OutcomeFulfilled] != 1 {
					t.Errorf("%d rows count as fulfilled", s.ended[messages.OutcomeFulfilled])
				}
			}},
		{name: "unwinding drops rows that began and ended above", before: opened(
			admit(at(10), at(12), asked(3, at(11)), endedAt(3, at(12)))), entry: back(10),
			after: "r1 r2", check: func(t *testing.T, s *state) {
				if s.ended[messages.OutcomeFulfilled] != 0 || s.past != 0 {
					t.Error("a row that never was counts as fulfilled")
				}
			}},
		{name: "unwinding opens rows that a Close ended above", before: opened(
			admit(at(10), at(12)), closed(id(1), messages.OutcomeExpired, at(12))),
			entry: back(11), after: "r1 r2"},
		{name: "unwinding leaves answered users alone", before: opened(
			messages.AdmitUser{Request: userID(1)}, admit(at(10), at(12)),
			closed(userID(1), messages.OutcomeAnswered, at(12))), entry: back(10),
			after: "r1 r2"},
		{name: "unwinding opens nonces that ended above", before: opened(sent(alice, 0, id(1)),
			nonces(admit(at(10), at(12), endedAt(1, at(11))), alice, 1)), entry: back(10),
			after: "r1* r2 A0"},
		{name: "unwinding leaves nonces that ended below", before: opened(sent(alice, 0, id(1)),
			nonces(admit(at(10), at(11), endedAt(1, at(11))), alice, 1), admit(at(11), at(12))),
			entry: back(11), after: "r2"},
		{name: "a sent row that is void leaves its nonce", before: at12(
			sent(alice, 0, id(4), id(1))), entry: back(11), after: "r1* r2 r3 A0",
			check: func(t *testing.T, s *state) {
				if len(s.accounts[alice].journal[0].tx.Requests) != 2 {
					t.Error("the transaction forgot what it settles")
				}
			}},
		{name: "a void row that comes back is still sent", before: at12(sent(alice, 0, id(4)),
			back(11)), entry: admit(at(11), fork(12, 1), asked(4, fork(12, 1))),
			after: "r1 r2 r3 r4* A0"},
		{name: "another request of the same number is not sent", before: at12(
			sent(alice, 0, id(4)), back(11)),
			entry: admit(at(11), fork(12, 1), askedAs(forkID(4, 1), fork(12, 1))),
			after: "r1 r2 r3 r4' A0"},
	}
}

func TestWordsTellWhatHappenedInOrder(t *testing.T) {
	s := newState()
	var told []string
	for _, entry := range opened(
		admit(at(10), at(12), endedAt(1, at(11)), asked(3, at(12))),
		closed(id(2), messages.OutcomeExpired, at(12)),
		sent(alice, 0, id(3)),
		messages.Unwind{From: at(12), To: at(11)},
	) {
		words, err := s.apply(entry)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			switch w := word.(type) {
			case messages.Admitted:
				told = append(told, "admitted "+string('0'+byte(w.Requested.Request.Number)))
			case messages.Closed:
				told = append(told, w.Outcome.String()+" "+string('0'+byte(w.Request.Number)))
			case messages.Sent:
				told = append(told, "sent "+string('0'+byte(w.Requests[0].Number)))
			case messages.Unwound:
				told = append(told, "unwound "+w.To.String()[:2])
			}
		}
	}
	want := "admitted 1, admitted 2, fulfilled 1, admitted 3, expired 2, sent 3, unwound 11"
	if got := strings.Join(told, ", "); got != want {
		t.Errorf("told %s\nwant %s", got, want)
	}
}
