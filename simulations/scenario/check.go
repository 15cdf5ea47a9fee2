package scenario

import (
	"fmt"
	"slices"
	"strings"

	"kmsgateway/crypto/threshold"
	"kmsgateway/simulations/laws"
)

// flaw is what is wrong at a key.
type flaw struct{ key, problem string }

func wrong(key, format string, arguments ...any) *flaw {
	return &flaw{key, fmt.Sprintf(format, arguments...)}
}

// check finds what single values do not show, nil where all is well.
func (s Scenario) check() *flaw {
	t := s.Topology
	var names []string
	for i, node := range t.Nodes {
		key := fmt.Sprintf("topology.nodes[%d].name", i)
		if slices.Contains(names, node.Name) {
			return wrong(key, "two nodes are called %s", node.Name)
		}
		if s.reserved(node.Name) {
			return wrong(key, "%s means something else in select", node.Name)
		}
		names = append(names, node.Name)
	}
	if err := threshold.Validate(t.Threshold, len(t.Parties), false); err != nil {
		return wrong("topology.threshold", "%v", err)
	}
	for i, route := range t.Links {
		for _, end := range []struct{ key, region string }{{"from", route.From}, {"to", route.To}} {
			if !s.isRegion(end.region) {
				return wrong(fmt.Sprintf("topology.links[%d].%s", i, end.key),
					"no region is called %s", end.region)
			}
		}
	}
	if s.Chain.Safe > s.Chain.Finalized {
		return wrong("chain.safe", "a block cannot be finalized before it is safe")
	}
	if s.Assertions.Fulfilled > s.Load.Requests {
		return wrong("assertions.fulfilled", "only %d requests are asked", s.Load.Requests)
	}
	for i, number := range s.Assertions.Judged {
		if !slices.ContainsFunc(laws.All(), func(l laws.Law) bool { return l.Number == number }) {
			return wrong(fmt.Sprintf("assertions.judged[%d]", i), "there is no law %d here", number)
		}
	}
	for i, fault := range s.Faults {
		if f := s.checkFault(fault); f != nil {
			return wrong(fmt.Sprintf("faults[%d].%s", i, f.key), "%s", f.problem)
		}
	}
	return nil
}

// checkFault finds what is wrong with one fault.
func (s Scenario) checkFault(f Fault) *flaw {
	needs, known := modes()[f.Mode]
	if !known {
		return wrong("mode", "want one of %s, have %s", strings.Join(modeNames(), ", "), f.Mode)
	}
	if f.To != 0 && f.To <= f.From {
		return wrong("to", "%v is not after %v", f.To, f.From)
	}
	if f.From >= s.Horizon || f.To > s.Horizon {
		return wrong("from", "the run ends at %v", s.Horizon)
	}
	if flaw := f.parameters(needs); flaw != nil {
		return flaw
	}
	for i, word := range f.Select {
		if problem := s.selects(word, needs.whom); problem != "" {
			return wrong(fmt.Sprintf("select[%d]", i), "%s", problem)
		}
	}
	for i, word := range f.Others {
		if problem := s.selects(word, hosts); problem != "" {
			return wrong(fmt.Sprintf("others[%d]", i), "%s", problem)
		}
	}
	return nil
}

// parameters wants of a fault's keys those that its mode needs, and none that it would ignore.
func (f Fault) parameters(needs need) *flaw {
	for _, p := range []struct {
		key        string
		set        bool
		want, take bool
	}{
		{"select", len(f.Select) > 0, needs.whom != nobody, needs.whom != nobody},
		{"to", f.To != 0, false, !needs.moment},
		{"others", len(f.Others) > 0, false, needs.line},
		{"direction", f.Direction != "", false, needs.line},
		{"delay", f.Delay != 0, needs.delay, needs.delay},
		{"jitter", f.Jitter != 0, false, needs.jitter},
		{"loss", f.Loss != 0, needs.loss, needs.loss},
		{"depth", f.Depth != 0, needs.depth, needs.depth},
		{"keep", f.Keep, false, needs.depth},
	} {
		if p.want && !p.set {
			return wrong(p.key, "%s needs it", f.Mode)
		}
		if p.set && !p.take {
			return wrong(p.key, "%s takes none", f.Mode)
		}
	}
	if f.Delay < 0 && f.Mode != ModeClockSkew {
		return wrong("delay", "want min 0, have %v", f.Delay)
	}
	return nil
}

// reserved words select without naming.
func (s Scenario) reserved(word string) bool {
	return slices.Contains(nodeWords(), word) || word == wordParties || s.isParty(word) ||
		s.isRegion(word)
}

// wordParties selects all parties.
const wordParties = "parties"

// nodeWords select nodes by what they are at the time.
func nodeWords() []string {
	return []string{"leader", "follower", "followers", "node", "nodes"}
}

// isNode also knows the words that mean a node by what it does at the time.
func (s Scenario) isNode(word string) bool {
	return slices.Contains(nodeWords(), word) ||
		slices.ContainsFunc(s.Topology.Nodes, func(n Node) bool { return n.Name == word })
}

// isParty also knows the word for all of them.
func (s Scenario) isParty(word string) bool {
	for i := range s.Topology.Parties {
		if word == fmt.Sprintf("p%d", i+1) {
			return true
		}
	}
	return word == wordParties
}

// isRegion knows the regions in which there is anything at all.
func (s Scenario) isRegion(word string) bool {
	return slices.Contains(s.Topology.Parties, word) ||
		slices.ContainsFunc(s.Topology.Nodes, func(n Node) bool { return n.Region == word })
}

// selects says why a word cannot select, "" where it can.
func (s Scenario) selects(word string, whom whom) string {
	node, party, region := s.isNode(word), s.isParty(word), s.isRegion(word)
	switch {
	case !node && !party && !region:
		return fmt.Sprintf("there is no %s", word)
	case whom == nodes && !node:
		return fmt.Sprintf("%s is no node, and this happens to nodes", word)
	case whom == parties && !party:
		return fmt.Sprintf("%s is no party, and this happens to parties", word)
	default:
		return ""
	}
}
