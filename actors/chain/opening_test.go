package chain

import (
	"testing"

	"kmsgateway/messages"
)

// What needs no opening: the rest is tested by settlements that are never signed.
func TestCheckSettlementWantsAttestations(t *testing.T) {
	settle := func(proof messages.Proof, status messages.Status, attested bool) messages.Settle {
		handle := messages.Handle{1}
		settle := messages.Settle{
			Requested: messages.Requested{Handles: []messages.Handle{handle},
				Options: messages.Options{Proof: proof}},
			Outcomes: []messages.HandleOutcome{{Handle: handle, Status: status}},
		}
		if attested {
			settle.Attestation = &[48]byte{}
		}
		return settle
	}
	rows := []struct {
		name   string
		settle messages.Settle
		want   messages.Code
	}{
		{"QUORUM, attested rejection",
			settle(messages.ProofQuorum, messages.StatusMalformed, true), ""},
		{"OPENING, attested rejection",
			settle(messages.ProofOpening, messages.StatusPolicy, true), ""},
		{"QUORUM without", settle(messages.ProofQuorum, messages.StatusOpened, false),
			messages.CodeMalformedInput},
		{"OPENING, rejection without", settle(messages.ProofOpening, messages.StatusPolicy, false),
			messages.CodeMalformedInput},
		{"an attestation opens nothing", settle(messages.ProofQuorum, messages.StatusOpened, true),
			messages.CodeOutcomeMismatch},
	}
	for _, row := range rows {
		if err := checkSettlement(row.settle); messages.CodeOf(err) != row.want {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}
