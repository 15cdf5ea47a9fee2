package bootstrap

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"kmsgateway/messages"
)

// list signs a revocation list with the realm's authority.
func (r *realm) list(sequence uint64, names ...string) []byte {
	r.t.Helper()
	before := map[string]int64{}
	for _, name := range names {
		before[name] = r.clock.now().Unix()
	}
	signed, err := r.service.trust.authority.signRevocations(sequence, before)
	if err != nil {
		r.t.Fatal(err)
	}
	return signed
}

// TestHandshakeRefuses lets a node call a node, one of which is not what it must be: whichever end
// is honest refuses.
func TestHandshakeRefuses(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	honest := r.first()
	good := r.join(RoleNode, "node-2")
	revoked := r.join(RoleNode, "node-3")
	party := r.join(RoleParty, "party-1")
	expired, err := r.service.trust.authority.Issue(RoleNode, "node-4", -time.Second)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := NewAuthority("test", time.Hour, r.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := authority.Issue(RoleNode, "node-5", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	r.revoke("node-3")
	if err := honest.Revocations().Reload(); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		peer *Identity
		says string // "" for one who is welcome
	}{
		{"welcome", good, ""},
		{"expired", expired, "expired"},
		{"foreign", foreign, "unknown authority"},
		{"revoked", revoked, "node-3 is revoked"},
		{"party", party, "lacks the role node"},
	} {
		t.Run(row.name, func(t *testing.T) {
			// The dishonest end believes anything, so that only the honest one can refuse.
			server := row.peer.ServerTLS(RoleNode)
			server.ClientAuth, server.VerifyConnection = tls.RequireAnyClientCert, nil
			client := row.peer.ClientTLS("node-1", RoleNode)
			client.InsecureSkipVerify, client.VerifyConnection = true, nil
			calls := connect(t, client, honest.ServerTLS(RoleNode)).serverErr
			serves := connect(t, honest.ClientTLS(row.peer.Name, RoleNode), server).clientErr
			for end, err := range map[string]error{"calling": calls, "serving": serves} {
				if row.says == "" && err != nil || row.says != "" && err == nil ||
					err != nil && !strings.Contains(err.Error(), row.says) {
					t.Errorf("%s: %v, want %q", end, err, row.says)
				}
			}
		})
	}
}

// TestHandshakeToleratesAMinute lets the peers' clock be behind the authority's.
func TestHandshakeToleratesAMinute(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node, party := r.join(RoleNode, "node-2"), r.join(RoleParty, "party-1")
	for _, row := range []struct {
		behind time.Duration
		meet   bool
	}{{0, true}, {clockSkew, true}, {clockSkew + time.Second, false}} {
		client, server := node.ClientTLS("party-1", RoleParty), party.ServerTLS(RoleNode)
		client.Time, server.Time = r.clock.behind(row.behind), r.clock.behind(row.behind)
		c := connect(t, client, server)
		if met := c.clientErr == nil && c.serverErr == nil; met != row.meet {
			t.Errorf("clocks %s behind: met %t: %v, %v", row.behind, met, c.clientErr, c.serverErr)
		}
	}
}

func TestRevocationListsOnlyGrow(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	list := node.Revocations()
	if err := list.Accept(r.list(5, "node-3", "node-4")); err != nil {
		t.Fatal(err)
	}
	changed := list.Changed()
	foreign, err := NewAuthority("test", time.Hour, r.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := foreign.signRevocations(6, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload := []byte(`{"sequence":6,"revoked":[]}`)
	undomained := tell(signedRevocations{List: payload,
		Signature: ed25519.Sign(r.service.trust.authority.key, payload)})
	sign := func(payload string) []byte {
		return tell(signedRevocations{List: []byte(payload), Signature: ed25519.Sign(
			r.service.trust.authority.key, []byte(revocationsDomain+payload))})
	}
	for _, row := range []struct {
		name   string
		signed []byte
		code   messages.Code // "" where it changes nothing
	}{
		{"the same again", r.list(5, "node-3", "node-4"), ""},
		{"rolled back", r.list(4, "node-3"), messages.CodeConflict},
		{"rolled back to nobody", r.list(1), messages.CodeConflict},
		{"another of the same number", r.list(5, "node-3"), messages.CodeConflict},
		{"foreign", forged, messages.CodeIdentityRefused},
		{"tampered", bytes.Replace(r.list(6), []byte(`"list":"e`), []byte(`"list":"f`), 1),
			messages.CodeIdentityRefused},
		{"signed for something else", undomained, messages.CodeIdentityRefused},
		{"not JSON", []byte("{"), messages.CodeMalformedInput},
		{"unknown field", []byte(`{"list":"","signature":"","more":1}`), messages.CodeMalformedInput},
		{"no sequence", sign(`{"revoked":[]}`), messages.CodeMalformedInput},
		{"unknown field inside", sign(`{"sequence":6,"more":1}`), messages.CodeMalformedInput},
		{"too long", make([]byte, maxRevocations+1), messages.CodeMalformedInput},
	} {
		err := list.Accept(row.signed)
		if messages.CodeOf(err) != row.code {
			t.Errorf("%s: %v, want %q", row.name, err, row.code)
		}
		if list.Sequence() != 5 || len(list.known.Load().before) != 2 {
			t.Fatalf("%s: sequence %d holds now", row.name, list.Sequence())
		}
	}
	select {
	case <-changed:
		t.Error("a change is told where there was none")
	default:
	}
	if err := list.Accept(r.list(6)); err != nil {
		t.Fatal(err)
	}
	<-changed
	reopened := r.load(memberFiles(r.request("node-2", Token{}).Data, "node-2"))
	if got := reopened.Revocations().Sequence(); got != 6 {
		t.Errorf("after a restart sequence %d holds", got)
	}
}

// TestRevocationsSetBackOnDiskReturn is a disk that was restored under a running process.
func TestRevocationsSetBackOnDiskReturn(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node := r.join(RoleNode, "node-2")
	list := node.Revocations()
	old := r.list(1, "node-3")
	if err := errors.Join(list.Accept(old), list.Accept(r.list(2, "node-3", "node-4"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list.path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	wantCode(t, list.Reload(), messages.CodeConflict)
	if err := list.Reload(); err != nil || list.Sequence() != 2 {
		t.Errorf("the disk was not mended: sequence %d, %v", list.Sequence(), err)
	}
	if err := os.WriteFile(list.path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := memberFiles(r.request("node-2", Token{}).Data, "node-2")
	if _, err := LoadIdentity(files.CA, files.Certificate, files.Key, r.clock.now); err == nil {
		t.Error("a process starts with a list that nobody signed")
	}
}

func TestRevokeWhomThereIs(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	if _, err := Revoke(r.data, "node-9", r.clock.now); !errors.Is(err, ErrNotMember) {
		t.Errorf("revoking nobody: %v", err)
	}
	_, err := Revoke(r.data, "../ca", r.clock.now)
	wantCode(t, err, messages.CodeMalformedInput)
	_, err = Revoke(t.TempDir(), "node-1", r.clock.now)
	wantCode(t, err, messages.CodeConfig)
}

// TestRevokedNameReturnsWithAnotherKey replaces a lost machine by one of the same name.
func TestRevokedNameReturnsWithAnotherKey(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	r.clock.pass(2 * time.Hour)
	lost := r.join(RoleNode, "node-2")
	r.clock.pass(-time.Hour) // set back, and still the revoked certificate is void
	r.revoke("node-2")
	_, err := Join(t.Context(), r.request("node-2", r.invite(RoleNode)))
	wantCode(t, err, messages.CodeIdentityRefused)
	data := r.request("node-2", Token{}).Data
	if err := os.Rename(data, data+"-lost"); err != nil {
		t.Fatal(err)
	}
	found := r.join(RoleNode, "node-2")
	r.clock.pass(2 * time.Hour)
	first := r.first()
	c := connect(t, found.ClientTLS("node-1", RoleNode), first.ServerTLS(RoleNode))
	if c.clientErr != nil || c.serverErr != nil {
		t.Errorf("the new machine is refused: %v, %v", c.clientErr, c.serverErr)
	}
	if c := connect(t, lost.ClientTLS("node-1", RoleNode), first.ServerTLS(RoleNode)); c.serverErr == nil {
		t.Error("the lost machine is served")
	}
	c = connect(t, found.ClientTLS("node-2", RoleNode), lost.ServerTLS(RoleNode))
	if c.clientErr == nil || !strings.Contains(c.clientErr.Error(), "revoked") {
		t.Errorf("the new machine, told of it when it joined, calls the lost one: %v", c.clientErr)
	}
}

func TestRevokedIsRefusedOnAnOldConnection(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	node, party := r.join(RoleNode, "node-2"), r.join(RoleParty, "party-1")
	c := connect(t, node.ClientTLS("party-1", RoleParty), party.ServerTLS(RoleNode))
	call := peer.NewContext(t.Context(), &peer.Peer{
		AuthInfo: credentials.TLSInfo{State: c.server.ConnectionState()}})
	if err := party.AuthorizeNode(call); err != nil {
		t.Fatal(err)
	}
	changed := party.Revocations().Changed()
	if err := party.Revocations().Accept(r.list(1, "node-2")); err != nil {
		t.Fatal(err)
	}
	<-changed
	wantCode(t, party.AuthorizeNode(call), messages.CodeIdentityRefused)
	for name, ctx := range map[string]context.Context{
		"no peer": t.Context(),
		"no TLS":  peer.NewContext(t.Context(), &peer.Peer{}),
		"a party": peer.NewContext(t.Context(), &peer.Peer{
			AuthInfo: credentials.TLSInfo{State: c.client.ConnectionState()}}),
	} {
		if party.AuthorizeNode(ctx) == nil {
			t.Errorf("%s is authorized", name)
		}
	}
}

// ring is the network of nodes in one process; a node that is not in it does not answer.
type ring map[string]func(context.Context, string, []byte) ([]byte, error)

// seat is one node's end of a ring.
type seat struct {
	ring ring
	name string
}

func (s seat) Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error) {
	answer, there := s.ring[topic+"@"+node]
	if !there {
		return nil, errors.New("unreachable")
	}
	return answer(ctx, s.name, body)
}

func (s seat) Answer(topic string, how func(context.Context, string, []byte) ([]byte, error)) {
	s.ring[topic+"@"+s.name] = how
}

// TestRevocationsSpread has one node's disk changed by the command line, and a dead member.
func TestRevocationsSpread(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	net := ring{}
	members := []string{"node-1", "node-2", "node-3", "node-4", "dead"}
	lists := map[string]*Revocations{"node-1": r.first().Revocations()}
	for _, name := range members[1:4] {
		lists[name] = r.join(RoleNode, name).Revocations()
	}
	ticks := map[string]chan time.Time{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	for i, name := range members[:4] {
		lists[name].Serve(seat{net, name})
		ticks[name] = make(chan time.Time)
		spread := Spread{Revocations: lists[name], Peers: seat{net, name}, Tick: ticks[name],
			Members: func() []string { return members }, Rand: rand.New(rand.NewPCG(7, uint64(i))),
			Publish: r.facts.publish, Clock: r.clock.now}
		go func() {
			spread.Run(ctx)
			done <- struct{}{}
		}()
	}
	r.revoke("node-4")
	rounds := 0
	for ; rounds < 20 && lists["node-2"].Sequence()*lists["node-3"].Sequence()*lists["node-4"].Sequence() == 0; rounds++ {
		for _, name := range members[:4] {
			ticks[name] <- realmStart
		}
	}
	cancel()
	for range 4 {
		<-done
	}
	for name, list := range lists {
		if list.Sequence() != 1 {
			t.Errorf("%s knows list %d after %d rounds", name, list.Sequence(), rounds)
		}
	}
	if facts := r.facts.of(messages.FactRevocationsAccepted); len(facts) < 4 {
		t.Errorf("%d nodes tell of the new list", len(facts))
	}
}

// TestRevocationsFromALiar takes lists from a member that forges, or is behind.
func TestRevocationsFromALiar(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	list := r.join(RoleNode, "node-2").Revocations()
	if err := list.Accept(r.list(3, "node-3")); err != nil {
		t.Fatal(err)
	}
	answer := r.list(2)
	net := ring{}
	seat{net, "liar"}.Answer(revocationsTopic, func(_ context.Context, from string, body []byte) ([]byte, error) {
		if from != "node-2" || binary.BigEndian.Uint64(body) != 3 {
			return nil, fmt.Errorf("%s asks with %x", from, body)
		}
		return answer, nil
	})
	spread := Spread{Revocations: list, Peers: seat{net, "node-2"},
		Members: func() []string { return []string{"liar"} }, Rand: rand.New(rand.NewPCG(1, 1)),
		Publish: r.facts.publish, Clock: r.clock.now}
	spread.round(t.Context())
	if got := r.facts.of(messages.FactRevocationsRefused); len(got) != 0 || list.Sequence() != 3 {
		t.Errorf("a node that is behind is no news: %v, sequence %d", got, list.Sequence())
	}
	answer = bytes.Replace(r.list(9), []byte(`"list":"e`), []byte(`"list":"f`), 1)
	spread.round(t.Context())
	got := r.facts.of(messages.FactRevocationsRefused)
	if len(got) != 1 || !strings.Contains(got[0].Detail, "liar") || list.Sequence() != 3 {
		t.Errorf("a forged list: %v, sequence %d", got, list.Sequence())
	}
	list.Serve(seat{net, "node-2"})
	if _, err := (seat{net, "liar"}).Ask(t.Context(), "node-2", revocationsTopic, []byte{1}); err == nil {
		t.Error("a body of one byte is answered")
	}
}

func TestRevocationListIsBounded(t *testing.T) {
	t.Parallel()
	clock := newSetClock()
	ca, err := NewAuthority("test", time.Hour, clock.now)
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]int64{}
	for i := range maxRevoked {
		before[fmt.Sprintf("%063d", i)] = clock.now().Unix()
	}
	signed, err := ca.signRevocations(1, before)
	if err != nil || len(signed) > maxRevocations {
		t.Fatalf("the longest list takes %d bytes: %v", len(signed), err)
	}
	before["one-more"] = 1
	_, err = ca.signRevocations(2, before)
	wantCode(t, err, messages.CodeOverloaded)
	path := filepath.Join(t.TempDir(), "revoked.json")
	if err := os.WriteFile(path, make([]byte, maxRevocations+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openRevocations(path, nil); err == nil {
		t.Error("a file of any length is read")
	}
}
