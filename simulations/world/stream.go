package world

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// conn is one end of a stream between two processes. What is written arrives in order, or the
// stream stalls; when either process ends, it breaks.
type conn struct {
	station *Station
	peer    *conn
	on      *flow // of what this end writes

	mu       sync.Mutex
	read     []byte        // mu; arrived and not read
	end      error         // mu; what Read gives when read is empty
	closed   bool          // mu; by this end
	deadline time.Time     // mu; of Read. Write never waits
	changed  chan struct{} // mu; closed and replaced when any of these changes
}

// connect makes both ends of a stream.
func connect(from, to *Station) (here, there *conn) {
	here = &conn{station: from, on: &flow{}, changed: make(chan struct{})}
	there = &conn{station: to, on: &flow{}, changed: make(chan struct{}), peer: here}
	here.peer = there
	from.hold(here)
	to.hold(there)
	return here, there
}

func (s *Station) hold(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = true
}

func (s *Station) drop(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// stir tells whoever reads that something changed. The caller holds mu.
func (c *conn) stir() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Read implements net.Conn.
func (c *conn) Read(into []byte) (int, error) {
	for {
		c.mu.Lock()
		changed, deadline, end := c.changed, c.deadline, c.end
		if len(c.read) > 0 && !c.closed {
			n := copy(into, c.read)
			c.read = c.read[n:]
			c.mu.Unlock()
			return n, nil
		}
		c.mu.Unlock()
		if end != nil {
			return 0, end
		}
		var late <-chan time.Time
		if !deadline.IsZero() {
			limit := time.NewTimer(time.Until(deadline))
			defer limit.Stop()
			late = limit.C
		}
		select {
		case <-changed:
		case <-late:
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// Write implements net.Conn. It never waits: what crosses here is small.
func (c *conn) Write(data []byte) (int, error) {
	c.mu.Lock()
	closed, end := c.closed, c.end
	c.mu.Unlock()
	if closed {
		return 0, net.ErrClosed
	}
	if end != nil && !errors.Is(end, io.EOF) {
		return 0, end
	}
	sent := append([]byte(nil), data...)
	c.tell(func(peer *conn) { peer.read = append(peer.read, sent...) })
	return len(data), nil
}

// tell changes the other end when the news of it arrives there.
func (c *conn) tell(change func(peer *conn)) {
	peer := c.peer
	c.station.net.post(parcel{from: c.station.name, life: c.station, to: peer.station.name, on: c.on,
		reliable: true, arrive: func(there *Station) {
			if there != peer.station {
				return
			}
			peer.mu.Lock()
			defer peer.mu.Unlock()
			change(peer)
			peer.stir()
		}})
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.mu.Lock()
	was := c.closed
	c.closed, c.end = true, net.ErrClosed
	c.stir()
	c.mu.Unlock()
	if was {
		return nil
	}
	c.tell(func(peer *conn) {
		if peer.end == nil {
			peer.end = io.EOF
		}
	})
	c.station.drop(c)
	return nil
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(at time.Time) error { return c.SetReadDeadline(at) }

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(at time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = at
	c.stir()
	return nil
}

// SetWriteDeadline implements net.Conn: Write never waits.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// LocalAddr implements net.Conn.
func (c *conn) LocalAddr() net.Addr { return c.station.net.addr(c.station.name) }

// RemoteAddr implements net.Conn.
func (c *conn) RemoteAddr() net.Addr { return c.station.net.addr(c.peer.station.name) }

// dial opens a stream to a process that accepts it, after a round trip.
func (s *Station) dial(to string, timeout time.Duration) (net.Conn, error) {
	type opened struct {
		here *conn
		err  error
	}
	came := make(chan opened, 1)
	s.net.post(parcel{from: s.name, life: s, to: to, reliable: true,
		arrive: func(there *Station) {
			here, err := s.accepted(to, there)
			s.net.post(parcel{from: to, life: there, to: s.name, reliable: true,
				arrive: func(back *Station) {
					if back == s {
						came <- opened{here, err}
					}
				}})
		}})
	limit := time.NewTimer(timeout)
	defer limit.Stop()
	select {
	case o := <-came:
		if o.err != nil {
			return nil, o.err
		}
		return o.here, nil
	case <-limit.C:
		return nil, fmt.Errorf("dial %s: %w", to, os.ErrDeadlineExceeded)
	case <-s.life.Done():
		return nil, errGone
	}
}

// accepted is the far side of dial.
func (s *Station) accepted(to string, there *Station) (*conn, error) {
	if there == nil || there.accept() == nil {
		return nil, fmt.Errorf("dial %s: connection refused", to)
	}
	here, far := connect(s, there)
	select {
	case there.accept() <- far:
		return here, nil
	default:
		_ = far.Close() // never fails
		return nil, fmt.Errorf("dial %s: too many wait there", to)
	}
}
