package circuit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"kmsgateway/messages"
)

// Defaults of Config, for values that are zero.
const (
	// DefaultTimeout lets a slow quorum read pass and still leaves time to ask another.
	DefaultTimeout = 5 * time.Second
	// DefaultFailures of DefaultWindow calls tell a broken peer from a lossy network.
	DefaultFailures = 5
	// DefaultWindow is how many calls are looked back upon.
	DefaultWindow = 10
	// DefaultRest is long enough for a restart of the peer to begin, short for a person.
	DefaultRest = 5 * time.Second
	// DefaultCalls bounds the memory and sockets that one stuck peer can hold.
	DefaultCalls = 64
)

// jitter spreads the first calls after Rest, so that many nodes do not fall upon a peer at once.
const jitter = 0.1

// State is the state of a breaker.
type State string

// The states of a breaker.
const (
	Closed   State = "closed"    // calls go through
	Open     State = "open"      // calls are refused
	HalfOpen State = "half-open" // one call is on trial
)

// Config describes one client. Name and Room are required.
type Config struct {
	Name     string               // of the client in facts and errors: "party-3 eu-west"
	Room     messages.Room        // the room that facts are published for
	Timeout  time.Duration        // of one call; 0 means DefaultTimeout
	Failures uint                 // of Window calls open the breaker; 0 means DefaultFailures
	Window   uint                 // calls looked back upon; 0 means DefaultWindow
	Rest     time.Duration        // open for so long before a trial; 0 means DefaultRest
	Calls    uint                 // in flight at most; 0 means DefaultCalls
	Answered func(err error) bool // the error is a healthy peer's answer; nil means none is
	Party    messages.PartyIndex  // for facts, where the peer is a party
	Region   messages.Region      // for facts, where the peer's region is known
	Publish  messages.Publish     // nil publishes nothing
	Clock    messages.Clock       // nil means time.Now; the breaker itself rests on time.Now
}

// Circuit guards the calls of one client. It is safe for concurrent use.
type Circuit struct {
	config  Config
	breaker circuitbreaker.CircuitBreaker[any]
	calls   bulkhead.Bulkhead[any]
}

// New builds the guard of one client.
func New(config Config) *Circuit {
	c := &Circuit{config: withDefaults(config)}
	c.breaker = circuitbreaker.NewBuilder[any]().
		WithFailureThresholdRatio(c.config.Failures, c.config.Window).
		WithSuccessThreshold(1).
		WithDelay(c.config.Rest).
		WithJitterFactor(jitter).
		OnStateChanged(c.changed).
		Build()
	c.calls = bulkhead.New[any](c.config.Calls)
	return c
}

// Do calls fn under the guard; op names the call in facts and errors, in lower case. Beside what fn
// returns, the error may be CIRCUIT_OPEN, OVERLOADED, or DEADLINE where the call or its caller ran
// out of time; it wraps context.Canceled where the caller gave up.
func (c *Circuit) Do(ctx context.Context, op string, fn func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return c.outOfTime(op, err)
	}
	if !c.calls.TryAcquirePermit() {
		return c.done(ctx, op, 0, messages.Refused(messages.CodeOverloaded, op,
			fmt.Sprintf("%s: %d calls in flight", c.config.Name, c.config.Calls)))
	}
	defer c.calls.ReleasePermit()
	if !c.breaker.TryAcquirePermit() {
		return c.done(ctx, op, 0, c.refusal(op))
	}
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	began, returned := c.config.Clock(), false
	defer func() {
		if !returned { // a panic must not keep the turn of a trial for ever
			c.breaker.RecordFailure()
		}
	}()
	err := fn(limited)
	took := c.config.Clock().Sub(began)
	returned = true
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		c.abandon()
		return fmt.Errorf("%s: %w: %w", op, context.Canceled, err)
	}
	if err != nil && limited.Err() != nil {
		err = c.outOfTime(op, err)
	}
	if err == nil || c.config.Answered(err) {
		c.breaker.RecordSuccess()
	} else {
		c.breaker.RecordFailure()
	}
	return c.done(ctx, op, took, err)
}

// Get is Do for a call that returns a value; with an error the value is the zero value.
func Get[T any](
	ctx context.Context, c *Circuit, op string, fn func(context.Context) (T, error),
) (T, error) {
	var value, none T
	err := c.Do(ctx, op, func(ctx context.Context) (err error) {
		value, err = fn(ctx)
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

// State tells the breaker's state at this moment.
func (c *Circuit) State() State { return stateOf(c.breaker.State()) }

// Usable reports whether a call would be let through: the breaker is not open, or has rested.
func (c *Circuit) Usable() bool {
	return !c.breaker.IsOpen() || c.breaker.RemainingDelay() == 0
}

// abandon accounts for a call whose caller gave up. In a closed breaker it is as if it had never
// been; a trial must give its turn back, and since nothing was learnt the breaker rests again.
func (c *Circuit) abandon() {
	if !c.breaker.IsClosed() {
		c.breaker.RecordFailure()
	}
}

func (c *Circuit) refusal(op string) error {
	return &messages.GatewayError{
		Code: messages.CodeCircuitOpen, Op: op, Party: c.config.Party, Region: c.config.Region,
		Detail: fmt.Sprintf("%s keeps failing, tried again in %s", c.config.Name,
			c.breaker.RemainingDelay().Round(time.Millisecond)),
		Cause: circuitbreaker.ErrOpen,
	}
}

func (c *Circuit) outOfTime(op string, cause error) error {
	if errors.Is(cause, context.Canceled) {
		return fmt.Errorf("%s: %w", op, cause)
	}
	return &messages.GatewayError{
		Code: messages.CodeDeadline, Op: op, Party: c.config.Party, Region: c.config.Region,
		Detail: c.config.Name + " did not answer in time", Cause: cause,
	}
}

// done publishes the end of a call and returns its error.
func (c *Circuit) done(ctx context.Context, op string, took time.Duration, err error) error {
	c.config.Publish(ctx, messages.Fact{
		Name: messages.FactCallDone, Room: c.config.Room, At: c.config.Clock(), Took: took,
		Party: c.config.Party, Region: c.config.Region,
		Code: messages.CodeOf(err), Detail: c.config.Name + " " + op,
	})
	return err
}

func (c *Circuit) changed(event circuitbreaker.StateChangedEvent) {
	fact := messages.Fact{
		Name: messages.FactCircuitChanged, Room: c.config.Room, At: c.config.Clock(),
		Party: c.config.Party, Region: c.config.Region,
		Detail: c.config.Name + " " + string(stateOf(event.NewState)),
	}
	if event.NewState == circuitbreaker.OpenState {
		fact.Code = messages.CodeCircuitOpen
	}
	c.config.Publish(event.Context(), fact)
}

func stateOf(state circuitbreaker.State) State {
	switch state {
	case circuitbreaker.OpenState:
		return Open
	case circuitbreaker.HalfOpenState:
		return HalfOpen
	default:
		return Closed
	}
}

func withDefaults(config Config) Config {
	if config.Timeout <= 0 {
		config.Timeout = DefaultTimeout
	}
	if config.Failures == 0 {
		config.Failures = DefaultFailures
	}
	if config.Window == 0 {
		config.Window = DefaultWindow
	}
	config.Window = max(config.Window, config.Failures)
	if config.Rest <= 0 {
		config.Rest = DefaultRest
	}
	if config.Calls == 0 {
		config.Calls = DefaultCalls
	}
	if config.Answered == nil {
		config.Answered = func(error) bool { return false }
	}
	if config.Publish == nil {
		config.Publish = func(context.Context, messages.Fact) {}
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return config
}
