package chain

import (
	"fmt"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// checkSettlement recomputes what the contract will: every outcome belongs to the request's handle
// at its place, and every opening opens that handle's commitment. A Settle is a hint of another
// node; a false one must cost a few microseconds here and no gas. About 41 us a handle.
func checkSettlement(settle messages.Settle) error {
	request := settle.Requested
	if len(settle.Outcomes) != len(request.Handles) || len(settle.Outcomes) == 0 {
		return refused(request, messages.CodeMalformedInput, fmt.Sprintf(
			"%d outcomes for %d handles", len(settle.Outcomes), len(request.Handles)))
	}
	attested := settle.Attestation != nil
	if !attested && request.Options.Proof == messages.ProofQuorum {
		return refused(request, messages.CodeMalformedInput, "QUORUM without an attestation")
	}
	for i, outcome := range settle.Outcomes {
		if outcome.Handle != request.Handles[i] {
			return refused(request, messages.CodeMalformedInput, "outcome of another handle")
		}
		switch outcome.Status {
		case messages.StatusOpened:
			if !opens(request.Key, outcome) {
				return refused(request, messages.CodeOutcomeMismatch,
					"opening does not open "+outcome.Handle.String())
			}
		case messages.StatusMalformed, messages.StatusPolicy:
			if !attested {
				return refused(request, messages.CodeMalformedInput,
					"rejection without an attestation")
			}
		default:
			return refused(request, messages.CodeMalformedInput, "outcome without a status")
		}
	}
	return nil
}

// opens checks seed and plaintext against c1, and c1 with the rest against the handle.
func opens(key messages.KeyID, outcome messages.HandleOutcome) bool {
	length := len(outcome.Plaintext)
	if length > messages.MaxPlaintext {
		return false
	}
	handle := vetkd.HandleOfParts(vetkd.InputID(outcome.InputID), vetkd.KeyID(key),
		vetkd.Keccak256(outcome.C1[:]), outcome.RestHash, uint64(length))
	if handle != vetkd.Handle(outcome.Handle) {
		return false
	}
	opening, err := vetkd.NewOpening(outcome.Seed[:], outcome.Plaintext)
	return err == nil && opening.Check(outcome.C1, length)
}

func refused(request messages.Requested, code messages.Code, detail string) error {
	err := messages.Refused(code, "check settlement", detail)
	err.Request = request.Request
	return err
}
