package chain

import (
	"fmt"

	"kmsgateway/messages"
)

const (
	// maxWaiting bounds the outbox: twice the dispatcher's window. What does not fit is dropped; a
	// Settle is repeated until its row closes.
	maxWaiting = 8192
	// maxBatch bounds one transaction's settlements. A larger batch saves no more than the fixed
	// 21,000 gas over fifty of them.
	maxBatch = 50
	// maxUnmined bounds a key's transactions that no block holds yet: what pools keep of one
	// account for certain.
	maxUnmined = 16
	// defaultMaxGas fills a transaction to three quarters of the 2^24 gas that EIP-7825 allows, so
	// that the estimates below may be a third too low.
	defaultMaxGas = 3 << 22
	// defaultSupersedeAfter blocks are more than a chain that is well lets pass without taking a
	// transaction that bids twice the base fee.
	defaultSupersedeAfter = 10
)

// Gas by which settlements are packed, from above; the transaction's own limit is estimated by the
// node when it is signed.
const (
	gasSettlement  = 70_000  // storage, events and the call, at cold slots
	gasOpening     = 40_000  // one opening: precompile, hashing, calldata of the fixed part
	gasByte        = 80      // of a plaintext: calldata at the floor price, hashing, a copy
	gasAttestation = 180_000 // one pairing check and the hash to the curve
)

// gasOf bounds what a settlement will use.
func gasOf(settle messages.Settle) uint64 {
	gas := uint64(gasSettlement)
	limit := uint64(settle.Requested.Options.CallbackGasLimit)
	gas += limit + limit/63 + 1 // a call may forward 63 of 64 parts (EIP-150)
	for _, outcome := range settle.Outcomes {
		gas += gasOpening + gasByte*uint64(len(outcome.Plaintext))
	}
	if settle.Attestation != nil {
		gas += gasAttestation
	}
	return gas
}

// outbox is the settlements that wait for a transaction, in order of arrival. A request is in it
// once; what has been sent is the ledger's to know.
type outbox struct {
	waiting []messages.Settle
	held    map[messages.RequestID]bool // waiting or taken
	limit   int                         // of the next batch; shrinks when a batch cannot be signed
}

func newOutbox() *outbox {
	return &outbox{held: map[messages.RequestID]bool{}, limit: maxBatch}
}

// add takes a settlement in; false where its request is here already or the outbox is full.
func (o *outbox) add(settle messages.Settle) bool {
	id := settle.Requested.Request
	if o.held[id] || len(o.held) >= maxWaiting {
		return false
	}
	o.held[id] = true
	o.waiting = append(o.waiting, settle)
	return true
}

// take removes the next batch: the oldest settlements that fit into maxGas, at least one.
func (o *outbox) take(maxGas uint64) []messages.Settle {
	n, gas := 0, uint64(0)
	for n < min(len(o.waiting), o.limit) {
		gas += gasOf(o.waiting[n])
		if n > 0 && gas > maxGas {
			break
		}
		n++
	}
	batch := o.waiting[:n:n]
	o.waiting = o.waiting[n:]
	return batch
}

// settle ends a taken batch: what is to be tried again goes back to the head of the queue, the
// rest is let go.
func (o *outbox) settle(batch, again []messages.Settle) {
	stays := map[messages.RequestID]bool{}
	var back []messages.Settle
	for _, settle := range again {
		if id := settle.Requested.Request; o.held[id] { // not forgotten meanwhile
			stays[id] = true
			back = append(back, settle)
		}
	}
	for _, settle := range batch {
		if id := settle.Requested.Request; !stays[id] {
			delete(o.held, id)
		}
	}
	o.waiting = append(back, o.waiting...)
}

// forget lets go of a request, waiting or taken.
func (o *outbox) forget(id messages.RequestID) {
	if !o.held[id] {
		return
	}
	delete(o.held, id)
	o.keep(func(settle messages.Settle) bool { return settle.Requested.Request != id })
}

// unwind forgets what was requested above a block.
func (o *outbox) unwind(to messages.BlockRef) {
	o.keep(func(settle messages.Settle) bool {
		if settle.Requested.Place.Block.Number <= to.Number {
			return true
		}
		delete(o.held, settle.Requested.Request)
		return false
	})
}

func (o *outbox) keep(stays func(messages.Settle) bool) {
	var kept []messages.Settle
	for _, settle := range o.waiting {
		if stays(settle) {
			kept = append(kept, settle)
		}
	}
	o.waiting = kept
}

// verdict says what follows for a batch that could not be signed.
type verdict uint8

const (
	verdictWait   verdict = iota + 1 // nobody answers: all of it again, later
	verdictSplit                     // too much at once, perhaps: again in halves
	verdictRefuse                    // alone and still refused: dropped
)

// judge decides after Sign failed for n settlements without naming a culprit.
func judge(err error, n int) verdict {
	if unanswered(err) {
		return verdictWait
	}
	if n > 1 {
		return verdictSplit
	}
	return verdictRefuse
}

// unanswered tells a chain that nobody reached from one that said no.
func unanswered(err error) bool {
	switch messages.CodeOf(err) {
	case messages.CodeChainUnavailable, messages.CodeCircuitOpen, messages.CodeDeadline:
		return true
	default:
		return false
	}
}

// split halves the next batches; signed grows them again.
func (o *outbox) split(n int) { o.limit = max(1, n/2) }

func (o *outbox) signed() { o.limit = min(maxBatch, o.limit*2) }

// account is what is known of our sender.
type account struct {
	known    bool   // to the ledger
	next     uint64 // by the ledger, where it knows it
	unbroken uint64 // from here to next every nonce is open in the journal
	mined    uint64 // by the chain: those below are in some block
}

// nonce is the one to sign with. An error says why to wait: nothing that is signed now could be
// mined, or be known to be ours.
func (a account) nonce() (uint64, error) {
	switch {
	case !a.known:
		return a.mined, nil
	case a.mined > a.next:
		return 0, fmt.Errorf("nonces below %d are mined, the journal ends at %d: somebody else "+
			"uses the key", a.mined, a.next)
	case a.mined < a.unbroken:
		return 0, fmt.Errorf("nonces %d to %d are neither mined nor journaled: the endpoint lags, "+
			"or somebody else uses the key", a.mined, a.unbroken-1)
	case a.next-a.mined >= maxUnmined:
		return 0, fmt.Errorf("%d transactions wait to be mined", a.next-a.mined)
	default:
		return a.next, nil
	}
}

// unbroken finds where the open nonces that lead up to next begin; next where there is none.
func unbroken(next uint64, open []uint64) uint64 {
	for i := len(open) - 1; i >= 0 && open[i]+1 == next; i-- {
		next--
	}
	return next
}

// handed says since when, in this term, a transaction is with the chain and in no block.
type handed struct {
	hash   messages.Hash
	latest messages.Height // block of the chain
}

// overdue tells whether another sender's transaction has had its time: so many blocks since it was
// journaled, by the ledger's cursor, so that a change of leaders does not begin them anew; and one
// block of the chain since this leader handed it over itself, so that a cursor that catches up
// after an outage does not run past what was never given a chance.
func overdue(tx messages.JournaledTx, cursor, latest, after messages.Height, since handed) bool {
	return !tx.Superseded && since.hash == tx.Hash && latest > since.latest &&
		cursor >= tx.SentAt+after
}

// wanted tells whether to hand a journaled transaction to the chain. A superseded one of another
// sender is left alone while a request of it is open, since two transactions in a race cost one of
// them its gas; after that its nonce had better end.
func wanted(tx messages.JournaledTx, ours, needed bool) bool {
	return ours || !tx.Superseded || !needed
}
