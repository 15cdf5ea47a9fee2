package cluster

import (
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The bounds on connections. A peer's own are bounded by name, so that one peer cannot use up what
// the others need; strangers never get beyond a handshake.
const (
	// maxHandshakes are under way at once; the oldest gives way, for an honest one is over in
	// two round trips.
	maxHandshakes = 256
	// maxLinks is for each peer and protocol, either direction. Raft keeps three pooled and a few
	// that replicate; gossip opens one a full exchange.
	maxLinks = 32
)

// link is an established connection with an authenticated peer.
type link struct {
	*tls.Conn
	peer  string // the name in its certificate
	to    string // the address that was dialled; "" where the peer did
	proto string
	state tls.ConnectionState // of the handshake
	born  time.Time
	used  atomic.Int64 // nanoseconds after born of the last byte that arrived
	home  *links
}

// Read notes that the peer was heard.
func (l *link) Read(into []byte) (int, error) {
	n, err := l.Conn.Read(into)
	if n > 0 {
		l.used.Store(int64(time.Since(l.born)))
	}
	return n, err
}

// heard is when the last byte arrived.
func (l *link) heard() time.Time { return l.born.Add(time.Duration(l.used.Load())) }

// Close ends the connection at once: a goodbye could block on a peer that does not read, and
// frames tell their length, so that nobody takes a part for the whole.
func (l *link) Close() error {
	l.home.remove(l)
	return l.NetConn().Close()
}

// links are all established connections of a node.
type links struct {
	lock   sync.Mutex
	open   []*link // lock; in the order in which they were opened
	closed bool    // lock
}

// add takes a connection in. Where the peer has too many, the one that was silent longest goes.
// It reports false, and closes the connection, where no more are taken.
func (s *links) add(l *link) bool {
	l.home = s
	s.lock.Lock()
	if s.closed {
		s.lock.Unlock()
		_ = l.NetConn().Close()
		return false
	}
	s.open = append(s.open, l)
	mine := 0
	stale := l
	for _, other := range s.open {
		if other.peer != l.peer || other.proto != l.proto {
			continue
		}
		mine++
		if other != l && (stale == l || other.heard().Before(stale.heard())) {
			stale = other
		}
	}
	s.lock.Unlock()
	if mine > maxLinks {
		_ = stale.Close()
	}
	return true
}

func (s *links) remove(l *link) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.open = slices.DeleteFunc(s.open, func(other *link) bool { return other == l })
}

// drop closes the connections that unfit picks, and returns them.
func (s *links) drop(unfit func(*link) bool) (gone []*link) {
	s.lock.Lock()
	open := slices.Clone(s.open)
	s.lock.Unlock()
	for _, l := range open {
		if unfit(l) {
			_ = l.Close()
			gone = append(gone, l)
		}
	}
	return gone
}

// close ends all connections and takes no more.
func (s *links) close() {
	s.lock.Lock()
	s.closed = true
	s.lock.Unlock()
	s.drop(func(*link) bool { return true })
}

// handshakes are the connections of peers that have not shown who they are.
type handshakes struct {
	lock   sync.Mutex
	open   []net.Conn // lock; in the order of arrival
	closed bool       // lock
}

// begin takes a connection in; where there are too many the oldest is closed.
func (s *handshakes) begin(conn net.Conn) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.closed {
		_ = conn.Close()
		return
	}
	s.open = append(s.open, conn)
	if len(s.open) > maxHandshakes {
		_ = s.open[0].Close()
		s.open = slices.Delete(s.open, 0, 1)
	}
}

func (s *handshakes) end(conn net.Conn) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.open = slices.DeleteFunc(s.open, func(other net.Conn) bool { return other == conn })
}

func (s *handshakes) close() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.closed = true
	for _, conn := range s.open {
		_ = conn.Close()
	}
}
