package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
)

// Deploying says what to put on a chain, with whose account, and which dealt key to register.
type Deploying struct {
	RPC       string        // JSON-RPC endpoint
	Chain     uint64        // its chain id
	SenderKey string        // key file of the account that deploys and governs
	PublicKey string        // public key file to register, "" for none
	Grace     time.Duration // after a deadline a settlement is still taken
	Delay     time.Duration // between an announcement of governance and its effect
}

// Deployed is where the contracts stand.
type Deployed struct {
	Gateway  messages.Address
	Registry messages.Address
	Start    messages.Height
}

// Section renders the lines of the configuration's chain section that follow from it.
func (d Deployed) Section(chain uint64) string {
	return fmt.Sprintf("chain:\n  id: %d\n  gateway: %q\n  registry: %q\n  start: %d\n",
		chain, d.Gateway, d.Registry, d.Start)
}

// Deploy puts registry and gateway on the chain and registers the key. The parties' accounts, which
// later sign the activation of new key epochs, are drawn from random: a dealt key has no later.
func Deploy(ctx context.Context, random io.Reader, d Deploying) (deployed Deployed, err error) {
	key, err := ethereum.ReadSenderKey(d.SenderKey)
	if err != nil {
		return Deployed{}, badFile("--sender", err)
	}
	client, err := ethereum.Dial(ctx, ethereum.Config{Endpoints: []string{d.RPC},
		ChainID: messages.ChainID(d.Chain), Clock: time.Now,
		Publish: func(context.Context, messages.Fact) {}})
	if err != nil {
		return Deployed{}, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	config := ethereum.DeployConfig{Grace: d.Grace, Delay: d.Delay}
	if d.PublicKey != "" {
		fresh, err := newKey(random, d.PublicKey, key.Address())
		if err != nil {
			return Deployed{}, err
		}
		config.Keys = []ethereum.NewKey{fresh}
	}
	stands, err := ethereum.Deploy(ctx, client, key, config)
	return Deployed{Gateway: stands.Gateway, Registry: stands.Registry, Start: stands.Block}, err
}

func newKey(random io.Reader, path string, treasury messages.Address) (ethereum.NewKey, error) {
	info, err := ReadPublicKey(path)
	if err != nil {
		return ethereum.NewKey{}, err
	}
	fresh := ethereum.NewKey{Info: info, Treasury: treasury, FeeRate: messages.Wei{31: 1}}
	for range info.Parties {
		account, err := ethereum.GenerateSenderKey(random)
		if err != nil {
			return ethereum.NewKey{}, fmt.Errorf("draw a party's account: %w", err)
		}
		fresh.Parties = append(fresh.Parties, account.Address())
	}
	return fresh, nil
}
