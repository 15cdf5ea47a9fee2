package bootstrap

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kmsgateway/messages"
)

// origin finds a key among origins.
func origin(t *testing.T, origins []Origin, key string) Origin {
	t.Helper()
	at := slices.IndexFunc(origins, func(o Origin) bool { return o.Key == key })
	if at < 0 {
		t.Fatalf("no %s in %+v", key, origins)
	}
	return origins[at]
}

func TestExplainNamesEveryOrigin(t *testing.T) {
	text := strings.Replace(string(ExampleConfig(RoleNode)), "  poll: 1s ", "  #poll: 1s ", 1)
	text = strings.Replace(text, "http://127.0.0.1:8545", "https://me:pass@rpc.example/v3/secret", 1)
	path := filepath.Join(t.TempDir(), "node.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GATEWAY_NODE__REGION", "us-east")
	origins, err := ExplainConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	line := func(start string) string {
		for i, l := range strings.Split(text, "\n") {
			if strings.HasPrefix(strings.TrimLeft(l, " -"), start) {
				return path + ":" + strconv.Itoa(i+1)
			}
		}
		return "no such line"
	}
	for _, want := range []Origin{
		{"node.name", "node-1", path + ":3"},
		{"node.region", "us-east", "GATEWAY_NODE__REGION"},
		{"chain.poll", "1s", "default"},
		{"chain.genesis", "", line("genesis")},
		{"chain.endpoints[0].url", "https://rpc.example/(hidden)", line("url")},
		{"sender.key_file", "keys/sender.key", line("key_file")},
		{"parties[2].name", "party-3", line("name: party-3")},
		{"parties[2].endpoints[0]", "127.0.0.1:9103", line(`endpoints: ["127.0.0.1:9103"]`)},
	} {
		if got := origin(t, origins, want.Key); got != want {
			t.Errorf("have %+v, want %+v", got, want)
		}
	}
	for _, o := range origins {
		if strings.Contains(o.Value, "secret") || strings.Contains(o.Value, "pass") {
			t.Errorf("a secret is told: %+v", o)
		}
	}
}

// TestExplainCoversEveryKey: what the example sets is explained, key by key.
func TestExplainCoversEveryKey(t *testing.T) {
	t.Parallel()
	for role, path := range map[Role]string{RoleNode: "nodes/node.yaml", RoleParty: "nodes/party.yaml"} {
		origins, err := ExplainConfig(path)
		if err != nil {
			t.Fatal(err)
		}
		inFile := 0
		for _, o := range origins {
			if strings.HasPrefix(o.From, path+":") {
				inFile++
			}
		}
		if inFile < 20 || inFile < len(origins)-3 {
			t.Errorf("%s: of %d values %d come from the file that sets them all", role, len(origins), inFile)
		}
	}
}

func TestExplainAListFromTheEnvironment(t *testing.T) {
	t.Setenv("GATEWAY_KEYS", "keys/other.json")
	origins, err := ExplainConfig("nodes/node.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := Origin{"keys[0]", "keys/other.json", "GATEWAY_KEYS"}
	if got := origin(t, origins, "keys[0]"); got != want {
		t.Errorf("have %+v, want %+v", got, want)
	}
}

func TestRoleOfAConfiguration(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]Role{"nodes/node.yaml": RoleNode, "nodes/party.yaml": RoleParty} {
		if role, err := RoleOf(path); err != nil || role != want {
			t.Errorf("%s: %q, %v", path, role, err)
		}
		folder, err := DataFolder(path)
		if err != nil || folder != "data/"+string(want)+"-1" {
			t.Errorf("%s: %q, %v", path, folder, err)
		}
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"none": "log:\n  level: info\n", "empty": "",
		"list": "- node\n", "long": strings.Repeat("#", maxConfig+1), "broken": "node: ["} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := RoleOf(path)
		wantCode(t, err, messages.CodeConfig)
	}
}
