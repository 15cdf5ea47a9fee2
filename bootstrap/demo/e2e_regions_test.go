//go:build verify

package demo

import (
	"context"
	"errors"
	"testing"
	"time"

	"kmsgateway/messages"
)

// dieIn ends every node, party and address of a region at once, as a power failure would.
func (s *stage) dieIn(t *testing.T, region int) {
	t.Helper()
	for i, party := range s.parties {
		if i%len(regions) == region {
			party.Kill()
		}
	}
	if region == 1 {
		s.standby.Kill()
	}
	for i, node := range s.nodes() {
		if i%len(regions) == region {
			if err := node.Kill(); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", nodeName(i+1), err)
			}
		}
	}
}

// awaitVoters waits until one node of three may die: those that have just joined do not vote yet.
func (s *stage) awaitVoters(ctx context.Context, t *testing.T) {
	t.Helper()
	err := waitFor(ctx, awaitPoll, func() bool { return len(s.node.Status().Voters) == leastVoters })
	if err != nil {
		t.Fatalf("%v vote: %v", s.node.Status().Voters, err)
	}
}

// TestAnyRegionMayDie lays 5-of-7 parties out 3/2/2 over three regions with a node each, one party
// of the three with a standby elsewhere, and kills each region in turn while requests are open.
func TestAnyRegionMayDie(t *testing.T) {
	for region, name := range regions {
		t.Run(string(name), func(t *testing.T) {
			s, ctx := hurriedStage(t, Options{Requests: 1, Nodes: 3, Parties: 7, Threshold: 5,
				Standby: true})
			s.awaitVoters(ctx, t)
			var open []asked
			ask := func(count int) {
				for range count {
					open = append(open, s.request(ctx, t, messages.ProofOpening, s.sealed(ctx, t, "a note")))
				}
			}
			ask(6)
			s.dieIn(t, region)
			died := time.Now()
			ask(6)
			for i, one := range open {
				end, _ := s.ending(ctx, t, one.id)
				if end.outcome != messages.OutcomeFulfilled {
					t.Errorf("request %d ended %v", one.id.Number, end.outcome)
				}
				if i == 6 {
					t.Logf("the first request after %s died is settled %s later", name,
						time.Since(died).Round(time.Millisecond))
				}
			}
			s.attestAfter(ctx, t, region)
			s.keepsLaws(ctx, t, len(open)+1)
		})
	}
}

// attestAfter asks for a proof of the quorum once a region is dead. Four active addresses are too
// few until the operator makes the standby the fifth.
func (s *stage) attestAfter(ctx context.Context, t *testing.T, region int) {
	t.Helper()
	quorum := s.request(ctx, t, messages.ProofQuorum, s.sealed(ctx, t, "with the quorum's proof"))
	if region == 0 {
		waiting := func() bool {
			return len(s.factsOf(messages.FactThresholdAwaited, quorum.id)) > 0
		}
		if err := waitFor(ctx, awaitPoll, waiting); err != nil {
			t.Fatal(err)
		}
		if err := s.standby.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.startStandby(ctx, false); err != nil {
			t.Fatal(err)
		}
		active := time.Now()
		defer func() {
			t.Logf("attested %s after the standby was made active",
				time.Since(active).Round(time.Millisecond))
		}()
	}
	if end, _ := s.ending(ctx, t, quorum.id); end.outcome != messages.OutcomeFulfilled {
		t.Errorf("the request for a quorum's proof ended %v", end.outcome)
	}
}
