package ledger

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"kmsgateway/messages"
)

const (
	// logFile holds raft's log and votes, below Config.Dir; snapshots have a folder beside it.
	logFile = "raft.db"
	// lockWait is how long another process may take to let go of the log file.
	lockWait = time.Second
	// keptSnapshots is what is left to fall back on when the newest cannot be read.
	keptSnapshots = 2
)

// Store is where a node keeps its ledger: what a write returned for is there after a crash.
type Store struct {
	Logs      raft.LogStore
	Votes     raft.StableStore
	Snapshots raft.SnapshotStore
	Close     func() error // lets go of all three
}

// Stores opens a node's store, or creates it. Simulations have their own, which crash at will.
type Stores func() (Store, error)

// Bolt keeps a node's store in files below a folder: raft-boltdb for logs and votes, and plain
// snapshots. log takes what the snapshots log.
func Bolt(dir string, log io.Writer) Stores {
	return func() (Store, error) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return Store{}, err
		}
		snapshots, err := raft.NewFileSnapshotStore(dir, keptSnapshots, log)
		if err != nil {
			return Store{}, err
		}
		store, err := raftboltdb.New(raftboltdb.Options{Path: filepath.Join(dir, logFile),
			BoltOptions: &bbolt.Options{Timeout: lockWait}, MsgpackUseNewTimeFormat: true})
		if err != nil {
			return Store{}, err
		}
		return Store{Logs: store, Votes: store, Snapshots: snapshots, Close: store.Close}, nil
	}
}

// timedStore is the log on disk, which remembers how long its writes take: a leader whose disk
// stalls holds everybody up, and does not notice by raft's heartbeats.
type timedStore struct {
	raft.LogStore
	clock messages.Clock

	lock  sync.Mutex
	began time.Time     // lock; of the write under way, else zero
	ended time.Time     // lock; of the last one
	took  time.Duration // lock; by the last one
}

// StoreLogs is raft's call for each write, which it makes one at a time.
func (s *timedStore) StoreLogs(logs []*raft.Log) error {
	s.begin()
	defer s.end()
	return s.LogStore.StoreLogs(logs)
}

// StoreLog is StoreLogs of one.
func (s *timedStore) StoreLog(log *raft.Log) error { return s.StoreLogs([]*raft.Log{log}) }

func (s *timedStore) begin() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.began = s.clock()
}

func (s *timedStore) end() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.ended = s.clock()
	s.took, s.began = s.ended.Sub(s.began), time.Time{}
}

// stall is how long the write under way takes already, or the last one took, if that was lately.
func (s *timedStore) stall(now time.Time) time.Duration {
	s.lock.Lock()
	defer s.lock.Unlock()
	var took time.Duration
	if now.Sub(s.ended) < stallMemory {
		took = s.took
	}
	if !s.began.IsZero() {
		took = max(took, now.Sub(s.began))
	}
	return took
}
