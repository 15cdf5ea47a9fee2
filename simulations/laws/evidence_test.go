package laws

import (
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

func at(number messages.Height) messages.BlockRef {
	return messages.BlockRef{Number: number, Hash: messages.Hash{byte(number)}}
}

func request(number uint64) messages.RequestID {
	return messages.RequestID{Chain: 1, Number: number, Digest: messages.Hash{byte(number)}}
}

func txHash(b byte) messages.Hash { return messages.Hash{0x77, b} }

var (
	alice = messages.Address{0xa}
	bob   = messages.Address{0xb}
	dawn  = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func after(seconds int) time.Time { return dawn.Add(time.Duration(seconds) * time.Second) }

// ledger encodes entries as one node applied them, each in a log of its own.
func ledger(t *testing.T, node string, entries ...messages.Entry) Ledger {
	t.Helper()
	l := Ledger{Node: node}
	for i, entry := range entries {
		encoded, err := messages.EncodeEntry(entry)
		if err != nil {
			t.Fatal(err)
		}
		l.Entries = append(l.Entries, Applied{Index: uint64(i + 1), Entry: encoded})
		l.Prefixes = append(l.Prefixes, Prefix{Index: uint64(i + 1), Digest: messages.Hash{byte(i)}})
	}
	return l
}

func admit(from, to, final messages.Height, events ...messages.Event) messages.Admit {
	e := messages.Admit{To: at(to), Final: final, Events: events}
	if from > 0 {
		e.From = at(from)
	}
	return e
}

func asked(number uint64, height messages.Height) messages.Event {
	return messages.Event{Requested: &messages.Requested{Request: request(number),
		Handles: []messages.Handle{{1}}, RegisteredAt: []messages.Height{1},
		Options: messages.Options{Proof: messages.ProofOpening},
		Place:   messages.EventPlace{Block: at(height)}}}
}

func ended(number uint64, height messages.Height) messages.Event {
	return messages.Event{Ended: &messages.Ended{Request: request(number),
		Outcome: messages.OutcomeFulfilled, Place: messages.EventPlace{Block: at(height)}}}
}

func send(sender messages.Address, nonce uint64, hash byte, requests ...uint64) messages.Send {
	e := messages.Send{Sender: sender, Nonce: nonce, Tx: []byte{hash}, Hash: txHash(hash)}
	for _, number := range requests {
		e.Requests = append(e.Requests, request(number))
	}
	return e
}

func transaction(e messages.Send) Transaction {
	return Transaction{Sender: e.Sender, Nonce: e.Nonce, Hash: e.Hash, Requests: e.Requests}
}

// story is what a good run left: request 1 was sent by alice, superseded, sent by bob and settled;
// request 2 went with it; the cursor went back once.
func story(t *testing.T) (entries []messages.Entry, h History) {
	entries = []messages.Entry{
		admit(0, 5, 2),
		admit(5, 10, 4, asked(1, 9), asked(2, 10)),
		send(alice, 0, 1, 1),
		messages.Unwind{From: at(10), To: at(9)},
		admit(9, 20, 6, asked(2, 11)),
		messages.Supersede{Sender: alice, After: 5},
		send(bob, 0, 2, 1, 2),
		messages.Bump{Sender: bob, Bump: 1, Tx: []byte{3}, Hash: txHash(3)},
		admit(20, 30, 12, ended(1, 28), ended(2, 28)),
	}
	for number := range uint64(2) {
		id := request(number + 1)
		h.Canonical = append(h.Canonical, messages.Requested{Request: id})
		h.Ended = append(h.Ended, messages.Ended{Request: id, Outcome: messages.OutcomeFulfilled})
		h.Courses = append(h.Courses, Course{Request: id, Asked: after(1), Ended: after(25)})
		h.Facts = append(h.Facts,
			messages.Fact{Name: messages.FactSettlementSent, At: after(20), Request: id, Digest: txHash(2)},
			messages.Fact{Name: messages.FactSettlementSent, At: after(21), Request: id, Digest: txHash(3)},
			messages.Fact{Name: messages.FactRequestClosed, At: after(25), Request: id, Block: at(28),
				Detail: "fulfilled"},
			messages.Fact{Name: messages.FactRequestClosed, At: after(26), Request: id, Block: at(28),
				Detail: "fulfilled"})
	}
	h.Facts = append(h.Facts,
		messages.Fact{Name: messages.FactRequestAdmitted, At: after(5), Request: request(1), Block: at(9)},
		messages.Fact{Name: messages.FactRequestAdmitted, At: after(5), Request: request(2), Block: at(10)},
		messages.Fact{Name: messages.FactRequestAdmitted, At: after(9), Request: request(2), Block: at(11)},
		messages.Fact{Name: messages.FactSettlementSent, At: after(6), Request: request(1), Digest: txHash(1)},
		messages.Fact{Name: messages.FactBlockScanned, At: after(5), Block: at(10), Final: 4},
		messages.Fact{Name: messages.FactCursorUnwound, At: after(7), Block: at(9), Final: 4})
	h.Broadcasts = []Transaction{transaction(send(alice, 0, 1, 1)), transaction(send(bob, 0, 2, 1, 2)),
		transaction(send(bob, 0, 2, 1, 2)), transaction(send(bob, 0, 3, 1, 2))}
	h.Mined = []Transaction{transaction(send(alice, 0, 1, 1)), transaction(send(bob, 0, 3, 1, 2))}
	h.Apart, h.Bound, h.Healed, h.Finished = 5, 30*time.Second, after(10), after(60)
	h.tell(t, entries)
	return entries, h
}

// tell gives the ledger to two nodes, the second of which lags.
func (h *History) tell(t *testing.T, entries []messages.Entry) {
	h.Ledgers = []Ledger{ledger(t, "n1", entries...), ledger(t, "n2", entries[:len(entries)-1]...)}
}

func TestEveryLawHoldsInAGoodStory(t *testing.T) {
	_, h := story(t)
	for _, v := range Judge(h) {
		if v.Standing != Held {
			t.Errorf("law %d is %s: %s %v", v.Law, v.Standing, v.Lacks, v.Breaches)
		}
	}
}

// TestLawsOfTheLedgerSeeWhatIsBroken spoils one thing at a time and expects just the law that
// guards it.
func TestLawsOfTheLedgerSeeWhatIsBroken(t *testing.T) {
	type spoiler func(t *testing.T, entries []messages.Entry, h *History)
	facts := func(more ...messages.Fact) spoiler {
		return func(_ *testing.T, _ []messages.Entry, h *History) { h.Facts = append(h.Facts, more...) }
	}
	replace := func(position int, entry messages.Entry) spoiler {
		return func(t *testing.T, entries []messages.Entry, h *History) {
			entries[position] = entry
			h.tell(t, entries)
		}
	}
	for _, row := range []struct {
		name  string
		law   int
		says  string
		spoil spoiler
	}{
		{"two outcomes of one request", 2, "not one life", func(t *testing.T, e []messages.Entry, h *History) {
			h.tell(t, append(e, messages.Close{Request: request(1), Outcome: messages.OutcomeRejected, At: at(29)}))
			h.Facts = append(h.Facts, messages.Fact{Name: messages.FactRequestClosed, Request: request(1),
				Block: at(29), Detail: "rejected"})
		}},
		{"sent after it ended", 2, "not one life", func(t *testing.T, e []messages.Entry, h *History) {
			late := send(bob, 1, 9, 1)
			h.tell(t, append(e, messages.Admit{From: at(30), To: at(31),
				Nonces: []messages.SenderNonce{{Sender: bob, Nonce: 1}}}, late))
			h.Broadcasts = append(h.Broadcasts, transaction(late))
			h.Facts = append(h.Facts, messages.Fact{Name: messages.FactSettlementSent,
				Request: request(1), Digest: late.Hash})
		}},
		{"two ends above what was unwound", 2, "not one life", facts(messages.Fact{
			Name: messages.FactRequestClosed, At: after(27), Request: request(1), Block: at(8),
			Detail: "fulfilled"})},
		{"sent and never admitted", 2, "not one life", facts(messages.Fact{
			Name: messages.FactSettlementSent, At: after(27), Request: request(3), Digest: txHash(9)})},
		{"another entry on another node", 7, "part at log 3", func(t *testing.T, e []messages.Entry, h *History) {
			h.Ledgers[1] = ledger(t, "n2", e[0], e[1], send(bob, 0, 2, 1, 2))
		}},
		{"an entry is missing on another node", 7, "part at log", func(_ *testing.T, _ []messages.Entry, h *History) {
			h.Ledgers[1].Entries = append(h.Ledgers[1].Entries[:2:2], h.Ledgers[1].Entries[3:]...)
		}},
		{"another digest on another node", 7, "up to log 2", func(_ *testing.T, _ []messages.Entry, h *History) {
			h.Ledgers[1].Prefixes[1].Digest = messages.Hash{99}
		}},
		{"an entry that cannot be read", 7, "cannot be read", func(_ *testing.T, _ []messages.Entry, h *History) {
			h.Ledgers[0].Entries[8].Entry = []byte{0xff}
		}},
		{"unwound below finalized, and went on from there", 7, "no rule",
			func(t *testing.T, e []messages.Entry, h *History) {
				h.tell(t, append(e, messages.Unwind{From: at(30), To: at(11)}, admit(11, 40, 12)))
			}},
		{"a listener unwound below finalized", 7, "below the finalized", facts(messages.Fact{
			Name: messages.FactCursorUnwound, Block: at(9), Final: 10})},
		{"a listener went back by no Unwind", 7, "by no Unwind", facts(messages.Fact{
			Name: messages.FactCursorUnwound, Block: at(8), Final: 4})},
		{"the cursor jumped", 7, "no rule", func(t *testing.T, e []messages.Entry, h *History) {
			h.tell(t, append(e, admit(33, 40, 12)))
		}},
		{"an Admit that went back", 7, "no rule", func(t *testing.T, e []messages.Entry, h *History) {
			h.tell(t, append(e, admit(30, 29, 12), admit(29, 31, 12)))
		}},
		{"a listener went on by no Admit", 7, "by no Admit", facts(messages.Fact{
			Name: messages.FactBlockScanned, Block: at(31)})},
		{"broadcast and not journaled", 8, "in no journal", func(_ *testing.T, _ []messages.Entry, h *History) {
			h.Broadcasts = append(h.Broadcasts, transaction(send(bob, 1, 9, 1)))
		}},
		{"two payloads of a nonce", 8, "two payloads", func(t *testing.T, e []messages.Entry, h *History) {
			h.tell(t, append(e, send(alice, 0, 8, 3)))
			h.Broadcasts = append(h.Broadcasts, transaction(send(alice, 0, 8, 3)))
		}},
		{"two payloads of a bump", 8, "two payloads", func(t *testing.T, e []messages.Entry, h *History) {
			h.tell(t, append(e, messages.Bump{Sender: bob, Bump: 1, Tx: []byte{8}, Hash: txHash(8)}))
			h.Broadcasts = append(h.Broadcasts, transaction(send(bob, 0, 8, 1, 2)))
		}},
		{"sent again without a Supersede", 8, "was open", replace(5, messages.Supersede{Sender: bob, After: 5})},
		{"superseded twice too soon", 8, "twice within 13", func(t *testing.T, e []messages.Entry, h *History) {
			third, fourth := send(messages.Address{0xc}, 0, 6, 1), send(messages.Address{0xd}, 0, 7, 1)
			h.tell(t, append(e, messages.Supersede{Sender: bob, After: 5}, third, admit(30, 31, 12), admit(31, 32, 12),
				messages.Supersede{Sender: third.Sender, After: 5}, fourth))
			h.Broadcasts = append(h.Broadcasts, transaction(third), transaction(fourth))
			h.Apart = 13
		}},
		{"skipped too often", 8, "skipped by 4", func(_ *testing.T, _ []messages.Entry, h *History) {
			h.Mined = append(h.Mined, h.Mined[0], h.Mined[0])
		}},
		{"ended after its bound", 10, "after its bound", func(_ *testing.T, _ []messages.Entry, h *History) {
			h.Courses[1].Ended = after(41)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			entries, h := story(t)
			row.spoil(t, entries, &h)
			breaches := Check(h)
			if len(breaches) != 1 || breaches[0].Law != row.law ||
				!strings.Contains(breaches[0].String(), row.says) {
				t.Errorf("breaches %v, want law %d saying %q", breaches, row.law, row.says)
			}
		})
	}
}

// TestWhatTheRulesRefuseIsNoBreach holds the laws to silence where nodes only raced one another.
func TestWhatTheRulesRefuseIsNoBreach(t *testing.T) {
	for _, row := range []struct {
		name string
		more []messages.Entry
	}{
		{"two listeners race", []messages.Entry{admit(20, 29, 12), admit(30, 40, 12)}},
		{"an unwinding comes too late", []messages.Entry{messages.Unwind{From: at(20), To: at(19)}}},
		{"an unwinding below finalized is refused", []messages.Entry{
			messages.Unwind{From: at(30), To: at(4)}, admit(30, 40, 12)}},
		{"two senders race", []messages.Entry{send(alice, 1, 6, 2), send(bob, 1, 7, 2)}},
		{"a Supersede comes twice", []messages.Entry{messages.Supersede{Sender: alice, After: 5}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			entries, h := story(t)
			h.tell(t, append(entries, row.more...))
			if breaches := Check(h); len(breaches) != 0 {
				t.Errorf("breaches: %v", breaches)
			}
		})
	}
}

// TestSupersedesApart passes two Supersedes of a request with K blocks between them, and a nonce
// that ended without settling.
func TestSupersedesApart(t *testing.T) {
	carol := messages.Address{0xc}
	entries, h := story(t)
	h.tell(t, append(entries, messages.Supersede{Sender: bob, After: 5}, send(carol, 0, 7, 1),
		messages.Admit{From: at(30), To: at(31), Nonces: []messages.SenderNonce{{Sender: carol, Nonce: 1}}},
		send(carol, 1, 8, 1)))
	h.Broadcasts = append(h.Broadcasts, transaction(send(carol, 0, 7, 1)), transaction(send(carol, 1, 8, 1)))
	if breaches := Check(h); len(breaches) != 0 {
		t.Errorf("breaches: %v", breaches)
	}
}

// TestBlockThatStandsIsAdmittedAgain unwinds farther than the chain went back: the same words are
// then said twice, in a life that begins again.
func TestBlockThatStandsIsAdmittedAgain(t *testing.T) {
	fact := func(name messages.FactName, seconds int, block messages.BlockRef) messages.Fact {
		f := messages.Fact{Name: name, At: after(seconds), Request: request(1), Block: block}
		switch name {
		case messages.FactSettlementSent:
			f.Digest = txHash(1)
		case messages.FactRequestClosed:
			f.Detail = "fulfilled"
		}
		return f
	}
	h := History{
		Canonical: []messages.Requested{{Request: request(1)}},
		Ended:     []messages.Ended{{Request: request(1), Outcome: messages.OutcomeFulfilled}},
		Facts: []messages.Fact{
			fact(messages.FactRequestAdmitted, 5, at(9)),
			fact(messages.FactSettlementSent, 6, messages.BlockRef{}),
			fact(messages.FactRequestClosed, 8, at(11)),
			fact(messages.FactRequestAdmitted, 12, at(9)),
			fact(messages.FactSettlementSent, 13, messages.BlockRef{}),
			fact(messages.FactRequestClosed, 20, at(15))},
		Broadcasts: []Transaction{transaction(send(alice, 0, 1, 1))},
		Mined:      []Transaction{transaction(send(alice, 0, 1, 1))},
	}
	h.tell(t, []messages.Entry{admit(0, 5, 2), admit(5, 10, 4, asked(1, 9)), send(alice, 0, 1, 1),
		admit(10, 12, 4, ended(1, 11)), messages.Unwind{From: at(12), To: at(8)},
		admit(8, 20, 6, asked(1, 9), ended(1, 15))})
	if breaches := Check(h); len(breaches) != 0 {
		t.Errorf("breaches: %v", breaches)
	}
}

// TestAdmissionNobodyLivedToSay takes the ledger's word for it.
func TestAdmissionNobodyLivedToSay(t *testing.T) {
	_, h := story(t)
	var facts []messages.Fact
	for _, fact := range h.Facts {
		if fact.Name != messages.FactRequestAdmitted {
			facts = append(facts, fact)
		}
	}
	h.Facts = facts
	if breaches := Check(h); len(breaches) != 0 {
		t.Errorf("breaches: %v", breaches)
	}
}

// TestPendingIsJudgedByItsTime tells the lost from those whose time is not up.
func TestPendingIsJudgedByItsTime(t *testing.T) {
	for _, row := range []struct {
		name     string
		change   func(*History)
		one, ten Standing
	}{
		{"its time is up", func(*History) {}, Broken, Broken},
		{"its time is not up", func(h *History) { h.Finished = after(39) }, NotJudged, NotJudged},
		{"it was asked late", func(h *History) { h.Courses[1].Asked = after(40) }, NotJudged, NotJudged},
		{"a fault lasts to the end", func(h *History) { h.Healed = time.Time{} }, NotJudged, NotJudged},
		{"no bound is asserted", func(h *History) { h.Bound = 0 }, NotJudged, NotJudged},
		{"a history without times", func(h *History) { h.Finished = time.Time{} }, Broken, NotJudged},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, h := story(t)
			h.Ended, h.Courses[1].Ended = h.Ended[:1], time.Time{}
			row.change(&h)
			for _, v := range Judge(h) {
				want := map[int]Standing{1: row.one, 10: row.ten}[v.Law]
				if want != 0 && v.Standing != want {
					t.Errorf("law %d is %s, want %s: %v", v.Law, v.Standing, want, v.Breaches)
				}
			}
		})
	}
}

// TestNothingPassesUnseen judges the history of a demo, which has no ledgers and no times.
func TestNothingPassesUnseen(t *testing.T) {
	want := map[int]Standing{1: Held, 2: Held, 3: Held, 5: Held, 7: NotJudged, 8: NotJudged, 10: NotJudged}
	for _, v := range Judge(world(t)) {
		if v.Standing != want[v.Law] || (v.Standing == NotJudged) != (v.Lacks != "") {
			t.Errorf("law %d is %s, %q", v.Law, v.Standing, v.Lacks)
		}
	}
}
