package circuit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
)

var errDown = errors.New("connection refused")

// history collects facts.
type history struct {
	mu    sync.Mutex
	facts []messages.Fact
}

func (h *history) publish(_ context.Context, fact messages.Fact) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.facts = append(h.facts, fact)
}

func (h *history) details(name messages.FactName) (details []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, fact := range h.facts {
		if fact.Name == name {
			details = append(details, fact.Detail+" "+string(fact.Code))
		}
	}
	return details
}

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }

func fail(context.Context) error    { return errDown }
func succeed(context.Context) error { return nil }

// silent answers only when it is told to stop.
func silent(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func open(t *testing.T, c *circuit.Circuit, failures int) {
	t.Helper()
	for range failures {
		if err := c.Do(t.Context(), "ask", fail); !errors.Is(err, errDown) {
			t.Fatalf("want the call's own error, got %v", err)
		}
	}
	if c.State() != circuit.Open {
		t.Fatalf("after %d failures the breaker is %s", failures, c.State())
	}
}

func TestCircuitOpensAfterRepeatedFailuresThenHalfOpensAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen history
		c := circuit.New(circuit.Config{Name: "node-a", Room: messages.RoomEthereum,
			Failures: 3, Window: 5, Rest: time.Second, Publish: seen.publish})
		open(t, c, 3)

		calls := 0
		err := c.Do(t.Context(), "ask", func(context.Context) error { calls++; return nil })
		if messages.CodeOf(err) != messages.CodeCircuitOpen || calls != 0 {
			t.Fatalf("an open breaker let a call through (%d) or said %v", calls, err)
		}
		if c.Usable() {
			t.Error("an open breaker calls itself usable")
		}

		pass(2 * time.Second) // the rest and its jitter
		if !c.Usable() {
			t.Error("a rested breaker does not call itself usable")
		}
		if err := c.Do(t.Context(), "ask", fail); !errors.Is(err, errDown) {
			t.Fatalf("the trial was not let through: %v", err)
		}
		if c.State() != circuit.Open {
			t.Fatalf("a failed trial left the breaker %s", c.State())
		}

		pass(2 * time.Second)
		if err := c.Do(t.Context(), "ask", succeed); err != nil {
			t.Fatal(err)
		}
		if c.State() != circuit.Closed {
			t.Fatalf("a good trial left the breaker %s", c.State())
		}
		want := []string{"node-a open CIRCUIT_OPEN", "node-a half-open ",
			"node-a open CIRCUIT_OPEN", "node-a half-open ", "node-a closed "}
		got := seen.details(messages.FactCircuitChanged)
		if len(got) != len(want) {
			t.Fatalf("changes %q, want %q", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("change %d is %q, want %q", i, got[i], want[i])
			}
		}
	})
}

func TestCircuitLetsOneTrialThroughAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := circuit.New(circuit.Config{Name: "a", Failures: 1, Window: 1, Rest: time.Second})
		open(t, c, 1)
		pass(2 * time.Second)
		finish := make(chan error)
		ended := make(chan error)
		go func() {
			ended <- c.Do(t.Context(), "trial", func(context.Context) error { return <-finish })
		}()
		synctest.Wait()
		if c.State() != circuit.HalfOpen {
			t.Fatalf("during a trial the breaker is %s", c.State())
		}
		err := c.Do(t.Context(), "second", succeed)
		if messages.CodeOf(err) != messages.CodeCircuitOpen {
			t.Errorf("a second call during the trial got %v", err)
		}
		finish <- nil
		if err := <-ended; err != nil || c.State() != circuit.Closed {
			t.Errorf("trial ended with %v, breaker %s", err, c.State())
		}
	})
}

func TestCircuitLimitsTheTimeOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen history
		c := circuit.New(circuit.Config{Name: "a", Timeout: time.Second, Failures: 2, Window: 2,
			Publish: seen.publish})
		began := time.Now()
		err := c.Do(t.Context(), "ask", silent)
		if messages.CodeOf(err) != messages.CodeDeadline || time.Since(began) != time.Second {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
		if _ = c.Do(t.Context(), "ask", silent); c.State() != circuit.Open {
			t.Errorf("a peer that never answers leaves the breaker %s", c.State())
		}
		if got := seen.details(messages.FactCallDone); len(got) != 2 || got[0] != "a ask DEADLINE" {
			t.Errorf("published %q", got)
		}
	})
}

func TestCircuitDoesNotBlameThePeerForWhatTheCallerGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := circuit.New(circuit.Config{Name: "a", Failures: 1, Window: 1, Rest: time.Second})
		abandoned := func() error {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, cancel)
			return c.Do(ctx, "hedge", silent)
		}
		if err := abandoned(); !errors.Is(err, context.Canceled) || c.State() != circuit.Closed {
			t.Fatalf("a cancelled call: %v, breaker %s", err, c.State())
		}
		open(t, c, 1)
		pass(2 * time.Second)
		if err := abandoned(); !errors.Is(err, context.Canceled) || c.State() == circuit.Closed {
			t.Fatalf("a cancelled trial: %v, closed the breaker: %s", err, c.State())
		}
		pass(2 * time.Second)
		if err := c.Do(t.Context(), "ask", succeed); err != nil || c.State() != circuit.Closed {
			t.Errorf("after a cancelled trial the breaker never tries again: %v %s", err, c.State())
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.Do(cancelled, "ask", succeed); !errors.Is(err, context.Canceled) {
			t.Errorf("a call whose caller is gone already was made: %v", err)
		}
	})
}

func TestCircuitCountsAHealthyRefusalAsSuccess(t *testing.T) {
	refused := messages.Refused(messages.CodeUnknownKey, "sign share", "no such key")
	c := circuit.New(circuit.Config{Name: "a", Failures: 1, Window: 1,
		Answered: func(err error) bool { return messages.CodeOf(err) == messages.CodeUnknownKey }})
	for range 3 {
		got, err := circuit.Get(t.Context(), c, "ask",
			func(context.Context) (int, error) { return 7, refused })
		if !errors.Is(err, refused) || got != 0 {
			t.Fatalf("got %d, %v", got, err)
		}
	}
	if c.State() != circuit.Closed {
		t.Errorf("refusals left the breaker %s", c.State())
	}
	got, err := circuit.Get(t.Context(), c, "ask",
		func(context.Context) (int, error) { return 7, nil })
	if got != 7 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestCircuitBoundsTheCallsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := circuit.New(circuit.Config{Name: "a", Calls: 2, Timeout: time.Second})
		for range 2 {
			go func() { _ = c.Do(t.Context(), "slow", silent) }()
		}
		synctest.Wait()
		err := c.Do(t.Context(), "third", succeed)
		if messages.CodeOf(err) != messages.CodeOverloaded {
			t.Fatalf("a third call beside two got %v", err)
		}
		pass(2 * time.Second)
		if err := c.Do(t.Context(), "third", succeed); err != nil {
			t.Errorf("the slots were not given back: %v", err)
		}
	})
}

func TestCircuitTriesAgainAfterACallPanicked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := circuit.New(circuit.Config{Name: "a", Failures: 1, Window: 1, Rest: time.Second, Calls: 1})
		open(t, c, 1)
		pass(2 * time.Second)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = c.Do(t.Context(), "trial", func(context.Context) error { panic("a bug") })
		}()
		pass(2 * time.Second)
		if err := c.Do(t.Context(), "ask", succeed); err != nil || c.State() != circuit.Closed {
			t.Errorf("the breaker never recovers from a panic: %v, %s", err, c.State())
		}
	})
}
