package demo

import (
	"context"
	"crypto/rand"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kmsgateway/actors/kms/remote"
	"kmsgateway/bootstrap"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// kept are goroutines of libraries that nobody can stop.
var kept = []goleak.Option{
	// go-ethereum recovers senders on workers of the process.
	goleak.IgnoreTopFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"),
	// The chain's database lets a drained pool go half a minute after its close.
	goleak.IgnoreTopFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"),
}

// TestNothingIsLeftOfAStage lets node and parties start, fail to start, work and stop, and then
// looks for what still runs. It is not parallel: it looks at the whole process.
func TestNothingIsLeftOfAStage(t *testing.T) {
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithTimeout(t.Context(), playTime)
	defer cancel()
	s := must(raise(ctx, Options{Requests: 1, Nodes: 1, Parties: 3, Threshold: 2, Progress: t.Output(),
		Log: t.Output(), LogLevel: "error"}))(t)
	finish := sync.OnceFunc(s.close)
	defer finish()
	note := must(s.writeNote(ctx, s.user, []byte("before the end")))(t)
	must(s.openNote(ctx, note))(t)
	if err := s.awaitEnded(ctx, 1); err != nil {
		t.Fatal(err)
	}
	t.Run("who may call a party", func(t *testing.T) { s.callParty(ctx, t) })
	t.Run("a node that cannot start", func(t *testing.T) { s.refuseNodes(ctx, t) })
	t.Run("a party that cannot start", func(t *testing.T) { s.refuseParties(ctx, t) })

	stop := func(what string, stop func(context.Context) error, addresses ...string) {
		ctx, cancel := context.WithTimeout(ctx, bootstrap.DrainTime)
		defer cancel()
		for range 2 { // the second stop changes nothing
			if err := stop(ctx); err != nil {
				t.Errorf("%s stops with %v", what, err)
			}
		}
		for _, address := range addresses {
			if connection, err := net.DialTimeout("tcp", address, time.Second); err == nil {
				_ = connection.Close()
				t.Errorf("%s still listens on %s", what, address)
			}
		}
	}
	stop("the node", s.node.Stop, s.node.Addr())
	for _, party := range s.parties {
		stop("a party", party.Stop, party.Addr(), party.HTTP())
	}
	finish()
	goleak.VerifyNone(t, append(kept, before)...)
}

// callParty asks the first party who it is, as different callers.
func (s *stage) callParty(ctx context.Context, t *testing.T) {
	for _, row := range []struct {
		caller string // whose certificate is shown
		callee string // who is expected
		served bool
	}{
		{"node-1", partyName(1), true},
		{"node-1", partyName(2), false},
		{partyName(2), partyName(1), false},
	} {
		files := s.tls(row.caller)
		identity := must(bootstrap.LoadIdentity(files.CA, files.Certificate, files.Key, time.Now))(t)
		client := must(remote.Dial(remote.Config{Clock: time.Now,
			Publish: func(context.Context, messages.Fact) {},
			TLS:     identity.ClientTLS(row.callee, bootstrap.RoleParty),
			Party: messages.PartyInfo{Index: 1, Name: row.callee,
				Endpoints: []string{s.parties[0].Addr()}}}))(t)
		party, err := client.Describe(ctx)
		switch {
		case row.served && (err != nil || party.Party != 1):
			t.Errorf("%s is told %+v, %v", row.caller, party, err)
		case !row.served && messages.CodeOf(err) != messages.CodePartyUnreachable:
			t.Errorf("%s calls %s: %v", row.caller, row.callee, err)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
}

// refuseNodes starts nodes with one thing wrong in each.
func (s *stage) refuseNodes(ctx context.Context, t *testing.T) {
	for _, row := range []struct {
		says  string
		spoil func(*bootstrap.NodeConfig)
	}{
		{"registry does not know", func(c *bootstrap.NodeConfig) {
			c.Keys = []string{s.otherKey(t)}
		}},
		{"twice", func(c *bootstrap.NodeConfig) { c.Keys = append(c.Keys, c.Keys[0]) }},
		{"parties", func(c *bootstrap.NodeConfig) { c.Parties = c.Parties[:2] }},
		{"chain.endpoints[0]", func(c *bootstrap.NodeConfig) { c.Chain.ID++ }},
		{"sender.key_file", func(c *bootstrap.NodeConfig) { c.Sender.KeyFile = s.public }},
		{"tls.certificate", func(c *bootstrap.NodeConfig) { c.TLS.Key = s.tls(partyName(1)).Key }},
		{"listen", func(c *bootstrap.NodeConfig) { c.Node.HTTP = s.node.Addr() }},
	} {
		config := must(s.nodeConfig())(t)
		config.Node.Data, config.Trust.Serve = t.TempDir(), "" // the authority stays with the first
		row.spoil(&config)
		node, err := bootstrap.StartNode(ctx, s.env(), config)
		if err == nil {
			t.Errorf("a node starts with bad %s", row.says)
			_ = node.Stop(ctx) // it should not have started
		} else if !strings.Contains(err.Error(), row.says) {
			t.Errorf("want %s named: %v", row.says, err)
		}
	}
}

// otherKey deals a key that the registry does not know.
func (s *stage) otherKey(t *testing.T) string {
	dealt := must(bootstrap.Deal(rand.Reader, t.TempDir(), DevChainID,
		threshold.Dealer{Name: "stranger"}, 2, 3))(t)
	dealt.Wipe()
	return dealt.Public
}

// refuseParties starts parties with one thing wrong in each.
func (s *stage) refuseParties(ctx context.Context, t *testing.T) {
	for _, row := range []struct {
		says  string
		spoil func(*bootstrap.PartyConfig)
	}{
		{"custody.identity", func(c *bootstrap.PartyConfig) {
			c.Custody.Identity = bootstrap.Custody(s.path("keys"), 2).Identity + ".missing"
		}},
		{"custody", func(c *bootstrap.PartyConfig) {
			c.Custody.Identity = bootstrap.Custody(s.path("keys"), 2).Identity
		}},
		{"share", func(c *bootstrap.PartyConfig) { c.Custody = bootstrap.Custody(s.path("keys"), 2) }},
		{"share", func(c *bootstrap.PartyConfig) { c.Keys = []string{s.otherKey(t)} }},
		{"listen", func(c *bootstrap.PartyConfig) { c.Party.Listen = s.parties[0].Addr() }},
		{"listen", func(c *bootstrap.PartyConfig) { c.Party.HTTP = s.parties[0].HTTP() }},
	} {
		config := must(s.partyConfig(0, s.dealing.Shares[0]))(t)
		config.Party.Data = t.TempDir()
		row.spoil(&config)
		party, err := bootstrap.StartParty(ctx, s.env(), config)
		if err == nil {
			t.Errorf("a party starts with bad %s", row.says)
			_ = party.Stop(ctx) // it should not have started
		} else if !strings.Contains(err.Error(), row.says) {
			t.Errorf("want %s named: %v", row.says, err)
		}
	}
}
