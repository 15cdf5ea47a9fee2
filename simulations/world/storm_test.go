package world

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"kmsgateway/messages"
)

var (
	stormFrom  = flag.Uint64("storm.from", 0, "first seed of TestStorms")
	stormSeeds = flag.Uint64("storm.seeds", 6, "seeds of TestStorms")
)

// storm draws a plan: a few faults of any kind at any time, all healed after half a minute.
func storm(seed uint64) Plan {
	r := rand.New(rand.NewPCG(seed, 1))
	plan := small([]int{1, 3, 3, 3, 5, 7}[r.IntN(6)], 10+r.IntN(20))
	plan.Load.Every = time.Duration(200+r.IntN(800)) * time.Millisecond
	if r.IntN(4) == 0 {
		plan.Topology.Threshold = 4
		plan.Topology.Parties = []messages.Region{"eu-west", "eu-west", "us-east", "us-east",
			"ap-south", "ap-south"}
	}
	if r.IntN(6) == 0 {
		plan.Topology.Far, plan.Topology.WAN = Link{Delay: 50 * time.Millisecond,
			Jitter: 10 * time.Millisecond}, true
	}
	plan.Load.Handles = 1 + r.IntN(3)
	plan.Load.Quorum = r.IntN(4)
	second := func(most int) time.Duration {
		return time.Duration(1+r.IntN(10*most)) * time.Second / 10
	}
	pick := func(names ...string) []string { return []string{names[r.IntN(len(names))]} }
	nodes := func() []string {
		return pick(TargetLeader, TargetFollower, TargetNode, TargetNodes, "n1")
	}
	parties := func() []string { return pick("p1", "p2", "p3", TargetParties) }
	for range 1 + r.IntN(7) {
		f := Fault{At: second(15), For: second(20)}
		switch r.IntN(18) {
		case 0:
			f.Kind, f.Targets = FaultCrash, nodes()
		case 1:
			f.Kind, f.Targets = FaultCrash, parties()
		case 2:
			f.Kind, f.Targets = FaultStop, nodes()
		case 3:
			f.Kind, f.Targets = FaultFreeze, nodes()
		case 4:
			f.Kind, f.Targets = FaultPartition, nodes()
			f.Direction = []Direction{DirectionBoth, DirectionIn, DirectionOut}[r.IntN(3)]
		case 5:
			f.Kind, f.Targets, f.Link = FaultWorsen, nodes(), Link{Loss: 0.3 * r.Float64(),
				Jitter: time.Duration(r.IntN(200)) * time.Millisecond}
		case 6:
			f.Kind, f.Targets = FaultOutage, pick("eu-west", "us-east", "ap-south")
		case 7:
			f.Kind, f.Targets, f.Delay = FaultDiskSlow, nodes(), second(2)
		case 8:
			f.Kind, f.Targets = FaultDiskFull, nodes()
		case 9:
			f.Kind, f.Targets = FaultDiskReadOnly, nodes()
		case 10:
			f.Kind, f.Targets, f.Delay = FaultClockSkew, nodes(), second(60)-30*time.Second
		case 11:
			f.Kind, f.Targets = FaultSilent, parties()
		case 12:
			f.Kind, f.Targets, f.Delay = FaultSlow, parties(), second(5)
		case 13:
			f.Kind, f.Targets = FaultWrong, parties()
		case 14:
			f.Kind, f.Depth, f.Keep = FaultReorg, 1+r.IntN(5), r.IntN(2) == 0
		case 15:
			f.Kind, f.Targets = FaultStuck, nodes()
		case 16:
			f.Kind, f.Targets = FaultRPCDown, append(nodes(), parties()...)
		default:
			f.Kind, f.Targets, f.Delay = FaultRPCLag, append(nodes(), parties()...), second(10)
		}
		plan.Faults = append(plan.Faults, f)
	}
	return plan
}

func TestStorms(t *testing.T) {
	for seed := *stormFrom; seed < *stormFrom+*stormSeeds; seed++ {
		plan := storm(seed)
		h := play(t, seed, plan)
		if t.Failed() {
			t.Fatalf("seed %d: %+v\n%+v", seed, plan.Faults, h.Happened)
		}
		t.Logf("%d: %v after healing, %v", seed, h.Ended.Sub(h.Healed), plan.Faults)
	}
}
