package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rogpeppe/go-internal/testscript"

	"kmsgateway/messages"
	"kmsgateway/simulations/report"
	"kmsgateway/simulations/world"
)

// TestMain lets the scripts run this very program as the command "gateway-sim".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gateway-sim": main})
}

// TestScripts runs testdata/*.txtar: what a researcher types, and what comes back.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits STATUS [ARGS...] runs gateway-sim and expects the exit status.
func exits(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) == 0 {
		script.Fatalf("usage: exits STATUS [ARGS...]")
	}
	err := script.Exec("gateway-sim", args[1:]...)
	status := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		script.Fatalf("%v", err)
	}
	if strconv.Itoa(status) != args[0] {
		script.Fatalf("gateway-sim %v exits %d, want %s", args[1:], status, args[0])
	}
}

// small is a scenario of one node, whose history is quickly made.
const small = `name: small
topology: {nodes: [{name: n1, region: eu-west}], parties: [eu-west, us-east, us-east], threshold: 2}
load: {requests: 2}
assertions: {fulfilled: 2}
`

// playSmall plays the small scenario in virtual time.
func playSmall(t *testing.T) (options, world.History) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := parse([]string{"--scenario", path, "--seed", "3", "--out", t.TempDir(), "-o", "json"}, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	var h world.History
	synctest.Test(t, func(t *testing.T) {
		if h, err = world.Play(o.first, o.plan); err != nil {
			t.Fatal(err)
		}
	})
	return o, h
}

// TestBrokenWorldExitsTen doctors what a real run left behind, each time against one law.
func TestBrokenWorldExitsTen(t *testing.T) {
	o, good := playSmall(t)
	for _, row := range []struct {
		name   string
		law    int
		doctor func(*world.History)
	}{
		{"as it was", 0, func(*world.History) {}},
		{"a request is lost", 1, func(h *world.History) {
			h.Endings, h.Ended = h.Endings[1:], h.Healed.Add(10*o.scenario.Assertions.Bound)
		}},
		{"an ending comes twice", 2, func(h *world.History) { h.Endings = append(h.Endings, h.Endings[0]) }},
		{"another plaintext", 3, func(h *world.History) {
			outcomes := append([]messages.HandleOutcome(nil), h.Settlements[0].Outcomes...)
			outcomes[0].Plaintext = []byte("another")
			h.Settlements[0].Outcomes = outcomes
		}},
		{"settled for an orphan", 5, func(h *world.History) { h.Settlements[0].Request.Number = 99 }},
		{"a node applied something else", 7, func(h *world.History) {
			other := h.Ledgers[0]
			other.Node, other.Entries = "n9", append([]world.Entry(nil), other.Entries[:len(other.Entries)-1]...)
			other.Entries[0].Entry = messages.Supersede{After: 1}
			h.Ledgers = append(h.Ledgers, other)
		}},
		{"broadcast before it was journaled", 8, func(h *world.History) {
			h.Broadcasts = append(h.Broadcasts, world.Transaction{Hash: messages.Hash{9}})
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := good
			h.Settlements = append(h.Settlements[:0:0], h.Settlements...)
			row.doctor(&h)
			var out, progress bytes.Buffer
			exit := conclude(o, h, nil, &out, &progress)
			var result report.Result
			if err := json.Unmarshal(out.Bytes(), &result); err != nil {
				t.Fatalf("%v: %s", err, progress.String())
			}
			want := report.ExitHeld
			if row.law > 0 {
				want = report.ExitBroken
			}
			if exit != want || result.Exit != want {
				t.Errorf("exit %d, want %d: %+v", exit, want, result)
			}
			for _, v := range result.Verdicts {
				if v.Law == row.law && len(v.Breaches) == 0 {
					t.Errorf("law %d saw nothing", v.Law)
				}
			}
		})
	}
}

func TestWorldThatCannotBeginFails(t *testing.T) {
	var out, progress bytes.Buffer
	exit := conclude(options{first: 4}, world.History{}, errors.New("no cluster"), &out, &progress)
	if exit != report.ExitFailed || !strings.Contains(progress.String(), "seed 4 could not begin: no cluster") {
		t.Errorf("exit %d, %q", exit, progress.String())
	}
}

// TestTail keeps the reason of a crash, not its first words.
func TestTail(t *testing.T) {
	text := "noise\npanic: boom\n\ngoroutine 1\n" + strings.Repeat("x", 2*keptTail)
	if got := tail(text); !strings.HasPrefix(got, "panic: boom goroutine 1") || len(got) != keptTail {
		t.Errorf("%d bytes: %.40q", len(got), got)
	}
}
