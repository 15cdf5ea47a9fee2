package ledger

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
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

func TestReopenedLedgerIsTheSame(t *testing.T) {
	dir, heard := t.TempDir(), new(facts)
	l := lead(t, dir, heard)
	propose(t, l, opened(sent(alice, 0, id(1)), admit(at(10), at(12), endedAt(1, at(11))))...)
	want, told := dump(t, l), len(heard.all)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if health := l.Health(); health.Grade != messages.Down {
		t.Errorf("a closed ledger is %+v", health)
	}
	again := lead(t, dir, heard)
	if !bytes.Equal(dump(t, again), want) {
		t.Errorf("shows %q", ledgerView(again))
	}
	if len(heard.all) != told {
		t.Errorf("what was told before is told again: %+v", heard.all[told:])
	}
	propose(t, again, admit(at(12), at(13), asked(3, at(13))))
	if got := heard.named(messages.FactRequestAdmitted); len(got) != 3 {
		t.Errorf("%d admissions were told in all", len(got))
	}
}

func TestReopenedFromSnapshotAndLog(t *testing.T) {
	dir := t.TempDir()
	l := lead(t, dir, new(facts))
	propose(t, l, opened(sent(alice, 0, id(1)))...)
	if err := l.replica.raft.Snapshot().Error(); err != nil {
		t.Fatal(err)
	}
	propose(t, l, admit(at(10), at(12), endedAt(1, at(11))))
	want := dump(t, l)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if again := lead(t, dir, new(facts)); !bytes.Equal(dump(t, again), want) {
		t.Errorf("shows %q", ledgerView(again))
	}
}

// TestCrashLosesNothingAcknowledged copies the files of a running ledger, as a crash would leave
// them, and opens the copy.
func TestCrashLosesNothingAcknowledged(t *testing.T) {
	dir, crashed := t.TempDir(), t.TempDir()
	l := lead(t, dir, new(facts))
	propose(t, l, opened()...)
	for n := messages.Height(11); n < 31; n++ {
		propose(t, l, admit(at(n-1), at(n), asked(uint64(n-8), at(n))))
	}
	want := dump(t, l)
	if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if again := lead(t, crashed, new(facts)); !bytes.Equal(dump(t, again), want) {
		t.Errorf("shows %q", ledgerView(again))
	}
}

func TestClosedLedgerTakesNothing(t *testing.T) {
	l := lead(t, t.TempDir(), new(facts))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	err := l.Propose(context.Background(), opened()[0])
	if messages.CodeOf(err) != messages.CodeShuttingDown {
		t.Errorf("proposing gives %v", err)
	}
	if _, more := <-l.Leadership(); more {
		t.Error("a term begins after the end")
	}
	if l.Leader() {
		t.Error("it still leads")
	}
}

func TestCloseAnswersWhoWaits(t *testing.T) {
	l := lead(t, t.TempDir(), new(facts))
	var proposers sync.WaitGroup
	started := make(chan struct{}, 8)
	for n := range 8 {
		proposers.Go(func() {
			for i := byte(0); ; i++ {
				err := l.Propose(context.Background(), messages.AdmitUser{
					Request: messages.RequestID{Chain: 1, Digest: messages.Hash{byte(n), i}},
					Handles: []messages.Handle{{1}}, Signature: []byte{1}})
				if i == 0 {
					started <- struct{}{}
				}
				code := messages.CodeOf(err)
				if code == messages.CodeShuttingDown || code == messages.CodeNotLeader {
					return
				}
				if err != nil && code != messages.CodeConflict {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 8 {
		<-started
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	proposers.Wait()
}

func TestLedgerThatCannotBeOpenedSaysWhy(t *testing.T) {
	dir := t.TempDir()
	l := lead(t, dir, new(facts))
	propose(t, l, opened()...)
	if _, err := Open(settings(dir, new(facts))); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("a second opening gives %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	stranger := settings(dir, new(facts))
	stranger.Node = "node-2"
	_, err := Open(stranger)
	if messages.CodeOf(err) != messages.CodeConfig || !strings.Contains(err.Error(), "node-1") {
		t.Errorf("another node's ledger gives %v", err)
	}
	nameless := settings(dir, new(facts))
	nameless.Node = ""
	if _, err := Open(nameless); messages.CodeOf(err) != messages.CodeConfig {
		t.Errorf("no name gives %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(settings(filepath.Join(file, "below"), new(facts))); messages.CodeOf(
		err) != messages.CodeStorage {
		t.Errorf("a folder that cannot be gives %v", err)
	}
}

// newer is an entry of a program that comes after this one.
func newer(t testing.TB) []byte {
	t.Helper()
	encoded, err := messages.EncodeEntry(opened()[0])
	if err != nil {
		t.Fatal(err)
	}
	encoded[0] = messages.EntryVersion + 1
	return encoded
}

func TestNewerLogStopsTheNodeBeforeItStarts(t *testing.T) {
	dir := t.TempDir()
	l := lead(t, dir, new(facts))
	propose(t, l, opened()...)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	store, err := raftboltdb.NewBoltStore(filepath.Join(dir, logFile))
	if err != nil {
		t.Fatal(err)
	}
	last, err := store.LastIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := store.StoreLog(&raft.Log{Index: last + 1, Term: 2, Type: raft.LogCommand,
		Data: newer(t)}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(settings(dir, new(facts)))
	if messages.CodeOf(err) != messages.CodeMalformedInput ||
		!strings.Contains(err.Error(), "this program reads version 1, not 2") {
		t.Errorf("opening gives %v", err)
	}
}

func TestNewerEntryStopsARunningNode(t *testing.T) {
	l := lead(t, t.TempDir(), new(facts))
	propose(t, l, opened()...)
	want := dump(t, l)
	if _, err := l.replica.commit(newer(t)); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("committing gives %v", err)
	}
	<-l.Halted()
	if leads := <-l.Leadership(); leads || l.Leader() {
		t.Error("it still leads")
	}
	health := l.Health()
	if health.Grade != messages.Down || !strings.Contains(health.Detail, "not 2") {
		t.Errorf("health %+v", health)
	}
	if _, err := l.replica.commit(bytes.Clone(newer(t))); err == nil {
		t.Error("it goes on")
	}
	if err := l.replica.raft.Snapshot().Error(); err == nil {
		t.Error("it cuts a log that it could not read")
	}
	if !bytes.Equal(dump(t, l), want) {
		t.Error("it applied what it could not read")
	}
}

func TestNewerSnapshotStopsTheNodeBeforeItStarts(t *testing.T) {
	dir := t.TempDir()
	l := lead(t, dir, new(facts))
	propose(t, l, opened()...)
	if err := l.replica.raft.Snapshot().Error(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	snapshots, err := raft.NewFileSnapshotStore(dir, keptSnapshots, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	_, transport := raft.NewInmemTransport("node-1")
	sink, err := snapshots.Create(raft.SnapshotVersionMax, 100, 2, raft.Configuration{}, 1,
		transport)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sink.Write([]byte{snapshotVersion + 1}); err != nil {
		t.Fatal(err)
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(settings(dir, new(facts)))
	if messages.CodeOf(err) != messages.CodeMalformedInput ||
		!strings.Contains(err.Error(), "snapshot.version") {
		t.Errorf("opening gives %v", err)
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
