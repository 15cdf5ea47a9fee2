package bootstrap

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kmsgateway/messages"
)

// realmStart is when every realm is made.
var realmStart = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// setClock is a clock that tests set.
type setClock struct{ at atomic.Int64 }

func newSetClock() *setClock {
	c := &setClock{}
	c.at.Store(realmStart.UnixNano())
	return c
}

func (c *setClock) now() time.Time       { return time.Unix(0, c.at.Load()).UTC() }
func (c *setClock) pass(d time.Duration) { c.at.Add(int64(d)) }
func (c *setClock) behind(d time.Duration) messages.Clock {
	return func() time.Time { return c.now().Add(-d) }
}

// factBook keeps what was published.
type factBook struct {
	mu    sync.Mutex
	facts []messages.Fact
}

func (b *factBook) publish(_ context.Context, fact messages.Fact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.facts = append(b.facts, fact)
}

// of returns the facts of a name so far.
func (b *factBook) of(name messages.FactName) []messages.Fact {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.facts), func(f messages.Fact) bool { return f.Name != name })
}

// realm is a cluster's authority with its join service, and a clock for all.
type realm struct {
	t       *testing.T
	data    string
	clock   *setClock
	facts   factBook
	service *JoinService
	pin     string
}

func newRealm(t *testing.T) *realm {
	t.Helper()
	r := &realm{t: t, data: filepath.Join(t.TempDir(), "node-1"), clock: newSetClock()}
	if _, err := Init(InitConfig{Cluster: "test", Name: "node-1", Region: "eu-west", Data: r.data,
		Join: "127.0.0.1:0", Clock: r.clock.now}); err != nil {
		t.Fatal(err)
	}
	var err error
	r.service, err = StartJoinService(JoinServiceConfig{Listen: "127.0.0.1:0", Data: r.data,
		Publish: r.facts.publish, Clock: r.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.service.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	r.pin = r.service.trust.authority.Pin()
	return r
}

// invite makes a token of the role for an hour.
func (r *realm) invite(role Role) Token {
	r.t.Helper()
	invitation, err := CreateToken(r.data, TokenConfig{Role: role, TTL: time.Hour, Clock: r.clock.now})
	if err != nil {
		r.t.Fatal(err)
	}
	return invitation.Token
}

// request is how name would join, in a folder of its own beside the first node's.
func (r *realm) request(name string, token Token) JoinConfig {
	return JoinConfig{Address: r.service.Addr(), Token: token, Pin: r.pin, Name: name,
		Data: filepath.Join(filepath.Dir(r.data), name), Clock: r.clock.now}
}

// join makes name a member and returns its identity, as a process would load it.
func (r *realm) join(role Role, name string) *Identity {
	r.t.Helper()
	joined, err := Join(r.t.Context(), r.request(name, r.invite(role)))
	if err != nil {
		r.t.Fatal(err)
	}
	return r.load(joined.Files)
}

func (r *realm) load(files TLSSection) *Identity {
	r.t.Helper()
	identity, err := LoadIdentity(files.CA, files.Certificate, files.Key, r.clock.now)
	if err != nil {
		r.t.Fatal(err)
	}
	return identity
}

// first is the identity of the first node.
func (r *realm) first() *Identity {
	r.t.Helper()
	files := memberFiles(r.data, "node-1")
	files.CA = filepath.Join(r.data, "ca", "ca.pem")
	return r.load(files)
}

// revoke does what the command line does.
func (r *realm) revoke(name string) {
	r.t.Helper()
	if _, err := Revoke(r.data, name, r.clock.now); err != nil {
		r.t.Fatal(err)
	}
}

// wantCode fails unless err has the code.
func wantCode(t *testing.T, err error, code messages.Code) {
	t.Helper()
	if got := messages.CodeOf(err); got != code {
		t.Errorf("error %v has code %q, want %q", err, got, code)
	}
}

// connection is both ends of a TLS connection whose handshakes have ended, well or not.
type connection struct {
	client, server       *tls.Conn
	clientErr, serverErr error
}

// connect shakes hands over loopback. A client learns of a refusal by its first read, so each end
// tells the other one byte.
func connect(t *testing.T, client, server *tls.Config) connection {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c := connection{client: tls.Client(dialed, client), server: tls.Server(accepted, server)}
	t.Cleanup(func() { _, _ = dialed.Close(), accepted.Close() })
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c.serverErr = exchange(c.server, 's'); c.serverErr != nil {
			_ = accepted.Close()
		}
	}()
	if c.clientErr = exchange(c.client, 'c'); c.clientErr != nil {
		_ = dialed.Close()
	}
	<-done
	return c
}

// exchange writes a byte and reads one.
func exchange(conn *tls.Conn, say byte) error {
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if err := conn.Handshake(); err != nil {
		return err
	}
	_, err := conn.Write([]byte{say})
	_, readErr := io.ReadFull(conn, make([]byte, 1))
	return errors.Join(err, readErr)
}

// talk proves that a connection still carries words both ways.
func (c connection) talk(t *testing.T) {
	t.Helper()
	errs := make(chan error, 1)
	go func() { errs <- exchange(c.server, 's') }()
	if err := errors.Join(exchange(c.client, 'c'), <-errs); err != nil {
		t.Errorf("the connection broke: %v", err)
	}
}

// files returns the content of every file below a folder by path.
func filesBelow(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
