package world

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
)

const (
	// ChainID is the id of the simulated chain.
	ChainID messages.ChainID = 31337
	// deployed is the block in which contract and ciphertexts are registered.
	deployed messages.Height = 1
)

// ChainPlan says how the chain goes.
type ChainPlan struct {
	Period    time.Duration   // between blocks; 0 means 1 s
	Safe      messages.Height // blocks behind the latest; 0 means 4
	Finalized messages.Height // blocks behind the latest; 0 means 8
	Nodes     messages.Height // confirmations for which nodes wait
	Parties   messages.Height // confirmations for which parties wait
}

// Chain is a tree of blocks with one canonical branch and one gateway contract. It is safe for
// concurrent use.
type Chain struct {
	plan     ChainPlan
	contract *contract

	mu     sync.Mutex
	blocks map[messages.Hash]*block // mu; of all branches
	heads  []moment                 // mu; what was canonical, and since when
	pool   []tx                     // mu
	made   uint64                   // mu; counts blocks and requests, so that no two are alike
	heard  []Transaction            // mu; all that was ever broadcast

	stuck map[messages.Address]int // mu; senders whose transactions stay in the pool
}

// moment is when a block became the head of the canonical branch.
type moment struct {
	since time.Time
	block *block
}

// block is a block with the state after it. It is never changed once it is made.
type block struct {
	parent  *block
	head    chain.Head
	txs     []tx
	events  []messages.Event
	settled []laws.Settlement
	ended   map[messages.Hash]int // requests that each transaction ended
	state   state
}

// at is the block of this branch at a height, nil above its head.
func (b *block) at(height messages.Height) *block {
	if height > b.head.Ref.Number {
		return nil
	}
	for b.head.Ref.Number > height {
		b = b.parent
	}
	return b
}

// newChain holds genesis and the block of the deployment.
func newChain(plan ChainPlan, deal *contract) *Chain {
	if plan.Period == 0 {
		plan.Period = time.Second
	}
	if plan.Safe == 0 {
		plan.Safe = 4
	}
	if plan.Finalized == 0 {
		plan.Finalized = 8
	}
	c := &Chain{plan: plan, contract: deal, blocks: map[messages.Hash]*block{},
		stuck: map[messages.Address]int{}}
	now := time.Now()
	genesis := &block{head: chain.Head{Ref: messages.BlockRef{Hash: c.unique("block")},
		Time: uint64(now.Unix())}, state: state{next: 1, requests: map[uint64]asked{},
		nonces: map[messages.Address]uint64{}}}
	c.adopt(genesis)
	c.adopt(c.next(genesis, now))
	return c
}

func (c *Chain) unique(label string) messages.Hash {
	c.made++
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte(label), c.made))
}

// latest is the head of the canonical branch. The caller holds mu, as for all that follows.
func (c *Chain) latest() *block { return c.heads[len(c.heads)-1].block }

// adopt makes a block canonical.
func (c *Chain) adopt(b *block) {
	c.blocks[b.head.Ref.Hash] = b
	c.heads = append(c.heads, moment{time.Now(), b})
}

// next makes the block after parent, with what the pool holds and it can take.
func (c *Chain) next(parent *block, at time.Time) *block {
	b := &block{parent: parent, head: chain.Head{Ref: messages.BlockRef{
		Number: parent.head.Ref.Number + 1, Hash: c.unique("block")},
		Parent: parent.head.Ref.Hash, Time: max(uint64(at.Unix()), parent.head.Time+1)},
		state: parent.state}
	if len(c.pool) > 0 {
		b.state = parent.state.clone()
	}
	slices.SortStableFunc(c.pool, func(a, b tx) int { // by nonce within a sender
		if a.request != nil || b.request != nil || a.Sender != b.Sender {
			return 0
		}
		return int(a.Nonce) - int(b.Nonce)
	})
	var left []tx
	for _, waiting := range c.pool {
		if c.stuck[waiting.Sender] == 0 && c.contract.take(b, waiting) {
			b.txs = append(b.txs, waiting)
		} else if waiting.Nonce >= b.state.nonces[waiting.Sender] {
			left = append(left, waiting)
		}
	}
	c.pool = left
	c.blocks[b.head.Ref.Hash] = b
	return b
}

// stick keeps a sender's transactions in the pool until free.
func (c *Chain) stick(sender messages.Address) (free func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck[sender]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.stuck[sender]--
	}
}

// Mine makes the next block.
func (c *Chain) Mine() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.adopt(c.next(c.latest(), time.Now()))
}

// Reorg replaces the newest blocks by one more than so many others, all at once. With keep their
// transactions are mined again in the first of these; without, they and the pool are gone.
func (c *Chain) Reorg(depth int, keep bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	branch := c.latest()
	var orphaned []tx
	for range depth {
		if branch.head.Ref.Number <= deployed {
			break
		}
		orphaned = append(slices.Clone(branch.txs), orphaned...)
		branch = branch.parent
	}
	c.pool = append(orphaned, c.pool...)
	if !keep {
		c.pool = nil
	}
	for range depth + 1 {
		branch = c.next(branch, time.Unix(int64(branch.head.Time), 0).Add(c.plan.Period))
	}
	c.adopt(branch)
}

// Ask puts a user's request into the pool.
func (c *Chain) Ask(request messages.Requested) messages.Hash {
	c.mu.Lock()
	defer c.mu.Unlock()
	hash := c.unique("request")
	request.Request = messages.RequestID{Chain: ChainID, Digest: sha256.Sum256(hash[:])}
	c.pool = append(c.pool, tx{hash: hash, request: &request})
	return request.Request.Digest
}

// outcomes is what the canonical branch shows in the end.
type outcomes struct {
	requested []messages.Requested
	ended     []messages.Ended
	settled   []laws.Settlement
	heads     []chain.Head
	mined     []Transaction
	broadcast []Transaction
}

// outcomes reads the canonical branch from its beginning.
func (c *Chain) outcomes() (o outcomes) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var branch []*block
	for b := c.latest(); b != nil; b = b.parent {
		branch = append(branch, b)
	}
	for _, b := range slices.Backward(branch) {
		o.heads = append(o.heads, b.head)
		o.settled = append(o.settled, b.settled...)
		for _, t := range b.txs {
			if t.request == nil {
				o.mined = append(o.mined, t.told(time.Unix(int64(b.head.Time), 0)))
			}
		}
		for _, event := range b.events {
			if event.Requested != nil {
				o.requested = append(o.requested, *event.Requested)
			} else {
				o.ended = append(o.ended, *event.Ended)
			}
		}
	}
	o.broadcast = slices.Clone(c.heard)
	return o
}

// told renders a settlement's transaction.
func (t tx) told(at time.Time) Transaction {
	told := Transaction{At: at, Sender: t.Sender, Nonce: t.Nonce, Hash: t.hash}
	for _, settle := range t.Settles {
		told.Requests = append(told.Requests, settle.Requested.Request)
	}
	return told
}

// pending counts the requests of the canonical branch that have not ended, and those in the pool.
func (c *Chain) pending() (open int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, known := range c.latest().state.requests {
		if known.outcome == 0 {
			open++
		}
	}
	for _, waiting := range c.pool {
		if waiting.request != nil {
			open++
		}
	}
	return open
}

// submitted puts a transaction into the pool unless the chain has it. The caller holds mu.
func (c *Chain) submitted(waiting tx) error {
	if c.mined(c.latest(), waiting.hash) || holds(c.pool, waiting.hash) {
		return nil
	}
	if waiting.Nonce < c.latest().state.nonces[waiting.Sender] {
		return fmt.Errorf("nonce %d is too low", waiting.Nonce)
	}
	c.heard = append(c.heard, waiting.told(time.Now()))
	c.pool = append(c.pool, waiting)
	return nil
}

func (c *Chain) mined(head *block, hash messages.Hash) bool {
	for b := head; b != nil; b = b.parent {
		if holds(b.txs, hash) {
			return true
		}
	}
	return false
}

func holds(txs []tx, hash messages.Hash) bool {
	return slices.ContainsFunc(txs, func(t tx) bool { return t.hash == hash })
}
