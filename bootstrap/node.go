package bootstrap

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/aggregator"
	"kmsgateway/actors/ethereum"
	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/remote"
	"kmsgateway/actors/request"
	"kmsgateway/bootstrap/api"
	"kmsgateway/cluster"
	"kmsgateway/cluster/content"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// Node is a running node: the rooms, what they stand on, and what joins them.
type Node struct {
	config   NodeConfig
	identity *Identity
	book     KeyBook
	observed *observed
	derive   *Derivations
	chain    *ethereum.Client
	outlet   *ethereum.Outlet
	ledger   *ledger.Ledger
	content  *content.Store
	system   *actor.ActorSystem
	place    *cluster.Place
	board    *kms.Board
	requests *request.Room
	combine  *aggregator.Room
	combiner *actor.PID // the aggregator's actor
	member   membership
	joins    *JoinService // nil but on the node that holds the authority
	lead     *lead
	api      *api.Server
	parts    parts
}

// StartNode brings a node to life: its list of parts, in order.
func StartNode(ctx context.Context, env Env, config NodeConfig) (*Node, error) {
	n := &Node{config: config}
	n.lead = &lead{node: n, env: env}
	err := n.parts.start(ctx, []part{
		{"folder", func(context.Context) error { return makeFolder(config.Node.Data) }, nil},
		{"identity", func(context.Context) error { return n.loadIdentity(env) }, nil},
		{"telemetry", func(ctx context.Context) error { return n.observe(ctx, env) },
			func(ctx context.Context) error { return n.observed.stop(ctx) }},
		{"membership", func(context.Context) error {
			n.member.start(n.identity, config.TLS, config.Trust.Renew, n.observed.publish, env.Clock)
			return nil
		}, n.member.stop},
		{"join service", func(context.Context) error { return n.serveJoins(env) }, n.stopJoins},
		{"caches", n.makeCaches, func(context.Context) error { n.derive.Close(); return nil }},
		{"chain client", func(ctx context.Context) error { return n.dial(ctx, env) },
			func(context.Context) error { return n.chain.Close() }},
		{"ledger", func(context.Context) error { return n.openLedger(env) },
			func(context.Context) error { return n.ledger.Close() }},
		{"content", func(context.Context) error { return n.openContent(env) },
			func(context.Context) error { return n.content.Close() }},
		{"place", func(context.Context) error { return n.openPlace(env) }, n.closePlace},
		{"rooms", func(context.Context) error { return n.makeRooms(env) }, nil},
		{"leader's rooms", n.lead.start, n.lead.stop},
		{"health, metrics and status", n.startAPI,
			func(ctx context.Context) error { return n.api.Stop(ctx) }},
	})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// Addr is where the node serves HTTP.
func (n *Node) Addr() string { return n.api.Addr() }

// Leader names the node that leads, "" where this node knows of none.
func (n *Node) Leader() string {
	if n.ledger.Leader() {
		return n.config.Node.Name
	}
	return ""
}

// Failed is closed when the node cannot go on and must be stopped; health says why.
func (n *Node) Failed() <-chan struct{} { return n.ledger.Halted() }

// Stop drains the node within ctx and stops it. A second call changes nothing.
func (n *Node) Stop(ctx context.Context) error { return n.parts.stop(ctx) }

func (n *Node) loadIdentity(env Env) (err error) {
	tls := n.config.TLS
	if n.identity, err = LoadIdentity(tls.CA, tls.Certificate, tls.Key, env.Clock); err != nil {
		return err
	}
	var keys []messages.KeyInfo
	for _, path := range n.config.Keys {
		key, err := ReadPublicKey(path)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	var parties []messages.PartyInfo
	for _, party := range n.config.Parties {
		parties = append(parties, messages.PartyInfo{Index: messages.PartyIndex(party.Index),
			Region: messages.Region(party.Region), Endpoints: party.Endpoints, Name: party.Name})
	}
	n.book, err = NewKeyBook(keys, parties)
	return err
}

func (n *Node) observe(ctx context.Context, env Env) (err error) {
	n.observed, err = observe(ctx, env, n.config.Node.Name, n.config.Node.Data, n.config.Log,
		n.config.Telemetry)
	return err
}

// serveJoins admits members where this node is configured to.
func (n *Node) serveJoins(env Env) (err error) {
	if n.config.Trust.Serve == "" {
		return nil
	}
	n.joins, err = StartJoinService(JoinServiceConfig{Listen: n.config.Trust.Serve,
		Data: n.config.Node.Data, Publish: n.observed.publish, Clock: env.Clock})
	return err
}

func (n *Node) stopJoins(ctx context.Context) error {
	if n.joins == nil {
		return nil
	}
	return n.joins.Stop(ctx)
}

// JoinAddr is where the node admits members, "" where it does not.
func (n *Node) JoinAddr() string {
	if n.joins == nil {
		return ""
	}
	return n.joins.Addr()
}

func (n *Node) makeCaches(context.Context) (err error) {
	n.derive, err = NewDerivations()
	return err
}

// dial connects to the chain and checks that the registry knows the configured keys.
func (n *Node) dial(ctx context.Context, env Env) (err error) {
	if n.chain, err = dialChain(ctx, env, n.config.Chain, n.observed.publish); err != nil {
		return err
	}
	if err := n.book.checkRegistered(ctx, n.chain); err != nil {
		return errors.Join(err, n.chain.Close())
	}
	key, err := ethereum.ReadSenderKey(n.config.Sender.KeyFile)
	if err != nil {
		return errors.Join(badFile("sender.key_file", err), n.chain.Close())
	}
	n.outlet = ethereum.NewOutlet(n.chain, key)
	return nil
}

func (n *Node) openLedger(env Env) (err error) {
	n.ledger, err = ledger.Open(ledger.Config{Dir: filepath.Join(n.config.Node.Data, "ledger"),
		Node: n.config.Node.Name, Clock: env.Clock, Publish: n.observed.publish})
	return err
}

func (n *Node) openContent(env Env) error {
	gateway, _, err := n.config.Chain.contracts()
	if err != nil {
		return err
	}
	chain := messages.ChainID(n.config.Chain.ID)
	n.content, err = content.Open(content.Config{
		Path:  filepath.Join(n.config.Node.Data, "content.db"),
		Fetch: n.chain.Registration, Check: content.Rehash(chain, gateway),
		Publish: n.observed.publish, Clock: env.Clock})
	if err != nil {
		return err
	}
	ratios := n.derive.ratios()
	ratios["ciphertexts"] = n.ciphertextRatio
	return watchRatios(n.observed.telemetry.meters, ratios)
}

// ciphertextRatio is the share of ciphertexts that were at hand; 0 before the first is asked for.
func (n *Node) ciphertextRatio() float64 {
	stats := n.content.Stats()
	here := stats.Memory + stats.Disk
	if here == 0 {
		return 0
	}
	return float64(here) / float64(here+stats.Chain)
}

func (n *Node) openPlace(env Env) (err error) {
	n.system = cluster.NewSystem(n.config.Node.Name)
	n.place, err = cluster.NewPlace(cluster.PlaceConfig{System: n.system,
		Publish: n.observed.publish, Clock: env.Clock})
	return err
}

func (n *Node) closePlace(ctx context.Context) error {
	err := n.place.Stop(ctx)
	if n.combiner != nil {
		err = errors.Join(err, n.system.Root.StopFuture(n.combiner).Wait())
	}
	n.system.Shutdown()
	return err
}

// makeRooms joins the rooms that every node has: aggregator, KMS proxies, requests.
func (n *Node) makeRooms(env Env) error {
	gateway, _, err := n.config.Chain.contracts()
	if err != nil {
		return err
	}
	n.combine, err = aggregator.New(aggregator.Config{Derive: n.derive, Gateway: gateway,
		Publish: n.observed.publish, Clock: env.Clock, Rand: env.Rand})
	if err != nil {
		return err
	}
	n.combiner = n.system.Root.Spawn(n.combine.Props())
	n.board = kms.NewBoard(n.book.parties)
	proxies := kms.Config{Parties: n.book.parties, Client: n.partyClient(env), Board: n.board,
		Publish: n.observed.publish, Clock: env.Clock}
	for _, region := range kms.Regions(n.book.parties) {
		if err := n.place.Register(kms.Kind(proxies, region)); err != nil {
			return err
		}
	}
	n.requests, err = request.New(request.Config{Poster: n.place, Ciphertexts: n.content,
		Keys: n.book, States: n.board.States, Home: messages.Region(n.config.Node.Region),
		Aggregator: n.combiner, Chain: messages.ChainID(n.config.Chain.ID), Gateway: gateway,
		Publish: n.observed.publish, Clock: env.Clock})
	if err != nil {
		return err
	}
	return n.place.Register(n.requests.Kind())
}

// partyClient dials a party over mutual TLS, believing only the name and role in its certificate.
func (n *Node) partyClient(env Env) kms.Dial {
	return func(party messages.PartyInfo) (kms.Client, error) {
		return remote.Dial(remote.Config{Party: party,
			TLS:     n.identity.ClientTLS(party.Name, RoleParty),
			Publish: n.observed.publish, Clock: env.Clock})
	}
}

func (n *Node) startAPI(context.Context) (err error) {
	n.api, err = startAPI(n.config.Node.HTTP, n.observed, n.Health, func() any { return n.Status() })
	return err
}

// Health is every room's contribution.
func (n *Node) Health() []messages.Health {
	rooms := []messages.Health{n.chain.Health(), n.ledger.Health(), n.content.Health(),
		n.place.Health(), n.board.Health(), n.requests.Health(), n.combine.Health()}
	return slices.Concat(rooms, n.lead.health(), n.member.health())
}

// NodeStatus is what a node tells over HTTP.
type NodeStatus struct {
	Node      string   `json:"node"`
	Region    string   `json:"region"`
	Leader    string   `json:"leader"`
	Chain     uint64   `json:"chain"`
	Cursor    string   `json:"cursor"`
	Open      int      `json:"open"`
	Fulfilled uint64   `json:"fulfilled"`
	Rejected  uint64   `json:"rejected"`
	Expired   uint64   `json:"expired"`
	Keys      []string `json:"keys"`
	Parties   []string `json:"parties"`
}

// Status tells where the node stands.
func (n *Node) Status() NodeStatus {
	counts := n.ledger.Counts()
	status := NodeStatus{Node: n.config.Node.Name, Region: n.config.Node.Region,
		Leader: n.Leader(), Chain: n.config.Chain.ID, Cursor: n.ledger.Cursor().String(),
		Open: counts.Open, Fulfilled: counts.Fulfilled, Rejected: counts.Rejected,
		Expired: counts.Expired}
	for id := range n.book.keys {
		status.Keys = append(status.Keys, id.String())
	}
	for _, state := range n.board.States() {
		text := state.Party.String() + "@" + string(state.Region)
		if !state.Usable {
			text += " circuit open"
		}
		status.Parties = append(status.Parties, text)
	}
	return status
}

func parseAddress(text string) (messages.Address, error) {
	var address messages.Address
	err := address.UnmarshalText([]byte(strings.ToLower(text)))
	return address, err
}
