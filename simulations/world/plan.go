package world

import (
	"errors"
	"fmt"
	"time"

	"kmsgateway/messages"
)

// Plan is a run: what there is, what is asked of it, and what goes wrong.
type Plan struct {
	Topology Topology
	Chain    ChainPlan
	Load     Load
	Faults   []Fault
	// Horizon is when the run ends at the latest, counted from when the cluster is ready. It ends
	// before once the load is in, all faults are over and every request has ended.
	Horizon time.Duration
}

// Topology is what there is.
type Topology struct {
	Nodes     []NodePlan
	Parties   []messages.Region // party 1, 2, .. by where it is
	Threshold int
	Voters    int  // 3 or 5; 0 means 3
	Near      Link // within a region
	Far       Link // between regions where Links says nothing
	Links     []RegionLink
	WAN       bool // the ledger's profile for far nodes
}

// NodePlan is one node.
type NodePlan struct {
	Name   string
	Region messages.Region
}

// RegionLink is what lies between two regions, one way.
type RegionLink struct {
	From, To messages.Region
	Link     Link
}

// Load is an open loop: requests come when they come.
type Load struct {
	Requests int
	Every    time.Duration
	Handles  int // of each request; 0 means 1
	Quorum   int // each so many-th wants the attestation of a quorum; 0 means none
}

// Kind names a fault.
type Kind string

// The faults. What each needs beside Targets stands behind it.
const (
	FaultCrash        Kind = "crash"          // nodes, parties; they start again when it is over
	FaultStop         Kind = "stop"           // nodes: a graceful stop, and a start when it is over
	FaultFreeze       Kind = "freeze"         // nodes, parties
	FaultPartition    Kind = "partition"      // Targets from Others, by Direction
	FaultWorsen       Kind = "worsen"         // Link on top, Targets to and from Others, by Direction
	FaultOutage       Kind = "outage"         // all that is in the regions: crashed and cut off
	FaultDiskSlow     Kind = "disk-slow"      // nodes, Delay
	FaultDiskFull     Kind = "disk-full"      // nodes
	FaultDiskReadOnly Kind = "disk-read-only" // nodes
	FaultClockSkew    Kind = "clock-skew"     // nodes, Delay is added to their clocks
	FaultSilent       Kind = "silent"         // parties
	FaultSlow         Kind = "slow"           // parties, Delay
	FaultWrong        Kind = "wrong-share"    // parties
	FaultReorg        Kind = "reorg"          // Depth, Keep; a moment
	FaultStuck        Kind = "stuck"          // nodes: no block takes their transactions
	FaultRPCDown      Kind = "rpc-down"       // endpoints of nodes and parties
	FaultRPCLag       Kind = "rpc-lag"        // endpoints of nodes and parties, Delay
	FaultRPCOmit      Kind = "rpc-omit"       // endpoints of nodes
)

// Direction says which way a link fails.
type Direction string

// The directions, as seen from a fault's Targets. The zero value is both.
const (
	DirectionBoth Direction = ""
	DirectionOut  Direction = "out"
	DirectionIn   Direction = "in"
)

// Words that a fault's Targets and Others may hold beside names of nodes ("n1"), of parties
// ("p1") and of regions.
const (
	TargetLeader    = "leader"    // whoever leads when the fault begins
	TargetFollower  = "follower"  // one drawn of the nodes that do not
	TargetFollowers = "followers" // all of those
	TargetNode      = "node"      // one drawn of all nodes
	TargetNodes     = "nodes"     // all nodes
	TargetParties   = "parties"   // all parties
)

// Fault is one thing that goes wrong, from At for For.
type Fault struct {
	At        time.Duration // counted from when the cluster is ready
	For       time.Duration // 0 means to the end, and no time at all for a moment
	Kind      Kind
	Targets   []string
	Others    []string // the far side of a link; none means all other hosts
	Direction Direction
	Link      Link
	Delay     time.Duration
	Depth     int
	Keep      bool
}

// ends is when the fault is over, false where it never is.
func (f Fault) ends() (time.Duration, bool) {
	return f.At + f.For, f.For > 0 || f.Kind == FaultReorg
}

// PartyName names the host of a party.
func PartyName(index messages.PartyIndex) string { return fmt.Sprintf("p%d", index) }

// Healed is when the last fault is over; false where one lasts to the end.
func (p Plan) Healed() (last time.Duration, all bool) {
	all = true
	for _, fault := range p.Faults {
		end, over := fault.ends()
		last, all = max(last, end), all && over
	}
	return last, all
}

// Validate names what is wrong with a plan.
func (p Plan) Validate() error {
	t := p.Topology
	switch {
	case len(t.Nodes) == 0:
		return errors.New("topology: no node")
	case t.Threshold < 1 || t.Threshold > len(t.Parties):
		return fmt.Errorf("topology: threshold %d of %d parties", t.Threshold, len(t.Parties))
	case p.Load.Requests > 1 && p.Load.Every <= 0:
		return errors.New("load: every: how long between two requests?")
	case p.Horizon <= 0:
		return errors.New("horizon: when does the run end?")
	}
	names := map[string]bool{}
	for _, node := range t.Nodes {
		if node.Name == "" || names[node.Name] {
			return fmt.Errorf("topology: node %q is named twice, or not", node.Name)
		}
		names[node.Name] = true
	}
	for i, fault := range p.Faults {
		if err := p.check(fault); err != nil {
			return fmt.Errorf("faults[%d]: %w", i, err)
		}
	}
	return nil
}

// check names what is wrong with a fault: also a target that there is not.
func (p Plan) check(f Fault) error {
	if f.Kind == FaultReorg {
		if f.Depth < 1 {
			return errors.New("a reorg needs a depth")
		}
		return nil
	}
	if _, known := actions()[f.Kind]; !known {
		return fmt.Errorf("no fault is called %q", f.Kind)
	}
	if len(f.Targets) == 0 {
		return fmt.Errorf("%s: of whom?", f.Kind)
	}
	for _, name := range append(append([]string{}, f.Targets...), f.Others...) {
		if !p.knows(name) {
			return fmt.Errorf("%s: there is no %q", f.Kind, name)
		}
	}
	return nil
}

func (p Plan) knows(name string) bool {
	switch name {
	case TargetLeader, TargetFollower, TargetFollowers, TargetNode, TargetNodes, TargetParties:
		return true
	}
	for _, node := range p.Topology.Nodes {
		if name == node.Name || name == string(node.Region) {
			return true
		}
	}
	for i, region := range p.Topology.Parties {
		if name == PartyName(messages.PartyIndex(i+1)) || name == string(region) {
			return true
		}
	}
	return false
}
