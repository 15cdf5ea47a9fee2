package party

import (
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"kmsgateway/messages"
)

func newJournal(t *testing.T, path string) *journal {
	t.Helper()
	j, err := openJournal(path, func(err error) {
		if err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func closeJournal(t *testing.T, j *journal) {
	t.Helper()
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
}

func request(n byte) messages.RequestID {
	return messages.RequestID{Chain: 1, Number: uint64(n), Digest: messages.Hash{n}}
}

// The workers look before they verify; here two of them have looked and found nothing.
func TestJournalIsTheLastWordOnEquivocation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	j := newJournal(t, path)
	first := record{Subject: messages.Hash{1}, Key: messages.KeyID{1},
		Block: messages.BlockRef{Number: 7, Hash: messages.Hash{7}}, Final: 9}
	if err := j.attest(request(1), first); err != nil {
		t.Fatal(err)
	}
	if err := j.attest(request(1), first); err != nil {
		t.Errorf("the same again: %v", err)
	}
	otherOutcome, otherKey := first, first
	otherOutcome.Subject[0]++
	otherKey.Key[0]++
	for name, other := range map[string]record{"outcome": otherOutcome, "key": otherKey} {
		if err := j.attest(request(1), other); messages.CodeOf(err) != messages.CodeEquivocation {
			t.Errorf("another %s: %v", name, err)
		}
	}
	sibling := request(1)
	sibling.Digest[0]++ // after a reorg another request may have the number
	if err := j.attest(sibling, otherOutcome); err != nil {
		t.Errorf("another request of the same number: %v", err)
	}
	closeJournal(t, j)

	j = newJournal(t, path)
	defer closeJournal(t, j)
	got, found, err := j.attested(request(1))
	if err != nil || !found || got != first {
		t.Errorf("after reopening: %+v %v %v", got, found, err)
	}
}

func TestJournalKeepsReleasesThatNobodyWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	j := newJournal(t, path)
	const n = 2*groupLimit + 1
	for i := range n {
		j.release(messages.RequestID{Chain: 1, Number: uint64(i)}, record{Final: messages.Height(i)})
	}
	closeJournal(t, j)
	j = newJournal(t, path)
	defer closeJournal(t, j)
	for i := range n {
		got, found, err := j.released(messages.RequestID{Chain: 1, Number: uint64(i)})
		if err != nil || !found || got.Final != messages.Height(i) {
			t.Fatalf("release %d: %+v %v %v", i, got, found, err)
		}
	}
}

func TestJournalRefusesWritesAfterItsEnd(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "party.db"))
	closeJournal(t, j)
	for range 2 * groupLimit { // more than its queue would hold
		j.release(request(1), record{})
	}
	if err := j.attest(request(1), record{}); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("attest: %v", err)
	}
	if _, _, err := j.released(request(1)); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("look up: %v", err)
	}
}

func TestJournalRefusesRecordsItDoesNotKnow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	closeJournal(t, newJournal(t, path))
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	newer := record{}.encode()
	newer[0]++
	err = db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(attestedBucket)).Put(journalKey(request(1)), newer)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	j := newJournal(t, path)
	defer closeJournal(t, j)
	if _, _, err := j.attested(request(1)); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("read: %v", err)
	}
	if err := j.attest(request(1), record{}); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("overwrite: %v", err)
	}
}

func TestJournalTellsAFileThatIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	if err := os.WriteFile(path, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openJournal(path, func(error) {}); err == nil {
		t.Error("opened")
	}
}

func TestMemoryForgetsTheOldest(t *testing.T) {
	m := newMemory()
	for i := range maxRemembered + 2 {
		m.remember(messages.RequestID{Number: uint64(i)}, record{Final: messages.Height(i)})
	}
	m.remember(messages.RequestID{Number: 5}, record{Final: 500})
	for number, want := range map[uint64]bool{0: false, 1: false, 2: true, maxRemembered + 1: true} {
		if _, found := m.recall(messages.RequestID{Number: number}, messages.Hash{}); found != want {
			t.Errorf("request %d: remembered %v", number, found)
		}
	}
	if r, _ := m.recall(messages.RequestID{Number: 5}, messages.Hash{}); r.Final != 500 {
		t.Errorf("the newer release of a request: %+v", r)
	}
	if len(m.records) != maxRemembered {
		t.Errorf("%d remembered", len(m.records))
	}
}
