package bootstrap

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

func TestExampleConfigsLoad(t *testing.T) {
	node, err := LoadNode("nodes/node.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(node.Parties) != 3 || node.Chain.Poll != time.Second || node.TLS.CA != "tls/ca.pem" {
		t.Errorf("node example read as %+v", node)
	}
	party, err := LoadParty("nodes/party.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if party.Party.Index != 1 || party.Chain.Endpoints[0].Operator != "own" {
		t.Errorf("party example read as %+v", party)
	}
}

// TestConfigNamesTheKey edits one line of the example and expects an error that names its key.
func TestConfigNamesTheKey(t *testing.T) {
	for _, row := range []struct{ name, old, new, key, says string }{
		{"unknown key", "  region: eu-west             #", "  regoin: eu-west             #",
			"node.regoin", "unknown key"},
		{"unknown key in a list", "      operator: own", "      operater: own",
			"chain.endpoints[0].operater", "node.yaml:18"},
		{"missing", "  name: node-1   ", "  #", "node.name", "is missing"},
		{"not an address", `"0x00000000000000000000000000000000000000a1"`, `"0xa1"`,
			"chain.gateway", "hexadecimal"},
		{"same contract twice", "0000a2", "0000a1", "chain.registry", "same as chain.gateway"},
		{"not a duration", "poll: 1s ", "poll: soon ", "chain.poll", "invalid duration"},
		{"too short", "poll: 1s ", "poll: 1ms ", "chain.poll", "min"},
		{"finality", "finality: finalized ", "finality: hopefully ", "chain.finality", "confirmations:N"},
		{"not host and port", `["127.0.0.1:9102"]`, `["127.0.0.1"]`,
			"parties[1].endpoints[0]", "host:port"},
		{"index zero", "  - index: 2", "  - index: 0", "parties[1].index", "min 1"},
		{"index twice", "  - index: 2", "  - index: 1", "parties[1].index", "twice"},
		{"level", "level: info  ", "level: loud  ", "log.level", "oneof"},
		{"list for section", "telemetry:\n  otlp: \"\"", "telemetry: []\n#", "telemetry", "section"},
		{"not YAML", "node:\n", "node: [\n", "", "yaml"},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := string(ExampleConfig(RoleNode))
			edited := strings.Replace(text, row.old, row.new, 1)
			if edited == text {
				t.Fatalf("the example does not contain %q", row.old)
			}
			path := filepath.Join(t.TempDir(), "node.yaml")
			if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadNode(path)
			if messages.CodeOf(err) != messages.CodeConfig {
				t.Fatalf("have %v, want a CONFIG error", err)
			}
			if !strings.Contains(err.Error(), row.key) || !strings.Contains(err.Error(), row.says) {
				t.Errorf("error %q does not name %q and say %q", err, row.key, row.says)
			}
		})
	}
}

func TestConfigTakesTheEnvironment(t *testing.T) {
	t.Setenv("GATEWAY_CHAIN__POLL", "3s")
	t.Setenv("GATEWAY_NODE__HTTP", "127.0.0.1:0")
	config, err := LoadNode("nodes/node.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if config.Chain.Poll != 3*time.Second || config.Node.HTTP != "127.0.0.1:0" {
		t.Errorf("poll %v, http %s", config.Chain.Poll, config.Node.HTTP)
	}
	t.Setenv("GATEWAY_CHAIN__POOL", "3s")
	if _, err := LoadNode("nodes/node.yaml"); err == nil ||
		!strings.Contains(err.Error(), "GATEWAY_CHAIN__POOL") {
		t.Errorf("have %v, want the variable named", err)
	}
}

func TestConfigSchemaNamesEveryKey(t *testing.T) {
	for _, role := range []Role{RoleNode, RoleParty} {
		text, err := ConfigSchema(role)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(text) {
			t.Fatalf("schema of %s is not JSON", role)
		}
		for line := range strings.SplitSeq(string(ExampleConfig(role)), "\n") {
			key, _, found := strings.Cut(strings.TrimLeft(line, " -"), ":")
			if !found || strings.HasPrefix(key, "#") {
				continue
			}
			if !strings.Contains(string(text), `"`+key+`"`) {
				t.Errorf("schema of %s lacks %q", role, key)
			}
		}
	}
}
