package chaintest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

// Start is the block in which a Chain's contract is deployed.
const Start messages.Height = 1

// ChainID is the id of a Chain.
const ChainID messages.ChainID = 31337

const blockSeconds = 12

// Call is one call of a Source or Outlet, before it is answered. Only what applies is set.
type Call struct {
	Op       string // the method's name
	From, To messages.Height
	Hash     messages.Hash // of the transaction
	Requests []messages.RequestID
}

// Chain is a chain in memory with one gateway contract on it. Nothing moves but by Mine and Reorg.
// It satisfies chain.Source; Outlet makes its other half. All methods may be called at once.
type Chain struct {
	mu        sync.Mutex
	blocks    []*block // canonical, from genesis
	pool      []tx
	made      uint64 // counts blocks and requests, so that no two are alike
	safeLag   messages.Height
	finalLag  messages.Height
	inputs    []input
	fault     func(context.Context, Call) error
	omit      func(messages.Event) bool
	reverting map[messages.RequestID]bool
	held      map[messages.Address]bool
}

type block struct {
	head        chain.Head
	txs         []tx
	events      []messages.Event
	quarantined []chain.Quarantined
	state       state // after the block
}

// NewChain holds genesis and the block of the deployment. Safe is four blocks behind the latest,
// finalized eight.
func NewChain() *Chain {
	c := &Chain{safeLag: 4, finalLag: 8, reverting: map[messages.RequestID]bool{},
		held: map[messages.Address]bool{}}
	c.mine()
	c.mine()
	return c
}

// Lag sets how many blocks safe and finalized are behind the latest.
func (c *Chain) Lag(safe, finalized messages.Height) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.safeLag, c.finalLag = safe, finalized
}

// Fault sets what is asked before each call is answered; an error is the answer. It may block.
func (c *Chain) Fault(fault func(context.Context, Call) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

// Omit sets which events Scan leaves out, as a lying endpoint would.
func (c *Chain) Omit(omit func(messages.Event) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.omit = omit
}

// Revert makes the contract refuse the settlement of a request, whatever it shows.
func (c *Chain) Revert(id messages.RequestID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reverting[id] = true
}

// Hold keeps an account's transactions in the pool, as if they bid too little, until it is lifted.
func (c *Chain) Hold(sender messages.Address, hold bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held[sender] = hold
}

// Settled counts, for each request, the mined transactions that carry its settlement, and those in
// which it ended.
func (c *Chain) Settled() (carried, ended map[messages.RequestID]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	carried, ended = map[messages.RequestID]int{}, map[messages.RequestID]int{}
	for _, block := range c.blocks {
		for _, mined := range block.txs {
			for _, settle := range mined.settles {
				carried[settle.Requested.Request]++
			}
			for _, id := range mined.settled {
				ended[id]++
			}
		}
	}
	return carried, ended
}

// Asked returns the canonical requests in order, whatever faults are set.
func (c *Chain) Asked() (all []messages.Requested) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, block := range c.blocks {
		for _, event := range block.events {
			if event.Requested != nil {
				all = append(all, *event.Requested)
			}
		}
	}
	return all
}

// Mine makes blocks; the first takes what waits in the pool.
func (c *Chain) Mine(blocks int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range blocks {
		c.mine()
	}
}

// Reorg replaces the newest blocks by one more than so many others. With keep the transactions
// are mined again in the first of these; without, they and the pool are gone.
func (c *Chain) Reorg(depth int, keep bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cut := len(c.blocks) - depth
	var orphaned []tx
	for _, orphan := range c.blocks[cut:] {
		orphaned = append(orphaned, orphan.txs...)
	}
	c.blocks = c.blocks[:cut]
	c.pool = append(orphaned, c.pool...)
	if !keep {
		c.pool = nil
	}
	for range depth + 1 {
		c.mine()
	}
}

// Garble emits, in the next block, a log of the contract that does not decode.
func (c *Chain) Garble() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pool = append(c.pool, tx{garbled: true, hash: c.unique("garbled")})
}

func (c *Chain) unique(label string) messages.Hash {
	c.made++
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte(label), c.made))
}

func (c *Chain) mine() {
	head := chain.Head{Ref: messages.BlockRef{Number: messages.Height(len(c.blocks)),
		Hash: c.unique("block")}}
	before := state{next: 1}
	if len(c.blocks) > 0 {
		parent := c.blocks[len(c.blocks)-1]
		head.Parent, head.Time = parent.head.Ref.Hash, parent.head.Time+blockSeconds
		before = parent.state
	}
	made := &block{head: head, state: before.clone()}
	var left []tx
	for _, waiting := range c.pool {
		if c.held[waiting.sender] && waiting.settles != nil {
			left = append(left, waiting)
		} else if made.take(&waiting, c.reverting) {
			made.txs = append(made.txs, waiting)
		} else if waiting.nonce > made.state.nonces[waiting.sender] {
			left = append(left, waiting)
		}
	}
	c.pool = left
	c.blocks = append(c.blocks, made)
}

func (c *Chain) latest() *block { return c.blocks[len(c.blocks)-1] }

// enter asks the fault, then locks.
func (c *Chain) enter(ctx context.Context, call Call) error {
	c.mu.Lock()
	fault := c.fault
	c.mu.Unlock()
	if fault != nil {
		if err := fault(ctx, call); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return messages.ChainUnavailable(call.Op, err)
	}
	c.mu.Lock()
	return nil
}

// Tip reads how far the chain has come.
func (c *Chain) Tip(ctx context.Context) (chain.Tip, error) {
	if err := c.enter(ctx, Call{Op: "Tip"}); err != nil {
		return chain.Tip{}, err
	}
	defer c.mu.Unlock()
	latest := c.latest().head.Ref.Number
	return chain.Tip{Latest: latest, Safe: latest - min(latest, c.safeLag),
		Finalized: latest - min(latest, c.finalLag)}, nil
}

// Head reads the canonical header at a height.
func (c *Chain) Head(ctx context.Context, at messages.Height) (chain.Head, error) {
	if err := c.enter(ctx, Call{Op: "Head", From: at, To: at}); err != nil {
		return chain.Head{}, err
	}
	defer c.mu.Unlock()
	if at >= messages.Height(len(c.blocks)) {
		return chain.Head{}, messages.ChainUnavailable("read head", fmt.Errorf("no block %d", at))
	}
	return c.blocks[at].head, nil
}

// Scan reads the events of the blocks from..to.
func (c *Chain) Scan(ctx context.Context, from, to messages.Height) (chain.Span, error) {
	if err := c.enter(ctx, Call{Op: "Scan", From: from, To: to}); err != nil {
		return chain.Span{}, err
	}
	defer c.mu.Unlock()
	if from > to || to >= messages.Height(len(c.blocks)) {
		return chain.Span{}, messages.ChainUnavailable("scan",
			fmt.Errorf("no blocks %d to %d", from, to))
	}
	var span chain.Span
	for _, block := range c.blocks[from : to+1] {
		span.Heads = append(span.Heads, block.head)
		for _, event := range block.events {
			if c.omit == nil || !c.omit(event) {
				span.Events = append(span.Events, event)
			}
		}
		span.Quarantined = append(span.Quarantined, block.quarantined...)
	}
	return span, nil
}

// Nonces reads the senders' transaction counts as of a block.
func (c *Chain) Nonces(ctx context.Context, senders []messages.Address, at messages.BlockRef) (
	[]messages.SenderNonce, error) {
	if err := c.enter(ctx, Call{Op: "Nonces", From: at.Number, To: at.Number}); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	state, err := c.at(at)
	if err != nil {
		return nil, err
	}
	var counts []messages.SenderNonce
	for _, sender := range senders {
		counts = append(counts, messages.SenderNonce{Sender: sender, Nonce: state.nonces[sender]})
	}
	return counts, nil
}

// at is the state after a canonical block, the latest where at is zero.
func (c *Chain) at(at messages.BlockRef) (state, error) {
	if at.IsZero() {
		return c.latest().state, nil
	}
	known := slices.IndexFunc(c.blocks, func(b *block) bool { return b.head.Ref == at })
	if known < 0 {
		return state{}, messages.ChainUnavailable("read state", fmt.Errorf("no block %s", at))
	}
	return c.blocks[known].state, nil
}

// Forget empties the pool, as a node that restarts does.
func (c *Chain) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pool = nil
}
