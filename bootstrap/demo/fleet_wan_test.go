//go:build verify

package demo

import (
	"testing"
	"time"
)

const (
	// farRoundTrip is between any two nodes of the fleet that is far apart.
	farRoundTrip = 100 * time.Millisecond
	// farKills is how often its leader is killed.
	farKills = 5
	// mostWithoutFarLeader bounds the time until another settles.
	mostWithoutFarLeader = 6 * time.Second
	// farSlack is what a round trip may seem to take beyond its own time, on busy cores.
	farSlack = 50 * time.Millisecond
)

// TestFarFleetSurvivesItsLeader kills the leader of a fleet of profile wan again and again. Every
// packet between nodes takes half a round trip; chain and parties are near.
func TestFarFleetSurvivesItsLeader(t *testing.T) {
	network := newNetns(t, 5)
	network.slow(farRoundTrip)
	options := FleetOptions{Nodes: 5, Parties: 3, Threshold: 2, Profile: "wan"}
	fleet, ctx := raisedFleetIn(t, options, network.house)
	network.isSlow(t, 1, 2)
	user := newTraffic(ctx, t, fleet, 600)
	stop := user.flow(ctx, 2*fleetPeriod)
	var took, leads []time.Duration
	for range farKills {
		leader := fleet.awaitLeader(ctx, t)
		if _, err := user.nextSettlement(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		dead := fleet.senderOf(t, leader)
		moment := time.Now()
		if err := fleet.Kill(ctx, leader); err != nil {
			t.Fatal(err)
		}
		fleet.awaitLeader(ctx, t, leader)
		leads = append(leads, time.Since(moment))
		next, err := user.nextSettlement(ctx, moment, dead)
		if err != nil {
			t.Fatalf("nothing is settled after %s was killed: %v", leader, err)
		}
		took = append(took, next.at.Sub(moment))
		fleet.revive(ctx, t, leader)
	}
	stop()
	user.finish(ctx, t)
	report(t, "kill -9 of the leader until another leads, 100 ms apart", leads)
	report(t, "kill -9 of the leader to the next settlement of another mined, 100 ms apart", took)
	for _, one := range took {
		if one > mostWithoutFarLeader {
			t.Errorf("it took %.2f s, want at most %v", one.Seconds(), mostWithoutFarLeader)
		}
	}
}

// isSlow times a connection from one node's namespace to another node: its handshake is one round
// trip, whatever the other end says to it.
func (n *netns) isSlow(t *testing.T, from, to int) {
	t.Helper()
	took := n.roundTrip(t, from, to)
	if took < farRoundTrip || took > farRoundTrip+farSlack {
		t.Errorf("a round trip between nodes takes %v, want %v", took, farRoundTrip)
	}
	t.Logf("a round trip between nodes takes %v", took.Round(time.Millisecond))
}
