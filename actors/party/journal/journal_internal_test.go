package journal

import (
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"kmsgateway/messages"
)

func open(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := Open(path, func(err error) {
		if err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func closed(t *testing.T, j *Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func request(n byte) messages.RequestID {
	return messages.RequestID{Chain: 1, Number: uint64(n), Digest: messages.Hash{n}}
}

// The workers look before they verify; here two of them have looked and found nothing.
func TestJournalIsTheLastWordOnEquivocation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	j := open(t, path)
	first := Record{Subject: messages.Hash{1}, Key: messages.KeyID{1},
		Block: messages.BlockRef{Number: 7, Hash: messages.Hash{7}}, Final: 9}
	if err := j.Attest(request(1), first); err != nil {
		t.Fatal(err)
	}
	if err := j.Attest(request(1), first); err != nil {
		t.Errorf("the same again: %v", err)
	}
	otherOutcome, otherKey := first, first
	otherOutcome.Subject[0]++
	otherKey.Key[0]++
	for name, other := range map[string]Record{"outcome": otherOutcome, "key": otherKey} {
		if err := j.Attest(request(1), other); messages.CodeOf(err) != messages.CodeEquivocation {
			t.Errorf("another %s: %v", name, err)
		}
	}
	sibling := request(1)
	sibling.Digest[0]++ // after a reorg another request may have the number
	if err := j.Attest(sibling, otherOutcome); err != nil {
		t.Errorf("another request of the same number: %v", err)
	}
	closed(t, j)

	j = open(t, path)
	defer closed(t, j)
	got, found, err := j.Attested(request(1))
	if err != nil || !found || got != first {
		t.Errorf("after reopening: %+v %v %v", got, found, err)
	}
}

func TestJournalKeepsReleasesThatNobodyWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	j := open(t, path)
	const n = 2*groupLimit + 1
	for i := range n {
		j.Release(messages.RequestID{Chain: 1, Number: uint64(i)}, Record{Final: messages.Height(i)})
	}
	closed(t, j)
	j = open(t, path)
	defer closed(t, j)
	for i := range n {
		got, found, err := j.Released(messages.RequestID{Chain: 1, Number: uint64(i)})
		if err != nil || !found || got.Final != messages.Height(i) {
			t.Fatalf("release %d: %+v %v %v", i, got, found, err)
		}
	}
}

func TestJournalRefusesWritesAfterItsEnd(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "party.db"))
	closed(t, j)
	for range 2 * groupLimit { // more than its queue would hold
		j.Release(request(1), Record{})
	}
	if err := j.Attest(request(1), Record{}); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("attest: %v", err)
	}
	if _, _, err := j.Released(request(1)); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("look up: %v", err)
	}
}

func TestJournalRefusesRecordsItDoesNotKnow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	closed(t, open(t, path))
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	newer := Record{}.encode()
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
	j := open(t, path)
	defer closed(t, j)
	if _, _, err := j.Attested(request(1)); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("read: %v", err)
	}
	if err := j.Attest(request(1), Record{}); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("overwrite: %v", err)
	}
}

func TestJournalTellsAFileThatIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "party.db")
	if err := os.WriteFile(path, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, func(error) {}); err == nil {
		t.Error("opened")
	}
}
