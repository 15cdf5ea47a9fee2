package ethereum

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
	"golang.org/x/sync/errgroup"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
)

// scanWidth is how many blocks' receipts are read at once.
const scanWidth = 4

var _ chain.Source = (*Client)(nil)

// Tip reads how far the chain has come. A measure that the chain does not have is 0.
func (c *Client) Tip(ctx context.Context) (chain.Tip, error) {
	heads, err := c.tips(ctx)
	return heads.tip(), err
}

// tips are the headers behind a Tip, nil where there is none.
type tips struct{ latest, safe, finalized *types.Header }

// tip reduces the headers to heights.
func (t tips) tip() chain.Tip {
	height := func(head *types.Header) messages.Height {
		if head == nil {
			return 0
		}
		return endpoint.RefOf(head).Number
	}
	return chain.Tip{Latest: height(t.latest), Safe: height(t.safe),
		Finalized: height(t.finalized)}
}

// tips reads all three headers in one request, so that they belong to one moment of one server.
func (c *Client) tips(ctx context.Context) (tips, error) {
	read := func(ctx context.Context, e *server) (found tips, err error) {
		raw := make([]json.RawMessage, 3)
		calls := make([]rpc.BatchElem, len(raw))
		for i, tag := range []string{"latest", "safe", "finalized"} {
			calls[i] = rpc.BatchElem{Method: "eth_getBlockByNumber", Args: []any{tag, false},
				Result: &raw[i]}
		}
		err = e.Batch(ctx, "eth_getBlockByNumber tip", calls, func() (err error) {
			found, err = parseTips(calls, raw)
			return err
		})
		if err == nil && found.finalized != nil {
			c.pool.Anchor(endpoint.RefOf(found.finalized))
		}
		return found, err
	}
	return endpoint.First(ctx, c.pool, "read tip", read)
}

// parseTips wants the latest header; of the other two a server may know nothing yet.
func parseTips(calls []rpc.BatchElem, raw []json.RawMessage) (found tips, err error) {
	if calls[0].Error != nil {
		return tips{}, calls[0].Error
	}
	if found.latest, err = endpoint.ParseHeader(raw[0]); err != nil {
		return tips{}, err
	}
	for i, into := range []**types.Header{&found.safe, &found.finalized} {
		if calls[i+1].Error != nil || string(raw[i+1]) == "null" {
			continue
		}
		if *into, err = endpoint.ParseHeader(raw[i+1]); err != nil {
			return tips{}, err
		}
	}
	return found, nil
}

// Head reads the canonical header at a height; CHAIN_UNAVAILABLE above the latest block.
func (c *Client) Head(ctx context.Context, at messages.Height) (chain.Head, error) {
	read := func(ctx context.Context, e *server) (chain.Head, error) {
		head, err := e.Header(ctx, at)
		if err != nil {
			return chain.Head{}, err
		}
		return headOf(head), nil
	}
	return endpoint.First(ctx, c.pool, "read header", read)
}

// headOf keeps of a header what the listener needs.
func headOf(head *types.Header) chain.Head {
	return chain.Head{Ref: endpoint.RefOf(head), Parent: messages.Hash(head.ParentHash),
		Time: head.Time}
}

// Scan reads the gateway's events of the blocks from..to: headers in batches, chained by parent
// hash; receipts, proven, where a header's bloom admits one of our logs. All of it comes from one
// endpoint.
func (c *Client) Scan(ctx context.Context, from, to messages.Height) (chain.Span, error) {
	if to < from {
		return chain.Span{}, messages.MalformedField("range", fmt.Sprintf("from %d to %d", from, to))
	}
	read := func(ctx context.Context, e *server) (chain.Span, error) {
		heads, err := e.Headers(ctx, from, to)
		if err != nil {
			return chain.Span{}, err
		}
		logs := make([][]endpoint.Log, len(heads))
		group, within := errgroup.WithContext(ctx)
		group.SetLimit(scanWidth)
		for i, head := range heads {
			if !c.topics.mayHold(head.Bloom) {
				continue
			}
			group.Go(func() (err error) {
				logs[i], err = e.Logs(within, head, common.Address(c.gateway))
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return chain.Span{}, err
		}
		return c.span(heads, logs), nil
	}
	return endpoint.First(ctx, c.pool, "scan", read)
}

// mayHold asks a block's bloom for any event that begins or ends a request.
func (t topics) mayHold(bloom types.Bloom) bool {
	for _, topic := range []common.Hash{t.requested, t.fulfilled, t.rejected, t.expired} {
		if types.BloomLookup(bloom, topic) {
			return true
		}
	}
	return false
}

// span decodes what was read; a log that does not decode is set aside, not fatal.
func (c *Client) span(heads []*types.Header, logs [][]endpoint.Log) chain.Span {
	span := chain.Span{Heads: make([]chain.Head, len(heads))}
	for i, head := range heads {
		span.Heads[i] = headOf(head)
		for _, log := range logs[i] {
			event, ours, err := c.event(log)
			switch {
			case err != nil:
				span.Quarantined = append(span.Quarantined,
					chain.Quarantined{Place: log.Place, Err: err.Error()})
			case ours:
				span.Events = append(span.Events, event)
			}
		}
	}
	return span
}

// Nonces reads each sender's transaction count as of a block, by its hash. A sender whose state
// there the server does not have, because it is pruned or the block is not canonical any more, is
// left out: its nonces end with a later block.
func (c *Client) Nonces(
	ctx context.Context, senders []messages.Address, at messages.BlockRef,
) ([]messages.SenderNonce, error) {
	if len(senders) == 0 {
		return nil, nil
	}
	return endpoint.First(ctx, c.pool, "read nonces",
		func(ctx context.Context, e *server) (nonces []messages.SenderNonce, err error) {
			counts := make([]quantity, len(senders))
			calls := make([]rpc.BatchElem, len(senders))
			for i, sender := range senders {
				calls[i] = rpc.BatchElem{Method: "eth_getTransactionCount",
					Args: []any{common.Address(sender), blockArgument(at)}, Result: &counts[i]}
			}
			err = e.Batch(ctx, "eth_getTransactionCount", calls, func() error { return nil })
			for i, call := range calls {
				if err == nil && call.Error == nil {
					nonces = append(nonces,
						messages.SenderNonce{Sender: senders[i], Nonce: uint64(counts[i])})
				}
			}
			return nonces, err
		})
}
