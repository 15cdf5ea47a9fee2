package bootstrap

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clockAt is a clock that stands still.
func clockAt(at time.Time) func() time.Time { return func() time.Time { return at } }

func issue(t *testing.T, authority *Authority, role Role, name string) *Identity {
	t.Helper()
	identity, err := authority.Issue(role, name, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func authority(t *testing.T, now func() time.Time) *Authority {
	t.Helper()
	made, err := NewAuthority("test", 24*time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// shake runs a handshake over a real connection and returns what each side says.
func shake(t *testing.T, client, server *tls.Config) (clientErr, serverErr error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	served := make(chan error, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			served <- err
			return
		}
		defer func() { _ = connection.Close() }()
		served <- tls.Server(connection, server).HandshakeContext(t.Context())
	}()
	connection, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	clientErr = tls.Client(connection, client).HandshakeContext(t.Context())
	if clientErr != nil {
		_ = connection.Close() // so that the server ends too
	}
	return clientErr, <-served
}

// TestEveryHopIsMutual names what is wrong on one side and expects the other to refuse it.
func TestEveryHopIsMutual(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ours, foreign := authority(t, clockAt(now)), authority(t, clockAt(now))
	old := *ours
	old.now = clockAt(now.Add(-2 * time.Hour))
	node, party := issue(t, ours, RoleNode, "node-1"), issue(t, ours, RoleParty, "party-1")
	server := party.ServerTLS(RoleNode)
	nameless := node.ClientTLS("party-1", RoleParty)
	nameless.Certificates = nil
	dated := node.ClientTLS("party-1", RoleParty)
	dated.MaxVersion = tls.VersionTLS12
	dated.MinVersion = tls.VersionTLS12
	for _, row := range []struct {
		name   string
		client *tls.Config
		server *tls.Config
		says   string // of whoever refuses; "" where both agree
	}{
		{"both as they should be", node.ClientTLS("party-1", RoleParty), server, ""},
		{"client of another authority",
			issue(t, foreign, RoleNode, "node-1").ClientTLS("party-1", RoleParty), server, "authority"},
		{"server of another authority", node.ClientTLS("party-1", RoleParty),
			issue(t, foreign, RoleParty, "party-1").ServerTLS(RoleNode), "authority"},
		{"party in a node's place", party.ClientTLS("party-1", RoleParty), server, "lacks the role node"},
		{"node in a party's place", node.ClientTLS("node-1", RoleParty), node.ServerTLS(RoleNode),
			"lacks the role party"},
		{"another party", node.ClientTLS("party-2", RoleParty), server, "party-2"},
		{"no certificate", nameless, server, "certificate"},
		{"TLS 1.2", dated, server, "version"},
		{"expired client", issue(t, &old, RoleNode, "node-1").ClientTLS("party-1", RoleParty), server,
			"expired"},
		{"expired server", node.ClientTLS("party-1", RoleParty),
			issue(t, &old, RoleParty, "party-1").ServerTLS(RoleNode), "expired"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.server.Time, row.client.Time = clockAt(now), clockAt(now)
			clientErr, serverErr := shake(t, row.client, row.server)
			said := errorText(clientErr) + errorText(serverErr)
			if row.says == "" && said != "" {
				t.Errorf("refused: %s", said)
			}
			if row.says != "" && !strings.Contains(said, row.says) {
				t.Errorf("said %q, want %q", said, row.says)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error() + "; "
}

func TestIdentityReadsWhatItWrites(t *testing.T) {
	ca := authority(t, time.Now)
	made := issue(t, ca, RoleParty, "party-1")
	certificate, key, err := made.PEM()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	for name, text := range map[string][]byte{"ca.pem": ca.Certificate(), "own.pem": certificate,
		"own.key": key, "broken.pem": []byte("not PEM")} {
		if err := os.WriteFile(path(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read, err := LoadIdentity(path("ca.pem"), path("own.pem"), path("own.key"), time.Now)
	if err != nil || read.Name != "party-1" || !read.Signer().Equal(made.Signer()) {
		t.Fatalf("read %+v, %v", read, err)
	}
	for _, row := range []struct{ ca, certificate, key, names string }{
		{"broken.pem", "own.pem", "own.key", "tls.ca"},
		{"missing.pem", "own.pem", "own.key", "tls.ca"},
		{"ca.pem", "broken.pem", "own.key", "tls.certificate"},
		{"ca.pem", "own.pem", "missing.key", "tls.certificate"},
	} {
		_, err := LoadIdentity(path(row.ca), path(row.certificate), path(row.key), time.Now)
		if err == nil || !strings.Contains(err.Error(), row.names) {
			t.Errorf("%+v: %v", row, err)
		}
	}
}
