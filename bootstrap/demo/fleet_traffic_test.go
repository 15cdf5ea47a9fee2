package demo

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// fleetPeriod is between blocks where recovery is timed: short beside what is measured, and the
// shortest that a block of a loaded chain takes to make.
const fleetPeriod = 100 * time.Millisecond

// fleetLimit bounds one test of a fleet.
const fleetLimit = 12 * time.Minute

// raisedFleet brings a fleet up for a test, and takes it down after it.
func raisedFleet(t *testing.T, options FleetOptions) (*Fleet, context.Context) {
	t.Helper()
	return raisedFleetIn(t, options, func(*Fleet) {})
}

// raisedFleetIn has the plan changed before anything starts.
func raisedFleetIn(t *testing.T, options FleetOptions, change func(*Fleet)) (*Fleet, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), fleetLimit)
	t.Cleanup(cancel)
	options.Data, options.Binary = t.TempDir(), builtProgram(t)
	options.Period, options.Progress = fleetPeriod, t.Output()
	start := time.Now()
	fleet := must(layOut(options))(t)
	change(fleet)
	if err := errors.Join(fleet.save(), fleet.raise(ctx, options)); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d nodes and %d parties are ready after %.1f s", options.Nodes, options.Parties,
		time.Since(start).Seconds())
	t.Cleanup(func() {
		if t.Failed() {
			for _, member := range fleet.of(roleNode) {
				status, err := fleet.Status(context.Background(), member.Name)
				t.Logf("%s: led by %q, %d open, %d fulfilled, %v; last words: %s", member.Name,
					status.Leader, status.Open, status.Fulfilled, err, lastLine(fleet.logPath(member.Name)))
			}
		}
		for _, end := range must(fleet.Down(context.Background()))(t) {
			if end.Forced {
				t.Errorf("%s did not stop by itself", end.Member)
			}
		}
	})
	return fleet, ctx
}

// settled is what the chain shows of one settlement, when it was first seen.
type settled struct {
	request uint64
	from    common.Address
	at      time.Time
}

// traffic is a user who keeps asking for notes, and who watches how each ends.
type traffic struct {
	*scene
	notes []secret
	began time.Time // before the first was asked for

	mu      sync.Mutex
	asked   []time.Time // guarded by mu: when each note was asked for
	settled []settled   // guarded by mu: in the order of the chain
	seen    []sighting  // guarded by mu: likewise, with requests and what was skipped
	failed  error       // guarded by mu
}

// newTraffic prepares so many notes, and begins to watch the chain.
func newTraffic(ctx context.Context, t *testing.T, fleet *Fleet, requests int) *traffic {
	t.Helper()
	user := must(enter(ctx, fleet.path(configFile(nodeName(1), roleNode)),
		fleet.path(fleet.userAccount())))(t)
	t.Cleanup(user.leave)
	notes := must(user.writeNotes(ctx, requests))(t)
	f := &traffic{scene: user, notes: notes, began: time.Now()}
	watching, halt := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); f.watch(watching) }()
	t.Cleanup(func() { halt(); <-done })
	return f
}

// mostOpen is how many requests the user has open before he waits: a machine that is busy with other
// things then does as much as it can, and what is timed is not the length of a queue.
const mostOpen = 50

// flow asks for the notes that were not asked for yet, one every so often while not too many are
// open, until the last or until the returned function is called.
func (f *traffic) flow(ctx context.Context, every time.Duration) (stop func()) {
	ctx, halt := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for f.busy() || f.next(ctx) {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return func() { halt(); <-done }
}

// busy tells whether as many requests are open as may be.
func (f *traffic) busy() bool {
	opened, ended, _ := f.progress()
	return opened-ended >= mostOpen
}

// next asks for one more note and tells whether there is another.
func (f *traffic) next(ctx context.Context) bool {
	f.mu.Lock()
	at := len(f.asked)
	f.mu.Unlock()
	if at == len(f.notes) {
		return false
	}
	now := time.Now()
	_, err := f.openNote(context.WithoutCancel(ctx), f.notes[at])
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.failed = fmt.Errorf("ask for note %d: %w", at, err)
		return false
	}
	f.asked = append(f.asked, now)
	return true
}

// watch notes what the chain shows of requests as it is mined.
func (f *traffic) watch(ctx context.Context) {
	next, since := uint64(0), time.Now()
	_ = waitFor(ctx, 10*time.Millisecond, func() bool { // it ends with ctx
		look := time.Now()
		head, err := f.user.client.BlockNumber(ctx)
		if err != nil {
			return false
		}
		if head < next {
			since = look
			return false
		}
		logs, err := f.user.client.FilterLogs(ctx, ethereum.FilterQuery{
			FromBlock: new(big.Int).SetUint64(next), ToBlock: new(big.Int).SetUint64(head),
			Addresses: []common.Address{f.gateway}})
		if err == nil && f.note(ctx, logs, since) == nil {
			next, since = head+1, look
		}
		return false
	})
}

// note keeps what the logs show, which was not there yet at the moment since.
func (f *traffic) note(ctx context.Context, logs []types.Log, since time.Time) error {
	now := time.Now()
	var found []settled
	var seen []sighting
	for i := range logs {
		one, known := f.sight(&logs[i])
		if !known {
			continue
		}
		one.span = span{since, now}
		if one.deed != deedAsked {
			var err error
			if one.tx, err = f.transaction(ctx, logs[i].TxHash); err != nil {
				return err
			}
		}
		if one.deed == deedSettled {
			found = append(found, settled{one.request, one.tx.from, now})
		}
		seen = append(seen, one)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settled, f.seen = append(f.settled, found...), append(f.seen, seen...)
	return nil
}

// sight reads a log of the gateway contract that is about a request.
func (f *traffic) sight(log *types.Log) (one sighting, known bool) {
	gateway := contracts.NewGatewayContract()
	if e, err := gateway.UnpackDecryptionRequestedEvent(log); err == nil {
		return sighting{deed: deedAsked, request: e.RequestId.Uint64()}, true
	}
	if e, err := gateway.UnpackDecryptionFulfilledEvent(log); err == nil {
		return sighting{deed: deedSettled, request: e.RequestId.Uint64()}, true
	}
	if e, err := gateway.UnpackSettlementSkippedEvent(log); err == nil {
		return sighting{deed: deedSkipped, request: e.RequestId.Uint64()}, true
	}
	return sighting{}, false
}

// transaction tells whose a transaction is.
func (f *traffic) transaction(ctx context.Context, hash common.Hash) (key txKey, err error) {
	tx, _, err := f.user.client.TransactionByHash(ctx, hash)
	if err != nil {
		return key, err
	}
	key.nonce = tx.Nonce()
	key.from, err = types.Sender(types.LatestSignerForChainID(tx.ChainId()), tx)
	return key, err
}

// allAsked tells whether every note was asked for, or one could not be.
func (f *traffic) allAsked() bool {
	opened, _, failed := f.progress()
	return opened == len(f.notes) || failed != nil
}

// progress tells how many notes were asked for and how many settlements were seen.
func (f *traffic) progress() (opened, ended int, failed error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked), len(f.settled), f.failed
}

// nextSettlement waits for a settlement that was mined after a moment and that none of the named
// accounts sent.
func (f *traffic) nextSettlement(ctx context.Context, after time.Time, not ...common.Address) (
	found settled, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	err = waitFor(ctx, endPoll, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, one := range slices.Backward(f.settled) {
			if !one.at.After(after) {
				break
			}
			if !slices.Contains(not, one.from) {
				found = one // the earliest so far
			}
		}
		return !found.at.IsZero()
	})
	return found, err
}

// underWay waits until all that was asked for before a moment, and not settled by then, has been
// settled, and tells how long after the moment that was. Requests are numbered as they are asked.
func (f *traffic) underWay(ctx context.Context, moment time.Time) (last time.Duration, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	var open []int
	err = waitFor(ctx, endPoll, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		at := map[uint64]time.Time{}
		for _, one := range f.settled {
			at[one.request] = one.at
		}
		last, open = 0, nil
		for i, asked := range f.asked {
			if !asked.Before(moment) {
				break
			}
			if done, is := at[uint64(i+1)]; is {
				last = max(last, done.Sub(moment))
			} else {
				open = append(open, i+1)
			}
		}
		return len(open) == 0
	})
	if err != nil {
		err = fmt.Errorf("requests %v: %w", open, err)
	}
	return last, err
}

// allEnded waits until so many requests have ended. It may take long where the machine is busy: it
// is over only when for a whole while nothing ends any more.
func (f *traffic) allEnded(ctx context.Context, requests int) error {
	for {
		_, before, _ := f.progress()
		if before >= requests {
			return nil
		}
		bounded, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
		err := waitFor(bounded, awaitPoll, func() bool { _, ended, _ := f.progress(); return ended > before })
		cancel()
		if err != nil {
			return err
		}
	}
}

// latencies lists how long each request took from the user's word until it was seen as settled.
func (f *traffic) latencies() (took []time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.settled {
		took = append(took, one.at.Sub(f.asked[one.request-1]))
	}
	slices.Sort(took)
	return took
}

// finish waits until every note that was asked for has ended, and holds the chain to it: each
// request ended once, fulfilled, with what its author had written.
func (f *traffic) finish(ctx context.Context, t *testing.T) {
	t.Helper()
	opened, _, failed := f.progress()
	if failed != nil {
		t.Fatal(failed)
	}
	err := f.allEnded(ctx, opened)
	chain := must(f.read(ctx))(t)
	endings := map[messages.RequestID]int{}
	for _, end := range chain.order {
		endings[end.Request]++
		if end.Outcome != messages.OutcomeFulfilled {
			t.Errorf("request %d ended %s", end.Request.Number, end.Outcome)
		}
	}
	for _, requested := range chain.requested {
		if endings[requested.Request] != 1 {
			t.Errorf("request %d ended %d times", requested.Request.Number, endings[requested.Request])
		}
	}
	if wrong := chain.wrong(f.notes[:opened]); wrong != 0 || err != nil || len(chain.requested) != opened {
		t.Errorf("of %d notes %d requests are on the chain, %d notes are wrong or missing: %v", opened,
			len(chain.requested), wrong, err)
	}
	if !t.Failed() {
		took := f.latencies()
		t.Logf("%d requests, each ended once: median %.2f s, slowest %.2f s", len(took),
			took[len(took)/2].Seconds(), took[len(took)-1].Seconds())
	}
}

// skipped counts the settlements that came second and that the contract skipped.
func (f *traffic) skipped(ctx context.Context, t *testing.T) (count int) {
	t.Helper()
	logs := must(f.logs(ctx))(t)
	gateway := contracts.NewGatewayContract()
	for i := range logs {
		if _, err := gateway.UnpackSettlementSkippedEvent(&logs[i]); err == nil {
			count++
		}
	}
	return count
}

// senderOf is the account that a node pays from.
func (f *Fleet) senderOf(t *testing.T, name string) common.Address {
	t.Helper()
	member := must(f.member(name))(t)
	return must(openAccount(f.path(member.Account)))(t).address
}

// report prints durations as the measures of this project are stated.
func report(t *testing.T, what string, took []time.Duration) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(took))
	var rounded []time.Duration
	for _, one := range took {
		rounded = append(rounded, one.Round(time.Millisecond))
	}
	if len(sorted) == 0 {
		t.Fatalf("%s: nothing was measured", what)
	}
	t.Logf("%s, %d times: median %.2f s, max %.2f s: %v", what, len(sorted),
		sorted[len(sorted)/2].Seconds(), sorted[len(sorted)-1].Seconds(), rounded)
}
