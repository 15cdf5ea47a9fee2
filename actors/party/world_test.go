package party_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"kmsgateway/actors/party"
	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	chainID = messages.ChainID(31337)
	self    = messages.PartyIndex(2)
	epoch   = messages.KeyEpoch(4)
)

var (
	gateway = messages.Address{0xaa}
	keyID   = messages.KeyID{0x01}
)

// deriver derives by itself, without a cache.
type deriver struct{}

func (deriver) Derive(
	master [96]byte, purpose vetkd.Purpose, chain messages.ChainID, app messages.Address,
) (vetkd.Derived, error) {
	key, err := bls.ParsePublicKey(master[:])
	if err != nil {
		return vetkd.Derived{}, err
	}
	return vetkd.DerivePurpose(key, purpose, vetkd.NewAppID(uint64(chain), vetkd.Address(app)))
}

func (deriver) Hash(d vetkd.Derived, id []byte) (bls.HashPoint, error) { return d.Hash(id) }

// script is a chain that says what the test wants.
type script struct {
	mutex  sync.Mutex
	final  messages.Height
	events map[messages.EventPlace]messages.Requested
	err    error // answers everything, where set
	hold   chan struct{}
	reads  int
	tips   int
	held   chan struct{}
}

func (s *script) Final(ctx context.Context) (messages.BlockRef, error) {
	s.mutex.Lock()
	s.tips++
	hold, held, err, final := s.hold, s.held, s.err, s.final
	s.mutex.Unlock()
	if hold != nil {
		held <- struct{}{}
		select {
		case <-hold:
		case <-ctx.Done():
			return messages.BlockRef{}, ctx.Err()
		}
	}
	return messages.BlockRef{Number: final, Hash: blockHash(final)}, err
}

func (s *script) RequestedAt(
	_ context.Context, request messages.RequestID, at messages.EventPlace,
) (messages.Requested, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.reads++
	if s.err != nil {
		return messages.Requested{}, s.err
	}
	event, found := s.events[at]
	if !found {
		return messages.Requested{}, messages.EventMismatch(request, "no such event at that place")
	}
	return event, nil
}

func (s *script) set(change func(*script)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(s)
}

func (s *script) looks() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.reads
}

func blockHash(n messages.Height) messages.Hash {
	return messages.Hash{0xb1, byte(n >> 8), byte(n)}
}

// facts records what was published.
type facts struct {
	mutex sync.Mutex
	all   []messages.Fact
}

func (f *facts) publish(_ context.Context, fact messages.Fact) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.all = append(f.all, fact)
}

func (f *facts) named(name messages.FactName) []messages.Fact {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var found []messages.Fact
	for _, fact := range f.all {
		if fact.Name == name {
			found = append(found, fact)
		}
	}
	return found
}

// world is a key dealt 2 of 3, a chain, and party 2 behind a gRPC server.
type world struct {
	t       testing.TB
	dealing threshold.Dealing
	info    messages.KeyInfo
	chain   *script
	facts   *facts
	dir     string
	lock    vault.Lock
	public  ed25519.PublicKey
	config  party.Config
	party   *party.Party
	client  wire.PartyClient
	stop    func()
}

func newWorld(t testing.TB, change ...func(*party.Config)) *world {
	t.Helper()
	w := &world{t: t, facts: &facts{}, dir: t.TempDir(), chain: &script{
		final: 100, events: map[messages.EventPlace]messages.Requested{}}}
	w.deal()
	var private ed25519.PrivateKey
	var err error
	if w.public, private, err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	w.config = party.Config{
		Index: self, Region: "eu-west", Keys: []messages.KeyInfo{w.info},
		Deployments: []party.Deployment{{Chain: chainID, Gateway: gateway, Source: w.chain}},
		Journal:     filepath.Join(w.dir, "journal", "party.db"),
		Identity:    private, Deriver: deriver{}, Publish: w.facts.publish, Clock: time.Now,
		Rand: rand.Reader, AllowBlinded: true, Workers: 2,
		Authorize: func(context.Context) error { return nil },
	}
	for _, c := range change {
		c(&w.config)
	}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) deal() {
	dealing, err := threshold.Dealer{Name: "test"}.Deal(rand.Reader, 2, 3)
	if err != nil {
		w.t.Fatal(err)
	}
	w.dealing = dealing
	w.info = messages.KeyInfo{Key: keyID, Epoch: epoch, Parties: 3, Threshold: 2,
		Master: dealing.Committee.Master().Bytes()}
	for i := range 3 {
		public, _ := dealing.Committee.PublicShare(threshold.Index(i + 1))
		w.info.Shares = append(w.info.Shares, public.Bytes())
	}
	identity := filepath.Join(w.dir, "identity")
	if err := vault.NewIdentity(identity); err != nil {
		w.t.Fatal(err)
	}
	if w.lock, err = vault.IdentityLock(identity); err != nil {
		w.t.Fatal(err)
	}
	err = vault.Add(w.vaultDir(), w.lock, vault.Share{Key: keyID, Epoch: epoch, Index: self,
		Secret: dealing.Shares[self-1].Secret})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) vaultDir() string { return filepath.Join(w.dir, "vault") }

func (w *world) openVault() *vault.Vault {
	w.t.Helper()
	v, err := vault.Open(w.vaultDir(), w.lock, rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) system() *actor.ActorSystem {
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.NewTextHandler(io.Discard, nil))
	}))
}

// start runs the party; after stop it may be started again on the same folder.
func (w *world) start() {
	w.t.Helper()
	config := w.config
	config.Vault, config.System = w.openVault(), w.system()
	running, err := party.New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(party.MaxMessage))
	running.Register(server)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	connection, err := grpc.NewClient("passthrough:///party",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return listener.DialContext(ctx)
		}))
	if err != nil {
		w.t.Fatal(err)
	}
	w.party, w.client = running, wire.NewPartyClient(connection)
	w.stop = sync.OnceFunc(func() {
		_ = connection.Close()
		server.GracefulStop()
		if err := errors.Join(<-served, running.Close(w.context())); err != nil {
			w.t.Error(err)
		}
		config.System.Shutdown()
	})
}

func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.start()
}

func (w *world) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	w.t.Cleanup(cancel)
	return ctx
}
