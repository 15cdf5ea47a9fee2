package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"kmsgateway/messages"
)

// Env is what a process takes from its surroundings. The zero value is not usable; see SystemEnv.
type Env struct {
	Clock messages.Clock
	Rand  io.Reader              // cryptographic, safe for concurrent use
	Log   io.Writer              // the structured log
	Relay messages.Publish       // sees every fact after all others; may be nil
	Spans sdktrace.SpanProcessor // sees every span; may be nil
}

// part is one line of a start list. start and stop may each be nil.
type part struct {
	name  string
	start func(context.Context) error
	stop  func(context.Context) error
}

// parts is a start list under way: what has started is stopped in reverse.
type parts struct{ started []part }

// start runs the list in order. Where one fails, those before it are stopped again.
func (p *parts) start(ctx context.Context, list []part) error {
	for _, next := range list {
		if next.start != nil {
			if err := next.start(ctx); err != nil {
				err = fmt.Errorf("start %s: %w", next.name, err)
				return errors.Join(err, p.stop(ctx))
			}
		}
		p.started = append(p.started, next)
	}
	return nil
}

// stop stops what has started, last first, and reports every failure.
func (p *parts) stop(ctx context.Context) error {
	var failures []error
	for _, last := range slices.Backward(p.started) {
		if last.stop == nil {
			continue
		}
		if err := last.stop(ctx); err != nil {
			failures = append(failures, fmt.Errorf("stop %s: %w", last.name, err))
		}
	}
	p.started = nil
	return errors.Join(failures...)
}

// DrainTime bounds a graceful stop: after it what is left is cut short.
const DrainTime = 20 * time.Second
