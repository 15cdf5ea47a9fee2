package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// machine holds the state for raft, which calls it from one goroutine, and for readers. It stops
// for good, before it applies anything of it, at an entry that this program cannot read: to skip
// one would make this node's ledger differ from the others'.
type machine struct {
	publish messages.Publish
	clock   messages.Clock
	known   uint64 // last index of the log when it was opened; told of before, in an earlier life

	lock        sync.RWMutex
	state       *state        // lock
	fault       error         // lock; why it stopped
	subscribers []*func(any)  // lock; replaced, never changed
	moved       chan struct{} // lock; closed and replaced when the state has moved on
	stopped     chan struct{} // closed when fault is set
}

// newMachine is a machine before raft restored anything into it.
func newMachine(clock messages.Clock, publish messages.Publish) *machine {
	return &machine{publish: publish, clock: clock, state: newState(),
		moved: make(chan struct{}), stopped: make(chan struct{})}
}

// verdicts answers the entries of one raft log in order; nil where it was applied.
type verdicts []error

// Apply is raft's call for each committed log.
func (m *machine) Apply(log *raft.Log) any {
	words, answers, err := m.step(log.Index, log.Data)
	if err != nil {
		m.stop(fmt.Errorf("log %d: %w", log.Index, err))
		return err
	}
	if log.Index > m.known {
		m.tell(words)
	}
	return answers
}

// ApplyBatch is raft's call for several logs at once.
func (m *machine) ApplyBatch(logs []*raft.Log) []any {
	answers := make([]any, len(logs))
	for i, log := range logs {
		if log.Type == raft.LogCommand {
			answers[i] = m.Apply(log)
		}
	}
	return answers
}

// step applies one log under the lock: readers see all of it or nothing.
func (m *machine) step(index uint64, encoded []byte) (words []any, answers verdicts, err error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.fault != nil {
		return nil, nil, m.fault
	}
	entries, err := messages.DecodeEntries(encoded)
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		told, err := m.state.apply(entry)
		words, answers = append(words, told...), append(answers, err)
	}
	m.state.index = index
	m.stir()
	return words, answers, nil
}

// stir wakes whoever waits for the state to move on. The caller holds the lock.
func (m *machine) stir() {
	close(m.moved)
	m.moved = make(chan struct{})
}

// await returns when the entry of an index of the log is applied here.
func (m *machine) await(ctx context.Context, index uint64) error {
	for {
		m.lock.RLock()
		applied, moved := m.state.index >= index, m.moved
		m.lock.RUnlock()
		if applied {
			return nil
		}
		select {
		case <-moved:
		case <-m.stopped:
			return m.err()
		case <-ctx.Done():
			return expired(ctx)
		}
	}
}

// stop keeps the first reason.
func (m *machine) stop(err error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.fault == nil {
		m.fault = fmt.Errorf("the ledger stops: %w", err)
		close(m.stopped)
	}
}

// tell publishes what happened, then tells the subscribers, so that nothing that follows from a
// word is published before it.
func (m *machine) tell(words []any) {
	m.lock.RLock()
	subscribers := m.subscribers
	m.lock.RUnlock()
	for _, word := range words {
		m.fact(word)
		for _, hear := range subscribers {
			(*hear)(word)
		}
	}
}

// fact publishes a word for those who watch.
func (m *machine) fact(word any) {
	fact := messages.Fact{Room: messages.RoomLedger, At: m.clock()}
	switch w := word.(type) {
	case messages.Admitted:
		fact.Name, fact.Request = messages.FactRequestAdmitted, w.Requested.Request
		fact.Block, fact.Count = w.Requested.Place.Block, len(w.Requested.Handles)
	case messages.Closed:
		fact.Name, fact.Request = messages.FactRequestClosed, w.Request
		fact.Block, fact.Detail = w.At, w.Outcome.String()
	default:
		return // whoever proposed an unwinding publishes it
	}
	m.publish(context.Background(), fact)
}

// subscribe adds a listener. The list is replaced, never changed, for tell walks it unlocked.
func (m *machine) subscribe(hear func(any)) (cancel func()) {
	m.lock.Lock()
	defer m.lock.Unlock()
	added := &hear
	m.subscribers = append(m.subscribers[:len(m.subscribers):len(m.subscribers)], added)
	return func() {
		m.lock.Lock()
		defer m.lock.Unlock()
		var rest []*func(any)
		for _, other := range m.subscribers {
			if other != added {
				rest = append(rest, other)
			}
		}
		m.subscribers = rest
	}
}

// read lets a reader see the state between two entries.
func (m *machine) read(see func(*state)) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	see(m.state)
}

// err is why the machine stopped, nil while it runs.
func (m *machine) err() error {
	m.lock.RLock()
	defer m.lock.RUnlock()
	return m.fault
}

// Snapshot is raft's call; a machine that stopped must not let its log be cut.
func (m *machine) Snapshot() (raft.FSMSnapshot, error) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	if m.fault != nil {
		return nil, m.fault
	}
	return snapshot{m.state.frozen()}, nil
}

// Restore is raft's call, with what a snapshot wrote.
func (m *machine) Restore(from io.ReadCloser) error {
	defer from.Close()
	restored, err := decodeState(from)
	if err != nil {
		return err
	}
	m.lock.Lock()
	m.state = restored
	table := restored.table()
	m.stir()
	m.lock.Unlock()
	if len(table.Members) > 0 { // a snapshot that came from the leader skips the entries' words
		m.tell([]any{table})
	}
	return nil
}

// snapshot is a frozen state on its way to disk.
type snapshot struct{ state *state }

// Persist writes the snapshot while entries are applied.
func (s snapshot) Persist(sink raft.SnapshotSink) error {
	if err := s.state.encode(sink); err != nil {
		return fmt.Errorf("write snapshot: %w", errors.Join(err, sink.Cancel()))
	}
	return sink.Close()
}

// Release has nothing to give back.
func (s snapshot) Release() {}
