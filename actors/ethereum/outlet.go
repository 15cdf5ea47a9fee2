package ethereum

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
)

const (
	// maxTxGas is the most gas of one transaction (EIP-7825).
	maxTxGas = 1 << 24
	// A transaction's limit is its estimate and a sixth: slots that were warm may be cold by then.
	marginPart = 6
	// feeCapBlocks full blocks in a row raise the base fee by an eighth each; twice the present one
	// covers the rise of five.
	feeCapTimes = 2
)

// Outlet writes to the client's chain with one sender's key. It is safe for concurrent use; nonces
// are the caller's.
type Outlet struct {
	client *Client
	key    SenderKey
}

var _ chain.Outlet = (*Outlet)(nil)

// NewOutlet joins a client and the key of a sender.
func NewOutlet(client *Client, key SenderKey) *Outlet { return &Outlet{client, key} }

// Sender is the account that signs.
func (o *Outlet) Sender() messages.Address { return o.key.Address() }

// NextNonce is the sender's transaction count at the latest block.
func (o *Outlet) NextNonce(ctx context.Context) (uint64, error) {
	return o.client.nonce(ctx, o.Sender())
}

// nonce counts what is mined. What waits in a server's pool is its own business and may vanish; the
// ledger knows what was sent.
func (c *Client) nonce(ctx context.Context, sender messages.Address) (uint64, error) {
	count, err := endpoint.First(ctx, c.pool, "read nonce",
		func(ctx context.Context, e *server) (quantity, error) {
			return endpoint.Call[quantity](ctx, e, "eth_getTransactionCount",
				common.Address(sender), "latest")
		})
	return uint64(count), err
}

// Status asks the contract how each request ended: 0 where it is pending or unknown, as of a block
// or, where at is zero, of the latest one.
func (o *Outlet) Status(
	ctx context.Context, ids []messages.RequestID, at messages.BlockRef,
) ([]messages.Outcome, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	c, to := o.client, common.Address(o.client.gateway)
	outcomes, err := endpoint.First(ctx, c.pool, "read status",
		func(ctx context.Context, e *server) ([]messages.Outcome, error) {
			outputs := make([]hexutil.Bytes, len(ids))
			calls := make([]rpc.BatchElem, len(ids))
			for i, id := range ids {
				calls[i] = rpc.BatchElem{Method: "eth_call", Result: &outputs[i], Args: []any{
					callMessage{To: &to, Data: c.contract.PackStatusOf(bigOf(id.Number))},
					blockArgument(at)}}
			}
			outcomes := make([]messages.Outcome, len(ids))
			err := e.Batch(ctx, "eth_call statusOf", calls, func() (err error) {
				for i := range calls {
					if calls[i].Error != nil {
						return endpoint.Worded(calls[i].Error)
					}
					if outcomes[i], err = c.outcome(outputs[i]); err != nil {
						return err
					}
				}
				return nil
			})
			return outcomes, err
		})
	if err != nil {
		return nil, plain("read status", err)
	}
	return outcomes, nil
}

// outcome reads the contract's state of a request.
func (c *Client) outcome(output []byte) (messages.Outcome, error) {
	status, err := c.contract.UnpackStatusOf(output)
	if err != nil {
		return 0, messages.ChainInconsistent("read status", err.Error())
	}
	const fulfilled, rejected, expired = 2, 3, 4 // as the contract numbers its states
	switch status.Arg0 {
	case fulfilled:
		return messages.OutcomeFulfilled, nil
	case rejected:
		return messages.OutcomeRejected, nil
	case expired:
		return messages.OutcomeExpired, nil
	default:
		return 0, nil
	}
}

// Sign makes one transaction that settles all, with fees and gas limit by what the chain says now.
// *chain.Unsettleable names a settlement that would revert.
func (o *Outlet) Sign(
	ctx context.Context, settles []messages.Settle, nonce uint64,
) (chain.SignedTx, error) {
	if len(settles) == 0 {
		return chain.SignedTx{}, messages.MalformedField("settlements", "want at least one")
	}
	data, err := o.client.packed(settles)
	if err != nil {
		return chain.SignedTx{}, err
	}
	gas, err := o.client.estimate(ctx, o.Sender(), &o.client.gateway, data)
	if endpoint.Answered(err) {
		return chain.SignedTx{}, o.blame(ctx, settles, err)
	}
	if err != nil {
		return chain.SignedTx{}, err
	}
	price, err := o.client.price(ctx)
	if err != nil {
		return chain.SignedTx{}, err
	}
	to := common.Address(o.client.gateway)
	signed, err := o.key.sign(o.client.chainID, types.DynamicFeeTx{Nonce: nonce, To: &to, Data: data,
		Gas: gas, GasTipCap: price.tip, GasFeeCap: price.cap})
	if err != nil {
		return chain.SignedTx{}, err
	}
	raw, err := signed.MarshalBinary()
	if err != nil {
		return chain.SignedTx{}, fmt.Errorf("encode a transaction: %w", err)
	}
	return chain.SignedTx{Tx: raw, Hash: messages.Hash(signed.Hash()), Gas: gas}, nil
}

// estimate asks for the gas of a transaction and adds a margin.
func (c *Client) estimate(
	ctx context.Context, from messages.Address, to *messages.Address, data []byte,
) (uint64, error) {
	sender, target := common.Address(from), (*common.Address)(to)
	gas, err := endpoint.First(ctx, c.pool, "estimate gas",
		func(ctx context.Context, e *server) (quantity, error) {
			return endpoint.Ask[quantity](ctx, e, "eth_estimateGas",
				callMessage{From: &sender, To: target, Data: data})
		})
	return min(uint64(gas)+uint64(gas)/marginPart, maxTxGas), err
}

// blame finds the settlement of a batch that would revert; refusal is why the whole would.
func (o *Outlet) blame(ctx context.Context, settles []messages.Settle, refusal error) error {
	if len(settles) == 1 {
		return o.unsettleable(settles[0], refusal)
	}
	c, from, to := o.client, common.Address(o.Sender()), common.Address(o.client.gateway)
	refusals, err := endpoint.First(ctx, c.pool, "find what reverts",
		func(ctx context.Context, e *server) ([]error, error) {
			outputs := make([]hexutil.Bytes, len(settles))
			calls := make([]rpc.BatchElem, len(settles))
			for i := range settles {
				data, err := c.packedMany(settles[i : i+1])
				if err != nil {
					return nil, err
				}
				calls[i] = rpc.BatchElem{Method: "eth_call", Result: &outputs[i], Args: []any{
					callMessage{From: &from, To: &to, Data: data}, "latest"}}
			}
			refusals := make([]error, len(calls))
			err := e.Batch(ctx, "eth_call settle", calls, func() error {
				for i := range calls {
					refusals[i] = endpoint.Worded(calls[i].Error)
				}
				return nil
			})
			return refusals, err
		})
	if err != nil {
		return err
	}
	for i, refused := range refusals {
		if endpoint.Answered(refused) {
			return o.unsettleable(settles[i], refused)
		}
	}
	return messages.Refused(messages.CodeOverloaded, "sign settlements",
		fmt.Sprintf("%d settlements do not fit together: %v", len(settles), refusal))
}

// unsettleable names the request with the contract's reason, in the contract's own words.
func (o *Outlet) unsettleable(settle messages.Settle, refusal error) error {
	return &chain.Unsettleable{Request: settle.Requested.Request, Err: o.client.reason(refusal)}
}

// price is what a transaction offers for gas.
type price struct{ tip, cap *big.Int }

// price offers the tip that the server suggests, over twice the present base fee. What the base fee
// does not use is not paid, so the cap only decides how long the offer stands.
func (c *Client) price(ctx context.Context) (price, error) {
	read := func(ctx context.Context, e *server) (price, error) {
		tip, err := endpoint.Call[hexutil.Big](ctx, e, "eth_maxPriorityFeePerGas")
		if err != nil {
			return price{}, err
		}
		head, err := e.HeaderAs(ctx, "latest")
		if err != nil {
			return price{}, err
		}
		if head.BaseFee == nil {
			return price{}, messages.ChainInconsistent("read fees", "the chain has no base fee")
		}
		most := new(big.Int).Mul(head.BaseFee, big.NewInt(feeCapTimes))
		return price{tip: tip.ToInt(), cap: most.Add(most, tip.ToInt())}, nil
	}
	return endpoint.First(ctx, c.pool, "read fees", read)
}

// Broadcast hands a signed transaction to the chain. Whatever reason a server gives for refusing
// one that the chain knows, waiting or mined, is no error.
func (o *Outlet) Broadcast(ctx context.Context, tx []byte) error {
	var decoded types.Transaction
	if err := decoded.UnmarshalBinary(tx); err != nil {
		return messages.MalformedField("transaction", "want an EIP-2718 encoding")
	}
	return o.client.broadcast(ctx, &decoded, tx)
}

// broadcast asks, when a server refuses, whether it knows the transaction: servers word this
// differently, and one that is mined is refused for its nonce.
func (c *Client) broadcast(ctx context.Context, decoded *types.Transaction, tx []byte) error {
	_, err := endpoint.First(ctx, c.pool, "broadcast",
		func(ctx context.Context, e *server) (common.Hash, error) {
			hash, err := endpoint.Ask[common.Hash](ctx, e, "eth_sendRawTransaction", hexutil.Bytes(tx))
			if !endpoint.Answered(err) {
				return hash, err
			}
			known, unknown := endpoint.Call[*knownTx](ctx, e, "eth_getTransactionByHash", decoded.Hash())
			if unknown == nil && known != nil {
				return decoded.Hash(), nil
			}
			return hash, err
		})
	if endpoint.Answered(err) {
		return &messages.GatewayError{Code: messages.CodeInternal, Op: "broadcast",
			Detail: "the chain refuses transaction " + decoded.Hash().Hex(), Cause: err}
	}
	return err
}

// knownTx is what is read of a transaction or a receipt; BlockHash is nil while it waits.
type knownTx struct {
	BlockHash   *common.Hash `json:"blockHash"`
	BlockNumber *quantity    `json:"blockNumber"`
	Status      *quantity    `json:"status"`
	GasUsed     quantity     `json:"gasUsed"`
	Logs        []knownLog   `json:"logs"`
}

// knownLog is what is read of a receipt's log.
type knownLog struct {
	Address common.Address `json:"address"`
	Topics  []common.Hash  `json:"topics"`
}

// Mined reports whether the canonical chain holds the transaction now.
func (o *Outlet) Mined(ctx context.Context, hash messages.Hash) (bool, error) {
	receipt, err := o.client.receipt(ctx, hash)
	return receipt != nil && receipt.BlockHash != nil, err
}

// Height is that of the latest block.
func (o *Outlet) Height(ctx context.Context) (messages.Height, error) {
	height, err := endpoint.First(ctx, o.client.pool, "read height",
		func(ctx context.Context, e *server) (quantity, error) {
			return endpoint.Call[quantity](ctx, e, "eth_blockNumber")
		})
	return messages.Height(height), err
}

// Spent tells how much gas a transaction used and how many requests ended in it; zeros where the
// canonical chain does not hold it. It serves counters, so the logs are not proven.
func (o *Outlet) Spent(
	ctx context.Context, hash messages.Hash,
) (gas uint64, settled int, err error) {
	receipt, err := o.client.receipt(ctx, hash)
	if err != nil || receipt == nil || receipt.BlockHash == nil {
		return 0, 0, err
	}
	for _, log := range receipt.Logs {
		if log.Address == common.Address(o.client.gateway) && len(log.Topics) > 0 &&
			o.client.topics.ends(log.Topics[0]) {
			settled++
		}
	}
	return uint64(receipt.GasUsed), settled, nil
}

// receipt reads what became of a transaction, nil where the chain has none.
func (c *Client) receipt(ctx context.Context, hash messages.Hash) (*knownTx, error) {
	read := func(ctx context.Context, e *server) (*knownTx, error) {
		receipt, err := endpoint.Ask[*knownTx](ctx, e, "eth_getTransactionReceipt", common.Hash(hash))
		if endpoint.Answered(err) { // geth says so of an unknown one while it indexes
			return nil, nil
		}
		return receipt, err
	}
	return endpoint.First(ctx, c.pool, "read receipt", read)
}

// bigOf is how the bindings take a uint256 that fits 64 bits.
func bigOf(n uint64) *big.Int { return new(big.Int).SetUint64(n) }
