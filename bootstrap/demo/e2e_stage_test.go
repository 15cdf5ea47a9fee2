//go:build verify

package demo

import (
	"context"
	"crypto/rand"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
	"kmsgateway/simulations/laws"
)

// hurryPeriod is the time between blocks on a stage that has no story to tell.
const hurryPeriod = 150 * time.Millisecond

// hurriedStage raises a stage whose blocks then come faster than a person could follow. Block time
// runs ahead of the clock, which nothing here minds: deadlines are an hour away.
func hurriedStage(t *testing.T, options Options) (*stage, context.Context) {
	t.Helper()
	s, ctx := stageFor(t, options)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(hurryPeriod)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				s.chain.Mine()
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-done })
	return s, ctx
}

// undisturbed makes no block but those that do mines.
func (s *stage) undisturbed(do func(mine func())) {
	s.chain.mu.Lock()
	defer s.chain.mu.Unlock()
	do(func() { s.chain.beacon.Commit() })
}

// masterKey is the dealt key's public side.
func (s *stage) masterKey() (bls.PublicKey, error) { return bls.ParsePublicKey(s.key.Master[:]) }

// derivedFor is the key that ciphertexts for an app are made under.
func (s *stage) derivedFor(app messages.Address) (vetkd.Derived, error) {
	master, err := s.masterKey()
	if err != nil {
		return vetkd.Derived{}, err
	}
	return vetkd.DerivePurpose(master, vetkd.PurposeDecrypt,
		vetkd.NewAppID(DevChainID, vetkd.Address(app)))
}

// register puts a ciphertext of the user on the chain, who is his own app.
func (s *stage) register(ctx context.Context, t *testing.T, own secret, ciphertext []byte) {
	t.Helper()
	data := contracts.NewGatewayContract().PackRegister(own.author.address, own.salt, s.key.Key,
		ciphertext)
	must(own.author.do(ctx, &s.gateway, nil, gasRegister, data))(t)
}

// sealed encrypts a text of the user to himself and registers it.
func (s *stage) sealed(ctx context.Context, t *testing.T, text string) secret {
	t.Helper()
	own, ciphertext, err := s.seal(s.user, s.user.address, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s.register(ctx, t, own, ciphertext)
	return own
}

// asked is a request as its receipt shows it, with what a settlement must repeat.
type asked struct {
	id      messages.RequestID
	block   *big.Int
	request contracts.Request
}

// request asks for secrets of one app that is an account: no callback, an hour of time.
func (s *stage) request(ctx context.Context, t *testing.T, proof messages.Proof,
	secrets ...secret) asked {
	t.Helper()
	hash := must(s.user.send(ctx, &s.gateway, fee(), gasRequest, s.packRequest(ctx, t, proof, secrets)))(t)
	return s.askedIn(t, must(s.user.receipt(ctx, hash))(t))
}

func (s *stage) packRequest(ctx context.Context, t *testing.T, proof messages.Proof,
	secrets []secret) []byte {
	t.Helper()
	var handles [][32]byte
	for _, one := range secrets {
		handles = append(handles, one.handle)
	}
	head := must(s.user.client.HeaderByNumber(ctx, nil))(t)
	options := s.optionsUntil(head.Time + 3600)
	options.Proof = uint8(proof)
	return contracts.NewGatewayContract().PackRequestDecryption(handles, [4]byte{}, options)
}

func (s *stage) askedIn(t *testing.T, receipt *types.Receipt) asked {
	t.Helper()
	gateway := contracts.NewGatewayContract()
	for _, log := range receipt.Logs {
		if e, err := gateway.UnpackDecryptionRequestedEvent(log); err == nil {
			return asked{id: requestID(e.RequestId, e.RequestDigest), block: receipt.BlockNumber,
				request: contracts.Request{App: e.App, KeyId: e.KeyId, Selector: e.Selector,
					Options: e.Options}}
		}
	}
	t.Fatalf("transaction %s made no request", receipt.TxHash)
	return asked{}
}

// ending waits until the chain shows how a request ended, and returns its settlement too.
func (s *stage) ending(ctx context.Context, t *testing.T, id messages.RequestID) (
	ending, laws.Settlement) {
	t.Helper()
	var chain *ledgerOfChain
	var failed error
	err := waitFor(ctx, hurryPeriod, func() bool {
		if chain, failed = s.read(ctx); failed != nil {
			return false // the chain's index may lag behind a burst of blocks
		}
		_, ended := chain.ended[id]
		return ended
	})
	if err != nil || failed != nil {
		t.Fatalf("request %d does not end: %v, %v", id.Number, err, failed)
	}
	for _, settled := range chain.settlements {
		if settled.Request == id {
			return chain.ended[id], settled
		}
	}
	t.Fatalf("request %d ended without a settlement", id.Number)
	return ending{}, laws.Settlement{}
}

// keepsLaws applies the laws to all that happened, and expects so many requests to have ended.
func (s *stage) keepsLaws(ctx context.Context, t *testing.T, ended int) {
	t.Helper()
	chain := must(s.read(ctx))(t)
	if len(chain.order) != ended || len(chain.requested) != ended {
		t.Errorf("%d requests, %d endings, want %d", len(chain.requested), len(chain.order), ended)
	}
	if breaches := laws.Check(s.historyOf(chain, s.facts.history())); len(breaches) != 0 {
		t.Errorf("broken laws: %v", breaches)
	}
}

// factsOf lists what happened under a name to a request.
func (s *stage) factsOf(name messages.FactName, id messages.RequestID) []messages.Fact {
	var found []messages.Fact
	for _, fact := range s.facts.history() {
		if fact.Name == name && fact.Request == id {
			found = append(found, fact)
		}
	}
	return found
}

// randomText draws a text that compresses as badly and costs as much gas as can be.
func randomText(t *testing.T, size int) []byte {
	t.Helper()
	text := make([]byte, size)
	if _, err := rand.Read(text); err != nil {
		t.Fatal(err)
	}
	return text
}
