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
	// calmRequests are asked before, to tell how long one takes.
	calmRequests = 50
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
	calm := user.serve(ctx, t, calmRequests, 2*fleetPeriod)
	t.Logf("before anything happens a request takes %.2f s, the median; 95 in 100 less than %.2f s",
		calm.median.Seconds(), calm.slowest.Seconds())
	fleet.survivesLeaders(ctx, t, user, 2*fleetPeriod, farKills, mostWithoutFarLeader)
}

// isSlow times connections from one node's namespace to another node: the handshake of each is one
// round trip, whatever the other end says to it, and the fastest of a few did not wait for a core.
func (n *netns) isSlow(t *testing.T, from, to int) {
	t.Helper()
	fastest := n.roundTrip(t, from, to)
	for range 9 {
		fastest = min(fastest, n.roundTrip(t, from, to))
	}
	if fastest < farRoundTrip || fastest > farRoundTrip+farSlack {
		t.Errorf("a round trip between nodes takes %v, want %v", fastest, farRoundTrip)
	}
	t.Logf("a round trip between nodes takes %v", fastest.Round(time.Millisecond))
}
