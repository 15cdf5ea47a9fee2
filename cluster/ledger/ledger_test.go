package ledger

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// facts collects what a ledger publishes.
type facts struct {
	lock sync.Mutex
	all  []messages.Fact
}

func (f *facts) publish(_ context.Context, fact messages.Fact) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.all = append(f.all, fact)
}

func (f *facts) named(name messages.FactName) (found []messages.Fact) {
	f.lock.Lock()
	defer f.lock.Unlock()
	for _, fact := range f.all {
		if fact.Name == name {
			found = append(found, fact)
		}
	}
	return found
}

// quick elects a single node at once.
func quick() Timing {
	return Timing{Heartbeat: 20 * time.Millisecond, Election: 20 * time.Millisecond,
		Lease: 10 * time.Millisecond}
}

func settings(dir string, heard *facts) Config {
	return Config{Dir: dir, Node: "node-1", Clock: time.Now, Publish: heard.publish,
		Timing: quick()}
}

// lead opens a ledger, waits until it leads, and closes it with the test.
func lead(t testing.TB, dir string, heard *facts) *Ledger {
	t.Helper()
	l, err := Open(settings(dir, heard))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	await(t, l)
	return l
}

func await(t testing.TB, l *Ledger) {
	t.Helper()
	select {
	case leads := <-l.Leadership():
		if !leads {
			t.Fatal("the first term is none")
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("no leader: %+v", l.Health())
	}
}

func propose(t testing.TB, l *Ledger, entries ...messages.Entry) {
	t.Helper()
	for _, entry := range entries {
		if err := l.Propose(context.Background(), entry); err != nil {
			t.Fatalf("%T: %v", entry, err)
		}
	}
}

// ledgerView is view over the methods that the rooms use.
func ledgerView(l *Ledger) string {
	var seen string
	l.machine.read(func(s *state) { seen = view(s) })
	return seen
}

func dump(t testing.TB, l *Ledger) (b []byte) {
	t.Helper()
	l.machine.read(func(s *state) { b = image(t, s) })
	return b
}

func TestRoomsReadWhatWasProposed(t *testing.T) {
	heard := new(facts)
	l := lead(t, t.TempDir(), heard)
	if !l.Leader() || !l.Cursor().IsZero() || l.NextRequest() != 1 {
		t.Fatalf("a new ledger: leader %t, cursor %s, next %d", l.Leader(), l.Cursor(),
			l.NextRequest())
	}
	if _, known := l.NextNonce(alice); known {
		t.Error("a new ledger knows a nonce")
	}
	user := messages.AdmitUser{Request: userID(1), Handles: []messages.Handle{{1}},
		Signature: []byte{1}}
	propose(t, l, opened(sent(alice, 4, id(2)), bumped(alice, 4, 1), user,
		final(admit(at(10), at(12), endedAt(1, at(11))), 5))...)
	if l.Cursor() != at(12) || l.NextRequest() != 3 || l.Final() != 5 {
		t.Errorf("cursor %s, next %d, final %d", l.Cursor(), l.NextRequest(), l.Final())
	}
	var rows []messages.RequestID
	for r, sent := range l.Rows {
		if !sent {
			t.Errorf("request %d is not sent", r.Request.Number)
		}
		rows = append(rows, r.Request)
	}
	if !slices.Equal(rows, []messages.RequestID{id(2)}) {
		t.Errorf("open rows %v", rows)
	}
	for _, row := range []struct {
		id                messages.RequestID
		open, sent, known bool
	}{{id(1), false, false, true}, {id(2), true, true, true}, {id(3), false, false, false},
		{forkID(2, 1), false, false, false}} {
		r, open, sent, known := l.Row(row.id)
		if open != row.open || sent != row.sent || known != row.known ||
			known && r.Request != row.id {
			t.Errorf("request %s: open %t, sent %t, known %t", row.id, open, sent, known)
		}
	}
	if nonce, known := l.NextNonce(alice); nonce != 5 || !known {
		t.Errorf("next nonce %d, known %t", nonce, known)
	}
	if !slices.Equal(l.Senders(), []messages.Address{alice}) {
		t.Errorf("senders %v", l.Senders())
	}
	for tx := range l.Journal {
		if tx.Nonce != 4 || tx.Bump != 1 || tx.Hash != bumped(alice, 4, 1).Hash {
			t.Errorf("journal holds %+v", tx)
		}
	}
	for u := range l.Users {
		if u.Request != userID(1) {
			t.Errorf("user request %s", u.Request)
		}
	}
	want := Counts{Open: 1, Sent: 1, OpenUsers: 1, Nonces: 1, Fulfilled: 1}
	if counts := l.Counts(); counts != want {
		t.Errorf("counts %+v, want %+v", counts, want)
	}
	health := l.Health()
	if health.Grade != messages.Healthy || health.Detail !=
		"cursor 12, 1 requests open, 1 transactions open" {
		t.Errorf("health %+v", health)
	}
}

func TestSingleNodeLeadsWithoutFurtherSettings(t *testing.T) {
	plain := settings(filepath.Join(t.TempDir(), "a", "b"), new(facts))
	plain.Timing, plain.Log = Timing{}, new(bytes.Buffer)
	l, err := Open(plain)
	if err != nil {
		t.Fatal(err)
	}
	await(t, l)
	propose(t, l, opened()...)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(plain.Log.(*bytes.Buffer).String(), "entering leader state") {
		t.Error("raft's log lines do not reach the writer")
	}
}

func TestReadersMayStopEarly(t *testing.T) {
	l := lead(t, t.TempDir(), new(facts))
	propose(t, l, opened(sent(alice, 0, id(1)), sent(alice, 1, id(2)))...)
	for r := range l.Rows {
		if r.Request != id(1) {
			t.Errorf("first row %s", r.Request)
		}
		break
	}
	for tx := range l.Journal {
		if tx.Nonce != 0 {
			t.Errorf("first transaction has nonce %d", tx.Nonce)
		}
		break
	}
}

func TestRefusalsReachTheirProposer(t *testing.T) {
	heard := new(facts)
	l := lead(t, t.TempDir(), heard)
	propose(t, l, opened()...)
	err := l.Propose(context.Background(), admit(at(9), at(12)))
	if messages.CodeOf(err) != messages.CodeConflict {
		t.Errorf("a late range: %v", err)
	}
	err = l.Propose(context.Background(), messages.Send{Sender: alice})
	if messages.CodeOf(err) != messages.CodeMalformedInput {
		t.Errorf("a Send without a transaction: %v", err)
	}
	refused := heard.named(messages.FactEntryRefused)
	if len(refused) != 1 || refused[0].Code != messages.CodeConflict ||
		!strings.Contains(refused[0].Detail, "the cursor is 10") {
		t.Errorf("facts of refusal %+v", refused)
	}
}

func TestFactsTellRowsAndEntries(t *testing.T) {
	heard := new(facts)
	l := lead(t, t.TempDir(), heard)
	propose(t, l, opened(admit(at(10), at(12), endedAt(1, at(11))))...)
	admitted, ended := heard.named(messages.FactRequestAdmitted),
		heard.named(messages.FactRequestClosed)
	if len(admitted) != 2 || admitted[0].Request != id(1) || admitted[1].Request != id(2) ||
		admitted[0].Room != messages.RoomLedger || admitted[0].At.IsZero() {
		t.Errorf("admitted %+v", admitted)
	}
	if len(ended) != 1 || ended[0].Request != id(1) || ended[0].Detail != "fulfilled" {
		t.Errorf("closed %+v", ended)
	}
	applied := heard.named(messages.FactEntryApplied)
	if len(applied) != 2 || applied[0].Took <= 0 || applied[0].Count != 1 {
		t.Errorf("applied %+v", applied)
	}
}

func TestSubscribersHearInOrder(t *testing.T) {
	l := lead(t, t.TempDir(), new(facts))
	var first, second []string
	hear := func(into *[]string) func(any) {
		return func(word any) { // one goroutine tells, before the proposal is answered
			switch w := word.(type) {
			case messages.Admitted:
				*into = append(*into, "admitted")
			case messages.Closed:
				*into = append(*into, "closed "+w.Outcome.String())
			case messages.Unwound:
				*into = append(*into, "unwound")
			}
		}
	}
	l.Subscribe(hear(&first))
	cancel := l.Subscribe(hear(&second))
	propose(t, l, opened(admit(at(10), at(12), endedAt(1, at(11)), asked(3, at(12))))...)
	cancel()
	propose(t, l, messages.Unwind{From: at(12), To: at(10)})
	want := "admitted, admitted, closed fulfilled, admitted"
	if got := strings.Join(second, ", "); got != want {
		t.Errorf("heard %s after cancelling, want %s", got, want)
	}
	if got := strings.Join(first, ", "); got != want+", unwound" {
		t.Errorf("heard %s, want %s, unwound", got, want)
	}
}

func TestTermsAreToldOnce(t *testing.T) {
	for _, row := range []struct {
		name    string
		told    bool
		pending []bool
		news    bool
		want    []bool
	}{
		{"elected", false, nil, true, []bool{true}},
		{"elected again", true, nil, true, nil},
		{"lost", true, nil, false, []bool{false}},
		{"lost before it was told", false, []bool{true}, false, nil},
		{"lost what never was", false, nil, false, nil},
		{"elected anew before the loss was told", true, []bool{false}, true, []bool{false, true}},
		{"lost anew before that was told", true, []bool{false, true}, false, []bool{false}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := queueTerm(row.told, row.pending, row.news)
			if !slices.Equal(got, row.want) {
				t.Errorf("pending %v, want %v", got, row.want)
			}
		})
	}
}
