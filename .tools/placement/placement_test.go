//go:build placement

// Package placement measures our placement of virtual actors against the actor library's own: one
// suite over cluster/place.go and cluster/wire.go, and over the library's cluster with its hash of
// the identity. Each has three nodes in one process and mutual TLS on loopback between them; the
// actors that are asked live on two, whoever asks on the third, and every question is answered.
//
// It is no package of the house: its folder is not walked, and nothing but make bench-placement
// runs it.
package placement

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"testing"
	"time"

	"kmsgateway/messages"
)

const (
	// noticed is how long after its death the members learn of a node's end, in both machines: the
	// measure of memberlist with a probe every 200 ms and a suspicion of 2.
	noticed = 720 * time.Millisecond
	// again is how often whoever asks asks again while no answer comes.
	again = 50 * time.Millisecond
	// patience is how long one question waits.
	patience = 200 * time.Millisecond
)

// machine is three nodes with virtual actors.
type machine interface {
	// ask puts a question to the actor of an id and waits for its answer.
	ask(id int, wait time.Duration) error
	// lives names the node where an actor lives.
	lives(id int) string
	// kill ends a node at once; notice tells the others, as membership does.
	kill(node string)
	notice(node string)
	close()
}

// question is what is asked, of the size of one with a single input.
func question(id int) messages.SignShare {
	return messages.SignShare{Request: messages.RequestID{Chain: 1, Number: uint64(id)}, Party: 1,
		Epoch: 1, Place: messages.EventPlace{Block: messages.BlockRef{Number: 1}},
		Inputs: make([]messages.InputHint, 1), Budget: time.Minute}
}

func answer(to messages.RequestID) messages.ShareSigned {
	return messages.ShareSigned{Request: to, Party: 1, Epoch: 1, Shares: make([][96]byte, 1),
		Signature: make([]byte, 64)}
}

// machines lists what is compared.
func machines() map[string]func(testing.TB) machine {
	return map[string]func(testing.TB) machine{"ours": newOurs, "library": newTheirs}
}

func each(b *testing.B, run func(*testing.B, machine)) {
	for _, name := range []string{"ours", "library"} {
		b.Run(name, func(b *testing.B) {
			m := machines()[name](b)
			defer m.close()
			warm(b, m)
			b.ResetTimer()
			run(b, m)
			b.StopTimer()
		})
	}
}

// warm asks until every node has answered.
func warm(b *testing.B, m machine) {
	b.Helper()
	answered := map[string]bool{}
	for id := 1; len(answered) < 2; id++ {
		if id > 10_000 {
			b.Fatalf("answers came from %v only", answered)
		}
		if m.ask(id, 10*time.Second) == nil {
			answered[m.lives(id)] = true
		}
	}
}

// BenchmarkAsk is a question to an actor that is alive on another node, and its answer.
func BenchmarkAsk(b *testing.B) {
	each(b, func(b *testing.B, m machine) {
		b.ReportAllocs()
		for b.Loop() {
			if err := m.ask(1, 10*time.Second); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAskAtOnce is the same while 32 others ask.
func BenchmarkAskAtOnce(b *testing.B) {
	each(b, func(b *testing.B, m machine) {
		b.SetParallelism(16) // of each of two cores
		b.RunParallel(func(all *testing.PB) {
			for all.Next() {
				if err := m.ask(1, 10*time.Second); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkActivate is a first question: the actor is activated on another node and answers.
func BenchmarkActivate(b *testing.B) {
	each(b, func(b *testing.B, m machine) {
		b.ReportAllocs()
		for id := 100_000; b.Loop(); id++ {
			if err := m.ask(id, 10*time.Second); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDeath is the time from a node's death until an actor that lived there answers again;
// it is asked every 50 ms and nobody but membership says that the node is gone.
func BenchmarkDeath(b *testing.B) {
	for _, name := range []string{"ours", "library"} {
		b.Run(name, func(b *testing.B) {
			var sum time.Duration
			for range b.N {
				m := machines()[name](b)
				warm(b, m)
				sum += recovery(b, m)
				m.close()
			}
			b.ReportMetric(float64(sum.Milliseconds())/float64(b.N), "ms/recovery")
		})
	}
}

func recovery(b *testing.B, m machine) time.Duration {
	b.Helper()
	const victim = "n2"
	id := 1
	for m.lives(id) != victim {
		id++
	}
	if err := m.ask(id, 10*time.Second); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	m.kill(victim)
	told := time.AfterFunc(noticed, func() { m.notice(victim) })
	defer told.Stop()
	for m.ask(id, patience) != nil {
		if time.Since(began) > time.Minute {
			b.Fatal("no answer within a minute")
		}
		<-time.After(again)
	}
	return time.Since(began)
}

// keys are an authority and a certificate of it.
type keys struct {
	pool   *x509.CertPool
	signer *x509.Certificate
	key    ed25519.PrivateKey // of the authority
	own    tls.Certificate
}

// newAuthority makes keys that sign others.
func newAuthority(b testing.TB) *keys {
	b.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		Subject: pkix.Name{CommonName: "authority"}, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, root, root, public, key)
	if err != nil {
		b.Fatal(err)
	}
	k := &keys{pool: x509.NewCertPool(), key: key}
	if k.signer, err = x509.ParseCertificate(der); err != nil {
		b.Fatal(err)
	}
	k.pool.AddCert(k.signer)
	return k
}

// issue makes the keys of a node.
func (k *keys) issue(b testing.TB, name string) *keys {
	b.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(2),
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}, k.signer, public, k.key)
	if err != nil {
		b.Fatal(err)
	}
	return &keys{pool: k.pool, own: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}
}

func (k *keys) server() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{k.own},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: k.pool}
}

func (k *keys) client(name string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{k.own},
		RootCAs: k.pool, ServerName: name}
}

func timedOut(id int) error { return fmt.Errorf("actor %d did not answer", id) }
