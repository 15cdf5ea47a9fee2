package world

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/cluster/ledger"
)

const (
	// syncTime is what a write takes that reaches the disk.
	syncTime = 500 * time.Microsecond
	// openTime is how long a process takes to open its ledger. No disk turns read-only meanwhile:
	// raft's panic would be in the goroutine of whoever opens it.
	openTime = 50 * time.Millisecond
	// keptSnapshots is as many as the files on a real disk keep.
	keptSnapshots = 2
)

// errCrashed answers whoever still writes for a process that is gone.
var errCrashed = errors.New("the process of this store has crashed")

// DiskFault is what is wrong with a disk. The zero value is nothing.
type DiskFault struct {
	Slow     time.Duration // added to each write
	Full     bool          // what grows is refused
	ReadOnly bool          // all that writes is refused
}

// Disk is what one node has written of its ledger. A write counts when its call returns: a crash
// drops what is still under way, and keeps the rest. It is safe for concurrent use.
type Disk struct {
	fatal func() // called where raft would end its process because a write failed

	mu        sync.Mutex
	life      *int                 // mu; of the process that may write
	crashed   chan struct{}        // mu; closed when that crashes
	fault     DiskFault            // mu
	logs      map[uint64]*raft.Log // mu
	votes     map[string][]byte    // mu
	numbers   map[string]uint64    // mu
	snapshots []*snapshot          // mu; newest first
}

// snapshot is one that was closed, or is being written.
type snapshot struct {
	meta raft.SnapshotMeta
	data []byte
}

// NewDisk is empty. fatal is called, if it is not nil, where a process cannot live with a failed
// write; it must not wait.
func NewDisk(fatal func()) *Disk {
	return &Disk{fatal: fatal, life: new(int), crashed: make(chan struct{}),
		logs: map[uint64]*raft.Log{}, votes: map[string][]byte{}, numbers: map[string]uint64{}}
}

// Crash ends the life of whoever has the disk open: its writes under way are dropped, and each of
// its later calls fails.
func (d *Disk) Crash() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.life = new(int)
	close(d.crashed)
	d.crashed = make(chan struct{})
}

// Fail sets what is wrong from now on.
func (d *Disk) Fail(fault DiskFault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

// Open is a ledger.Stores for a new process. It fails where a file could not be opened for writing.
func (d *Disk) Open() (ledger.Store, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fault.ReadOnly {
		return ledger.Store{}, syscall.EROFS
	}
	s := &stored{disk: d, life: d.life, crashed: d.crashed, opened: time.Now()}
	return ledger.Store{Logs: s, Votes: s, Snapshots: shelf{s},
		Close: func() error { return nil }}, nil
}

// stored is the disk as one process has it open.
type stored struct {
	disk    *Disk
	life    *int
	crashed chan struct{}
	opened  time.Time
}

// write makes a change durable, or fails. grows says that it needs room.
func (s *stored) write(grows bool, change func()) error {
	s.disk.mu.Lock()
	fault := s.disk.fault
	s.disk.mu.Unlock()
	switch {
	case fault.ReadOnly && time.Since(s.opened) > openTime:
		return syscall.EROFS
	case fault.Full && grows:
		return syscall.ENOSPC
	}
	done := time.NewTimer(syncTime + fault.Slow)
	defer done.Stop()
	select {
	case <-done.C:
	case <-s.crashed:
		return errCrashed
	}
	return s.read(change)
}

// read sees the disk as it is now.
func (s *stored) read(see func()) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if s.disk.life != s.life {
		return errCrashed
	}
	see()
	return nil
}

// bounds are the first and the last index, zeros for an empty log. The caller holds mu.
func (d *Disk) bounds() (first, last uint64) {
	for index := range d.logs {
		last = max(last, index)
		if first == 0 || index < first {
			first = index
		}
	}
	return first, last
}

// FirstIndex implements raft.LogStore.
func (s *stored) FirstIndex() (first uint64, err error) {
	err = s.read(func() { first, _ = s.disk.bounds() })
	return first, err
}

// LastIndex implements raft.LogStore.
func (s *stored) LastIndex() (last uint64, err error) {
	err = s.read(func() { _, last = s.disk.bounds() })
	return last, err
}

// GetLog implements raft.LogStore. Raft ends its process where a log cannot be read; of a process
// that has crashed only the goroutine that asks is left to end.
func (s *stored) GetLog(index uint64, into *raft.Log) error {
	found := false
	err := s.read(func() {
		var log *raft.Log
		if log, found = s.disk.logs[index]; found {
			*into = *log
		}
	})
	switch {
	case err != nil:
		runtime.Goexit()
		return err
	case !found:
		return raft.ErrLogNotFound
	default:
		return nil
	}
}

// StoreLog implements raft.LogStore.
func (s *stored) StoreLog(log *raft.Log) error { return s.StoreLogs([]*raft.Log{log}) }

// StoreLogs implements raft.LogStore.
func (s *stored) StoreLogs(logs []*raft.Log) error {
	return s.write(true, func() {
		for _, log := range logs {
			kept := *log
			kept.Data, kept.Extensions = bytes.Clone(log.Data), bytes.Clone(log.Extensions)
			s.disk.logs[log.Index] = &kept
		}
	})
}

// DeleteRange implements raft.LogStore.
func (s *stored) DeleteRange(from, to uint64) error {
	return s.write(false, func() {
		for index := from; index <= to; index++ {
			delete(s.disk.logs, index)
		}
	})
}

// errNotFound has the text by which raft knows it.
var errNotFound = errors.New("not found")

// Get implements raft.StableStore.
func (s *stored) Get(key []byte) (value []byte, err error) {
	found := false
	err = s.read(func() {
		value, found = s.disk.votes[string(key)]
		value = bytes.Clone(value)
	})
	if err == nil && !found {
		err = errNotFound
	}
	return value, err
}

// Set implements raft.StableStore.
func (s *stored) Set(key, value []byte) error {
	return s.write(false, func() { s.disk.votes[string(key)] = bytes.Clone(value) })
}

// GetUint64 implements raft.StableStore.
func (s *stored) GetUint64(key []byte) (value uint64, err error) {
	found := false
	err = s.read(func() { value, found = s.disk.numbers[string(key)] })
	if err == nil && !found {
		err = errNotFound
	}
	return value, err
}

// SetUint64 implements raft.StableStore. Raft ends its process where it cannot write its term: here
// that is a crash of the node, and the goroutine that asked ends.
func (s *stored) SetUint64(key []byte, value uint64) error {
	err := s.write(false, func() { s.disk.numbers[string(key)] = value })
	if err == nil || string(key) != "CurrentTerm" {
		return err
	}
	if s.disk.fatal != nil && !errors.Is(err, errCrashed) {
		s.disk.fatal()
	}
	runtime.Goexit()
	return err
}

// shelf is where the snapshots are.
type shelf struct{ *stored }

// Create implements raft.SnapshotStore.
func (s shelf) Create(version raft.SnapshotVersion, index, term uint64,
	configuration raft.Configuration, configurationIndex uint64, _ raft.Transport) (
	raft.SnapshotSink, error) {
	if err := s.write(true, func() {}); err != nil {
		return nil, err
	}
	id := fmt.Sprintf("%d-%d-%d", term, index, time.Now().UnixNano())
	return &sink{shelf: s, snapshot: snapshot{meta: raft.SnapshotMeta{Version: version, ID: id,
		Index: index, Term: term, Configuration: configuration.Clone(),
		ConfigurationIndex: configurationIndex}}}, nil
}

// List implements raft.SnapshotStore.
func (s shelf) List() (metas []*raft.SnapshotMeta, err error) {
	err = s.read(func() {
		for _, kept := range s.disk.snapshots {
			meta := kept.meta
			metas = append(metas, &meta)
		}
	})
	return metas, err
}

// Open implements raft.SnapshotStore.
func (s shelf) Open(id string) (meta *raft.SnapshotMeta, from io.ReadCloser, err error) {
	err = s.read(func() {
		for _, kept := range s.disk.snapshots {
			if kept.meta.ID == id {
				found := kept.meta
				meta, from = &found, io.NopCloser(bytes.NewReader(kept.data))
			}
		}
	})
	if err == nil && meta == nil {
		err = fmt.Errorf("no snapshot %s", id)
	}
	return meta, from, err
}

// sink is a snapshot that is being written. Until it is closed, a crash leaves nothing of it.
type sink struct {
	shelf
	snapshot
	ended bool
}

// Write implements raft.SnapshotSink.
func (s *sink) Write(data []byte) (int, error) {
	s.data = append(s.data, data...)
	return len(data), nil
}

// ID implements raft.SnapshotSink.
func (s *sink) ID() string { return s.meta.ID }

// Cancel implements raft.SnapshotSink.
func (s *sink) Cancel() error {
	s.ended = true
	return nil
}

// Close implements raft.SnapshotSink.
func (s *sink) Close() error {
	if s.ended {
		return nil
	}
	s.ended = true
	s.meta.Size = int64(len(s.data))
	return s.write(true, func() {
		kept := &snapshot{meta: s.meta, data: s.data}
		s.disk.snapshots = slices.Insert(s.disk.snapshots, 0, kept)
		s.disk.snapshots = s.disk.snapshots[:min(keptSnapshots, len(s.disk.snapshots))]
	})
}

// peek reads a log from outside of any process.
func (d *Disk) peek(index uint64) (raft.Log, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	log, found := d.logs[index]
	if !found {
		return raft.Log{}, false
	}
	return *log, true
}
