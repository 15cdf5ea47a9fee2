package bootstrap

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/admin/admintest"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// clinic is a realm whose first node can be examined: all is well, but that no chain and no party
// answers.
type clinic struct {
	*realm
	values map[string]any // by which the example is filled
	role   Role
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	r := newRealm(t)
	dir := filepath.Dir(r.data)
	dealt, err := Deal(rand.Reader, filepath.Join(dir, "keys"), 1337, threshold.Dealer{Name: "dev"}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	dealt.Wipe()
	sender := filepath.Join(dir, "sender.key")
	if err := os.WriteFile(sender, []byte(strings.Repeat("11", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	files := memberFiles(r.data, "node-1")
	return &clinic{realm: r, role: RoleNode, values: map[string]any{
		"node.data": r.data, "node.http": "127.0.0.1:0", "keys[0]": dealt.Public,
		"sender.key_file": sender, "chain.endpoints[0].url": "http://127.0.0.1:1/key?secret",
		"chain.timeout": "100ms",
		"tls.ca":        filepath.Join(r.data, "ca", "ca.pem"), "tls.certificate": files.Certificate,
		"tls.key": files.Key, "cluster.keyring": gossipKeyPath(r.data),
	}}
}

// party makes the patient a party that has joined, with share 1.
func (c *clinic) party() {
	c.t.Helper()
	joined, err := Join(c.t.Context(), c.request("party-1", c.invite(RoleParty)))
	if err != nil {
		c.t.Fatal(err)
	}
	custody := Custody(filepath.Dir(c.values["keys[0]"].(string)), 1)
	keep := map[string]any{"party.data": filepath.Dir(filepath.Dir(joined.Files.Key)),
		"party.listen": "127.0.0.1:0", "party.http": "127.0.0.1:0",
		"custody.folder": custody.Folder, "custody.identity": custody.Identity,
		"tls.ca": joined.Files.CA, "tls.certificate": joined.Files.Certificate,
		"tls.key": joined.Files.Key}
	for _, key := range []string{"keys[0]", "chain.endpoints[0].url", "chain.timeout"} {
		keep[key] = c.values[key]
	}
	c.role, c.values = RoleParty, keep
}

// examine writes the configuration and has it examined.
func (c *clinic) examine() []Check {
	c.t.Helper()
	text, err := fillYAML(ExampleConfig(c.role), c.values)
	if err != nil {
		c.t.Fatal(err)
	}
	path := filepath.Join(c.t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		c.t.Fatal(err)
	}
	checks, err := Doctor(c.t.Context(), DoctorConfig{Path: path, Clock: c.clock.now, Rand: rand.Reader})
	if err != nil {
		c.t.Fatal(err)
	}
	return checks
}

// anyVerdict is for what depends on the machine.
const anyVerdict Verdict = ""

// wantCheck fails unless the check of that name has the verdict and says what it should.
func wantCheck(t *testing.T, checks []Check, name string, verdict Verdict, says string) {
	t.Helper()
	for _, check := range checks {
		right := check.Verdict == verdict || verdict == anyVerdict
		if check.Name != name || !right || !strings.Contains(check.Says, says) {
			continue
		}
		if (check.Remedy == "") != (check.Verdict == VerdictOK) {
			t.Errorf("%s: a remedy is for what is not ok: %+v", name, check)
		}
		return
	}
	t.Errorf("no check %q, %s, saying %q in\n%+v", name, verdict, says, checks)
}

func TestDoctorExaminesANode(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	checks := c.examine()
	wantCheck(t, checks, "endpoint own 127.0.0.1:1", VerdictFail, "CHAIN_UNAVAILABLE")
	wantCheck(t, checks, "clock", VerdictFail, "no endpoint tells the time")
	wantCheck(t, checks, "port 127.0.0.1:0", VerdictOK, "free, for node.http")
	wantCheck(t, checks, "disk", anyVerdict, "fsync in "+c.data)
	wantCheck(t, checks, "space", anyVerdict, "MiB free")
	wantCheck(t, checks, "certificate", VerdictOK, "node node-1, 1.0 days left")
	wantCheck(t, checks, "key "+c.values["keys[0]"].(string), VerdictOK, "2 of 3: DEALER KEY, dev knew")
	wantCheck(t, checks, "sender", VerdictOK, "readable by its owner alone")
	wantCheck(t, checks, "gossip key", VerdictOK, "a node by itself")
	wantCheck(t, checks, "party party-2", VerdictWarn, "us-east")
	wantCheck(t, checks, "parties", VerdictFail, "0 of 3 answer, 2 must agree")
	if Worst(checks) != VerdictFail {
		t.Errorf("the worst is %s", Worst(checks))
	}
	for _, check := range checks {
		if strings.Contains(check.Says+check.Name, "secret") {
			t.Errorf("a secret is told: %+v", check)
		}
	}
}

// TestDoctorFindsTheFlaw spoils one thing of a healthy node.
func TestDoctorFindsTheFlaw(t *testing.T) {
	t.Parallel()
	chmod := func(t *testing.T, path string) {
		t.Helper()
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name  string
		spoil func(*testing.T, *clinic)
		check string
		as    Verdict
		says  string
	}{
		{"expired", func(_ *testing.T, c *clinic) { c.clock.pass(25 * time.Hour) },
			"certificate", VerdictFail, "expired"},
		{"due", func(_ *testing.T, c *clinic) { c.clock.pass(20 * time.Hour) },
			"certificate", VerdictWarn, "due to be renewed"},
		{"another name", func(_ *testing.T, c *clinic) { c.values["node.name"] = "node-2" },
			"certificate", VerdictFail, "it names node-1"},
		{"revoked", func(_ *testing.T, c *clinic) { c.revoke("node-1") },
			"certificate", VerdictFail, "revoked"},
		{"a party's", func(t *testing.T, c *clinic) {
			joined, err := Join(t.Context(), c.request("party-1", c.invite(RoleParty)))
			if err != nil {
				t.Fatal(err)
			}
			c.values["tls.certificate"], c.values["tls.key"] = joined.Files.Certificate, joined.Files.Key
		}, "certificate", VerdictFail, "a party's, and this is a node"},
		{"no certificate", func(_ *testing.T, c *clinic) { c.values["tls.certificate"] = "missing.pem" },
			"certificate", VerdictFail, "missing.pem"},
		{"open tls key", func(t *testing.T, c *clinic) { chmod(t, c.values["tls.key"].(string)) },
			"tls key", VerdictFail, "chmod 600"},
		{"open sender", func(t *testing.T, c *clinic) { chmod(t, c.values["sender.key_file"].(string)) },
			"sender", VerdictFail, ""},
		{"open gossip key", func(t *testing.T, c *clinic) {
			c.values["cluster.listen"], c.values["cluster.words"] = "127.0.0.1:0", "127.0.0.1:0"
			chmod(t, gossipKeyPath(c.data))
		}, "gossip key", VerdictFail, "readable by others"},
		{"no gossip key", func(t *testing.T, c *clinic) {
			c.values["cluster.listen"], c.values["cluster.words"] = "127.0.0.1:0", "127.0.0.1:0"
			c.values["cluster.keyring"] = c.values["sender.key_file"].(string) + ".none"
		}, "gossip key", VerdictFail, "no such file"},
		{"seeds away", func(_ *testing.T, c *clinic) {
			c.values["cluster.listen"], c.values["cluster.words"] = "127.0.0.1:0", "127.0.0.1:0"
			c.values["cluster.seeds[0].name"] = "node-2"
			c.values["cluster.seeds[0].address"] = "127.0.0.1:1"
		}, "seeds", VerdictFail, "no node answers"},
		{"no key file", func(_ *testing.T, c *clinic) { c.values["keys[0]"] = "none.json" },
			"key none.json", VerdictFail, "none.json"},
		{"dealt for a real chain", func(_ *testing.T, c *clinic) { c.values["chain.id"] = 1 },
			"", VerdictFail, "DEALER KEY"},
		{"data is a file", func(_ *testing.T, c *clinic) {
			c.values["node.data"] = c.values["sender.key_file"].(string) + "/data"
		}, "disk", VerdictFail, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := newClinic(t)
			row.spoil(t, c)
			if row.check == "" {
				row.check = "key " + c.values["keys[0]"].(string)
			}
			wantCheck(t, c.examine(), row.check, row.as, row.says)
		})
	}
}

func TestDoctorTellsWhoseAPortIs(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	address := listener.Addr().String()
	c.values["node.http"] = address
	wantCheck(t, c.examine(), "port "+address, VerdictFail, "another process")
	door, err := admin.Start(admin.Config{Path: filepath.Join(c.data, admin.SocketName),
		Operator: admintest.New()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = door.Stop(context.Background()) }()
	wantCheck(t, c.examine(), "port "+address, VerdictOK, "this process runs")
}

func TestDoctorReachesSeeds(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	c.values["cluster.listen"], c.values["cluster.words"] = "127.0.0.1:0", "127.0.0.1:0"
	c.values["cluster.seeds[0].name"] = "node-2"
	c.values["cluster.seeds[0].address"] = listener.Addr().String()
	checks := c.examine()
	wantCheck(t, checks, "seed node-2", VerdictOK, "away")
	wantCheck(t, checks, "gossip key", VerdictOK, "1 key")
}

func TestDoctorExaminesAParty(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.party()
	checks := c.examine()
	wantCheck(t, checks, "custody", VerdictOK, "epoch 1")
	wantCheck(t, checks, "certificate", VerdictOK, "party party-1")
	for _, check := range checks {
		if slices.Contains([]string{"sender", "parties", "gossip key"}, check.Name) {
			t.Errorf("a party has no %s", check.Name)
		}
	}
	healthy := maps.Clone(c.values)
	c.values["party.index"] = 2
	wantCheck(t, c.examine(), "custody", VerdictFail, "is not that of party-2")
	c.values = maps.Clone(healthy)
	c.values["custody.folder"] = t.TempDir()
	wantCheck(t, c.examine(), "custody", VerdictFail, "no share of 0x")
	c.values = maps.Clone(healthy)
	c.values["custody.identity"] = healthy["tls.key"]
	wantCheck(t, c.examine(), "custody", VerdictFail, "custody.identity")
}

func TestDoctorRefusesABrokenConfiguration(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "node.yaml")
	if err := os.WriteFile(path, []byte("node:\n  nmae: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Doctor(t.Context(), DoctorConfig{Path: path})
	wantCode(t, err, messages.CodeConfig)
}

func TestAnExaminationThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	hangs := examination{"disk", func(context.Context) []Check {
		<-release
		return nil
	}}
	checks := hangs.within(t.Context(), time.Millisecond)
	close(release)
	wantCheck(t, checks, "disk", VerdictFail, "no result in 1ms")
	late := examination{"chain", func(ctx context.Context) []Check {
		<-ctx.Done()
		return []Check{fine("chain", "after all")}
	}}
	wantCheck(t, late.within(t.Context(), time.Millisecond), "chain", VerdictOK, "after all")
}

func TestClockAgainstTheChain(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		age  time.Duration // of the head
		want Verdict
	}{
		{0, VerdictOK}, {time.Minute, VerdictOK}, {-2 * time.Second, VerdictOK},
		{-3 * time.Second, VerdictWarn}, {-31 * time.Second, VerdictFail}, {time.Hour, VerdictWarn},
	} {
		head := chain.Head{Time: uint64(realmStart.Add(-row.age).Unix())}
		if check := clockAgainst(head, realmStart); check.Verdict != row.want {
			t.Errorf("a head %v old: %+v", row.age, check)
		}
	}
}

func TestDiskIsGraded(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		median, slowest time.Duration
		want            Verdict
	}{
		{time.Millisecond, 5 * time.Millisecond, VerdictOK},
		{time.Millisecond, time.Second, VerdictWarn}, {25 * time.Millisecond, 30 * time.Millisecond, VerdictWarn},
		{200 * time.Millisecond, time.Second, VerdictFail},
	} {
		if check := diskSpeed("d", row.median, row.slowest); check.Verdict != row.want {
			t.Errorf("%+v", check)
		}
	}
	for free, want := range map[uint64]Verdict{2 << 30: VerdictOK, 500 << 20: VerdictWarn, 1 << 20: VerdictFail} {
		if check := diskSpace("d", free); check.Verdict != want {
			t.Errorf("%+v", check)
		}
	}
}

// TestDiscreet: an error of an endpoint tells no key of its URL.
func TestDiscreet(t *testing.T) {
	t.Parallel()
	address := "https://me:hunter2@rpc.example/v3/abc?key=def"
	for _, text := range []string{`Post "` + address + `": refused`,
		`Post "https://me:xxxxx@rpc.example/v3/abc?key=def": refused`} {
		says := discreet(errors.New(text), address).Error()
		if says != `Post "https://rpc.example/(hidden)": refused` {
			t.Errorf("it says %q", says)
		}
	}
}
