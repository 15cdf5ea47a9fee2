package chain_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

// ask mines requests in one block and returns true settlements of them, once admitted.
func ask(t testing.TB, c *chaintest.Chain, ring *chaintest.Ring, n int) []messages.Settle {
	t.Helper()
	request(t, c, n, 1)
	c.Mine(1)
	admitted := ring.AwaitAdmitted(t, tip(t, c))
	var settles []messages.Settle
	for _, one := range admitted[len(admitted)-n:] {
		settles = append(settles, c.Settlement(one))
	}
	return settles
}

// calls records the calls of some methods, in order.
type calls struct {
	mu  sync.Mutex
	all []chaintest.Call
}

func (r *calls) record(call chaintest.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, call)
}

func (r *calls) of(op string) (found []chaintest.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, call := range r.all {
		if call.Op == op {
			found = append(found, call)
		}
	}
	return found
}

func (r *calls) fault(_ context.Context, call chaintest.Call) error {
	r.record(call)
	return nil
}

func outcomesOf(closed []messages.Closed) (n []uint64) {
	for _, one := range closed {
		if one.Outcome == messages.OutcomeFulfilled {
			n = append(n, one.Request.Number)
		}
	}
	slices.Sort(n)
	return n
}

func TestOneRevertingSettlementDoesNotHoldTheOthers(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, 16)
	culprit := settles[7].Requested.Request
	c.Revert(culprit)
	ring.Settle(settles...)
	ring.AwaitSent(t, 15)
	c.Mine(1)
	if got := outcomesOf(ring.AwaitClosed(t, 15)); len(got) != 15 ||
		slices.Contains(got, culprit.Number) {
		t.Errorf("fulfilled %v", got)
	}
	failed := ring.Facts.AwaitFact(t, messages.FactSettlementFailed, 1)
	if failed.Request != culprit || !strings.Contains(failed.Detail, "callback gas missing") {
		t.Errorf("failed: %+v", failed)
	}
}

func TestAFalseSettlementIsNeverSigned(t *testing.T) {
	spoilt := func(change func(*messages.HandleOutcome)) func(*messages.Settle) {
		return func(s *messages.Settle) {
			s.Outcomes = slices.Clone(s.Outcomes)
			s.Outcomes[0].Plaintext = slices.Clone(s.Outcomes[0].Plaintext)
			change(&s.Outcomes[0])
		}
	}
	rows := []struct {
		name  string
		spoil func(*messages.Settle)
		want  messages.Code
	}{
		{"another plaintext", spoilt(func(o *messages.HandleOutcome) { o.Plaintext[0] ^= 1 }),
			messages.CodeOutcomeMismatch},
		{"a shorter plaintext", spoilt(func(o *messages.HandleOutcome) { o.Plaintext = o.Plaintext[1:] }),
			messages.CodeOutcomeMismatch},
		{"an endless plaintext", spoilt(func(o *messages.HandleOutcome) { o.Plaintext = make([]byte, 1025) }),
			messages.CodeOutcomeMismatch},
		{"another seed", spoilt(func(o *messages.HandleOutcome) { o.Seed[31] ^= 1 }),
			messages.CodeOutcomeMismatch},
		{"another c1", spoilt(func(o *messages.HandleOutcome) { o.C1[95] ^= 1 }),
			messages.CodeOutcomeMismatch},
		{"another identity", spoilt(func(o *messages.HandleOutcome) { o.InputID[0] ^= 1 }),
			messages.CodeOutcomeMismatch},
		{"another rest", spoilt(func(o *messages.HandleOutcome) { o.RestHash[0] ^= 1 }),
			messages.CodeOutcomeMismatch},
		{"another handle", spoilt(func(o *messages.HandleOutcome) { o.Handle[0] ^= 1 }),
			messages.CodeMalformedInput},
		{"no status", spoilt(func(o *messages.HandleOutcome) { o.Status = 0 }),
			messages.CodeMalformedInput},
		{"a rejection that nobody attests", spoilt(func(o *messages.HandleOutcome) {
			*o = messages.HandleOutcome{Handle: o.Handle, Status: messages.StatusMalformed}
		}), messages.CodeMalformedInput},
		{"no outcomes", func(s *messages.Settle) { s.Outcomes = nil }, messages.CodeMalformedInput},
		{"an outcome too many", func(s *messages.Settle) {
			s.Outcomes = append(slices.Clone(s.Outcomes), s.Outcomes[0])
		}, messages.CodeMalformedInput},
	}
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settles := ask(t, c, ring, len(rows))
	var signing calls
	c.Fault(signing.fault)
	for i, row := range rows {
		row.spoil(&settles[i])
		ring.Settle(settles[i])
		failed := ring.Facts.AwaitFact(t, messages.FactSettlementFailed, i+1)
		if failed.Code != row.want || failed.Request != settles[i].Requested.Request {
			t.Errorf("%s: %+v", row.name, failed)
		}
	}
	if got := signing.of("Sign"); len(got) != 0 {
		t.Errorf("asked to sign %+v", got)
	}
	first, _, _, _ := ring.Ledger.Row(settles[0].Requested.Request)
	ring.Settle(c.Settlement(first)) // the truth is not held up by the lie
	ring.AwaitSent(t, 1)
}

// A hint may claim another callback or another proof than the event did: the row counts.
func TestTheLedgersRowCountsNotTheHints(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	settle := ask(t, c, ring, 1)[0]
	settle.Requested.Options.CallbackGasLimit = 1
	settle.Requested.App = messages.Address{0xee}
	unknown := settle
	unknown.Requested.Request.Digest[0] ^= 1
	ring.Settle(unknown, settle)
	ring.AwaitSent(t, 1)
	if sends := entriesOf[messages.Send](ring.Ledger); len(sends) != 1 ||
		!slices.Equal(sends[0].Requests, []messages.RequestID{settle.Requested.Request}) {
		t.Errorf("sent %+v", sends)
	}
}

func TestSettlementsArePackedByGas(t *testing.T) {
	c := chaintest.NewChain()
	setup := over(c)
	setup.MaxGas = 1_000_000 // four of them, by this room's estimate of some 215,000
	ring := chaintest.NewRing(t, setup)
	settles := ask(t, c, ring, 12)
	release := make(chan struct{})
	var held atomic.Bool
	c.Fault(func(ctx context.Context, call chaintest.Call) error {
		if call.Op == "NextNonce" && held.CompareAndSwap(false, true) {
			<-release // the first leaves alone; behind it the others gather
		}
		return nil
	})
	ring.Settle(settles[0])
	ring.Settle(settles[1:]...)
	ring.Settle(messages.Settle{}) // heard after all others
	close(release)
	ring.AwaitSent(t, 12)
	var sizes []int
	for i, entry := range entriesOf[messages.Send](ring.Ledger) {
		sizes = append(sizes, len(entry.Requests))
		if entry.Nonce != uint64(i) || entry.Sender != ours {
			t.Errorf("transaction %d: nonce %d", i, entry.Nonce)
		}
	}
	if sizes[0] != 1 || slices.Max(sizes) > 4 || len(sizes) > 7 {
		t.Errorf("transactions hold %v", sizes)
	}
	c.Mine(1)
	ring.AwaitClosed(t, 12)
}

func TestNoMoreThanSixteenWaitToBeMined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chaintest.NewChain()
		setup := over(c)
		setup.MaxGas, setup.Retry = 1, time.Second // one a transaction
		ring := chaintest.NewRing(t, setup)
		settles := ask(t, c, ring, 20)
		ring.Settle(settles...)
		<-time.After(time.Minute)
		if open := journal(ring.Ledger); len(open) != 16 {
			t.Errorf("%d transactions wait to be mined", len(open))
		}
		if h := ring.Submitter.Health(); h.Grade != messages.Degraded {
			t.Errorf("health: %+v", h)
		}
		c.Mine(1)
		<-time.After(2 * time.Second)
		c.Mine(1)
		if got := outcomesOf(ring.AwaitClosed(t, 20)); len(got) != 20 {
			t.Errorf("fulfilled %v", got)
		}
		if h := ring.Submitter.Health(); h.Grade != messages.Healthy {
			t.Errorf("health: %+v", h)
		}
	})
}

func TestABatchThatCannotBeSignedIsSplit(t *testing.T) {
	c := chaintest.NewChain()
	setup := over(c)
	setup.Retry = time.Millisecond
	ring := chaintest.NewRing(t, setup)
	settles := ask(t, c, ring, 9)
	huge := settles[4].Requested.Request
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op == "Sign" && (len(call.Requests) > 3 || slices.Contains(call.Requests, huge)) {
			return errors.New("exceeds block gas limit")
		}
		return nil
	})
	ring.Settle(settles...)
	ring.AwaitSent(t, 8)
	failed := ring.Facts.AwaitFact(t, messages.FactSettlementFailed, 1)
	if failed.Request != huge || len(ring.Facts.Of(messages.FactSettlementFailed)) != 1 {
		t.Errorf("failed: %+v", failed)
	}
}

func TestABatchThatIsNotAnsweredInTimeIsSplit(t *testing.T) {
	c := chaintest.NewChain()
	setup := over(c)
	setup.Retry = time.Millisecond
	ring := chaintest.NewRing(t, setup)
	settles := ask(t, c, ring, 9)
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op == "Sign" && len(call.Requests) > 3 {
			return messages.ChainUnavailable("estimate gas", context.DeadlineExceeded)
		}
		return nil
	})
	ring.Settle(settles...)
	ring.AwaitSent(t, 9)
	if failed := ring.Facts.Of(messages.FactSettlementFailed); len(failed) != 0 {
		t.Errorf("failed: %+v", failed)
	}
}

func TestADeadChainIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, op := range []string{"NextNonce", "Status", "Sign", "Broadcast"} {
			c := chaintest.NewChain()
			setup := over(c)
			setup.Retry = time.Second
			ring := chaintest.NewRing(t, setup)
			settles := ask(t, c, ring, 3)
			c.Fault(func(_ context.Context, call chaintest.Call) error {
				if call.Op == op {
					return messages.ChainUnavailable(op, errors.New("connection refused"))
				}
				return nil
			})
			ring.Settle(settles...)
			synctest.Wait()
			if h := ring.Submitter.Health(); h.Grade != messages.Degraded ||
				!strings.Contains(h.Detail, "connection refused") {
				t.Errorf("%s: health %+v", op, h)
			}
			<-time.After(10 * time.Second)
			c.Fault(nil)
			ring.AwaitSent(t, 3)
			c.Mine(1)
			ring.AwaitClosed(t, 3)
			<-time.After(2 * time.Second)
			synctest.Wait()
			ring.Stop(t)
		}
	})
}

func TestSettlementsOfVoidRowsAreDropped(t *testing.T) {
	c := chaintest.NewChain()
	setup := over(c)
	ring := chaintest.NewRing(t, setup)
	kept := ask(t, c, ring, 1)
	void := ask(t, c, ring, 1)
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op == "NextNonce" {
			return messages.ChainUnavailable(call.Op, errors.New("not yet"))
		}
		return nil
	})
	ring.Settle(kept...)
	ring.Settle(void...)
	awaitGrade(t, ring.Submitter.Health, messages.Degraded)
	c.Reorg(1, false)
	ring.Wake()
	ring.Facts.AwaitFact(t, messages.FactCursorUnwound, 1)
	ring.Stop(t)
	c.Fault(nil)
	setup.Ledger = ring.Ledger
	again := chaintest.NewRing(t, setup)
	again.Settle(void...)
	again.Settle(kept...)
	sent := again.AwaitSent(t, 1)
	if sent[0].Request != kept[0].Requested.Request {
		t.Errorf("sent %s", sent[0].Request)
	}
	if sends := entriesOf[messages.Send](again.Ledger); len(sends) != 1 || len(sends[0].Requests) != 1 {
		t.Errorf("sent %+v", sends)
	}
}

func TestSubmitterConfigIsChecked(t *testing.T) {
	c := chaintest.NewChain()
	facts := chaintest.NewFacts()
	whole := chain.SubmitterConfig{Outlet: c.Outlet(ours), Ledger: chaintest.NewLedger(),
		Publish: facts.Publish, Clock: time.Now}
	for name, spoil := range map[string]func(*chain.SubmitterConfig){
		"no outlet":    func(s *chain.SubmitterConfig) { s.Outlet = nil },
		"no ledger":    func(s *chain.SubmitterConfig) { s.Ledger = nil },
		"no publisher": func(s *chain.SubmitterConfig) { s.Publish = nil },
		"no clock":     func(s *chain.SubmitterConfig) { s.Clock = nil },
	} {
		config := whole
		spoil(&config)
		if _, err := chain.NewSubmitter(config); messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
	submitter, err := chain.NewSubmitter(whole)
	if err != nil {
		t.Fatal(err)
	}
	if h := submitter.Health(); h.Grade != messages.Healthy || h.Room != messages.RoomSubmitter {
		t.Errorf("health: %+v", h)
	}
}
