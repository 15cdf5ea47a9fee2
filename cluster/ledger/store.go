package ledger

import (
	"sync"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"kmsgateway/messages"
)

// timedStore is the log on disk, which remembers how long its writes take: a leader whose disk
// stalls holds everybody up, and does not notice by raft's heartbeats.
type timedStore struct {
	*raftboltdb.BoltStore
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
	return s.BoltStore.StoreLogs(logs)
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
