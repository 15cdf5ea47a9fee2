//go:build verify

package demo

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"kmsgateway/bootstrap"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// lie is what is wrong with a turncoat's answers.
type lie int

const (
	aboutShares       lie = iota + 1 // shares of another secret: points, but not his
	aboutAttestations                // true shares, then an attestation with another secret
	silence                          // takes every call and answers none
)

// turncoat serves in the place of a party, with its certificate and its true share.
type turncoat struct {
	wire.UnimplementedPartyServer
	stage    *stage
	index    messages.PartyIndex
	own      bls.Secret
	other    bls.Secret // what he signs lies with
	identity *bootstrap.Identity

	mu   sync.Mutex
	tell lie // guarded by mu
}

func (s *stage) turn(t *testing.T, index int) *turncoat {
	t.Helper()
	c := &turncoat{stage: s, index: messages.PartyIndex(index), own: s.dealing.Shares[index-1].Secret,
		other: must(bls.GenerateSecret(rand.Reader))(t)}
	s.replace(t, index, func(identity *bootstrap.Identity) wire.PartyServer {
		c.identity = identity
		return c
	})
	return c
}

func (c *turncoat) set(tell lie) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tell = tell
}

func (c *turncoat) told() lie {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tell
}

// secretFor is his own secret, or the other one where he lies about this.
func (c *turncoat) secretFor(about lie) bls.Secret {
	if c.told() == about {
		return c.other
	}
	return c.own
}

func (c *turncoat) SignShares(ctx context.Context, call *wire.SignSharesRequest) (
	*wire.SignSharesReply, error) {
	if c.told() == silence {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	asks, err := messages.SignSharesFromWire(call)
	if err != nil {
		return nil, err
	}
	var answers []messages.ShareAnswer
	for _, ask := range asks {
		signed := &messages.ShareSigned{Request: ask.Request, Party: c.index, Epoch: ask.Epoch}
		for _, hint := range ask.Inputs {
			share, err := c.share(hint)
			if err != nil {
				return nil, err
			}
			signed.Shares = append(signed.Shares, share.Bytes())
		}
		digest := signed.EvidenceDigest()
		signed.Signature = ed25519.Sign(c.identity.Signer(), digest[:])
		answers = append(answers, messages.ShareAnswer{Signed: signed})
	}
	return messages.ShareAnswersToWire(answers), nil
}

func (c *turncoat) share(hint messages.InputHint) (bls.Share, error) {
	derived, err := c.stage.derivedFor(hint.App)
	if err != nil {
		return bls.Share{}, err
	}
	input := vetkd.Input{ChainID: DevChainID, Gateway: vetkd.Address(c.stage.gateway),
		App: vetkd.Address(hint.App), Owner: vetkd.Address(hint.Owner), Salt: hint.Salt}.ID()
	return vetkd.SignShare(rand.Reader, c.secretFor(aboutShares), derived, input[:])
}

func (c *turncoat) SignOutcomes(_ context.Context, call *wire.SignOutcomesRequest) (
	*wire.SignOutcomesReply, error) {
	ask, err := messages.SignOutcomesFromWire(call.GetRequest())
	if err != nil {
		return nil, err
	}
	statement := vetkd.Attestation{ChainID: DevChainID, Gateway: vetkd.Address(c.stage.gateway),
		RequestID: ask.Request.Number, RequestDigest: ask.Request.Digest,
		KeyID: vetkd.KeyID(ask.Key), OutcomesDigest: ask.OutcomesDigest}
	master, err := c.stage.masterKey()
	if err != nil {
		return nil, err
	}
	derived, err := statement.Derive(master)
	if err != nil {
		return nil, err
	}
	id := statement.ID()
	share, err := vetkd.SignShare(rand.Reader, c.secretFor(aboutAttestations), derived, id[:])
	if err != nil {
		return nil, err
	}
	signed := &messages.OutcomesSigned{Request: ask.Request, Party: c.index, Epoch: ask.Epoch,
		OutcomesDigest: ask.OutcomesDigest, Share: share.Bytes()}
	digest := signed.EvidenceDigest()
	signed.Signature = ed25519.Sign(c.identity.Signer(), digest[:])
	return &wire.SignOutcomesReply{
		Answer: messages.OutcomeAnswerToWire(messages.OutcomeAnswer{Signed: signed})}, nil
}

// checkNamed expects the turncoat, and nobody else, to be named for the request, with evidence that
// his own certificate vouches for.
func (c *turncoat) checkNamed(t *testing.T, id messages.RequestID) {
	t.Helper()
	blamed := c.stage.factsOf(messages.FactPartyBlamed, id)
	if len(blamed) != 1 || blamed[0].Party != c.index {
		t.Fatalf("blamed: %+v", blamed)
	}
	public, ok := c.identity.Public().(ed25519.PublicKey)
	if !ok || !ed25519.Verify(public, blamed[0].Digest[:], blamed[0].Evidence) {
		t.Error("the evidence is not signed by the party that it names")
	}
}

// patientGap is more than the longest hedge, and less than any retry after a missing answer.
const patientGap = 4 * time.Second

func TestATurncoatIsNamedAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	s, ctx := hurriedStage(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	first := s.turn(t, 1) // the nearest, so always asked first

	for _, row := range []struct {
		name  string
		tell  lie
		proof messages.Proof
	}{
		{"a share that is a point but not his", aboutShares, messages.ProofOpening},
		{"the same under QUORUM", aboutShares, messages.ProofQuorum},
		{"an attestation that is a point but not his", aboutAttestations, messages.ProofQuorum},
	} {
		t.Run(row.name, func(t *testing.T) {
			first.set(row.tell)
			request := s.request(ctx, t, row.proof, s.sealed(ctx, t, row.name))
			if end, _ := s.ending(ctx, t, request.id); end.outcome != messages.OutcomeFulfilled {
				t.Errorf("the request ended %s", end.outcome)
			}
			first.checkNamed(t, request.id)
		})
	}
	t.Run("silence costs a hedge and no more", func(t *testing.T) {
		first.set(silence)
		request := s.request(ctx, t, messages.ProofOpening, s.sealed(ctx, t, "silence"))
		if end, _ := s.ending(ctx, t, request.id); end.outcome != messages.OutcomeFulfilled {
			t.Errorf("the request ended %s", end.outcome)
		}
		asked := s.factsOf(messages.FactShareAsked, request.id)
		reached := s.factsOf(messages.FactThresholdReached, request.id)
		if len(asked) != 3 || asked[0].Party != first.index || len(reached) != 1 {
			t.Fatalf("asked %+v, reached %+v", asked, reached)
		}
		if took := reached[0].At.Sub(asked[0].At); took > patientGap {
			t.Errorf("the others' shares came %s after his was asked for", took)
		}
		if deferred := s.factsOf(messages.FactDecryptDeferred, request.id); len(deferred) != 0 {
			t.Errorf("a second attempt was needed: %+v", deferred)
		}
	})
	s.keepsLaws(ctx, t, 4)
}
