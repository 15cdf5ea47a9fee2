package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"kmsgateway/bootstrap"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// regions are where the demo's parties and nodes pretend to live, in turn.
var regions = []messages.Region{"eu-west", "us-east", "ap-south"}

// blockPeriod is the time between blocks; with one confirmation a request waits one to two of them.
const blockPeriod = time.Second

// stopTime bounds how long the stage takes to clear.
const stopTime = 20 * time.Second

// invitationTime is how long a member of the demo may take to use its token.
const invitationTime = time.Minute

// stage is everything that runs: chain, parties, node, people.
type stage struct {
	options Options
	started time.Time
	folder  string
	facts   *recorder

	chain  *DevChain
	blocks *blockWatch
	halt   context.CancelFunc // of the block watch
	liar   *liar              // nil but for its fault

	scene
	dealing threshold.Dealing
	public  string // path of the public key file
	parties []*bootstrap.Party
	standby *bootstrap.Party  // of party 1; nil but for its option
	node    *bootstrap.Node   // the first, which holds the cluster's authority
	others  []*bootstrap.Node // that joined it

	bidders []*account
	payers  []*account // each node's sender
}

// scene is what a user of the gateway sees of it: contracts on a chain and a public key.
type scene struct {
	gateway  common.Address
	registry common.Address
	notes    common.Address // the dApp whose notes are asked for
	key      messages.KeyInfo
	user     *account // deploys, writes notes, asks
}

// raise starts everything in order; what has started is stopped again where a later step fails.
func raise(ctx context.Context, options Options) (*stage, error) {
	s := &stage{options: options, started: time.Now(), facts: &recorder{}}
	steps := []struct {
		name string
		work string // whose CPU time it is
		do   func(context.Context) error
	}{
		{"make a folder", userWork, s.makeFolder},
		{"start the chain", chainWork, s.startChain},
		{"deal the key", userWork, s.deal},
		{"deploy the contracts", userWork, s.deploy},
		{"start the parties", partyWork, s.startParties},
		{"start the nodes", nodeWork, s.startNodes},
	}
	for _, step := range steps {
		if err := as(ctx, step.work, step.do); err != nil {
			s.close()
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return s, nil
}

// close clears the stage, last first.
func (s *stage) close() {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	var failures []error
	for _, node := range slices.Backward(s.nodes()) {
		failures = append(failures, node.Stop(ctx))
	}
	for _, party := range s.parties {
		failures = append(failures, party.Stop(ctx))
	}
	if s.standby != nil {
		failures = append(failures, s.standby.Stop(ctx))
	}
	if s.liar != nil {
		failures = append(failures, s.liar.server.Close())
	}
	if s.blocks != nil {
		s.halt()
		<-s.blocks.done
		s.user.client.Close()
	}
	if s.chain != nil {
		failures = append(failures, s.chain.Close())
	}
	if s.folder != "" {
		failures = append(failures, os.RemoveAll(s.folder))
	}
	if err := errors.Join(failures...); err != nil {
		s.say("clearing the stage: %v", err)
	}
}

func (s *stage) makeFolder(context.Context) (err error) {
	s.folder, err = os.MkdirTemp("", "gateway-demo-")
	return err
}

func (s *stage) startChain(ctx context.Context) error {
	var people []*account
	for range 4 + s.options.Nodes {
		person, err := newAccount()
		if err != nil {
			return err
		}
		people = append(people, person)
	}
	s.user, s.bidders, s.payers = people[0], people[1:4], people[4:]
	var funded []common.Address
	for _, person := range people {
		funded = append(funded, person.address)
	}
	var err error
	if s.chain, err = StartDevChain(blockPeriod, funded...); err != nil {
		return err
	}
	client, err := ethclient.DialContext(ctx, s.chain.URL())
	if err != nil {
		return err
	}
	for _, person := range people {
		person.client = client
	}
	watching, halt := context.WithCancel(context.Background())
	s.blocks, s.halt = watchBlocks(watching, client), halt
	s.say("an EVM chain runs in this process: a block a second, one confirmation counts as final")
	return nil
}

func (s *stage) deal(context.Context) error {
	dealer := threshold.Dealer{Name: "demo", AllowLarge: true}
	dealt, err := bootstrap.Deal(rand.Reader, s.path("keys"), DevChainID, dealer,
		s.options.Threshold, s.options.Parties)
	if err != nil {
		return err
	}
	s.dealing, s.key, s.public = dealt.Dealing, dealt.Info, dealt.Public
	s.say("DEALER KEY: this process dealt %d shares, any %d of which can sign", s.options.Parties,
		s.options.Threshold)
	return nil
}

func (s *stage) path(name string) string { return filepath.Join(s.folder, name) }

func (s *stage) regions() []string {
	var out []string
	for i := range min(len(regions), s.options.Parties) {
		out = append(out, string(regions[i]))
	}
	return out
}

func partyName(index int) string { return "party-" + strconv.Itoa(index) }

// startParties starts each party with its own certificate, custody, listener and chain client.
func (s *stage) startParties(ctx context.Context) error {
	authority, err := s.foundCluster()
	if err != nil {
		return err
	}
	defer func() { _ = authority.Stop(ctx) }() // the first node serves it from then on
	for i, share := range s.dealing.Shares {
		name := partyName(i + 1)
		if err := s.join(ctx, authority.Addr(), bootstrap.RoleParty, name); err != nil {
			return err
		}
		config, err := s.partyConfig(i, share)
		if err != nil {
			return err
		}
		party, err := bootstrap.StartParty(ctx, s.env(), config)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.parties = append(s.parties, party)
	}
	if s.options.Standby {
		if err := s.startStandby(ctx, true); err != nil {
			return fmt.Errorf("standby of %s: %w", partyName(1), err)
		}
	}
	s.say("%s up in %v, each with its own certificate, listener and view of the chain",
		plural(len(s.parties), "KMS party", "KMS parties"), s.regions())
	if !bls.ConstantTime {
		s.say("built without cgo: parties sign with the blinded library, not the constant-time one")
	}
	if s.options.Fault == PartyDown {
		s.parties[0].Kill()
		s.say("fault: party 1, the nearest, is down from the start")
	}
	return nil
}

func (s *stage) partyConfig(i int, share threshold.KeyShare) (bootstrap.PartyConfig, error) {
	name := partyName(i + 1)
	config := bootstrap.DefaultPartyConfig()
	config.Party = bootstrap.PartyOwnSection{
		Index: uint16(share.Index), Region: string(regions[i%len(regions)]),
		Data: s.path(name), Listen: "127.0.0.1:0", HTTP: "127.0.0.1:0",
		AllowBlinded: !bls.ConstantTime,
	}
	config.Custody = bootstrap.Custody(s.path("keys"), i+1)
	config.Keys = []string{s.public}
	config.TLS = s.tls(name)
	config.Log.Level = s.options.LogLevel
	config.Chain = s.chainSection(s.chain.URL())
	if s.options.Fault == RPCLies && i == 0 {
		lying, err := s.startLiar()
		if err != nil {
			return bootstrap.PartyConfig{}, err
		}
		config.Chain = s.chainSection(lying)
	}
	return config, nil
}

// startStandby starts party 1's second address, in the second region: the same share and identity,
// a folder of its own. Where standby is false its operator has made it the active one.
func (s *stage) startStandby(ctx context.Context, standby bool) error {
	config, err := s.partyConfig(0, s.dealing.Shares[0])
	if err != nil {
		return err
	}
	config.Party.Region, config.Party.Standby = string(regions[1]), standby
	config.Party.Data = s.path("party-1-standby")
	config.Custody.Folder = s.path("keys-standby")
	if s.standby != nil {
		config.Party.Listen = s.standby.Addr()
	} else if err := copyShares(bootstrap.Custody(s.path("keys"), 1).Folder,
		config.Custody.Folder); err != nil {
		return err
	}
	s.standby, err = bootstrap.StartParty(ctx, s.env(), config)
	return err
}

// copyShares copies sealed files, which stay their owner's alone.
func copyShares(from, to string) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, file := range files {
		sealed, err := os.ReadFile(filepath.Join(from, file.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, file.Name()), sealed, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// writeKey writes an account's key where only its owner may read it, and returns the path.
func (s *stage) writeKey(name string, owner *account) (string, error) {
	path := s.path(name + ".key")
	text := hex.EncodeToString(crypto.FromECDSA(owner.key))
	return path, os.WriteFile(path, []byte(text), 0o600)
}

func (s *stage) env() bootstrap.Env {
	return bootstrap.Env{Clock: time.Now, Rand: rand.Reader, Log: s.options.Log,
		Spans: s.options.Spans,
		Relay: func(_ context.Context, fact messages.Fact) { s.facts.take(fact) }}
}

func (s *stage) chainSection(url string) bootstrap.ChainSection {
	section := bootstrap.DefaultNodeConfig().Chain
	section.ID = DevChainID
	section.Gateway, section.Registry = s.gateway.Hex(), s.registry.Hex()
	section.Finality = "confirmations:1"
	section.Poll = 100 * time.Millisecond
	section.Endpoints = []bootstrap.EndpointSection{{URL: url, Operator: "demo"}}
	return section
}
