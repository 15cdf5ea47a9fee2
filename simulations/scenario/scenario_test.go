package scenario

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/world"
)

// plain is a scenario that is well, to be spoilt.
const plain = `name: plain
topology:
  nodes:
    - {name: n1, region: eu-west}
    - {name: n2, region: us-east}
  parties: [eu-west, us-east, us-east]
  threshold: 2
  links:
    - {from: eu-west, to: us-east, delay: 30ms}
load: {requests: 4}
faults:
  - {select: [leader, us-east], mode: partition, others: [eu-west], direction: out, from: 1s, to: 3s}
  - {mode: reorg, from: 2s, depth: 2, keep: true}
  - {select: [n1], mode: clock-skew, delay: -5s, from: 2s}
`

func TestBuiltInScenariosCompile(t *testing.T) {
	want := []string{"leader-crash", "one-way-partition", "region-outage", "reorg", "silent-parties", "slow-party"}
	if !slices.Equal(Names(), want) {
		t.Fatalf("scenarios %v, want %v", Names(), want)
	}
	for _, name := range Names() {
		s, err := Read(name)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.Compile()
		if err != nil || s.Name != name || s.About == "" || len(plan.Faults) == 0 {
			t.Errorf("%s: %+v, %v", name, plan, err)
		}
		if _, healed := plan.Healed(); !healed {
			t.Errorf("%s: a fault lasts to the end, so nothing could be said of what is pending", name)
		}
	}
}

func TestScenarioBecomesPlan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plain.yaml")
	if err := os.WriteFile(path, []byte(plain), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	links := plan.Topology.Links
	if len(plan.Topology.Nodes) != 2 || plan.Topology.Nodes[1].Region != "us-east" ||
		len(links) != 1 || links[0].To != "us-east" || links[0].Link.Delay != 30*time.Millisecond ||
		plan.Load.Every != time.Second || plan.Horizon != 5*time.Minute {
		t.Errorf("plan %+v", plan)
	}
	cut, reorg, skew := plan.Faults[0], plan.Faults[1], plan.Faults[2]
	if cut.Kind != world.FaultPartition || cut.At != time.Second || cut.For != 2*time.Second ||
		cut.Direction != world.DirectionOut || !slices.Equal(cut.Others, []string{"eu-west"}) {
		t.Errorf("partition %+v", cut)
	}
	if reorg.Kind != world.FaultReorg || reorg.Depth != 2 || !reorg.Keep {
		t.Errorf("reorg %+v", reorg)
	}
	if skew.Delay != -5*time.Second || skew.For != 0 {
		t.Errorf("skew %+v", skew)
	}
}

// TestBadFilesNameKeyAndLine spoils the plain file by one replacement each.
func TestBadFilesNameKeyAndLine(t *testing.T) {
	for _, row := range []struct{ name, old, fresh, says string }{
		{"an unknown key", "threshold:", "treshold:", "topology.treshold: unknown key (plain.yaml:7)"},
		{"an unknown key in a list", "name: n2, region", "name: n2, reggion", "topology.nodes[1].reggion: unknown key (plain.yaml:5)"},
		{"a key that stands twice", "load: {requests: 4}", "load: {requests: 4, requests: 5}", "load.requests: stands twice (plain.yaml:10)"},
		{"a word for a number", "requests: 4", "requests: four", `load.requests: want a number, have "four" (plain.yaml:10)`},
		{"a number for a duration", "from: 2s, depth", "from: 2, depth", `faults[1].from: want a duration such as 5s, have "2" (plain.yaml:13)`},
		{"a list for a section", "load: {requests: 4}", "load: [4]", "load: want a section (plain.yaml:10)"},
		{"a word for a list", "select: [n1]", "select: n1", "faults[2].select: want a list (plain.yaml:14)"},
		{"an alias", "name: plain", "name: &a plain\nabout: *a", "about: aliases are not read (plain.yaml:2)"},
		{"no name", "name: plain\n", "", "name: is missing (plain.yaml:1)"},
		{"a name with a path", "name: plain", "name: ../plain", "name: want lower case letters"},
		{"nothing to do", "requests: 4", "requests: 0", "load.requests: want min 1, have 0 (plain.yaml:10)"},
		{"a threshold above the parties", "threshold: 2", "threshold: 4", "want 1 to n = 3 (plain.yaml:7)"},
		{"a threshold of all parties", "threshold: 2", "threshold: 3", "topology.threshold: threshold not allowed: threshold t = n = 3"},
		{"two nodes of a name", "name: n2", "name: n1", "topology.nodes[1].name: two nodes are called n1 (plain.yaml:5)"},
		{"a node called as a word", "name: n2", "name: leader", "topology.nodes[1].name: leader means something else"},
		{"a link from nowhere", "from: eu-west, to", "from: mars, to", "topology.links[0].from: no region is called mars (plain.yaml:9)"},
		{"a link too lossy", "delay: 30ms", "loss: 2", "topology.links[0].loss: want max 1, have 2 (plain.yaml:9)"},
		{"an unknown mode", "mode: reorg", "mode: plague", "faults[1].mode: want one of clock-skew, crash,"},
		{"no mode", "mode: reorg, ", "", "faults[1].mode: is missing (plain.yaml:13)"},
		{"an unknown direction", "direction: out", "direction: up", "faults[0].direction: want one of both out in, have up (plain.yaml:12)"},
		{"nobody selected", "select: [n1], ", "", "faults[2].select: clock-skew needs it (plain.yaml:14)"},
		{"nobody of the name", "select: [n1]", "select: [n9]", "faults[2].select[0]: there is no n9 (plain.yaml:14)"},
		{"a fault of nodes on a party", "select: [n1]", "select: [p1]", "faults[2].select[0]: p1 is no node"},
		{"a fault of nodes on a region", "select: [n1]", "select: [eu-west]", "faults[2].select[0]: eu-west is no node"},
		{"a fault of parties on a node", "mode: clock-skew, delay: -5s", "mode: silent", "faults[2].select[0]: n1 is no party"},
		{"nobody on the far side", "others: [eu-west]", "others: [eu-south]", "faults[0].others[0]: there is no eu-south (plain.yaml:12)"},
		{"a key that the mode ignores", "depth: 2", "depth: 2, delay: 1s", "faults[1].delay: reorg takes none (plain.yaml:13)"},
		{"an end of a moment", "depth: 2", "depth: 2, to: 4s", "faults[1].to: reorg takes none (plain.yaml:13)"},
		{"a delay that is none", "mode: clock-skew, delay: -5s", "mode: slow-disk, delay: -5s", "faults[2].delay: want min 0, have -5s"},
		{"an end before the beginning", "to: 3s", "to: 1s", "faults[0].to: 1s is not after 1s (plain.yaml:12)"},
		{"a fault after the end", "from: 2s, depth", "from: 9m, depth", "faults[1].from: the run ends at 5m0s (plain.yaml:13)"},
		{"no such law", "load:", "assertions: {judged: [1, 4]}\nload:", "assertions.judged[1]: there is no law 4 here (plain.yaml:10)"},
		{"more fulfilled than asked", "load:", "assertions: {fulfilled: 5}\nload:", "assertions.fulfilled: only 4 requests are asked (plain.yaml:10)"},
		{"two documents", "name: plain", "name: first\n---\nname: plain", "want one document"},
		{"no YAML", "name: plain", "name: [", "plain.yaml: yaml: line"},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Replace(plain, row.old, row.fresh, 1)
			if text == plain {
				t.Fatal("nothing was spoilt")
			}
			_, err := Parse("plain.yaml", []byte(text))
			if messages.CodeOf(err) != messages.CodeConfig || !strings.Contains(err.Error(), row.says) {
				t.Errorf("error %v, want one saying %q", err, row.says)
			}
		})
	}
	for name, text := range map[string]string{"empty": "", "a comment": "# nothing\n",
		"too long": "name: plain\n#" + strings.Repeat("x", maxFile)} {
		if _, err := Parse("plain.yaml", []byte(text)); messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestUnknownScenarioListsThoseThereAre(t *testing.T) {
	_, err := Read("no-such")
	if err == nil || !strings.Contains(err.Error(), "leader-crash") {
		t.Errorf("error %v", err)
	}
}

// TestFaultTheExecutorCannotDoIsRefused tries every mode of the design.
func TestFaultTheExecutorCannotDoIsRefused(t *testing.T) {
	refused := 0
	for _, name := range modeNames() {
		_, err := Fault{Mode: Mode(name)}.compile()
		if can := modes()[Mode(name)].kind != ""; can != (err == nil) {
			t.Errorf("%s: %v", name, err)
		} else if !can {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no mode is refused")
	}
	text := strings.Replace(plain, "mode: reorg, from: 2s, depth: 2, keep: true", "mode: fee-spike, from: 2s", 1)
	s, err := Parse("plain.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Compile(); err == nil || !strings.Contains(err.Error(), "faults[1].mode") {
		t.Errorf("error %v", err)
	}
}

func TestResolvedScenarioReadsBack(t *testing.T) {
	for _, name := range Names() {
		s, err := Read(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := s.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("resolved", text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		twice, err := again.YAML()
		if err != nil || !bytes.Equal(text, twice) {
			t.Errorf("%s differs when read back: %v", name, err)
		}
	}
}

// TestPublishedSchemaIsTheCode compares the committed schema, and holds it to what the reader wants.
func TestPublishedSchemaIsTheCode(t *testing.T) {
	committed, err := os.ReadFile("scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := Schema()
	if err != nil || !bytes.Equal(schema, committed) {
		t.Errorf("gateway-sim --schema writes another scenario.schema.json: %v", err)
	}
	var read struct {
		Additional *bool `json:"additionalProperties"`
		Properties map[string]struct {
			Items struct {
				Properties map[string]struct{ Enum []string }
			}
		}
	}
	if err := json.Unmarshal(schema, &read); err != nil {
		t.Fatal(err)
	}
	if read.Additional == nil || *read.Additional {
		t.Error("the schema takes unknown keys")
	}
	if got := read.Properties["faults"].Items.Properties["mode"].Enum; !slices.Equal(got, modeNames()) {
		t.Errorf("modes %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(plain))
	for _, name := range Names() {
		text, err := Builtin(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("fuzz", text)
		if err != nil {
			return
		}
		if _, err := s.Compile(); err != nil && messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("compile: %v", err)
		}
	})
}
