//go:build !race

package cluster_test

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"kmsgateway/cluster"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// wires joins places over TLS on loopback.
type wires struct {
	authority *authority

	lock    sync.Mutex
	open    map[string]*cluster.Wire
	revoked string
	facts   []messages.Fact
}

func newWires(t testing.TB) *wires {
	return &wires{authority: newAuthority(t), open: map[string]*cluster.Wire{}}
}

func (w *wires) join(t testing.TB, node string) cluster.Carrier {
	t.Helper()
	certificate := w.authority.issue(t, node, "node", time.Hour)
	opened, err := cluster.NewWire(w.config(node, certificate))
	if err != nil {
		t.Fatal(err)
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.open[node] = opened
	return opened
}

func (w *wires) config(node string, certificate *tls.Certificate) cluster.WireConfig {
	return cluster.WireConfig{Node: node, Listen: "127.0.0.1:0",
		Server: func() *tls.Config { return w.authority.server(certificate) },
		Client: func(node string) *tls.Config { return w.authority.client(certificate, node) },
		Check:  w.check, Publish: w.publish}
}

func (w *wires) check(state tls.ConnectionState) error {
	w.lock.Lock()
	defer w.lock.Unlock()
	if name := state.PeerCertificates[0].Subject.CommonName; name == w.revoked {
		return messages.IdentityRefused("check certificate", name+" is revoked")
	}
	return nil
}

func (w *wires) publish(_ context.Context, fact messages.Fact) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.facts = append(w.facts, fact)
}

func (w *wires) leave(t testing.TB, node string) {
	t.Helper()
	if err := w.open[node].Close(); err != nil {
		t.Error(err)
	}
}

// learn adds where each node listens, or listened last.
func (w *wires) learn(table messages.MemberTable) {
	w.lock.Lock()
	defer w.lock.Unlock()
	table.Members = slices.Clone(table.Members)
	for i, member := range table.Members {
		if opened := w.open[member.Name]; opened != nil {
			table.Members[i].Remote = opened.Address()
		}
	}
	for _, opened := range w.open {
		opened.Learn(table)
	}
}

// twoWires opens two wires that know each other; what n2 receives is in the channel.
func twoWires(t *testing.T) (w *wires, n1, n2 *cluster.Wire, got chan string) {
	t.Helper()
	w, got = newWires(t), make(chan string, 100)
	w.join(t, "n1")
	w.join(t, "n2")
	n1, n2 = w.open["n1"], w.open["n2"]
	n2.Receive(func(from string, envelope []byte) { got <- from + " " + string(envelope) })
	w.learn(tableOf("n1", "n2"))
	t.Cleanup(func() { w.leave(t, "n1"); w.leave(t, "n2") })
	return w, n1, n2, got
}

// arrives sends a word, again and again, until it is there.
func arrives(t *testing.T, from *cluster.Wire, word string, got <-chan string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		from.Carry("n2", []byte(word))
		select {
		case heard := <-got:
			if heard == "n1 "+word {
				return
			}
		case <-time.After(100 * time.Millisecond):
		case <-late:
			t.Fatalf("%q never arrived", word)
		}
	}
}

// until waits for a count to be reached.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for late := time.Now().Add(20 * time.Second); !so(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// raw speaks gRPC in bytes, whatever they are.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error)      { return v.([]byte), nil }
func (raw) Unmarshal(from []byte, v any) error { *v.(*[]byte) = from; return nil }
func (raw) Name() string                       { return "proto" }

// rogue is a node that speaks with the library's protocol as it likes.
func (w *wires) rogue(t *testing.T, name, role, address string) *grpc.ClientConn {
	t.Helper()
	config := w.authority.client(w.authority.issue(t, name, role, time.Hour), "n2")
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// speak opens a stream, sends the messages and returns how the stream ended.
func speak(t *testing.T, conn *grpc.ClientConn, messages ...[]byte) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true},
		"/remote.Remoting/Receive")
	if err != nil {
		return err
	}
	for _, message := range messages {
		if err := stream.SendMsg(message); err != nil {
			break
		}
	}
	var answer []byte
	for err == nil {
		err = stream.RecvMsg(&answer)
	}
	return err
}

// field writes a length-prefixed field of a protobuf message.
func field(number protowire.Number, inner ...byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), inner)
}

func count(number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), value)
}

// batch is a message of the library: one word of a type for a mailbox of the receiver.
func batch(mailbox, kind string, word []byte, more ...byte) []byte {
	envelope := append(field(2, word...), more...)
	return field(1, slices.Concat(field(1, []byte(kind)...), field(2, field(2, []byte(mailbox)...)...),
		field(3, envelope...))...)
}

func letterFrom(t *testing.T, name, text string) []byte {
	t.Helper()
	encoded, err := proto.Marshal(&wire.Letter{From: name, Envelope: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// newDeaf listens and never says a word, until the test ends.
func newDeaf(t *testing.T) (string, error) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String(), nil
}
