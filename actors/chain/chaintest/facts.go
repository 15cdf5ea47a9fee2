package chaintest

import (
	"context"
	"sync"
	"testing"
	"time"

	"kmsgateway/messages"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// Facts records what rooms publish and what a ledger says, and lets a test await it.
type Facts struct {
	mu      sync.Mutex
	facts   []messages.Fact
	words   []any
	changed chan struct{} // closed at the next record
}

// NewFacts is empty.
func NewFacts() *Facts { return &Facts{changed: make(chan struct{})} }

// Publish records a fact; it is a messages.Publish.
func (f *Facts) Publish(_ context.Context, fact messages.Fact) {
	f.record(func() { f.facts = append(f.facts, fact) })
}

// Hear records a word of the ledger, for Ledger.Subscribe.
func (f *Facts) Hear(word any) {
	f.record(func() { f.words = append(f.words, word) })
}

func (f *Facts) record(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	close(f.changed)
	f.changed = make(chan struct{})
}

// Of returns the facts of a name, in order.
func (f *Facts) Of(name messages.FactName) []messages.Fact {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []messages.Fact
	for _, fact := range f.facts {
		if fact.Name == name {
			found = append(found, fact)
		}
	}
	return found
}

// Words returns the ledger's words of one type, in order.
func Words[T any](f *Facts) []T {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []T
	for _, word := range f.words {
		if typed, ok := word.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}

// Await returns once holds does; it looks after each record. It fails the test when patience
// ends.
func (f *Facts) Await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		f.mu.Lock()
		changed := f.changed
		f.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			f.mu.Lock()
			defer f.mu.Unlock()
			t.Fatalf("never: %s; last facts: %+v", what, f.facts[max(0, len(f.facts)-5):])
		}
	}
}

// AwaitFact returns the n-th fact of a name, from 1.
func (f *Facts) AwaitFact(t testing.TB, name messages.FactName, n int) messages.Fact {
	t.Helper()
	f.Await(t, string(name), func() bool { return len(f.Of(name)) >= n })
	return f.Of(name)[n-1]
}
