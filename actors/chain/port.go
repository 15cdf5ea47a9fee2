package chain

import (
	"context"
	"fmt"

	"kmsgateway/messages"
)

// Tip is how far the chain has come, by three measures. Each is a block that exists, or will: some
// nodes report a Safe above Latest for a moment.
type Tip struct {
	Latest    messages.Height
	Safe      messages.Height
	Finalized messages.Height // 0 where the chain has finalized nothing yet
}

// Head is what the listener needs of a block's header.
type Head struct {
	Ref    messages.BlockRef
	Parent messages.Hash
	Time   uint64 // block time, seconds
}

// Quarantined is a log of the gateway contract that is proven but does not decode.
type Quarantined struct {
	Place messages.EventPlace
	Err   string
}

// Span is what a range of blocks holds.
type Span struct {
	Heads       []Head           // every block of the range, ascending, chained by parent hash
	Events      []messages.Event // in chain order
	Quarantined []Quarantined
}

// Source reads the chain. Errors are *messages.GatewayError: CHAIN_UNAVAILABLE where nobody
// answers, CHAIN_INCONSISTENT where the answers do not prove each other.
type Source interface {
	// Tip reads how far the chain has come.
	Tip(ctx context.Context) (Tip, error)
	// Head reads the canonical header at a height; CHAIN_UNAVAILABLE above the latest block.
	Head(ctx context.Context, at messages.Height) (Head, error)
	// Scan reads the gateway's events of the blocks from..to, both inclusive. The logs are proven:
	// either the bloom rules a block out or its receipts root shows that none is missing.
	Scan(ctx context.Context, from, to messages.Height) (Span, error)
	// Nonces reads each sender's transaction count as of exactly this block, by its hash.
	Nonces(ctx context.Context, senders []messages.Address, at messages.BlockRef) (
		[]messages.SenderNonce, error)
}

// SignedTx is a transaction that may be journaled and then broadcast, by anyone.
type SignedTx struct {
	Tx   []byte // EIP-2718
	Hash messages.Hash
	Gas  uint64 // its gas limit
}

// Outlet writes to the chain with one sender's key. Errors are as Source's.
type Outlet interface {
	// Sender is the account that signs.
	Sender() messages.Address
	// NextNonce is the sender's transaction count at the latest block; what waits in a pool is not
	// counted.
	NextNonce(ctx context.Context) (uint64, error)
	// Status asks the contract how each request ended, in the order of ids: 0 where it is pending
	// or unknown. The state is the one after block at, named by hash, or the latest where at is
	// zero.
	Status(ctx context.Context, ids []messages.RequestID, at messages.BlockRef) (
		[]messages.Outcome, error)
	// Sign makes one transaction that settles all: `settle` for one, `settleMany` for several. It
	// estimates the gas, so that what would revert never leaves: the error is then *Unsettleable
	// and names one culprit, so that the rest can go on without it.
	Sign(ctx context.Context, settlements []messages.Settle, nonce uint64) (SignedTx, error)
	// Broadcast hands a signed transaction to the chain. That the chain knows it already, waiting
	// or mined, is no error.
	Broadcast(ctx context.Context, tx []byte) error
	// Mined reports whether the canonical chain holds the transaction now.
	Mined(ctx context.Context, hash messages.Hash) (bool, error)
	// Height is that of the latest block.
	Height(ctx context.Context) (messages.Height, error)
	// Spent tells what a transaction came to: the gas that it used, and how many requests ended in
	// it. Zeros where the canonical chain does not hold it.
	Spent(ctx context.Context, hash messages.Hash) (gas uint64, settled int, err error)
}

// Unsettleable says that the contract would refuse one settlement of a transaction.
type Unsettleable struct {
	Request messages.RequestID
	Err     error // the contract's reason, as far as it gives one
}

// Error renders the request and the contract's reason.
func (u *Unsettleable) Error() string {
	return fmt.Sprintf("settlement of %s would revert: %v", u.Request, u.Err)
}

// Unwrap returns the contract's reason.
func (u *Unsettleable) Unwrap() error { return u.Err }

// Cursor is what the listener asks of the ledger. Reads are of memory and do not block.
type Cursor interface {
	// Propose makes an entry durable and applies it; CONFLICT where Apply refuses it.
	Propose(ctx context.Context, entry messages.Entry) error
	// Cursor is the last admitted block, zero before the first.
	Cursor() messages.BlockRef
	// Final is the highest Admit.Final applied: the ledger refuses to unwind below it.
	Final() messages.Height
	// NextRequest is the number that the next admitted request must have, from 1.
	NextRequest() uint64
	// Senders are the accounts whose transactions the ledger journals.
	Senders() []messages.Address
}

// Journal is what the submitter asks of the ledger. Reads are of memory and do not block.
type Journal interface {
	// Propose makes an entry durable and applies it; CONFLICT where Apply refuses it.
	Propose(ctx context.Context, entry messages.Entry) error
	// Cursor is the last admitted block, zero before the first.
	Cursor() messages.BlockRef
	// NextNonce is the only nonce that a Send of this sender may have; false where it never sent.
	NextNonce(sender messages.Address) (uint64, bool)
	// Row reads a request's row: whether it is still open, in an open transaction, known at all.
	Row(id messages.RequestID) (row messages.Requested, open, sent, known bool)
	// Journal yields the latest transaction of every open nonce, ascending by sender and nonce.
	Journal(yield func(messages.JournaledTx) bool)
}
