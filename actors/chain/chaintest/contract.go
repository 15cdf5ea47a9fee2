package chaintest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kmsgateway/actors/chain"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// tx is a transaction: a request, a settlement, or one that emits nonsense.
type tx struct {
	hash    messages.Hash
	garbled bool
	request *messages.Requested // number, place and time are still missing
	sender  messages.Address    // of a settlement, as nonce
	nonce   uint64
	settles []messages.Settle
	settled []messages.RequestID // that ended in it, once it is mined
}

// state is the contract's and the accounts'. It is never changed once its block is made.
type state struct {
	next     uint64
	requests map[uint64]request
	nonces   map[messages.Address]uint64
}

type request struct {
	messages.Requested
	outcome messages.Outcome
}

func (s state) clone() state {
	clone := state{next: s.next, requests: maps.Clone(s.requests), nonces: maps.Clone(s.nonces)}
	if clone.requests == nil {
		clone.requests, clone.nonces = map[uint64]request{}, map[messages.Address]uint64{}
	}
	return clone
}

// take runs a transaction; false where the block cannot hold it, now or ever.
func (b *block) take(waiting *tx, reverting map[messages.RequestID]bool) bool {
	place := messages.EventPlace{Block: b.head.Ref, Tx: waiting.hash,
		LogIndex: uint32(len(b.events) + len(b.quarantined))}
	switch {
	case waiting.garbled:
		b.quarantined = append(b.quarantined, chain.Quarantined{Place: place, Err: "unknown event"})
	case waiting.request != nil:
		asked := *waiting.request
		asked.Request.Number = b.state.next
		asked.Place, asked.BlockTime = place, b.head.Time
		b.state.next++
		b.state.requests[asked.Request.Number] = request{Requested: asked}
		b.events = append(b.events, messages.Event{Requested: &asked})
	default:
		if waiting.nonce != b.state.nonces[waiting.sender] {
			return false
		}
		b.state.nonces[waiting.sender]++
		waiting.settled = nil
		if _, err := b.state.judge(waiting.settles, reverting); err == nil {
			b.settle(waiting, place)
		}
	}
	return true
}

// settle ends the requests of a transaction that are pending still.
func (b *block) settle(waiting *tx, place messages.EventPlace) {
	for _, settle := range waiting.settles {
		known := b.state.requests[settle.Requested.Request.Number]
		if b.state.skips(settle) {
			continue
		}
		known.outcome = messages.OutcomeRejected
		for _, outcome := range settle.Outcomes {
			if outcome.Status == messages.StatusOpened {
				known.outcome = messages.OutcomeFulfilled
			}
		}
		b.state.requests[known.Request.Number] = known
		waiting.settled = append(waiting.settled, known.Request)
		b.events = append(b.events, messages.Event{Ended: &messages.Ended{Request: known.Request,
			Outcome: known.outcome, Called: true, Place: place}})
		place.LogIndex++
	}
}

// skips tells whether a batch passes a settlement by: its request is over, or another than the one
// of its number, as after a reorg.
func (s state) skips(settle messages.Settle) bool {
	known, found := s.requests[settle.Requested.Request.Number]
	return !found || known.outcome != 0 || !same(known.Requested, settle.Requested)
}

// judge finds the first settlement that would revert the transaction. What is skipped in a batch
// reverts alone.
func (s state) judge(settles []messages.Settle, reverting map[messages.RequestID]bool) (
	messages.RequestID, error) {
	for _, settle := range settles {
		id := settle.Requested.Request
		skips := s.skips(settle)
		switch {
		case skips && len(settles) > 1:
			continue
		case skips:
			return id, errors.New("not pending")
		case reverting[id]:
			return id, errors.New("callback gas missing")
		}
		if err := verify(s.requests[id.Number].Requested, settle); err != nil {
			return id, err
		}
	}
	return messages.RequestID{}, nil
}

// same compares what the contract's digest of a request binds.
func same(a, b messages.Requested) bool {
	return a.Request == b.Request && a.App == b.App && a.Key == b.Key &&
		a.Selector == b.Selector && a.Options == b.Options && slices.Equal(a.Handles, b.Handles)
}

// verify is the contract's own look at the proofs; attestations it takes on trust.
func verify(asked messages.Requested, settle messages.Settle) error {
	if len(settle.Outcomes) != len(asked.Handles) {
		return errors.New("outcomes missing")
	}
	for i, outcome := range settle.Outcomes {
		if outcome.Status != messages.StatusOpened {
			if settle.Attestation == nil {
				return errors.New("attestation missing")
			}
			continue
		}
		opening, err := vetkd.NewOpening(outcome.Seed[:], outcome.Plaintext)
		if err != nil || !opening.Check(outcome.C1, len(outcome.Plaintext)) {
			return errors.New("opening invalid")
		}
		handle := vetkd.HandleOfParts(vetkd.InputID(outcome.InputID), vetkd.KeyID(asked.Key),
			vetkd.Keccak256(outcome.C1[:]), outcome.RestHash, uint64(len(outcome.Plaintext)))
		if messages.Handle(handle) != asked.Handles[i] {
			return errors.New("opening of another handle")
		}
	}
	return nil
}

// input is a registered ciphertext whose encryptor we are.
type input struct{ outcome messages.HandleOutcome }

// inputKinds bounds how many ciphertexts are made; requests take them in turns.
const inputKinds = 32

var errNoKey = errors.New("make an encryption key")

// theKey is the only key of the chain.
func theKey() messages.KeyID { return sha256.Sum256([]byte("key")) }

func makeInput(n int) (input, error) {
	scalar, err := bls.HashToScalar([]byte("master"), []byte("chaintest"))
	if err != nil {
		return input{}, fmt.Errorf("%w: %w", errNoKey, err)
	}
	dpk, err := bls.TimesBase(scalar)
	if err != nil {
		return input{}, fmt.Errorf("%w: %w", errNoKey, err)
	}
	id := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("input"), uint64(n)))
	seed := vetkd.Seed(sha256.Sum256(id[:]))
	plaintext := bytes.Repeat([]byte{byte(n)}, 32)
	ct, err := vetkd.Encrypt(dpk, id[:], seed, plaintext)
	if err != nil {
		return input{}, fmt.Errorf("encrypt input %d: %w", n, err)
	}
	return input{messages.HandleOutcome{
		Handle:  messages.Handle(vetkd.HandleOf(id, vetkd.KeyID(theKey()), ct)),
		Status:  messages.StatusOpened,
		InputID: id, Seed: seed, Plaintext: plaintext, C1: ct.C1(), RestHash: ct.RestHash(),
	}}, nil
}

// Request puts requests of so many handles each into the pool.
func (c *Chain) Request(requests, handles int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.inputs) < min(inputKinds, requests*handles) {
		made, err := makeInput(len(c.inputs))
		if err != nil {
			return err
		}
		c.inputs = append(c.inputs, made)
	}
	for i := range requests {
		asked := messages.Requested{App: messages.Address{0xa9}, Key: theKey(),
			Selector: messages.Selector{1, 2, 3, 4},
			Options: messages.Options{Proof: messages.ProofOpening, CallbackGasLimit: 100_000,
				Deadline: 1 << 40}}
		for j := range handles {
			kind := c.inputs[(i*handles+j)%len(c.inputs)]
			asked.Handles = append(asked.Handles, kind.outcome.Handle)
			asked.RegisteredAt = append(asked.RegisteredAt, Start)
		}
		hash := c.unique("request")
		asked.Request = messages.RequestID{Chain: ChainID, Digest: sha256.Sum256(hash[:])}
		c.pool = append(c.pool, tx{hash: hash, request: &asked})
	}
	return nil
}

// Settlement opens every handle of a request truly. Handles it did not make stay closed.
func (c *Chain) Settlement(asked messages.Requested) messages.Settle {
	c.mu.Lock()
	defer c.mu.Unlock()
	settle := messages.Settle{Requested: asked}
	for _, handle := range asked.Handles {
		for _, kind := range c.inputs {
			if kind.outcome.Handle == handle {
				settle.Outcomes = append(settle.Outcomes, kind.outcome)
			}
		}
	}
	return settle
}
