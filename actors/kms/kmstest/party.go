package kmstest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"kmsgateway/messages"
)

// Fault is what is wrong with a party's answers.
type Fault string

// What a party can get wrong. The zero value answers as it should.
const (
	Silent       Fault = "silent"        // never answers
	Unreachable  Fault = "unreachable"   // the call fails at once
	Refusing     Fault = "refusing"      // refuses every word with EVENT_NOT_FINAL
	StandingBy   Fault = "standing by"   // refuses to attest, with STANDBY
	Empty        Fault = "empty"         // answers with neither shares nor a refusal
	TooFew       Fault = "too few"       // leaves out an answer
	TooMany      Fault = "too many"      // adds an answer
	FewShares    Fault = "few shares"    // leaves out a share
	OtherRequest Fault = "other request" // answers about another request
	OtherParty   Fault = "other party"   // answers in another party's name
	OtherEpoch   Fault = "other epoch"   // answers with shares of another epoch
	OtherDigest  Fault = "other digest"  // attests other outcomes
	OtherRefusal Fault = "other refusal" // refuses another request
	WrongShare   Fault = "wrong share"   // a share that only its equation gives away
)

// signatureSize is that of an Ed25519 signature.
const signatureSize = 64

// Party is a party that answers by script, and in memory: it is a kms.Client. Its shares are
// filler: they have the form and no meaning. It is safe for concurrent use.
type Party struct {
	Index messages.PartyIndex

	mu    sync.Mutex
	fault Fault
	delay time.Duration
	calls []Call
	most  int // calls that ran at the same time
	now   int
	next  chan struct{} // closed by the next call
}

// Call is one call that a party got.
type Call struct {
	Shares   []messages.SignShare   // or
	Outcomes *messages.SignOutcomes // whichever was asked
}

// NewParty makes a party in good health.
func NewParty(index messages.PartyIndex) *Party {
	return &Party{Index: index, next: make(chan struct{})}
}

// Fail sets what is wrong from the next call on; "" is nothing.
func (p *Party) Fail(fault Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

// Delay sets how long each call takes from the next on.
func (p *Party) Delay(delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = delay
}

// Calls lists the calls so far.
func (p *Party) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Call(nil), p.calls...)
}

// Await returns when the party has got so many calls, or with ctx's error.
func (p *Party) Await(ctx context.Context, calls int) error {
	for {
		p.mu.Lock()
		got, next := len(p.calls), p.next
		p.mu.Unlock()
		if got >= calls {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Most is how many calls have run at the same time.
func (p *Party) Most() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most
}

// SignShares implements kms.Client.
func (p *Party) SignShares(
	ctx context.Context, words []messages.SignShare,
) ([]messages.ShareAnswer, error) {
	fault, leave, err := p.enter(ctx, Call{Shares: words})
	defer leave()
	if err != nil {
		return nil, err
	}
	var answers []messages.ShareAnswer
	for _, word := range words {
		answers = append(answers, p.answer(word, fault))
	}
	switch fault {
	case TooFew:
		answers = answers[:len(answers)-1]
	case TooMany:
		answers = append(answers, answers[0])
	}
	return answers, nil
}

// SignOutcomes implements kms.Client.
func (p *Party) SignOutcomes(
	ctx context.Context, word messages.SignOutcomes,
) (messages.OutcomeAnswer, error) {
	fault, leave, err := p.enter(ctx, Call{Outcomes: &word})
	defer leave()
	if err != nil {
		return messages.OutcomeAnswer{}, err
	}
	if refused := p.refusal(word.Request, fault); refused != nil {
		return messages.OutcomeAnswer{Refused: refused}, nil
	}
	signed := &messages.OutcomesSigned{Request: word.Request, Party: p.Index, Epoch: word.Epoch,
		OutcomesDigest: word.OutcomesDigest, Share: Share(word.Request, p.Index, 0),
		Signature: make([]byte, signatureSize)}
	switch fault {
	case Empty:
		signed = nil
	case OtherRequest:
		signed.Request.Number++
	case OtherParty:
		signed.Party++
	case OtherEpoch:
		signed.Epoch++
	case OtherDigest:
		signed.OutcomesDigest[0]++
	case WrongShare:
		signed.Share[0] ^= 1
	}
	return messages.OutcomeAnswer{Signed: signed}, nil
}

// answer makes the answer to one word, with the fault that it is to have.
func (p *Party) answer(word messages.SignShare, fault Fault) messages.ShareAnswer {
	if refused := p.refusal(word.Request, fault); refused != nil {
		return messages.ShareAnswer{Refused: refused}
	}
	signed := &messages.ShareSigned{Request: word.Request, Party: p.Index, Epoch: word.Epoch,
		Signature: make([]byte, signatureSize)}
	for i := range word.Inputs {
		signed.Shares = append(signed.Shares, Share(word.Request, p.Index, i))
	}
	switch fault {
	case Empty:
		signed = nil
	case OtherRequest:
		signed.Request.Number++
	case OtherParty:
		signed.Party++
	case OtherEpoch:
		signed.Epoch++
	case FewShares:
		signed.Shares = signed.Shares[:len(signed.Shares)-1]
	case WrongShare:
		signed.Shares[0][0] ^= 1
	}
	return messages.ShareAnswer{Signed: signed}
}

// refusal makes a refusal where the fault wants one, else nil.
func (p *Party) refusal(request messages.RequestID, fault Fault) *messages.ShareRefused {
	refused := &messages.ShareRefused{Request: request, Party: p.Index,
		Code: messages.CodeEventNotFinal, Detail: "block 9, final 8"}
	switch fault {
	case Refusing:
		return refused
	case OtherRefusal:
		refused.Request.Number++
		return refused
	case StandingBy:
		refused.Code, refused.Detail = messages.CodeStandby, "the active address attests"
		return refused
	default:
		return nil
	}
}

// enter notes a call and does what is wrong with all of it.
func (p *Party) enter(ctx context.Context, call Call) (fault Fault, leave func(), err error) {
	p.mu.Lock()
	p.calls = append(p.calls, call)
	close(p.next)
	p.next = make(chan struct{})
	p.now++
	p.most = max(p.most, p.now)
	fault, delay := p.fault, p.delay
	p.mu.Unlock()
	leave = func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.now--
	}
	switch fault {
	case Unreachable:
		return fault, leave, messages.PartyUnreachable(p.Index, "", fmt.Errorf("refused"))
	case Silent:
		<-ctx.Done()
		return fault, leave, ctx.Err()
	}
	if delay == 0 {
		return fault, leave, nil
	}
	select {
	case <-time.After(delay):
		return fault, leave, nil
	case <-ctx.Done():
		return fault, leave, ctx.Err()
	}
}

// Share is the filler that stands for a party's share of a request's input.
func Share(request messages.RequestID, party messages.PartyIndex, input int) (share [96]byte) {
	seed := binary.BigEndian.AppendUint64([]byte(request.String()), uint64(party))
	seed = binary.BigEndian.AppendUint64(seed, uint64(input))
	for i := 0; i < len(share); i += sha256.Size {
		block := sha256.Sum256(append(seed, byte(i)))
		copy(share[i:], block[:])
	}
	return share
}

// SignShare makes the n-th word for a party, about inputs inputs.
func SignShare(n int, party messages.PartyIndex, inputs int) messages.SignShare {
	word := messages.SignShare{Request: Request(n), Party: party, Key: messages.KeyID{7}, Epoch: 2,
		Place:  messages.EventPlace{Block: messages.BlockRef{Number: 5, Hash: messages.Hash{5}}},
		Budget: 10 * time.Second}
	for i := range inputs {
		word.Inputs = append(word.Inputs,
			messages.InputHint{Handle: messages.Handle{byte(i)}, Length: 32})
	}
	return word
}

// SignOutcomes makes the n-th word for a party that asks for an attestation.
func SignOutcomes(n int, party messages.PartyIndex) messages.SignOutcomes {
	return messages.SignOutcomes{Request: Request(n), Party: party, Key: messages.KeyID{7}, Epoch: 2,
		Place: messages.EventPlace{Block: messages.BlockRef{Number: 5, Hash: messages.Hash{5}}},
		Inputs: []messages.InputProof{{Hint: messages.InputHint{Length: 32},
			Ciphertext: make([]byte, messages.CiphertextHead+32)}},
		OutcomesDigest: messages.Hash{byte(n)}, Budget: 10 * time.Second}
}

// Request names the n-th request.
func Request(n int) messages.RequestID {
	return messages.RequestID{Chain: 1, Number: uint64(n) + 1, Digest: messages.Hash{byte(n), 1}}
}
