// Package storetest holds what every store of a ledger must do: Suite, for the files on a real disk
// and for the simulated ones.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// patience bounds how long anything here may take that should be prompt.
const patience = 20 * time.Second

// Suite holds stores to what raft and the ledger expect of them. Each call of fresh gives a place
// that is empty, which its Stores open again and again.
func Suite(t *testing.T, fresh func(t *testing.T) ledger.Stores) {
	for _, row := range []struct {
		name string
		test func(t *testing.T, open ledger.Stores)
	}{
		{"an empty log", suiteEmpty},
		{"logs are read as they were written", suiteLogs},
		{"logs are cut at either end", suiteCuts},
		{"votes are kept", suiteVotes},
		{"a snapshot counts once it is closed", suiteSnapshots},
		{"all is there when opened again", suiteReopen},
		{"a ledger comes back", suiteLedger},
	} {
		t.Run(row.name, func(t *testing.T) { row.test(t, fresh(t)) })
	}
}

// opened opens a store until the test ends.
func opened(t *testing.T, open ledger.Stores) ledger.Store {
	t.Helper()
	store, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// record is the n-th log.
func record(n uint64) *raft.Log {
	return &raft.Log{Index: n, Term: 2, Type: raft.LogCommand, Data: []byte{byte(n), 7},
		Extensions: []byte{1}}
}

func store(t *testing.T, logs raft.LogStore, from, to uint64) {
	t.Helper()
	var batch []*raft.Log
	for n := from; n <= to; n++ {
		batch = append(batch, record(n))
	}
	if err := logs.StoreLogs(batch); err != nil {
		t.Fatal(err)
	}
}

// wantSpan holds a log to the indexes first..last, zeros for an empty one.
func wantSpan(t *testing.T, logs raft.LogStore, first, last uint64) {
	t.Helper()
	gotFirst, err := logs.FirstIndex()
	gotLast, errLast := logs.LastIndex()
	if err != nil || errLast != nil || gotFirst != first || gotLast != last {
		t.Errorf("holds %d to %d (%v, %v), want %d to %d", gotFirst, gotLast, err, errLast, first, last)
	}
	for n := first; n <= last && n > 0; n++ {
		var got raft.Log
		want := record(n)
		if err := logs.GetLog(n, &got); err != nil || got.Index != n || got.Term != want.Term ||
			!bytes.Equal(got.Data, want.Data) || !bytes.Equal(got.Extensions, want.Extensions) {
			t.Errorf("log %d is %+v, %v", n, got, err)
		}
	}
	var got raft.Log
	if err := logs.GetLog(last+1, &got); !errors.Is(err, raft.ErrLogNotFound) {
		t.Errorf("a log past the end: %v", err)
	}
}

func suiteEmpty(t *testing.T, open ledger.Stores) {
	s := opened(t, open)
	wantSpan(t, s.Logs, 0, 0)
	if exists, err := raft.HasExistingState(s.Logs, s.Votes, s.Snapshots); exists || err != nil {
		t.Errorf("an empty store holds state: %v, %v", exists, err)
	}
}

func suiteLogs(t *testing.T, open ledger.Stores) {
	s := opened(t, open)
	store(t, s.Logs, 1, 3)
	if err := s.Logs.StoreLog(record(4)); err != nil {
		t.Fatal(err)
	}
	wantSpan(t, s.Logs, 1, 4)
	changed := record(3)
	changed.Term = 5
	if err := s.Logs.StoreLog(changed); err != nil {
		t.Fatal(err)
	}
	var got raft.Log
	if err := s.Logs.GetLog(3, &got); err != nil || got.Term != 5 {
		t.Errorf("a log written again is %+v, %v", got, err)
	}
}

func suiteCuts(t *testing.T, open ledger.Stores) {
	s := opened(t, open)
	store(t, s.Logs, 1, 10)
	for _, cut := range [][2]uint64{{8, 10}, {1, 3}} {
		if err := s.Logs.DeleteRange(cut[0], cut[1]); err != nil {
			t.Fatal(err)
		}
	}
	wantSpan(t, s.Logs, 4, 7)
	if err := s.Logs.DeleteRange(4, 7); err != nil {
		t.Fatal(err)
	}
	wantSpan(t, s.Logs, 0, 0)
	store(t, s.Logs, 20, 21) // after a snapshot came from the leader
	wantSpan(t, s.Logs, 20, 21)
}

func suiteVotes(t *testing.T, open ledger.Stores) {
	s := opened(t, open)
	// Raft knows a missing value by exactly this text.
	if _, err := s.Votes.Get([]byte("who")); err == nil || err.Error() != "not found" {
		t.Errorf("a missing value gives %v", err)
	}
	if got, err := s.Votes.GetUint64([]byte("term")); got != 0 ||
		err != nil && err.Error() != "not found" {
		t.Errorf("a missing number gives %d, %v", got, err)
	}
	setVotes(t, s.Votes)
	wantVotes(t, s.Votes)
}

func wantVotes(t *testing.T, votes raft.StableStore) {
	t.Helper()
	if got, err := votes.Get([]byte("who")); string(got) != "n1" || err != nil {
		t.Errorf("who is %q, %v", got, err)
	}
	if got, err := votes.GetUint64([]byte("term")); got != 1<<40 || err != nil {
		t.Errorf("term is %d, %v", got, err)
	}
}

// snap writes a snapshot of an index, and closes it or drops it.
func snap(t *testing.T, snapshots raft.SnapshotStore, index uint64, keep bool) {
	t.Helper()
	_, transport := raft.NewInmemTransport("n1")
	sink, err := snapshots.Create(1, index, 2, raft.Configuration{Servers: []raft.Server{
		{ID: "n1", Address: "n1"}}}, 1, transport)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sink.Write([]byte{byte(index), 9}); err != nil {
		t.Fatal(err)
	}
	end := sink.Close
	if !keep {
		end = sink.Cancel
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
}

// wantSnapshot holds the newest snapshot to an index.
func wantSnapshot(t *testing.T, snapshots raft.SnapshotStore, index uint64) {
	t.Helper()
	kept, err := snapshots.List()
	if err != nil || len(kept) == 0 || kept[0].Index != index {
		t.Fatalf("snapshots are %+v, %v", kept, err)
	}
	meta, from, err := snapshots.Open(kept[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	got, err := io.ReadAll(from)
	if err != nil || !bytes.Equal(got, []byte{byte(index), 9}) || meta.Index != index ||
		meta.Term != 2 || len(meta.Configuration.Servers) != 1 || meta.Size != int64(len(got)) {
		t.Errorf("snapshot %+v holds %v, %v", meta, got, err)
	}
}

func suiteSnapshots(t *testing.T, open ledger.Stores) {
	s := opened(t, open)
	snap(t, s.Snapshots, 4, false)
	if kept, err := s.Snapshots.List(); len(kept) != 0 || err != nil {
		t.Errorf("after a snapshot that was dropped: %v, %v", kept, err)
	}
	snap(t, s.Snapshots, 5, true)
	snap(t, s.Snapshots, 6, true)
	snap(t, s.Snapshots, 7, false)
	wantSnapshot(t, s.Snapshots, 6)
	if _, _, err := s.Snapshots.Open("never"); err == nil {
		t.Error("a snapshot that never was opens")
	}
}

func suiteReopen(t *testing.T, open ledger.Stores) {
	s := opened(t, open)
	store(t, s.Logs, 1, 5)
	setVotes(t, s.Votes)
	snap(t, s.Snapshots, 3, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, open)
	wantSpan(t, again.Logs, 1, 5)
	wantVotes(t, again.Votes)
	wantSnapshot(t, again.Snapshots, 3)
}

func setVotes(t *testing.T, votes raft.StableStore) {
	t.Helper()
	if err := errors.Join(votes.Set([]byte("who"), []byte("n1")),
		votes.SetUint64([]byte("term"), 1<<40)); err != nil {
		t.Fatal(err)
	}
}

// suiteLedger admits users, closes the ledger and opens it again, over logs and a snapshot.
func suiteLedger(t *testing.T, open ledger.Stores) {
	l := lead(t, open)
	for n := range byte(3) {
		if n == 2 {
			if err := l.Snapshot(); err != nil {
				t.Fatal(err)
			}
		}
		entry := messages.AdmitUser{
			Request: messages.RequestID{Chain: 1, Digest: messages.Hash{1, n}},
			Handles: []messages.Handle{{1}}, Signature: []byte{1}}
		if err := l.Propose(context.Background(), entry); err != nil {
			t.Fatal(err)
		}
	}
	want := l.Counts()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := lead(t, open).Counts(); got != want || want.OpenUsers != 3 {
		t.Errorf("came back with %+v, want %+v", got, want)
	}
}

// lead opens a ledger on a store and waits until it leads.
func lead(t *testing.T, open ledger.Stores) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(ledger.Config{Node: "n1", Clock: time.Now, Stores: open,
		Publish: func(context.Context, messages.Fact) {},
		Timing: ledger.Timing{Heartbeat: 20 * time.Millisecond, Election: 20 * time.Millisecond,
			Lease: 10 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case leads := <-l.Leadership():
		if !leads {
			t.Fatal("the first term is none")
		}
	case <-ctx.Done():
		t.Fatalf("no leader: %+v", l.Health())
	}
	return l
}
