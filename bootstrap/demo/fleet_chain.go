package demo

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"kmsgateway/messages"
)

// accountsFolder is where a fleet's chain keeps the keys of its funded accounts.
const accountsFolder = "accounts"

// maxAccounts bounds the accounts that a development chain makes keys for.
const maxAccounts = 1000

// accountFile is the key file of an account, from 1 on, below the folder of the fleet.
func accountFile(index int) string { return filepath.Join(accountsFolder, accountName(index)) }

func accountName(index int) string { return "account-" + strconv.Itoa(index) + ".key" }

// ChainOptions say how a development chain is served.
type ChainOptions struct {
	Listen   string        // host:port; port 0 picks a free one
	Period   time.Duration // between blocks
	Accounts string        // folder of keys account-1.key.., made where they are missing; "" for none
	Count    int           // how many keys; their accounts are funded
	Fund     []string      // further addresses to fund
	Input    io.Reader     // the chain ends where it ends; nil for nothing of the kind
	Output   io.Writer     // is told the chain's URL
}

// ServeDevChain serves a development chain until ctx ends, or its input does. It keeps its blocks
// in memory: what it held is gone with it.
func ServeDevChain(ctx context.Context, options ChainOptions) error {
	funded, err := options.funded()
	if err != nil {
		return err
	}
	host, text, err := net.SplitHostPort(options.Listen)
	port, number := strconv.Atoi(text)
	if err != nil || number != nil {
		return messages.MalformedField("--listen", "want host:port")
	}
	if options.Period < minPeriod || options.Period > maxPeriod {
		return messages.MalformedField("--period", fmt.Sprintf("want %s to %s", minPeriod, maxPeriod))
	}
	chain, err := StartDevChainOn(host, port, options.Period, funded...)
	if err != nil {
		return err
	}
	var ended chan struct{} // never closed where there is no input
	if options.Input != nil {
		ended = make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = io.Copy(io.Discard, options.Input) // any end of it is the end
		}()
	}
	if _, err := fmt.Fprintln(options.Output, chain.URL()); err != nil {
		return errors.Join(err, chain.Close())
	}
	select {
	case <-ctx.Done():
	case <-ended:
	}
	return chain.Close()
}

// funded lists the accounts that start with coins.
func (o ChainOptions) funded() (accounts []common.Address, err error) {
	for at, text := range o.Fund {
		if !common.IsHexAddress(text) {
			return nil, messages.MalformedField("--fund", fmt.Sprintf("%d: want an address", at+1))
		}
		accounts = append(accounts, common.HexToAddress(text))
	}
	if o.Accounts == "" {
		return accounts, nil
	}
	if o.Count < 1 || o.Count > maxAccounts {
		return nil, messages.MalformedField("--count", fmt.Sprintf("want 1 to %d", maxAccounts))
	}
	if err := os.MkdirAll(o.Accounts, 0o700); err != nil {
		return nil, messages.StorageFailed("make folder of accounts", err)
	}
	for i := range o.Count {
		key, err := accountKey(filepath.Join(o.Accounts, accountName(i+1)))
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, crypto.PubkeyToAddress(key.PublicKey))
	}
	return accounts, nil
}

// accountKey reads an account's key, making it where there is none.
func accountKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := crypto.LoadECDSA(path)
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, messages.BadConfig(path, "no key in hex")
	}
	if key, err = crypto.GenerateKey(); err != nil {
		return nil, fmt.Errorf("make account: %w", err)
	}
	text := hex.EncodeToString(crypto.FromECDSA(key))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, messages.StorageFailed("write account", err)
	}
	return key, nil
}

// openAccount takes up an account of a key file.
func openAccount(path string) (*account, error) {
	key, err := crypto.LoadECDSA(path)
	if err != nil {
		return nil, messages.BadConfig(path, "no key in hex")
	}
	return &account{key: key, address: crypto.PubkeyToAddress(key.PublicKey)}, nil
}
