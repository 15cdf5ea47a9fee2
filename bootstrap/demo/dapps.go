package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/params"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// Gas limits of the users' transactions, above what each was measured to need.
const (
	gasDeploy   = 4_000_000
	gasRegister = 600_000
	gasRequest  = 1_000_000
	gasSettle   = 1_500_000
)

// secret is a value that its author encrypted and that the chain should show in the end.
type secret struct {
	author    *account
	app       common.Address
	salt      [32]byte
	plaintext []byte
	handle    messages.Handle
}

// seal encrypts plaintext to an app under a fresh identity: what a dApp's user does at home.
func (s *scene) seal(author *account, app common.Address, plaintext []byte) (
	secret, []byte, error) {
	sealed := secret{author: author, app: app, plaintext: plaintext}
	if _, err := rand.Read(sealed.salt[:]); err != nil {
		return secret{}, nil, fmt.Errorf("draw salt: %w", err)
	}
	master, err := bls.ParsePublicKey(s.key.Master[:])
	if err != nil {
		return secret{}, nil, fmt.Errorf("master key: %w", err)
	}
	derived, err := vetkd.DerivePurpose(master, vetkd.PurposeDecrypt,
		vetkd.NewAppID(DevChainID, vetkd.Address(app)))
	if err != nil {
		return secret{}, nil, fmt.Errorf("derive key: %w", err)
	}
	input := vetkd.Input{ChainID: DevChainID, Gateway: vetkd.Address(s.gateway),
		App: vetkd.Address(app), Owner: vetkd.Address(author.address), Salt: sealed.salt}.ID()
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		return secret{}, nil, fmt.Errorf("draw seed: %w", err)
	}
	ciphertext, err := vetkd.Encrypt(derived.Key(), input[:], seed, plaintext)
	if err != nil {
		return secret{}, nil, fmt.Errorf("encrypt: %w", err)
	}
	sealed.handle = messages.Handle(vetkd.HandleOf(input, vetkd.KeyID(s.key.Key), ciphertext))
	return sealed, ciphertext.Bytes(), nil
}

// deploy puts a contract on the chain and returns its address.
func (a *account) deploy(ctx context.Context, code string, args []byte) (common.Address, error) {
	data := append(common.FromHex(code), args...)
	receipt, err := a.do(ctx, nil, nil, gasDeploy, data)
	if err != nil {
		return common.Address{}, fmt.Errorf("deploy contract: %w", err)
	}
	return receipt.ContractAddress, nil
}

// fee is what every request of the demo pays; what is too much is the treasury's gain.
func fee() *big.Int { return big.NewInt(params.Ether / 100) }

// writeNote sends a note to the chain and does not wait.
func (s *scene) writeNote(ctx context.Context, author *account, text []byte) (secret, error) {
	note, ciphertext, err := s.seal(author, s.notes, text)
	if err != nil {
		return secret{}, err
	}
	data := contracts.NewSecretNote().PackWrite(note.salt, s.key.Key, ciphertext)
	_, err = author.send(ctx, &s.notes, nil, gasRegister, data)
	return note, err
}

// openNote requests the note's decryption and does not wait.
func (s *scene) openNote(ctx context.Context, note secret) (common.Hash, error) {
	data := contracts.NewSecretNote().PackOpen(note.salt)
	return note.author.send(ctx, &s.notes, fee(), gasRequest, data)
}

// bid places a sealed bid of amount and waits until it is on the chain.
func (s *stage) bid(ctx context.Context, bidder *account, auction common.Address,
	amount *big.Int) (secret, error) {
	sealed, ciphertext, err := s.seal(bidder, auction, common.BigToHash(amount).Bytes())
	if err != nil {
		return secret{}, err
	}
	deposit := new(big.Int).Mul(big.NewInt(10), big.NewInt(params.Ether))
	data := contracts.NewSealedBidAuction().PackBid(sealed.salt, ciphertext)
	if _, err := bidder.do(ctx, &auction, deposit, gasRegister, data); err != nil {
		return secret{}, fmt.Errorf("place bid: %w", err)
	}
	return sealed, nil
}
