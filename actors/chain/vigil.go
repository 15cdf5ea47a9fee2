package chain

import (
	"cmp"
	"context"
	"fmt"

	"kmsgateway/messages"
)

// vigil is the submitter's care for what is journaled, whoever signed it, and what it remembers of
// one term. It waits on chain and ledger, so it runs beside the mailbox.
type vigil struct {
	SubmitterConfig
	open   map[turn]messages.JournaledTx // at the last look
	handed map[turn]handed               // those of other senders that no block held
}

// turn is a sender's nonce.
type turn struct {
	sender messages.Address
	nonce  uint64
}

func newVigil(config SubmitterConfig) *vigil {
	return &vigil{SubmitterConfig: config, open: map[turn]messages.JournaledTx{},
		handed: map[turn]handed{}}
}

// watched ends one look at the journal.
type watched struct{ trouble error }

// look hands to the chain again what is journaled and not mined: after a change of leaders, a lost
// broadcast, a dropped pool or a reorg that took the receipt away. What another sender's node
// cannot bring into a block it supersedes.
func (v *vigil) look(ctx context.Context) watched {
	var journal []messages.JournaledTx // by sender and nonce, the order in which pools want them
	v.Ledger.Journal(func(tx messages.JournaledTx) bool {
		journal = append(journal, tx)
		return true
	})
	v.account(ctx, journal)
	var trouble error
	for _, tx := range journal {
		if err := v.tend(ctx, tx); err != nil {
			trouble = fmt.Errorf("nonce %d of %s: %w", tx.Nonce, tx.Sender, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return watched{trouble}
}

// account asks of each transaction whose nonce has ended since the last look what it came to, and
// forgets it. One that came and went between two looks is not counted.
func (v *vigil) account(ctx context.Context, journal []messages.JournaledTx) {
	open := make(map[turn]messages.JournaledTx, len(journal))
	for _, tx := range journal {
		open[turn{tx.Sender, tx.Nonce}] = tx
	}
	for at, tx := range v.open {
		if _, still := open[at]; still {
			continue
		}
		delete(v.handed, at)
		gas, settled, err := v.Outlet.Spent(ctx, tx.Hash)
		if err == nil && gas > 0 && settled == 0 {
			v.publish(ctx, messages.Fact{Name: messages.FactGasWasted, Digest: tx.Hash,
				Count: int(gas), Detail: fmt.Sprintf("nonce %d of %s settled none of %d requests",
					tx.Nonce, tx.Sender, len(tx.Requests))})
		}
	}
	v.open = open
}

// tend does for one transaction what it needs now.
func (v *vigil) tend(ctx context.Context, tx messages.JournaledTx) error {
	ours := tx.Sender == v.Outlet.Sender()
	needed := v.needed(tx)
	if !wanted(tx, ours, needed) {
		return nil
	}
	at := turn{tx.Sender, tx.Nonce}
	before, err := v.since(ctx, at, ours)
	if err != nil {
		return err
	}
	mined, err := v.Outlet.Mined(ctx, tx.Hash)
	if mined {
		delete(v.handed, at) // a reorg may take it away: then it has its time again
	}
	if err != nil || mined {
		return err
	}
	err = v.hand(ctx, tx)
	switch {
	case ctx.Err() != nil, unanswered(err), ours:
		return err
	case tx.Superseded:
		return nil // its sender's trouble, and nobody waits for it
	case !needed:
		return err
	}
	return cmp.Or(v.judge(ctx, tx, at, before), err)
}

// since reads the chain's height where it matters: for another's that was handed over before.
// That comes before the look for a receipt, so that no block up to it can hold what is not found.
func (v *vigil) since(ctx context.Context, at turn, ours bool) (messages.Height, error) {
	if _, before := v.handed[at]; ours || !before {
		return 0, nil
	}
	return v.Outlet.Height(ctx)
}

// judge supersedes another sender's transaction, which no block up to a height holds, once it has
// had its time. One that was just handed over for the first time has it from now on.
func (v *vigil) judge(ctx context.Context, tx messages.JournaledTx, at turn,
	before messages.Height) error {
	if overdue(tx, v.Ledger.Cursor().Number, before, v.SupersedeAfter, v.handed[at]) {
		return v.supersede(ctx, tx)
	}
	if v.handed[at].hash == tx.Hash {
		return nil
	}
	latest, err := v.Outlet.Height(ctx)
	if err == nil {
		v.handed[at] = handed{tx.Hash, latest}
	}
	return err
}

// needed tells whether a request of the transaction is still open.
func (v *vigil) needed(tx messages.JournaledTx) bool {
	for _, id := range tx.Requests {
		if _, open, _, _ := v.Ledger.Row(id); open {
			return true
		}
	}
	return false
}

// hand broadcasts what the journal holds.
func (v *vigil) hand(ctx context.Context, tx messages.JournaledTx) error {
	if err := v.Outlet.Broadcast(ctx, tx.Tx); err != nil {
		return err
	}
	v.sent(ctx, tx.Requests, tx.Hash, fmt.Sprintf("nonce %d, from the journal", tx.Nonce))
	return nil
}

// supersede frees a transaction's requests. Nothing more is needed: they are unsent again, so the
// dispatcher has them said again, and they leave under a nonce of ours. Where the ledger is of
// another mind, somebody was faster, or the next look tries again.
func (v *vigil) supersede(ctx context.Context, tx messages.JournaledTx) error {
	err := propose(ctx, v.Ledger, messages.Supersede{Sender: tx.Sender, Nonce: tx.Nonce,
		After: v.SupersedeAfter})
	if messages.CodeOf(err) == messages.CodeConflict {
		return nil
	}
	if err != nil {
		return err
	}
	for _, id := range tx.Requests {
		v.publish(ctx, messages.Fact{Name: messages.FactSuperseded, Request: id, Digest: tx.Hash,
			Block: v.Ledger.Cursor(), Detail: fmt.Sprintf("nonce %d of %s, sent at block %d",
				tx.Nonce, tx.Sender, tx.SentAt)})
	}
	return nil
}
