//go:build verify

package demo

import (
	"bytes"
	"context"
	"testing"

	"kmsgateway/messages"
)

// openAlone writes a random note of some bytes, opens it and returns what the check of its opening
// and its whole settlement cost, from receipts.
func (s *stage) openAlone(ctx context.Context, t *testing.T, size int) (check, whole uint64) {
	t.Helper()
	note := must(s.writeNote(ctx, s.user, randomText(t, size)))(t)
	receipt := must(s.user.receipt(ctx, must(s.openNote(ctx, note))(t)))(t)
	end, settled := s.ending(ctx, t, s.askedIn(t, receipt).id)
	if end.outcome != messages.OutcomeFulfilled ||
		!bytes.Equal(settled.Outcomes[0].Plaintext, note.plaintext) {
		t.Fatalf("%d bytes ended %s as %d bytes", size, end.outcome, len(settled.Outcomes[0].Plaintext))
	}
	whole = must(s.user.receipt(ctx, end.tx))(t).GasUsed
	check = must(s.checkAlone(ctx, settled))(t)
	t.Logf("%d bytes: %d gas to verify, %d to settle", size, check, whole)
	return check, whole
}

func TestNotesOfEverySizeOpenWithinTheirGas(t *testing.T) {
	t.Parallel()
	s, ctx := hurriedStage(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	if _, whole := s.openAlone(ctx, t, 32); whole > mostSettleGas+newSlotGas {
		t.Errorf("the key's first settlement costs %d gas, want at most %d", whole,
			mostSettleGas+newSlotGas)
	}
	sizes := []int{1, 32, 256, messages.MaxPlaintext}
	for _, size := range sizes {
		check, whole := s.openAlone(ctx, t, size)
		if check > mostVerifyGas {
			t.Errorf("%d bytes cost %d gas to verify, want at most %d", size, check, mostVerifyGas)
		}
		if size <= 256 && whole > mostSettleGas {
			t.Errorf("%d bytes cost %d gas to settle, want at most %d", size, whole, mostSettleGas)
		}
	}
	s.keepsLaws(ctx, t, 1+len(sizes))
}
