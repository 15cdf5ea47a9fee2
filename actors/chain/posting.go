package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kmsgateway/messages"
)

// posting is the submitter's work beside the mailbox: everything that waits on chain or ledger.
type posting struct{ SubmitterConfig }

// posted ends one batch. What of it is not in again is settled, refused or over.
type posted struct {
	batch   []messages.Settle
	again   []messages.Settle // to be tried again
	wait    bool              // the next try had better wait
	split   int               // so many settlements could not be signed together, or not in time
	trouble error             // what hinders posting, for the health
	unheard error             // why what is journaled, or may be, was not handed to the chain
}

// waits ends a batch that has to be tried again later.
func (p posted) waits(again []messages.Settle, err error) posted {
	p.again, p.wait, p.trouble = again, true, err
	return p
}

// run makes one transaction of a batch: check, sign, journal, broadcast, in this order.
func (p posting) run(ctx context.Context, batch []messages.Settle) posted {
	done := posted{batch: batch}
	ours, err := p.account(ctx)
	if err != nil {
		return done.waits(batch, err)
	}
	nonce, err := ours.nonce()
	if err != nil {
		return done.waits(batch, err)
	}
	good := p.checked(ctx, batch)
	if len(good) == 0 {
		return done
	}
	good, err = p.pending(ctx, good)
	if err != nil {
		return done.waits(good, err)
	}
	return p.send(ctx, done, good, nonce)
}

// account reads our sender's nonces. The chain comes first: what it counts was journaled before.
func (p posting) account(ctx context.Context) (a account, err error) {
	if a.mined, err = p.Outlet.NextNonce(ctx); err != nil {
		return account{}, err
	}
	sender := p.Outlet.Sender()
	a.next, a.known = p.Ledger.NextNonce(sender)
	var open []uint64
	p.Ledger.Journal(func(tx messages.JournaledTx) bool {
		if tx.Sender == sender {
			open = append(open, tx.Nonce)
		}
		return true
	})
	a.unbroken = unbroken(a.next, open)
	return a, nil
}

// checked keeps the settlements that the ledger still wants and that hold against the chain's own
// check.
func (p posting) checked(ctx context.Context, batch []messages.Settle) []messages.Settle {
	var good []messages.Settle
	underway := p.underway()
	for _, settle := range batch {
		id := settle.Requested.Request
		if _, open, sent, _ := p.Ledger.Row(id); !open || sent || underway[id] {
			continue
		}
		if err := checkSettlement(settle); err != nil {
			p.failed(ctx, settle.Requested.Request, err)
			continue
		}
		good = append(good, settle)
	}
	return good
}

// underway are the requests of our own transactions that were superseded while another led. Nothing
// that we sign now could be mined before those, so it could only be skipped.
func (p posting) underway() map[messages.RequestID]bool {
	ids := map[messages.RequestID]bool{}
	p.Ledger.Journal(func(tx messages.JournaledTx) bool {
		for _, id := range tx.Requests {
			if tx.Superseded && tx.Sender == p.Outlet.Sender() {
				ids[id] = true
			}
		}
		return true
	})
	return ids
}

// pending keeps the settlements whose requests nobody has settled yet. On an error all are kept.
func (p posting) pending(ctx context.Context, batch []messages.Settle) ([]messages.Settle, error) {
	outcomes, err := p.statuses(ctx, idsOf(batch), messages.BlockRef{})
	if err != nil {
		return batch, err
	}
	var good []messages.Settle
	var ended []messages.RequestID
	for i, settle := range batch {
		if outcomes[i] == 0 {
			good = append(good, settle)
		} else {
			ended = append(ended, settle.Requested.Request)
		}
	}
	p.close(ctx, ended)
	return good, nil
}

// close ends the rows of requests that are over as of the cursor itself: the event that says so
// lies behind it and will not come again. What ended above the cursor, the listener will see, and
// only then is it safe from a reorg. Errors leave it to the next Settle.
func (p posting) close(ctx context.Context, ended []messages.RequestID) {
	cursor := p.Ledger.Cursor()
	if len(ended) == 0 || cursor.IsZero() {
		return
	}
	outcomes, err := p.statuses(ctx, ended, cursor)
	if err != nil {
		return
	}
	for i, id := range ended {
		if _, open, _, _ := p.Ledger.Row(id); !open || outcomes[i] == 0 {
			continue
		}
		entry := messages.Close{Request: id, Outcome: outcomes[i], At: cursor}
		if err := propose(ctx, p.Ledger, entry); err != nil {
			return
		}
	}
}

// statuses is Outlet.Status with its length checked.
func (p posting) statuses(ctx context.Context, ids []messages.RequestID, at messages.BlockRef) (
	[]messages.Outcome, error) {
	outcomes, err := p.Outlet.Status(ctx, ids, at)
	if err == nil && len(outcomes) != len(ids) {
		err = messages.ChainInconsistent("read status", fmt.Sprintf("%d answers for %d requests",
			len(outcomes), len(ids)))
	}
	return outcomes, err
}

// send signs the batch, without those that would revert, and journals it before anyone sees it.
func (p posting) send(ctx context.Context, done posted, batch []messages.Settle, nonce uint64,
) posted {
	batch, tx, err := p.sign(ctx, batch, nonce)
	if ctx.Err() != nil {
		return done // the term ends: the next leader's dispatcher has them said again
	}
	if err != nil {
		switch judge(err, len(batch)) {
		case verdictWait:
			done.split = len(batch) // a busy node may not answer for so many in time
			return done.waits(batch, err)
		case verdictSplit:
			done.again, done.split, done.trouble = batch, len(batch), err
		case verdictRefuse:
			p.failed(ctx, batch[0].Requested.Request, err)
		}
		return done
	}
	if len(batch) == 0 {
		return done
	}
	ids := idsOf(batch)
	err = propose(ctx, p.Ledger, messages.Send{Sender: p.Outlet.Sender(), Nonce: nonce, Tx: tx.Tx,
		Hash: tx.Hash, Requests: ids})
	if err != nil {
		// It may have been applied all the same. Then these rows are sent: they will be dropped
		// when their turn comes, and the watch finds the transaction in the journal.
		if messages.CodeOf(err) != messages.CodeConflict {
			done.unheard = err
		}
		return done.waits(batch, err)
	}
	if err := p.Outlet.Broadcast(ctx, tx.Tx); err != nil {
		done.unheard = err
		if ctx.Err() != nil {
			return done // the term ends: whoever leads next finds it in the journal
		}
		for _, id := range ids {
			p.failed(ctx, id, err)
		}
		return done
	}
	p.sent(ctx, ids, tx.Hash, fmt.Sprintf("nonce %d, gas limit %d", nonce, tx.Gas))
	return done
}

// sign drops one culprit after the other until the rest can be signed. What remains may be none.
func (p posting) sign(ctx context.Context, batch []messages.Settle, nonce uint64) (
	[]messages.Settle, SignedTx, error) {
	for len(batch) > 0 {
		tx, err := p.Outlet.Sign(ctx, batch, nonce)
		var culprit *Unsettleable
		if err == nil || !errors.As(err, &culprit) {
			return batch, tx, err
		}
		at := slices.Index(idsOf(batch), culprit.Request)
		if at < 0 {
			return batch, tx, err
		}
		p.failed(ctx, culprit.Request, err)
		batch = slices.Concat(batch[:at], batch[at+1:])
	}
	return nil, SignedTx{}, nil
}

// sent publishes a fact for each request of a transaction: a request is what a trace follows.
func (c SubmitterConfig) sent(ctx context.Context, ids []messages.RequestID, hash messages.Hash,
	detail string) {
	for _, id := range ids {
		c.publish(ctx, messages.Fact{Name: messages.FactSettlementSent, Request: id, Digest: hash,
			Count: len(ids), Detail: detail})
	}
}

func (p posting) failed(ctx context.Context, id messages.RequestID, err error) {
	p.publish(ctx, messages.Fact{Name: messages.FactSettlementFailed, Request: id,
		Code: messages.CodeOf(err), Detail: err.Error()})
}

func (c SubmitterConfig) publish(ctx context.Context, fact messages.Fact) {
	fact.Room, fact.At = messages.RoomSubmitter, c.Clock()
	c.Publish(ctx, fact)
}

func idsOf(batch []messages.Settle) []messages.RequestID {
	ids := make([]messages.RequestID, len(batch))
	for i, settle := range batch {
		ids[i] = settle.Requested.Request
	}
	return ids
}
