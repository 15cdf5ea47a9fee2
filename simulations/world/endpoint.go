package world

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

const (
	topicChain = "chain"
	// rpcPatience is the time limit of one call of the chain.
	rpcPatience = 3 * time.Second
)

// EndpointFault is what is wrong with a chain endpoint. The zero value is nothing.
type EndpointFault struct {
	Lag  time.Duration // it shows the chain as it was so long ago
	Down bool          // it answers everything with an error
	Omit bool          // it leaves every event out
}

// Endpoint is a server of the chain on a host of the network.
type Endpoint struct {
	chain *Chain

	mu    sync.Mutex
	fault EndpointFault // mu
}

// look is a question to an endpoint: what it shows, from the newest block it knows.
type look func(c *Chain, head *block) (any, error)

// serveChain starts an endpoint on a host.
func serveChain(network *Network, host string, served *Chain) (*Endpoint, *Station) {
	e, station := &Endpoint{chain: served}, network.Join(host)
	station.Handle(topicChain, func(_ string, ask any, answer func(any, error)) {
		question, _ := ask.(look)
		answer(e.show(question))
	})
	return e, station
}

// Fail sets what is wrong from now on.
func (e *Endpoint) Fail(fault EndpointFault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fault = fault
}

func (e *Endpoint) show(question look) (any, error) {
	e.mu.Lock()
	fault := e.fault
	e.mu.Unlock()
	if fault.Down {
		return nil, fmt.Errorf("the endpoint is out of order")
	}
	c := e.chain
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.heads[0].block
	for _, head := range c.heads {
		if !head.since.After(time.Now().Add(-fault.Lag)) {
			seen = head.block
		}
	}
	return question(c, seen)
}

func (e *Endpoint) omits() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fault.Omit
}

// client asks an endpoint over the network, as one process. It satisfies chain.Source,
// content.Fetch and party.Chain.
type client struct {
	station  *Station
	host     string // of the endpoint
	endpoint *Endpoint
	final    messages.Height // confirmations

	height atomic.Uint64 // newest block seen
	failed atomic.Int32  // calls in a row
}

// blindAfter calls in a row without an answer a client counts as blind.
const blindAfter = 3

// blind tells whether nobody answers any more.
func (c *client) blind() bool { return c.failed.Load() >= blindAfter }

// query asks and names what came of it.
func query[T any](ctx context.Context, c *client, op string,
	question func(c *Chain, head *block) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, rpcPatience)
	defer cancel()
	value, err := c.station.Call(ctx, c.host, topicChain, look(
		func(c *Chain, head *block) (any, error) { return question(c, head) }))
	got, _ := value.(T)
	switch {
	case err == nil, messages.CodeOf(err) == messages.CodeEventMismatch:
		c.failed.Store(0)
		return got, err
	default:
		c.failed.Add(1)
		return got, messages.ChainUnavailable(op, err)
	}
}

// Tip implements chain.Source.
func (c *client) Tip(ctx context.Context) (chain.Tip, error) {
	tip, err := query(ctx, c, "read tip", func(c *Chain, head *block) (chain.Tip, error) {
		latest := head.head.Ref.Number
		return chain.Tip{Latest: latest, Safe: latest - min(latest, c.plan.Safe),
			Finalized: latest - min(latest, c.plan.Finalized)}, nil
	})
	if err == nil {
		c.height.Store(uint64(tip.Latest))
	}
	return tip, err
}

// Head implements chain.Source.
func (c *client) Head(ctx context.Context, at messages.Height) (chain.Head, error) {
	return query(ctx, c, "read head", func(_ *Chain, head *block) (chain.Head, error) {
		found := head.at(at)
		if found == nil {
			return chain.Head{}, fmt.Errorf("no block %d", at)
		}
		return found.head, nil
	})
}

// Scan implements chain.Source.
func (c *client) Scan(ctx context.Context, from, to messages.Height) (chain.Span, error) {
	omit := c.endpoint.omits()
	return query(ctx, c, "scan", func(_ *Chain, head *block) (chain.Span, error) {
		var span chain.Span
		if from > to || head.at(to) == nil {
			return span, fmt.Errorf("no blocks %d to %d", from, to)
		}
		for at := from; at <= to; at++ {
			b := head.at(at)
			span.Heads = append(span.Heads, b.head)
			if !omit {
				span.Events = append(span.Events, b.events...)
			}
		}
		return span, nil
	})
}

// Nonces implements chain.Source.
func (c *client) Nonces(ctx context.Context, senders []messages.Address, at messages.BlockRef) (
	[]messages.SenderNonce, error) {
	return query(ctx, c, "read nonces", func(_ *Chain, head *block) ([]messages.SenderNonce, error) {
		now, err := stateAt(head, at)
		if err != nil {
			return nil, err
		}
		var counts []messages.SenderNonce
		for _, sender := range senders {
			counts = append(counts, messages.SenderNonce{Sender: sender, Nonce: now.nonces[sender]})
		}
		return counts, nil
	})
}

// stateAt is the state after a block of the branch, the head where at is zero.
func stateAt(head *block, at messages.BlockRef) (state, error) {
	if at.IsZero() {
		return head.state, nil
	}
	found := head.at(at.Number)
	if found == nil || found.head.Ref != at {
		return state{}, fmt.Errorf("no block %s", at)
	}
	return found.state, nil
}

// registration is a content.Fetch: all ciphertexts were registered when the contract was deployed.
func (c *client) registration(ctx context.Context, handle messages.Handle, at messages.Height) (
	messages.Registered, error) {
	return query(ctx, c, "read registration",
		func(c *Chain, _ *block) (messages.Registered, error) {
			found, known := c.contract.registered[handle]
			if !known || at != deployed {
				return found, fmt.Errorf("no registration of %s in block %d", handle, at)
			}
			return found, nil
		})
}

// Final implements party.Chain.
func (c *client) Final(ctx context.Context) (messages.BlockRef, error) {
	return query(ctx, c, "read final", func(_ *Chain, head *block) (messages.BlockRef, error) {
		latest := head.head.Ref.Number
		return head.at(latest - min(latest, c.final)).head.Ref, nil
	})
}

// RequestedAt implements party.Chain.
func (c *client) RequestedAt(ctx context.Context, request messages.RequestID,
	at messages.EventPlace) (messages.Requested, error) {
	return query(ctx, c, "read event", func(_ *Chain, head *block) (messages.Requested, error) {
		found := head.at(at.Block.Number)
		if found == nil || found.head.Ref != at.Block {
			return messages.Requested{}, messages.EventMismatch(request, "another block stands there")
		}
		for _, event := range found.events {
			if r := event.Requested; r != nil && r.Request == request && r.Place == at {
				return *r, nil
			}
		}
		return messages.Requested{}, messages.EventMismatch(request, "no such event at that place")
	})
}

// outlet is a client with the key of one sender. It satisfies chain.Outlet.
type outlet struct {
	*client
	sender messages.Address
}

// Sender implements chain.Outlet.
func (o *outlet) Sender() messages.Address { return o.sender }

// NextNonce implements chain.Outlet.
func (o *outlet) NextNonce(ctx context.Context) (uint64, error) {
	return query(ctx, o.client, "read nonce", func(_ *Chain, head *block) (uint64, error) {
		return head.state.nonces[o.sender], nil
	})
}

// Status implements chain.Outlet.
func (o *outlet) Status(ctx context.Context, ids []messages.RequestID, at messages.BlockRef) (
	[]messages.Outcome, error) {
	return query(ctx, o.client, "read status", func(_ *Chain, head *block) (
		[]messages.Outcome, error) {
		now, err := stateAt(head, at)
		if err != nil {
			return nil, err
		}
		ended := make([]messages.Outcome, len(ids))
		for i, id := range ids {
			ended[i] = now.requests[id.Number].outcome // as the contract: by number alone
		}
		return ended, nil
	})
}

// estimate is what the chain says of a transaction before it is signed.
type estimate struct {
	culprit messages.RequestID
	err     error
}

// Sign implements chain.Outlet.
func (o *outlet) Sign(ctx context.Context, settles []messages.Settle, nonce uint64) (
	chain.SignedTx, error) {
	said, err := query(ctx, o.client, "estimate", func(c *Chain, head *block) (estimate, error) {
		culprit, err := c.contract.judge(head.state, settles)
		return estimate{culprit, err}, nil
	})
	if err != nil {
		return chain.SignedTx{}, err
	}
	if said.err != nil {
		return chain.SignedTx{}, &chain.Unsettleable{Request: said.culprit, Err: said.err}
	}
	raw, err := settling{o.sender, nonce, settles}.encode()
	if err != nil {
		return chain.SignedTx{}, err
	}
	return chain.SignedTx{Tx: raw, Hash: sha256.Sum256(raw),
		Gas: gasSettled * uint64(len(settles))}, nil
}

// Broadcast implements chain.Outlet.
func (o *outlet) Broadcast(ctx context.Context, raw []byte) error {
	held, err := decodeSettling(raw)
	if err != nil {
		return err
	}
	waiting := tx{hash: sha256.Sum256(raw), settling: held}
	said, err := query(ctx, o.client, "broadcast", func(c *Chain, _ *block) (error, error) {
		return c.submitted(waiting), nil
	})
	if err != nil {
		return err
	}
	return said
}

// Height implements chain.Outlet.
func (o *outlet) Height(ctx context.Context) (messages.Height, error) {
	return query(ctx, o.client, "read head", func(_ *Chain, head *block) (messages.Height, error) {
		return head.head.Ref.Number, nil
	})
}

// Gas that a settlement costs, and one that is skipped.
const (
	gasSettled = 100_000
	gasSkipped = 10_000
)

// Spent implements chain.Outlet.
func (o *outlet) Spent(ctx context.Context, hash messages.Hash) (
	gas uint64, settled int, err error) {
	type spent struct{ settles, settled int }
	got, err := query(ctx, o.client, "read receipt", func(_ *Chain, head *block) (s spent, _ error) {
		for b := head; b != nil; b = b.parent {
			for _, mined := range b.txs {
				if mined.hash == hash {
					return spent{len(mined.Settles), b.ended[hash]}, nil
				}
			}
		}
		return s, nil
	})
	skipped := uint64(got.settles - got.settled)
	return uint64(got.settled)*gasSettled + skipped*gasSkipped, got.settled, err
}

// Mined implements chain.Outlet.
func (o *outlet) Mined(ctx context.Context, hash messages.Hash) (bool, error) {
	return query(ctx, o.client, "read transaction", func(c *Chain, head *block) (bool, error) {
		return c.mined(head, hash), nil
	})
}
