package aggregator_test

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"go.uber.org/goleak"

	"kmsgateway/actors/aggregator"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const chain = messages.ChainID(31337)

var (
	gateway = messages.Address{0x6a}
	keyID   = messages.KeyID{0x4e}
)

// direct computes everything anew; hook, if any, runs first.
type direct struct{ hook func() }

func (d direct) Derive(
	master [96]byte, p vetkd.Purpose, chain messages.ChainID, app messages.Address,
) (vetkd.Derived, error) {
	key, err := bls.ParsePublicKey(master[:])
	if err != nil {
		return vetkd.Derived{}, err
	}
	return vetkd.DerivePurpose(key, p, vetkd.NewAppID(uint64(chain), vetkd.Address(app)))
}

func (d direct) Hash(key vetkd.Derived, id []byte) (bls.HashPoint, error) { return key.Hash(id) }

func (d direct) Coefficients(signers []messages.PartyIndex) (threshold.Coefficients, error) {
	if d.hook != nil {
		d.hook()
	}
	out := make([]threshold.Index, len(signers))
	for i, s := range signers {
		out[i] = threshold.Index(s)
	}
	return threshold.NewCoefficients(out)
}

// stage is a committee with real keys, and an aggregator.
type stage struct {
	t       testing.TB
	random  *rand.ChaCha8
	dealing threshold.Dealing
	key     messages.KeyInfo
	room    *aggregator.Room
	system  *actor.ActorSystem
	pid     *actor.PID

	mu    sync.Mutex
	facts []messages.Fact
}

// newStage deals a key t of n and builds an aggregator over derive; run spawns it.
func newStage(t testing.TB, k, n int, derive aggregator.Deriver) *stage {
	t.Helper()
	s := &stage{t: t, random: rand.NewChaCha8([32]byte{byte(k), byte(n)})}
	var err error
	if s.dealing, err = (threshold.Dealer{Name: "test"}).Deal(s.random, k, n); err != nil {
		t.Fatal(err)
	}
	s.key = messages.KeyInfo{Key: keyID, Epoch: 1, Parties: n, Threshold: k,
		Master: s.dealing.Committee.Master().Bytes()}
	for i := range n {
		public, _ := s.dealing.Committee.PublicShare(threshold.Index(i + 1))
		s.key.Shares = append(s.key.Shares, public.Bytes())
	}
	s.room, err = aggregator.New(aggregator.Config{
		Derive: derive, Gateway: gateway, Workers: 2, Clock: time.Now,
		Rand: &locked{from: rand.NewChaCha8([32]byte{9})},
		Publish: func(_ context.Context, f messages.Fact) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.facts = append(s.facts, f)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run spawns the actor, until the test ends.
func (s *stage) run() *stage {
	s.system = actor.NewActorSystem(
		actor.WithDeadLetterThrottleInterval(time.Millisecond), // a goroutine lives as long
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
			return slog.New(slog.DiscardHandler)
		}))
	s.pid = s.system.Root.Spawn(s.room.Props())
	s.t.Cleanup(func() { _ = s.system.Root.StopFuture(s.pid).Wait() })
	return s
}

// locked makes a deterministic source safe for the workers.
type locked struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

func (l *locked) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from.Read(p)
}

// ask returns the aggregator's answer.
func (s *stage) ask(word any) any {
	s.t.Helper()
	answer, err := s.system.Root.RequestFuture(s.pid, word, time.Minute).Result()
	if err != nil {
		s.t.Fatal(err)
	}
	return answer
}

func ask[W any](s *stage, word any) W {
	s.t.Helper()
	answer := s.ask(word)
	typed, ok := answer.(W)
	if !ok {
		s.t.Fatalf("answer %T %v, want %T", answer, answer, typed)
	}
	return typed
}

// sealed is one ciphertext with its identity.
type sealed struct {
	app  messages.Address
	id   messages.Hash
	seed vetkd.Seed
	text []byte
	raw  []byte
}

func (s *stage) derived(p vetkd.Purpose, of messages.Address) vetkd.Derived {
	s.t.Helper()
	d, err := direct{}.Derive(s.key.Master, p, chain, of)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// seal encrypts text honestly to the n-th identity of an app of its own.
func (s *stage) seal(n byte, text string) sealed {
	s.t.Helper()
	c := sealed{app: messages.Address{0xa9, n}, id: messages.Hash{n}, seed: vetkd.Seed{n},
		text: []byte(text)}
	ct, err := vetkd.Encrypt(
		s.derived(vetkd.PurposeDecrypt, c.app).Key(), c.id[:], c.seed, c.text)
	if err != nil {
		s.t.Fatal(err)
	}
	c.raw = ct.Bytes()
	return c
}

// share is an honest party's share of an identity's key.
func (s *stage) share(d vetkd.Derived, party messages.PartyIndex, id messages.Hash) [96]byte {
	s.t.Helper()
	p, err := vetkd.SignShare(s.random, s.dealing.Shares[party-1].Secret, d, id[:])
	if err != nil {
		s.t.Fatal(err)
	}
	return p.Bytes()
}

// combine asks for the openings with honest shares of these parties.
func (s *stage) combine(parties []messages.PartyIndex, inputs ...sealed) messages.Combine {
	s.t.Helper()
	q := messages.Combine{Request: messages.RequestID{Chain: chain, Number: 7}, Key: s.key,
		Parties: parties}
	for i, c := range inputs {
		in := messages.CombineInput{InputID: c.id, Ciphertext: c.raw,
			Hint: messages.InputHint{Handle: messages.Handle{byte(i + 1)}, App: c.app}}
		for _, p := range parties {
			in.Shares = append(in.Shares,
				s.share(s.derived(vetkd.PurposeDecrypt, c.app), p, c.id))
		}
		q.Inputs = append(q.Inputs, in)
	}
	return q
}

// attestation asks for the quorum's signature with honest shares of these parties.
func (s *stage) attestation(number uint64, parties []messages.PartyIndex) messages.CombineAttestation {
	s.t.Helper()
	q := messages.CombineAttestation{Request: messages.RequestID{Chain: chain, Number: number},
		Key: s.key, OutcomesDigest: messages.Hash{byte(number)}, Parties: parties}
	id := statement(q).ID()
	for _, p := range parties {
		q.Shares = append(q.Shares, s.share(s.derived(vetkd.PurposeAttest, gateway), p, id))
	}
	return q
}

func statement(q messages.CombineAttestation) vetkd.Attestation {
	return vetkd.Attestation{ChainID: uint64(chain), Gateway: vetkd.Address(gateway),
		RequestID: q.Request.Number, RequestDigest: q.Request.Digest, KeyID: vetkd.KeyID(keyID),
		OutcomesDigest: q.OutcomesDigest}
}

// wantKey fails unless key is the identity's key under its app's derived key.
func (s *stage) wantKey(c sealed, key [48]byte) {
	s.t.Helper()
	d := s.derived(vetkd.PurposeDecrypt, c.app)
	h, err := d.Hash(c.id[:])
	if err != nil {
		s.t.Fatal(err)
	}
	parsed, err := bls.ParseSignature(key[:])
	if err != nil || !bls.Verify(d.Key(), h, parsed) {
		s.t.Errorf("the key of identity %x is not proven by the pairing: %v", c.id[:1], err)
	}
}

// ---- lies -------------------------------------------------------------------------------------

// plus adds a point to a share.
func plus(share [96]byte, q bls12381.G1Affine) [96]byte {
	var p bls12381.G1Affine
	p.X.SetBytes(share[:48])
	p.Y.SetBytes(share[48:])
	p.Add(&p, &q)
	return p.RawBytes()
}

// torsion is (0, 2): on the curve, of order 3, invisible to every pairing.
func torsion() (p bls12381.G1Affine) {
	p.Y.SetUint64(2)
	return p
}

// generator is a point of the right subgroup, and so a wrong share by itself.
func generator() bls12381.G1Affine {
	_, _, g, _ := bls12381.Generators()
	return g
}

// rig rewrites c2 so that the ciphertext opens with the key that exactly these shares combine to,
// as an encryptor can who knows what will be added to the right key.
func (s *stage) rig(c sealed, parties []messages.PartyIndex, shares [][96]byte) sealed {
	s.t.Helper()
	co, err := direct{}.Coefficients(parties)
	if err != nil {
		s.t.Fatal(err)
	}
	var points []threshold.Share
	for i, p := range parties {
		point, err := bls.ParseShare(shares[i][:])
		if err != nil {
			s.t.Fatal(err)
		}
		points = append(points, threshold.Share{Index: threshold.Index(p), Point: point})
	}
	key, err := co.Combine(points)
	if err != nil {
		s.t.Fatal(err)
	}
	c1, err := bls.ParsePublicKey(c.raw[8:104])
	if err != nil {
		s.t.Fatal(err)
	}
	gt, err := key.Pair(c1)
	if err != nil {
		s.t.Fatal(err)
	}
	pad, err := hkdf.Key(sha256.New, gt[:], nil, "ic-vetkd-bls12-381-ibe-mask-seed", 32)
	if err != nil {
		s.t.Fatal(err)
	}
	c.raw = append([]byte(nil), c.raw...)
	subtle.XORBytes(c.raw[104:136], c.seed[:], pad)
	return c
}
