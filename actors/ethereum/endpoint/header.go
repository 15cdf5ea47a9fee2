package endpoint

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
)

// headerBatch is how many headers are asked for in one HTTP request: half a megabyte.
const headerBatch = 128

// Header reads the canonical header at a height; its hash is computed from its fields.
func (e *Endpoint) Header(ctx context.Context, at messages.Height) (*types.Header, error) {
	head, err := e.HeaderAs(ctx, hexutil.Uint64(at))
	if err == nil && head.Number.Uint64() != uint64(at) {
		return nil, messages.ChainInconsistent("read header",
			fmt.Sprintf("block %s where %d was asked for", head.Number, at))
	}
	return head, err
}

// HeaderAs reads a header by number or by a tag such as "latest".
func (e *Endpoint) HeaderAs(ctx context.Context, name any) (*types.Header, error) {
	const method = "eth_getBlockByNumber"
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) (*types.Header, error) {
		var raw json.RawMessage
		if err := e.client.CallContext(ctx, &raw, method, name, false); err != nil {
			return nil, discreet(err)
		}
		return ParseHeader(raw)
	})
}

// Headers reads the canonical headers from..to, chained by parent hash.
func (e *Endpoint) Headers(
	ctx context.Context, from, to messages.Height,
) ([]*types.Header, error) {
	heads := make([]*types.Header, 0, to-from+1)
	for from <= to {
		end := min(to, from+headerBatch-1)
		raw := make([]json.RawMessage, end-from+1)
		calls := make([]rpc.BatchElem, len(raw))
		for i := range calls {
			calls[i] = rpc.BatchElem{Method: "eth_getBlockByNumber",
				Args: []any{hexutil.Uint64(from) + hexutil.Uint64(i), false}, Result: &raw[i]}
		}
		err := e.Batch(ctx, "eth_getBlockByNumber", calls, func() (err error) {
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

// appendHeaders judges one batch: every block asked for, in order, each the child of the one
// before.
func appendHeaders(
	heads []*types.Header, calls []rpc.BatchElem, raw []json.RawMessage, from messages.Height,
) ([]*types.Header, error) {
	for i := range calls {
		if calls[i].Error != nil {
			return nil, calls[i].Error
		}
		head, err := ParseHeader(raw[i])
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

// ParseHeader decodes a header. The hash that the endpoint states must be the computed one: else it
// lies, or the chain hashes its headers in a way that go-ethereum does not know.
func ParseHeader(raw json.RawMessage) (*types.Header, error) {
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

// RefOf names a block by its number and its computed hash.
func RefOf(head *types.Header) messages.BlockRef {
	return messages.BlockRef{Number: messages.Height(head.Number.Uint64()),
		Hash: messages.Hash(head.Hash())}
}
