package world

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
)

// settling is a transaction of a node as its bytes hold it.
type settling struct {
	Sender  messages.Address
	Nonce   uint64
	Settles []messages.Settle
}

func (s settling) encode() ([]byte, error) {
	var raw bytes.Buffer
	if err := gob.NewEncoder(&raw).Encode(s); err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	return raw.Bytes(), nil
}

func decodeSettling(raw []byte) (s settling, err error) {
	if err = gob.NewDecoder(bytes.NewReader(raw)).Decode(&s); err != nil {
		err = fmt.Errorf("decode transaction: %w", err)
	}
	return s, err
}

// tx is a transaction: a user's request, or a settlement.
type tx struct {
	hash    messages.Hash
	request *messages.Requested // without number, place and time
	settling
}

// asked is a request as the contract knows it.
type asked struct {
	messages.Requested
	outcome messages.Outcome
}

// state is the contract's and the accounts'. It is never changed once its block is made.
type state struct {
	next     uint64
	requests map[uint64]asked
	nonces   map[messages.Address]uint64
}

func (s state) clone() state {
	return state{next: s.next, requests: maps.Clone(s.requests), nonces: maps.Clone(s.nonces)}
}

// contract is the gateway contract as a model: what it takes, the real one would take.
type contract struct {
	address    messages.Address
	key        messages.KeyInfo
	master     bls.PublicKey
	registered map[messages.Handle]messages.Registered // all of them in the first block
}

// take runs a transaction in a block; false where the block cannot hold it, now or ever.
func (c *contract) take(b *block, waiting tx) bool {
	place := messages.EventPlace{Block: b.head.Ref, Tx: waiting.hash,
		LogIndex: uint32(len(b.events))}
	if waiting.request != nil {
		made := *waiting.request
		made.Request.Number = b.state.next
		made.Place, made.BlockTime = place, b.head.Time
		b.state.next++
		b.state.requests[made.Request.Number] = asked{Requested: made}
		b.events = append(b.events, messages.Event{Requested: &made})
		return true
	}
	if waiting.Nonce != b.state.nonces[waiting.Sender] {
		return false
	}
	b.state.nonces[waiting.Sender]++
	if _, err := c.judge(b.state, waiting.Settles); err == nil {
		c.settle(b, waiting, place)
	}
	return true
}

// settle ends the requests of a transaction that are pending still.
func (c *contract) settle(b *block, waiting tx, place messages.EventPlace) {
	for _, settle := range waiting.Settles {
		known := b.state.requests[settle.Requested.Request.Number]
		if known.outcome != 0 {
			continue
		}
		known.outcome = messages.OutcomeRejected
		for _, outcome := range settle.Outcomes {
			if outcome.Status == messages.StatusOpened {
				known.outcome = messages.OutcomeFulfilled
			}
		}
		b.state.requests[known.Request.Number] = known
		b.events = append(b.events, messages.Event{Ended: &messages.Ended{Request: known.Request,
			Outcome: known.outcome, Called: true, Place: place}})
		b.settled = append(b.settled, c.settlement(known.Requested, settle))
		place.LogIndex++
		if b.ended == nil {
			b.ended = map[messages.Hash]int{}
		}
		b.ended[waiting.hash]++
	}
}

// settlement renders what the laws are to judge.
func (c *contract) settlement(known messages.Requested, settle messages.Settle) laws.Settlement {
	s := laws.Settlement{Request: known.Request, Key: known.Key, Proof: known.Options.Proof,
		Outcomes: settle.Outcomes}
	for _, handle := range known.Handles {
		size := len(c.registered[handle].Ciphertext) - messages.CiphertextHead
		s.Lengths = append(s.Lengths, size)
	}
	if settle.Attestation != nil {
		s.Attestation = *settle.Attestation
	}
	return s
}

// judge finds the first settlement that would revert the transaction. In a batch those that are
// over are skipped; alone they revert.
func (c *contract) judge(now state, settles []messages.Settle) (messages.RequestID, error) {
	for _, settle := range settles {
		id := settle.Requested.Request
		known, found := now.requests[id.Number]
		switch {
		case found && known.outcome != 0 && len(settles) > 1:
			continue
		case !found || known.outcome != 0:
			return id, errors.New("not pending")
		case !same(known.Requested, settle.Requested):
			return id, errors.New("not the request of this number")
		}
		if err := c.verify(known.Requested, settle); err != nil {
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

// verify is the contract's own look at the proofs.
func (c *contract) verify(known messages.Requested, settle messages.Settle) error {
	if len(settle.Outcomes) != len(known.Handles) {
		return errors.New("outcomes missing")
	}
	attested := known.Options.Proof == messages.ProofQuorum
	for i, outcome := range settle.Outcomes {
		if outcome.Status != messages.StatusOpened {
			attested = true
			continue
		}
		if err := opens(known, known.Handles[i], outcome); err != nil {
			return err
		}
	}
	if !attested {
		return nil
	}
	if settle.Attestation == nil {
		return errors.New("attestation missing")
	}
	signature, err := bls.ParseSignature(settle.Attestation[:])
	if err != nil {
		return fmt.Errorf("attestation: %w", err)
	}
	statement := vetkd.Attestation{ChainID: uint64(known.Request.Chain),
		Gateway: vetkd.Address(c.address), RequestID: known.Request.Number,
		RequestDigest: known.Request.Digest, KeyID: vetkd.KeyID(known.Key),
		OutcomesDigest: c.settlement(known, settle).Digest()}
	if !statement.Verify(c.master, signature) {
		return errors.New("attestation not by a quorum")
	}
	return nil
}

// opens checks one opening against its handle.
func opens(known messages.Requested, handle messages.Handle, o messages.HandleOutcome) error {
	opening, err := vetkd.NewOpening(o.Seed[:], o.Plaintext)
	if err != nil || !opening.Check(o.C1, len(o.Plaintext)) {
		return errors.New("opening invalid")
	}
	bound := vetkd.HandleOfParts(vetkd.InputID(o.InputID), vetkd.KeyID(known.Key),
		vetkd.Keccak256(o.C1[:]), o.RestHash, uint64(len(o.Plaintext)))
	if messages.Handle(bound) != handle {
		return errors.New("opening of another handle")
	}
	return nil
}
