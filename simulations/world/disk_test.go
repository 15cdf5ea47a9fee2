package world

import (
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/cluster/ledger"
	"kmsgateway/cluster/ledger/storetest"
)

func TestDiskIsAStore(t *testing.T) {
	storetest.Suite(t, func(*testing.T) ledger.Stores { return NewDisk(nil).Open })
}

func open(t *testing.T, disk *Disk) ledger.Store {
	t.Helper()
	store, err := disk.Open()
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func last(t *testing.T, store ledger.Store) uint64 {
	t.Helper()
	index, err := store.Logs.LastIndex()
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// TestCrashDropsWhatIsUnderWay crashes a disk during a write: what was synced is there in the next
// life, the write is not, and the old life gets nothing but errors.
func TestCrashDropsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := NewDisk(nil)
		old := open(t, disk)
		if err := errors.Join(old.Logs.StoreLog(&raft.Log{Index: 1}),
			old.Votes.Set([]byte("who"), []byte("n1"))); err != nil {
			t.Fatal(err)
		}
		disk.Fail(DiskFault{Slow: time.Second})
		wrote := make(chan error)
		go func() { wrote <- old.Logs.StoreLog(&raft.Log{Index: 2}) }()
		pass(100 * time.Millisecond)
		disk.Crash()
		if err := <-wrote; !errors.Is(err, errCrashed) {
			t.Errorf("the write under way gives %v", err)
		}
		disk.Fail(DiskFault{})
		_, errLast := old.Logs.LastIndex()
		_, errGet := old.Votes.Get([]byte("who"))
		_, errList := old.Snapshots.List()
		_, errCreate := old.Snapshots.Create(1, 1, 1, raft.Configuration{}, 1, nil)
		for what, err := range map[string]error{"last": errLast, "get": errGet, "list": errList,
			"create": errCreate, "store": old.Logs.StoreLog(&raft.Log{Index: 3}),
			"set": old.Votes.Set([]byte("who"), []byte("n2"))} {
			if !errors.Is(err, errCrashed) {
				t.Errorf("%s of the old life gives %v", what, err)
			}
		}
		again := open(t, disk)
		who, err := again.Votes.Get([]byte("who"))
		if got := last(t, again); got != 1 || string(who) != "n1" || err != nil {
			t.Errorf("came back with %d logs and vote %q, %v", got, who, err)
		}
	})
}

// TestCrashEndsWhoeverCannotGoOn covers the two calls whose failure raft answers with a panic.
func TestCrashEndsWhoeverCannotGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fatal := 0
		disk := NewDisk(func() { fatal++ })
		store := open(t, disk)
		ends := func(call func() error) bool {
			returned := make(chan bool)
			go func() {
				defer close(returned)
				_ = call()
				returned <- true
			}()
			return !<-returned
		}
		pass(time.Second)
		term := func() error { return store.Votes.SetUint64([]byte("CurrentTerm"), 4) }
		disk.Fail(DiskFault{ReadOnly: true})
		if !ends(term) || fatal != 1 {
			t.Errorf("a term that cannot be written: %d deaths", fatal)
		}
		disk.Fail(DiskFault{})
		disk.Crash()
		if !ends(term) || !ends(func() error { return store.Logs.GetLog(1, new(raft.Log)) }) {
			t.Error("goroutines of a dead process go on")
		}
		if fatal != 1 {
			t.Error("a process that has crashed dies again")
		}
	})
}

func TestDiskFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := NewDisk(nil)
		store := open(t, disk)
		began := time.Now()
		disk.Fail(DiskFault{Slow: time.Second})
		if err := store.Logs.StoreLog(&raft.Log{Index: 1}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < time.Second {
			t.Errorf("a slow write took %v", took)
		}
		disk.Fail(DiskFault{Full: true})
		if err := store.Logs.StoreLog(&raft.Log{Index: 2}); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a full disk gives %v", err)
		}
		if err := store.Votes.SetUint64([]byte("CurrentTerm"), 2); err != nil {
			t.Errorf("a full disk cannot replace a number: %v", err)
		}
		disk.Fail(DiskFault{ReadOnly: true})
		if err := store.Votes.Set([]byte("who"), nil); !errors.Is(err, syscall.EROFS) {
			t.Errorf("a read-only disk gives %v", err)
		}
		if got := last(t, store); got != 1 {
			t.Errorf("holds %d logs", got)
		}
		if _, err := disk.Open(); !errors.Is(err, syscall.EROFS) {
			t.Errorf("opening a read-only disk gives %v", err)
		}
	})
}
