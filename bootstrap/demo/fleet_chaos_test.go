package demo

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// leaderPoll is how often who leads is asked where a change of it is timed.
const leaderPoll = 10 * time.Millisecond

// awaitLeader waits until a node leads that is none of the named.
func (f *Fleet) awaitLeader(ctx context.Context, t *testing.T, not ...string) (leader string) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(ctx, readyFor, errImpatient)
	defer cancel()
	err := waitFor(ctx, leaderPoll, func() bool {
		found, err := f.Leader(ctx)
		leader = found
		return err == nil && !slices.Contains(not, found)
	})
	if err != nil {
		t.Fatalf("nobody leads: %v", err)
	}
	return leader
}

// revive starts a member again and waits until it does its work.
func (f *Fleet) revive(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	if err := f.Start(name); err != nil {
		t.Fatal(err)
	}
	if err := f.AwaitReady(ctx, name); err != nil {
		t.Fatal(err)
	}
}

// logged lists the lines of all logs that hold a text.
func (f *Fleet) logged(t *testing.T, text string) (found []string) {
	t.Helper()
	for _, member := range f.plan.Members {
		log := must(os.ReadFile(f.logPath(member.Name)))(t)
		for line := range bytes.Lines(log) {
			if bytes.Contains(line, []byte(text)) {
				found = append(found, string(line))
			}
		}
	}
	return found
}

// chaos kills random nodes, the leader first, and starts them again while requests flow. Nothing
// may be lost, nothing may happen twice, and the history of each request must make sense.
func chaos(t *testing.T, options FleetOptions, kills, requests int, every time.Duration) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	fleet, ctx := raisedFleet(t, options)
	user := newTraffic(ctx, t, fleet, requests)
	start := time.Now()
	stop := user.flow(ctx, every)
	// The kills are spread over the requests, each at a random moment of its share of them.
	leaders := 0
	var killed []time.Time
	for kill := range kills {
		share := requests / kills
		moment := kill*share + random.IntN(share)
		err := waitFor(ctx, leaderPoll, func() bool {
			opened, _, failed := user.progress()
			return opened >= moment || failed != nil
		})
		if err != nil {
			t.Fatal(err)
		}
		nodes := fleet.of(roleNode)
		name := nodes[random.IntN(len(nodes))].Name
		if leader, err := fleet.Leader(ctx); err == nil && (kill == 0 || leader == name) {
			name = leader
			leaders++
		}
		if err := fleet.Kill(ctx, name); err != nil {
			t.Fatal(err)
		}
		killed = append(killed, time.Now())
		fleet.revive(ctx, t, name)
	}
	if err := waitFor(ctx, awaitPoll, user.allAsked); err != nil {
		t.Fatal(err)
	}
	stop()
	user.finish(ctx, t)
	t.Logf("%d kills, %d of them of the leader, in %.0f s; %d second settlements were skipped by the "+
		"contract; %d Supersedes", kills, leaders, time.Since(start).Seconds(),
		user.skipped(ctx, t), len(fleet.logged(t, supersedeLogged)))
	user.record(ctx, t, fleet, killed).check(t)
}

// supersedeLogged marks the log line of a Supersede.
const supersedeLogged = `"msg":"superseded"`

// TestFleetLosesNothingToKills is the gate's share of what verify does at length.
func TestFleetLosesNothingToKills(t *testing.T) {
	t.Parallel()
	chaos(t, FleetOptions{Nodes: 3, Parties: 3, Threshold: 2}, 3, 300, 40*time.Millisecond)
}
