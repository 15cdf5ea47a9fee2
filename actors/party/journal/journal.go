package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"kmsgateway/messages"
)

// Buckets of the journal, both by request.
const (
	releasedBucket = "released"
	attestedBucket = "attested"
)

const (
	// recordVersion leads every record.
	recordVersion = 1
	// recordSize: version, two hashes, block number and hash, final height.
	recordSize = 1 + 2*messages.HashSize + 8 + messages.HashSize + 8
	// lockTimeout is how long a second process of the same party waits before it gives up.
	lockTimeout = 2 * time.Second
	// groupLimit bounds one write transaction.
	groupLimit = 512
	// lazyDelay is how long a release may wait for company: losing it in a crash costs one more
	// look at the chain, while an attestation is written at once.
	lazyDelay = 50 * time.Millisecond
)

// errEquivocation is returned where another outcome of the request was attested before.
var errEquivocation = errors.New("another outcome was attested")

var errJournalClosed = errors.New("the journal is closed")

// Record is what the journal keeps of a request. For a release Subject is the question's digest,
// for an attestation the digest of the outcomes.
type Record struct {
	Subject messages.Hash
	Key     messages.KeyID
	Block   messages.BlockRef
	Final   messages.Height
}

// encode writes a fixed form: a record of another length is damage, not an older version.
func (r Record) encode() []byte {
	b := make([]byte, 0, recordSize)
	b = append(b, recordVersion)
	b = append(b, r.Subject[:]...)
	b = append(b, r.Key[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Block.Number))
	b = append(b, r.Block.Hash[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(r.Final))
}

// decodeRecord refuses what it does not know. A party that guessed could attest a second outcome.
func decodeRecord(b []byte) (r Record, err error) {
	if len(b) != recordSize || b[0] != recordVersion {
		return Record{}, errors.New("the journal holds a Record of another version")
	}
	b = b[1:]
	b = b[copy(r.Subject[:], b):]
	b = b[copy(r.Key[:], b):]
	r.Block.Number = messages.Height(binary.BigEndian.Uint64(b))
	b = b[8:]
	b = b[copy(r.Block.Hash[:], b):]
	r.Final = messages.Height(binary.BigEndian.Uint64(b))
	return r, nil
}

// journalKey names a request whole: after a reorg the same number may be another request.
func journalKey(id messages.RequestID) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(id.Chain))
	b = binary.BigEndian.AppendUint64(b, id.Number)
	return append(b, id.Digest[:]...)
}

// write is one Record on its way to the disk.
type write struct {
	bucket string
	id     messages.RequestID
	record Record
	done   chan<- error // nil for a release: nobody waits
}

// Journal is what the party must not forget, on disk (bbolt). Writes go through one goroutine that
// gathers what is there into one synced transaction. It is safe for concurrent use.
type Journal struct {
	db     *bbolt.DB
	writes chan write
	wrote  func(error)   // told how every write went
	closed chan struct{} // closed by close
	gone   chan struct{} // closed when the last write is done
	once   sync.Once
}

// Open opens or makes the file; wrote is told how every write went, also of those that nobody waits
// for. It waits a moment for another process to let go of it.
func Open(path string, wrote func(error)) (*Journal, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the journal's folder: %w", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{releasedBucket, attestedBucket} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the journal: %w", err), db.Close())
	}
	j := &Journal{
		db: db, writes: make(chan write, groupLimit), wrote: wrote,
		closed: make(chan struct{}), gone: make(chan struct{}),
	}
	go j.run()
	return j, nil
}

// Released looks up a release.
func (j *Journal) Released(id messages.RequestID) (Record, bool, error) {
	return j.lookup(releasedBucket, id)
}

// Attested looks up an attestation.
func (j *Journal) Attested(id messages.RequestID) (Record, bool, error) {
	return j.lookup(attestedBucket, id)
}

func (j *Journal) lookup(bucket string, id messages.RequestID) (r Record, found bool, err error) {
	err = j.db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket([]byte(bucket)).Get(journalKey(id))
		if value == nil {
			return nil
		}
		found = true
		r, err = decodeRecord(value)
		return err
	})
	if err != nil {
		return Record{}, false, messages.StorageFailed("read the journal", err)
	}
	return r, found, nil
}

// Release notes a release; it is written soon. It waits only while the disk is behind.
func (j *Journal) Release(id messages.RequestID, r Record) {
	select {
	case j.writes <- write{bucket: releasedBucket, id: id, record: r}:
	case <-j.closed:
	}
}

// Attest notes an attestation and returns when it is on disk. EQUIVOCATION where another digest
// was attested for the request; the same one again is no error.
func (j *Journal) Attest(id messages.RequestID, r Record) error {
	done := make(chan error, 1)
	select {
	case j.writes <- write{bucket: attestedBucket, id: id, record: r, done: done}:
	case <-j.closed:
		return messages.StorageFailed("write the journal", errJournalClosed)
	}
	var err error
	select {
	case err = <-done:
	case <-j.gone: // it came after the last write; unless that was it
		select {
		case err = <-done:
		default:
			err = errJournalClosed
		}
	}
	if errors.Is(err, errEquivocation) {
		return &messages.GatewayError{Code: messages.CodeEquivocation, Op: "attest", Request: id}
	}
	if err != nil {
		return messages.StorageFailed("write the journal", err)
	}
	return nil
}

// Close writes what is waiting and closes the file.
func (j *Journal) Close() error {
	j.once.Do(func() { close(j.closed) })
	<-j.gone
	return j.db.Close()
}

// run is the only writer: two attestations of one request meet here, one after the other.
func (j *Journal) run() {
	defer close(j.gone)
	for {
		select {
		case first := <-j.writes:
			j.commit(j.gather(first))
		case <-j.closed:
			j.drain()
			return
		}
	}
}

// gather takes what else is there; releases alone wait a moment for company.
func (j *Journal) gather(first write) []write {
	group := []write{first}
	urgent := first.done != nil
	timer := time.NewTimer(lazyDelay)
	defer timer.Stop()
	for len(group) < groupLimit {
		if urgent && len(j.writes) == 0 {
			return group
		}
		select {
		case next := <-j.writes:
			group = append(group, next)
			urgent = urgent || next.done != nil
		case <-timer.C:
			return group
		case <-j.closed:
			return group
		}
	}
	return group
}

// drain writes what was accepted before the journal closed.
func (j *Journal) drain() {
	var group []write
	for len(j.writes) > 0 {
		group = append(group, <-j.writes)
	}
	if len(group) > 0 {
		j.commit(group)
	}
}

// commit writes a group in one transaction, which bbolt syncs before it returns, and only then
// answers those who wait.
func (j *Journal) commit(group []write) {
	results := make([]error, len(group))
	err := j.db.Update(func(tx *bbolt.Tx) error {
		for i, w := range group {
			bucket, key := tx.Bucket([]byte(w.bucket)), journalKey(w.id)
			if old := bucket.Get(key); old != nil && w.bucket == attestedBucket {
				results[i] = compatible(old, w.record)
				continue
			}
			if err := bucket.Put(key, w.record.encode()); err != nil {
				return err
			}
		}
		return nil
	})
	j.wrote(err)
	for i, w := range group {
		if w.done != nil {
			w.done <- errors.Join(err, results[i])
		}
	}
}

// compatible decides between what was attested and what is to be.
func compatible(old []byte, now Record) error {
	before, err := decodeRecord(old)
	if err != nil {
		return err
	}
	if before.Subject != now.Subject || before.Key != now.Key {
		return errEquivocation
	}
	return nil
}
