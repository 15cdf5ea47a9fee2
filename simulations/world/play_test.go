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
	// bound is within which all must end after the last fault: two of the dispatcher's longest
	// pauses, since the first may end while breakers are still open, and some seconds for the rest.
	bound = 150 * time.Second
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
		Horizon: 5 * time.Minute}
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

func TestNodesSettle(t *testing.T) {
	for _, nodes := range []int{1, 3, 5} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) {
			plan := small(nodes, 8)
			plan.Load.Quorum, plan.Load.Handles = 3, 2
			h := play(t, 1, plan)
			if took := h.Ended.Sub(h.Began); took > 15*time.Second {
				t.Errorf("took %v", took)
			}
			if len(h.Ledgers) != nodes || len(h.Mined) == 0 || len(h.Ledgers[0].Entries) == 0 {
				t.Errorf("%d ledgers, %d transactions", len(h.Ledgers), len(h.Mined))
			}
		})
	}
}

// TestFiveOfSevenLoseARegion is the layout of the design: three regions, any of which may go.
func TestFiveOfSevenLoseARegion(t *testing.T) {
	for seed, region := range []messages.Region{"eu-west", "us-east", "ap-south"} {
		plan := small(5, 12)
		plan.Topology.Threshold = 4
		plan.Topology.Parties = []messages.Region{"eu-west", "eu-west", "eu-west", "us-east",
			"us-east", "ap-south", "ap-south"}
		plan.Faults = []Fault{{At: 3 * time.Second, For: 12 * time.Second, Kind: FaultOutage,
			Targets: []string{string(region)}}}
		h := play(t, uint64(seed), plan)
		if n := len(between(h, 0, messages.FactRequestClosed)); n == 0 {
			t.Errorf("without %s nothing ends", region)
		}
	}
}
