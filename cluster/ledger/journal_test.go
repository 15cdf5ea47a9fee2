package ledger

import (
	"testing"

	"kmsgateway/messages"
)

func journalRows() []applyRow {
	return []applyRow{
		{name: "an unknown sender starts where the chain says", before: opened(),
			entry: sent(alice, 7, id(1)), after: "r1* r2 A7"},
		{name: "a sender's nonces follow", before: opened(sent(alice, 7, id(1))),
			entry: sent(alice, 8, id(2)), after: "r1* r2* A7 A8"},
		{name: "a gap in the nonces", before: opened(sent(alice, 7, id(1))),
			entry: sent(alice, 9, id(2)), refused: "the next is 8"},
		{name: "a nonce again", before: opened(sent(alice, 7, id(1))),
			entry: sent(alice, 7, id(2)), refused: "the next is 8"},
		{name: "two senders do not mind each other", before: opened(sent(alice, 7, id(1))),
			entry: sent(bob, 0, id(2)), after: "r1* r2* A7 B0"},
		{name: "a request sent twice", before: opened(sent(alice, 0, id(1))),
			entry: sent(bob, 0, id(1)), refused: "sent already"},
		{name: "a request twice in one transaction", before: opened(),
			entry: sent(alice, 0, id(1), id(1)), refused: "sent already"},
		{name: "a request that is not there", before: opened(), entry: sent(alice, 0, id(3)),
			refused: "is not open"},
		{name: "a request under another digest", before: opened(),
			entry: sent(alice, 0, forkID(1, 1)), refused: "is not open"},
		{name: "a request that ended", before: opened(admit(at(10), at(12), endedAt(1, at(11)))),
			entry: sent(alice, 0, id(1)), refused: "is not open"},
		{name: "one bad request refuses the whole Send", before: opened(),
			entry: sent(alice, 0, id(1), id(3)), refused: "is not open"},
		{name: "superseding frees the requests, not the nonce", before: opened(
			sent(alice, 0, id(1), id(2))), entry: messages.Supersede{Sender: alice},
			after: "r1 r2 A0~"},
		{name: "what was superseded may be sent by another", before: opened(sent(alice, 0, id(1)),
			messages.Supersede{Sender: alice}), entry: sent(bob, 0, id(1)), after: "r1* r2 A0~ B0"},
		{name: "superseding twice", before: opened(sent(alice, 0, id(1)),
			messages.Supersede{Sender: alice}), entry: messages.Supersede{Sender: alice},
			refused: "not open or superseded"},
		{name: "superseding nothing", before: opened(), entry: messages.Supersede{Sender: alice},
			refused: "not open or superseded"},
		{name: "superseding a nonce that ended", before: opened(sent(alice, 0, id(1)),
			nonces(admit(at(10), at(12)), alice, 1)), entry: messages.Supersede{Sender: alice},
			refused: "not open or superseded"},
		{name: "superseding as soon as it was sent", before: opened(sent(alice, 0, id(1))),
			entry: superseded(alice, 0, 1), refused: "sent at block 10, the cursor is 10"},
		{name: "superseding a block too early", before: opened(sent(alice, 0, id(1)),
			admit(at(10), at(14))), entry: superseded(alice, 0, 5), refused: "want 5 blocks"},
		{name: "superseding when its time has come", before: opened(sent(alice, 0, id(1)),
			admit(at(10), at(15))), entry: superseded(alice, 0, 5), after: "r1 r2 A0~"},
		{name: "a bump gives a transaction no more time", before: opened(sent(alice, 0, id(1)),
			admit(at(10), at(15)), bumped(alice, 0, 1)), entry: superseded(alice, 0, 5),
			after: "r1 r2 A0+~"},
		{name: "a request is not superseded twice within the time", before: opened(
			sent(alice, 0, id(1)), admit(at(10), at(15)), superseded(alice, 0, 5),
			sent(bob, 0, id(1)), admit(at(15), at(19))), entry: superseded(bob, 0, 5),
			refused: "sent at block 15"},
		{name: "a request is superseded again after the time", before: opened(
			sent(alice, 0, id(1)), admit(at(10), at(15)), superseded(alice, 0, 5),
			sent(bob, 0, id(1)), admit(at(15), at(20))), entry: superseded(bob, 0, 5),
			after: "r1 r2 A0~ B0~"},
		{name: "going back makes no time pass", before: opened(
			sent(alice, 0, id(1)), admit(at(10), at(15)), superseded(alice, 0, 5),
			messages.Unwind{From: at(15), To: at(11)}, sent(bob, 0, id(1)),
			admit(at(11), fork(16, 1))), entry: superseded(bob, 0, 5), refused: "sent at block 15"},
		{name: "the first bump is 1", before: opened(sent(alice, 0, id(1))),
			entry: bumped(alice, 0, 1), after: "r1* r2 A0+", check: func(t *testing.T, s *state) {
				if tx := s.journal()[0]; tx.Hash != bumped(alice, 0, 1).Hash || tx.Tx[1] != 2 {
					t.Error("the journal keeps the cheaper transaction")
				}
			}},
		{name: "bumps follow", before: opened(sent(alice, 0, id(1)), bumped(alice, 0, 1)),
			entry: bumped(alice, 0, 2), after: "r1* r2 A0++"},
		{name: "a bump again", before: opened(sent(alice, 0, id(1)), bumped(alice, 0, 1)),
			entry: bumped(alice, 0, 1), refused: "the last is 1"},
		{name: "a gap in the bumps", before: opened(sent(alice, 0, id(1))),
			entry: bumped(alice, 0, 2), refused: "the last is 0"},
		{name: "a bump of no transaction", before: opened(), entry: bumped(alice, 0, 1),
			refused: "is not open"},
		{name: "a bump of a nonce that ended", before: opened(sent(alice, 0, id(1)),
			nonces(admit(at(10), at(12)), alice, 1)), entry: bumped(alice, 0, 1),
			refused: "is not open"},
		{name: "a superseded transaction may be cancelled", before: opened(
			sent(alice, 0, id(1)), messages.Supersede{Sender: alice}),
			entry: bumped(alice, 0, 1), after: "r1 r2 A0+~"},
		{name: "an ended nonce frees what it did not end", before: opened(
			sent(alice, 0, id(1), id(2))),
			entry: nonces(admit(at(10), at(12), endedAt(1, at(11))), alice, 1), after: "r2",
			check: func(t *testing.T, s *state) {
				if _, err := s.apply(sent(alice, 1, id(2))); err != nil {
					t.Errorf("cannot send again: %v", err)
				}
			}},
		{name: "all nonces below end, no other", before: opened(sent(alice, 0, id(1)),
			sent(alice, 1, id(2))), entry: nonces(admit(at(10), at(12)), alice, 1),
			after: "r1 r2* A1"},
		{name: "another sender's nonces stay", before: opened(sent(alice, 0, id(1)),
			sent(bob, 0, id(2))), entry: nonces(admit(at(10), at(12)), alice, 1),
			after: "r1 r2* B0"},
		{name: "a count of the chain above ours moves the next nonce", before: opened(
			sent(alice, 0, id(1)), nonces(admit(at(10), at(12)), alice, 5)),
			entry: sent(alice, 5, id(1)), after: "r1* r2 A5"},
		{name: "a count of the chain below ours does not", before: opened(
			sent(alice, 3, id(1)), nonces(admit(at(10), at(12)), alice, 2)),
			entry: sent(alice, 4, id(2)), after: "r1* r2* A3 A4"},
	}
}

// superseded frees what a sender's transaction holds, after some blocks.
func superseded(sender messages.Address, nonce uint64, after messages.Height) messages.Supersede {
	return messages.Supersede{Sender: sender, Nonce: nonce, After: after}
}

func closeRows() []applyRow {
	withUser := func(more ...messages.Entry) entries {
		return opened(append(entries{messages.AdmitUser{Request: userID(1)}}, more...)...)
	}
	return []applyRow{
		{name: "a Close ends a row", before: opened(),
			entry: closed(id(1), messages.OutcomeExpired, at(10)), after: "r2"},
		{name: "a Close of an ended row", before: opened(
			closed(id(1), messages.OutcomeExpired, at(10))),
			entry: closed(id(1), messages.OutcomeExpired, at(10)), refused: "is not open"},
		{name: "a Close under another digest", before: opened(),
			entry: closed(forkID(1, 1), messages.OutcomeExpired, at(10)), refused: "is not open"},
		{name: "a public request is not answered", before: opened(),
			entry: closed(id(1), messages.OutcomeAnswered, at(10)), refused: "cannot end answered"},
		{name: "the event corrects an earlier Close", before: opened(
			closed(id(1), messages.OutcomeExpired, at(11))),
			entry: admit(at(10), at(12), endedAt(1, at(12))), after: "r2",
			check: func(t *testing.T, s *state) {
				if s.ended[messages.OutcomeExpired] != 0 ||
					s.ended[messages.OutcomeFulfilled] != 1 || s.rows[0].closing.at != 12 {
					t.Error("the Close stands")
				}
			}},
		{name: "a user request is admitted", before: opened(),
			entry: messages.AdmitUser{Request: userID(1)}, after: "r1 r2 u1"},
		{name: "a user request again", before: withUser(),
			entry: messages.AdmitUser{Request: userID(1)}, refused: "is known"},
		{name: "a user request of another chain", before: opened(),
			entry: messages.AdmitUser{Request: messages.RequestID{Chain: 1}}, refused: "chain 1"},
		{name: "a user request is answered", before: withUser(),
			entry: closed(userID(1), messages.OutcomeAnswered, at(10)), after: "r1 r2"},
		{name: "a user request is not fulfilled", before: withUser(),
			entry:   closed(userID(1), messages.OutcomeFulfilled, at(10)),
			refused: "cannot end fulfilled"},
		{name: "an answered user request again", before: withUser(
			closed(userID(1), messages.OutcomeAnswered, at(10))),
			entry:   closed(userID(1), messages.OutcomeAnswered, at(10)),
			refused: "cannot end answered"},
		{name: "a user request is not sent", before: withUser(),
			entry: sent(alice, 0, userID(1)), refused: "is not open"},
		{name: "finality prunes answered users", before: withUser(
			closed(userID(1), messages.OutcomeAnswered, at(10))),
			entry: final(admit(at(10), at(12)), 10), after: "r1 r2",
			check: func(t *testing.T, s *state) {
				if len(s.users)+len(s.userRows) != 0 || s.ended[messages.OutcomeAnswered] != 1 {
					t.Error("the row stays, or its count left with it")
				}
			}},
	}
}
