package party

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/party/journal"
	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
)

// Defaults and bounds of Config.
const (
	// DefaultTimeout bounds the work on one question: a chain read with one failover, and signing.
	DefaultTimeout = 10 * time.Second
	// DefaultCalls is how many calls are served at once; each holds at most MaxBatch questions.
	DefaultCalls = 64
	// cutShort is how long Close waits for workers whose context has ended; the journal refuses any
	// that come later.
	cutShort = time.Second
	// maxTasks bounds the questions in work, and with them memory: about 20 kB each at most.
	maxTasks = 4096
	// maxReads bounds how many questions wait for the chain at once.
	maxReads = 64
	// maxRemembered bounds the releases kept in memory; the journal on disk has them all.
	maxRemembered = 8192
)

// Deployment is a gateway contract that this party serves. What is not listed is refused.
type Deployment struct {
	Chain    messages.ChainID
	Gateway  messages.Address
	Registry messages.Address // where the keys of this gateway are registered
	Source   Chain            // the party's own view of this chain
}

// Config is what a party is made of. All is required but what says otherwise.
type Config struct {
	Index       messages.PartyIndex
	Region      messages.Region
	Deployments []Deployment       // at most one a chain
	Keys        []messages.KeyInfo // the keys it signs for, in the epoch it signs for
	Vault       *vault.Vault       // must hold the share of each key; the party closes it
	Journal     string             // path of the journal's file
	Identity    ed25519.PrivateKey // signs what the party answers
	Deriver     Deriver
	System      *actor.ActorSystem // the party's own, shut down by whoever made it
	Publish     messages.Publish
	Clock       messages.Clock
	Rand        io.Reader // cryptographic: blinds and verifies

	// Authorize refuses a caller by what the connection says of it: the role in the certificate.
	Authorize func(context.Context) error

	// Standby gives shares and attests nothing: at most one address of a party may attest, and only
	// its operator says which.
	Standby bool

	// AllowBlinded lets a party run on a build whose secret scalars are not constant time.
	AllowBlinded bool

	Timeout time.Duration // of one question; 0 means DefaultTimeout
	Calls   int           // served at once; 0 means DefaultCalls
	Workers int           // that sign and verify; 0 means one a processor
}

// heldKey is a key with what every use of it needs.
type heldKey struct {
	info   messages.KeyInfo
	public bls.PublicKey // this party's public share
}

// settings is what the mailbox, the workers and the server read; it never changes.
type settings struct {
	index       messages.PartyIndex
	region      messages.Region
	first       Deployment // what Describe speaks of
	deployments map[messages.ChainID]Deployment
	keys        map[messages.KeyID]heldKey
	custody     Custody
	identity    ed25519.PrivateKey
	deriver     Deriver
	publish     messages.Publish
	clock       messages.Clock
	rand        io.Reader
	authorize   func(context.Context) error
	standby     bool
	timeout     time.Duration
	workers     int
	journal     *journal.Journal
	pulse       *pulse
	life        context.Context // ends when the party stops without waiting any longer
}

// Party is a running party: Register puts it behind a gRPC server, Close ends it.
type Party struct {
	*settings
	held   []messages.HeldKey
	vault  *vault.Vault
	root   *actor.RootContext
	pid    *actor.PID
	calls  chan struct{} // a place each
	cancel context.CancelFunc
	once   sync.Once
	ended  error // guarded by once
}

// New starts a party. It refuses (CONFIG) a build whose secret scalars are not constant time unless
// that is allowed, a deployment that is listed twice, a key whose share the vault does not hold,
// and a share that is not the one whose public share is known. STORAGE where the journal does not
// open. The vault stays the caller's to close where New fails.
func New(config Config) (*Party, error) {
	if !bls.ConstantTime && !config.AllowBlinded {
		return nil, messages.BadConfig("party.allow_blinded",
			"this build (without cgo) does not multiply secret scalars in constant time")
	}
	s, err := settingsOf(config)
	if err != nil {
		return nil, err
	}
	if s.journal, err = journal.Open(config.Journal, s.pulse.wrote); err != nil {
		return nil, messages.StorageFailed("open journal", err)
	}
	p := &Party{
		settings: s, vault: config.Vault,
		calls: make(chan struct{}, orDefault(config.Calls, DefaultCalls)),
		root:  actor.NewRootContext(config.System, nil).WithGuardian(actor.NewRestartingStrategy()),
	}
	for id, key := range s.keys {
		p.held = append(p.held, messages.HeldKey{Key: id, Epoch: key.info.Epoch})
	}
	s.life, p.cancel = context.WithCancel(context.Background())
	p.pid = p.root.Spawn(actor.PropsFromProducer(func() actor.Actor { return newMailbox(s) }))
	return p, nil
}

// settingsOf checks the configuration and the vault against each other. A party that starts with a
// share that is not its own would answer for days with what everybody blames it for.
func settingsOf(config Config) (*settings, error) {
	if err := complete(config); err != nil {
		return nil, err
	}
	s := &settings{
		index: config.Index, region: config.Region, custody: config.Vault,
		identity: config.Identity, deriver: config.Deriver, publish: config.Publish,
		clock: config.Clock, rand: config.Rand, authorize: config.Authorize,
		standby: config.Standby,
		timeout: orDefault(config.Timeout, DefaultTimeout),
		workers: orDefault(config.Workers, runtime.GOMAXPROCS(0)),
		pulse:   &pulse{},

		deployments: make(map[messages.ChainID]Deployment, len(config.Deployments)),
		keys:        make(map[messages.KeyID]heldKey, len(config.Keys)),
	}
	s.first = config.Deployments[0]
	for _, deployment := range config.Deployments {
		if _, twice := s.deployments[deployment.Chain]; twice {
			return nil, messages.BadConfig("party.deployments",
				fmt.Sprintf("chain %d is listed twice", deployment.Chain))
		}
		s.deployments[deployment.Chain] = deployment
	}
	for _, info := range config.Keys {
		key, err := holding(config.Vault.Held(), info, config.Index)
		if err != nil {
			return nil, err
		}
		s.keys[info.Key] = key
	}
	return s, nil
}

// complete names what is missing.
func complete(config Config) error {
	switch {
	case config.Index == 0:
		return messages.BadConfig("party.index", "must be at least 1")
	case len(config.Identity) != ed25519.PrivateKeySize:
		return messages.BadConfig("party.identity", "want an Ed25519 private key")
	case len(config.Deployments) == 0:
		return messages.BadConfig("party.deployments", "none is listed")
	case config.Vault == nil:
		return messages.BadConfig("party.vault", "required")
	case config.Authorize == nil:
		return messages.BadConfig("party.authorize", "required: without it anyone may ask")
	case config.Deriver == nil || config.System == nil || config.Publish == nil ||
		config.Clock == nil || config.Rand == nil:
		return messages.BadConfig("party", "deriver, system, publish, clock and rand are required")
	}
	return nil
}

// holding finds the share of a key and proves that it is the one the key's owners know of.
func holding(
	held []vault.Held, info messages.KeyInfo, index messages.PartyIndex,
) (heldKey, error) {
	if int(index) > len(info.Shares) {
		return heldKey{}, messages.BadConfig("party.keys",
			fmt.Sprintf("key %s has no public share of %s", info.Key, index))
	}
	for _, share := range held {
		if share.Key != info.Key || share.Epoch != info.Epoch {
			continue
		}
		if share.Index != index || share.Public.Bytes() != info.Shares[index-1] {
			return heldKey{}, messages.BadConfig("party.vault",
				fmt.Sprintf("the share of key %s is not that of %s", info.Key, index))
		}
		return heldKey{info: info, public: share.Public}, nil
	}
	return heldKey{}, messages.BadConfig("party.vault",
		fmt.Sprintf("no share of key %s in epoch %d", info.Key, info.Epoch))
}

// orDefault gives a value that was left out.
func orDefault[T int | time.Duration](value, fallback T) T {
	if value == 0 {
		return fallback
	}
	return value
}

// Close takes nothing new, lets what is in work end until ctx does, then cuts it short; it closes
// journal and vault last. Call it after the gRPC server has stopped. A second call changes nothing.
func (p *Party) Close(ctx context.Context) error {
	p.once.Do(func() {
		drained := make(chan struct{})
		p.root.Send(p.pid, drain{done: drained})
		select {
		case <-drained:
		case <-ctx.Done():
			p.cancel()
			select {
			case <-drained:
			case <-time.After(cutShort):
			}
		}
		p.cancel()
		_ = p.root.PoisonFuture(p.pid).Wait() // its only error is that the actor is gone already
		p.ended = p.journal.Close()
		p.vault.Close()
	})
	return p.ended
}

// Health tells how the party does, from what it knows: no key, a journal that does not write or a
// chain that does not answer. Safe to call from any goroutine.
func (p *Party) Health() messages.Health {
	health := messages.Health{Room: messages.RoomParty, Grade: messages.Healthy}
	switch trouble, chain := p.pulse.journal.Load(), p.pulse.chain.Load(); {
	case len(p.keys) == 0:
		health.Grade, health.Detail = messages.Down, "holds no key"
	case trouble != nil:
		health.Grade, health.Detail = messages.Down, "journal: "+(*trouble).Error()
	case chain != nil:
		health.Grade, health.Detail = messages.Degraded, "chain: "+(*chain).Error()
	}
	return health
}

// pulse is the last trouble of each kind, nil where there is none.
type pulse struct {
	journal atomic.Pointer[error]
	chain   atomic.Pointer[error]
}

// wrote notes how a write of the journal went.
func (p *pulse) wrote(err error) {
	if err == nil {
		p.journal.Store(nil)
		return
	}
	p.journal.Store(&err)
}

// looked notes how a look at the chain went; a refusal for what was seen is no trouble.
func (p *pulse) looked(err error) {
	switch messages.CodeOf(err) {
	case messages.CodeChainUnavailable, messages.CodeChainInconsistent, messages.CodeDeadline,
		messages.CodeCircuitOpen:
		p.chain.Store(&err)
	case "":
		p.chain.Store(nil)
	}
}
