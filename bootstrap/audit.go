package bootstrap

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"kmsgateway/messages"
)

// auditBacklog bounds the entries not yet on disk. A full backlog makes the publisher wait: an
// audit log that drops entries would be none.
const auditBacklog = 4096

// auditEntry is one line of the audit file. Fields keep their order, so equal facts give equal
// lines.
type auditEntry struct {
	At       time.Time `json:"at"`
	Process  string    `json:"process"`
	Room     string    `json:"room"`
	Fact     string    `json:"fact"`
	Request  string    `json:"request,omitempty"`
	Handle   string    `json:"handle,omitempty"`
	Party    uint16    `json:"party,omitempty"`
	Region   string    `json:"region,omitempty"`
	Block    string    `json:"block,omitempty"`
	Final    uint64    `json:"final,omitempty"`
	Digest   string    `json:"digest,omitempty"`
	Code     string    `json:"code,omitempty"`
	Detail   string    `json:"detail,omitempty"`
	Evidence string    `json:"evidence,omitempty"`
}

// auditLog appends entries to a file, one JSON object a line, from one goroutine; each batch is
// synced before the next begins.
type auditLog struct {
	process string
	entries chan auditEntry
	done    chan struct{}
	file    *os.File

	mu     sync.RWMutex
	closed bool // guarded by mu

	// failed is the first write that could not be made durable, nil where there is none. It is not
	// under mu: a publisher that waits for the writer holds that.
	failed atomic.Pointer[messages.GatewayError]
}

// openAudit opens or creates the file for appending.
func openAudit(path, process string) (*auditLog, error) {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, messages.StorageFailed("open audit log", err)
	}
	log := &auditLog{
		process: process,
		entries: make(chan auditEntry, auditBacklog),
		done:    make(chan struct{}),
		file:    file,
	}
	go log.write()
	return log, nil
}

// Append takes one entry; after Close it is a no-op.
func (a *auditLog) Append(fact messages.Fact) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.closed {
		return
	}
	a.entries <- a.entry(fact)
}

// Err returns the first failure to write, if any.
func (a *auditLog) Err() error {
	if failed := a.failed.Load(); failed != nil {
		return failed
	}
	return nil
}

// Close writes what is pending, syncs and closes the file.
func (a *auditLog) Close() error {
	a.mu.Lock()
	wasOpen := !a.closed
	a.closed = true
	a.mu.Unlock()
	if wasOpen {
		close(a.entries)
	}
	<-a.done
	return a.Err()
}

func (a *auditLog) write() {
	defer close(a.done)
	buffered := bufio.NewWriter(a.file)
	lines := json.NewEncoder(buffered)
	for entry := range a.entries {
		a.note(lines.Encode(entry))
		if len(a.entries) == 0 {
			a.note(buffered.Flush())
			a.note(a.file.Sync())
		}
	}
	a.note(buffered.Flush())
	a.note(a.file.Sync())
	a.note(a.file.Close())
}

func (a *auditLog) note(err error) {
	if err != nil {
		a.failed.CompareAndSwap(nil, messages.StorageFailed("append to audit log", err))
	}
}

func (a *auditLog) entry(fact messages.Fact) auditEntry {
	entry := auditEntry{
		At:       fact.At.UTC(),
		Process:  a.process,
		Room:     string(fact.Room),
		Fact:     string(fact.Name),
		Party:    uint16(fact.Party),
		Region:   string(fact.Region),
		Final:    uint64(fact.Final),
		Code:     string(fact.Code),
		Detail:   fact.Detail,
		Evidence: hex.EncodeToString(fact.Evidence),
	}
	if !fact.Request.IsZero() {
		entry.Request = fact.Request.String()
	}
	if fact.Handle != (messages.Handle{}) {
		entry.Handle = fact.Handle.String()
	}
	if !fact.Block.IsZero() {
		entry.Block = fact.Block.String()
	}
	if fact.Digest != (messages.Hash{}) {
		entry.Digest = fact.Digest.String()
	}
	return entry
}
