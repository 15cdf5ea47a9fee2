package ethereum

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/actors/chain"
	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// packed is the calldata that settles: settle for one, which reverts where it comes too late;
// settleMany for several, which skips those.
func (c *Client) packed(settles []messages.Settle) ([]byte, error) {
	if len(settles) > 1 {
		return c.packedMany(settles)
	}
	one, err := settlementOf(settles[0])
	if err != nil {
		return nil, err
	}
	return c.contract.TryPackSettle(one.RequestId, one.Request, one.Outcomes, one.Attestation)
}

// packedMany is the calldata of settleMany, also for one: to try it as part of a batch.
func (c *Client) packedMany(settles []messages.Settle) ([]byte, error) {
	many := make([]contracts.Settlement, len(settles))
	for i, settle := range settles {
		var err error
		if many[i], err = settlementOf(settle); err != nil {
			return nil, err
		}
	}
	return c.contract.TryPackSettleMany(many)
}

// settlementOf renders a settlement as the contract takes it: of a rejected handle only its status.
// *chain.Unsettleable where the attestation is no point.
func settlementOf(settle messages.Settle) (contracts.Settlement, error) {
	asked := settle.Requested
	settlement := contracts.Settlement{
		RequestId: bigOf(asked.Request.Number),
		Request: contracts.Request{
			App: common.Address(asked.App), KeyId: asked.Key, Selector: asked.Selector,
			Options: contracts.Options{Proof: uint8(asked.Options.Proof),
				CallbackGasLimit: asked.Options.CallbackGasLimit, Deadline: asked.Options.Deadline,
				RefundTo: common.Address(asked.Options.RefundTo)},
		},
	}
	for _, outcome := range settle.Outcomes {
		line := contracts.Outcome{Handle: outcome.Handle, Status: uint8(outcome.Status)}
		if outcome.Status == messages.StatusOpened {
			line.InputId, line.Seed, line.RestHash = outcome.InputID, outcome.Seed, outcome.RestHash
			line.Plaintext, line.C1 = outcome.Plaintext, outcome.C1[:]
		}
		settlement.Outcomes = append(settlement.Outcomes, line)
	}
	if settle.Attestation == nil {
		return settlement, nil
	}
	signature, err := bls.ParseSignature(settle.Attestation[:])
	if err != nil {
		return contracts.Settlement{}, &chain.Unsettleable{Request: asked.Request,
			Err: messages.MalformedField("attestation", "not a point of the group")}
	}
	point := signature.EVM()
	settlement.Attestation = point[:]
	return settlement, nil
}

// reason says why the contract refuses, by the name of its error where it gives one.
func (c *Client) reason(refusal error) error {
	var data rpc.DataError
	if !errors.As(refusal, &data) {
		return refusal
	}
	text, _ := data.ErrorData().(string)
	raw, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(raw) < 4 {
		return refusal
	}
	registry := contracts.NewKMSRegistry()
	for _, known := range []abi.ABI{c.contract.GetABI(), registry.GetABI()} {
		declared, err := known.ErrorByID([4]byte(raw[:4]))
		if err != nil {
			continue
		}
		arguments, err := declared.Unpack(raw)
		if err != nil {
			continue
		}
		return fmt.Errorf("%s%v", declared.Name, arguments)
	}
	return refusal
}
