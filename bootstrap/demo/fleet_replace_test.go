//go:build verify

package demo

import (
	"context"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestFleetReplacesADeadNode loses a node of three for good while requests flow, takes its seat and
// its certificates away, as an operator types it, and has another join in its place. Then the
// leader may die too, which two nodes would not survive.
func TestFleetReplacesADeadNode(t *testing.T) {
	options := FleetOptions{Nodes: 3, Parties: 3, Threshold: 2}
	fleet, ctx := raisedFleetIn(t, options, func(f *Fleet) { f.fundOneMore(t) })
	user := newTraffic(ctx, t, fleet, 600)
	stop := user.flow(ctx, fleetPeriod)
	leader := fleet.awaitLeader(ctx, t)
	dead := nodeName(2)
	if leader == dead {
		dead = nodeName(3)
	}
	if err := fleet.Kill(ctx, dead); err != nil {
		t.Fatal(err)
	}
	gone := time.Now()
	if _, err := user.nextSettlement(ctx, gone); err != nil {
		t.Fatalf("nothing is settled while %s is dead: %v", dead, err)
	}
	fleet.types(ctx, t, "node", "remove", dead, "--data", fleet.path(nodeName(1)))
	fleet.types(ctx, t, "node", "revoke", dead, "--data", fleet.path(nodeName(1)))
	began := time.Now()
	next := fleet.enlist(ctx, t, options, dead)
	t.Logf("%s is there in place of %s after %.1f s", next, dead, time.Since(began).Seconds())
	fleet.awaitVoter(ctx, t, next, dead)
	t.Logf("it votes after %.1f s", time.Since(began).Seconds())

	leader = fleet.awaitLeader(ctx, t)
	sender, moment := fleet.senderOf(t, leader), time.Now()
	if err := fleet.Kill(ctx, leader); err != nil {
		t.Fatal(err)
	}
	settled, err := user.nextSettlement(ctx, moment, sender)
	if err != nil {
		t.Fatalf("nothing is settled after %s was killed, too: %v", leader, err)
	}
	t.Logf("%s is killed, too: another settles after %.2f s", leader, settled.at.Sub(moment).Seconds())
	fleet.revive(ctx, t, leader)
	stop()
	user.finish(ctx, t)
}

// fundOneMore has the chain make an account for a node that is not there yet.
func (f *Fleet) fundOneMore(t *testing.T) {
	t.Helper()
	args := f.plan.Members[0].Args
	at := slices.Index(args, "--count") + 1
	args[at] = strconv.Itoa(must(strconv.Atoi(args[at]))(t) + 1)
}

// enlist has one more node join in a dead one's place, and waits until it is ready.
func (f *Fleet) enlist(ctx context.Context, t *testing.T, options FleetOptions, dead string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(f.plan.Members[0].HTTP)
	if err != nil {
		t.Fatal(err)
	}
	wider := options
	wider.Nodes++
	member := planFleet(wider, must(strconv.Atoi(port))(t)).Members[wider.Nodes]
	member.Region = must(f.member(dead))(t).Region
	f.plan.Members = slices.DeleteFunc(f.plan.Members, func(m Member) bool { return m.Name == dead })
	last := slices.IndexFunc(f.plan.Members, func(m Member) bool { return m.Role == roleParty })
	f.plan.Members = slices.Insert(f.plan.Members, last, member)
	if err := f.join(ctx, member, options); err != nil {
		t.Fatal(err)
	}
	f.revive(ctx, t, member.Name)
	return member.Name
}

// types runs the program as an operator does.
func (f *Fleet) types(ctx context.Context, t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(ctx, f.plan.Binary, args...).CombinedOutput(); err != nil {
		t.Fatalf("gateway %v: %v\n%s", args, err, out)
	}
}

// awaitVoter waits until every node knows that one elects the leader and another has no seat.
func (f *Fleet) awaitVoter(ctx context.Context, t *testing.T, voter, gone string) {
	t.Helper()
	for _, node := range f.of(roleNode) {
		err := f.await(ctx, node.Name, func() bool {
			status, err := f.Status(ctx, node.Name)
			return err == nil && slices.Contains(status.Voters, voter) &&
				!slices.Contains(status.Voters, gone)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
