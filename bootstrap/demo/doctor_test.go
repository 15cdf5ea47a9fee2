package demo

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"

	"kmsgateway/bootstrap"
)

// written puts a configuration into a file.
func written(t *testing.T, config any) string {
	t.Helper()
	layers := koanf.New(".")
	if err := layers.Load(structs.Provider(config, "koanf"), nil); err != nil {
		t.Fatal(err)
	}
	text := must(layers.Marshal(yaml.Parser()))(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDoctorFindsRunningProcessesWell examines a node and a party of a stage, with a real chain.
func TestDoctorFindsRunningProcessesWell(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	node := must(s.nodeConfig())(t)
	node.Trust.Renew = []string{s.node.JoinAddr()}
	party := must(s.partyConfig(0, s.dealing.Shares[0]))(t)
	party.Trust.Renew = node.Trust.Renew
	examine := func(config any) []bootstrap.Check {
		t.Helper()
		return must(bootstrap.Doctor(ctx, bootstrap.DoctorConfig{Path: written(t, config),
			Clock: time.Now, Rand: rand.Reader}))(t)
	}
	host := "endpoint demo " + strings.TrimPrefix(s.chain.URL(), "http://")
	for _, row := range []struct {
		config any
		checks []string
	}{
		{node, []string{host, "heads", "clock", "registry", "port 127.0.0.1:0", "certificate", "sender",
			"gossip key", "parties"}},
		{party, []string{host, "heads", "clock", "registry", "port 127.0.0.1:0", "certificate", "custody"}},
	} {
		checks := examine(row.config)
		for _, name := range row.checks {
			at := slices.IndexFunc(checks, func(c bootstrap.Check) bool { return c.Name == name })
			if at < 0 || checks[at].Verdict != bootstrap.VerdictOK {
				t.Errorf("%s is not found well in %+v", name, checks)
			}
		}
	}
	// A second endpoint of the same chain agrees with the first; one of another chain is named.
	node.Chain.Endpoints = append(node.Chain.Endpoints, bootstrap.EndpointSection{
		URL: s.chain.URL() + "/?key=secret", Operator: "other"})
	checks := examine(node)
	wants := "2 endpoints within "
	if !slices.ContainsFunc(checks, func(c bootstrap.Check) bool { return strings.HasPrefix(c.Says, wants) }) {
		t.Errorf("no check says %q in %+v", wants, checks)
	}
	node.Chain.ID++
	for _, check := range examine(node) {
		if strings.HasPrefix(check.Name, "endpoint") &&
			(check.Verdict != bootstrap.VerdictFail || !strings.Contains(check.Says, "serves chain 1337")) ||
			strings.Contains(check.Says, "secret") {
			t.Errorf("of another chain: %+v", check)
		}
	}
}
