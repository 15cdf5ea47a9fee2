package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	grpcpeer "google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

const (
	// letterMargin is what a letter adds to its envelope: a name and the framing.
	letterMargin = 512
	// batchLetters go into one message of a stream, and maxBatchBytes is what they can take.
	batchLetters  = 32
	maxBatchBytes = batchLetters*(messages.MaxEnvelope+2*letterMargin) + 4096

	mailID   = "mail"
	fromName = "from" // the header by which the guard tells the mailbox who the peer is
	method   = "/remote.Remoting/Receive"
)

// Wire carries words between virtual actors over the actor library's remoting, TLS 1.3 and the
// certificates of nodes. It implements Carrier. The library gets an actor system of its own with
// one mailbox in it, and a guard in front of that: a peer can put a letter into the mailbox and
// nothing else, whatever the library would let it do.
type Wire struct {
	config   WireConfig
	system   *actor.ActorSystem
	remote   *remote.Remote
	mail     *actor.PID
	address  string
	how      atomic.Pointer[func(from string, envelope []byte)]
	peers    atomic.Pointer[map[string]*mailman] // up members, by name; replaced under lock
	roads    sync.Map                            // *road by its address
	serial   atomic.Uint64                       // makes the addresses of roads unique
	arriving atomic.Int64                        // letters that the mailbox has not looked at yet
	sent     atomic.Int64
	received atomic.Int64
	refused  atomic.Int64
	lost     atomic.Int64
	quiet    atomic.Int64 // Unix nanoseconds of the last fact of a refusal

	lock   sync.Mutex
	closed bool // lock
	work   sync.WaitGroup
}

var _ Carrier = (*Wire)(nil)

// NewWire opens the port and begins to listen. The library mutes the log of gRPC for the whole
// process as it starts; whoever wants it sets its logger afterwards.
func NewWire(config WireConfig) (*Wire, error) {
	host, port, err := splitAddress(config.Listen)
	if err != nil {
		return nil, err
	}
	w := &Wire{config: wireDefaults(config), system: NewSystem("")}
	w.peers.Store(&map[string]*mailman{})
	w.remote = remote.NewRemote(w.system, w.library(host, port))
	if err := start(w.remote); err != nil {
		return nil, err
	}
	w.mail, err = w.system.Root.SpawnNamed(actor.PropsFromFunc(w.open), mailID)
	if err == nil {
		var bound netip.AddrPort
		if bound, err = netip.ParseAddrPort(w.system.Address()); err == nil {
			w.address, err = advertised(config.Advertise, net.TCPAddrFromAddrPort(bound))
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open wire: %w", err), w.Close())
	}
	return w, nil
}

// start opens the library's listener; it panics where it cannot.
func start(r *remote.Remote) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("open wire: %v", reason)
		}
	}()
	r.Start()
	return nil
}

// library configures remoting: it neither dials nor speaks to anybody by itself.
func (w *Wire) library(host string, port int) *remote.Config {
	config := remote.Configure(host, port,
		remote.WithEndpointWriterBatchSize(batchLetters),
		remote.WithEndpointWriterQueueSize(maxQueued),
		remote.WithServerOptions(
			grpc.Creds(credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS13,
				GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
					return speaking(w.config.Server()), nil
				}})),
			grpc.StreamInterceptor(w.guard), grpc.UnaryInterceptor(refuseCall),
			grpc.MaxRecvMsgSize(maxBatchBytes), grpc.MaxConcurrentStreams(4),
			grpc.ConnectionTimeout(w.config.Patience), grpc.WaitForHandlers(true),
			grpc.KeepaliveParams(keepalive.ServerParameters{Time: aliveEvery, Timeout: aliveWait}),
			grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: aliveEvery / 2})),
		remote.WithDialOptions(
			// What it gets from the dialer is TLS already.
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(w.take), grpc.WithStreamInterceptor(w.count),
			grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(maxBatchBytes)),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: aliveEvery,
				Timeout: aliveWait})),
	)
	config.MaxRetryCount = 1 // each further try would leak a connection
	return config
}

// Address is the host:port where others reach this node's virtual actors.
func (w *Wire) Address() string { return w.address }

// Receive implements Carrier.
func (w *Wire) Receive(how func(from string, envelope []byte)) { w.how.Store(&how) }

// Counts tells what went over the wire so far.
func (w *Wire) Counts() WireCounts {
	return WireCounts{Sent: w.sent.Load(), Received: w.received.Load(),
		Refused: w.refused.Load(), Lost: w.lost.Load()}
}

// Lost counts words that were not sent, for a peer that is slow or cannot be reached.
func (w *Wire) Lost() int64 { return w.lost.Load() }

// Close ends every connection and the goroutines. The library leaves one for at most two seconds
// where it was just greeting a peer that did not answer.
func (w *Wire) Close() error {
	w.lock.Lock()
	if w.closed {
		w.lock.Unlock()
		return nil
	}
	w.closed = true
	for _, one := range *w.peers.Load() {
		one.end()
	}
	w.peers.Store(&map[string]*mailman{})
	w.lock.Unlock()
	w.work.Wait()
	w.remote.Shutdown(false) // the graceful way waits for its peers
	var err error
	if w.mail != nil {
		err = w.system.Root.StopFuture(w.mail).Wait()
	}
	w.system.Shutdown()
	return err
}

// open is the mailbox. It runs in the library's actor system.
//
// Hears Letter. Says its envelope to whoever receives for this node. On restart nothing is lost.
func (w *Wire) open(ctx actor.Context) {
	letter, ok := ctx.Message().(*wire.Letter)
	if !ok {
		return
	}
	w.arriving.Add(-1)
	from := ctx.MessageHeader().Get(fromName)
	how := w.how.Load()
	if from == "" || letter.GetFrom() != from || how == nil {
		w.refused.Add(1)
		return
	}
	w.received.Add(1)
	(*how)(from, letter.GetEnvelope())
}

// refuseCall refuses what the library offers besides its stream, none of which is finished.
func refuseCall(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
	return nil, status.Error(codes.Unimplemented, "only letters are taken")
}

// guard stands in front of the library's one stream: it knows the peer by its certificate, and a
// panic of the library ends that peer's stream and not the process.
func (w *Wire) guard(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo,
	next grpc.StreamHandler) (err error) {
	defer func() {
		if recover() != nil {
			err = status.Error(codes.Internal, "the stream broke")
		}
	}()
	if info.FullMethod != method {
		return status.Error(codes.Unimplemented, "only letters are taken")
	}
	state, name, err := w.whose(stream.Context())
	if err != nil {
		w.refuse(name, err)
		return status.Error(codes.PermissionDenied, "who are you")
	}
	return next(service, &guarded{ServerStream: stream, wire: w, name: name, state: state})
}

// whose reads who is at the other end of a stream.
func (w *Wire) whose(ctx context.Context) (tls.ConnectionState, string, error) {
	from, known := grpcpeer.FromContext(ctx)
	if !known {
		return tls.ConnectionState{}, "", errors.New("a stream from nowhere")
	}
	info, secure := from.AuthInfo.(credentials.TLSInfo)
	if !secure {
		return tls.ConnectionState{}, "", errors.New("a connection without TLS")
	}
	name, err := w.config.Name(info.State)
	return info.State, name, err
}

// guarded is a stream of which the library sees only what was looked through.
type guarded struct {
	grpc.ServerStream
	wire  *Wire
	name  string // in the peer's certificate
	state tls.ConnectionState
}

// RecvMsg implements grpc.ServerStream.
func (g *guarded) RecvMsg(into any) error {
	if err := g.ServerStream.RecvMsg(into); err != nil {
		return err
	}
	err := g.wire.judge(g.state)
	if err == nil {
		message, _ := into.(*remote.RemoteMessage)
		err = g.look(message)
	}
	if err != nil {
		g.wire.refuse(g.name, err)
		return status.Error(codes.PermissionDenied, "only letters are taken")
	}
	return nil
}

// look lets a greeting pass, and letters. What a batch says of its targets, senders and headers is
// replaced: the library would believe it.
func (g *guarded) look(message *remote.RemoteMessage) error {
	switch inner := message.GetMessageType().(type) {
	case *remote.RemoteMessage_ConnectRequest:
		if inner.ConnectRequest.GetServerConnection() == nil {
			return errors.New("a greeting of another kind")
		}
		return nil
	case *remote.RemoteMessage_MessageBatch:
		if err := checkLetters(inner.MessageBatch); err != nil {
			return err
		}
		g.readdress(inner.MessageBatch)
		return nil
	default:
		return errors.New("a message of another kind")
	}
}

// checkLetters holds a batch to letters that have their size.
func checkLetters(batch *remote.MessageBatch) error {
	letter := string(proto.MessageName((*wire.Letter)(nil)))
	for _, e := range batch.GetEnvelopes() {
		index := int(e.GetTypeId())
		if index < 0 || index >= len(batch.GetTypeNames()) ||
			batch.GetTypeNames()[index] != letter || e.GetSerializerId() != 0 {
			return errors.New("a word that is not a letter")
		}
		if len(e.GetMessageData()) > messages.MaxEnvelope+letterMargin {
			return errors.New("a letter that is too long")
		}
	}
	return nil
}

// readdress makes a batch one for the mailbox, from the peer; it empties that of whoever is not an
// up member, and of a peer that sends faster than the mailbox reads.
func (g *guarded) readdress(batch *remote.MessageBatch) {
	w := g.wire
	count := int64(len(batch.Envelopes))
	if (*w.peers.Load())[g.name] == nil || w.arriving.Load() > maxArriving {
		w.refused.Add(count)
		batch.Envelopes = nil
		return
	}
	w.arriving.Add(count)
	header := &remote.MessageHeader{HeaderData: map[string]string{fromName: g.name}}
	batch.TypeNames = []string{string(proto.MessageName((*wire.Letter)(nil)))}
	batch.Targets, batch.Senders = []*actor.PID{w.mail}, nil
	for i, e := range batch.Envelopes {
		batch.Envelopes[i] = &remote.MessageEnvelope{MessageData: e.GetMessageData(),
			MessageHeader: header}
	}
}

// count gives room to a road again as its words are written.
func (w *Wire) count(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn,
	name string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	stream, err := streamer(ctx, desc, conn, name, opts...)
	if err != nil {
		return nil, err
	}
	found, known := w.roads.Load(conn.Target())
	if !known {
		return nil, errors.New("no such road")
	}
	return counted{ClientStream: stream, road: found.(*road)}, nil
}

// counted is a stream to a peer.
type counted struct {
	grpc.ClientStream
	road *road
}

// RecvMsg implements grpc.ClientStream. A road ends with its stream: the library would keep one
// whose greeting was refused for two seconds more.
func (c counted) RecvMsg(into any) error {
	err := c.ClientStream.RecvMsg(into)
	if err != nil {
		_ = c.road.finish()
	}
	return err
}

// SendMsg implements grpc.ClientStream.
func (c counted) SendMsg(what any) error {
	err := c.ClientStream.SendMsg(what)
	message, _ := what.(*remote.RemoteMessage)
	c.road.written(len(message.GetMessageBatch().GetEnvelopes()))
	return err
}

// terminate ends what the library holds of a road.
func (w *Wire) terminate(address string) {
	w.system.EventStream.Publish(&remote.EndpointTerminatedEvent{Address: address})
}
