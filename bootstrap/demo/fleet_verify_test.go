//go:build verify

package demo

import (
	"context"
	"errors"
	"testing"
	"time"
)

// leaderKills is how often the leader is killed to time who comes after it.
const leaderKills = 20

// Bounds of what is measured on two busy cores.
const (
	mostWithoutLeader = 1500 * time.Millisecond // until the next settlement is mined
	mostWithoutNode   = 1500 * time.Millisecond // until what was under way is settled
	mostHandOver      = 200 * time.Millisecond
)

// bigFleet is the one of make up.
func bigFleet() FleetOptions { return FleetOptions{Nodes: 5, Parties: 7, Threshold: 5} }

// TestFleetSurvivesItsLeader kills the leader again and again under load.
func TestFleetSurvivesItsLeader(t *testing.T) {
	fleet, ctx := raisedFleet(t, bigFleet())
	user := newTraffic(ctx, t, fleet, 2000)
	fleet.survivesLeaders(ctx, t, user, fleetPeriod, leaderKills, mostWithoutLeader)
}

// survivesLeaders kills the leader so often while requests flow, and holds the time until another
// settles to a bound, and each request to its law.
func (f *Fleet) survivesLeaders(ctx context.Context, t *testing.T, user *traffic,
	every time.Duration, kills int, most time.Duration) {
	t.Helper()
	stop := user.flow(ctx, every)
	var took, leads []time.Duration
	var killed []time.Time
	for range kills {
		leader := f.awaitLeader(ctx, t)
		if _, err := user.nextSettlement(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		dead := f.senderOf(t, leader)
		moment := time.Now()
		if err := f.Kill(ctx, leader); err != nil {
			t.Fatal(err)
		}
		killed = append(killed, time.Now())
		f.awaitLeader(ctx, t, leader)
		leads = append(leads, time.Since(moment))
		next, err := user.nextSettlement(ctx, moment, dead)
		if err != nil {
			t.Fatalf("nothing is settled after %s was killed: %v", leader, err)
		}
		took = append(took, next.at.Sub(moment))
		f.revive(ctx, t, leader)
	}
	stop()
	user.finish(ctx, t)
	report(t, "kill -9 of the leader until another leads", leads)
	report(t, "kill -9 of the leader to the next settlement of another mined", took)
	for _, one := range took {
		if one > most {
			t.Errorf("it took %.2f s, want at most %v", one.Seconds(), most)
		}
	}
	user.account(ctx, t, f, killed)
}

// TestFleetSurvivesAnyOther kills each node that does not lead, and times how long what was under
// way takes from then on.
func TestFleetSurvivesAnyOther(t *testing.T) {
	fleet, ctx := raisedFleet(t, bigFleet())
	user := newTraffic(ctx, t, fleet, 1000)
	stop := user.flow(ctx, fleetPeriod)
	var took []time.Duration
	for _, node := range fleet.of(roleNode) {
		if node.Name == fleet.awaitLeader(ctx, t) {
			continue
		}
		if _, err := user.nextSettlement(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		moment := time.Now()
		if err := fleet.Kill(ctx, node.Name); err != nil {
			t.Fatal(err)
		}
		last, err := user.underWay(ctx, moment)
		if err != nil {
			t.Fatalf("what was under way when %s was killed does not end: %v", node.Name, err)
		}
		took = append(took, last)
		fleet.revive(ctx, t, node.Name)
	}
	stop()
	user.finish(ctx, t)
	report(t, "kill -9 of another node until all that was under way is settled", took)
	for _, one := range took {
		if one > mostWithoutNode {
			t.Errorf("it took %.2f s, want at most %v", one.Seconds(), mostWithoutNode)
		}
	}
}

// TestFleetHandsOver stops the leader as an operator does.
func TestFleetHandsOver(t *testing.T) {
	fleet, ctx := raisedFleet(t, bigFleet())
	user := newTraffic(ctx, t, fleet, 1000)
	stop := user.flow(ctx, fleetPeriod)
	var took, settles []time.Duration
	for range 5 {
		leader := fleet.awaitLeader(ctx, t)
		if _, err := user.nextSettlement(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		sender := fleet.senderOf(t, leader)
		stopped := make(chan error, 1)
		moment := time.Now()
		go func() {
			forced, err := fleet.Stop(ctx, leader)
			if forced {
				err = errors.New("it did not stop by itself")
			}
			stopped <- err
		}()
		fleet.awaitLeader(ctx, t, leader)
		took = append(took, time.Since(moment))
		next, err := user.nextSettlement(ctx, moment, sender)
		if err != nil {
			t.Fatal(err)
		}
		settles = append(settles, next.at.Sub(moment))
		if err := <-stopped; err != nil {
			t.Errorf("%s: %v", leader, err)
		}
		fleet.revive(ctx, t, leader)
	}
	stop()
	user.finish(ctx, t)
	report(t, "SIGTERM to the leader until another leads", took)
	report(t, "SIGTERM to the leader until another settles", settles)
	for _, one := range took {
		if one > mostHandOver {
			t.Errorf("the hand-over took %.2f s, want at most %v", one.Seconds(), mostHandOver)
		}
	}
	for _, line := range fleet.logged(t, `"level":"ERROR"`) {
		t.Errorf("an error is logged: %s", line)
	}
}

// TestFleetLosesNothingToManyKills kills random nodes over many requests.
func TestFleetLosesNothingToManyKills(t *testing.T) {
	chaos(t, bigFleet(), 20, 2000, 80*time.Millisecond)
}
