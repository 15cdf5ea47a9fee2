package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// simProgram holds the simulations: package testing, whose virtual time they need, does not belong
// in the gateway.
const simProgram = "gateway-sim"

// simPatience is how long the simulations may take to end when they are told to.
const simPatience = 10 * time.Second

// Exit statuses of simulations alone.
const (
	exitBroken       = 10 // a law is broken
	exitInconclusive = 11 // not everything could be judged
)

// simStatus is how a simulation ended; the command ends alike.
type simStatus int

// Error says it in words.
func (s simStatus) Error() string {
	switch s {
	case exitBroken:
		return "a law is broken; the report says which"
	case exitInconclusive:
		return "nothing is broken, and not everything could be judged; the report says what"
	default:
		return fmt.Sprintf("the simulation ended with status %d", int(s))
	}
}

// exit passes on what the contract knows; a crash is an error like any other.
func (s simStatus) exit() int {
	switch s {
	case exitBroken, exitInconclusive, exitUsage:
		return int(s)
	default:
		return exitError
	}
}

// simCommand runs the gateway in virtual time.
func simCommand() *cobra.Command {
	sim := &cobra.Command{Use: "sim", Short: "Run the gateway in virtual time, under faults",
		Args: cobra.NoArgs}
	list := &cobra.Command{Use: "list", Short: "Name the scenarios that come with the program",
		Args: exactly(0)}
	output := list.Flags().StringP("output", "o", "text", "text or json")
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		return simulate(cmd, "--list", "-o", *output)
	}
	sim.AddCommand(list, simRunCommand())
	return sim
}

func simRunCommand() *cobra.Command {
	run := &cobra.Command{
		Use:   "run NAME|FILE",
		Short: "Run one scenario, for one seed or many",
		Long: "Runs nodes, parties and a chain of this very code in virtual time under the faults of " +
			"a scenario, holds what happened to the laws and leaves a report: run.json, summary.md, " +
			"requests.csv, history.jsonl, timeline.html. Exits with 0 where all laws hold, 10 where " +
			"one is broken, 11 where not everything could be judged.",
		Args: exactly(1),
	}
	flags := run.Flags()
	flags.String("seed", "", "one seed; the scenario's first where nothing is said")
	flags.String("seeds", "", "many: A..B, or N from the scenario's first on")
	flags.String("out", "", "folder of the report; gateway-data/sim/NAME/seed-N where not said")
	output := flags.StringP("output", "o", "text", "text or json: json ends with one line on stdout")
	run.RunE = func(cmd *cobra.Command, args []string) error {
		line := []string{"--scenario", args[0], "-o", *output}
		for _, name := range []string{"seed", "seeds", "out"} {
			if value := flags.Lookup(name).Value.String(); value != "" {
				line = append(line, "--"+name, value)
			}
		}
		return simulate(cmd, line...)
	}
	return run
}

// simulate finds the program and hands it the line.
func simulate(cmd *cobra.Command, line ...string) error {
	program, err := findSim()
	if err != nil {
		return err
	}
	child := exec.CommandContext(cmd.Context(), program, line...)
	child.Stdout, child.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
	child.Cancel = func() error { return child.Process.Signal(syscall.SIGTERM) }
	child.WaitDelay = simPatience
	err = child.Run()
	var exited *exec.ExitError
	switch {
	case errors.Is(cmd.Context().Err(), context.Canceled):
		return errInterrupted
	case errors.As(err, &exited):
		return simStatus(exited.ExitCode())
	case err != nil:
		return fmt.Errorf("run %s: %w", simProgram, err)
	}
	return nil
}

// findSim looks beside this program, then in PATH.
func findSim() (string, error) {
	if own, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(own), simProgram)
		if found, err := exec.LookPath(beside); err == nil {
			return found, nil
		}
	}
	found, err := exec.LookPath(simProgram)
	if err != nil {
		return "", usage(fmt.Errorf("%s is neither beside this program nor in PATH; build it: "+
			"make sim-bin", simProgram))
	}
	return found, nil
}
