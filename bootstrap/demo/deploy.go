package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"kmsgateway/bootstrap"
	"kmsgateway/messages/contracts"
)

// grace is how long after its deadline a request may still be settled.
const grace = time.Minute

// deploy puts registry, gateway and the notes on the chain, and the dealt key into the registry.
func (s *stage) deploy(ctx context.Context) error {
	keyFile, err := s.writeKey("deployer", s.user)
	if err != nil {
		return err
	}
	deployed, err := bootstrap.Deploy(ctx, rand.Reader, bootstrap.Deploying{RPC: s.chain.URL(),
		Chain: DevChainID, SenderKey: keyFile, PublicKey: s.public, Grace: grace})
	if err != nil {
		return err
	}
	s.gateway = common.Address(deployed.Gateway)
	s.registry = common.Address(deployed.Registry)
	if err := s.deployNotes(ctx); err != nil {
		return err
	}
	s.say("contracts deployed: gateway %s, the key is in its registry", s.gateway)
	return nil
}

// deployNotes puts the dApp of the notes on the chain, by the user's next nonce.
func (s *scene) deployNotes(ctx context.Context) (err error) {
	if s.user.nonce, err = s.user.client.PendingNonceAt(ctx, s.user.address); err != nil {
		return fmt.Errorf("read nonce: %w", err)
	}
	args := contracts.NewSecretNote().PackConstructor(s.gateway)
	s.notes, err = s.user.deploy(ctx, contracts.SecretNoteMetaData.Bin, args)
	return err
}
