package world

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
)

const (
	// bound is within which all must end after the last fault: a breaker's rest, a dispatcher's
	// longest pause, two elections.
	bound = time.Minute
	// apart is the blocks for which a submitter waits before it sends what another sent.
	apart = 10
)

// small is a plan of so many nodes, three parties in as many regions, and requests.
func small(nodes, requests int) Plan {
	regions := []messages.Region{"eu-west", "us-east", "ap-south"}
	p := Plan{Topology: Topology{Parties: regions, Threshold: 2,
		Near: Link{Delay: 500 * time.Microsecond, Jitter: 500 * time.Microsecond},
		Far:  Link{Delay: 5 * time.Millisecond, Jitter: 5 * time.Millisecond}},
		Chain:   ChainPlan{Nodes: 1, Parties: 1},
		Load:    Load{Requests: requests, Every: time.Second},
		Horizon: 3 * time.Minute}
	for i := range nodes {
		p.Topology.Nodes = append(p.Topology.Nodes, NodePlan{Name: fmt.Sprintf("n%d", i+1),
			Region: regions[i%len(regions)]})
	}
	return p
}

// play runs a plan and holds what is left to the laws.
func play(t *testing.T, seed uint64, plan Plan) (h History) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if h, err = Play(seed, plan); err != nil {
			t.Fatal(err)
		}
	})
	evidence := h.Laws()
	evidence.Bound, evidence.Apart = bound, apart
	for _, verdict := range laws.Judge(evidence) {
		for _, breach := range verdict.Breaches {
			t.Errorf("seed %d: %s", seed, breach)
		}
		if verdict.Standing == laws.NotJudged {
			t.Errorf("seed %d: law %d: %s", seed, verdict.Law, verdict.Lacks)
		}
	}
	for _, trouble := range h.Troubles {
		t.Errorf("seed %d: trouble: %s", seed, trouble)
	}
	if len(h.Asked) != plan.Load.Requests {
		t.Errorf("seed %d: %d requests asked", seed, len(h.Asked))
	}
	return h
}

func TestOneNodeSettles(t *testing.T) {
	h := play(t, 1, small(1, 5))
	t.Logf("%v of virtual time", h.Ended.Sub(h.Began))
}

func TestThreeNodesSettle(t *testing.T) {
	h := play(t, 1, small(3, 5))
	t.Logf("%v of virtual time", h.Ended.Sub(h.Began))
}

// situations are the failures that every seed must survive.
func situations() map[string]Plan {
	second := time.Second
	with := func(faults ...Fault) Plan {
		plan := small(3, 10)
		plan.Faults = faults
		return plan
	}
	return map[string]Plan{
		"leader crash": with(Fault{At: 3 * second, For: 10 * second, Kind: FaultCrash,
			Targets: []string{TargetLeader}}),
		"region outage": with(Fault{At: 3 * second, For: 20 * second, Kind: FaultOutage,
			Targets: []string{"us-east"}}),
		"one-way partition": with(Fault{At: 3 * second, For: 15 * second, Kind: FaultPartition,
			Targets: []string{TargetLeader}, Others: []string{TargetFollowers},
			Direction: DirectionOut}),
		"silent parties": with(Fault{At: 2 * second, For: 15 * second, Kind: FaultSilent,
			Targets: []string{"p1", "p2"}}),
		"reorg": with(Fault{At: 4 * second, Kind: FaultReorg, Depth: 2, Keep: true},
			Fault{At: 9 * second, Kind: FaultReorg, Depth: 3, Keep: true}),
		"slow party": with(Fault{At: 2 * second, For: 15 * second, Kind: FaultSlow,
			Targets: []string{"p1"}, Delay: 3 * second}),
		"frozen leader": with(Fault{At: 3 * second, For: 10 * second, Kind: FaultFreeze,
			Targets: []string{TargetLeader}}),
		"wrong shares": with(Fault{At: 1 * second, For: 15 * second, Kind: FaultWrong,
			Targets: []string{"p1"}}),
		"liars repaired": with(Fault{At: 1 * second, For: 15 * second, Kind: FaultWrong,
			Targets: []string{"p1", "p2"}}),
		"full disk": with(Fault{At: 3 * second, For: 10 * second, Kind: FaultDiskFull,
			Targets: []string{TargetLeader}}),
		"read-only disk": with(Fault{At: 3 * second, For: 10 * second, Kind: FaultDiskReadOnly,
			Targets: []string{TargetLeader}}),
		"slow disk": with(Fault{At: 3 * second, For: 10 * second, Kind: FaultDiskSlow,
			Targets: []string{TargetLeader}, Delay: 2 * second}),
		"blind leader": with(Fault{At: 3 * second, For: 20 * second, Kind: FaultRPCDown,
			Targets: []string{TargetLeader}}),
		"lagging endpoint": with(Fault{At: 3 * second, For: 20 * second, Kind: FaultRPCLag,
			Targets: []string{TargetLeader}, Delay: 15 * second}),
		"skewed clock": with(Fault{At: 3 * second, For: 10 * second, Kind: FaultClockSkew,
			Targets: []string{TargetLeader}, Delay: time.Hour}),
		"lossy links": with(Fault{At: 1 * second, For: 20 * second, Kind: FaultWorsen,
			Targets: []string{TargetNodes, TargetParties},
			Link:    Link{Loss: 0.1, Jitter: 20 * time.Millisecond}}),
		"graceful stops": with(Fault{At: 3 * second, For: 5 * second, Kind: FaultStop,
			Targets: []string{TargetLeader}}, Fault{At: 10 * second, For: 5 * second,
			Kind: FaultStop, Targets: []string{TargetLeader}}),
		"all crash": with(Fault{At: 4 * second, For: 5 * second, Kind: FaultCrash,
			Targets: []string{TargetNodes}}),
		"parties crash": with(Fault{At: 2 * second, For: 5 * second, Kind: FaultCrash,
			Targets: []string{TargetParties}}),
	}
}

func TestSituations(t *testing.T) {
	for name, plan := range situations() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				h := play(t, seed, plan)
				t.Logf("%v of virtual time", h.Ended.Sub(h.Began))
			}
		})
	}
}
