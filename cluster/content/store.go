package content

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"kmsgateway/messages"
)

const (
	// lockWait is how long the file of another process is waited for before giving up.
	lockWait = time.Second
	// maxPrune records leave in one transaction, so that opening an old file does not take long.
	maxPrune = 4096
)

// Buckets of the file.
const (
	bucketRecords = "records" // handle -> record
	bucketAges    = "ages"    // expiry || handle -> nothing: the order of leaving
	bucketMeta    = "meta"    // keyCount -> number of records
	keyCount      = "count"
)

// store is the part on disk: at most most records, each until it expires.
type store struct {
	db   *bbolt.DB
	most uint64
}

// openStore opens or creates the file, and drops what has expired.
func openStore(path string, most int, now time.Time) (*store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return nil, messages.StorageFailed("open content "+path,
			fmt.Errorf("%w (in use, or broken: it is a cache and may be removed)", err))
	}
	s := &store{db: db, most: uint64(most)}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, bucket := range []string{bucketRecords, bucketAges, bucketMeta} {
			if _, err := tx.CreateBucketIfNotExists([]byte(bucket)); err != nil {
				return err
			}
		}
		return s.prune(tx, now)
	})
	if err != nil {
		db.Close()
		return nil, messages.StorageFailed("open content "+path, err)
	}
	return s, nil
}

// get returns the record of a handle unless it has expired. A record that does not decode, like
// any trouble with the file, is a miss: the chain has the truth.
func (s *store) get(handle messages.Handle, now time.Time) (messages.Registered, bool) {
	var found messages.Registered
	var expires time.Time
	err := s.db.View(func(tx *bbolt.Tx) (err error) {
		found, expires, err = decode(tx.Bucket([]byte(bucketRecords)).Get(handle[:]))
		return err
	})
	return found, err == nil && now.Before(expires)
}

// put keeps registrations until expires, in one transaction, and makes room for them. Putting a
// handle again replaces its record, whose age would otherwise outlive it.
func (s *store) put(batch []messages.Registered, expires, now time.Time) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, registered := range batch {
			if err := s.forget(tx, registered.Handle); err != nil {
				return err
			}
			record := encode(registered, expires)
			err := tx.Bucket([]byte(bucketRecords)).Put(registered.Handle[:], record)
			if err != nil {
				return err
			}
			age := ageKey(record[1:9], registered.Handle)
			if err := tx.Bucket([]byte(bucketAges)).Put(age, nil); err != nil {
				return err
			}
			if err := setCount(tx, count(tx)+1); err != nil {
				return err
			}
		}
		return s.prune(tx, now)
	})
}

// prune drops the records that have expired, and the oldest while there are too many, as far as
// one transaction should.
func (s *store) prune(tx *bbolt.Tx, now time.Time) error {
	ages := tx.Bucket([]byte(bucketAges))
	for range maxPrune {
		age, _ := ages.Cursor().First()
		if age == nil {
			return nil
		}
		expires := time.Unix(0, int64(binary.BigEndian.Uint64(age[:8])))
		if now.Before(expires) && count(tx) <= s.most {
			return nil
		}
		handle := messages.Handle(age[8:])
		if err := ages.Delete(age); err != nil {
			return err
		}
		if err := s.forget(tx, handle); err != nil {
			return err
		}
	}
	return nil
}

// forget drops the record of a handle, if there is one, with its age.
func (s *store) forget(tx *bbolt.Tx, handle messages.Handle) error {
	records := tx.Bucket([]byte(bucketRecords))
	record := records.Get(handle[:])
	if record == nil {
		return nil
	}
	if len(record) >= recordHead {
		age := ageKey(record[1:9], handle)
		if err := tx.Bucket([]byte(bucketAges)).Delete(age); err != nil {
			return err
		}
	}
	if err := records.Delete(handle[:]); err != nil {
		return err
	}
	return setCount(tx, count(tx)-1)
}

func (s *store) close() error { return s.db.Close() }

func ageKey(expires []byte, handle messages.Handle) []byte {
	return append(append(make([]byte, 0, 8+len(handle)), expires...), handle[:]...)
}

func count(tx *bbolt.Tx) uint64 {
	stored := tx.Bucket([]byte(bucketMeta)).Get([]byte(keyCount))
	if len(stored) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(stored)
}

func setCount(tx *bbolt.Tx, n uint64) error {
	return tx.Bucket([]byte(bucketMeta)).Put([]byte(keyCount), binary.BigEndian.AppendUint64(nil, n))
}
