package demo

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// grace is how long after its deadline a request may still be settled.
const grace = time.Minute

// deploy puts registry, gateway and the notes on the chain, and the dealt key into the registry.
func (s *stage) deploy(ctx context.Context) error {
	client, err := ethereum.Dial(ctx, ethereum.Config{Endpoints: []string{s.chain.URL()},
		ChainID: DevChainID, Publish: func(context.Context, messages.Fact) {}, Clock: time.Now})
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // only read connections are left
	key, err := ethereum.ParseSenderKey(hex.EncodeToString(crypto.FromECDSA(s.user.key)))
	if err != nil {
		return err
	}
	fresh := ethereum.NewKey{Info: s.key, Treasury: messages.Address(s.user.address),
		FeeRate: messages.Wei{31: 1}}
	for range s.options.Parties {
		identity, err := newAccount()
		if err != nil {
			return err
		}
		fresh.Parties = append(fresh.Parties, messages.Address(identity.address))
	}
	deployment, err := ethereum.Deploy(ctx, client, key,
		ethereum.DeployConfig{Grace: grace, Keys: []ethereum.NewKey{fresh}})
	if err != nil {
		return err
	}
	s.gateway = common.Address(deployment.Gateway)
	s.registry = common.Address(deployment.Registry)
	if s.user.nonce, err = s.user.client.PendingNonceAt(ctx, s.user.address); err != nil {
		return fmt.Errorf("read nonce: %w", err)
	}
	args := contracts.NewSecretNote().PackConstructor(s.gateway)
	if s.notes, err = s.user.deploy(ctx, contracts.SecretNoteMetaData.Bin, args); err != nil {
		return err
	}
	s.say("contracts deployed: gateway %s, the key is in its registry", s.gateway)
	return nil
}
