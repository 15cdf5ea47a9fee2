package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// What is spoken on the one port, told apart by ALPN.
const (
	protoRaft   = "kmsgateway-raft"
	protoGossip = "kmsgateway-gossip"
	protoAsk    = "kmsgateway-ask"
)

const (
	// DefaultPatience is how long a peer may take to accept a connection, or to answer raft.
	DefaultPatience = 2 * time.Second
	// DefaultLook is how often open connections are checked against what is revoked by now.
	DefaultLook = time.Minute

	// acceptPause is after a failed accept: the process may be out of file descriptors.
	acceptPause = 20 * time.Millisecond
	// refusalPause bounds the facts about refused strangers, who are free to knock.
	refusalPause = time.Second
)

// keepAlive ends connections whose other end went away without a word.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second,
	Interval: 5 * time.Second, Count: 3}

// FabricConfig says who a node is on the network, and whom it believes. Node, Listen, Server,
// Client and Publish are required.
type FabricConfig struct {
	Node      string // the name in its certificate
	Listen    string // host:port for raft, gossip and questions
	Advertise string // host:port where others reach that; "" where it listens
	Server    func() *tls.Config
	Client    func(node string) *tls.Config // towards the node of that name
	// Name reads the peer's name; nil takes the common name of its certificate.
	Name func(tls.ConnectionState) (string, error)
	// Check judges an established connection by what is known now; nil admits all that the
	// handshake admitted. It is asked at every question and every Look.
	Check func(tls.ConnectionState) error
	Seeds map[string]string // host:port by name, of nodes that the table does not know yet
	// Carrier carries words between virtual actors, and Remote is the host:port where others
	// reach it. The fabric hands both on and closes neither; nil carries nothing.
	Carrier Carrier
	Remote  string
	// Dial connects to a host:port; nil means over TCP.
	Dial     func(ctx context.Context, address string) (net.Conn, error)
	Patience time.Duration    // 0: DefaultPatience
	Look     time.Duration    // 0: DefaultLook
	Clock    messages.Clock   // nil: time.Now
	Publish  messages.Publish // FactMemberRefused, FactActorFailed
}

// fabric is a node's network over real sockets.
type fabric struct {
	config   FabricConfig
	address  string
	listener net.Listener
	life     context.Context // ends when the fabric closes
	end      context.CancelFunc
	links    *links
	greeted  *handshakes
	ledger   *raft.NetworkTransport
	streams  *streams
	gossip   *gossip
	asker    *asker
	known    atomic.Pointer[map[string]string] // host:port by name, from the table
	quiet    atomic.Int64                      // Unix nanoseconds of the last fact of a refusal

	lock   sync.Mutex
	work   sync.WaitGroup
	closed bool // lock; no more work is begun
}

// NewFabric opens the port and begins to listen. Whoever connects shows a certificate that the
// TLS configurations admit, over TLS 1.3 or not at all.
func NewFabric(config FabricConfig) (Fabric, error) {
	config = withDefaults(config)
	listening := net.ListenConfig{KeepAliveConfig: keepAlive}
	listener, err := listening.Listen(context.Background(), "tcp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("open fabric: %w", err)
	}
	address, err := advertised(config.Advertise, listener.Addr())
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	f := &fabric{config: config, address: address, listener: listener, links: &links{},
		greeted: &handshakes{}}
	f.life, f.end = context.WithCancel(context.Background())
	f.known.Store(&map[string]string{})
	f.asker = newAsker(f)
	f.gossip = newGossip(f)
	f.ledger, f.streams = newLedgerTransport(f)
	f.spawn(f.listen)
	f.spawn(f.sweep)
	return f, nil
}

func withDefaults(config FabricConfig) FabricConfig {
	if config.Name == nil {
		config.Name = commonName
	}
	if config.Check == nil {
		config.Check = func(tls.ConnectionState) error { return nil }
	}
	if config.Carrier == nil {
		config.Carrier = silence{}
	}
	if config.Dial == nil {
		dialer := &net.Dialer{KeepAliveConfig: keepAlive}
		config.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", address)
		}
	}
	if config.Patience == 0 {
		config.Patience = DefaultPatience
	}
	if config.Look == 0 {
		config.Look = DefaultLook
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return config
}

// advertised is where others reach a listener.
func advertised(told string, bound net.Addr) (string, error) {
	if told == "" {
		told = bound.String()
	}
	host, _, err := net.SplitHostPort(told)
	if err != nil {
		return "", messages.BadConfig("advertise", "want host:port")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return "", messages.BadConfig("advertise",
			"a node that listens everywhere must say where others reach it")
	}
	return told, nil
}

// commonName reads a name as our certificates hold it.
func commonName(state tls.ConnectionState) (string, error) {
	if len(state.PeerCertificates) == 0 || state.PeerCertificates[0].Subject.CommonName == "" {
		return "", errors.New("peer shows no name")
	}
	return state.PeerCertificates[0].Subject.CommonName, nil
}

// silence is the carrier of a fabric without one.
type silence struct{}

func (silence) Carry(string, []byte)         {}
func (silence) Receive(func(string, []byte)) {}

// Ledger implements Fabric.
func (f *fabric) Ledger() raft.Transport { return f.ledger }

// Gossip implements Fabric.
func (f *fabric) Gossip() memberlist.NodeAwareTransport { return f.gossip }

// Peers implements Fabric.
func (f *fabric) Peers() Peers { return f.asker }

// Carrier implements Fabric.
func (f *fabric) Carrier() Carrier { return f.config.Carrier }

// Addresses implements Fabric.
func (f *fabric) Addresses() (address, remote string) { return f.address, f.config.Remote }

// Learn implements Fabric. Connections to where a node is no more are closed: an older process of
// its name may live there, whom a leader's heartbeats would keep in the belief that it is followed.
func (f *fabric) Learn(table messages.MemberTable) {
	known := make(map[string]string, len(table.Members))
	for _, member := range table.Members {
		known[member.Name] = member.Address
	}
	f.known.Store(&known)
	f.links.drop(f.outdated)
}

// outdated tells a connection to where its peer is not, by the table.
func (f *fabric) outdated(l *link) bool {
	at := (*f.known.Load())[l.peer]
	return l.to != "" && at != "" && at != l.to
}

// Close implements Fabric.
func (f *fabric) Close() error {
	f.lock.Lock()
	f.closed = true
	f.lock.Unlock()
	f.end()
	err := f.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	f.greeted.close()
	f.links.close()
	err = errors.Join(err, f.ledger.Close(), f.gossip.Shutdown())
	f.work.Wait()
	return err
}

// spawn begins work that Close waits for; it reports false where nothing begins any more.
func (f *fabric) spawn(work func()) bool {
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.closed {
		return false
	}
	f.work.Go(work)
	return true
}

// where finds a node: in the table, else among the seeds, else nowhere.
func (f *fabric) where(node string) string {
	if node == f.config.Node {
		return f.address
	}
	if address := (*f.known.Load())[node]; address != "" {
		return address
	}
	return f.config.Seeds[node]
}

// whose finds the name of an address, "" where none is known.
func (f *fabric) whose(address string) string {
	for _, names := range []map[string]string{*f.known.Load(), f.config.Seeds} {
		for name, at := range names {
			if at == address {
				return name
			}
		}
	}
	return ""
}

// dial connects to the node of that name; hint is where it may be if nothing better is known.
func (f *fabric) dial(ctx context.Context, proto, node, hint string) (*link, error) {
	address := f.where(node)
	if address == "" {
		address = hint
	}
	if address == "" {
		return nil, fmt.Errorf("dial %s: no address is known", node)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.life, cancel)()
	conn, err := f.config.Dial(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", node, err)
	}
	config := f.config.Client(node).Clone()
	config.NextProtos = []string{proto}
	l, err := f.meet(ctx, tls.Client(conn, config))
	if err == nil && (l.peer != node || l.proto != proto) {
		err = messages.IdentityRefused("dial", "it is "+l.peer+" who answers there")
	}
	if err != nil {
		_ = conn.Close() // nothing was said yet
		return nil, fmt.Errorf("dial %s: %w", node, err)
	}
	l.to = address
	if !f.links.add(l) {
		return nil, shuttingDown("dial " + node)
	}
	if f.outdated(l) { // it moved meanwhile, and Learn did not see this one
		_ = l.Close()
		return nil, fmt.Errorf("dial %s: it is elsewhere by now", node)
	}
	return l, nil
}

// meet shakes hands and learns who the peer is.
func (f *fabric) meet(ctx context.Context, conn *tls.Conn) (*link, error) {
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	state := conn.ConnectionState()
	name, err := f.config.Name(state)
	if err == nil {
		err = f.config.Check(state)
	}
	return &link{Conn: conn, peer: name, proto: state.NegotiatedProtocol, state: state,
		born: time.Now()}, err
}

func (f *fabric) listen() {
	for {
		conn, err := f.listener.Accept()
		if err == nil {
			f.greeted.begin(conn)
			if !f.spawn(func() { f.admit(conn) }) {
				_ = conn.Close()
			}
			continue
		}
		select {
		case <-f.life.Done():
			return
		case <-time.After(acceptPause):
		}
	}
}

// admit shakes hands with whoever connected, and serves the peer until it goes.
func (f *fabric) admit(conn net.Conn) {
	ctx, cancel := context.WithTimeout(f.life, f.config.Patience)
	config := f.config.Server().Clone()
	config.NextProtos = []string{protoRaft, protoGossip, protoAsk}
	l, err := f.meet(ctx, tls.Server(conn, config))
	cancel()
	f.greeted.end(conn)
	if err != nil {
		_ = conn.Close() // a stranger
		f.refused(conn.RemoteAddr(), err)
		return
	}
	if !f.links.add(l) {
		return
	}
	switch l.proto {
	case protoRaft:
		f.streams.take(l)
	case protoGossip:
		f.gossip.serve(l)
	case protoAsk:
		f.asker.serve(l)
	default:
		_ = l.Close()
	}
}

// refused tells of a stranger, but not of each: who knocks a thousand times a second must not fill
// the log. A connection that ends without a word is a port scan or a health check.
func (f *fabric) refused(who net.Addr, why error) {
	now := f.config.Clock()
	was := f.quiet.Load()
	if errors.Is(why, io.EOF) || errors.Is(why, net.ErrClosed) || f.life.Err() != nil ||
		now.UnixNano()-was < int64(refusalPause) || !f.quiet.CompareAndSwap(was, now.UnixNano()) {
		return
	}
	f.config.Publish(f.life, messages.Fact{Name: messages.FactMemberRefused,
		Room: messages.RoomTrust, At: now, Code: messages.CodeIdentityRefused,
		Detail: fmt.Sprintf("connection from %s: %v", who, why)})
}

// sweep drops connections of peers that have been revoked, or whose certificate has expired, since
// they were admitted.
func (f *fabric) sweep() {
	tick := time.NewTicker(f.config.Look)
	defer tick.Stop()
	for {
		select {
		case <-f.life.Done():
			return
		case <-tick.C:
			f.links.drop(func(l *link) bool { return f.check(l) != nil })
		}
	}
}

// check judges an established connection by what is known now.
func (f *fabric) check(l *link) error {
	if len(l.state.PeerCertificates) > 0 &&
		f.config.Clock().After(l.state.PeerCertificates[0].NotAfter) {
		return messages.IdentityRefused("check connection", "the certificate of "+l.peer+" has expired")
	}
	return f.config.Check(l.state)
}

func shuttingDown(op string) error {
	return messages.Refused(messages.CodeShuttingDown, op, "")
}
