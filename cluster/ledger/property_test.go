package ledger

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

// image is the state's snapshot.
func image(t interface {
	Helper()
	Fatal(...any)
}, s *state) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// drawEntry draws what a proposer might say in a state: mostly acceptable, sometimes late, doubled
// or out of order.
func drawEntry(t *rapid.T, s *state) messages.Entry {
	number := rapid.Uint64Range(1, s.next).Draw(t, "number")
	request := id(number)
	if i, ok := s.find(number); ok {
		request = s.rows[i].requested.Request
	}
	sender := rapid.SampledFrom([]messages.Address{alice, bob}).Draw(t, "sender")
	nonce := rapid.Uint64Range(0, 4).Draw(t, "nonce")
	if a := s.accounts[sender]; a != nil {
		nonce = a.next - min(a.next, rapid.Uint64Range(0, 3).Draw(t, "nonce back"))
	}
	switch rapid.IntRange(0, 11).Draw(t, "kind") {
	case 0, 1, 2:
		return drawAdmit(t, s, sender, nonce)
	case 3:
		down := messages.Height(rapid.IntRange(0, 4).Draw(t, "down"))
		to := s.cursor.Number - min(s.cursor.Number, down)
		return messages.Unwind{From: s.cursor, To: at(to)}
	case 4, 5:
		return messages.Send{Sender: sender, Nonce: nonce, Tx: []byte{byte(nonce), 7},
			Hash: messages.Hash{byte(nonce)}, Requests: []messages.RequestID{request}}
	case 6:
		bump := rapid.Uint32Range(1, 2).Draw(t, "bump")
		return bumped(sender, nonce, bump)
	case 7:
		return messages.Supersede{Sender: sender, Nonce: nonce,
			After: messages.Height(rapid.IntRange(0, 4).Draw(t, "after"))}
	case 8:
		outcome := messages.Outcome(rapid.IntRange(1, 4).Draw(t, "outcome"))
		if rapid.Bool().Draw(t, "user") {
			request = userID(byte(rapid.IntRange(0, 3).Draw(t, "user id")))
		}
		return closed(request, outcome, s.cursor)
	case 9:
		return messages.MemberUp{Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"),
			Incarnation: rapid.Uint64Range(1, 3).Draw(t, "incarnation"), Region: "eu", Format: 1}
	case 10:
		return messages.MemberDown{Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"),
			Incarnation: rapid.Uint64Range(1, 3).Draw(t, "incarnation"), At: 3}
	default:
		return messages.AdmitUser{Request: userID(byte(rapid.IntRange(0, 3).Draw(t, "user id"))),
			Handles: []messages.Handle{{1}}, Signature: []byte{1}}
	}
}

func drawAdmit(t *rapid.T, s *state, sender messages.Address, nonce uint64) messages.Admit {
	length := messages.Height(rapid.IntRange(1, 4).Draw(t, "blocks"))
	variant := byte(rapid.IntRange(0, 1).Draw(t, "fork"))
	to := fork(s.cursor.Number+length, variant)
	e := messages.Admit{From: s.cursor, To: to,
		Final: to.Number - min(to.Number, messages.Height(rapid.IntRange(2, 9).Draw(t, "final")))}
	next := s.next
	for range rapid.IntRange(0, 3).Draw(t, "requests") {
		e.Events = append(e.Events, askedAs(forkID(next, variant), to))
		next++
	}
	if len(s.rows) > 0 && rapid.Bool().Draw(t, "ends") {
		r := s.rows[rapid.IntRange(0, len(s.rows)-1).Draw(t, "row")]
		ended := endedAt(r.requested.Request.Number, to)
		ended.Ended.Request = r.requested.Request
		e.Events = append(e.Events, ended)
	}
	if rapid.Bool().Draw(t, "counts nonces") {
		e.Nonces = []messages.SenderNonce{{Sender: sender, Nonce: nonce}}
	}
	return e
}

// checkDerived recomputes what the state keeps only for speed.
func checkDerived(t *rapid.T, s *state) {
	past, claims := 0, map[messages.RequestID]int{}
	last := uint64(0)
	for _, r := range s.rows {
		if n := r.requested.Request.Number; n <= last || n >= s.next {
			t.Fatalf("row %d after %d, the next is %d", n, last, s.next)
		}
		last = r.requested.Request.Number
		if r.requested.Place.Block.Number > s.cursor.Number {
			t.Fatalf("row %d stands above the cursor", last)
		}
		if r.closing != nil {
			past++
		}
	}
	for _, u := range s.users {
		if s.userRows[u.admitted.Request] != u {
			t.Fatal("a user row is not found")
		}
		if u.closing != nil {
			past++
		}
	}
	for _, a := range s.accounts {
		for _, j := range a.journal {
			if j.ended != nil {
				past++
			} else if !j.tx.Superseded {
				for _, request := range j.tx.Requests {
					claims[request]++
				}
			}
		}
	}
	if past != s.past || len(claims) != len(s.claims) {
		t.Fatalf("past %d, want %d; %d claims, want %d", s.past, past, len(s.claims), len(claims))
	}
	for request, count := range claims {
		if s.claims[request] != count {
			t.Fatalf("request %s is claimed %d times, want %d", request, s.claims[request], count)
		}
	}
}

// TestSameLogSameState applies one log to two ledgers, one of which is written to a snapshot and
// read back at a drawn place. Both give the same answers, words and bytes.
func TestSameLogSameState(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		one, other := newState(), newState()
		steps := rapid.IntRange(1, 40).Draw(t, "steps")
		restart := rapid.IntRange(0, steps).Draw(t, "restart")
		for step := range steps {
			entry := drawEntry(t, one)
			words, err := one.apply(entry)
			otherWords, otherErr := other.apply(entry)
			if (err == nil) != (otherErr == nil) || len(words) != len(otherWords) {
				t.Fatalf("%T: %d words, error %v; and %d, %v", entry, len(words), err,
					len(otherWords), otherErr)
			}
			if err == nil {
				accepted++
			}
			checkDerived(t, one)
			if step == restart {
				restored, err := decodeState(bytes.NewReader(image(t, other)))
				if err != nil {
					t.Fatal(err)
				}
				other = restored
			}
		}
		if !bytes.Equal(image(t, one), image(t, other)) {
			t.Fatal("the snapshots differ")
		}
	})
	if accepted == 0 {
		t.Error("no entry was ever accepted")
	}
}

// TestSnapshotStandsStill goes on applying entries after a snapshot was taken and before it is
// written.
func TestSnapshotStandsStill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newState()
		for range rapid.IntRange(0, 20).Draw(t, "before") {
			_, _ = s.apply(drawEntry(t, s)) // refused ones are part of the log
		}
		want, frozen := image(t, s), s.frozen()
		for range rapid.IntRange(1, 20).Draw(t, "after") {
			_, _ = s.apply(drawEntry(t, s))
		}
		if !bytes.Equal(image(t, frozen), want) {
			t.Fatal("what was applied later is in the snapshot")
		}
	})
}

// TestShowsIsTrueOfWhatWasApplied holds the proposer's second look to what Apply does.
func TestShowsIsTrueOfWhatWasApplied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newState()
		for range rapid.IntRange(0, 30).Draw(t, "before") {
			_, _ = s.apply(drawEntry(t, s))
		}
		entry := drawEntry(t, s)
		shown := s.shows(entry)
		_, err := s.apply(entry)
		if err == nil && shown {
			t.Fatalf("%+v is shown before it is applied", entry)
		}
		if err == nil && !s.shows(entry) {
			t.Fatalf("%+v is not shown after it is applied", entry)
		}
	})
}

// TestSupersedesOfARequestAreApart holds what is accepted to law 8: between two Supersedes of one
// request the cursor rises by what the second waited for, whatever is unwound between them.
func TestSupersedesOfARequestAreApart(t *testing.T) {
	twice := 0
	rapid.Check(t, func(t *rapid.T) {
		s := newState()
		if _, err := s.apply(opened()[0]); err != nil {
			t.Fatal(err)
		}
		var last *messages.Height
		for step := range rapid.IntRange(1, 60).Draw(t, "steps") {
			entry := drawSending(t, s, byte(step))
			e, is := entry.(messages.Supersede)
			if _, err := s.apply(entry); err != nil || !is {
				continue
			}
			cursor := s.cursor.Number
			if last != nil && cursor < *last+e.After {
				t.Fatalf("superseded at block %d and at %d, after %d", *last, cursor, e.After)
			}
			if last != nil {
				twice++
			}
			last = &cursor
		}
	})
	if twice == 0 {
		t.Error("no request was ever superseded twice")
	}
}

// drawSending draws what may happen to a request that is sent and superseded over and over, each
// time by a sender of its own.
func drawSending(t *rapid.T, s *state, step byte) messages.Entry {
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0, 3, 4:
		return admit(s.cursor, fork(s.cursor.Number+1, step))
	case 1:
		down := messages.Height(rapid.IntRange(1, 4).Draw(t, "down"))
		return messages.Unwind{From: s.cursor, To: at(max(10, s.cursor.Number-down))}
	case 2:
		return sent(messages.Address{step}, 0, id(1))
	default:
		open := s.journal()
		if len(open) == 0 {
			return sent(messages.Address{step}, 0, id(1))
		}
		tx := rapid.SampledFrom(open).Draw(t, "tx")
		return superseded(tx.Sender, tx.Nonce, messages.Height(rapid.IntRange(1, 3).Draw(t, "after")))
	}
}

func FuzzApply(f *testing.F) {
	for _, entry := range opened(sent(alice, 0, id(1)), bumped(alice, 0, 1),
		messages.Supersede{Sender: alice, After: 1}, nonces(admit(at(10), at(12), endedAt(1, at(11))), alice, 1),
		messages.Unwind{From: at(12), To: at(11)}, closed(id(2), messages.OutcomeExpired, at(9)),
		messages.AdmitUser{Request: userID(1), Handles: []messages.Handle{{1}},
			Signature: []byte{1}}) {
		encoded, err := messages.EncodeEntry(entry)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded, encoded)
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		m := newMachine(time.Now, func(context.Context, messages.Fact) {})
		for _, encoded := range [][]byte{first, second} {
			if _, answers, err := m.step(1, encoded); err == nil && len(answers) == 0 {
				t.Fatal("entries without answers")
			}
		}
		restored, err := decodeState(bytes.NewReader(image(t, m.state)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(image(t, restored), image(t, m.state)) {
			t.Fatal("the snapshot does not come back as it was")
		}
	})
}

func FuzzDecodeState(f *testing.F) {
	s := newState()
	for _, entry := range opened(sent(alice, 0, id(1)), messages.AdmitUser{Request: userID(1),
		Handles: []messages.Handle{{1}}, Signature: []byte{1}}) {
		if _, err := s.apply(entry); err != nil {
			f.Fatal(err)
		}
	}
	whole := image(f, s)
	f.Add(whole)
	random := rand.New(rand.NewPCG(1, 1))
	for range 16 {
		cut := bytes.Clone(whole[:random.IntN(len(whole))])
		f.Add(cut)
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		s, err := decodeState(bytes.NewReader(encoded))
		if err != nil {
			return
		}
		again, err := decodeState(bytes.NewReader(image(t, s)))
		if err != nil || !bytes.Equal(image(t, again), image(t, s)) {
			t.Fatalf("does not come back as it was: %v", err)
		}
	})
}

func TestCutSnapshotIsRefused(t *testing.T) {
	s := newState()
	for _, entry := range opened(sent(alice, 0, id(1))) {
		if _, err := s.apply(entry); err != nil {
			t.Fatal(err)
		}
	}
	whole := image(t, s)
	for length := range whole {
		if _, err := decodeState(bytes.NewReader(whole[:length])); err == nil {
			t.Errorf("%d bytes of %d pass for a snapshot", length, len(whole))
		}
	}
	newer := bytes.Clone(whole)
	newer[0]++
	if _, err := decodeState(bytes.NewReader(newer)); messages.CodeOf(err) !=
		messages.CodeMalformedInput {
		t.Errorf("a newer snapshot gives %v", err)
	}
}
