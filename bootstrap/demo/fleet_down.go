package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Farewell is how a member of a fleet ended.
type Farewell struct {
	Member string
	Ran    bool // it was running
	Forced bool // it did not drain in time and was killed
	Took   time.Duration
}

// Down ends a fleet: nodes first, then parties, then the chain, each as SIGTERM has it and by
// force where that takes too long. What does not run is left alone, so that Down can be repeated.
// The folder stays, for whoever wants to read the logs.
func (f *Fleet) Down(ctx context.Context) ([]Farewell, error) {
	var farewells []Farewell
	var failures []error
	for _, role := range []string{roleNode, roleParty, roleChain} {
		members := f.of(role)
		ends, errs := make([]Farewell, len(members)), make([]error, len(members))
		var all sync.WaitGroup
		for i, member := range members {
			all.Go(func() { ends[i], errs[i] = f.dismiss(ctx, member.Name) })
		}
		all.Wait()
		farewells, failures = append(farewells, ends...), append(failures, errs...)
	}
	return farewells, errors.Join(failures...)
}

// dismiss stops one member and says how that went.
func (f *Fleet) dismiss(ctx context.Context, name string) (end Farewell, err error) {
	end = Farewell{Member: name, Ran: f.Alive(name)}
	start := time.Now()
	end.Forced, err = f.Stop(ctx, name)
	end.Took = time.Since(start)
	switch {
	case err != nil:
		return end, fmt.Errorf("end %s: %w", name, err)
	case end.Forced:
		f.say("%s did not stop in %s: killed", name, end.Took.Round(time.Second))
	case end.Ran:
		f.say("%s stopped in %s", name, end.Took.Round(time.Millisecond))
	}
	return end, nil
}
