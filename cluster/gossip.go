package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

// The first byte of a gossip connection says what it is for.
const (
	carriesPackets byte = 1
	carriesStream  byte = 2
)

const (
	// maxPacket bounds a packet in bytes; memberlist fills 1,400 and encryption adds a few.
	maxPacket = 1<<16 - 1
	// maxStream bounds what is read from one full exchange, in bytes: a thousand members with
	// all their metadata are less than 2 MiB.
	maxStream = 16 << 20
	// packetQueue is how many packets wait for a peer; more are lost, as on any network.
	packetQueue = 128
	// maxCouriers bounds the peers that packets go to: twice what the table holds.
	maxCouriers = 2048
	// packetRest is how long a courier without packets keeps its connection.
	packetRest = 30 * time.Second
)

// gossip is memberlist's network: packets as frames over one connection a peer and direction,
// and a connection for each stream.
type gossip struct {
	fabric  *fabric
	packets chan *memberlist.Packet
	streams chan net.Conn
	life    context.Context // ends with Shutdown
	end     context.CancelFunc

	lock     sync.Mutex
	couriers map[string]*courier // lock; by peer
	closed   bool                // lock
	work     sync.WaitGroup
}

var _ memberlist.NodeAwareTransport = (*gossip)(nil)

func newGossip(f *fabric) *gossip {
	g := &gossip{fabric: f, packets: make(chan *memberlist.Packet), streams: make(chan net.Conn),
		couriers: map[string]*courier{}}
	g.life, g.end = context.WithCancel(f.life)
	return g
}

// FinalAdvertiseAddr implements memberlist.Transport. Peers dial by name, so the address only
// serves those who do not have the committed table yet: one that cannot be found is no fault.
func (g *gossip) FinalAdvertiseAddr(string, int) (net.IP, int, error) {
	ctx, cancel := context.WithTimeout(g.life, g.fabric.config.Patience)
	defer cancel()
	return resolve(ctx, g.fabric.address)
}

// resolve finds the IP address of a host:port, the unspecified one where there is none.
func resolve(ctx context.Context, address string) (net.IP, int, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, 0, fmt.Errorf("read address: %w", err)
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", text)
	if err != nil {
		return nil, 0, fmt.Errorf("read address: %w", err)
	}
	if ip := net.ParseIP(host); ip != nil {
		return ip, port, nil
	}
	found, err := net.DefaultResolver.LookupIP(ctx, "ip", host)
	if err != nil || len(found) == 0 {
		return net.IPv4zero, port, nil
	}
	return found[0], port, nil
}

// PacketCh implements memberlist.Transport.
func (g *gossip) PacketCh() <-chan *memberlist.Packet { return g.packets }

// StreamCh implements memberlist.Transport.
func (g *gossip) StreamCh() <-chan net.Conn { return g.streams }

// WriteTo implements memberlist.Transport.
func (g *gossip) WriteTo(packet []byte, address string) (time.Time, error) {
	return g.WriteToAddress(packet, memberlist.Address{Addr: address})
}

// DialTimeout implements memberlist.Transport.
func (g *gossip) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	return g.DialAddressTimeout(memberlist.Address{Addr: address}, timeout)
}

// WriteToAddress implements memberlist.NodeAwareTransport. It never blocks; a packet that cannot
// be sent soon is lost.
func (g *gossip) WriteToAddress(packet []byte, to memberlist.Address) (time.Time, error) {
	if len(packet) > maxPacket {
		return time.Time{}, fmt.Errorf("send packet: %d bytes, at most %d", len(packet), maxPacket)
	}
	peer, hint, err := g.target(to)
	if err != nil {
		return time.Time{}, err
	}
	c, err := g.courier(peer, hint)
	if err != nil {
		return time.Time{}, err
	}
	frame := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(packet)), uint16(len(packet)))
	select {
	case c.queue <- append(frame, packet...):
	default: // lost
	}
	return time.Now(), nil
}

// DialAddressTimeout implements memberlist.NodeAwareTransport.
func (g *gossip) DialAddressTimeout(to memberlist.Address, timeout time.Duration) (
	net.Conn, error) {
	peer, hint, err := g.target(to)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(g.life, timeout)
	defer cancel()
	l, err := g.open(ctx, carriesStream, peer, hint)
	if err != nil {
		return nil, err
	}
	return &stream{link: l, left: maxStream}, nil
}

// Shutdown implements memberlist.Transport.
func (g *gossip) Shutdown() error {
	g.lock.Lock()
	g.closed = true
	g.lock.Unlock()
	g.end()
	g.fabric.links.drop(func(l *link) bool { return l.proto == protoGossip })
	g.work.Wait()
	return nil
}

// target names the peer to dial, and where it may be if nobody knows better.
func (g *gossip) target(to memberlist.Address) (peer, hint string, err error) {
	peer = to.Name
	if peer == "" {
		peer = g.fabric.whose(to.Addr)
	}
	if peer == "" {
		return "", "", fmt.Errorf("find peer: nobody is known at %s", to.Addr)
	}
	host, _, err := net.SplitHostPort(to.Addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && !ip.IsUnspecified() {
		hint = to.Addr
	}
	return peer, hint, nil
}

// open connects and says what for.
func (g *gossip) open(ctx context.Context, kind byte, peer, hint string) (*link, error) {
	l, err := g.fabric.dial(ctx, protoGossip, peer, hint)
	if err != nil {
		return nil, err
	}
	if g.life.Err() != nil {
		return nil, errors.Join(shuttingDown("gossip"), l.Close())
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = l.SetWriteDeadline(deadline)
	}
	if _, err := l.Write([]byte{kind}); err != nil {
		_ = l.Close() // the first error says it
		return nil, fmt.Errorf("greet %s: %w", peer, err)
	}
	return l, nil
}

// serve hears a peer's packets until it goes, or hands its stream on.
func (g *gossip) serve(l *link) {
	if g.life.Err() != nil {
		_ = l.Close()
		return
	}
	_ = l.SetReadDeadline(time.Now().Add(g.fabric.config.Patience))
	kind := []byte{0}
	_, err := io.ReadFull(l, kind)
	switch {
	case err == nil && kind[0] == carriesPackets:
		_ = l.SetReadDeadline(time.Time{})
		g.hear(l)
	case err == nil && kind[0] == carriesStream:
		select {
		case g.streams <- &stream{link: l, left: maxStream}:
			return // memberlist closes it
		case <-g.life.Done():
		}
	}
	_ = l.Close()
}

// hear reads frames, a length of two bytes and a packet each, and waits for memberlist: what it
// does not take in time stays with the sender, who loses what is too much.
func (g *gossip) hear(l *link) {
	var size [2]byte
	for {
		if _, err := io.ReadFull(l, size[:]); err != nil {
			return
		}
		packet := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(l, packet); err != nil {
			return
		}
		g.note(l.peer)
		select {
		case g.packets <- &memberlist.Packet{Buf: packet, From: l.RemoteAddr(),
			Timestamp: time.Now()}:
		case <-g.life.Done():
			return
		}
	}
}

// note remembers that a peer was heard.
func (g *gossip) note(peer string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if c := g.couriers[peer]; c != nil {
		c.heard.Store(time.Now().UnixNano())
	}
}

// courier finds who brings packets to a peer, or employs one.
func (g *gossip) courier(peer, hint string) (*courier, error) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.closed {
		return nil, shuttingDown("gossip")
	}
	if c := g.couriers[peer]; c != nil {
		c.hint.Store(&hint)
		return c, nil
	}
	if len(g.couriers) >= maxCouriers {
		return nil, fmt.Errorf("send packet: %d peers are all that are sent to", maxCouriers)
	}
	c := &courier{gossip: g, peer: peer, queue: make(chan []byte, packetQueue)}
	c.hint.Store(&hint)
	g.couriers[peer] = c
	g.work.Go(c.run)
	return c, nil
}

// courier brings packets to one peer.
type courier struct {
	gossip *gossip
	peer   string
	hint   atomic.Pointer[string]
	queue  chan []byte
	heard  atomic.Int64 // Unix nanoseconds of the last packet from the peer
	link   *link        // owned by run; nil before the first packet
}

// run brings packets until gossip ends or nothing was to be brought for a while.
func (c *courier) run() {
	defer c.hangUp()
	rest := time.NewTimer(packetRest)
	defer rest.Stop()
	for {
		select {
		case <-c.gossip.life.Done():
			return
		case frame := <-c.queue:
			c.send(frame)
			rest.Reset(packetRest)
		case <-rest.C:
			if c.dismiss() {
				return
			}
			rest.Reset(packetRest)
		}
	}
}

// dismiss ends a courier that has nothing to do.
func (c *courier) dismiss() bool {
	c.gossip.lock.Lock()
	defer c.gossip.lock.Unlock()
	if len(c.queue) > 0 {
		return false
	}
	delete(c.gossip.couriers, c.peer)
	return true
}

// send writes a frame; where the connection has ended since the last one, over a new one.
func (c *courier) send(frame []byte) {
	patience := c.gossip.fabric.config.Patience
	if c.link != nil && c.stale(time.Now(), patience) {
		c.hangUp()
	}
	for range 2 {
		if c.link == nil && !c.connect(patience) {
			return
		}
		_ = c.link.SetWriteDeadline(time.Now().Add(patience))
		if _, err := c.link.Write(frame); err == nil {
			return
		}
		c.hangUp()
	}
}

// stale tells that nothing is heard of a peer that is spoken to. After a partition the old
// connection may repeat its first lost byte only after minutes: a new one works at once.
func (c *courier) stale(now time.Time, patience time.Duration) bool {
	heard := time.Unix(0, c.heard.Load())
	return now.Sub(heard) > patience && now.Sub(c.link.born) > patience
}

// connect opens a connection. Where that fails, what waits is too old to be of use.
func (c *courier) connect(patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(c.gossip.life, patience)
	defer cancel()
	l, err := c.gossip.open(ctx, carriesPackets, c.peer, *c.hint.Load())
	if err != nil {
		for range len(c.queue) {
			<-c.queue
		}
		return false
	}
	c.link = l
	c.gossip.work.Go(func() { // the peer says nothing here: what is read is its end
		_, _ = io.ReadFull(l, []byte{0})
		_ = l.Close()
	})
	return true
}

// hangUp ends the connection; the next packet opens another.
func (c *courier) hangUp() {
	if c.link != nil {
		_ = c.link.Close()
		c.link = nil
	}
}

// stream is a connection from which a bounded number of bytes is read.
type stream struct {
	*link
	left int // of one reader
}

// Read fails when the bound is reached.
func (s *stream) Read(into []byte) (int, error) {
	if s.left <= 0 {
		return 0, fmt.Errorf("read stream: more than %d bytes", maxStream)
	}
	n, err := s.link.Read(into[:min(len(into), s.left)])
	s.left -= n
	return n, err
}
