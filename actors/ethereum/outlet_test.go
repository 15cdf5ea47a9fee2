package ethereum_test

import (
	"errors"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// post signs, broadcasts and mines; it returns the receipt.
func (d *devChain) post(outlet *ethereum.Outlet, settles ...messages.Settle) *types.Receipt {
	d.t.Helper()
	nonce, err := outlet.NextNonce(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	tx, err := outlet.Sign(d.t.Context(), settles, nonce)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := outlet.Broadcast(d.t.Context(), tx.Tx); err != nil {
		d.t.Fatal(err)
	}
	d.mine()
	receipt, err := d.node.TransactionReceipt(d.t.Context(), common.Hash(tx.Hash))
	if err != nil {
		d.t.Fatal(err)
	}
	return receipt
}

func rotten(ciphertext []byte) { ciphertext[110] ^= 1 }

func TestQuorumSettlementAndRejections(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	outlet := ethereum.NewOutlet(client, d.sender)
	good := d.inputs(1, 32)[0]
	bad := d.register([]byte("does not open"), rotten)
	d.mine()

	mixed := d.settlement(d.requested(client, messages.ProofQuorum, good, bad))
	mixed.Outcomes[1].Status = messages.StatusMalformed
	alone := d.settlement(d.requested(client, messages.ProofOpening, bad))
	alone.Outcomes[0].Status = messages.StatusMalformed
	mixed, alone = d.attest(mixed), d.attest(alone)
	if receipt := d.post(outlet, mixed, alone); receipt.Status != 1 {
		t.Fatal("reverted")
	}
	events := d.events(client)
	var ends []messages.Ended
	for _, event := range events {
		if event.Ended != nil {
			ends = append(ends, *event.Ended)
		}
	}
	if len(ends) != 2 || ends[0].Outcome != messages.OutcomeFulfilled || !ends[0].Called ||
		ends[1].Outcome != messages.OutcomeRejected ||
		ends[0].Request != mixed.Requested.Request || ends[1].Request != alone.Requested.Request {
		t.Errorf("%+v", ends)
	}
	got, err := outlet.Status(t.Context(),
		[]messages.RequestID{mixed.Requested.Request, alone.Requested.Request}, messages.BlockRef{})
	if err != nil || got[0] != messages.OutcomeFulfilled || got[1] != messages.OutcomeRejected {
		t.Errorf("%v, %v", got, err)
	}
}

func TestUnsettleableSaysWhy(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	outlet := ethereum.NewOutlet(client, d.sender)
	good := d.settlement(d.asked(client, messages.ProofOpening, 1))
	quorum := d.settlement(d.asked(client, messages.ProofQuorum, 1))

	false1 := d.attest(quorum)
	false1.Attestation = d.attest(good).Attestation
	noPoint := quorum
	noPoint.Attestation = &[48]byte{1}
	forged := d.settlement(good.Requested)
	forged.Outcomes[0].Seed[0] ^= 1
	for name, c := range map[string]struct {
		settle messages.Settle
		says   string
	}{
		"QUORUM without an attestation":   {quorum, "GatewayAttestationInvalid"},
		"another request's attestation":   {false1, "GatewayAttestationInvalid"},
		"an attestation that is no point": {noPoint, string(messages.CodeMalformedInput)},
		"a forged seed":                   {forged, "GatewayOpeningInvalid"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, batch := range [][]messages.Settle{{c.settle}, {d.attest(d.settlement(quorum.Requested)),
				c.settle}} {
				if len(batch) == 2 && c.settle.Requested.Request == batch[0].Requested.Request {
					batch[0] = good
				}
				_, err := outlet.Sign(t.Context(), batch, 0)
				var named *chain.Unsettleable
				if !errors.As(err, &named) || named.Request != c.settle.Requested.Request ||
					!strings.Contains(err.Error(), c.says) {
					t.Errorf("%d in the batch: %v", len(batch), err)
				}
			}
		})
	}
	if _, err := outlet.Sign(t.Context(), nil, 0); messages.CodeOf(err) != messages.CodeMalformedInput {
		t.Errorf("an empty batch: %v", err)
	}
}

func TestTransactionsBidByEIP1559(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	outlet := ethereum.NewOutlet(client, d.sender)
	settle := d.settlement(d.asked(client, messages.ProofOpening, 1))
	head, err := d.node.HeaderByNumber(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := outlet.Sign(t.Context(), []messages.Settle{settle}, 7)
	if err != nil {
		t.Fatal(err)
	}
	var tx types.Transaction
	if err := tx.UnmarshalBinary(signed.Tx); err != nil {
		t.Fatal(err)
	}
	floor := new(big.Int).Mul(head.BaseFee, big.NewInt(2))
	if tx.Type() != types.DynamicFeeTxType || tx.Nonce() != 7 || tx.Gas() != signed.Gas ||
		messages.Hash(tx.Hash()) != signed.Hash || tx.GasFeeCap().Cmp(floor) < 0 ||
		tx.GasTipCap().Sign() <= 0 || tx.ChainId().Uint64() != uint64(chainID) ||
		*tx.To() != common.Address(d.made.Gateway) {
		t.Errorf("type %d nonce %d gas %d cap %s tip %s chain %s to %s", tx.Type(), tx.Nonce(), tx.Gas(),
			tx.GasFeeCap(), tx.GasTipCap(), tx.ChainId(), tx.To())
	}
	if signed.Gas < 100_000 || signed.Gas > 400_000 {
		t.Errorf("gas limit %d", signed.Gas)
	}
}

func TestBroadcastTellsWhatTheChainWillNotTake(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	outlet := ethereum.NewOutlet(client, d.sender)
	one := d.settlement(d.asked(client, messages.ProofOpening, 1))
	two := d.settlement(d.asked(client, messages.ProofOpening, 1))
	late, err := outlet.Sign(t.Context(), []messages.Settle{two}, 0)
	if err != nil {
		t.Fatal(err)
	}
	d.post(outlet, one)
	if err := outlet.Broadcast(t.Context(), late.Tx); err == nil ||
		!strings.Contains(err.Error(), "nonce too low") {
		t.Errorf("another transaction has its nonce: %v", err)
	}
	if mined, err := outlet.Mined(t.Context(), late.Hash); err != nil || mined {
		t.Errorf("mined: %v, %v", mined, err)
	}
	if err := outlet.Broadcast(t.Context(), []byte{1, 2, 3}); messages.CodeOf(err) !=
		messages.CodeMalformedInput {
		t.Errorf("garbage: %v", err)
	}
	if health := client.Health(); health.Grade != messages.Healthy {
		t.Errorf("a refusal counts against the endpoint: %+v", health)
	}
}

func TestOutletSaysWhenNobodyAnswers(t *testing.T) {
	d := newDevChain(t)
	e := d.endpoint()
	client := d.dial(e)
	outlet := ethereum.NewOutlet(client, d.sender)
	settle := d.settlement(d.asked(client, messages.ProofOpening, 1))
	e.dies(true)
	_, sign := outlet.Sign(t.Context(), []messages.Settle{settle}, 0)
	_, status := outlet.Status(t.Context(), []messages.RequestID{settle.Requested.Request},
		messages.BlockRef{})
	_, nonce := outlet.NextNonce(t.Context())
	_, mined := outlet.Mined(t.Context(), messages.Hash{1})
	_, height := outlet.Height(t.Context())
	_, _, spent := outlet.Spent(t.Context(), messages.Hash{1})
	for name, err := range map[string]error{"sign": sign, "status": status, "nonce": nonce,
		"mined": mined, "height": height, "spent": spent} {
		if messages.CodeOf(err) != messages.CodeChainUnavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExpiryIsSeen(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	asked := d.asked(client, messages.ProofOpening, 1)
	for d.backend.AdjustTime(3*time.Hour) != nil {
		runtime.Gosched() // the pool learns of a new block on a thread of its own
	}
	d.send(d.app, contracts.NewGatewayContract().PackExpire(
		new(big.Int).SetUint64(asked.Request.Number), contracts.Request{
			App: common.Address(asked.App), KeyId: asked.Key, Selector: asked.Selector,
			Options: contracts.Options{Proof: uint8(asked.Options.Proof),
				CallbackGasLimit: asked.Options.CallbackGasLimit, Deadline: asked.Options.Deadline,
				RefundTo: common.Address(asked.Options.RefundTo)}},
		[][32]byte{asked.Handles[0]}))
	d.mine()
	events := d.events(client)
	end := events[len(events)-1].Ended
	if end == nil || end.Outcome != messages.OutcomeExpired || end.Request != asked.Request {
		t.Errorf("%+v", events)
	}
	outlet := ethereum.NewOutlet(client, d.sender)
	got, err := outlet.Status(t.Context(), []messages.RequestID{asked.Request}, messages.BlockRef{})
	if err != nil || got[0] != messages.OutcomeExpired {
		t.Errorf("%v, %v", got, err)
	}
}
