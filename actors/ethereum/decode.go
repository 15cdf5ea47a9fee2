package ethereum

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// topics are the first topics of the events that are read here.
type topics struct {
	registered, requested, fulfilled, rejected, expired common.Hash
}

// topicsOf takes the topics from the bindings, so that a changed event cannot be missed in silence.
func topicsOf(contract *contracts.GatewayContract) topics {
	abi := contract.GetABI()
	id := func(name string) common.Hash { return abi.Events[name].ID }
	return topics{
		registered: id(contracts.GatewayContractCiphertextRegistered{}.ContractEventName()),
		requested:  id(contracts.GatewayContractDecryptionRequested{}.ContractEventName()),
		fulfilled:  id(contracts.GatewayContractDecryptionFulfilled{}.ContractEventName()),
		rejected:   id(contracts.GatewayContractDecryptionRejected{}.ContractEventName()),
		expired:    id(contracts.GatewayContractDecryptionExpired{}.ContractEventName()),
	}
}

// ends tells whether an event of this first topic ends a request.
func (t topics) ends(topic common.Hash) bool {
	return topic == t.fulfilled || topic == t.rejected || topic == t.expired
}

// event decodes a log of the gateway that begins or ends a request; false for any other log. An
// error is for a log that the contract cannot have emitted as we know it.
func (c *Client) event(log endpoint.Log) (messages.Event, bool, error) {
	if len(log.Topics) == 0 {
		return messages.Event{}, false, nil
	}
	var ended *messages.Ended
	var err error
	switch log.Topics[0] {
	case c.topics.requested:
		requested, err := c.requested(log)
		return messages.Event{Requested: requested}, true, err
	case c.topics.fulfilled:
		ended, err = c.fulfilled(log)
	case c.topics.rejected:
		ended, err = c.rejected(log)
	case c.topics.expired:
		ended, err = c.expired(log)
	default:
		return messages.Event{}, false, nil
	}
	return messages.Event{Ended: ended}, true, err
}

// requested decodes the event that begins a request. The contract holds to the same bounds; they
// are checked again because everything behind this relies on them.
func (c *Client) requested(log endpoint.Log) (*messages.Requested, error) {
	raw, err := c.contract.UnpackDecryptionRequestedEvent(&log.Log)
	if err != nil {
		return nil, fmt.Errorf("decode a request: %w", err)
	}
	id, err := c.requestID(raw.RequestId, raw.RequestDigest)
	if err != nil {
		return nil, err
	}
	n := len(raw.Handles)
	if n == 0 || n > messages.MaxHandles || len(raw.RegisteredAt) != n {
		return nil, fmt.Errorf("decode a request: %d handles registered at %d heights", n,
			len(raw.RegisteredAt))
	}
	proof := messages.Proof(raw.Options.Proof)
	if proof != messages.ProofOpening && proof != messages.ProofQuorum {
		return nil, fmt.Errorf("decode a request: proof %d", raw.Options.Proof)
	}
	requested := &messages.Requested{
		Request: id, App: messages.Address(raw.App), Key: raw.KeyId, Selector: raw.Selector,
		Options: messages.Options{Proof: proof, CallbackGasLimit: raw.Options.CallbackGasLimit,
			Deadline: raw.Options.Deadline, RefundTo: messages.Address(raw.Options.RefundTo)},
		BlockTime: log.Time, Place: log.Place,
	}
	raw.Fee.FillBytes(requested.Fee[:])
	for i, handle := range raw.Handles {
		requested.Handles = append(requested.Handles, handle)
		requested.RegisteredAt = append(requested.RegisteredAt, messages.Height(raw.RegisteredAt[i]))
	}
	return requested, nil
}

// fulfilled decodes the end of a request of which at least one handle opened.
func (c *Client) fulfilled(log endpoint.Log) (*messages.Ended, error) {
	raw, err := c.contract.UnpackDecryptionFulfilledEvent(&log.Log)
	if err != nil {
		return nil, fmt.Errorf("decode a fulfilment: %w", err)
	}
	id, err := c.requestID(raw.RequestId, raw.RequestDigest)
	return &messages.Ended{Request: id, Outcome: messages.OutcomeFulfilled,
		Called: raw.CallbackSucceeded, Place: log.Place}, err
}

// rejected decodes the end of a request of which no handle opened.
func (c *Client) rejected(log endpoint.Log) (*messages.Ended, error) {
	raw, err := c.contract.UnpackDecryptionRejectedEvent(&log.Log)
	if err != nil {
		return nil, fmt.Errorf("decode a rejection: %w", err)
	}
	id, err := c.requestID(raw.RequestId, raw.RequestDigest)
	return &messages.Ended{Request: id, Outcome: messages.OutcomeRejected,
		Called: raw.CallbackSucceeded, Place: log.Place}, err
}

// expired decodes the end of a request that nobody settled in time; nothing was called.
func (c *Client) expired(log endpoint.Log) (*messages.Ended, error) {
	raw, err := c.contract.UnpackDecryptionExpiredEvent(&log.Log)
	if err != nil {
		return nil, fmt.Errorf("decode an expiry: %w", err)
	}
	id, err := c.requestID(raw.RequestId, raw.RequestDigest)
	return &messages.Ended{Request: id, Outcome: messages.OutcomeExpired, Place: log.Place}, err
}

// requestID names a request. Numbers count from 1, so 0 cannot be one; it names user requests here.
func (c *Client) requestID(number *big.Int, digest [32]byte) (messages.RequestID, error) {
	if !number.IsUint64() || number.Sign() == 0 {
		return messages.RequestID{}, errors.New("decode an event: request number out of range")
	}
	return messages.RequestID{Chain: c.chainID, Number: number.Uint64(), Digest: digest}, nil
}

// registered decodes the registration of a ciphertext; false for any other log.
func (c *Client) registered(log endpoint.Log, handle messages.Handle) (
	messages.Registered, bool, error) {
	if len(log.Topics) < 2 || log.Topics[0] != c.topics.registered ||
		log.Topics[1] != common.Hash(handle) {
		return messages.Registered{}, false, nil
	}
	raw, err := c.contract.UnpackCiphertextRegisteredEvent(&log.Log)
	if err != nil {
		return messages.Registered{}, false, fmt.Errorf("decode a registration: %w", err)
	}
	if n := len(raw.Ciphertext); n < messages.CiphertextHead || n > messages.MaxCiphertext {
		return messages.Registered{}, false, fmt.Errorf("decode a registration: %d bytes", n)
	}
	return messages.Registered{
		Handle: handle, App: messages.Address(raw.App), Owner: messages.Address(raw.Owner),
		Salt: raw.Salt, Key: raw.KeyId, Ciphertext: raw.Ciphertext, Place: log.Place,
	}, true, nil
}
