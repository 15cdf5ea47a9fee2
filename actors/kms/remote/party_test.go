package remote_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/actors/kms/remote"
	"kmsgateway/actors/party"
	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

const (
	chainID = 31337
	index   = messages.PartyIndex(3)
)

var (
	gateway = messages.Address{0xaa}
	keyID   = messages.KeyID{7}
	app     = messages.Address{0xde}
)

// deriver derives without a cache.
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

// oneRequest is a chain that holds one request, final at block 9.
type oneRequest struct{ event messages.Requested }

func (c oneRequest) Final(context.Context) (messages.BlockRef, error) {
	return messages.BlockRef{Number: 9, Hash: messages.Hash{9}}, nil
}

func (c oneRequest) RequestedAt(
	_ context.Context, request messages.RequestID, at messages.EventPlace,
) (messages.Requested, error) {
	if request != c.event.Request || at != c.event.Place {
		return messages.Requested{}, messages.EventMismatch(request, "no such event")
	}
	return c.event, nil
}

// hint makes what a node says about one ciphertext, and its identity.
func hint() (messages.InputHint, vetkd.InputID) {
	h := messages.InputHint{App: app, Owner: messages.Address{0x0e}, Salt: messages.Hash{1},
		C1Hash: messages.Hash{2}, RestHash: messages.Hash{3}, Length: 32}
	id := vetkd.Input{ChainID: chainID, Gateway: vetkd.Address(gateway), App: vetkd.Address(h.App),
		Owner: vetkd.Address(h.Owner), Salt: h.Salt}.ID()
	h.Handle = messages.Handle(vetkd.HandleOfParts(id, vetkd.KeyID(keyID), h.C1Hash, h.RestHash, 32))
	return h, id
}

// runParty starts a real party behind mutual TLS and returns its address.
func runParty(t *testing.T, dealing threshold.Dealing, ca *kmstest.Authority,
	event messages.Requested) string {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(vault.NewIdentity(filepath.Join(dir, "identity")))
	lock, err := vault.IdentityLock(filepath.Join(dir, "identity"))
	must(err)
	must(vault.Add(filepath.Join(dir, "vault"), lock, vault.Share{Key: keyID, Epoch: 2, Index: index,
		Secret: dealing.Shares[index-1].Secret}))
	custody, err := vault.Open(filepath.Join(dir, "vault"), lock, rand.Reader)
	must(err)
	_, identity, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	info := messages.KeyInfo{Key: keyID, Epoch: 2, Parties: 3, Threshold: 2,
		Master: dealing.Committee.Master().Bytes()}
	for i := range 3 {
		public, _ := dealing.Committee.PublicShare(threshold.Index(i + 1))
		info.Shares = append(info.Shares, public.Bytes())
	}
	running, err := party.New(party.Config{
		Index: index, Region: "eu-west", Keys: []messages.KeyInfo{info}, Vault: custody,
		Deployments: []party.Deployment{{Chain: chainID, Gateway: gateway, Source: oneRequest{event}}},
		Journal:     filepath.Join(dir, "journal", "party.db"), Identity: identity,
		Deriver: deriver{}, Publish: func(context.Context, messages.Fact) {}, Clock: time.Now,
		Rand: rand.Reader, AllowBlinded: true, Workers: 2, System: silentSystem(),
		Authorize: func(context.Context) error { return nil },
	})
	must(err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(running.Close(ctx))
	})
	return listen(t, ca.Server(t, partyName), running.Register, party.MaxMessage)
}

func silentSystem() *actor.ActorSystem {
	return actor.NewActorSystem(
		actor.WithDeadLetterThrottleInterval(time.Nanosecond),
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
			return slog.New(slog.DiscardHandler)
		}))
}

// Through all there is between a request and its share: proxy, gRPC over mutual TLS, a party that
// reads the chain itself, custody.
func TestRemoteBringsAShareOfARealPartyThroughTheProxy(t *testing.T) {
	dealing, err := threshold.Dealer{Name: "test"}.Deal(rand.Reader, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	input, id := hint()
	word := messages.SignShare{Party: index, Key: keyID, Epoch: 2, Budget: 10 * time.Second,
		Request: messages.RequestID{Chain: chainID, Number: 1, Digest: messages.Hash{4}},
		Inputs:  []messages.InputHint{input},
		Place: messages.EventPlace{Tx: messages.Hash{5},
			Block: messages.BlockRef{Number: 8, Hash: messages.Hash{8}}}}
	ca := kmstest.NewAuthority(t)
	address := runParty(t, dealing, ca, messages.Requested{Request: word.Request, App: app, Key: keyID,
		Handles: []messages.Handle{input.Handle}, RegisteredAt: []messages.Height{7}, Place: word.Place,
		Options: messages.Options{Proof: messages.ProofOpening, Deadline: 1 << 40}})
	ask := proxy(t, config(address, ca.Client(t, "node", partyName)))

	signed, ok := ask(word).(messages.ShareSigned)
	if !ok || len(signed.Shares) != 1 {
		t.Fatalf("got %+v", signed)
	}
	derived, err := deriver{}.Derive(dealing.Committee.Master().Bytes(), vetkd.PurposeDecrypt, chainID,
		app)
	if err != nil {
		t.Fatal(err)
	}
	h, err := derived.Hash(id[:])
	if err != nil {
		t.Fatal(err)
	}
	share, err := bls.ParseShare(signed.Shares[0][:])
	if err != nil {
		t.Fatal(err)
	}
	point, err := share.Check()
	if err != nil {
		t.Fatal(err)
	}
	public, _ := dealing.Committee.PublicShare(threshold.Index(index))
	valid, err := bls.CheckShares(rand.Reader, h, derived.Delta(),
		[]bls.ShareClaim{{Point: point, Public: public}})
	if err != nil || !valid {
		t.Errorf("the share does not verify: %v", err)
	}

	word.Request.Digest[0]++
	refused, ok := ask(word).(messages.ShareRefused)
	if !ok || refused.Code != messages.CodeEventMismatch || refused.Request != word.Request ||
		refused.Party != index {
		t.Errorf("about a request that the chain does not know: %+v", refused)
	}
}

// proxy starts the proxy of one party and returns how to ask it.
func proxy(t *testing.T, c remote.Config) func(messages.SignShare) any {
	t.Helper()
	parties := []messages.PartyInfo{c.Party}
	kind := kms.Kind(kms.Config{Parties: parties, Board: kms.NewBoard(parties), Publish: c.Publish,
		Client: func(one messages.PartyInfo) (kms.Client, error) {
			c.Party = one
			return remote.Dial(c)
		}}, c.Party.Region)
	system := silentSystem()
	pid := system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return kind.New("3") }))
	t.Cleanup(func() {
		if err := system.Root.PoisonFuture(pid).Wait(); err != nil {
			t.Error(err)
		}
	})
	return func(word messages.SignShare) any {
		answer, err := system.Root.RequestFuture(pid, word, 10*time.Second).Result()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}
