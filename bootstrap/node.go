package bootstrap

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kmsgateway/actors/ethereum"
	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/remote"
	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/api"
	"kmsgateway/cluster"
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
	fabric   cluster.Fabric   // nil for a node by itself
	keyring  *cluster.Keyring // likewise
	core     *Core
	member   membership
	joins    *JoinService // nil but on the node that holds the authority
	api      *api.Server
	unspread func() // nil for a node by itself
	doorway  doorway
	shown    []admin.Key // for the operator
	parts    parts
}

// StartNode brings a node to life: its list of parts, in order.
func StartNode(ctx context.Context, env Env, config NodeConfig) (*Node, error) {
	n := &Node{config: config, doorway: newDoorway(config.Node.Name)}
	err := n.parts.start(ctx, []part{
		{"folder", func(context.Context) error { return makeFolder(config.Node.Data) }, nil},
		{"identity", func(context.Context) error { return n.loadIdentity(env) }, nil},
		{"telemetry", func(ctx context.Context) error { return n.observe(ctx, env) },
			func(ctx context.Context) error { return n.observed.stop(ctx) }},
		{"membership", func(context.Context) error {
			n.member.start(n.identity, config.TLS, config.Trust.Renew, n.observed.publish, env.Clock)
			return nil
		}, n.member.stop},
		{"caches", n.makeCaches, func(context.Context) error { n.derive.Close(); return nil }},
		{"chain client", func(ctx context.Context) error { return n.dial(ctx, env) },
			func(context.Context) error { return n.chain.Close() }},
		{"fabric", func(context.Context) error { return n.openFabric(env) }, n.closeFabric},
		{"core", func(ctx context.Context) error { return n.startCore(ctx, env) },
			func(ctx context.Context) error { return n.core.Stop(ctx) }},
		{"revocations", func(context.Context) error { return n.spread(env) },
			func(context.Context) error {
				if n.unspread != nil {
					n.unspread()
				}
				return nil
			}},
		{"join service", func(context.Context) error { return n.serveJoins(env) }, n.stopJoins},
		{"health, metrics and status", n.startAPI,
			func(ctx context.Context) error { return n.api.Stop(ctx) }},
		{"operator's door", func(context.Context) error { return n.openDoor(env) }, n.doorway.close},
	})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// Addr is where the node serves HTTP.
func (n *Node) Addr() string { return n.api.Addr() }

// ClusterAddr is where other nodes reach this one, "" for a node by itself.
func (n *Node) ClusterAddr() string {
	if n.fabric == nil {
		return ""
	}
	address, _ := n.fabric.Addresses()
	return address
}

// Leader names the node that leads, "" where this node knows of none.
func (n *Node) Leader() string { return n.core.Leader() }

// Joined is closed when the node is a member of its cluster; at once for a node by itself.
func (n *Node) Joined() <-chan struct{} { return n.core.Joined() }

// Failed is closed when the node cannot go on and must be stopped; Err says why.
func (n *Node) Failed() <-chan struct{} { return n.core.Failed() }

// Err says why the node cannot go on, nil while it can.
func (n *Node) Err() error { return n.core.Err() }

// Stop drains the node within ctx and stops it. A second call changes nothing.
func (n *Node) Stop(ctx context.Context) error { return n.parts.stop(ctx) }

// Kill stops the node as a crash would: its connections break, nothing is drained or handed over.
func (n *Node) Kill() error {
	var cut error
	if n.fabric != nil {
		cut = n.fabric.Close()
	}
	n.core.killed = true
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return errors.Join(cut, n.parts.stop(ctx))
}

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
	if n.book, err = NewKeyBook(keys, parties); err != nil {
		return err
	}
	n.shown, err = shownKeys(keys, n.config.Keys)
	return err
}

func (n *Node) openDoor(env Env) error {
	return n.doorway.open(n.config.Node.Data, nodeOperator{&n.doorway, n}, n.observed.publish,
		env.Clock)
}

// Drained is closed when the operator orders the node to drain: whoever runs it stops it then.
func (n *Node) Drained() <-chan struct{} { return n.doorway.drained }

func (n *Node) observe(ctx context.Context, env Env) (err error) {
	env.Relay = n.doorway.timeline.Relay(env.Relay)
	n.observed, err = observe(ctx, env, n.config.Node.Name, n.config.Node.Data, n.config.Log,
		n.config.Telemetry)
	return err
}

// serveJoins admits members where this node is configured to.
func (n *Node) serveJoins(env Env) (err error) {
	if n.config.Trust.Serve == "" {
		return nil
	}
	config := JoinServiceConfig{Listen: n.config.Trust.Serve, Data: n.config.Node.Data,
		Publish: n.observed.publish, Clock: env.Clock}
	if address := n.ClusterAddr(); address != "" {
		config.Seed = SeedSection{Name: n.config.Node.Name, Address: address}
	}
	n.joins, err = StartJoinService(config)
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

// startCore joins the core to this node's files, chain client and network.
func (n *Node) startCore(ctx context.Context, env Env) error {
	gateway, _, err := n.config.Chain.contracts()
	if err != nil {
		return err
	}
	finality, err := n.config.Chain.finality()
	if err != nil {
		return err
	}
	section := n.config.Cluster
	n.core, err = StartCore(ctx, CoreConfig{Node: n.config.Node.Name,
		Region: messages.Region(n.config.Node.Region), Data: n.config.Node.Data,
		Chain: messages.ChainID(n.config.Chain.ID), Gateway: gateway, Finality: finality,
		Start: messages.Height(n.config.Chain.Start), Poll: n.config.Chain.Poll,
		Source: n.chain, Outlet: n.outlet, Fetch: n.chain.Registration,
		Blind: n.chain.Blind,
		Book:  n.book, Dial: n.partyClient(env), Derive: n.derive,
		Fabric: n.fabric, Keyring: n.keyring, First: section.First, Seeds: section.seeds(),
		Voters: section.Voters, Profile: ledger.Profile(section.Profile),
		Publish: n.observed.publish, Clock: env.Clock, Rand: env.Rand})
	if err != nil {
		return err
	}
	ratios := n.derive.ratios()
	ratios["ciphertexts"] = n.core.ciphertextRatio
	return watchRatios(n.observed.telemetry.meters, ratios)
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
	return slices.Concat([]messages.Health{n.chain.Health()}, n.core.Health(), n.trustHealth())
}

// trustHealth is what membership says, or the join service of a node that nobody else renews.
func (n *Node) trustHealth() []messages.Health {
	if health := n.member.health(); health != nil || n.joins == nil {
		return health
	}
	return []messages.Health{n.joins.Health()}
}

// NodeStatus is what a node tells over HTTP.
type NodeStatus struct {
	Node      string   `json:"node"`
	Region    string   `json:"region"`
	Leader    string   `json:"leader"`
	Voters    []string `json:"voters"` // who elects the leader, as far as this node knows
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
	counts := n.core.ledger.Counts()
	status := NodeStatus{Node: n.config.Node.Name, Region: n.config.Node.Region,
		Leader: n.Leader(), Chain: n.config.Chain.ID, Cursor: n.core.ledger.Cursor().String(),
		Open: counts.Open, Fulfilled: counts.Fulfilled, Rejected: counts.Rejected,
		Expired: counts.Expired}
	for _, seat := range n.core.ledger.Seats() {
		if seat.Voter {
			status.Voters = append(status.Voters, seat.Name)
		}
	}
	for id := range n.book.keys {
		status.Keys = append(status.Keys, id.String())
	}
	for _, state := range n.core.board.States() {
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
