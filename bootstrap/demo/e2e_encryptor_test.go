//go:build verify

package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"math/big"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// mostRejectGas bounds a settlement that rejects, attestation included.
const mostRejectGas = 200_000

// rotten encrypts a text of the user to himself with an honest c1 and a spoilt c2, and registers it.
// Nobody but the encryptor can open it, and the opening that he keeps holds against c1.
func (s *stage) rotten(ctx context.Context, t *testing.T, text string) (secret, contracts.Outcome) {
	t.Helper()
	own := secret{author: s.user, app: s.user.address, plaintext: []byte(text)}
	copy(own.salt[:], randomText(t, len(own.salt)))
	input := vetkd.Input{ChainID: DevChainID, Gateway: vetkd.Address(s.gateway),
		App: vetkd.Address(own.app), Owner: vetkd.Address(own.author.address), Salt: own.salt}.ID()
	derived := must(s.derivedFor(messages.Address(own.app)))(t)
	seed := must(vetkd.NewSeed(rand.Reader))(t)
	raw := must(vetkd.Encrypt(derived.Key(), input[:], seed, own.plaintext))(t).Bytes()
	raw[messages.CiphertextHead-1] ^= 1 // the last byte of c2
	ciphertext := must(vetkd.ParseCiphertext(raw))(t)
	own.handle = messages.Handle(vetkd.HandleOf(input, vetkd.KeyID(s.key.Key), ciphertext))
	s.register(ctx, t, own, raw)
	c1 := ciphertext.C1()
	return own, contracts.Outcome{Handle: own.handle, Status: uint8(messages.StatusOpened),
		InputId: input, Seed: seed, Plaintext: own.plaintext, C1: c1[:],
		RestHash: ciphertext.RestHash()}
}

// ownSettlement is what somebody posts who settles a request with an opening of his own.
func (a asked) ownSettlement(outcome contracts.Outcome) []byte {
	return contracts.NewGatewayContract().PackSettle(new(big.Int).SetUint64(a.id.Number), a.request,
		[]contracts.Outcome{outcome}, nil)
}

func statuses(outcomes []messages.HandleOutcome) (found []messages.Status) {
	for _, outcome := range outcomes {
		found = append(found, outcome.Status)
	}
	return found
}

func TestOnlyAQuorumsProofBindsTheEncryptor(t *testing.T) {
	t.Parallel()
	s, ctx := hurriedStage(t, Options{Requests: 1, Parties: 3, Threshold: 2})

	t.Run("under OPENING he may open what nobody else can", func(t *testing.T) {
		note, opening := s.rotten(ctx, t, "a free option")
		// He has his settlement in the block after the request's: before it was final for anyone.
		var request asked
		var settled common.Hash
		s.undisturbed(func(mine func()) {
			mine()
			hash := must(s.user.send(ctx, &s.gateway, fee(), gasRequest,
				s.packRequest(ctx, t, messages.ProofOpening, []secret{note})))(t)
			mine()
			request = s.askedIn(t, must(s.user.receipt(ctx, hash))(t))
			settled = must(s.user.send(ctx, &s.gateway, nil, gasSettle, request.ownSettlement(opening)))(t)
			mine()
		})
		if end, _ := s.ending(ctx, t, request.id); end.outcome != messages.OutcomeFulfilled || end.tx != settled {
			t.Errorf("the request ended %s by transaction %s, want by his own", end.outcome, end.tx)
		}
	})

	t.Run("under QUORUM he is refused and the quorum rejects", func(t *testing.T) {
		note, opening := s.rotten(ctx, t, "no option")
		request := s.request(ctx, t, messages.ProofQuorum, note)
		own := request.ownSettlement(opening)
		if got := s.refusal(ctx, own, request.block); got != "GatewayAttestationInvalid" {
			t.Errorf("the chain answers his opening with %s", got)
		}
		end, settled := s.ending(ctx, t, request.id)
		if end.outcome != messages.OutcomeRejected ||
			!slices.Equal(statuses(settled.Outcomes), []messages.Status{messages.StatusMalformed}) {
			t.Errorf("the request ended %s with %v", end.outcome, statuses(settled.Outcomes))
		}
		receipt := must(s.user.receipt(ctx, end.tx))(t)
		t.Logf("rejection: %d gas", receipt.GasUsed)
		if receipt.Status != types.ReceiptStatusSuccessful || receipt.GasUsed > mostRejectGas {
			t.Errorf("the rejection costs %d gas, want at most %d", receipt.GasUsed, mostRejectGas)
		}
	})

	t.Run("his rot does not spoil another's value", func(t *testing.T) {
		good := s.sealed(ctx, t, "good among rotten")
		bad, _ := s.rotten(ctx, t, "rotten")
		for _, proof := range []messages.Proof{messages.ProofOpening, messages.ProofQuorum} {
			request := s.request(ctx, t, proof, bad, good)
			end, settled := s.ending(ctx, t, request.id)
			want := []messages.Status{messages.StatusMalformed, messages.StatusOpened}
			if end.outcome != messages.OutcomeFulfilled || !slices.Equal(statuses(settled.Outcomes), want) {
				t.Fatalf("%s ended %s with %v", proof, end.outcome, statuses(settled.Outcomes))
			}
			if !bytes.Equal(settled.Outcomes[1].Plaintext, good.plaintext) {
				t.Errorf("%s shows another plaintext", proof)
			}
		}
	})

	t.Run("a ciphertext that a thief copied yields nothing", func(t *testing.T) {
		good := s.sealed(ctx, t, "for one owner alone")
		ciphertext := must(s.ciphertextOf(good.handle))(t)
		input := vetkd.Input{ChainID: DevChainID, Gateway: vetkd.Address(s.gateway),
			App: vetkd.Address(s.bidders[0].address), Owner: vetkd.Address(s.bidders[0].address),
			Salt: good.salt}.ID()
		stolen := secret{author: s.bidders[0], salt: good.salt,
			handle: messages.Handle(vetkd.HandleOf(input, vetkd.KeyID(s.key.Key), ciphertext))}
		s.register(ctx, t, stolen, ciphertext.Bytes())
		for _, proof := range []messages.Proof{messages.ProofOpening, messages.ProofQuorum} {
			receipt := must(s.bidders[0].do(ctx, &s.gateway, fee(), gasRequest,
				s.packRequest(ctx, t, proof, []secret{stolen})))(t)
			request := s.askedIn(t, receipt)
			end, settled := s.ending(ctx, t, request.id)
			if end.outcome != messages.OutcomeRejected || len(settled.Outcomes[0].Plaintext) != 0 ||
				settled.Outcomes[0].Status != messages.StatusMalformed {
				t.Errorf("%s ended %s with status %d and %d bytes", proof, end.outcome,
					settled.Outcomes[0].Status, len(settled.Outcomes[0].Plaintext))
			}
		}
	})

	s.keepsLaws(ctx, t, 6)
}
