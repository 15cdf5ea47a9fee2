package endpoint

import (
	"context"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/trie"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
)

// Log is a log of the gateway contract whose block's receipts root was recomputed. The
// transaction's hash is the endpoint's word: no root here covers it, and nothing rests on it.
type Log struct {
	types.Log
	Place messages.EventPlace
	Time  uint64 // of the block, seconds
}

// Logs reads every log of a contract in a block, proven: none is missing, none is invented.
func (e *Endpoint) Logs(
	ctx context.Context, head *types.Header, contract common.Address,
) ([]Log, error) {
	if !types.BloomLookup(head.Bloom, contract) {
		return nil, nil
	}
	const method = "eth_getBlockReceipts"
	hash := head.Hash()
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) ([]Log, error) {
		var receipts types.Receipts
		if err := e.client.CallContext(ctx, &receipts, method, hash); err != nil {
			return nil, discreet(err)
		}
		if !complete(receipts) || types.DeriveSha(receipts, trie.NewListHasher()) != head.ReceiptHash {
			return nil, messages.ChainInconsistent("prove receipts", fmt.Sprintf(
				"the %d receipts of block %s are not those of its header", len(receipts), head.Number))
		}
		return logsOf(receipts, head, contract), nil
	})
}

// complete refuses nulls, at which hashing would panic.
func complete(receipts types.Receipts) bool {
	for _, receipt := range receipts {
		if receipt == nil || slices.Contains(receipt.Logs, nil) {
			return false
		}
	}
	return true
}

// logsOf numbers the logs by itself: an index is not part of what the root covers.
func logsOf(receipts types.Receipts, head *types.Header, contract common.Address) []Log {
	var logs []Log
	index := uint32(0)
	for _, receipt := range receipts {
		for _, log := range receipt.Logs {
			if log.Address == contract {
				logs = append(logs, Log{Log: *log, Time: head.Time,
					Place: messages.EventPlace{Block: RefOf(head), LogIndex: index,
						Tx: messages.Hash(receipt.TxHash)}})
			}
			index++
		}
	}
	return logs
}
