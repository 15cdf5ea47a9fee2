package contracts_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	gethlog "github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/node"
	"go.uber.org/goleak"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages/contracts"
)

func TestMain(m *testing.M) {
	gethlog.SetDefault(gethlog.NewLogger(slog.NewTextHandler(io.Discard, nil)))
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"))
}

// Values of the contracts' enumerations.
const (
	opened    = 1 // Status
	malformed = 2 // Status
)

const chainID = 1337

var keyID = [32]byte{0x4b}

// chain is a simulated chain with the contracts, an active key whose whole secret the test holds, and
// one user.
type chain struct {
	t          *testing.T
	backend    *simulated.Backend
	client     simulated.Client
	user       *bind.TransactOpts
	gateway    *contracts.GatewayContract
	registry   *contracts.KMSRegistry
	note       *contracts.SecretNote
	gatewayAt  common.Address
	registryAt common.Address
	noteAt     common.Address
	secret     bls.Secret
	master     bls.PublicKey
}

// request is a pending request by SecretNote, with all that settles it.
type request struct {
	id          *big.Int
	salt        [32]byte
	stored      contracts.Request
	outcomes    []contracts.Outcome
	attestation []byte
}

func newChain(t *testing.T) *chain {
	t.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	c := &chain{t: t, user: bind.NewKeyedTransactor(key, big.NewInt(chainID)),
		gateway: contracts.NewGatewayContract(), registry: contracts.NewKMSRegistry(),
		note: contracts.NewSecretNote()}
	coins := new(big.Int).Lsh(big.NewInt(1), 100)
	c.backend = simulated.NewBackend(types.GenesisAlloc{c.user.From: {Balance: coins}}, osaka)
	t.Cleanup(func() {
		if err := c.backend.Close(); err != nil {
			t.Error(err)
		}
	})
	c.client = c.backend.Client()
	c.deploy()
	return c
}

// osaka keeps the rules to those of main networks: the backend's own are of the future.
func osaka(_ *node.Config, config *ethconfig.Config) {
	rules := *config.Genesis.Config
	rules.BogotaTime, rules.AmsterdamTime = nil, nil
	genesis := *config.Genesis
	genesis.Config = &rules
	config.Genesis = &genesis
}

// deploy makes the registry first, told where the gateway will be: the same sender's next nonce.
func (c *chain) deploy() {
	c.t.Helper()
	c.registryAt = crypto.CreateAddress(c.user.From, 0)
	c.gatewayAt = crypto.CreateAddress(c.user.From, 1)
	c.noteAt = crypto.CreateAddress(c.user.From, 2)
	c.create(contracts.KMSRegistryMetaData.Bin, c.registry.PackConstructor(c.gatewayAt, c.user.From, 0))
	c.create(contracts.GatewayContractMetaData.Bin, c.gateway.PackConstructor(c.registryAt, 600))
	c.create(contracts.SecretNoteMetaData.Bin, c.note.PackConstructor(c.gatewayAt))
	var err error
	if c.secret, err = bls.GenerateSecret(rand.Reader); err != nil {
		c.t.Fatal(err)
	}
	if c.master, err = c.secret.Public(); err != nil {
		c.t.Fatal(err)
	}
	compressed, point := c.master.Bytes(), c.master.EVM()
	c.send(c.registryAt, c.registry.PackStageKey(contracts.KeyConfig{
		KeyId: keyID, Mpk: compressed[:], MpkPoint: point[:], Epoch: 1, Threshold: 1,
		Parties: []common.Address{{1}}, Treasury: common.Address{2}, FeeRate: big.NewInt(1),
	}), 0)
	c.send(c.registryAt, c.registry.PackActivateKey(keyID), 0)
}

func (c *chain) create(code string, constructor []byte) {
	c.t.Helper()
	_, tx, err := bind.DeployContract(c.user, common.FromHex(code), c.client, constructor)
	if err != nil {
		c.t.Fatal(err)
	}
	c.mine(tx)
}

func (c *chain) send(to common.Address, data []byte, wei int64) *types.Receipt {
	c.t.Helper()
	opts := *c.user
	opts.Value = big.NewInt(wei)
	contract := bind.NewBoundContract(to, abi.ABI{}, c.client, c.client, c.client)
	tx, err := contract.RawTransact(&opts, data)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.mine(tx)
}

func (c *chain) mine(tx *types.Transaction) *types.Receipt {
	c.t.Helper()
	c.backend.Commit()
	receipt, err := c.client.TransactionReceipt(c.t.Context(), tx.Hash())
	if err != nil {
		c.t.Fatal(err)
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		c.t.Fatalf("transaction %s failed", tx.Hash())
	}
	return receipt
}

// written is a ciphertext of the user, registered by SecretNote.
type written struct {
	salt    [32]byte
	outcome contracts.Outcome
}

// write encrypts size random bytes with crypto/vetkd and registers them.
func (c *chain) write(size int) (written, *types.Receipt) {
	c.t.Helper()
	salt, message := [32]byte(random(c.t, 32)), random(c.t, size)
	input := vetkd.Input{ChainID: chainID, Gateway: vetkd.Address(c.gatewayAt),
		App: vetkd.Address(c.noteAt), Owner: vetkd.Address(c.user.From), Salt: salt}
	id := input.ID()
	derived, err := vetkd.DerivePurpose(c.master, vetkd.PurposeDecrypt,
		vetkd.NewAppID(chainID, vetkd.Address(c.noteAt)))
	if err != nil {
		c.t.Fatal(err)
	}
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	ciphertext, err := vetkd.Encrypt(derived.Key(), id[:], seed, message)
	if err != nil {
		c.t.Fatal(err)
	}
	// As a quorum would: the released key opens what was encrypted.
	released := c.release(derived, id[:])
	found, err := vetkd.Decrypt(released, ciphertext)
	if err != nil {
		c.t.Fatal(err)
	}
	receipt := c.send(c.noteAt, c.note.PackWrite(salt, keyID, ciphertext.Bytes()), 0)
	c1 := ciphertext.C1()
	return written{salt: salt, outcome: contracts.Outcome{
		Handle: vetkd.HandleOf(id, keyID, ciphertext), Status: opened, InputId: id,
		Seed: found.Seed(), Plaintext: found.Plaintext(), C1: c1[:], RestHash: ciphertext.RestHash(),
	}}, receipt
}

// ask registers and requests, with what settles it.
func (c *chain) ask(size int) request {
	c.t.Helper()
	note, _ := c.write(size)
	receipt := c.send(c.noteAt, c.note.PackOpen(note.salt), 1_000_000)
	for _, log := range receipt.Logs {
		event, err := c.gateway.UnpackDecryptionRequestedEvent(log)
		if err != nil {
			continue
		}
		if !slices.Equal(event.Handles, [][32]byte{note.outcome.Handle}) {
			c.t.Fatalf("handles %x", event.Handles)
		}
		return request{id: event.RequestId, salt: note.salt, outcomes: []contracts.Outcome{note.outcome},
			stored: contracts.Request{App: event.App, KeyId: event.KeyId, Selector: event.Selector,
				Options: event.Options}}
	}
	c.t.Fatal("no request")
	return request{}
}

// settle sends the outcomes, with the quorum's signature where one did not open.
func (c *chain) settle(asked request) *types.Receipt {
	c.t.Helper()
	return c.send(c.gatewayAt, c.settlement(asked), 0)
}

func (c *chain) settlement(asked request) []byte {
	c.t.Helper()
	attestation := asked.attestation
	if attestation == nil && asked.outcomes[0].Status != opened {
		point := c.sign(c.statement(asked).ID())
		attestation = point[:]
	}
	return c.gateway.PackSettle(asked.id, asked.stored, asked.outcomes, attestation)
}

// statement is what the quorum signs, by crypto/vetkd alone.
func (c *chain) statement(asked request) vetkd.Attestation {
	stored := vetkd.Request{App: vetkd.Address(asked.stored.App), Selector: asked.stored.Selector,
		Options: vetkd.Options{Proof: asked.stored.Options.Proof,
			CallbackGasLimit: asked.stored.Options.CallbackGasLimit,
			Deadline:         asked.stored.Options.Deadline,
			RefundTo:         vetkd.Address(asked.stored.Options.RefundTo)}}
	var outcomes vetkd.Outcomes
	for _, o := range asked.outcomes {
		stored.Handles = append(stored.Handles, o.Handle)
		outcomes = append(outcomes, vetkd.Outcome{Handle: o.Handle, Status: o.Status,
			PlaintextHash: vetkd.Keccak256(o.Plaintext)})
	}
	return vetkd.Attestation{ChainID: chainID, Gateway: vetkd.Address(c.gatewayAt),
		RequestID: asked.id.Uint64(), RequestDigest: stored.Digest(), KeyID: keyID,
		OutcomesDigest: outcomes.Digest()}
}

// sign is the quorum's signature on a statement's id, as the chain takes it.
func (c *chain) sign(id [32]byte) [bls.EVMG1Size]byte {
	c.t.Helper()
	derived, err := vetkd.DerivePurpose(c.master, vetkd.PurposeAttest,
		vetkd.NewAppID(chainID, vetkd.Address(c.gatewayAt)))
	if err != nil {
		c.t.Fatal(err)
	}
	return c.release(derived, id[:]).EVM()
}

// release is the key of an identity: with the whole secret one share is all.
func (c *chain) release(derived vetkd.Derived, id []byte) bls.Signature {
	c.t.Helper()
	share, err := vetkd.SignShare(rand.Reader, c.secret, derived, id)
	if err != nil {
		c.t.Fatal(err)
	}
	key, err := share.Check()
	if err != nil {
		c.t.Fatal(err)
	}
	return key
}

// delivered fails unless the settlement's callback stored the plaintext's hash.
func (c *chain) delivered(asked request, receipt *types.Receipt) {
	c.t.Helper()
	for _, log := range receipt.Logs {
		event, err := c.gateway.UnpackDecryptionFulfilledEvent(log)
		if err == nil && (event.RequestId.Cmp(asked.id) != 0 || !event.CallbackSucceeded) {
			c.t.Errorf("request %s, callback %t", event.RequestId, event.CallbackSucceeded)
		}
	}
	want := vetkd.Keccak256(asked.outcomes[0].Plaintext)
	call(c, c.noteAt, c.note.PackDigestOf(asked.outcomes[0].Handle), c.note.UnpackDigestOf,
		func(stored [32]byte) bool { return stored == want })
}

// call fails unless the answer of a view is right.
func call[T any](
	c *chain, to common.Address, data []byte, unpack func([]byte) (T, error), right func(T) bool,
) {
	c.t.Helper()
	answer, err := c.client.CallContract(c.t.Context(), ethereum.CallMsg{To: &to, Data: data}, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	value, err := unpack(answer)
	if err != nil {
		c.t.Fatal(err)
	}
	if !right(value) {
		c.t.Errorf("the chain answers %v", value)
	}
}

// refused fails unless the chain refuses the settlement with this error.
func (c *chain) refused(asked request, name string) {
	c.t.Helper()
	_, err := c.client.CallContract(c.t.Context(),
		ethereum.CallMsg{From: c.user.From, To: &c.gatewayAt, Data: c.settlement(asked)}, nil)
	data, ok := ethclient.RevertErrorData(err)
	if !ok {
		c.t.Fatalf("not refused: %v", err)
	}
	reason, err := c.gateway.UnpackError(data)
	if err != nil {
		c.t.Fatal(err)
	}
	if got := fmt.Sprintf("%T", reason); got != "*contracts.GatewayContract"+name {
		c.t.Errorf("refused with %s, want %s", got, name)
	}
}
