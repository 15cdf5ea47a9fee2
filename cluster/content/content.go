package content

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/ristretto/v2"

	"kmsgateway/messages"
)

// Defaults of Config, for values that are zero.
const (
	// DefaultTTL covers the life of a request many times over; an app's values that live longer
	// are fetched again.
	DefaultTTL = 24 * time.Hour
	// DefaultMemory holds some 40,000 ciphertexts of the largest size.
	DefaultMemory = 64 << 20
	// DefaultRecords bounds the file to about a gigabyte.
	DefaultRecords = 500_000
	// DefaultTimeout is for one fetch from the chain, whose client fails over within it.
	DefaultTimeout = 15 * time.Second
)

// Bounds that need no choice.
const (
	maxFlights = 256  // fetches from the chain at once; the client behind bounds its own calls too
	maxUnsaved = 4096 // registrations that wait for the disk; more are kept in memory only
	saveAtOnce = 256  // registrations of one write transaction, that is of one fsync
	itemExtra  = 256  // bytes an item costs beside its ciphertext
	bufferSize = 64   // ristretto's own advice for its BufferItems
)

// Where a ciphertext was found, as the Detail of FactCiphertextFound says it.
const (
	FromMemory = "memory"
	FromDisk   = "disk"
	FromChain  = "chain"
)

// Fetch reads a handle's registration from the chain; at is the block it was registered in.
type Fetch func(ctx context.Context, handle messages.Handle, at messages.Height) (
	messages.Registered, error)

// Config describes a store. Path, Fetch, Check and Publish are required.
type Config struct {
	Path    string                          // of the file, created where it is missing
	Fetch   Fetch                           // from the chain
	Check   func(messages.Registered) error // re-hashes; see Rehash
	TTL     time.Duration                   // how long a registration is kept; 0: DefaultTTL
	Memory  int64                           // bytes in memory; 0: DefaultMemory
	Records int                             // records on disk; 0: DefaultRecords
	Timeout time.Duration                   // of one Fetch; 0: DefaultTimeout
	Publish messages.Publish                // takes FactCiphertextFound
	Clock   messages.Clock                  // nil means time.Now
}

// Store finds ciphertexts by handle. It is safe for concurrent use.
type Store struct {
	config  Config
	memory  *ristretto.Cache[string, messages.Registered]
	disk    *store
	unsaved chan messages.Registered
	workers sync.WaitGroup
	closing context.Context
	close   context.CancelFunc
	found   [3]atomic.Uint64 // by memory, disk, chain
	broken  atomic.Pointer[string]

	// mu is held for moments only, never across a fetch or a write.
	mu      sync.Mutex
	closed  bool                                    // guarded by mu
	flights map[flightKey]*flight                   // guarded by mu
	waiting map[messages.Handle]messages.Registered // guarded by mu: what the disk lacks yet
}

type flightKey struct {
	handle messages.Handle
	at     messages.Height
}

// flight is a fetch that is under way; value and err are set before done is closed.
type flight struct {
	done  chan struct{}
	value messages.Registered
	err   error
}

// Stats counts where ciphertexts were found since the start.
type Stats struct{ Memory, Disk, Chain uint64 }

// Open opens the store; STORAGE where the file cannot be used.
func Open(config Config) (*Store, error) {
	config = withDefaults(config)
	memory, err := ristretto.NewCache(&ristretto.Config[string, messages.Registered]{
		NumCounters: 10 * config.Memory / (messages.CiphertextHead + itemExtra),
		MaxCost:     config.Memory, BufferItems: bufferSize, IgnoreInternalCost: true,
	})
	if err != nil {
		return nil, messages.BadConfig("content.memory", err.Error())
	}
	disk, err := openStore(config.Path, config.Records, config.Clock())
	if err != nil {
		memory.Close()
		return nil, err
	}
	s := &Store{
		config: config, memory: memory, disk: disk,
		unsaved: make(chan messages.Registered, maxUnsaved),
		flights: map[flightKey]*flight{}, waiting: map[messages.Handle]messages.Registered{},
	}
	s.closing, s.close = context.WithCancel(context.Background())
	s.workers.Add(1)
	go s.save()
	return s, nil
}

// Fetch returns the registration of a handle, from the nearest place that has it. The error is the
// chain client's, CHAIN_INCONSISTENT where it returned another registration, OVERLOADED where too
// many fetches run, or DEADLINE. The caller must not change the ciphertext.
func (s *Store) Fetch(
	ctx context.Context, handle messages.Handle, at messages.Height,
) (messages.Registered, error) {
	began := s.config.Clock()
	if registered, hit := s.memory.Get(string(handle[:])); hit && registered.Handle == handle {
		return s.hit(ctx, FromMemory, registered, began), nil
	}
	if registered, hit := s.unwritten(handle); hit {
		return s.hit(ctx, FromMemory, registered, began), nil
	}
	if registered, hit := s.disk.get(handle, began); hit && s.check(handle, registered) == nil {
		s.remember(registered)
		return s.hit(ctx, FromDisk, registered, began), nil
	}
	under, err := s.flight(ctx, handle, at)
	if err != nil {
		return messages.Registered{}, err
	}
	select {
	case <-under.done:
	case <-ctx.Done():
		return messages.Registered{}, &messages.GatewayError{Code: messages.CodeDeadline,
			Op: "fetch ciphertext", Handle: handle, Cause: ctx.Err()}
	}
	if under.err != nil {
		return messages.Registered{}, under.err
	}
	return s.hit(ctx, FromChain, under.value, began), nil
}

// Stats tells where ciphertexts were found.
func (s *Store) Stats() Stats {
	return Stats{Memory: s.found[0].Load(), Disk: s.found[1].Load(), Chain: s.found[2].Load()}
}

// Health is degraded while the file cannot be written: ciphertexts are then fetched again after a
// restart.
func (s *Store) Health() messages.Health {
	if problem := s.broken.Load(); problem != nil {
		return messages.Health{Room: messages.RoomContent, Grade: messages.Degraded,
			Detail: *problem}
	}
	stats := s.Stats()
	return messages.Health{Room: messages.RoomContent, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d from memory, %d from disk, %d from the chain",
			stats.Memory, stats.Disk, stats.Chain)}
}

// Close ends running fetches, writes what the disk lacks and closes the file. The store answers
// SHUTTING_DOWN from then on.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.close()
	s.workers.Wait()
	s.memory.Close()
	if err := s.disk.close(); err != nil {
		return messages.StorageFailed("close content", err)
	}
	return nil
}

// flight joins the fetch that is under way for a registration, or starts it. The height is part of
// what is shared: a caller with a wrong one must not spoil the fetch of another.
func (s *Store) flight(
	ctx context.Context, handle messages.Handle, at messages.Height,
) (*flight, error) {
	key := flightKey{handle: handle, at: at}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, messages.Refused(messages.CodeShuttingDown, "fetch ciphertext", "")
	}
	if under, flying := s.flights[key]; flying {
		return under, nil
	}
	if len(s.flights) >= maxFlights {
		return nil, messages.Refused(messages.CodeOverloaded, "fetch ciphertext",
			fmt.Sprintf("%d fetches are under way", maxFlights))
	}
	under := &flight{done: make(chan struct{})}
	s.flights[key] = under
	s.workers.Add(1)
	go s.fly(context.WithoutCancel(ctx), key, under)
	return under, nil
}

// fly fetches from the chain for all who wait; that the first of them gives up does not end it.
func (s *Store) fly(ctx context.Context, key flightKey, under *flight) {
	defer s.workers.Done()
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()

	under.value, under.err = s.config.Fetch(ctx, key.handle, key.at)
	if under.err == nil {
		under.err = s.check(key.handle, under.value)
	} else if messages.CodeOf(under.err) == messages.CodeInternal {
		under.err = messages.CiphertextMissing(key.handle, under.err)
	}
	if under.err == nil {
		s.keep(under.value)
	}
	s.mu.Lock()
	delete(s.flights, key)
	s.mu.Unlock()
	close(under.done)
}

// check tells whether a registration is the handle's.
func (s *Store) check(handle messages.Handle, registered messages.Registered) error {
	err := s.config.Check(registered)
	if err == nil && registered.Handle == handle {
		return nil
	}
	return &messages.GatewayError{Code: messages.CodeChainInconsistent, Op: "fetch ciphertext",
		Handle: handle, Detail: "another registration was returned", Cause: err}
}

func (s *Store) hit(
	ctx context.Context, from string, registered messages.Registered, began time.Time,
) messages.Registered {
	switch from {
	case FromMemory:
		s.found[0].Add(1)
	case FromDisk:
		s.found[1].Add(1)
	default:
		s.found[2].Add(1)
	}
	now := s.config.Clock()
	s.config.Publish(ctx, messages.Fact{
		Name: messages.FactCiphertextFound, Room: messages.RoomContent, At: now,
		Took: now.Sub(began), Handle: registered.Handle, Detail: from,
	})
	return registered
}

func withDefaults(config Config) Config {
	if config.TTL <= 0 {
		config.TTL = DefaultTTL
	}
	if config.Memory <= 0 {
		config.Memory = DefaultMemory
	}
	if config.Records <= 0 {
		config.Records = DefaultRecords
	}
	if config.Timeout <= 0 {
		config.Timeout = DefaultTimeout
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return config
}
