package ethereum

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/ethereum/go-ethereum/trie"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
)

const (
	// headerBatch is how many headers are asked for in one HTTP request: half a megabyte.
	headerBatch = 128
	// maxProven bounds the blocks whose logs are kept.
	maxProven = 64
)

// header reads the canonical header at a height; its hash is computed from its fields.
func (e *endpoint) header(ctx context.Context, at messages.Height) (*types.Header, error) {
	head, err := e.headerAs(ctx, quantity(at))
	if err == nil && head.Number.Uint64() != uint64(at) {
		return nil, messages.ChainInconsistent("read header",
			fmt.Sprintf("block %s where %d was asked for", head.Number, at))
	}
	return head, err
}

// headerAs reads a header by number or by a tag such as "latest".
func (e *endpoint) headerAs(ctx context.Context, name any) (*types.Header, error) {
	const method = "eth_getBlockByNumber"
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) (*types.Header, error) {
		var raw json.RawMessage
		if err := e.client.CallContext(ctx, &raw, method, name, false); err != nil {
			return nil, discreet(err)
		}
		return parseHeader(raw)
	})
}

// headers reads the canonical headers from..to, chained by parent hash.
func (e *endpoint) headers(
	ctx context.Context, from, to messages.Height,
) ([]*types.Header, error) {
	heads := make([]*types.Header, 0, to-from+1)
	for from <= to {
		end := min(to, from+headerBatch-1)
		raw := make([]json.RawMessage, end-from+1)
		calls := make([]rpc.BatchElem, len(raw))
		for i := range calls {
			calls[i] = rpc.BatchElem{Method: "eth_getBlockByNumber",
				Args: []any{quantity(from) + quantity(i), false}, Result: &raw[i]}
		}
		err := e.batch(ctx, "eth_getBlockByNumber", calls, func() (err error) {
			heads, err = appendHeaders(heads, calls, raw, from)
			return err
		})
		if err != nil {
			return nil, err
		}
		from = end + 1
	}
	return heads, nil
}

func appendHeaders(
	heads []*types.Header, calls []rpc.BatchElem, raw []json.RawMessage, from messages.Height,
) ([]*types.Header, error) {
	for i := range calls {
		if calls[i].Error != nil {
			return nil, calls[i].Error
		}
		head, err := parseHeader(raw[i])
		if err != nil {
			return nil, err
		}
		number := from + messages.Height(i)
		if head.Number.Uint64() != uint64(number) {
			return nil, messages.ChainInconsistent("read headers",
				fmt.Sprintf("block %s where %d was asked for", head.Number, number))
		}
		if last := len(heads) - 1; last >= 0 && head.ParentHash != heads[last].Hash() {
			return nil, messages.ChainInconsistent("read headers",
				fmt.Sprintf("block %d has another parent", number))
		}
		heads = append(heads, head)
	}
	return heads, nil
}

// parseHeader decodes a header. The hash that the endpoint states must be the computed one: else it
// lies, or the chain hashes its headers in a way that go-ethereum does not know.
func parseHeader(raw json.RawMessage) (*types.Header, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, errMissing
	}
	var stated struct {
		Hash *common.Hash `json:"hash"`
	}
	head := new(types.Header)
	if err := json.Unmarshal(raw, head); err != nil {
		return nil, messages.ChainInconsistent("read header", "it does not decode: "+err.Error())
	}
	if err := json.Unmarshal(raw, &stated); err != nil || stated.Hash == nil ||
		*stated.Hash != head.Hash() {
		return nil, messages.ChainInconsistent("read header",
			fmt.Sprintf("the fields of block %s do not hash to its hash", head.Number))
	}
	if !head.Number.IsUint64() {
		return nil, messages.ChainInconsistent("read header", "block number out of range")
	}
	return head, nil
}

func refOf(head *types.Header) messages.BlockRef {
	return messages.BlockRef{Number: messages.Height(head.Number.Uint64()),
		Hash: messages.Hash(head.Hash())}
}

// provenLog is a log of the gateway contract whose block's receipts root was recomputed. The
// transaction's hash is the endpoint's word: no root here covers it, and nothing rests on it.
type provenLog struct {
	types.Log
	place messages.EventPlace
	time  uint64 // of the block, seconds
}

// logs reads every log of a contract in a block, proven: none is missing, none is invented.
func (e *endpoint) logs(
	ctx context.Context, head *types.Header, contract common.Address,
) ([]provenLog, error) {
	if !types.BloomLookup(head.Bloom, contract) {
		return nil, nil
	}
	const method = "eth_getBlockReceipts"
	hash := head.Hash()
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) ([]provenLog, error) {
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
func logsOf(receipts types.Receipts, head *types.Header, contract common.Address) []provenLog {
	var logs []provenLog
	index := uint32(0)
	for _, receipt := range receipts {
		for _, log := range receipt.Logs {
			if log.Address == contract {
				logs = append(logs, provenLog{Log: *log, time: head.Time,
					place: messages.EventPlace{Block: refOf(head), LogIndex: index,
						Tx: messages.Hash(receipt.TxHash)}})
			}
			index++
		}
	}
	return logs
}

// provenBlocks keeps the gateway's logs of a few blocks, by hash. Safe for concurrent use.
type provenBlocks struct {
	mutex sync.Mutex
	logs  map[messages.Hash][]provenLog // guarded by mutex
	order []messages.Hash               // guarded by mutex; oldest first
}

func newProvenBlocks() *provenBlocks {
	return &provenBlocks{logs: make(map[messages.Hash][]provenLog, maxProven)}
}

func (p *provenBlocks) get(hash messages.Hash) ([]provenLog, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	logs, found := p.logs[hash]
	return logs, found
}

func (p *provenBlocks) put(hash messages.Hash, logs []provenLog) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if _, known := p.logs[hash]; known {
		return
	}
	if len(p.order) == maxProven {
		delete(p.logs, p.order[0])
		p.order = p.order[1:]
	}
	p.logs[hash] = logs
	p.order = append(p.order, hash)
}

// block is the canonical header at a height with the gateway's proven logs.
type block struct {
	ref  messages.BlockRef
	logs []provenLog
}

// blockAt reads the canonical block at a height; the header anew each time, for it may change, the
// logs once. Equal reads at the same time are one.
func (c *Client) blockAt(ctx context.Context, at messages.Height) (block, error) {
	return together(ctx, c, fmt.Sprint("block ", at), func(ctx context.Context) (block, error) {
		return failover(ctx, c, "prove block", func(ctx context.Context, e *endpoint) (block, error) {
			head, err := e.header(ctx, at)
			if err != nil {
				return block{}, err
			}
			found := block{ref: refOf(head)}
			var known bool
			if found.logs, known = c.proven.get(found.ref.Hash); known {
				return found, nil
			}
			if found.logs, err = e.logs(ctx, head, common.Address(c.gateway)); err != nil {
				return block{}, err
			}
			c.proven.put(found.ref.Hash, found.logs)
			return found, nil
		})
	})
}

// together joins equal reads that happen at the same time. Who gives up does not stop it for the
// others; the endpoints' timeouts bound it, and Close ends it.
func together[T any](
	ctx context.Context, c *Client, key string, read func(context.Context) (T, error),
) (T, error) {
	joined := c.flights.DoChan(key, func() (any, error) {
		c.reads.Add(1)
		defer c.reads.Done()
		joint, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer context.AfterFunc(c.life, cancel)()
		defer cancel()
		return read(joint)
	})
	var none T
	select {
	case <-ctx.Done():
		return none, outOfTime(key, ctx.Err())
	case result := <-joined:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(T), nil
	}
}
