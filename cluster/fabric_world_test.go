package cluster_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// authority signs certificates the way a cluster's own does: name, role, and not for long.
type authority struct {
	certificate *x509.Certificate
	key         ed25519.PrivateKey
	pool        *x509.CertPool
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	public, key, _ := ed25519.GenerateKey(rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key, pool: x509.NewCertPool()}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(a.certificate)
	return a
}

func (a *authority) issue(t testing.TB, name, role string, ttl time.Duration) *tls.Certificate {
	t.Helper()
	public, key, _ := ed25519.GenerateKey(rand.Reader)
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: serial,
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		URIs:      []*url.URL{{Scheme: "urn", Opaque: "kmsgateway:role:" + role}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(ttl),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}, a.certificate, public, a.key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func onlyNodes(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 || !slices.ContainsFunc(state.PeerCertificates[0].URIs,
		func(u *url.URL) bool { return u.Opaque == "kmsgateway:role:node" }) {
		return errors.New("no node")
	}
	return nil
}

func (a *authority) server(certificate *tls.Certificate) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{*certificate},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.pool, SessionTicketsDisabled: true,
		VerifyConnection: onlyNodes}
}

func (a *authority) client(certificate *tls.Certificate, name string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{*certificate},
		RootCAs: a.pool, ServerName: name, VerifyConnection: onlyNodes}
}

// town is a few nodes on loopback and the cables between them.
type town struct {
	t         testing.TB
	authority *authority
	tune      func(*cluster.FabricConfig)

	lock    sync.Mutex
	seeds   map[string]string // lock
	names   map[string]string // lock; by address
	cut     map[[2]string]bool
	cables  []*cable       // lock
	calls   map[string]int // lock; how often each dialled
	revoked map[string]bool
	facts   []messages.Fact
	news    chan struct{} // closed and replaced at every fact
}

func newTown(t testing.TB) *town {
	return &town{t: t, authority: newAuthority(t), seeds: map[string]string{},
		names: map[string]string{}, cut: map[[2]string]bool{}, revoked: map[string]bool{},
		calls: map[string]int{}, news: make(chan struct{})}
}

// open opens a node's fabric at a port of its own, which it keeps when it is opened again.
func (w *town) open(name string) cluster.Fabric {
	w.t.Helper()
	return w.openAs(name, w.authority.issue(w.t, name, "node", time.Hour))
}

func (w *town) openAs(name string, certificate *tls.Certificate) cluster.Fabric {
	w.t.Helper()
	w.lock.Lock()
	listen := w.seeds[name]
	seeds := map[string]string{}
	for other, address := range w.seeds {
		seeds[other] = address
	}
	w.lock.Unlock()
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	config := cluster.FabricConfig{Node: name, Listen: listen, Seeds: seeds,
		Server:   func() *tls.Config { return w.authority.server(certificate) },
		Client:   func(node string) *tls.Config { return w.authority.client(certificate, node) },
		Check:    w.check,
		Dial:     func(ctx context.Context, address string) (net.Conn, error) { return w.dial(ctx, name, address) },
		Patience: time.Second, Publish: w.publish}
	if w.tune != nil {
		w.tune(&config)
	}
	fabric, err := cluster.NewFabric(config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		w.join() // what a partition holds back would hold up the end
		if err := fabric.Close(); err != nil {
			w.t.Errorf("close %s: %v", name, err)
		}
	})
	address, _ := fabric.Addresses()
	w.lock.Lock()
	defer w.lock.Unlock()
	w.seeds[name], w.names[address] = address, name
	return fabric
}

// opened opens several that know each other.
func (w *town) opened(names ...string) map[string]cluster.Fabric {
	fabrics := map[string]cluster.Fabric{}
	for _, name := range names {
		fabrics[name] = w.open(name)
	}
	for _, fabric := range fabrics {
		fabric.Learn(w.table(names...))
	}
	return fabrics
}

func (w *town) table(names ...string) (table messages.MemberTable) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, name := range names {
		table.Members = append(table.Members, messages.Member{MemberUp: messages.MemberUp{Name: name,
			Incarnation: 1, Region: "eu", Address: w.seeds[name], Remote: w.seeds[name], Format: 1}})
	}
	return table
}

func (w *town) revoke(name string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.revoked[name] = true
}

func (w *town) check(state tls.ConnectionState) error {
	w.lock.Lock()
	defer w.lock.Unlock()
	if name := state.PeerCertificates[0].Subject.CommonName; w.revoked[name] {
		return messages.IdentityRefused("check certificate", name+" is revoked")
	}
	return nil
}

func (w *town) publish(_ context.Context, fact messages.Fact) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.facts = append(w.facts, fact)
	close(w.news)
	w.news = make(chan struct{})
}

// told waits for a fact.
func (w *town) told(name messages.FactName) messages.Fact {
	w.t.Helper()
	late := time.After(10 * time.Second)
	for {
		w.lock.Lock()
		for _, fact := range w.facts {
			if fact.Name == name {
				w.lock.Unlock()
				return fact
			}
		}
		news := w.news
		w.lock.Unlock()
		select {
		case <-news:
		case <-late:
			w.t.Fatalf("nobody tells %s", name)
		}
	}
}

// dial lays a cable. While the two are apart it never arrives.
func (w *town) dial(ctx context.Context, from, address string) (net.Conn, error) {
	w.lock.Lock()
	to := w.names[address]
	apart := w.cut[pair(from, to)]
	w.calls[from]++
	w.lock.Unlock()
	if apart {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	c := &cable{Conn: conn, ends: pair(from, to), closed: make(chan struct{})}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.cables = append(w.cables, c)
	if w.cut[c.ends] {
		c.kill()
	}
	return c, nil
}

func (w *town) called(name string) int {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.calls[name]
}

func pair(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// part separates a node from others: what is on the way, and all that these connections will ever
// carry, is lost without a word, as where repetitions have become rare.
func (w *town) part(name string, others ...string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, other := range others {
		w.cut[pair(name, other)] = true
	}
	for _, c := range w.cables {
		if w.cut[c.ends] {
			c.kill()
		}
	}
}

// heal lets new connections through; the old stay dead and silent.
func (w *town) heal() {
	w.lock.Lock()
	defer w.lock.Unlock()
	clear(w.cut)
}

// join ends what a partition held back.
func (w *town) join() {
	w.heal()
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, c := range w.cables {
		if c.dead() {
			c.Conn.Close()
		}
	}
}

// cable is a connection that a partition kills without either end being told.
type cable struct {
	net.Conn
	ends   [2]string
	closed chan struct{}

	lock     sync.Mutex
	killed   bool      // lock
	over     bool      // lock
	deadline time.Time // lock; for reads
}

func (c *cable) kill() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.killed = true
}

func (c *cable) dead() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.killed
}

func (c *cable) Write(b []byte) (int, error) {
	if c.dead() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

func (c *cable) Read(b []byte) (int, error) {
	for {
		n, err := c.Conn.Read(b)
		switch {
		case !c.dead():
			return n, err
		case errors.Is(err, os.ErrDeadlineExceeded):
			return 0, err
		case err == nil:
			continue // lost
		}
		c.lock.Lock()
		deadline := c.deadline
		c.lock.Unlock()
		var late <-chan time.Time
		if !deadline.IsZero() {
			late = time.After(time.Until(deadline))
		}
		select {
		case <-c.closed:
			return 0, net.ErrClosed
		case <-late:
			return 0, os.ErrDeadlineExceeded
		}
	}
}

func (c *cable) SetDeadline(at time.Time) error {
	return errors.Join(c.SetReadDeadline(at), c.SetWriteDeadline(at))
}

func (c *cable) SetReadDeadline(at time.Time) error {
	c.lock.Lock()
	c.deadline = at
	c.lock.Unlock()
	return c.Conn.SetReadDeadline(at)
}

// Close leaves a dead cable where it lies: the other end is not told.
func (c *cable) Close() error {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.over {
		return net.ErrClosed
	}
	c.over = true
	close(c.closed)
	if c.killed {
		return c.Conn.SetReadDeadline(time.Unix(1, 0))
	}
	return c.Conn.Close()
}

// soon waits until something holds. What is awaited here happens in the library's goroutines,
// which tell nobody.
func soon(t testing.TB, within time.Duration, what string, holds func() bool) time.Duration {
	t.Helper()
	begin := time.Now()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		if time.Since(begin) > within {
			t.Fatalf("not within %v: %s", within, what)
		}
		<-look.C
	}
	return time.Since(begin)
}
