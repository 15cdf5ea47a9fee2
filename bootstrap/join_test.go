package bootstrap

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

func TestJoinedNodeMeetsTheFirst(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	config := r.request("node-2", r.invite(RoleNode))
	config.Region = "us-east"
	joined, err := Join(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	first, second := r.first(), r.load(joined.Files)
	for name, c := range map[string]connection{
		"first serves": connect(t, second.ClientTLS("node-1", RoleNode), first.ServerTLS(RoleNode)),
		"first calls":  connect(t, first.ClientTLS("node-2", RoleNode), second.ServerTLS(RoleNode)),
	} {
		if c.clientErr != nil || c.serverErr != nil {
			t.Errorf("%s: client %v, server %v", name, c.clientErr, c.serverErr)
		}
	}
	if life := second.Leaf().NotAfter.Sub(r.clock.now()); life != certificateTTL {
		t.Errorf("the certificate lives %s", life)
	}
	loaded, err := LoadNode(joined.Config)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Node.Name != "node-2" || loaded.Node.Region != "us-east" ||
		loaded.Node.Data != config.Data || loaded.TLS != joined.Files {
		t.Errorf("the configuration says %+v, %+v", loaded.Node, loaded.TLS)
	}
	own, err := LoadNode(filepath.Join(r.data, "node.yaml"))
	if err != nil || own.TLS.CA != filepath.Join(r.data, "ca", "ca.pem") || own.Node.Region != "eu-west" {
		t.Errorf("the first node's says %+v, %v", own, err)
	}
	shared := filesBelow(t, config.Data)[gossipKeyPath(config.Data)]
	if kept := filesBelow(t, r.data)[gossipKeyPath(r.data)]; len(shared) == 0 || !bytes.Equal(shared, kept) {
		t.Error("the two do not share the gossip key")
	}
}

func TestJoinedPartyIsNoNode(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	party := r.join(RoleParty, "party-3")
	data := r.request("party-3", Token{}).Data
	if exists(gossipKeyPath(data)) {
		t.Error("a party holds the gossip key of the nodes")
	}
	loaded, err := LoadParty(filepath.Join(data, "party.yaml"))
	if err != nil || loaded.Party.Data != data {
		t.Errorf("the configuration says %+v, %v", loaded.Party, err)
	}
	first := r.first()
	if c := connect(t, first.ClientTLS("party-3", RoleParty), party.ServerTLS(RoleNode)); c.clientErr != nil ||
		c.serverErr != nil {
		t.Errorf("node calls party: %v, %v", c.clientErr, c.serverErr)
	}
	c := connect(t, party.ClientTLS("node-1", RoleNode), first.ServerTLS(RoleNode))
	if c.serverErr == nil || !strings.Contains(c.serverErr.Error(), "lacks the role node") {
		t.Errorf("a party is served as a node: %v", c.serverErr)
	}
}

func TestJoinRefusesTheWrongPin(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	token := r.invite(RoleNode)
	config := r.request("node-2", token)
	other := "0"
	if strings.HasSuffix(r.pin, "0") {
		other = "1"
	}
	config.Pin = r.pin[:len(r.pin)-1] + other
	_, err := Join(t.Context(), config)
	wantCode(t, err, messages.CodeIdentityRefused)
	if len(r.facts.facts) != 0 {
		t.Errorf("the service was told something before the pin was checked: %v", r.facts.facts)
	}
	for _, pin := range []string{"", r.pin[7:], strings.ToUpper(r.pin), r.pin + "00", "md5:" + r.pin[7:]} {
		config.Pin = pin
		_, err := Join(t.Context(), config)
		wantCode(t, err, messages.CodeMalformedInput)
	}
	config.Pin = r.pin
	if _, err := Join(t.Context(), config); err != nil {
		t.Errorf("the right pin: %v", err)
	}
}

// TestJoinTellsTheTokenToTheAuthorityOnly lets members pass for the join service: their chain ends
// at the pinned authority, and yet they are not it.
func TestJoinTellsTheTokenToTheAuthorityOnly(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	ca := r.service.trust.authority
	issued := func(role Role, name string) *Identity {
		identity, err := ca.Issue(role, name, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return identity
	}
	foreign, err := NewAuthority("test", time.Hour, r.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	alien, err := foreign.Issue(RoleJoin, joinServerName, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	old, err := ca.Issue(RoleJoin, joinServerName, -time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for name, chain := range map[string]struct {
		identity *Identity
		top      *x509.Certificate
	}{
		"a node":                       {issued(RoleNode, joinServerName), ca.certificate},
		"another name":                 {issued(RoleJoin, "node-1"), ca.certificate},
		"a foreign one":                {alien, foreign.certificate},
		"a foreign one under our roof": {alien, ca.certificate},
		"an expired one":               {old, ca.certificate},
		"one that hides its authority": {issued(RoleJoin, joinServerName), nil},
	} {
		t.Run(name, func(t *testing.T) {
			heard := make(chan struct{}, 1)
			server := httptest.NewUnstartedServer(http.HandlerFunc(
				func(http.ResponseWriter, *http.Request) { heard <- struct{}{} }))
			leaf := tls.Certificate{Certificate: [][]byte{chain.identity.Leaf().Raw},
				PrivateKey: chain.identity.key}
			if chain.top != nil {
				leaf.Certificate = append(leaf.Certificate, chain.top.Raw)
			}
			server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			config := r.request("node-2", r.invite(RoleNode))
			config.Address = server.Listener.Addr().String()
			_, err := Join(t.Context(), config)
			wantCode(t, err, messages.CodeIdentityRefused)
			if len(heard) != 0 {
				t.Error("the impostor heard the request, token and all")
			}
		})
	}
}

// TestJoinRefusesTamperedRequests sends certificate requests that no member would make.
func TestJoinRefusesTamperedRequests(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := func(key crypto.Signer, change func(*x509.CertificateRequest)) []byte {
		request := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "node-2"},
			DNSNames: []string{"node-2"}}
		change(request)
		der, err := x509.CreateCertificateRequest(rand.Reader, request, key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	plain := made(key, func(*x509.CertificateRequest) {})
	flipped := bytes.Replace(plain, []byte("node-2"), []byte("node-3"), 2)
	uri, err := url.Parse("urn:" + roleURI + "node")
	if err != nil {
		t.Fatal(err)
	}
	constraints := pkix.Extension{Id: []int{2, 5, 29, 19}, Critical: true, Value: []byte{0x30, 3, 1, 1, 0xff}}
	token := r.invite(RoleParty)
	client := r.client(t)
	for name, request := range map[string][]byte{
		"renamed after signing": flipped,
		"bit of the signature":  append(bytes.Clone(plain[:len(plain)-1]), plain[len(plain)-1]^1),
		"cut short":             plain[:len(plain)-1],
		"nothing":               nil,
		"a role of its own":     made(key, func(q *x509.CertificateRequest) { q.URIs = []*url.URL{uri} }),
		"a second name":         made(key, func(q *x509.CertificateRequest) { q.DNSNames = append(q.DNSNames, "node-1") }),
		"names that differ":     made(key, func(q *x509.CertificateRequest) { q.DNSNames = []string{"node-1"} }),
		"an address":            made(key, func(q *x509.CertificateRequest) { q.IPAddresses = []net.IP{{127, 0, 0, 1}} }),
		"a mailbox":             made(key, func(q *x509.CertificateRequest) { q.EmailAddresses = []string{"a@b"} }),
		"an organization":       made(key, func(q *x509.CertificateRequest) { q.Subject.Organization = []string{"x"} }),
		"an authority's bit": made(key, func(q *x509.CertificateRequest) {
			q.ExtraExtensions = []pkix.Extension{constraints}
		}),
		"an authority's bit for a name": made(key, func(q *x509.CertificateRequest) {
			q.DNSNames, q.ExtraExtensions = nil, []pkix.Extension{constraints}
		}),
		"another curve": made(curve, func(*x509.CertificateRequest) {}),
		"no name": made(key, func(q *x509.CertificateRequest) {
			q.Subject.CommonName, q.DNSNames = "", []string{""}
		}),
		"a path": made(key, func(q *x509.CertificateRequest) {
			q.Subject.CommonName, q.DNSNames = "../node-2", []string{"../node-2"}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			var reply joinReply
			err := client.post(t.Context(), "/v1/join", joinRequest{Token: token.Reveal(), Request: request}, &reply)
			wantCode(t, err, messages.CodeMalformedInput)
			if len(reply.Certificate) != 0 {
				t.Error("a certificate came back")
			}
		})
	}
	var reply joinReply
	err = client.post(t.Context(), "/v1/join", joinRequest{Token: token.Reveal(), Request: plain}, &reply)
	if err != nil {
		t.Fatalf("the request that is not tampered with: %v", err)
	}
	leaf, err := x509.ParseCertificate(reply.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	who, err := holderOf(leaf)
	if err != nil || who.role != RoleParty || leaf.IsCA || len(leaf.DNSNames) != 1 || len(leaf.URIs) != 2 {
		t.Errorf("the certificate says more than role and name: %+v %v, %v", who, leaf.DNSNames, err)
	}
}

func TestJoinTakesNoNameTwice(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	r.join(RoleNode, "node-2")
	elsewhere := r.request("node-2", r.invite(RoleNode))
	elsewhere.Data += "-elsewhere"
	_, err := Join(t.Context(), elsewhere)
	wantCode(t, err, messages.CodeConflict)
	first := r.request("node-1", r.invite(RoleNode))
	first.Data += "-elsewhere"
	_, err = Join(t.Context(), first)
	wantCode(t, err, messages.CodeConflict)
	_, err = Join(t.Context(), r.request("node-2", r.invite(RoleParty)))
	wantCode(t, err, messages.CodeConflict)
}

// TestJoinAgainWithTheSameKey is what an operator does after a long outage, or a lost answer.
func TestJoinAgainWithTheSameKey(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	before := r.join(RoleNode, "node-2")
	r.clock.pass(certificateTTL + time.Hour)
	c := connect(t, before.ClientTLS("node-1", RoleNode), r.first().ServerTLS(RoleNode))
	if c.clientErr == nil || c.serverErr == nil {
		t.Fatal("the expired certificate is good")
	}
	path := filepath.Join(r.request("node-2", Token{}).Data, "node.yaml")
	if err := os.WriteFile(path, []byte("# edited\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	after := r.join(RoleNode, "node-2")
	if !after.Signer().Equal(before.Signer()) || !r.clock.now().Before(after.Leaf().NotAfter) {
		t.Error("the key changed, or the certificate is not fresh")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "# edited\n" {
		t.Errorf("the operator's configuration was written over: %s, %v", text, err)
	}
}

// TestJoinBelievesNoAnswer lets the service itself answer what was not asked for.
func TestJoinBelievesNoAnswer(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	ca := r.service.trust.authority
	config := r.request("node-2", r.invite(RoleNode))
	files := memberFiles(config.Data, config.Name)
	if err := makeFolder(filepath.Dir(files.Key)); err != nil {
		t.Fatal(err)
	}
	key, err := ownKey(files.Key)
	if err != nil {
		t.Fatal(err)
	}
	certified := func(key ed25519.PrivateKey, role Role, name string, ttl time.Duration) []byte {
		der, err := ca.certify(key.Public().(ed25519.PublicKey),
			holder{name: name, role: role, joined: r.clock.now()}, ttl)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	config.Role = RoleNode
	for name, reply := range map[string]joinReply{
		"another key":  {Certificate: certified(other, RoleNode, "node-2", time.Hour)},
		"another name": {Certificate: certified(key, RoleNode, "node-3", time.Hour)},
		"another role": {Certificate: certified(key, RoleParty, "node-2", time.Hour)},
		"expired":      {Certificate: certified(key, RoleNode, "node-2", -time.Second)},
		"authority":    {Certificate: ca.certificate.Raw},
		"gossip key": {Certificate: certified(key, RoleNode, "node-2", time.Hour),
			GossipKey: "abcd"},
		"revocations": {Certificate: certified(key, RoleNode, "node-2", time.Hour),
			Revocations: []byte(`{"list":"","signature":""}`)},
	} {
		if _, err := acceptMembership(config, files, key, ca.certificate, reply); err == nil {
			t.Errorf("%s is accepted", name)
		}
		if exists(files.Certificate) {
			t.Fatalf("%s is on disk", name)
		}
	}
}

func TestInvitationNamesTheWay(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	invitation, err := CreateToken(r.data, TokenConfig{Role: RoleParty, Name: "party-1", TTL: time.Hour,
		Clock: r.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(invitation)
	if err != nil || bytes.Contains(text, []byte(strings.Split(invitation.Token.Reveal(), ".")[1])) {
		t.Errorf("an invitation rendered for a log tells the token: %s, %v", text, err)
	}
	if invitation.Pin != r.pin || invitation.Join != "127.0.0.1:0" || invitation.Role != RoleParty ||
		invitation.Name != "party-1" || !invitation.Expires.Equal(realmStart.Add(time.Hour)) {
		t.Errorf("the invitation says %+v", invitation)
	}
}
