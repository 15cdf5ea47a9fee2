package chaintest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"slices"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
)

// Outlet is a Chain's other half, with the key of one sender. It satisfies chain.Outlet.
type Outlet struct {
	chain  *Chain
	sender messages.Address
}

// signed is what a transaction's bytes hold.
type signed struct {
	Sender  messages.Address
	Nonce   uint64
	Settles []messages.Settle
}

// Outlet makes the outlet of a sender.
func (c *Chain) Outlet(sender messages.Address) *Outlet { return &Outlet{c, sender} }

// Sender is the account that signs.
func (o *Outlet) Sender() messages.Address { return o.sender }

// NextNonce is the sender's transaction count at the latest block.
func (o *Outlet) NextNonce(ctx context.Context) (uint64, error) {
	if err := o.chain.enter(ctx, Call{Op: "NextNonce"}); err != nil {
		return 0, err
	}
	defer o.chain.mu.Unlock()
	return o.chain.latest().state.nonces[o.sender], nil
}

// Status tells how each request ended as of a block.
func (o *Outlet) Status(ctx context.Context, ids []messages.RequestID, at messages.BlockRef) (
	[]messages.Outcome, error) {
	if err := o.chain.enter(ctx, Call{Op: "Status", To: at.Number, Requests: ids}); err != nil {
		return nil, err
	}
	defer o.chain.mu.Unlock()
	state, err := o.chain.at(at)
	if err != nil {
		return nil, err
	}
	outcomes := make([]messages.Outcome, len(ids))
	for i, id := range ids {
		outcomes[i] = state.requests[id.Number].outcome
	}
	return outcomes, nil
}

// Sign makes a transaction that would not revert after the latest block.
func (o *Outlet) Sign(ctx context.Context, settles []messages.Settle, nonce uint64) (
	chain.SignedTx, error) {
	var ids []messages.RequestID
	for _, settle := range settles {
		ids = append(ids, settle.Requested.Request)
	}
	if err := o.chain.enter(ctx, Call{Op: "Sign", Requests: ids}); err != nil {
		return chain.SignedTx{}, err
	}
	defer o.chain.mu.Unlock()
	if id, err := o.chain.latest().state.judge(settles, o.chain.reverting); err != nil {
		return chain.SignedTx{}, &chain.Unsettleable{Request: id, Err: err}
	}
	var raw bytes.Buffer
	if err := gob.NewEncoder(&raw).Encode(signed{o.sender, nonce, settles}); err != nil {
		return chain.SignedTx{}, fmt.Errorf("encode transaction: %w", err)
	}
	return chain.SignedTx{Tx: raw.Bytes(), Hash: sha256.Sum256(raw.Bytes()),
		Gas: gasSettled * uint64(len(settles))}, nil
}

// Broadcast puts a transaction into the pool, unless the chain has it.
func (o *Outlet) Broadcast(ctx context.Context, raw []byte) error {
	hash := messages.Hash(sha256.Sum256(raw))
	var held signed
	if err := gob.NewDecoder(bytes.NewReader(raw)).Decode(&held); err != nil {
		return fmt.Errorf("decode transaction: %w", err)
	}
	if err := o.chain.enter(ctx, Call{Op: "Broadcast", Hash: hash}); err != nil {
		return err
	}
	defer o.chain.mu.Unlock()
	if o.chain.mined(hash) || holds(o.chain.pool, hash) {
		return nil
	}
	if held.Nonce < o.chain.latest().state.nonces[held.Sender] {
		return errors.New("nonce too low")
	}
	o.chain.pool = append(o.chain.pool, tx{hash: hash, sender: held.Sender, nonce: held.Nonce,
		settles: held.Settles})
	return nil
}

// Mined reports whether the canonical chain holds the transaction.
func (o *Outlet) Mined(ctx context.Context, hash messages.Hash) (bool, error) {
	if err := o.chain.enter(ctx, Call{Op: "Mined", Hash: hash}); err != nil {
		return false, err
	}
	defer o.chain.mu.Unlock()
	return o.chain.mined(hash), nil
}

// Height is that of the latest block.
func (o *Outlet) Height(ctx context.Context) (messages.Height, error) {
	if err := o.chain.enter(ctx, Call{Op: "Height"}); err != nil {
		return 0, err
	}
	defer o.chain.mu.Unlock()
	return o.chain.latest().head.Ref.Number, nil
}

// Gas that a mined transaction uses for each settlement, and for each that is skipped.
const (
	gasSettled = 100_000
	gasSkipped = 10_000
)

// Spent tells what a mined transaction came to.
func (o *Outlet) Spent(ctx context.Context, hash messages.Hash) (
	gas uint64, settled int, err error) {
	if err := o.chain.enter(ctx, Call{Op: "Spent", Hash: hash}); err != nil {
		return 0, 0, err
	}
	defer o.chain.mu.Unlock()
	for _, block := range o.chain.blocks {
		for _, mined := range block.txs {
			if mined.hash == hash {
				settled = len(mined.settled)
				return gasSettled*uint64(settled) + gasSkipped*uint64(len(mined.settles)-settled),
					settled, nil
			}
		}
	}
	return 0, 0, nil
}

func (c *Chain) mined(hash messages.Hash) bool {
	return slices.ContainsFunc(c.blocks, func(b *block) bool { return holds(b.txs, hash) })
}

func holds(txs []tx, hash messages.Hash) bool {
	return slices.ContainsFunc(txs, func(t tx) bool { return t.hash == hash })
}
