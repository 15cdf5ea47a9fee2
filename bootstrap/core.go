package bootstrap

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/aggregator"
	"kmsgateway/actors/chain"
	"kmsgateway/actors/kms"
	"kmsgateway/actors/request"
	"kmsgateway/cluster"
	"kmsgateway/cluster/content"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// CoreConfig is what the core of a node is made of: ports to its surroundings, real in Node and
// simulated where failures are studied. Without a Fabric the node is alone.
type CoreConfig struct {
	Node   string
	Region messages.Region
	Data   string // folder of the ledger and of the content; it exists

	Chain    messages.ChainID
	Gateway  messages.Address
	Finality chain.Finality
	Start    messages.Height // where the contract was deployed
	Poll     time.Duration   // between looks at the chain
	Source   chain.Source
	Outlet   chain.Outlet
	Fetch    content.Fetch

	Book   KeyBook
	Dial   kms.Dial
	Derive *Derivations

	Fabric  cluster.Fabric   // nil for a node by itself; the core does not close it
	Keyring *cluster.Keyring // of the gossip; for a node with a Fabric
	First   bool             // makes the ledger where there is none
	Seeds   []string         // names of nodes that know the leader
	Voters  int              // 3 or 5; 0 means 3
	Profile ledger.Profile
	Stores  ledger.Stores // nil for files below Data
	Blind   func() bool   // every circuit to the chain is open

	Publish messages.Publish
	Clock   messages.Clock
	Rand    io.Reader // cryptographic, safe for concurrent use
}

// Core is what makes a node one of the ring: its replica of the ledger, the rooms, and the place
// of its virtual actors. It knows its surroundings by ports only.
type Core struct {
	config   CoreConfig
	lookout  *chain.Lookout // nil for a node by itself
	ledger   *ledger.Ledger
	content  *content.Store
	system   *actor.ActorSystem
	place    *cluster.Place
	board    *kms.Board
	requests *request.Room
	combine  *aggregator.Room
	combiner *actor.PID // the aggregator's actor
	enrol    *enrolment
	lead     *lead
	parts    parts
	failed   chan struct{} // closed when the core cannot go on
	cause    error         // why; set before failed is closed
	once     sync.Once     // of failed
	killed   bool          // nothing is handed over or left in order
}

// StartCore brings the core to life. It does not wait for the cluster: a node that finds no leader
// yet is there all the same, and Joined says when it is a member.
func StartCore(ctx context.Context, config CoreConfig) (*Core, error) {
	c := &Core{config: config, failed: make(chan struct{})}
	c.lead = &lead{core: c}
	c.enrol = newEnrolment(c)
	err := c.parts.start(ctx, []part{
		{"lookout", c.startLookout, c.stopLookout},
		{"ledger", c.openLedger, func(context.Context) error { return c.ledger.Close() }},
		{"content", c.openContent, func(context.Context) error { return c.content.Close() }},
		{"place", c.openPlace, c.closePlace},
		{"rooms", c.makeRooms, nil},
		{"membership", c.enrol.start, c.enrol.stop},
		{"leader's rooms", c.lead.start, c.lead.stop},
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Stop drains the core within ctx: it hands leadership over, leaves the cluster, lets its actors
// finish, and stops.
func (c *Core) Stop(ctx context.Context) error { return c.parts.stop(ctx) }

// Kill stops the core as a crash would: it hands nothing over and tells nobody. The caller cuts its
// network first.
func (c *Core) Kill() error {
	c.killed = true
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return c.parts.stop(ctx)
}

// Failed is closed when the core cannot go on: the ledger holds what this program cannot read, or
// another process runs under this node's name.
func (c *Core) Failed() <-chan struct{} { return c.failed }

// Err says why the core cannot go on, nil while it can.
func (c *Core) Err() error {
	select {
	case <-c.failed:
		return c.cause
	default:
		return nil
	}
}

// Joined is closed when this node is a member of the committed table; at once for a node alone.
func (c *Core) Joined() <-chan struct{} { return c.enrol.joined }

// Leader names the node that leads, "" where this node knows of none.
func (c *Core) Leader() string { return c.ledger.LeaderName() }

// Ledger is this node's replica.
func (c *Core) Ledger() *ledger.Ledger { return c.ledger }

// Health is every room's contribution.
func (c *Core) Health() []messages.Health {
	rooms := []messages.Health{c.ledger.Health(), c.content.Health(), c.place.Health(),
		c.board.Health(), c.requests.Health(), c.combine.Health()}
	return slices.Concat(rooms, c.enrol.health(), c.lead.health())
}

func (c *Core) fail(cause error) {
	c.once.Do(func() {
		c.cause = cause
		close(c.failed)
	})
}

// startLookout watches the chain where leaders are compared by what they see of it.
func (c *Core) startLookout(context.Context) (err error) {
	if c.config.Fabric == nil {
		return nil
	}
	c.lookout, err = chain.StartLookout(chain.LookoutConfig{Tip: c.config.Source.Tip,
		Blind: c.config.Blind, Poll: c.config.Poll})
	return err
}

func (c *Core) stopLookout(context.Context) error {
	if c.lookout != nil {
		c.lookout.Stop()
	}
	return nil
}

func (c *Core) outlook() ledger.Outlook {
	height, blind := c.lookout.Seen()
	return ledger.Outlook{Height: height, Blind: blind}
}

func (c *Core) openLedger(context.Context) (err error) {
	config := ledger.Config{Dir: filepath.Join(c.config.Data, "ledger"), Node: c.config.Node,
		Clock: c.config.Clock, Publish: c.config.Publish, Stores: c.config.Stores,
		Voters: c.config.Voters, Profile: c.config.Profile}
	if fabric := c.config.Fabric; fabric != nil {
		config.Outlook = c.outlook
		config.Transport, config.Peers = fabric.Ledger(), fabric.Peers()
		config.Bootstrap = c.config.First
	}
	c.ledger, err = ledger.Open(config)
	return err
}

func (c *Core) openContent(context.Context) (err error) {
	c.content, err = content.Open(content.Config{
		Path:  filepath.Join(c.config.Data, "content.db"),
		Fetch: c.config.Fetch, Check: content.Rehash(c.config.Chain, c.config.Gateway),
		Publish: c.config.Publish, Clock: c.config.Clock})
	return err
}

// ciphertextRatio is the share of ciphertexts that were at hand; 0 before the first is asked for.
func (c *Core) ciphertextRatio() float64 {
	stats := c.content.Stats()
	here := stats.Memory + stats.Disk
	if here == 0 {
		return 0
	}
	return float64(here) / float64(here+stats.Chain)
}

func (c *Core) openPlace(context.Context) (err error) {
	config := cluster.PlaceConfig{Self: c.config.Node, Leader: c.Leader,
		Publish: c.config.Publish, Clock: c.config.Clock}
	if c.config.Fabric != nil {
		config.Carrier = c.config.Fabric.Carrier()
		c.serveOperators()
	}
	c.system = cluster.NewSystem(c.config.Node)
	config.System = c.system
	c.place, err = cluster.NewPlace(config)
	return err
}

func (c *Core) closePlace(ctx context.Context) error {
	err := c.place.Stop(ctx)
	if c.combiner != nil {
		err = errors.Join(err, c.system.Root.StopFuture(c.combiner).Wait())
	}
	c.system.Shutdown()
	return err
}

// makeRooms joins the rooms that every node has: aggregator, KMS proxies, requests.
func (c *Core) makeRooms(context.Context) (err error) {
	config := c.config
	c.combine, err = aggregator.New(aggregator.Config{Derive: config.Derive,
		Gateway: config.Gateway, Publish: config.Publish, Clock: config.Clock, Rand: config.Rand})
	if err != nil {
		return err
	}
	c.combiner = c.system.Root.Spawn(c.combine.Props())
	c.board = kms.NewBoard(config.Book.parties)
	proxies := kms.Config{Parties: config.Book.parties, Client: config.Dial, Board: c.board,
		Publish: config.Publish, Clock: config.Clock}
	for _, region := range kms.Regions(config.Book.parties) {
		if err := c.place.Register(kms.Kind(proxies, region)); err != nil {
			return err
		}
	}
	c.requests, err = request.New(request.Config{Poster: c.place, Ciphertexts: c.content,
		Keys: config.Book, States: c.board.States, Home: config.Region,
		Aggregator: c.combiner, Chain: config.Chain, Gateway: config.Gateway,
		Publish: config.Publish, Clock: config.Clock})
	if err != nil {
		return err
	}
	return c.place.Register(c.requests.Kind())
}
