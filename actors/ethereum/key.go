package ethereum

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
)

// ErrExposed is returned for a key file that others than its owner may read or write.
var ErrExposed = errors.New("key file is open to others than its owner: chmod 600 it")

// maxKeyFile bounds a key file in bytes: 64 hex digits, a prefix and a line's end.
const maxKeyFile = 128

// SenderKey is the secp256k1 key of an account that sends transactions. It prints REDACTED.
type SenderKey struct{ private *ecdsa.PrivateKey }

// ParseSenderKey reads 64 hex digits, with or without 0x. The error does not repeat them.
func ParseSenderKey(text string) (SenderKey, error) {
	digits := bytes.TrimPrefix(bytes.TrimSpace([]byte(text)), []byte("0x"))
	private, err := crypto.HexToECDSA(string(digits))
	if err != nil {
		return SenderKey{}, messages.MalformedField("sender key", "want 64 hex digits of a key")
	}
	return SenderKey{private}, nil
}

// ReadSenderKey reads a file, in the form of ParseSenderKey, that only its owner may read.
func ReadSenderKey(path string) (SenderKey, error) {
	file, err := os.Open(path)
	if err != nil {
		return SenderKey{}, fmt.Errorf("read the sender's key: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return SenderKey{}, fmt.Errorf("read the sender's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return SenderKey{}, fmt.Errorf("read the sender's key: %s: %w", path, ErrExposed)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile))
	if err != nil {
		return SenderKey{}, fmt.Errorf("read the sender's key: %w", err)
	}
	defer clear(text)
	return ParseSenderKey(string(text))
}

// GenerateSenderKey draws a key from rand; the only error is rand's.
func GenerateSenderKey(rand io.Reader) (SenderKey, error) {
	var seed [32]byte
	defer clear(seed[:])
	for {
		if _, err := io.ReadFull(rand, seed[:]); err != nil {
			return SenderKey{}, fmt.Errorf("draw a sender's key: %w", err)
		}
		// Only zero and what is not below the group order fail, once in 2^127 draws.
		if private, err := crypto.ToECDSA(seed[:]); err == nil {
			return SenderKey{private}, nil
		}
	}
}

// Address is the account.
func (k SenderKey) Address() messages.Address {
	return messages.Address(crypto.PubkeyToAddress(k.private.PublicKey))
}

// Transactor signs for those who speak to the chain through the contracts' bindings.
func (k SenderKey) Transactor(chain messages.ChainID) *bind.TransactOpts {
	return bind.NewKeyedTransactor(k.private, bigOf(uint64(chain)))
}

// Format writes REDACTED for every verb.
func (SenderKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, bls.Redacted) }

// MarshalText returns REDACTED; JSON and structured logs use it too.
func (SenderKey) MarshalText() ([]byte, error) { return []byte(bls.Redacted), nil }

// sign makes an EIP-1559 transaction.
func (k SenderKey) sign(chain messages.ChainID, tx types.DynamicFeeTx) (*types.Transaction, error) {
	tx.ChainID = bigOf(uint64(chain))
	signed, err := types.SignNewTx(k.private, types.LatestSignerForChainID(tx.ChainID), &tx)
	if err != nil {
		return nil, fmt.Errorf("sign a transaction: %w", err)
	}
	return signed, nil
}
