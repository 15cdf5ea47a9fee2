package demo

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/params"
)

// Fees that the demo's accounts offer; the in-process chain has no other traffic.
var (
	tipCap = big.NewInt(params.GWei)
	feeCap = big.NewInt(100 * params.GWei)
)

// receiptPoll is how often an account asks for a receipt; blocks come once a second.
const receiptPoll = 50 * time.Millisecond

// account is a person with a key. It counts its own nonces, so it can send without waiting.
type account struct {
	key     *ecdsa.PrivateKey
	address common.Address
	client  *ethclient.Client
	nonce   uint64
}

func newAccount() (*account, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make account: %w", err)
	}
	return &account{key: key, address: crypto.PubkeyToAddress(key.PublicKey)}, nil
}

// send signs and broadcasts a transaction; a nil to deploys data.
func (a *account) send(ctx context.Context, to *common.Address, value *big.Int, gas uint64,
	data []byte) (common.Hash, error) {
	chain := big.NewInt(DevChainID)
	tx, err := types.SignNewTx(a.key, types.LatestSignerForChainID(chain), &types.DynamicFeeTx{
		ChainID: chain, Nonce: a.nonce, GasTipCap: tipCap, GasFeeCap: feeCap,
		Gas: gas, To: to, Value: value, Data: data,
	})
	if err != nil {
		return common.Hash{}, fmt.Errorf("sign transaction: %w", err)
	}
	if err := a.client.SendTransaction(ctx, tx); err != nil {
		return common.Hash{}, fmt.Errorf("send transaction: %w", err)
	}
	a.nonce++
	return tx.Hash(), nil
}

// receipt waits until the transaction is mined. A node that has just started refuses for a moment,
// so every error is asked again until patience ends.
func (a *account) receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	var receipt *types.Receipt
	var failed error
	err := waitFor(ctx, receiptPoll, func() bool {
		receipt, failed = a.client.TransactionReceipt(ctx, hash)
		return failed == nil
	})
	if err != nil {
		return nil, fmt.Errorf("await receipt of %s: %w", hash, errors.Join(err, failed))
	}
	return receipt, nil
}

// do sends a transaction and waits until it succeeded.
func (a *account) do(ctx context.Context, to *common.Address, value *big.Int, gas uint64,
	data []byte) (*types.Receipt, error) {
	hash, err := a.send(ctx, to, value, gas, data)
	if err != nil {
		return nil, err
	}
	receipt, err := a.receipt(ctx, hash)
	if err != nil {
		return nil, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return receipt, fmt.Errorf("transaction %s reverted", hash)
	}
	return receipt, nil
}

// call reads the contract at the latest block.
func (a *account) call(ctx context.Context, to common.Address, data []byte) ([]byte, error) {
	return a.client.CallContract(ctx,
		ethereum.CallMsg{From: a.address, To: &to, Data: data}, nil)
}
