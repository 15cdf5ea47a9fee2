package demo

import (
	"bytes"
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
	"kmsgateway/simulations/laws"
)

// ending is what the canonical chain says of a request's end.
type ending struct {
	outcome messages.Outcome
	block   common.Hash
	tx      common.Hash
}

// ledgerOfChain is what the canonical chain says, read log by log by the demo's user: nothing of
// it comes from the gateway.
type ledgerOfChain struct {
	requested   []messages.Requested
	askedIn     map[messages.RequestID]common.Hash // block
	ended       map[messages.RequestID]ending
	order       []messages.Ended
	settlements []laws.Settlement
	single      map[messages.Proof]common.Hash // a transaction that settled just one request
}

// read walks the logs of the gateway contract from the first block to the latest.
func (s *scene) read(ctx context.Context) (*ledgerOfChain, error) {
	logs, err := s.logs(ctx)
	if err != nil {
		return nil, err
	}
	chain := &ledgerOfChain{
		askedIn: make(map[messages.RequestID]common.Hash),
		ended:   make(map[messages.RequestID]ending),
		single:  make(map[messages.Proof]common.Hash),
	}
	lengths := make(map[messages.Handle]int)
	gateway := contracts.NewGatewayContract()
	for i := range logs {
		if registered, err := gateway.UnpackCiphertextRegisteredEvent(&logs[i]); err == nil {
			lengths[registered.Handle] = len(registered.Ciphertext) - messages.CiphertextHead
			continue
		}
		if requested, err := gateway.UnpackDecryptionRequestedEvent(&logs[i]); err == nil {
			chain.request(requested, logs[i])
			continue
		}
		chain.end(gateway, logs[i])
	}
	return chain, s.readSettlements(ctx, chain, lengths)
}

// logRange is how many blocks are asked for at once: an answer over all of a long run takes the
// chain longer than it gives itself.
const logRange = 250

// logs reads what the gateway contract has said since the first block.
func (s *scene) logs(ctx context.Context) (logs []types.Log, err error) {
	head, err := s.user.client.BlockNumber(ctx)
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	for from := uint64(0); from <= head; from += logRange {
		found, err := s.user.client.FilterLogs(ctx, ethereum.FilterQuery{
			FromBlock: new(big.Int).SetUint64(from),
			ToBlock:   new(big.Int).SetUint64(min(head, from+logRange-1)),
			Addresses: []common.Address{s.gateway}})
		if err != nil {
			return nil, fmt.Errorf("read logs: %w", err)
		}
		logs = append(logs, found...)
	}
	return logs, nil
}

func requestID(number *big.Int, digest [32]byte) messages.RequestID {
	return messages.RequestID{Chain: DevChainID, Number: number.Uint64(), Digest: digest}
}

func (c *ledgerOfChain) request(e *contracts.GatewayContractDecryptionRequested, log types.Log) {
	requested := messages.Requested{
		Request: requestID(e.RequestId, e.RequestDigest),
		App:     messages.Address(e.App),
		Key:     e.KeyId,
		Options: messages.Options{Proof: messages.Proof(e.Options.Proof)},
		Place: messages.EventPlace{Block: messages.BlockRef{
			Number: messages.Height(log.BlockNumber), Hash: messages.Hash(log.BlockHash)}},
	}
	for _, handle := range e.Handles {
		requested.Handles = append(requested.Handles, handle)
	}
	c.requested = append(c.requested, requested)
	c.askedIn[requested.Request] = log.BlockHash
}

func (c *ledgerOfChain) end(gateway *contracts.GatewayContract, log types.Log) {
	var id messages.RequestID
	var outcome messages.Outcome
	if e, err := gateway.UnpackDecryptionFulfilledEvent(&log); err == nil {
		id, outcome = requestID(e.RequestId, e.RequestDigest), messages.OutcomeFulfilled
	} else if e, err := gateway.UnpackDecryptionRejectedEvent(&log); err == nil {
		id, outcome = requestID(e.RequestId, e.RequestDigest), messages.OutcomeRejected
	} else if e, err := gateway.UnpackDecryptionExpiredEvent(&log); err == nil {
		id, outcome = requestID(e.RequestId, e.RequestDigest), messages.OutcomeExpired
	} else {
		return
	}
	c.ended[id] = ending{outcome: outcome, block: log.BlockHash, tx: log.TxHash}
	c.order = append(c.order, messages.Ended{Request: id, Outcome: outcome})
}

// readSettlements decodes the transactions that ended requests.
func (s *scene) readSettlements(ctx context.Context, chain *ledgerOfChain,
	lengths map[messages.Handle]int) error {
	proofs := make(map[messages.RequestID]messages.Requested)
	for _, requested := range chain.requested {
		proofs[requested.Request] = requested
	}
	seen := make(map[common.Hash]bool)
	for _, end := range chain.order {
		hash := chain.ended[end.Request].tx
		if seen[hash] || end.Outcome == messages.OutcomeExpired {
			continue
		}
		seen[hash] = true
		tx, _, err := s.user.client.TransactionByHash(ctx, hash)
		if err != nil {
			return fmt.Errorf("read settlement %s: %w", hash, err)
		}
		settled, err := decodeSettlements(tx.Data())
		if err != nil {
			return fmt.Errorf("decode settlement %s: %w", hash, err)
		}
		for _, one := range settled {
			id, known := chain.idIn(one.RequestId.Uint64(), hash)
			if !known {
				continue // the batch skipped it
			}
			chain.settlements = append(chain.settlements,
				settlement(id, proofs[id], one, lengths))
			if len(settled) == 1 {
				chain.single[proofs[id].Options.Proof] = hash
			}
		}
	}
	return nil
}

// idIn finds the request of that number which this transaction ended.
func (c *ledgerOfChain) idIn(number uint64, tx common.Hash) (messages.RequestID, bool) {
	for id, end := range c.ended {
		if id.Number == number && end.tx == tx {
			return id, true
		}
	}
	return messages.RequestID{}, false
}

func settlement(id messages.RequestID, requested messages.Requested, one contracts.Settlement,
	lengths map[messages.Handle]int) laws.Settlement {
	out := laws.Settlement{Request: id, Key: requested.Key, Proof: requested.Options.Proof}
	for _, outcome := range one.Outcomes {
		line := messages.HandleOutcome{Handle: outcome.Handle,
			Status: messages.Status(outcome.Status), InputID: outcome.InputId,
			Seed: outcome.Seed, Plaintext: outcome.Plaintext, RestHash: outcome.RestHash}
		copy(line.C1[:], outcome.C1)
		out.Outcomes = append(out.Outcomes, line)
		out.Lengths = append(out.Lengths, lengths[outcome.Handle])
	}
	if compressed, err := compressG1(one.Attestation); err == nil {
		out.Attestation = compressed
	}
	return out
}

// decodeSettlements reads the calldata of settle and of settleMany.
func decodeSettlements(data []byte) ([]contracts.Settlement, error) {
	gateway, err := contracts.GatewayContractMetaData.ParseABI()
	if err != nil {
		return nil, fmt.Errorf("parse ABI: %w", err)
	}
	method, err := gateway.MethodById(data)
	if err != nil {
		return nil, err
	}
	values, err := method.Inputs.Unpack(data[4:])
	if err != nil {
		return nil, err
	}
	switch method.Name {
	case "settleMany":
		return *abi.ConvertType(values[0], new([]contracts.Settlement)).(*[]contracts.Settlement), nil
	case "settle":
		one := contracts.Settlement{
			RequestId: values[0].(*big.Int),
			Request:   *abi.ConvertType(values[1], new(contracts.Request)).(*contracts.Request),
			Outcomes:  *abi.ConvertType(values[2], new([]contracts.Outcome)).(*[]contracts.Outcome),
		}
		one.Attestation = values[3].([]byte)
		return []contracts.Settlement{one}, nil
	}
	return nil, fmt.Errorf("call of %s", method.Name)
}

// wrong counts the secrets whose plaintext on the chain is not what their author encrypted, or
// that the chain does not show at all.
func (c *ledgerOfChain) wrong(secrets []secret) int {
	shown := make(map[messages.Handle][]byte)
	for _, settled := range c.settlements {
		for _, outcome := range settled.Outcomes {
			shown[outcome.Handle] = outcome.Plaintext
		}
	}
	wrong := 0
	for _, s := range secrets {
		if plaintext, found := shown[s.handle]; !found || !bytes.Equal(plaintext, s.plaintext) {
			wrong++
		}
	}
	return wrong
}

// compressG1 turns a point as EIP-2537 has it into its compressed form: of the two points with
// that x it is the one that encodes back to the same bytes.
func compressG1(point []byte) ([48]byte, error) {
	var out [48]byte
	if len(point) != bls.EVMG1Size {
		return out, bls.ErrMalformed
	}
	copy(out[:], point[16:64])
	for _, flags := range []byte{0x80, 0xa0} {
		out[0] = point[16] | flags
		signature, err := bls.ParseSignature(out[:])
		if err != nil {
			return out, err
		}
		if encoded := signature.EVM(); bytes.Equal(encoded[:], point) {
			return out, nil
		}
	}
	return out, bls.ErrMalformed
}
