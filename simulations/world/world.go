package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/bootstrap"
	"kmsgateway/cluster"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

const (
	// readyTime bounds the time from the first start until every node is a member and all voters
	// vote.
	readyTime = 2 * time.Minute
	// drainTime bounds a graceful stop.
	drainTime = 20 * time.Second
	// deadLetterTime is how long protoactor's own goroutine outlives a dead letter.
	deadLetterTime = 2 * time.Second
	// watchEvery is between two looks at the ledgers and at what is left to do.
	watchEvery = 250 * time.Millisecond
	// inputKinds bounds how many ciphertexts are made; requests take them in turns.
	inputKinds = 16
	// plaintextSize is what each of them hides, in bytes.
	plaintextSize = 32
)

// World is a cluster with its parties and its chain. It lives in one bubble of testing/synctest.
type World struct {
	seed     uint64
	plan     Plan
	dir      string
	random   io.Reader
	draws    *rand.Rand // of the world's own choices; only Play draws
	network  *Network
	system   *actor.ActorSystem // of all parties
	contract *contract
	chain    *Chain
	handles  []messages.Handle
	key      messages.KeyInfo
	book     bootstrap.KeyBook
	derive   *bootstrap.Derivations
	keyring  *cluster.Keyring
	history  *recorder

	nodes     []*Node
	parties   []*Party
	endpoints map[string]*Endpoint // by the host that asks them
	regions   map[string]messages.Region

	holding sync.Mutex
	holds   map[string]int // holding; faults that keep a host down

	life context.Context
	stop context.CancelFunc
	work sync.WaitGroup
}

// shared is randomness that many may read at once.
type shared struct {
	mu   sync.Mutex
	from *rand.ChaCha8 // mu
}

// Read implements io.Reader.
func (s *shared) Read(into []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from.Read(into)
}

// New makes a world in which nothing runs yet but the chain. dir takes what is not simulated: the
// nodes' content and the parties' custody. It must be called in a bubble.
func New(dir string, seed uint64, plan Plan) (*World, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	var key [32]byte
	for i := range key {
		key[i] = byte(seed >> (8 * (i % 8)))
	}
	w := &World{seed: seed, plan: plan, dir: dir, random: &shared{from: rand.NewChaCha8(key)},
		draws: rand.New(rand.NewPCG(seed, seed)), history: &recorder{},
		endpoints: map[string]*Endpoint{}, regions: map[string]messages.Region{},
		holds: map[string]int{}}
	w.life, w.stop = context.WithCancel(context.Background())
	w.network, w.system = NewNetwork(seed, w.base), cluster.NewSystem("parties")
	var err error
	if w.derive, err = bootstrap.NewDerivations(); err != nil {
		return nil, err
	}
	gossip := make([]byte, cluster.GossipKeySize)
	if _, err = w.random.Read(gossip); err == nil {
		w.keyring, err = cluster.NewKeyring(gossip)
	}
	if err == nil {
		err = w.populate()
	}
	if err != nil {
		w.end()
		return nil, err
	}
	return w, nil
}

// base is the healthy link between two hosts.
func (w *World) base(from, to string) Link {
	t := w.plan.Topology
	a, b := w.regions[from], w.regions[to]
	for _, link := range t.Links {
		if link.From == a && link.To == b {
			return link.Link
		}
	}
	if a == b {
		return t.Near
	}
	return t.Far
}

// endpointOf names the host of the chain endpoint that a host asks.
func endpointOf(host string) string { return "rpc-" + host }

// populate makes key, chain, parties and nodes.
func (w *World) populate() error {
	t := w.plan.Topology
	dealing, err := threshold.Dealer{Name: "simulation"}.Deal(w.random, t.Threshold, len(t.Parties))
	if err != nil {
		return fmt.Errorf("deal the key: %w", err)
	}
	w.key = bootstrap.KeyInfoOf(messages.KeyID{0x4b}, epoch, dealing.Committee)
	w.contract = &contract{address: messages.Address{0x6a}, key: w.key,
		master: dealing.Committee.Master(), registered: map[messages.Handle]messages.Registered{}}
	if err := w.register(); err != nil {
		return err
	}
	w.chain = newChain(w.plan.Chain, w.contract)
	var infos []messages.PartyInfo
	for i, region := range t.Parties {
		index := messages.PartyIndex(i + 1)
		infos = append(infos, messages.PartyInfo{Index: index, Region: region,
			Endpoints: []string{PartyName(index)}, Name: PartyName(index)})
		w.settleIn(PartyName(index), region)
	}
	if w.book, err = bootstrap.NewKeyBook([]messages.KeyInfo{w.key}, infos); err != nil {
		return err
	}
	for i, info := range infos {
		p, err := newParty(w, info, dealing.Shares[i])
		if err != nil {
			return fmt.Errorf("make %s: %w", PartyName(info.Index), err)
		}
		w.parties = append(w.parties, p)
	}
	for i, plan := range t.Nodes {
		w.settleIn(plan.Name, plan.Region)
		node, err := newNode(w, plan, i)
		if err != nil {
			return err
		}
		w.nodes = append(w.nodes, node)
	}
	w.work.Go(w.mine)
	return nil
}

// settleIn gives a host its region, and an endpoint of the chain beside it.
func (w *World) settleIn(host string, region messages.Region) {
	w.regions[host], w.regions[endpointOf(host)] = region, region
	w.endpoints[host], _ = serveChain(w.network, endpointOf(host), w.chain)
}

// register encrypts what requests will ask for.
func (w *World) register() error {
	app := messages.Address{0xa9}
	derived, err := vetkd.DerivePurpose(w.contract.master, vetkd.PurposeDecrypt,
		vetkd.NewAppID(uint64(ChainID), vetkd.Address(app)))
	if err != nil {
		return fmt.Errorf("derive the app's key: %w", err)
	}
	load := w.plan.Load
	for n := range min(inputKinds, load.Requests*max(1, load.Handles)) {
		salt := messages.Hash{byte(n + 1)}
		id := vetkd.Input{ChainID: uint64(ChainID), Gateway: vetkd.Address(w.contract.address),
			App: vetkd.Address(app), Salt: salt}.ID()
		var seed vetkd.Seed
		plaintext := make([]byte, plaintextSize)
		if _, err := w.random.Read(seed[:]); err != nil {
			return err
		}
		if _, err := w.random.Read(plaintext); err != nil {
			return err
		}
		sealed, err := vetkd.Encrypt(derived.Key(), id[:], seed, plaintext)
		if err != nil {
			return fmt.Errorf("encrypt input %d: %w", n, err)
		}
		handle := messages.Handle(vetkd.HandleOf(id, vetkd.KeyID(w.key.Key), sealed))
		w.contract.registered[handle] = messages.Registered{Handle: handle, App: app, Salt: salt,
			Key: w.key.Key, Ciphertext: sealed.Bytes()}
		w.handles = append(w.handles, handle)
	}
	return nil
}

// client is a host's client of its endpoint.
func (w *World) client(station *Station, final messages.Height) *client {
	return &client{station: station, host: endpointOf(station.name),
		endpoint: w.endpoints[station.name], final: final}
}

// mine makes a block each period.
func (w *World) mine() {
	ticks := time.NewTicker(w.chain.plan.Period)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			w.chain.Mine()
		case <-w.life.Done():
			return
		}
	}
}

// note keeps an error of the world itself.
func (w *World) note(err error) {
	if err == nil {
		return
	}
	w.history.mu.Lock()
	defer w.history.mu.Unlock()
	w.history.troubles = append(w.history.troubles, err.Error())
}

// Start starts all and returns when every node is a member and all voters vote.
func (w *World) Start() error {
	for _, p := range w.parties {
		if err := p.Start(); err != nil {
			return err
		}
	}
	for _, n := range w.nodes {
		if err := n.Start(); err != nil {
			return err
		}
	}
	voters := w.plan.Topology.Voters
	if voters == 0 {
		voters = 3
	}
	voters = min(voters, len(w.nodes))
	ready := w.until(readyTime, func() bool {
		return w.leader() != nil &&
			!slices.ContainsFunc(w.nodes, func(n *Node) bool { return !n.ready(voters) })
	})
	if !ready {
		return errors.New("the cluster did not come together: " + w.state())
	}
	return nil
}

// state says where each node stands.
func (w *World) state() (text string) {
	for _, n := range w.nodes {
		text += n.plan.Name
		if l := n.life(); l != nil {
			text += fmt.Sprintf(" %+v %+v", l.core.Ledger().Seats(), l.core.Health())
		}
		text += "; "
	}
	return text
}

// until looks again and again whether something holds, for a limited time.
func (w *World) until(limit time.Duration, holds func() bool) bool {
	looks := time.NewTicker(watchEvery)
	defer looks.Stop()
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		for _, n := range w.nodes {
			n.see()
		}
		if holds() {
			return true
		}
		select {
		case <-looks.C:
		case <-late.C:
			return false
		}
	}
}

// leader is the node that leads, nil where none does.
func (w *World) leader() *Node {
	for _, n := range w.nodes {
		if n.leads() {
			return n
		}
	}
	return nil
}

// Close stops all: faults first, so that none starts what has ended.
func (w *World) Close() {
	w.stop()
	w.work.Wait()
	for _, n := range w.nodes {
		w.note(n.Crash())
	}
	for _, p := range w.parties {
		w.note(p.Stop())
	}
	w.end()
}

// end stops what New began.
func (w *World) end() {
	w.stop()
	w.work.Wait()
	w.system.Shutdown()
	w.derive.Close()
	time.Sleep(deadLetterTime)
}
