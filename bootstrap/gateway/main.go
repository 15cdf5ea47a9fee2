// Command gateway is the KMS gateway: node, party, demo and tools in one binary. This package
// parses and calls; what it calls lives in bootstrap.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// revision is stamped by the build.
var revision = "unknown"

func main() {
	os.Exit(run(os.Args[1:]))
}

// run executes one command line and returns its exit status. The first SIGTERM or interrupt asks
// for a graceful stop, a second one ends the process at once.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	root := command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
	}
	return exitStatus(err)
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "gateway",
		Short:         "A KMS gateway for EVM chains",
		Version:       revision,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(demoCommand(), runCommand(), partyCommand(), configCommand(), keyCommand(),
		encryptCommand(), decryptCommand(), verifyCommand(), explainCommand(), keysCommand(),
		contractsCommand(), initCommand(), tokenCommand(), joinCommand(), nodeCommand(), devCommand(),
		statusCommand(), membersCommand(), raftCommand(), keyringCommand(), requestsCommand(),
		doctorCommand(), simCommand())
	return root
}

// exactly is cobra.ExactArgs with the exit status of a usage error.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := cobra.ExactArgs(n)(cmd, args); err != nil {
			return usage(err)
		}
		return nil
	}
}

// atLeast is cobra.MinimumNArgs with the exit status of a usage error.
func atLeast(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := cobra.MinimumNArgs(n)(cmd, args); err != nil {
			return usage(err)
		}
		return nil
	}
}
