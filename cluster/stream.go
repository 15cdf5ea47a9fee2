package cluster

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
)

// pooledLinks is how many idle connections raft keeps to each peer.
const pooledLinks = 3

// streams is where raft's connections come from. Raft knows peers by their names only, so that an
// address may change under it.
type streams struct {
	fabric *fabric
	taken  chan net.Conn
	done   chan struct{}
	once   sync.Once
}

var _ raft.StreamLayer = (*streams)(nil)

func newLedgerTransport(f *fabric) (*raft.NetworkTransport, *streams) {
	s := &streams{fabric: f, taken: make(chan net.Conn), done: make(chan struct{})}
	return raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
		Stream: s, MaxPool: pooledLinks, Timeout: f.config.Patience, Logger: hclog.NewNullLogger(),
		MsgpackUseNewTimeFormat: true,
	}), s
}

// take hands a peer's connection to raft, which closes it.
func (s *streams) take(l *link) {
	select {
	case s.taken <- l:
	case <-s.done:
		_ = l.Close()
	case <-s.fabric.life.Done():
		_ = l.Close()
	}
}

// Accept implements net.Listener.
func (s *streams) Accept() (net.Conn, error) {
	select {
	case conn := <-s.taken:
		return conn, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener: raft is through with its peers.
func (s *streams) Close() error {
	s.once.Do(func() { close(s.done) })
	s.fabric.links.drop(func(l *link) bool { return l.proto == protoRaft })
	return nil
}

// Addr implements net.Listener: the address of a node is its name.
func (s *streams) Addr() net.Addr { return nodeName(s.fabric.config.Node) }

// Dial implements raft.StreamLayer.
func (s *streams) Dial(node raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(s.fabric.life, timeout)
	defer cancel()
	l, err := s.fabric.dial(ctx, protoRaft, string(node), "")
	if err != nil {
		return nil, err
	}
	select {
	case <-s.done: // what was closed meanwhile did not see this one
		_ = l.Close()
		return nil, net.ErrClosed
	default:
		return l, nil
	}
}

// nodeName is a node's name as a net.Addr.
type nodeName string

// Network implements net.Addr.
func (nodeName) Network() string { return protoRaft }

// String implements net.Addr.
func (n nodeName) String() string { return string(n) }
