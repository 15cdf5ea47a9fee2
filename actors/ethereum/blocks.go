package ethereum

import (
	"context"
	"fmt"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
)

// maxProven bounds the blocks whose logs are kept.
const maxProven = 64

// provenBlocks keeps the gateway's logs of a few blocks, by hash. Safe for concurrent use.
type provenBlocks struct {
	mutex sync.Mutex
	logs  map[messages.Hash][]endpoint.Log // guarded by mutex
	order []messages.Hash                  // guarded by mutex; oldest first
}

func newProvenBlocks() *provenBlocks {
	return &provenBlocks{logs: make(map[messages.Hash][]endpoint.Log, maxProven)}
}

// get finds a block's logs; that there are none is an answer too.
func (p *provenBlocks) get(hash messages.Hash) ([]endpoint.Log, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	logs, found := p.logs[hash]
	return logs, found
}

// put keeps a block's logs and forgets the oldest: who asks for shares of one block does so within
// seconds of each other.
func (p *provenBlocks) put(hash messages.Hash, logs []endpoint.Log) {
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
	logs []endpoint.Log
}

// blockAt reads the canonical block at a height; the header anew each time, for it may change, the
// logs once. Equal reads at the same time are one.
func (c *Client) blockAt(ctx context.Context, at messages.Height) (block, error) {
	prove := func(ctx context.Context, e *server) (block, error) {
		head, err := e.Header(ctx, at)
		if err != nil {
			return block{}, err
		}
		found := block{ref: endpoint.RefOf(head)}
		var known bool
		if found.logs, known = c.proven.get(found.ref.Hash); known {
			return found, nil
		}
		if found.logs, err = e.Logs(ctx, head, common.Address(c.gateway)); err != nil {
			return block{}, err
		}
		c.proven.put(found.ref.Hash, found.logs)
		return found, nil
	}
	return together(ctx, c, fmt.Sprint("block ", at), func(ctx context.Context) (block, error) {
		return endpoint.First(ctx, c.pool, "prove block", prove)
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
		return none, endpoint.OutOfTime(key, ctx.Err())
	case result := <-joined:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(T), nil
	}
}
