package world

import (
	"fmt"
	"testing"
	"time"

	"kmsgateway/messages"
)

// between are the facts of some names that were published during the n-th fault.
func between(h History, n int, names ...messages.FactName) (found []Said) {
	f := h.Happened[n]
	for _, said := range h.Facts {
		for _, name := range names {
			if said.Fact.Name == name && said.Fact.At.After(f.From) && said.Fact.At.Before(f.To) {
				found = append(found, said)
			}
		}
	}
	return found
}

// others fails where nobody but the hosts of the first fault did something within a time.
func others(t *testing.T, h History, name messages.FactName, within time.Duration) {
	t.Helper()
	f := h.Happened[0]
	for _, said := range between(h, 0, name) {
		if said.Host != f.Hosts[0] && said.Fact.At.Sub(f.From) <= within {
			return
		}
	}
	t.Errorf("seed %d: no other than %v said %s within %v", h.Seed, f.Hosts, name, within)
}

// some fails where a fact was never published.
func some(t *testing.T, h History, name messages.FactName) {
	t.Helper()
	for _, said := range h.Facts {
		if said.Fact.Name == name {
			return
		}
	}
	t.Errorf("seed %d: never %s", h.Seed, name)
}

// takeOver is within which another node leads when a leader is gone, on near links.
const takeOver = 1500 * time.Millisecond

// elsewhere: another node leads soon, and settles while the first leader is in trouble.
func elsewhere(t *testing.T, h History) {
	t.Helper()
	others(t, h, messages.FactBlockScanned, takeOver)
	others(t, h, messages.FactSettlementSent, time.Minute)
}

// goesOn: requests end while the fault lasts.
func goesOn(t *testing.T, h History) {
	t.Helper()
	if len(between(h, 0, messages.FactRequestClosed)) == 0 {
		t.Errorf("seed %d: nothing ends during %s of %v", h.Seed, h.Happened[0].Kind,
			h.Happened[0].Hosts)
	}
}

func saysSo(name messages.FactName) func(*testing.T, History) {
	return func(t *testing.T, h History) {
		t.Helper()
		some(t, h, name)
	}
}

// superseded: a leader took over what another had sent.
func superseded(t *testing.T, h History) {
	t.Helper()
	for _, entry := range h.Ledgers[0].Entries {
		if _, is := entry.Entry.(messages.Supersede); is {
			return
		}
	}
	t.Errorf("seed %d: nothing was superseded", h.Seed)
}

// situation is a failure that every seed must survive, and what must be seen of it.
type situation struct {
	name   string
	faults []Fault
	seen   func(*testing.T, History)
}

const second = time.Second

// of is a fault of some hosts.
func of(kind Kind, at, lasts time.Duration, targets ...string) Fault {
	return Fault{Kind: kind, At: at, For: lasts, Targets: targets}
}

// slower is a fault with a delay.
func slower(f Fault, delay time.Duration) Fault {
	f.Delay = delay
	return f
}

// builtIn are the six of the design.
func builtIn() []situation {
	deaf := of(FaultPartition, 3*second, 15*second, TargetLeader)
	deaf.Others, deaf.Direction = []string{TargetFollowers}, DirectionOut
	return []situation{
		{"leader crash", []Fault{of(FaultCrash, 3*second, 10*second, TargetLeader)}, elsewhere},
		{"region outage", []Fault{of(FaultOutage, 3*second, 20*second, "us-east")}, goesOn},
		{"one-way partition", []Fault{deaf}, elsewhere},
		{"silent parties", []Fault{of(FaultSilent, 2*second, 15*second, "p1", "p2")},
			saysSo(messages.FactThresholdAwaited)},
		{"reorg", []Fault{{At: 4 * second, Kind: FaultReorg, Depth: 2, Keep: true},
			{At: 9 * second, Kind: FaultReorg, Depth: 3}}, saysSo(messages.FactCursorUnwound)},
		{"slow party", []Fault{slower(of(FaultSlow, 2*second, 15*second, "p1"), 3*second)}, goesOn},
	}
}

// furtherSituations are all other faults.
func furtherSituations() []situation {
	lossy := of(FaultWorsen, second, 20*second, TargetNodes, TargetParties)
	lossy.Link = Link{Loss: 0.1, Jitter: 20 * time.Millisecond}
	apart := of(FaultPartition, 3*second, 12*second, TargetLeader)
	return []situation{
		{"partition", []Fault{apart}, elsewhere},
		{"frozen leader", []Fault{of(FaultFreeze, 3*second, 10*second, TargetLeader)}, elsewhere},
		{"wrong shares", []Fault{of(FaultWrong, second, 15*second, "p1")}, goesOn},
		{"liars repaired", []Fault{of(FaultWrong, second, 15*second, "p1", "p2")},
			saysSo(messages.FactPartyBlamed)},
		{"full disk", []Fault{of(FaultDiskFull, 3*second, 10*second, TargetLeader)}, goesOn},
		{"read-only disk", []Fault{of(FaultDiskReadOnly, 3*second, 10*second, TargetLeader)}, goesOn},
		{"slow disk", []Fault{slower(of(FaultDiskSlow, 3*second, 10*second, TargetLeader),
			2*second)}, goesOn},
		{"blind leader", []Fault{of(FaultRPCDown, 3*second, 20*second, TargetLeader)}, goesOn},
		{"lagging endpoint", []Fault{slower(of(FaultRPCLag, 3*second, 20*second, TargetLeader),
			15*second)}, goesOn},
		{"skewed clock", []Fault{slower(of(FaultClockSkew, 3*second, 10*second, TargetLeader),
			time.Hour)}, nil},
		{"lossy links", []Fault{lossy}, goesOn},
		{"graceful stops", []Fault{of(FaultStop, 3*second, 5*second, TargetLeader),
			of(FaultStop, 10*second, 5*second, TargetLeader)}, elsewhere},
		{"stuck transactions", []Fault{of(FaultCrash, 8*second, 20*second, TargetLeader),
			of(FaultStuck, 2*second, 40*second, TargetLeader)}, superseded},
		{"all crash", []Fault{of(FaultCrash, 4*second, 5*second, TargetNodes)}, nil},
		{"parties crash", []Fault{of(FaultCrash, 2*second, 5*second, TargetParties)}, nil},
	}
}

// try plays situations with some seeds each.
func try(t *testing.T, all []situation, seeds uint64) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			for seed := range seeds {
				plan := small(3, 10)
				plan.Faults = s.faults
				h := play(t, seed, plan)
				if s.seen != nil && !t.Failed() {
					s.seen(t, h)
				}
			}
		})
	}
}

func TestBuiltInSituations(t *testing.T) { try(t, builtIn(), 3) }

func TestFurtherSituations(t *testing.T) { try(t, furtherSituations(), 2) }

// TestFarApart loses its leader over links with a round trip of 100 ms.
func TestFarApart(t *testing.T) {
	for seed := range uint64(3) {
		plan := small(3, 10)
		plan.Topology.Far = Link{Delay: 50 * time.Millisecond, Jitter: 5 * time.Millisecond}
		plan.Topology.WAN = true
		plan.Faults = []Fault{of(FaultCrash, 3*second, 10*second, TargetLeader)}
		others(t, play(t, seed, plan), messages.FactBlockScanned, 6*second)
	}
}

// TestFarIsNotDead: nobody is called dead over links with a round trip of 200 ms that are well.
func TestFarIsNotDead(t *testing.T) {
	plan := small(5, 12)
	plan.Topology.Far = Link{Delay: 100 * time.Millisecond, Jitter: 10 * time.Millisecond}
	plan.Topology.WAN, plan.Load.Every = true, 5*second
	for _, said := range play(t, 1, plan).Facts {
		if said.Fact.Name == messages.FactMemberDown {
			t.Errorf("%s: %s", said.Host, said.Fact.Detail)
		}
	}
}

func TestPlansThatMakeNoSense(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Plan)
	}{
		{"no node", func(p *Plan) { p.Topology.Nodes = nil }},
		{"a name twice", func(p *Plan) { p.Topology.Nodes[1].Name = "n1" }},
		{"more than all parties", func(p *Plan) { p.Topology.Threshold = 4 }},
		{"no end", func(p *Plan) { p.Horizon = 0 }},
		{"no pause", func(p *Plan) { p.Load.Every = 0 }},
		{"an unknown fault", func(p *Plan) { p.Faults = []Fault{of("rain", 0, 0, "n1")} }},
		{"an unknown target", func(p *Plan) { p.Faults = []Fault{of(FaultCrash, 0, 0, "n9")} }},
		{"no target", func(p *Plan) { p.Faults = []Fault{of(FaultCrash, 0, 0)} }},
		{"an unknown far side", func(p *Plan) {
			p.Faults = []Fault{of(FaultPartition, 0, 0, "n1")}
			p.Faults[0].Others = []string{"moon"}
		}},
		{"a reorg of nothing", func(p *Plan) { p.Faults = []Fault{{Kind: FaultReorg}} }},
	} {
		plan := small(3, 2)
		row.change(&plan)
		if err := plan.Validate(); err == nil {
			t.Errorf("%s is taken", row.name)
		}
		if _, err := Play(1, plan); err == nil {
			t.Errorf("%s is played", row.name)
		}
	}
}

// TestFaultsHitWhomTheyName asks each word for its hosts.
func TestFaultsHitWhomTheyName(t *testing.T) {
	plan := small(3, 1)
	for _, word := range []string{"n2", "us-east", "p3", TargetLeader, TargetFollower,
		TargetFollowers, TargetNode, TargetNodes, TargetParties} {
		plan.Faults = append(plan.Faults, of(FaultClockSkew, time.Second, time.Second, word))
	}
	got := map[string]int{}
	for _, happened := range play(t, 1, plan).Happened {
		got[fmt.Sprint(happened.Targets)] = len(happened.Hosts)
	}
	want := map[string]int{"[n2]": 1, "[us-east]": 2, "[p3]": 1, "[leader]": 1, "[follower]": 1,
		"[followers]": 2, "[node]": 1, "[nodes]": 3, "[parties]": 3}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("hit %v, want %v", got, want)
	}
}
