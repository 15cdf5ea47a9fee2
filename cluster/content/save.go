package content

import (
	"kmsgateway/messages"
)

// keep remembers a checked registration and lays it out for the disk. While it waits there it is
// served from the waiting list: the memory takes items only a moment later, and may refuse them.
func (s *Store) keep(registered messages.Registered) {
	s.remember(registered)
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.unsaved <- registered:
		s.waiting[registered.Handle] = registered
	default: // a disk that is so far behind misses one
	}
}

func (s *Store) remember(registered messages.Registered) {
	cost := int64(len(registered.Ciphertext) + itemExtra)
	s.memory.SetWithTTL(string(registered.Handle[:]), registered, cost, s.config.TTL)
}

func (s *Store) unwritten(handle messages.Handle) (messages.Registered, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	registered, waits := s.waiting[handle]
	return registered, waits
}

// save writes registrations to the disk, many in one transaction, until the store closes; what
// waits then is still written.
func (s *Store) save() {
	defer s.workers.Done()
	for {
		select {
		case first := <-s.unsaved:
			s.write(first)
		case <-s.closing.Done():
			s.drain()
			return
		}
	}
}

// drain writes what is left. A fetch that succeeds after this is not written, no harm done.
func (s *Store) drain() {
	for {
		select {
		case first := <-s.unsaved:
			s.write(first)
		default:
			return
		}
	}
}

// write makes one transaction of first and whatever else is waiting.
func (s *Store) write(first messages.Registered) {
	batch := []messages.Registered{first}
	for len(batch) < saveAtOnce {
		select {
		case next := <-s.unsaved:
			batch = append(batch, next)
			continue
		default:
		}
		break
	}
	now := s.config.Clock()
	if err := s.disk.put(batch, now.Add(s.config.TTL), now); err != nil {
		problem := "the file cannot be written: " + err.Error()
		s.broken.Store(&problem)
	} else {
		s.broken.Store(nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, registered := range batch {
		delete(s.waiting, registered.Handle)
	}
}
