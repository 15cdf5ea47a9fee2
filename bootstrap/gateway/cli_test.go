package main

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"kmsgateway/bootstrap/demo"
)

// TestMain lets the scripts run this very program as the command "gateway".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gateway": main})
}

// TestScripts runs testdata/*.txtar: what a person types, and what comes back.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: clearFleet,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"admits":  admits,
			"invite":  invite,
			"answers": answers,
			"ledger":  makeLedger,
		},
	})
}

// exits STATUS ARGS... runs gateway and expects the exit status; its output is left for
// stdout and stderr to look at.
func exits(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		script.Fatalf("usage: exits STATUS ARGS...")
	}
	err := script.Exec("gateway", args[1:]...)
	status := "0"
	if err != nil {
		status = "unknown"
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			status = strconv.Itoa(exit.ExitCode())
		}
	}
	if status != args[0] {
		script.Fatalf("gateway %v exits %s, want %s", args[1:], status, args[0])
	}
}

// clearFleet ends a fleet that a script has left running in its folder fleet.
func clearFleet(env *testscript.Env) error {
	env.Defer(func() {
		fleet, err := demo.OpenFleet(filepath.Join(env.WorkDir, "fleet"), io.Discard)
		if errors.Is(err, demo.ErrNoFleet) {
			return
		}
		if err == nil {
			_, err = fleet.Down(context.Background())
		}
		if err != nil {
			env.T().Fatal(err)
		}
	})
	return nil
}
