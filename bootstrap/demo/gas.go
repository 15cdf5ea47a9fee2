package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/params"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
	"kmsgateway/simulations/laws"
)

// measureGas reads the whole settlements' gas from their receipts, and measures the two checks
// alone by sending each as a transaction of its own: gas used less what any such transaction pays.
func (s *stage) measureGas(ctx context.Context, chain *ledgerOfChain, report *Report) error {
	for at, settled := range chain.settlements {
		if at == 0 && settled.Proof == messages.ProofOpening {
			receipt, err := s.user.receipt(ctx, chain.ended[settled.Request].tx)
			if err != nil {
				return err
			}
			report.FirstSettleGas = receipt.GasUsed
		}
		hash, alone := chain.single[settled.Proof]
		if !alone || chain.ended[settled.Request].tx != hash {
			continue
		}
		receipt, err := s.user.receipt(ctx, hash)
		if err != nil {
			return err
		}
		used, err := s.checkAlone(ctx, settled)
		if err != nil {
			return err
		}
		if settled.Proof == messages.ProofOpening {
			report.SettleGas, report.VerifyGas = receipt.GasUsed, used
		} else {
			report.QuorumSettleGas, report.QuorumVerifyGas = receipt.GasUsed, used
		}
	}
	return nil
}

// checkAlone sends the check of the settlement's first opening, or of its attestation.
func (s *stage) checkAlone(ctx context.Context, settled laws.Settlement) (uint64, error) {
	to := s.gateway
	var data []byte
	if settled.Proof == messages.ProofOpening {
		first := settled.Outcomes[0]
		data = contracts.NewGatewayContract().PackVerifyOpening(settled.Key, contracts.Outcome{
			Handle: first.Handle, Status: uint8(first.Status), InputId: first.InputID,
			Seed: first.Seed, Plaintext: first.Plaintext, C1: first.C1[:], RestHash: first.RestHash})
	} else {
		signature, err := bls.ParseSignature(settled.Attestation[:])
		if err != nil {
			return 0, fmt.Errorf("attestation on the chain: %w", err)
		}
		point := signature.EVM()
		id := vetkd.Attestation{ChainID: DevChainID, Gateway: vetkd.Address(s.gateway),
			RequestID: settled.Request.Number, RequestDigest: settled.Request.Digest,
			KeyID: vetkd.KeyID(settled.Key), OutcomesDigest: settled.Digest()}.ID()
		to = s.registry
		data = contracts.NewKMSRegistry().PackVerifyQuorum(settled.Key, id, point[:])
	}
	receipt, err := s.user.do(ctx, &to, nil, gasSettle, data)
	if err != nil {
		return 0, fmt.Errorf("measure a check: %w", err)
	}
	return receipt.GasUsed - intrinsicGas(data), nil
}

// intrinsicGas is what a transaction costs before the first instruction (EIP-2028). The floor price
// of calldata (EIP-7623) does not bind here: the checks cost more than it.
func intrinsicGas(data []byte) uint64 {
	gas := params.TxGas
	for _, b := range data {
		if b == 0 {
			gas += params.TxDataZeroGas
		} else {
			gas += params.TxDataNonZeroGasEIP2028
		}
	}
	return gas
}

// throughput is the number of results over the time from the first request's block to the last
// result's.
func (s *stage) throughput(chain *ledgerOfChain) float64 {
	var first, last time.Time
	for _, block := range chain.askedIn {
		if at := s.blocks.seenAt(block); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	for _, end := range chain.ended {
		if at := s.blocks.seenAt(end.block); at.After(last) {
			last = at
		}
	}
	if !last.After(first) {
		return 0
	}
	return float64(len(chain.ended)) / last.Sub(first).Seconds()
}
