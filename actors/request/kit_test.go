package request_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"go.uber.org/goleak"

	"kmsgateway/actors"
	"kmsgateway/actors/request"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	chain  = messages.ChainID(31337)
	budget = 10 * time.Second
)

var (
	gateway = messages.Address{0x6a}
	app     = messages.Address{0xa9}
	keyID   = messages.KeyID{0x4e}
	regions = []messages.Region{"eu-west", "us-east", "ap-south"}
)

// world is one request among scripted parties, aggregator, dispatcher and submitter, in virtual
// time, with real keys and ciphertexts.
type world struct {
	t          *testing.T
	system     *actor.ActorSystem
	room       *request.Room
	pid        *actor.PID
	random     *rand.ChaCha8
	committee  threshold.Committee
	members    []*member
	requested  messages.Requested
	plaintexts [][]byte
	key        messages.KeyInfo
	states     []messages.PartyState
	registered map[messages.Handle]messages.Registered
	missing    error              // what Fetch says
	hang       bool               // Fetch waits for its context
	aggregate  func(word any) any // instead of the honest aggregator

	mu       sync.Mutex // what follows is written by several actors
	asked    []ask
	posted   map[string][]any // by kind
	combined []any
	facts    []messages.Fact
}

// ask is one question to a party.
type ask struct {
	party messages.PartyIndex
	word  any
	at    time.Duration // since the start of the world
}

// play runs test in a world of n parties, t of which suffice, with so many handles.
func play(t *testing.T, threshold, parties, handles int, test func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, threshold, parties, handles)
		w.start()
		test(t, w)
		if err := w.system.Root.StopFuture(w.pid).Wait(); err != nil &&
			!errors.Is(err, actor.ErrDeadLetter) {
			t.Errorf("stop: %v", err)
		}
		<-time.After(2 * time.Second) // the library's own goroutine of a dead letter ends
	})
}

func newWorld(t *testing.T, k, n, handles int) *world {
	w := &world{t: t, posted: map[string][]any{}, random: rand.NewChaCha8([32]byte{byte(k)}),
		registered: map[messages.Handle]messages.Registered{}}
	w.deal(k, n, 1)
	w.requested = messages.Requested{
		Request: messages.RequestID{Chain: chain, Number: 7, Digest: messages.Hash{7}},
		App:     app, Key: keyID,
		Options: messages.Options{Proof: messages.ProofOpening},
		Place:   messages.EventPlace{Block: messages.BlockRef{Number: 12}},
	}
	for i := range handles {
		w.encrypt(fmt.Appendf(nil, "bid %d of the auction", i))
	}
	return w
}

// deal makes a fresh key of an epoch and seats its parties.
func (w *world) deal(k, n int, epoch messages.KeyEpoch) {
	dealing, err := threshold.Dealer{Name: "test"}.Deal(w.random, k, n)
	if err != nil {
		w.t.Fatal(err)
	}
	w.committee, w.members = dealing.Committee, nil
	w.key = messages.KeyInfo{Key: keyID, Epoch: epoch, Parties: n, Threshold: k,
		Master: dealing.Committee.Master().Bytes()}
	for _, s := range dealing.Shares {
		public, _ := dealing.Committee.PublicShare(s.Index)
		w.key.Shares = append(w.key.Shares, public.Bytes())
		seed := bytes.Repeat([]byte{byte(s.Index)}, ed25519.SeedSize)
		w.members = append(w.members, &member{index: messages.PartyIndex(s.Index),
			secret: s.Secret, identity: ed25519.NewKeyFromSeed(seed)})
	}
}

// reshare moves to another epoch of the same master key: a random line through zero is added to the
// polynomial of the shares.
func (w *world) reshare(epoch messages.KeyEpoch) {
	w.key.Epoch, w.key.Shares = epoch, nil
	var slope, share fr.Element
	slope.SetUint64(uint64(epoch) + 1000)
	var publics []bls.PublicKey
	for _, m := range w.members {
		raw := m.secret.Expose()
		share.SetUint64(uint64(m.index)).Mul(&share, &slope)
		share.Add(&share, new(fr.Element).SetBytes(raw[:]))
		raw = share.Bytes()
		var err error
		if m.secret, err = bls.ParseSecret(raw[:]); err != nil {
			w.t.Fatal(err)
		}
		public, err := m.secret.Public()
		if err != nil {
			w.t.Fatal(err)
		}
		publics = append(publics, public)
		w.key.Shares = append(w.key.Shares, public.Bytes())
	}
	var err error
	w.committee, err = threshold.NewCommittee(w.key.Threshold, w.committee.Master(), publics)
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) derive(p vetkd.Purpose, of messages.Address) vetkd.Derived {
	d, err := vetkd.DerivePurpose(w.committee.Master(), p,
		vetkd.NewAppID(uint64(chain), vetkd.Address(of)))
	if err != nil {
		w.t.Error(err)
	}
	return d
}

func inputID(hint messages.InputHint) vetkd.InputID {
	return vetkd.Input{ChainID: uint64(chain), Gateway: vetkd.Address(gateway),
		App: vetkd.Address(hint.App), Owner: vetkd.Address(hint.Owner), Salt: hint.Salt}.ID()
}

// encrypt registers an honest ciphertext of msg and adds its handle to the request.
func (w *world) encrypt(msg []byte) {
	salt := messages.Hash{byte(len(w.plaintexts) + 1)}
	id := inputID(messages.InputHint{App: app, Salt: salt})
	ct, err := vetkd.Encrypt(w.derive(vetkd.PurposeDecrypt, app).Key(), id[:],
		vetkd.Seed{salt[0]}, msg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.plaintexts = append(w.plaintexts, msg)
	w.register(salt, ct)
}

// register adds a handle with this ciphertext to the request.
func (w *world) register(salt messages.Hash, ct vetkd.Ciphertext) {
	id := inputID(messages.InputHint{App: app, Salt: salt})
	handle := messages.Handle(vetkd.HandleOf(id, vetkd.KeyID(keyID), ct))
	w.registered[handle] = messages.Registered{Handle: handle, App: app, Salt: salt, Key: keyID,
		Ciphertext: ct.Bytes()}
	w.requested.Handles = append(w.requested.Handles, handle)
	w.requested.RegisteredAt = append(w.requested.RegisteredAt, 9)
}

// start spawns the aggregator and the request.
func (w *world) start() {
	w.system = actor.NewActorSystem(actor.WithLoggerFactory(
		func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) }))
	aggregator := w.system.Root.Spawn(actor.PropsFromFunc(w.aggregator))
	w.t.Cleanup(func() { w.system.Root.Stop(aggregator) })
	start := time.Now()
	var err error
	w.room, err = request.New(request.Config{
		Poster: poster(func(kind, id string, word any, sender *actor.PID) {
			w.post(time.Since(start), kind, id, word, sender)
		}),
		Ciphertexts: w, Keys: w, States: w.partyStates, Home: regions[0],
		Aggregator: aggregator, Chain: chain, Gateway: gateway, Clock: time.Now,
		Publish: func(_ context.Context, f messages.Fact) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.facts = append(w.facts, f)
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.pid = w.system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor {
		return w.room.Kind().New(w.requested.Request.String())
	}))
}

type poster func(kind, id string, word any, sender *actor.PID)

func (p poster) Post(kind, id string, word any, sender *actor.PID) { p(kind, id, word, sender) }

// post is the cluster: words to parties are answered by their scripts, others are kept.
func (w *world) post(at time.Duration, kind, id string, word any, sender *actor.PID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !strings.HasPrefix(kind, "kms@") {
		w.posted[kind] = append(w.posted[kind], word)
		return
	}
	for _, m := range w.members {
		if strconv.Itoa(int(m.index)) != id || kind != actors.KindKMS(string(w.region(m.index))) {
			continue
		}
		w.asked = append(w.asked, ask{m.index, word, at})
		if answer := m.answer(w, word); answer != nil {
			w.system.Root.Send(sender, answer)
		}
	}
}

func (w *world) region(party messages.PartyIndex) messages.Region {
	return regions[(int(party)-1)%len(regions)]
}

// Fetch, Key, Parties and partyStates are the room's ports.

func (w *world) Fetch(ctx context.Context, handle messages.Handle, _ messages.Height) (
	messages.Registered, error,
) {
	if w.hang {
		<-ctx.Done()
		return messages.Registered{}, ctx.Err()
	}
	return w.registered[handle], w.missing
}

func (w *world) Key(id messages.KeyID) (messages.KeyInfo, bool) {
	return w.key, id == w.key.Key
}

func (w *world) Parties(messages.KeyID) (out []messages.PartyInfo) {
	for _, m := range w.members {
		out = append(out, messages.PartyInfo{Index: m.index, Region: w.region(m.index)})
	}
	return out
}

func (w *world) partyStates() []messages.PartyState { return w.states }

// ---- what a test asks the world --------------------------------------------------------------

// decrypt posts Decrypt and lets everything happen that needs no time.
func (w *world) decrypt(attempt uint32, budget time.Duration) {
	w.tell(messages.Decrypt{Requested: w.requested, Attempt: attempt, Budget: budget})
}

func (w *world) tell(word any) {
	w.system.Root.Send(w.pid, word)
	synctest.Wait()
}

// set changes the world while a timer of the request may go off.
func (w *world) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// pass lets virtual time go by, and everything happen that is due by then.
func (w *world) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// settles returns the Settle words so far.
func (w *world) settles() []messages.Settle { return words[messages.Settle](w, actors.KindSubmitter) }

// deferrals returns the DecryptDeferred words so far.
func (w *world) deferrals() []messages.DecryptDeferred {
	return words[messages.DecryptDeferred](w, actors.KindDispatch)
}

func words[W any](w *world, kind string) (out []W) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, word := range w.posted[kind] {
		out = append(out, word.(W))
	}
	return out
}

// blames returns the facts that name a culprit.
func (w *world) blames() []messages.Fact {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.facts),
		func(f messages.Fact) bool { return f.Name != messages.FactPartyBlamed })
}

// askedFor returns the parties asked for shares (or for outcomes) from the ask at index from on.
func (w *world) askedFor(outcomes bool, from int) []messages.PartyIndex {
	w.mu.Lock()
	defer w.mu.Unlock()
	set := map[messages.PartyIndex]bool{}
	for _, a := range w.asked[from:] {
		if _, is := a.word.(messages.SignOutcomes); is == outcomes {
			set[a.party] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// wantSettled fails unless the last Settle opens every honest handle.
func (w *world) wantSettled(times int) messages.Settle {
	w.t.Helper()
	all := w.settles()
	if len(all) != times {
		w.t.Fatalf("settled %d times, want %d; deferred %+v", len(all), times, w.deferrals())
	}
	last := all[len(all)-1]
	for i, want := range w.plaintexts {
		o := last.Outcomes[i]
		if o.Status != messages.StatusOpened || !bytes.Equal(o.Plaintext, want) ||
			o.Handle != w.requested.Handles[i] {
			w.t.Errorf("handle %d: status %d, plaintext %q, want %q", i, o.Status, o.Plaintext, want)
		}
	}
	return last
}
