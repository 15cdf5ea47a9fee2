package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

const (
	// maxQueued words wait for one peer, and maxWriting more are with the library; further ones
	// are lost. Together they are a few seconds of a busy node.
	maxQueued  = 1024
	maxWriting = 256
	// redialAfter is how long a peer that could not be reached, or hung up, is left alone.
	redialAfter = 250 * time.Millisecond
	// aliveEvery and aliveWait notice a peer whose machine is gone without a word.
	aliveEvery = 10 * time.Second
	aliveWait  = 5 * time.Second

	passthrough = "passthrough:///" // gRPC hands what follows to the dialer as it is
)

// mailman brings words to one peer, over one road at a time. road and rest belong to its goroutine.
type mailman struct {
	wire   *Wire
	member messages.Member
	queue  chan []byte
	life   context.Context
	end    context.CancelFunc
	road   *road     // nil before the first word and after a failure
	rest   time.Time // no attempt to connect before
}

// road is one connection. The library knows each by an address of its own, so that what it
// believes of a broken one does not concern the next.
type road struct {
	wire    *Wire
	address string
	mail    *actor.PID
	conn    *tls.Conn
	state   tls.ConnectionState
	born    time.Time
	taken   atomic.Bool   // the library has it
	slots   chan struct{} // one a word that the library has not written yet
	ended   chan struct{}
	once    sync.Once
}

// Learn takes the committed table: up members are whom words go to and come from.
func (w *Wire) Learn(table messages.MemberTable) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.closed {
		return
	}
	before, now := *w.peers.Load(), map[string]*mailman{}
	for _, member := range table.Members {
		if member.Down || member.Name == w.config.Node {
			continue
		}
		m := before[member.Name]
		if m == nil || m.member.Incarnation != member.Incarnation ||
			m.member.Remote != member.Remote {
			m = &mailman{wire: w, member: member, queue: make(chan []byte, maxQueued)}
			m.life, m.end = context.WithCancel(context.Background())
			w.work.Go(m.run)
		}
		now[member.Name] = m
	}
	w.peers.Store(&now)
	for name, m := range before {
		if now[name] != m {
			m.end()
		}
	}
}

// Carry implements Carrier.
func (w *Wire) Carry(node string, envelope []byte) {
	m := (*w.peers.Load())[node]
	if m == nil || len(envelope) > messages.MaxEnvelope {
		w.refused.Add(1)
		return
	}
	select {
	case m.queue <- envelope:
	default:
		w.lost.Add(1)
	}
}

// run brings words until its life ends.
func (m *mailman) run() {
	defer m.hangUp()
	for {
		select {
		case <-m.life.Done():
			return
		case envelope := <-m.queue:
			if m.bring(envelope) {
				m.wire.sent.Add(1)
			} else {
				m.wire.lost.Add(1)
			}
		}
	}
}

// bring hands a word to the library once it has room for it.
func (m *mailman) bring(envelope []byte) bool {
	r := m.reach()
	if r == nil {
		return false
	}
	select {
	case r.slots <- struct{}{}:
	case <-r.ended:
		return false
	case <-m.life.Done():
		return false
	}
	m.wire.system.Root.Send(r.mail, &wire.Letter{From: m.wire.config.Node, Envelope: envelope})
	return true
}

// reach returns the road to the peer, a new one if need be; nil where there is none for now.
func (m *mailman) reach() *road {
	if m.road != nil && (m.road.over() || m.wire.judge(m.road.state) != nil) {
		m.hangUp()
	}
	now := time.Now()
	if m.road != nil || now.Before(m.rest) {
		return m.road
	}
	r, err := m.wire.dial(m.life, m.member)
	if err != nil {
		m.rest = time.Now().Add(redialAfter)
		return nil
	}
	m.road = r
	return r
}

// hangUp ends the road, and the library's part in it.
func (m *mailman) hangUp() {
	if m.road != nil {
		m.wire.terminate(m.road.address)
		_ = m.road.finish()
		m.rest = m.road.born.Add(redialAfter)
		m.road = nil
	}
}

// dial connects to a member. The library gets a connection that stands: it would keep what it could
// not connect.
func (w *Wire) dial(ctx context.Context, member messages.Member) (*road, error) {
	ctx, cancel := context.WithTimeout(ctx, w.config.Patience)
	defer cancel()
	dialer := &net.Dialer{KeepAliveConfig: keepAlive}
	raw, err := dialer.DialContext(ctx, "tcp", member.Remote)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", member.Name, err)
	}
	conn := tls.Client(raw, speaking(w.config.Client(member.Name)))
	if err := w.greet(ctx, conn, member.Name); err != nil {
		return nil, errors.Join(fmt.Errorf("dial %s: %w", member.Name, err), raw.Close())
	}
	address := passthrough + strconv.FormatUint(w.serial.Add(1), 10)
	r := &road{wire: w, address: address, mail: actor.NewPID(address, mailID), conn: conn,
		state: conn.ConnectionState(), born: time.Now(), slots: make(chan struct{}, maxWriting),
		ended: make(chan struct{})}
	w.roads.Store(address, r)
	return r, nil
}

// greet shakes hands and looks whether it is the right peer who answers.
func (w *Wire) greet(ctx context.Context, conn *tls.Conn, want string) error {
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	name, err := w.config.Name(conn.ConnectionState())
	if err == nil && name != want {
		err = messages.IdentityRefused("dial", "it is "+name+" who answers there")
	}
	if err == nil {
		err = w.judge(conn.ConnectionState())
	}
	return err
}

// judge looks at an established connection by what is known now.
func (w *Wire) judge(state tls.ConnectionState) error {
	if len(state.PeerCertificates) > 0 &&
		w.config.Clock().After(state.PeerCertificates[0].NotAfter) {
		return messages.IdentityRefused("check connection", "the certificate has expired")
	}
	return w.config.Check(state)
}

// refuse counts a peer's breach and tells of it, but not of each.
func (w *Wire) refuse(name string, why error) {
	w.refused.Add(1)
	now, was := w.config.Clock(), w.quiet.Load()
	if now.UnixNano()-was < int64(refusalPause) || !w.quiet.CompareAndSwap(was, now.UnixNano()) {
		return
	}
	w.config.Publish(context.Background(), messages.Fact{Name: messages.FactMemberRefused,
		Room: messages.RoomTrust, At: now, Code: messages.CodeIdentityRefused,
		Detail: fmt.Sprintf("words from %q: %v", name, why)})
}

// take is the library's dialer: it gets the connection that is meant for it, once.
func (w *Wire) take(_ context.Context, endpoint string) (net.Conn, error) {
	found, known := w.roads.Load(passthrough + endpoint)
	if !known || found.(*road).taken.Swap(true) {
		return nil, errors.New("no such road")
	}
	r := found.(*road)
	return roadConn{Conn: r.conn, road: r}, nil
}

// roadConn tells its road when the library is done with it.
type roadConn struct {
	net.Conn
	road *road
}

// Close implements net.Conn.
func (c roadConn) Close() error { return c.road.finish() }

// over tells whether the road has ended.
func (r *road) over() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// finish ends the road, once.
func (r *road) finish() (err error) {
	r.once.Do(func() {
		close(r.ended)
		r.wire.roads.Delete(r.address)
		err = r.conn.Close()
	})
	return err
}

// written gives back the room of words that the library has written.
func (r *road) written(words int) {
	for range words {
		select {
		case <-r.slots:
		default:
		}
	}
}
