package scenario

import (
	"fmt"

	"kmsgateway/messages"
	"kmsgateway/simulations/world"
)

// Compile turns a scenario into the plan of the executor in virtual time. The error names the fault
// that this executor cannot do.
func (s Scenario) Compile() (world.Plan, error) {
	t := s.Topology
	plan := world.Plan{
		Topology: world.Topology{Threshold: t.Threshold, Voters: t.Voters, WAN: t.Profile == "wan",
			Near: world.Link(t.Near), Far: world.Link(t.Far)},
		Chain: world.ChainPlan{Period: s.Chain.Period, Safe: messages.Height(s.Chain.Safe),
			Finalized: messages.Height(s.Chain.Finalized), Nodes: messages.Height(s.Chain.Nodes),
			Parties: messages.Height(s.Chain.Parties)},
		Load: world.Load{Requests: s.Load.Requests, Every: s.Load.Every, Handles: s.Load.Handles,
			Quorum: s.Load.Quorum},
		Horizon: s.Horizon,
	}
	for _, node := range t.Nodes {
		plan.Topology.Nodes = append(plan.Topology.Nodes,
			world.NodePlan{Name: node.Name, Region: messages.Region(node.Region)})
	}
	for _, region := range t.Parties {
		plan.Topology.Parties = append(plan.Topology.Parties, messages.Region(region))
	}
	for _, route := range t.Links {
		plan.Topology.Links = append(plan.Topology.Links, world.RegionLink{
			From: messages.Region(route.From), To: messages.Region(route.To),
			Link: world.Link(route.Link)})
	}
	for i, fault := range s.Faults {
		compiled, err := fault.compile()
		if err != nil {
			return world.Plan{}, messages.BadConfig(fmt.Sprintf("faults[%d].mode", i), err.Error())
		}
		plan.Faults = append(plan.Faults, compiled)
	}
	if err := plan.Validate(); err != nil {
		return world.Plan{}, messages.BadConfig(s.Name, err.Error())
	}
	return plan, nil
}

// compile translates one fault. In the file it has an end, in the plan a length; none is 0 in both.
func (f Fault) compile() (world.Fault, error) {
	needs := modes()[f.Mode]
	if needs.kind == "" {
		return world.Fault{}, fmt.Errorf("the executor in virtual time has no fault %s", f.Mode)
	}
	compiled := world.Fault{Kind: needs.kind, At: f.From, Targets: f.Select, Others: f.Others,
		Depth: f.Depth, Keep: f.Keep}
	if f.To > 0 {
		compiled.For = f.To - f.From
	}
	switch f.Direction {
	case Out:
		compiled.Direction = world.DirectionOut
	case In:
		compiled.Direction = world.DirectionIn
	}
	if needs.line {
		compiled.Link = world.Link{Delay: f.Delay, Jitter: f.Jitter, Loss: f.Loss}
	} else {
		compiled.Delay = f.Delay
	}
	return compiled, nil
}
