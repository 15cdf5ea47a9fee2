package chain

import (
	"context"
	"testing"

	"kmsgateway/messages"
)

// counting takes every entry in, however late.
type counting struct{ entries int }

func (c *counting) Propose(context.Context, messages.Entry) error {
	c.entries++
	return nil
}

func TestAnEndedTermProposesNothing(t *testing.T) {
	ledger := &counting{}
	ctx, end := context.WithCancel(t.Context())
	if err := propose(ctx, ledger, messages.Close{}); err != nil || ledger.entries != 1 {
		t.Errorf("in its term: %v, %d entries", err, ledger.entries)
	}
	end()
	if err := propose(ctx, ledger, messages.Close{}); messages.CodeOf(err) != messages.CodeDeadline ||
		ledger.entries != 1 {
		t.Errorf("after its term: %v, %d entries", err, ledger.entries)
	}
}
