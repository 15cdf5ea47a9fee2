package world

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
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
	for _, breach := range laws.Check(h.Laws()) {
		t.Errorf("seed %d: %s", seed, breach)
	}
	for _, trouble := range h.Troubles {
		t.Errorf("seed %d: trouble: %s", seed, trouble)
	}
	if len(h.Endings) != plan.Load.Requests {
		t.Errorf("seed %d: %d of %d requests ended", seed, len(h.Endings), plan.Load.Requests)
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

func TestLeaderCrash(t *testing.T) {
	for seed := range uint64(5) {
		plan := small(3, 10)
		plan.Faults = []Fault{{At: 3500 * time.Millisecond, For: 10 * time.Second, Kind: FaultCrash,
			Targets: []string{TargetLeader}}}
		h := play(t, seed, plan)
		t.Logf("%v of virtual time", h.Ended.Sub(h.Began))
	}
}
