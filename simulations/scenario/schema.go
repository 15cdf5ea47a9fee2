package scenario

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/invopop/jsonschema"
)

// Schema renders the JSON Schema (2020-12) of a scenario file.
func Schema() ([]byte, error) {
	reflector := jsonschema.Reflector{
		FieldNameTag: "yaml", DoNotReference: true, RequiredFromJSONSchemaTags: true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			switch t {
			case reflect.TypeFor[time.Duration]():
				return &jsonschema.Schema{Type: "string", Pattern: `^-?([0-9.]+(ns|us|ms|s|m|h))+$|^0$`}
			case reflect.TypeFor[Mode]():
				return oneOf(modeNames()...)
			case reflect.TypeFor[Direction]():
				return oneOf(string(Both), string(Out), string(In))
			}
			return nil
		},
		LookupComment: func(t reflect.Type, field string) string {
			return descriptions()[t.Name()+"."+field]
		},
	}
	schema := reflector.Reflect(Scenario{})
	schema.Title = "A scenario of gateway sim"
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("render schema: %w", err)
	}
	return append(text, '\n'), nil
}

func oneOf(names ...string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, name := range names {
		s.Enum = append(s.Enum, name)
	}
	return s
}

// descriptions say in the published schema what a key is for.
func descriptions() map[string]string {
	return map[string]string{
		"Scenario.Name":      "lower case letters, digits and hyphens",
		"Scenario.About":     "what is to be seen, for people",
		"Scenario.Horizon":   "when the run ends at the latest",
		"Topology.Parties":   "the region of party 1, 2, .. (p1, p2, ..)",
		"Topology.Threshold": "t, how many parties must agree",
		"Topology.Voters":    "nodes that vote on the ledger, at most",
		"Topology.Profile":   "the ledger's timeouts",
		"Topology.Near":      "within a region",
		"Topology.Far":       "between regions, where links says nothing",
		"Link.Jitter":        "at most so much more, drawn for each message",
		"Link.Loss":          "share of the packets",
		"Chain.Period":       "between blocks",
		"Chain.Safe":         "blocks behind the latest",
		"Chain.Finalized":    "blocks behind the latest",
		"Chain.Nodes":        "confirmations for which nodes wait",
		"Chain.Parties":      "confirmations for which parties wait",
		"Load.Handles":       "ciphertexts of each request",
		"Load.Quorum":        "each so many-th wants the attestation of a quorum; 0 for none",
		"Fault.Select": "names of nodes, parties (p1, ..) and regions, or leader, " +
			"follower, followers, node, nodes, parties",
		"Fault.To":     "left out: to the end",
		"Fault.Others": "the far side of a line; left out: everybody else",
		"Fault.Depth":  "blocks that are replaced",
		"Fault.Keep":   "the new branch holds the same transactions",
		"Assertions.Bound": "after the last fault, or after it was asked, every request " +
			"ends within it; 0 asks for no such thing",
		"Assertions.Supersedes": "K: blocks between two Supersedes of a request",
		"Assertions.Judged":     "laws that must be judged, else the run is inconclusive; left out: all",
		"Assertions.Fulfilled":  "requests that must at least end fulfilled",
		"Assertions.P99": "that the 99th percentile from asked to ended must not exceed; " +
			"0 for none",
	}
}
