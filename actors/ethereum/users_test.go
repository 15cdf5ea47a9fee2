package ethereum_test

import (
	"crypto/rand"
	"maps"
	"math/big"
	"runtime"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"kmsgateway/actors/ethereum"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// send calls the gateway from an account; the transaction waits for the next block.
func (d *devChain) send(from ethereum.SenderKey, data []byte) {
	d.t.Helper()
	contract := contracts.NewGatewayContract().Instance(d.node, common.Address(d.made.Gateway))
	options := from.Transactor(chainID)
	options.GasLimit, options.Nonce = 1_000_000, new(big.Int).SetUint64(d.nonces[from.Address()])
	d.expect(from.Address(), d.nonces[from.Address()])
	d.nonces[from.Address()]++
	if _, err := bind.Transact(contract, options, data); err != nil {
		d.t.Fatal(err)
	}
}

// expect notes that a transaction was sent, for mine to wait until the pool offers it to a block.
func (d *devChain) expect(sender messages.Address, nonce uint64) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.sent[sender] = max(d.sent[sender], nonce+1) // an earlier one may be sent again
}

// mine makes a block of all that was sent: the pool takes transactions in on a thread of its own,
// and a block made at once may leave some out.
func (d *devChain) mine() {
	d.t.Helper()
	d.mutex.Lock()
	expected := maps.Clone(d.sent)
	clear(d.sent)
	d.mutex.Unlock()
	for sender, next := range expected {
		for offered := uint64(0); offered < next; runtime.Gosched() {
			var err error
			if offered, err = d.node.PendingNonceAt(d.t.Context(), common.Address(sender)); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	d.backend.Commit()
}

// inputs registers fresh ciphertexts of the app; the block that takes them is mined.
func (d *devChain) inputs(n, size int) []messages.Handle {
	d.t.Helper()
	handles := make([]messages.Handle, n)
	for i := range handles {
		plaintext := make([]byte, size)
		if _, err := rand.Read(plaintext); err != nil {
			d.t.Fatal(err)
		}
		handles[i] = d.register(plaintext, nil)
	}
	d.mine()
	return handles
}

// register sends one registration; spoil may change the ciphertext before.
func (d *devChain) register(plaintext []byte, spoil func([]byte)) messages.Handle {
	d.t.Helper()
	app, owner := d.app.Address(), messages.Address{0x0f}
	var salt [32]byte
	var seed vetkd.Seed
	for _, random := range [][]byte{salt[:], seed[:]} {
		if _, err := rand.Read(random); err != nil {
			d.t.Fatal(err)
		}
	}
	id := vetkd.Input{ChainID: uint64(chainID), Gateway: vetkd.Address(d.made.Gateway),
		App: vetkd.Address(app), Owner: vetkd.Address(owner), Salt: salt}.ID()
	sealed, err := vetkd.Encrypt(d.derive(vetkd.PurposeDecrypt, app).Key(), id[:], seed, plaintext)
	if err != nil {
		d.t.Fatal(err)
	}
	raw := sealed.Bytes()
	if spoil != nil {
		spoil(raw)
	}
	outcome := messages.HandleOutcome{Status: messages.StatusOpened, InputID: messages.Hash(id),
		Seed: seed, Plaintext: plaintext, C1: [96]byte(raw[8:104]),
		RestHash: vetkd.Keccak256(raw[104:])}
	outcome.Handle = messages.Handle(vetkd.HandleOfParts(id, vetkd.KeyID(keyID),
		vetkd.Keccak256(raw[8:104]), outcome.RestHash, uint64(len(plaintext))))
	d.mutex.Lock()
	d.opened[outcome.Handle] = outcome
	d.mutex.Unlock()
	d.send(d.app, contracts.NewGatewayContract().PackRegister(common.Address(owner), salt, keyID, raw))
	return outcome.Handle
}

func (d *devChain) derive(purpose vetkd.Purpose, app messages.Address) vetkd.Derived {
	d.t.Helper()
	public, err := d.master.Public()
	if err != nil {
		d.t.Fatal(err)
	}
	derived, err := vetkd.DerivePurpose(public, purpose,
		vetkd.NewAppID(uint64(chainID), vetkd.Address(app)))
	if err != nil {
		d.t.Fatal(err)
	}
	return derived
}

// request sends a request of the app for these handles; the next block takes it.
func (d *devChain) request(proof messages.Proof, handles ...messages.Handle) {
	d.t.Helper()
	head, err := d.node.HeaderByNumber(d.t.Context(), nil)
	if err != nil {
		d.t.Fatal(err)
	}
	raw := make([][32]byte, len(handles))
	for i, handle := range handles {
		raw[i] = handle
	}
	d.send(d.app, contracts.NewGatewayContract().PackRequestDecryption(raw, [4]byte{1, 2, 3, 4},
		contracts.Options{Proof: uint8(proof), CallbackGasLimit: 50_000, Deadline: head.Time + 3600,
			RefundTo: common.Address(d.app.Address())}))
}

// asked registers one handle of 32 bytes each, requests all and returns the event.
func (d *devChain) asked(client *ethereum.Client, proof messages.Proof, n int) messages.Requested {
	d.t.Helper()
	return d.requested(client, proof, d.inputs(n, 32)...)
}

func (d *devChain) requested(
	client *ethereum.Client, proof messages.Proof, handles ...messages.Handle,
) messages.Requested {
	d.t.Helper()
	d.request(proof, handles...)
	d.mine()
	events := d.events(client)
	last := events[len(events)-1].Requested
	if last == nil {
		d.t.Fatalf("the last event is no request: %+v", events)
	}
	return *last
}

func (d *devChain) events(client *ethereum.Client) []messages.Event {
	d.t.Helper()
	span, err := client.Scan(d.t.Context(), d.made.Block, d.tip(client))
	if err != nil {
		d.t.Fatal(err)
	}
	return span.Events
}

func (d *devChain) tip(client *ethereum.Client) messages.Height {
	d.t.Helper()
	tip, err := client.Tip(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return tip.Latest
}

// settlement opens every handle truly.
func (d *devChain) settlement(asked messages.Requested) messages.Settle {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	settle := messages.Settle{Requested: asked}
	for _, handle := range asked.Handles {
		settle.Outcomes = append(settle.Outcomes, d.opened[handle])
	}
	return settle
}

// attest signs a settlement's outcomes as the quorum would.
func (d *devChain) attest(settle messages.Settle) messages.Settle {
	d.t.Helper()
	var outcomes vetkd.Outcomes
	for _, outcome := range settle.Outcomes {
		line := vetkd.Outcome{Handle: vetkd.Handle(outcome.Handle), Status: uint8(outcome.Status),
			PlaintextHash: vetkd.Keccak256()}
		if outcome.Status == messages.StatusOpened {
			line.PlaintextHash = vetkd.Keccak256(outcome.Plaintext)
		}
		outcomes = append(outcomes, line)
	}
	request := settle.Requested.Request
	id := vetkd.Attestation{ChainID: uint64(chainID), Gateway: vetkd.Address(d.made.Gateway),
		RequestID: request.Number, RequestDigest: request.Digest, KeyID: vetkd.KeyID(keyID),
		OutcomesDigest: outcomes.Digest()}.ID()
	share, err := vetkd.SignShare(rand.Reader, d.master,
		d.derive(vetkd.PurposeAttest, d.made.Gateway), id[:])
	if err != nil {
		d.t.Fatal(err)
	}
	signature, err := share.Check()
	if err != nil {
		d.t.Fatal(err)
	}
	point := signature.Bytes()
	settle.Attestation = &point
	return settle
}

// reorg replaces the newest blocks by one more than so many.
func (d *devChain) reorg(depth int, keep bool) {
	d.t.Helper()
	head, err := d.node.HeaderByNumber(d.t.Context(), nil)
	if err != nil {
		d.t.Fatal(err)
	}
	ancestor, err := d.node.HeaderByNumber(d.t.Context(),
		new(big.Int).Sub(head.Number, big.NewInt(int64(depth))))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.backend.Fork(ancestor.Hash()); err != nil {
		d.t.Fatal(err)
	}
	if !keep {
		d.backend.Rollback()
		d.nonces[d.app.Address()], err = d.node.NonceAt(d.t.Context(),
			common.Address(d.app.Address()), ancestor.Number)
		if err != nil {
			d.t.Fatal(err)
		}
	}
	for range depth + 1 {
		d.backend.Commit()
	}
}
