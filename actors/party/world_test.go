package party_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
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

func blockHash(n messages.Height) messages.Hash { return messages.Hash{0xb1, byte(n >> 8), byte(n)} }

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
	t       *testing.T
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

func newWorld(t *testing.T, change ...func(*party.Config)) *world {
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

// sealed is a registered ciphertext with what its encryptor knows.
type sealed struct {
	hint       messages.InputHint
	id         vetkd.InputID
	ciphertext []byte
	plaintext  []byte
}

func (w *world) master() bls.PublicKey { return w.dealing.Committee.Master() }

// seal encrypts a plaintext for app; spoil may change the ciphertext before it is registered.
func (w *world) seal(app messages.Address, plaintext string, spoil func([]byte)) sealed {
	w.t.Helper()
	var salt [32]byte
	if _, err := rand.Read(salt[:]); err != nil {
		w.t.Fatal(err)
	}
	owner := messages.Address{0x0e}
	id := vetkd.Input{ChainID: uint64(chainID), Gateway: vetkd.Address(gateway),
		App: vetkd.Address(app), Owner: vetkd.Address(owner), Salt: salt}.ID()
	derived, err := deriver{}.Derive(w.info.Master, vetkd.PurposeDecrypt, chainID, app)
	if err != nil {
		w.t.Fatal(err)
	}
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	parsed, err := vetkd.Encrypt(derived.Key(), id[:], seed, []byte(plaintext))
	if err != nil {
		w.t.Fatal(err)
	}
	ciphertext := parsed.Bytes()
	if spoil != nil {
		spoil(ciphertext)
	}
	s := sealed{id: id, ciphertext: ciphertext, plaintext: []byte(plaintext)}
	s.hint = messages.InputHint{App: app, Owner: owner, Salt: salt,
		C1Hash: vetkd.Keccak256(ciphertext[8:104]), RestHash: vetkd.Keccak256(ciphertext[104:]),
		Length: uint32(len(plaintext))}
	s.hint.Handle = messages.Handle(vetkd.HandleOfParts(id, vetkd.KeyID(keyID), s.hint.C1Hash,
		s.hint.RestHash, uint64(len(plaintext))))
	return s
}

// request puts a request on the scripted chain, final, and returns what a node would ask.
func (w *world) request(number uint64, inputs ...sealed) messages.SignShare {
	ask := messages.SignShare{
		Request: messages.RequestID{Chain: chainID, Number: number, Digest: messages.Hash{byte(number), 9}},
		Party:   self, Key: keyID, Epoch: epoch, Budget: 10 * time.Second,
		Place: messages.EventPlace{
			Block: messages.BlockRef{Number: 50, Hash: blockHash(50)}, LogIndex: uint32(number)},
	}
	event := messages.Requested{Request: ask.Request, App: messages.Address{0x77}, Key: keyID,
		Place: ask.Place}
	for _, input := range inputs {
		ask.Inputs = append(ask.Inputs, input.hint)
		event.Handles = append(event.Handles, input.hint.Handle)
	}
	w.chain.set(func(s *script) { s.events[ask.Place] = event })
	return ask
}

func (w *world) ask(asks ...messages.SignShare) []messages.ShareAnswer {
	w.t.Helper()
	reply, err := w.client.SignShares(w.context(), messages.SignSharesToWire(asks))
	if err != nil {
		w.t.Fatal(err)
	}
	answers, err := messages.ShareAnswersFromWire(reply)
	if err != nil {
		w.t.Fatal(err)
	}
	return answers
}

// refused asks one question and returns the code of its refusal, "" where it was answered.
func (w *world) refused(ask messages.SignShare) messages.Code {
	w.t.Helper()
	answer := w.ask(ask)[0]
	if answer.Refused == nil {
		return ""
	}
	return answer.Refused.Code
}

// keyOf combines the key K of an input from the shares of parties 1 and 3: party 2 need not answer.
func (w *world) keyOf(input sealed) [48]byte {
	w.t.Helper()
	derived, err := deriver{}.Derive(w.info.Master, vetkd.PurposeDecrypt, chainID, input.hint.App)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.combine(derived, input.id[:], nil)
}

// combine makes the quorum's signature on id; own, where given, stands for party 2's share.
func (w *world) combine(derived vetkd.Derived, id []byte, own *[96]byte) [48]byte {
	w.t.Helper()
	from := []threshold.Index{1, 3}
	if own != nil {
		from[1] = threshold.Index(self)
	}
	shares := make([]threshold.Share, len(from))
	for k, i := range from {
		share, err := vetkd.SignShare(rand.Reader, w.dealing.Shares[i-1].Secret, derived, id)
		if own != nil && i == threshold.Index(self) {
			share, err = bls.ParseShare(own[:])
		}
		if err != nil {
			w.t.Fatal(err)
		}
		shares[k] = threshold.Share{Index: i, Point: share}
	}
	coefficients, err := threshold.NewCoefficients(from)
	if err != nil {
		w.t.Fatal(err)
	}
	signature, err := coefficients.Combine(shares)
	if err != nil {
		w.t.Fatal(err)
	}
	return signature.Bytes()
}

// outcomes turns a question into the one for an attestation, with the right keys and the digest of
// these statuses.
func (w *world) outcomes(
	ask messages.SignShare, inputs []sealed, statuses ...messages.Status,
) messages.SignOutcomes {
	w.t.Helper()
	out := messages.SignOutcomes{Request: ask.Request, Party: ask.Party, Key: ask.Key,
		Epoch: ask.Epoch, Place: ask.Place, Budget: ask.Budget}
	var verdicts vetkd.Outcomes
	for i, input := range inputs {
		out.Inputs = append(out.Inputs, messages.InputProof{Hint: ask.Inputs[i],
			Key: w.keyOf(input), Ciphertext: bytes.Clone(input.ciphertext)})
		verdict := vetkd.Outcome{Handle: vetkd.Handle(input.hint.Handle), Status: uint8(statuses[i]),
			PlaintextHash: vetkd.Keccak256()}
		if statuses[i] == messages.StatusOpened {
			verdict.PlaintextHash = vetkd.Keccak256(input.plaintext)
		}
		verdicts = append(verdicts, verdict)
	}
	out.OutcomesDigest = verdicts.Digest()
	return out
}

func (w *world) attest(ask messages.SignOutcomes) messages.OutcomeAnswer {
	w.t.Helper()
	reply, err := w.client.SignOutcomes(w.context(),
		&wire.SignOutcomesRequest{Request: messages.SignOutcomesToWire(ask)})
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := messages.OutcomeAnswerFromWire(reply.GetAnswer())
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w *world) attestRefused(ask messages.SignOutcomes) messages.Code {
	w.t.Helper()
	answer := w.attest(ask)
	if answer.Refused == nil {
		return ""
	}
	return answer.Refused.Code
}

// rottenFor replaces a ciphertext's c2 and c3 so that it opens under the holder of public's
// signature on h, and keeps what its handle says in step.
func (w *world) rottenFor(s sealed, h bls.HashPoint, public bls.PublicKey) sealed {
	w.t.Helper()
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	ciphertext, err := encryptTo(h, public, seed, s.plaintext)
	if err != nil {
		w.t.Fatal(err)
	}
	s.ciphertext = ciphertext
	s.hint.C1Hash, s.hint.RestHash = vetkd.Keccak256(ciphertext[8:104]), vetkd.Keccak256(ciphertext[104:])
	s.hint.Handle = messages.Handle(vetkd.HandleOfParts(s.id, vetkd.KeyID(keyID), s.hint.C1Hash,
		s.hint.RestHash, uint64(s.hint.Length)))
	return s
}

// encryptTo is the scheme's encryption with a free choice of point and key: the mask is
// e(h, public)^t instead of e(H(dpk, id), dpk)^t.
func encryptTo(h bls.HashPoint, public bls.PublicKey, seed vetkd.Seed, msg []byte) ([]byte, error) {
	head := []byte("IC IBE\x00\x01")
	t, err := bls.HashToScalar(slices.Concat(head, seed[:], msg),
		[]byte("ic-vetkd-bls12-381-ibe-hash-to-mask"))
	if err != nil {
		return nil, err
	}
	c1, err := bls.TimesBase(t)
	if err != nil {
		return nil, err
	}
	gt, err := h.PairTimes(public, t)
	if err != nil {
		return nil, err
	}
	pad, err := hkdf.Key(sha256.New, gt[:], nil, "ic-vetkd-bls12-381-ibe-mask-seed", 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, seed[:], nil,
		fmt.Sprintf("ic-vetkd-bls12-381-ibe-mask-msg-%020d", len(msg)), 32)
	if err != nil {
		return nil, err
	}
	c2, c3 := make([]byte, 32), make([]byte, len(msg))
	subtle.XORBytes(c2, seed[:], pad)
	subtle.XORBytes(c3, msg, sha3.SumSHAKE256(key, len(msg)))
	point := c1.Bytes()
	return slices.Concat(head, point[:], c2, c3), nil
}
