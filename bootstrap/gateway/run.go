package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

func runCommand() *cobra.Command {
	var path string
	run := &cobra.Command{
		Use:   "run --config FILE",
		Short: "Run a node of the gateway",
		Long: "Runs until SIGTERM, then drains: takes nothing new, finishes or leaves to its " +
			"journal what is under way, flushes. A second SIGTERM stops at once.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := bootstrap.LoadNode(path)
			if err != nil {
				return err
			}
			node, err := bootstrap.StartNode(cmd.Context(), systemEnv(), config)
			if err != nil {
				return err
			}
			return errors.Join(serve(cmd, "node "+config.Node.Name+", http://"+node.Addr(),
				node.Failed(), node.Drained(), node.Stop), node.Err())
		},
	}
	run.Flags().StringVar(&path, "config", "", "configuration file")
	require(run, "config")
	return run
}

func partyCommand() *cobra.Command {
	party := &cobra.Command{Use: "party", Short: "Run a KMS party", Args: cobra.NoArgs}
	var path string
	run := &cobra.Command{
		Use:   "run --config FILE",
		Short: "Run a KMS party: one share of each key, its own view of the chain",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := bootstrap.LoadParty(path)
			if err != nil {
				return err
			}
			party, err := bootstrap.StartParty(cmd.Context(), systemEnv(), config)
			if err != nil {
				return err
			}
			return serve(cmd, fmt.Sprintf("party %d, %s", config.Party.Index, party.Addr()), nil,
				party.Drained(), party.Stop)
		},
	}
	run.Flags().StringVar(&path, "config", "", "configuration file")
	require(run, "config")
	party.AddCommand(run, drainCommand("party"))
	return party
}

func systemEnv() bootstrap.Env {
	return bootstrap.Env{Clock: time.Now, Rand: rand.Reader, Log: os.Stderr}
}

// serve waits for the signal or the operator's order to stop, or for a failure, and drains within
// bootstrap.DrainTime.
func serve(cmd *cobra.Command, what string, failed, drained <-chan struct{},
	stop func(context.Context) error) error {
	if _, err := fmt.Fprintln(cmd.OutOrStdout(), "ready:", what); err != nil {
		return err
	}
	select {
	case <-cmd.Context().Done():
	case <-drained:
	case <-failed:
	}
	ctx, cancel := context.WithTimeout(context.Background(), bootstrap.DrainTime)
	defer cancel()
	return stop(ctx)
}
