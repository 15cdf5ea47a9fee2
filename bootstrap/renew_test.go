package bootstrap

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

// renewal keeps the identity of name fresh, by the realm's service, at ticks that the test gives.
func (r *realm) renewal(identity *Identity, tick <-chan time.Time, addresses ...string) *Renewal {
	config := RenewalConfig{Identity: identity, Tick: tick, Publish: r.facts.publish,
		Files:     memberFiles(r.request(identity.Name, Token{}).Data, identity.Name),
		Addresses: func() []string { return append(addresses, r.service.Addr()) },
		Clock:     r.clock.now}
	renewal := StartRenewal(config)
	r.t.Cleanup(renewal.Stop)
	return renewal
}

// TestRenewalKeepsConnections renews both ends of a connection under it.
func TestRenewalKeepsConnections(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node, party := r.join(RoleNode, "node-2"), r.join(RoleParty, "party-1")
	client, server := node.ClientTLS("party-1", RoleParty), party.ServerTLS(RoleNode)
	standing := connect(t, client, server)
	standing.talk(t)
	was := map[*Identity]string{node: node.Leaf().SerialNumber.String(),
		party: party.Leaf().SerialNumber.String()}
	r.clock.pass(certificateTTL*2/3 - time.Second)
	for identity, serial := range was {
		if err := r.renewal(identity, nil).Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if identity.Leaf().SerialNumber.String() != serial {
			t.Errorf("%s renews before two thirds of its certificate's life", identity.Name)
		}
	}
	r.clock.pass(2 * time.Second)
	for identity, serial := range was {
		if err := r.renewal(identity, nil).Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if identity.Leaf().SerialNumber.String() == serial {
			t.Errorf("%s is not renewed", identity.Name)
		}
		kept := r.load(memberFiles(r.request(identity.Name, Token{}).Data, identity.Name))
		if !kept.Leaf().Equal(identity.Leaf()) || !kept.Signer().Equal(identity.Signer()) {
			t.Errorf("the disk does not hold what %s shows", identity.Name)
		}
	}
	r.clock.pass(certificateTTL / 2) // the first certificates have expired
	standing.talk(t)
	fresh := connect(t, client, server) // the very configurations that were made before
	if fresh.clientErr != nil || fresh.serverErr != nil {
		t.Fatalf("a connection after the renewal: %v, %v", fresh.clientErr, fresh.serverErr)
	}
	if got := fresh.server.ConnectionState().PeerCertificates[0]; !got.Equal(node.Leaf()) {
		t.Error("the node shows its old certificate")
	}
	if got := len(r.facts.of(messages.FactCertificateRenewed)); got != 4 {
		t.Errorf("%d facts of two renewals, by both ends of each", got)
	}
}

func TestRenewalAtItsTick(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	serial := node.Leaf().SerialNumber
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	tick := make(chan time.Time)
	renewal := r.renewal(node, tick, silent.Addr().String())
	r.revoke("node-1")
	tick <- r.clock.now()
	tick <- r.clock.now() // taken only when the first was dealt with
	if got := node.Revocations().Sequence(); got != 1 {
		t.Errorf("list %d is known after a tick", got)
	}
	r.clock.pass(certificateTTL * 5 / 6)
	tick <- r.clock.now()
	tick <- r.clock.now() // again: Stop cuts a look short
	renewal.Stop()
	if node.Leaf().SerialNumber.Cmp(serial) == 0 {
		t.Error("not renewed by the second address while the first is silent")
	}
	if got := renewal.Health(); got.Grade != messages.Healthy {
		t.Errorf("health after a renewal: %+v", got)
	}
}

func TestRenewalTellsItsTrouble(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	tick := make(chan time.Time)
	renewal := r.renewal(node, tick)
	r.revoke("node-2")
	for _, row := range []struct {
		pass  time.Duration
		grade messages.Grade
		says  string
	}{
		{time.Hour, messages.Healthy, "certificate until 2026-03-02T12:00:00Z"},
		{certificateTTL * 2 / 3, messages.Degraded, "not renewed"},
		{certificateTTL, messages.Down, "join again"},
	} {
		r.clock.pass(row.pass)
		tick <- r.clock.now()
		tick <- r.clock.now()
		got := renewal.Health()
		if got.Grade != row.grade || !strings.Contains(got.Detail, row.says) || got.Room != messages.RoomTrust {
			t.Errorf("after %s: %+v, want %s, %q", row.pass, got, row.grade, row.says)
		}
	}
}

// TestRenewalRefused asks for certificates that the asker has no claim to.
func TestRenewalRefused(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	request := func(name string, key ed25519.PrivateKey) []byte {
		der, err := certificateRequest(name, key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	node := r.join(RoleNode, "node-2")
	revoked := r.join(RoleNode, "node-3")
	r.revoke("node-3")
	stranger, err := r.service.trust.authority.Issue(RoleNode, "node-8", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	double, err := r.service.trust.authority.Issue(RoleNode, "node-2", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	service, err := r.service.trust.authority.Issue(RoleJoin, "node-2", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name    string
		show    *tls.Config
		request []byte
		says    string
	}{
		{"in another's name", node.ClientTLS(joinServerName, RoleJoin), request("node-1", node.key),
			"not by the holder"},
		{"for another key", node.ClientTLS(joinServerName, RoleJoin), request("node-2", other),
			"not by the holder"},
		{"not a request", node.ClientTLS(joinServerName, RoleJoin), []byte("?"), "request"},
		{"without a certificate", r.client(t).transport.TLSClientConfig, request("node-2", node.key),
			"show a certificate"},
		{"revoked", revoked.ClientTLS(joinServerName, RoleJoin), request("node-3", revoked.key),
			"bad certificate"},
		{"never joined", stranger.ClientTLS(joinServerName, RoleJoin), request("node-8", stranger.key),
			"never joined"},
		{"not the one that joined", double.ClientTLS(joinServerName, RoleJoin),
			request("node-2", double.key), "somebody else"},
		{"neither node nor party", service.ClientTLS(joinServerName, RoleJoin),
			request("node-2", service.key), "only nodes and parties"},
	} {
		t.Run(row.name, func(t *testing.T) {
			client := newTrustClient(r.service.Addr(), row.show)
			defer client.close()
			var reply renewReply
			err := client.post(t.Context(), "/v1/renew", renewRequest{Request: row.request}, &reply)
			if err == nil || !strings.Contains(err.Error(), row.says) || len(reply.Certificate) != 0 {
				t.Errorf("answered with %v, want %q", err, row.says)
			}
		})
	}
	err = r.client(t).get(t.Context(), "/v1/revocations", &renewReply{})
	wantCode(t, err, messages.CodeIdentityRefused)
}

// TestRenewalWithExpired is too late: a fresh token is needed.
func TestRenewalWithExpired(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	r.clock.pass(certificateTTL + time.Second)
	if err := r.renewal(node, nil).Look(t.Context()); err == nil {
		t.Error("an expired certificate was renewed")
	}
}

// TestRenewalDoesNotEscapeRevocation revokes on the list what a service that had not heard of it
// renewed in the meantime.
func TestRenewalDoesNotEscapeRevocation(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	r.clock.pass(time.Hour)
	list := r.list(1, "node-2")
	r.clock.pass(certificateTTL * 2 / 3)
	if err := r.renewal(node, nil).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := r.first()
	if err := first.Revocations().Accept(list); err != nil {
		t.Fatal(err)
	}
	wantCode(t, first.Revocations().Check(node.Leaf()), messages.CodeIdentityRefused)
}

// TestRenewalWhileRevoked uses a connection that was made before the revocation.
func TestRenewalWhileRevoked(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	client := newTrustClient(r.service.Addr(), node.ClientTLS(joinServerName, RoleJoin))
	client.transport.DisableKeepAlives = false
	defer client.close()
	if err := client.get(t.Context(), "/v1/revocations", &renewReply{}); err != nil {
		t.Fatal(err)
	}
	r.revoke("node-2")
	request, err := certificateRequest("node-2", node.key)
	if err != nil {
		t.Fatal(err)
	}
	err = client.post(t.Context(), "/v1/renew", renewRequest{Request: request}, &renewReply{})
	wantCode(t, err, messages.CodeIdentityRefused)
}

// TestRenewalAdoptsItsOwnOnly holds what a service gave against what was asked.
func TestRenewalAdoptsItsOwnOnly(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	renewal := r.renewal(node, nil)
	was, err := holderOf(node.Leaf())
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*holder, *time.Duration){
		"another name": func(h *holder, _ *time.Duration) { h.name = "node-3" },
		"another role": func(h *holder, _ *time.Duration) { h.role = RoleParty },
		"joined later": func(h *holder, _ *time.Duration) { h.joined = h.joined.Add(time.Second) },
		"expired":      func(_ *holder, ttl *time.Duration) { *ttl = -time.Second },
	} {
		who, ttl := was, time.Hour
		change(&who, &ttl)
		der, err := r.service.trust.authority.certify(node.key.Public().(ed25519.PublicKey), who, ttl)
		if err != nil {
			t.Fatal(err)
		}
		if got := messages.CodeOf(renewal.adopt(der)); got != messages.CodeIdentityRefused {
			t.Errorf("%s: %q", name, got)
		}
	}
	wantCode(t, renewal.adopt([]byte("?")), messages.CodeMalformedInput)
	if err := os.RemoveAll(r.request("node-2", Token{}).Data); err != nil {
		t.Fatal(err)
	}
	der, err := r.service.trust.authority.certify(node.key.Public().(ed25519.PublicKey), was, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	shown := node.Leaf()
	wantCode(t, renewal.adopt(der), messages.CodeStorage)
	if !node.Leaf().Equal(shown) {
		t.Error("a certificate is shown that the disk does not hold")
	}
}
