package bootstrap

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"kmsgateway/messages"
)

// handshake is a whole connection over loopback: a byte there and a byte back, for in TLS 1.3 a
// client believes itself connected before the server has looked at its certificate.
func handshake(t *testing.T, server, client *tls.Config) (serverErr, clientErr error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // nobody else was to come
	served := make(chan error, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			served <- err
			return
		}
		secure := tls.Server(connection, server)
		_, err = io.CopyN(secure, secure, 1)
		served <- errors.Join(err, secure.Close())
	}()
	secure, err := tls.Dial("tcp", listener.Addr().String(), client)
	if err == nil {
		if _, err = secure.Write([]byte{1}); err == nil {
			_, err = io.ReadFull(secure, make([]byte, 1))
		}
		_ = secure.Close() // refused by the peer or done
	}
	return <-served, err
}

func authority(t *testing.T, now messages.Clock) *Authority {
	t.Helper()
	made, err := NewAuthority("test", time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func issue(t *testing.T, a *Authority, role Role, name string) *Identity {
	t.Helper()
	identity, err := a.Issue(role, name, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func TestPeersOfTheRightRoleMeet(t *testing.T) {
	t.Parallel()
	ca := authority(t, time.Now)
	party, node := issue(t, ca, RoleParty, "party-1"), issue(t, ca, RoleNode, "node-1")
	serverErr, clientErr := handshake(t, party.ServerTLS(RoleNode),
		node.ClientTLS("party-1", RoleParty))
	if serverErr != nil || clientErr != nil {
		t.Errorf("the party says %v, the node %v", serverErr, clientErr)
	}
}

// TestStrangersAreRefused lets a node and a party of one authority meet, one thing about one of
// them being wrong.
func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	ca, foreign := authority(t, time.Now), authority(t, time.Now)
	party, node := issue(t, ca, RoleParty, "party-1"), issue(t, ca, RoleNode, "node-1")
	later := func() time.Time { return time.Now().Add(2 * time.Hour) }
	earlier := func() time.Time { return time.Now().Add(-2 * time.Hour) }
	server := party.ServerTLS(RoleNode)
	client := func(identity *Identity) *tls.Config {
		return identity.ClientTLS("party-1", RoleParty)
	}
	at := func(config *tls.Config, clock messages.Clock) *tls.Config {
		config.Time = clock
		return config
	}
	bare := client(node)
	bare.GetClientCertificate = nil
	old := client(node)
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	weak := party.ServerTLS(RoleNode)
	weak.MinVersion, weak.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	believer := foreignBeliever(issue(t, foreign, RoleNode, "node-1"), node)
	for _, row := range []struct {
		name           string
		server, client *tls.Config
		byServer       bool // who must refuse
		says           string
	}{
		{"expired node", at(party.ServerTLS(RoleNode), later), client(node), true, "expired"},
		{"expired party", server, at(client(node), later), false, "expired"},
		{"node from the future", at(party.ServerTLS(RoleNode), earlier), client(node), true,
			"not yet valid"},
		{"node of a foreign authority", server, believer, true, "unknown authority"},
		{"party of a foreign authority",
			issue(t, foreign, RoleParty, "party-1").ServerTLS(RoleNode), client(node), false,
			"unknown authority"},
		{"party that passes for a node", server, client(issue(t, ca, RoleParty, "party-2")), true,
			"lacks the role node"},
		{"node that passes for a party", issue(t, ca, RoleNode, "party-1").ServerTLS(RoleNode),
			client(node), false, "lacks the role party"},
		{"another party under this one's address", issue(t, ca, RoleParty, "party-2").
			ServerTLS(RoleNode), client(node), false, "party-1"},
		{"no certificate", server, bare, true, "didn't provide a certificate"},
		{"TLS 1.2 of the node", server, old, true, "unsupported versions"},
		{"TLS 1.2 of the party", weak, client(node), false, "protocol version"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			serverErr, clientErr := handshake(t, row.server, row.client)
			if serverErr == nil || clientErr == nil {
				t.Fatalf("they met: the party says %v, the node %v", serverErr, clientErr)
			}
			refusal := clientErr
			if row.byServer {
				refusal = serverErr
			}
			if !strings.Contains(refusal.Error(), row.says) {
				t.Errorf("refused with %q, want %q", refusal, row.says)
			}
		})
	}
}

// foreignBeliever shows the foreign certificate and believes the home authority, so that it is the
// other side that must refuse.
func foreignBeliever(foreign, home *Identity) *tls.Config {
	config := foreign.ClientTLS("party-1", RoleParty)
	config.RootCAs = home.pool
	return config
}

func TestAuthorizeNodeWantsANodesConnection(t *testing.T) {
	t.Parallel()
	ca := authority(t, time.Now)
	over := func(certificates ...*x509.Certificate) context.Context {
		return peer.NewContext(t.Context(), &peer.Peer{AuthInfo: credentials.TLSInfo{
			State: tls.ConnectionState{PeerCertificates: certificates}}})
	}
	party := issue(t, ca, RoleParty, "party-9")
	if err := party.AuthorizeNode(over(issue(t, ca, RoleNode, "node-1").Leaf())); err != nil {
		t.Errorf("a node is refused: %v", err)
	}
	for name, ctx := range map[string]context.Context{
		"a party":        over(issue(t, ca, RoleParty, "party-1").Leaf()),
		"no certificate": over(),
		"no TLS":         peer.NewContext(t.Context(), &peer.Peer{}),
		"no peer":        t.Context(),
	} {
		if party.AuthorizeNode(ctx) == nil {
			t.Errorf("%s is authorized", name)
		}
	}
}

// pemFiles writes an authority and an identity as an operator would hold them.
func pemFiles(t *testing.T, ca *Authority, identity *Identity) TLSSection {
	t.Helper()
	certificate, key, err := identity.PEM()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	section := TLSSection{CA: filepath.Join(folder, "ca.pem"),
		Certificate: filepath.Join(folder, "own.pem"), Key: filepath.Join(folder, "own.key")}
	write(t, section.CA, ca.Certificate())
	write(t, section.Certificate, certificate)
	write(t, section.Key, key)
	return section
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestIdentitySurvivesItsFiles(t *testing.T) {
	t.Parallel()
	ca := authority(t, time.Now)
	party := issue(t, ca, RoleParty, "party-1")
	files := pemFiles(t, ca, party)
	loaded, err := LoadIdentity(files.CA, files.Certificate, files.Key, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Name != "party-1" || !loaded.Signer().Equal(party.Signer()) {
		t.Errorf("read back as %s", loaded.Name)
	}
	node := issue(t, ca, RoleNode, "node-1")
	serverErr, clientErr := handshake(t, loaded.ServerTLS(RoleNode),
		node.ClientTLS("party-1", RoleParty))
	if serverErr != nil || clientErr != nil {
		t.Errorf("the loaded party says %v, the node %v", serverErr, clientErr)
	}
}

func TestBadIdentityFilesNameTheirKey(t *testing.T) {
	t.Parallel()
	ca := authority(t, time.Now)
	for _, row := range []struct {
		name  string
		spoil func(t *testing.T, files TLSSection)
		key   string
	}{
		{"no certificate", func(t *testing.T, f TLSSection) { remove(t, f.Certificate) },
			"tls.certificate"},
		{"the key of another", func(t *testing.T, f TLSSection) {
			_, key, err := issue(t, ca, RoleNode, "node-2").PEM()
			if err != nil {
				t.Fatal(err)
			}
			write(t, f.Key, key)
		}, "tls.certificate"},
		{"no authority", func(t *testing.T, f TLSSection) { remove(t, f.CA) }, "tls.ca"},
		{"an empty authority", func(t *testing.T, f TLSSection) { write(t, f.CA, []byte("-")) },
			"tls.ca"},
		{"another curve", writeECDSA, "tls.key"},
	} {
		t.Run(row.name, func(t *testing.T) {
			files := pemFiles(t, ca, issue(t, ca, RoleNode, "node-1"))
			row.spoil(t, files)
			_, err := LoadIdentity(files.CA, files.Certificate, files.Key, time.Now)
			if messages.CodeOf(err) != messages.CodeConfig || !strings.Contains(err.Error(), row.key) {
				t.Errorf("have %v, want a CONFIG error that names %s", err, row.key)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// writeECDSA replaces the pair by a self-signed one of P-256.
func writeECDSA(t *testing.T, files TLSSection) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := template("node-1", time.Hour, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, files.Certificate, pemBlock("CERTIFICATE", der))
	write(t, files.Key, pemBlock("PRIVATE KEY", secret))
}
