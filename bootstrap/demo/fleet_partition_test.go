//go:build verify

package demo

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"kmsgateway/bootstrap/admin"
)

const (
	// partitionTime is how long nodes are cut off: longer than any of their connections lives.
	partitionTime = 60 * time.Second
	// Short ones follow, as connections live through them: what was on its way arrives late.
	shortPartition  = 5 * time.Second
	shortPartitions = 4
	// cutOffGrace is what a leader that is cut off may still do: what it had begun before, within
	// its lease of 150 ms, and until that is mined.
	cutOffGrace = time.Second
	// mostToHeal bounds how long those who were cut off take to be back as members and in step.
	mostToHeal = 5 * time.Second
)

// TestFleetHealsAfterPartition cuts the leader and one more node of five off from the others for a
// minute; chain and parties are in reach of all of them all the time. Shorter times follow.
func TestFleetHealsAfterPartition(t *testing.T) {
	network := newNetns(t, 5)
	fleet, ctx := raisedFleetIn(t, FleetOptions{Nodes: 5, Parties: 3, Threshold: 2}, network.house)
	user := newTraffic(ctx, t, fleet, 600)
	stop := user.flow(ctx, 3*fleetPeriod)
	if _, err := user.nextSettlement(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	var resumed, healed []time.Duration
	for _, lasting := range append([]time.Duration{partitionTime}, slices.Repeat(
		[]time.Duration{shortPartition}, shortPartitions)...) {
		on, back := fleet.partition(ctx, t, network, user, lasting)
		resumed, healed = append(resumed, on), append(healed, back)
	}
	stop()
	user.finish(ctx, t)
	report(t, "cut-off of the leader to the next settlement of another mined", resumed)
	report(t, "end of the partition until all nodes are members and in step", healed)
	for _, one := range healed {
		if one > mostToHeal {
			t.Errorf("healing took %.2f s, want at most %v", one.Seconds(), mostToHeal)
		}
	}
	user.account(ctx, t, fleet, nil)
}

// partition cuts a minority with the leader in it off, holds it to silence and the others to their
// work, and joins them again.
func (f *Fleet) partition(ctx context.Context, t *testing.T, network *netns, user *traffic,
	lasting time.Duration) (resumed, healed time.Duration) {
	t.Helper()
	leader := f.awaitLeader(ctx, t)
	minority := f.minorityOf(ctx, t, leader)
	var numbers []int
	var accounts []common.Address
	for _, name := range minority {
		numbers = append(numbers, f.numberOf(t, name))
		accounts = append(accounts, f.senderOf(t, name))
	}
	moment := time.Now()
	network.cut(numbers...)
	quiet, err := f.settled(ctx, moment.Add(cutOffGrace), minority)
	if err != nil {
		t.Fatalf("%v were cut off: %v", minority, err)
	}
	sent := user.sentBy(ctx, t, accounts)
	next, err := user.nextSettlement(ctx, moment, accounts...)
	if err != nil {
		t.Fatalf("nothing is settled after %v were cut off: %v", minority, err)
	}
	t.Logf("%v are cut off, who led was %s; the others settle after %.2f s", minority, leader,
		next.at.Sub(moment).Seconds())
	for time.Since(moment) < lasting {
		f.isQuiet(ctx, t, quiet)
		if _, err := user.nextSettlement(ctx, time.Now(), accounts...); err != nil {
			t.Fatalf("the majority settles nothing any more: %v", err)
		}
	}
	f.isQuiet(ctx, t, quiet)
	if now := user.sentBy(ctx, t, accounts); !slices.Equal(now, sent) {
		t.Errorf("the minority sent transactions: nonces %v, then %v", sent, now)
	}
	after := f.awaitLeader(ctx, t, minority...)
	want := must(f.cursor(ctx, after))(t)
	end := time.Now()
	network.heal()
	f.awaitInStep(ctx, t, want)
	return next.at.Sub(moment), time.Since(end)
}

// minorityOf is a leader and a node without a vote where there is one: two of three voters remain.
func (f *Fleet) minorityOf(ctx context.Context, t *testing.T, leader string) []string {
	t.Helper()
	status := must(f.Status(ctx, leader))(t)
	for _, node := range f.of(roleNode) {
		if !slices.Contains(status.Voters, node.Name) {
			return []string{leader, node.Name}
		}
	}
	t.Fatalf("all nodes vote: %v", status.Voters)
	return nil
}

// numberOf is a node's number, from 1 on.
func (f *Fleet) numberOf(t *testing.T, name string) int {
	t.Helper()
	for at, node := range f.of(roleNode) {
		if node.Name == name {
			return at + 1
		}
	}
	t.Fatalf("%s is no node", name)
	return 0
}

// standing is what of a node's ledger must not move while it is cut off.
type standing struct {
	name   string
	cursor string
	ended  uint64
	open   int
}

func (f *Fleet) standing(ctx context.Context, name string) (s standing, leader string, err error) {
	status, err := f.Status(ctx, name)
	return standing{name, status.Cursor, status.Fulfilled + status.Rejected + status.Expired,
		status.Open}, status.Leader, err
}

// settled waits until a moment, and then until the named nodes know of no leader; it tells where
// they stand.
func (f *Fleet) settled(ctx context.Context, from time.Time, names []string) (all []standing,
	err error) {
	err = waitFor(ctx, lookPoll, func() bool {
		if time.Now().Before(from) {
			return false
		}
		all = nil
		for _, name := range names {
			one, leader, failed := f.standing(ctx, name)
			if failed != nil || leader != "" {
				return false
			}
			all = append(all, one)
		}
		return true
	})
	return all, err
}

// isQuiet holds nodes that are cut off to where they stood: they admit nothing and end nothing, and
// none thinks that it leads. One may hear late that another of them did.
func (f *Fleet) isQuiet(ctx context.Context, t *testing.T, quiet []standing) {
	t.Helper()
	for _, was := range quiet {
		now, leader, err := f.standing(ctx, was.name)
		if err != nil {
			t.Errorf("%s: %v", was.name, err)
		} else if now != was || leader == was.name {
			t.Errorf("%s is cut off, and goes on: %+v, then %+v, led by %q", was.name, was, now, leader)
		}
	}
}

// sentBy is how many transactions each account has sent, those that wait to be mined included.
func (f *traffic) sentBy(ctx context.Context, t *testing.T, accounts []common.Address) (
	nonces []uint64) {
	t.Helper()
	for _, account := range accounts {
		nonces = append(nonces, must(f.user.client.PendingNonceAt(ctx, account))(t))
	}
	return nonces
}

// cursor is the height up to which a node's ledger has the chain.
func (f *Fleet) cursor(ctx context.Context, name string) (height uint64, err error) {
	status, err := f.Status(ctx, name)
	if err == nil {
		_, err = fmt.Sscanf(status.Cursor, "%d", &height)
	}
	return height, err
}

// awaitInStep waits until every node is a member for every other, by table and by gossip, knows who
// leads, and has the ledger up to a height at least.
func (f *Fleet) awaitInStep(ctx context.Context, t *testing.T, height uint64) {
	t.Helper()
	bounded, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	lacks, began := "", time.Now()
	err := waitFor(bounded, lookPoll, func() bool {
		was := lacks
		lacks = f.outOfStep(ctx, height)
		if lacks == "" && time.Since(began) > mostToHeal {
			t.Logf("what was missing last: %s", was)
		}
		return lacks == ""
	})
	if err != nil {
		t.Fatalf("%s: %v", lacks, err)
	}
}

// outOfStep says what is missing, "" where nothing is.
func (f *Fleet) outOfStep(ctx context.Context, height uint64) string {
	leader, err := f.Leader(ctx)
	if err != nil {
		return err.Error()
	}
	for _, node := range f.of(roleNode) {
		status, err := f.Status(ctx, node.Name)
		if err != nil || status.Leader != leader {
			return fmt.Sprintf("%s is led by %q: %v", node.Name, status.Leader, err)
		}
		if at, err := f.cursor(ctx, node.Name); err != nil || at < height {
			return fmt.Sprintf("%s has the chain up to %d of %d: %v", node.Name, at, height, err)
		}
		if lacks := f.missedBy(ctx, node); lacks != "" {
			return lacks
		}
	}
	return ""
}

// missedBy says whom a node misses, by the committed table or by gossip.
func (f *Fleet) missedBy(ctx context.Context, node Member) string {
	door, err := admin.Dial(f.path(node.Name, admin.SocketName))
	if err != nil {
		return err.Error()
	}
	defer door.Close()
	members, err := door.Members(ctx)
	if err != nil {
		return err.Error()
	}
	for _, member := range members {
		dead := member.Gossip != "alive" && member.Name != node.Name
		if member.State != admin.StateUp || dead {
			return fmt.Sprintf("%s has %s as %s, %s by gossip", node.Name, member.Name, member.State,
				member.Gossip)
		}
	}
	if len(members) != len(f.of(roleNode)) {
		return fmt.Sprintf("%s knows %d members", node.Name, len(members))
	}
	return ""
}
