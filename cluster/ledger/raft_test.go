package ledger

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"kmsgateway/messages"
)

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
	if _, _, err := l.replica.commit(newer(t)); messages.CodeOf(err) != messages.CodeStorage {
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
	if _, _, err := l.replica.commit(bytes.Clone(newer(t))); err == nil {
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
	sink, err := snapshots.Create(raft.SnapshotVersionMax, 100, 1000, raft.Configuration{}, 1,
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
