package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kmsgateway/messages"
)

const (
	// batchEvents closes a batch: with more, one entry would hold up the next for too long.
	batchEvents = 256
	// batchWait is how long the first proposal of a batch waits for company: about what one round
	// of fsync costs anyway.
	batchWait = 2 * time.Millisecond
	// maxQueued bounds the proposals that wait; further proposers wait to queue.
	maxQueued = 1024
	// maxDecisions bounds how often a batch of unknown outcome is read again and proposed again.
	maxDecisions = 3
)

// errUnknown says that a batch may or may not have been committed.
var errUnknown = errors.New("the outcome is unknown")

// log is the replicated log as the proposer uses it.
type log struct {
	commit  func(encoded []byte) (verdicts, error) // errUnknown is decided by a second look
	barrier func() error                           // returns when all before it is applied here
	shows   func(messages.Entry) bool              // whether the state proves it was applied
	late    bool                                   // what is lost may come through after a barrier
}

// proposal is one entry on its way. The proposer owns it until done has its answer.
type proposal struct {
	entry   messages.Entry
	encoded []byte
	events  int
	since   time.Time
	done    chan error // of capacity 1: answered once
}

// proposer is the one way of a node's entries into the log: it gathers proposals into batches and
// has one batch in flight, so that a node's entries keep their order.
type proposer struct {
	log     log
	clock   messages.Clock
	publish messages.Publish
	queue   chan *proposal
	stop    chan struct{} // closed by the ledger's Close
	stopped chan struct{} // closed when run has returned
}

// newProposer makes a proposer that does nothing until run.
func newProposer(log log, clock messages.Clock, publish messages.Publish) *proposer {
	return &proposer{log: log, clock: clock, publish: publish,
		queue: make(chan *proposal, maxQueued), stop: make(chan struct{}),
		stopped: make(chan struct{})}
}

// shuttingDown answers whoever comes or waits when the ledger closes.
func shuttingDown() error {
	return messages.Refused(messages.CodeShuttingDown, "propose", "the ledger is closing")
}

// propose waits until the entry is applied or refused. When ctx ends first, or the ledger closes,
// the entry may still be applied: whoever proposed it re-reads.
func (p *proposer) propose(ctx context.Context, entry messages.Entry) error {
	one, err := p.prepare(entry)
	if err != nil {
		return err
	}
	select {
	case p.queue <- one:
	case <-ctx.Done():
		return expired(ctx)
	case <-p.stopped:
		return shuttingDown()
	}
	select {
	case err := <-one.done:
		return err
	case <-ctx.Done():
		return expired(ctx)
	case <-p.stopped:
	}
	select {
	case err := <-one.done: // answered just before the end
		return err
	default:
		return shuttingDown()
	}
}

// prepare encodes before queueing, so that a malformed entry spoils no batch.
func (p *proposer) prepare(entry messages.Entry) (*proposal, error) {
	encoded, err := messages.EncodeEntry(entry)
	if err != nil {
		return nil, err
	}
	one := &proposal{entry: entry, encoded: encoded, events: 1, since: p.clock(),
		done: make(chan error, 1)}
	if admit, ok := entry.(messages.Admit); ok {
		one.events = max(1, len(admit.Events))
	}
	return one, nil
}

// expired says that the proposer stopped waiting, which does not take back what is on its way.
func expired(ctx context.Context) error {
	return &messages.GatewayError{Code: messages.CodeDeadline, Op: "propose", Cause: ctx.Err()}
}

// run gathers and submits until stop is closed.
func (p *proposer) run() {
	defer close(p.stopped)
	var left *proposal // did not fit into the batch before
	for {
		if left == nil {
			select {
			case left = <-p.queue:
			case <-p.stop:
				return
			}
		}
		var batch []*proposal
		batch, left = p.gather(left)
		p.submit(batch)
	}
}

// gather fills a batch from the queue until it is full, or its first proposal has waited enough.
// A proposal that does not fit begins the next one.
func (p *proposer) gather(first *proposal) (batch []*proposal, left *proposal) {
	batch = []*proposal{first}
	events, size := first.events, len(first.encoded)
	wait := time.NewTimer(batchWait)
	defer wait.Stop()
	for events < batchEvents && len(batch) < messages.MaxEntries {
		select {
		case next := <-p.queue:
			if events+next.events > batchEvents || size+len(next.encoded) > messages.MaxEntry {
				return batch, next
			}
			batch = append(batch, next)
			events, size = events+next.events, size+len(next.encoded)
		case <-wait.C:
			return batch, nil
		case <-p.stop:
			return batch, nil
		}
	}
	return batch, nil
}

// submit commits a batch and answers each of its proposals.
func (p *proposer) submit(batch []*proposal) {
	answers, err := p.commit(batch)
	if errors.Is(err, errUnknown) {
		p.decide(batch)
		return
	}
	p.answer(batch, answers, err)
}

// commit puts the encodings into one log. They were made one by one, and join without being read
// again.
func (p *proposer) commit(batch []*proposal) (verdicts, error) {
	encoded := make([][]byte, len(batch))
	for i, one := range batch {
		encoded[i] = one.encoded
	}
	answers, err := p.log.commit(messages.JoinEntries(encoded))
	if err == nil && len(answers) != len(batch) {
		err = fmt.Errorf("%d answers to %d entries", len(answers), len(batch))
	}
	return answers, err
}

// decide finds out about a batch whose outcome is unknown. After a barrier, all that could have
// been committed before is applied: an entry whose mark the state shows is done; any other is
// proposed again, which is safe because every entry is a compare-and-set.
func (p *proposer) decide(batch []*proposal) {
	for range maxDecisions {
		if err := p.log.barrier(); err != nil {
			p.answer(batch, nil, err)
			return
		}
		var again []*proposal
		for _, one := range batch {
			if p.log.shows(one.entry) {
				p.answer([]*proposal{one}, verdicts{nil}, nil)
				continue
			}
			again = append(again, one)
		}
		if len(again) == 0 {
			return
		}
		batch = again
		answers, err := p.commit(batch)
		if !errors.Is(err, errUnknown) {
			if err != nil && p.log.late {
				err = &messages.GatewayError{Code: messages.CodeDeadline, Op: "propose", Cause: err}
			}
			p.answer(batch, p.reconsider(batch, answers), err)
			return
		}
	}
	p.answer(batch, nil, messages.StorageFailed("propose", errUnknown))
}

// reconsider takes back the refusals of entries that are refused because the first try, given up
// for lost, came through late.
func (p *proposer) reconsider(batch []*proposal, answers verdicts) verdicts {
	for i, verdict := range answers {
		if messages.CodeOf(verdict) == messages.CodeConflict && p.log.shows(batch[i].entry) {
			answers[i] = nil
		}
	}
	return answers
}

// answer tells each proposal its verdict, or all of them the same error, and publishes it.
func (p *proposer) answer(batch []*proposal, answers verdicts, err error) {
	now := p.clock()
	if err == nil {
		p.publish(context.Background(), messages.Fact{Name: messages.FactEntryApplied,
			Room: messages.RoomLedger, At: now, Took: now.Sub(batch[0].since), Count: len(batch)})
	}
	for i, one := range batch {
		verdict := err
		if err == nil {
			verdict = answers[i]
		}
		if verdict != nil {
			p.publish(context.Background(), messages.Fact{Name: messages.FactEntryRefused,
				Room: messages.RoomLedger, At: now, Code: messages.CodeOf(verdict),
				Detail: verdict.Error()})
		}
		one.done <- verdict
	}
}
