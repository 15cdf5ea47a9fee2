package chain_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ours, rivals = messages.Address{1}, messages.Address{2}

func over(c *chaintest.Chain) chaintest.Setup {
	return chaintest.Setup{Source: c, Outlet: c.Outlet(ours), Start: chaintest.Start}
}

func request(t testing.TB, c *chaintest.Chain, requests, handles int) {
	t.Helper()
	if err := c.Request(requests, handles); err != nil {
		t.Fatal(err)
	}
}

func tip(t testing.TB, c *chaintest.Chain) messages.Height {
	t.Helper()
	got, err := c.Tip(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got.Latest
}

func numbers(all []messages.Requested) (n []uint64) {
	for _, one := range all {
		n = append(n, one.Request.Number)
	}
	return n
}

func entriesOf[T messages.Entry](ledger *chaintest.Ledger) (found []T) {
	for _, entry := range ledger.Entries() {
		if typed, ok := entry.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}

// awaitGrade wakes nothing; it waits for a grade that follows from what was published already.
func awaitGrade(t *testing.T, health func() messages.Health, want messages.Grade) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if got := health(); got.Grade == want {
			return got.Detail
		}
		<-time.After(time.Millisecond)
	}
	t.Fatalf("health stays %+v, want %s", health(), want)
	return ""
}

func TestFiftyRequestsInOneBlockAreAllAdmitted(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	request(t, c, 50, 1)
	c.Mine(1)
	admitted := ring.AwaitAdmitted(t, tip(t, c))
	for i, one := range admitted {
		if one.Request.Number != uint64(i+1) || one.Place.Block != admitted[0].Place.Block {
			t.Fatalf("admitted %d: %+v", i, one)
		}
	}
	ring.Facts.AwaitFact(t, messages.FactBlockScanned, 1)
	if seen := ring.Facts.Of(messages.FactRequestSeen); len(admitted) != 50 || len(seen) != 50 {
		t.Errorf("admitted %d, seen %d", len(admitted), len(seen))
	}
	var events []int
	for _, entry := range entriesOf[messages.Admit](ring.Ledger) {
		events = append(events, len(entry.Events))
	}
	if !slices.Contains(events, 50) {
		t.Errorf("entries hold %v events", events)
	}
}

func TestAGapInNumbersIsRefused(t *testing.T) {
	c := chaintest.NewChain()
	omit := func(e messages.Event) bool { return e.Requested != nil && e.Requested.Request.Number == 3 }
	c.Omit(omit)
	request(t, c, 5, 1)
	c.Mine(1)
	ring := chaintest.NewRing(t, over(c))
	alarm := ring.Facts.AwaitFact(t, messages.FactChainHalted, 1)
	if alarm.Code != messages.CodeChainInconsistent || !strings.Contains(alarm.Detail, "request 4") {
		t.Errorf("alarm: %+v", alarm)
	}
	awaitGrade(t, ring.Listener.Health, messages.Down)
	if got := ring.Admitted(); len(got) != 0 {
		t.Errorf("admitted %v around the gap", numbers(got))
	}
	c.Omit(nil) // another endpoint tells the truth
	if got := ring.AwaitAdmitted(t, tip(t, c)); !slices.Equal(numbers(got), []uint64{1, 2, 3, 4, 5}) {
		t.Errorf("then admitted %v", numbers(got))
	}
	awaitGrade(t, ring.Listener.Health, messages.Healthy)
	if alarms := ring.Facts.Of(messages.FactChainHalted); len(alarms) != 1 {
		t.Errorf("%d alarms of one halt", len(alarms))
	}
}

// late hands a scan over when it may.
type late struct {
	chain.Source
	scanned chan<- struct{}
	proceed <-chan struct{}
}

func (l late) Scan(ctx context.Context, from, to messages.Height) (chain.Span, error) {
	span, err := l.Source.Scan(ctx, from, to)
	l.scanned <- struct{}{}
	<-l.proceed
	return span, err
}

func TestWhatAnotherLeaderAdmittedMeanwhileIsNoGap(t *testing.T) {
	c := chaintest.NewChain()
	request(t, c, 5, 1)
	c.Mine(1)
	scanned, proceed := make(chan struct{}, 10), make(chan struct{})
	setup := over(c)
	setup.Source, setup.Ledger = late{c, scanned, proceed}, chaintest.NewLedger()
	slow := chaintest.NewRing(t, setup)
	<-scanned
	setup.Source = c
	chaintest.NewRing(t, setup).AwaitAdmitted(t, tip(t, c))
	close(proceed)
	if detail := awaitGrade(t, slow.Listener.Health, messages.Degraded); !strings.Contains(detail,
		"another leader") {
		t.Errorf("health: %s", detail)
	}
	if alarms := slow.Facts.Of(messages.FactChainHalted); len(alarms) != 0 {
		t.Errorf("alarm: %+v", alarms)
	}
	slow.Wake()
	awaitGrade(t, slow.Listener.Health, messages.Healthy)
}

func TestRangesHalveOnErrorsAndAllIsAdmitted(t *testing.T) {
	c := chaintest.NewChain()
	for range 10 {
		request(t, c, 2, 1)
		c.Mine(13)
	}
	var widest, calls atomic.Int64
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		width := int64(call.To-call.From) + 1
		if call.Op != "Scan" {
			return nil
		}
		calls.Add(1)
		if width > 5 {
			return messages.ChainUnavailable("scan", errors.New("response too large"))
		}
		widest.Store(max(widest.Load(), width))
		return nil
	})
	ring := chaintest.NewRing(t, over(c))
	if got := ring.AwaitAdmitted(t, tip(t, c)); len(got) != 20 {
		t.Errorf("admitted %d", len(got))
	}
	if widest.Load() < 3 || calls.Load() > 150 {
		t.Errorf("%d calls, the widest that worked took %d blocks", calls.Load(), widest.Load())
	}
}

func TestADeadEndpointIsSaidAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chaintest.NewChain()
		request(t, c, 1, 1)
		c.Mine(1)
		dead := func(context.Context, chaintest.Call) error {
			return messages.ChainUnavailable("call", errors.New("connection refused"))
		}
		c.Fault(dead)
		setup := over(c)
		setup.Poll = time.Second
		ring := chaintest.NewRing(t, setup)
		synctest.Wait()
		if h := ring.Listener.Health(); h.Grade != messages.Degraded ||
			!strings.Contains(h.Detail, "connection refused") {
			t.Errorf("health: %+v", h)
		}
		c.Fault(nil)
		<-time.After(time.Second)
		synctest.Wait()
		if got := ring.Admitted(); len(got) != 1 || ring.Listener.Health().Grade != messages.Healthy {
			t.Errorf("a poll later: %d admitted, %+v", len(got), ring.Listener.Health())
		}
	})
}

func TestAnUndecodableLogIsSetAsideAndTheRestGoesOn(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	request(t, c, 1, 1)
	c.Garble()
	request(t, c, 1, 1)
	c.Mine(1)
	if got := ring.AwaitAdmitted(t, tip(t, c)); !slices.Equal(numbers(got), []uint64{1, 2}) {
		t.Errorf("admitted %v", numbers(got))
	}
	fact := ring.Facts.AwaitFact(t, messages.FactLogQuarantined, 1)
	if fact.Block.Number != tip(t, c) || !strings.Contains(fact.Detail, "log 1: unknown event") {
		t.Errorf("quarantined: %+v", fact)
	}
}

func TestFinalitySaysHowFarToRead(t *testing.T) {
	for _, row := range []struct {
		name     string
		finality chain.Finality
		behind   messages.Height
	}{
		{"finalized", chain.Finalized(), 8}, {"safe", chain.Safe(), 4},
		{"latest", chain.Confirmations(0), 0}, {"three on top", chain.Confirmations(3), 3},
	} {
		c := chaintest.NewChain()
		c.Mine(20)
		setup := over(c)
		setup.Finality = row.finality
		ring := chaintest.NewRing(t, setup)
		want := tip(t, c) - row.behind
		ring.AwaitAdmitted(t, want)
		ring.Stop(t)
		if got := ring.Ledger.Cursor().Number; got != want {
			t.Errorf("%s: cursor at %d, want %d", row.name, got, want)
		}
		if got := ring.Ledger.Final(); got > tip(t, c)-8 {
			t.Errorf("%s: final is %d", row.name, got)
		}
	}
}

func TestUnreadableNoncesHinderNoAdmission(t *testing.T) {
	c := chaintest.NewChain()
	ring := chaintest.NewRing(t, over(c))
	request(t, c, 1, 1)
	c.Mine(1)
	asked := ring.AwaitAdmitted(t, tip(t, c))
	ring.Settle(c.Settlement(asked[0]))
	ring.AwaitSent(t, 1)
	c.Fault(func(_ context.Context, call chaintest.Call) error {
		if call.Op == "Nonces" {
			return messages.ChainUnavailable("read nonces", errors.New("state is pruned"))
		}
		return nil
	})
	c.Mine(1)
	ring.AwaitClosed(t, 1)
	if detail := awaitGrade(t, ring.Listener.Health, messages.Degraded); !strings.Contains(detail,
		"state is pruned") {
		t.Errorf("health: %s", detail)
	}
	if open := journal(ring.Ledger); len(open) != 1 {
		t.Fatalf("%d nonces are open", len(open))
	}
	c.Fault(nil)
	ring.Wake() // though no block came
	awaitGrade(t, ring.Listener.Health, messages.Healthy)
	if open := journal(ring.Ledger); len(open) != 0 {
		t.Errorf("nonce %d is still open", open[0].Nonce)
	}
}

func journal(ledger *chaintest.Ledger) (open []messages.JournaledTx) {
	ledger.Journal(func(tx messages.JournaledTx) bool {
		open = append(open, tx)
		return true
	})
	return open
}

// A chain that answers nothing holds a worker, never the mailbox: both actors stop all the same.
func TestAHangingChainHoldsNoMailbox(t *testing.T) {
	c := chaintest.NewChain()
	request(t, c, 1, 1)
	c.Mine(1)
	ring := chaintest.NewRing(t, over(c))
	asked := ring.AwaitAdmitted(t, tip(t, c))
	hanging := make(chan string, 8)
	var left atomic.Int64
	c.Fault(func(ctx context.Context, call chaintest.Call) error {
		hanging <- call.Op
		<-ctx.Done()
		<-time.After(20 * time.Millisecond) // a call that is slow to give up
		left.Add(1)
		return ctx.Err()
	})
	ring.Wake()
	ring.Settle(c.Settlement(asked[0]))
	if got := []string{<-hanging, <-hanging}; !slices.Contains(got, "NextNonce") {
		t.Errorf("calls that hang: %v", got)
	}
	ring.Wake()
	ring.Stop(t) // fails by itself where a mailbox does not answer
	if left.Load() != 2 {
		t.Errorf("%d of 2 calls have ended when both actors have", left.Load())
	}
}

func TestListenerPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chaintest.NewChain()
		setup := over(c)
		setup.Poll = 2 * time.Second
		ring := chaintest.NewRing(t, setup)
		synctest.Wait()
		request(t, c, 3, 1)
		c.Mine(1)
		<-time.After(2 * time.Second)
		synctest.Wait()
		if got := ring.Admitted(); len(got) != 3 {
			t.Errorf("admitted %d by the first poll", len(got))
		}
	})
}

func TestListenerConfigIsChecked(t *testing.T) {
	c := chaintest.NewChain()
	facts := chaintest.NewFacts()
	whole := chain.ListenerConfig{Source: c, Ledger: chaintest.NewLedger(),
		Finality: chain.Safe(), Publish: facts.Publish, Clock: time.Now}
	for name, spoil := range map[string]func(*chain.ListenerConfig){
		"no source":    func(l *chain.ListenerConfig) { l.Source = nil },
		"no ledger":    func(l *chain.ListenerConfig) { l.Ledger = nil },
		"no finality":  func(l *chain.ListenerConfig) { l.Finality = chain.Finality{} },
		"no publisher": func(l *chain.ListenerConfig) { l.Publish = nil },
		"no clock":     func(l *chain.ListenerConfig) { l.Clock = nil },
	} {
		config := whole
		spoil(&config)
		if _, err := chain.NewListener(config); messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := chain.NewListener(whole); err != nil {
		t.Error(err)
	}
}

// BenchmarkCatchUp reads a chain that is far ahead, into a ledger in memory.
func BenchmarkCatchUp(b *testing.B) {
	const blocks, each = 100, 100
	c := chaintest.NewChain()
	for range blocks {
		request(b, c, each, 1)
		c.Mine(1)
	}
	for b.Loop() {
		ring := chaintest.NewRing(b, over(c))
		ring.AwaitAdmitted(b, blocks)
		ring.Stop(b)
	}
	b.ReportMetric(float64(b.N)*blocks*each/b.Elapsed().Seconds(), "requests/s")
}
