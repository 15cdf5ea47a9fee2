//go:build verify

package demo

import (
	"testing"
	"time"
)

const (
	// freezes is how often the leader is stopped in its tracks, and frozenFor how long: others lead
	// by then, and it goes on where it was, in the belief that it leads.
	freezes   = 5
	frozenFor = 3 * time.Second
)

// TestFleetSurvivesAFrozenLeader stops the leader as a machine that swaps or is moved does: its
// connections stay open, and what it was about to do it does when it goes on.
func TestFleetSurvivesAFrozenLeader(t *testing.T) {
	fleet, ctx := raisedFleet(t, FleetOptions{Nodes: 3, Parties: 3, Threshold: 2})
	user := newTraffic(ctx, t, fleet, 1000)
	stop := user.flow(ctx, fleetPeriod)
	var took, back []time.Duration
	for range freezes {
		leader := fleet.awaitLeader(ctx, t)
		if _, err := user.nextSettlement(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		sender, moment := fleet.senderOf(t, leader), time.Now()
		if err := fleet.Freeze(leader); err != nil {
			t.Fatal(err)
		}
		next, err := user.nextSettlement(ctx, moment, sender)
		if err != nil {
			t.Fatalf("nothing is settled after %s was frozen: %v", leader, err)
		}
		took = append(took, next.at.Sub(moment))
		for time.Since(moment) < frozenFor {
			if _, err := user.nextSettlement(ctx, time.Now(), sender); err != nil {
				t.Fatalf("the others settle nothing any more: %v", err)
			}
		}
		after := fleet.awaitLeader(ctx, t, leader)
		want, thawed := must(fleet.cursor(ctx, after))(t), time.Now()
		if err := fleet.Thaw(leader); err != nil {
			t.Fatal(err)
		}
		fleet.awaitInStep(ctx, t, want)
		back = append(back, time.Since(thawed))
	}
	stop()
	user.finish(ctx, t)
	report(t, "SIGSTOP of the leader to the next settlement of another mined", took)
	report(t, "SIGCONT until all nodes are members and in step", back)
	for at := range took {
		if took[at] > mostWithoutLeader || back[at] > mostToHeal {
			t.Errorf("it took %.2f s and %.2f s, want at most %v and %v", took[at].Seconds(),
				back[at].Seconds(), mostWithoutLeader, mostToHeal)
		}
	}
	user.account(ctx, t, fleet, nil)
}
