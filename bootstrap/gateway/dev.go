package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap/demo"
)

// Defaults of a fleet: any one of three regions may die.
const (
	fleetNodes     = 5
	fleetParties   = 7
	fleetThreshold = 5
)

// devCommand gathers what is for development chains only.
func devCommand() *cobra.Command {
	dev := &cobra.Command{Use: "dev", Args: cobra.NoArgs,
		Short: "Run a whole gateway as processes of this machine, for development"}
	dev.AddCommand(devUpCommand(), devDownCommand(), devShowCommand(), devChainCommand(),
		devAskCommand())
	for _, one := range []struct {
		verb, short string
		do          func(*cobra.Command, *demo.Fleet, string) error
	}{
		{"kill", "End a member as a crash would", killMember},
		{"start", "Start a member again and wait until it is ready", startMember},
		{"freeze", "Stop a member in its tracks", freezeMember},
		{"thaw", "Let a frozen member go on", thawMember},
	} {
		dev.AddCommand(devMemberCommand(one.verb, one.short, one.do))
	}
	return dev
}

func killMember(cmd *cobra.Command, f *demo.Fleet, name string) error {
	return f.Kill(cmd.Context(), name)
}

func freezeMember(_ *cobra.Command, f *demo.Fleet, name string) error { return f.Freeze(name) }

func thawMember(_ *cobra.Command, f *demo.Fleet, name string) error { return f.Thaw(name) }

func startMember(cmd *cobra.Command, f *demo.Fleet, name string) error {
	if err := f.Start(name); err != nil {
		return err
	}
	return f.AwaitReady(cmd.Context(), name)
}

func devUpCommand() *cobra.Command {
	options := demo.FleetOptions{}
	up := &cobra.Command{
		Use:   "up --data DIR",
		Short: "Bring up a chain, nodes and parties in three regions",
		Long: "Does what an operator does: deploys the contracts to a development chain, deals a " +
			"key, makes a cluster, has every node and party join it by a token of its own, and " +
			"runs each as a process that outlives this command. Everything is below DIR: a folder, " +
			"a log and a pid file each. The chain is in memory, so a second up starts anew.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = cmd.ErrOrStderr()
			fleet, err := demo.RaiseFleet(cmd.Context(), options)
			if err != nil {
				return interrupted(cmd.Context(), err)
			}
			if err := fleet.WriteTable(cmd.OutOrStdout()); err != nil {
				return err
			}
			return sayHowToLook(cmd.ErrOrStderr(), fleet, options.Data)
		},
	}
	flags := up.Flags()
	flags.StringVar(&options.Data, "data", "", "folder of everything")
	flags.IntVar(&options.Nodes, "nodes", fleetNodes, "nodes of the gateway")
	flags.IntVar(&options.Parties, "parties", fleetParties, "n, the number of KMS parties")
	flags.IntVar(&options.Threshold, "threshold", fleetThreshold, "t, how many of them must agree")
	flags.DurationVar(&options.Period, "period", time.Second, "between blocks")
	flags.StringVar(&options.LogLevel, "log-level", "", "of every process; default info")
	require(up, "data")
	return up
}

// sayHowToLook shows commands that work as they stand.
func sayHowToLook(out io.Writer, fleet *demo.Fleet, data string) error {
	program, err := os.Executable()
	if err != nil {
		program = "gateway"
	}
	first := fleet.Members()[1]
	_, err = fmt.Fprintf(out, "\n"+
		"  curl http://%[1]s/v1/status                    what a node knows\n"+
		"  curl http://%[1]s/readyz                       how each of its rooms does\n"+
		"  tail -f %[2]s/%[3]s.log                        what it does\n"+
		"  %[4]s dev ask --data %[2]s      have notes decrypted, as a user does\n"+
		"  %[4]s dev kill --data %[2]s %[3]s   and see who takes over\n"+
		"  %[4]s dev down --data %[2]s     end it all\n",
		first.HTTP, data, first.Name, program)
	return err
}

func devDownCommand() *cobra.Command {
	var data string
	down := &cobra.Command{
		Use:   "down --data DIR",
		Short: "End every process of a fleet",
		Long: "Sends SIGTERM to nodes, parties and chain in this order, waits for each to drain, " +
			"and kills what does not. Only processes that up or start started are touched. Can be " +
			"repeated; the folder stays, with its logs.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			fleet, err := demo.OpenFleet(data, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			ends, err := fleet.Down(cmd.Context())
			ran, forced := 0, 0
			for _, end := range ends {
				if end.Ran {
					ran++
				}
				if end.Forced {
					forced++
				}
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d ended, %d of them by force; %d did not run\n",
				ran, forced, len(ends)-ran)
			return err
		},
	}
	down.Flags().StringVar(&data, "data", "", "folder of the fleet")
	require(down, "data")
	return down
}

func devShowCommand() *cobra.Command {
	var data string
	show := &cobra.Command{
		Use: "show --data DIR", Short: "Print who runs where, and how much memory it takes",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			fleet, err := demo.OpenFleet(data, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return fleet.WriteTable(cmd.OutOrStdout())
		},
	}
	show.Flags().StringVar(&data, "data", "", "folder of the fleet")
	require(show, "data")
	return show
}

func devMemberCommand(verb, short string,
	do func(*cobra.Command, *demo.Fleet, string) error) *cobra.Command {
	var data string
	act := &cobra.Command{
		Use: verb + " NAME --data DIR", Short: short, Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			fleet, err := demo.OpenFleet(data, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return do(cmd, fleet, args[0])
		},
	}
	act.Flags().StringVar(&data, "data", "", "folder of the fleet")
	require(act, "data")
	return act
}

func devChainCommand() *cobra.Command {
	var options demo.ChainOptions
	var piped bool
	chain := &cobra.Command{
		Use:    "chain --listen ADDR",
		Short:  "Serve a development chain with funded accounts; print its URL",
		Hidden: true,
		Args:   exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Output = cmd.OutOrStdout()
			if piped {
				options.Input = cmd.InOrStdin()
			}
			return demo.ServeDevChain(cmd.Context(), options)
		},
	}
	flags := chain.Flags()
	flags.StringVar(&options.Listen, "listen", "127.0.0.1:8545", "host:port of its JSON-RPC")
	flags.DurationVar(&options.Period, "period", time.Second, "between blocks")
	flags.StringVar(&options.Accounts, "accounts", "",
		"folder of key files account-1.key.., made where they are missing, of funded accounts")
	flags.IntVar(&options.Count, "count", 10, "how many of them")
	flags.StringSliceVar(&options.Fund, "fund", nil, "further addresses to fund")
	flags.BoolVar(&piped, "until-stdin-ends", false, "end with standard input, too")
	return chain
}

func devAskCommand() *cobra.Command {
	var options demo.AskOptions
	ask := &cobra.Command{
		Use:   "ask --config FILE --sender FILE",
		Short: "Have notes decrypted, as a dApp's user does, and time it",
		Long: "Reads of a node's configuration which chain, contracts and key it serves, puts a " +
			"dApp on the chain, encrypts notes to it, asks for them and waits for the plaintexts. " +
			"Exits 1 where one is missing or differs. With --data FOLDER of a fleet nothing else " +
			"need be said.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			configured := options.Config != "" && options.Sender != ""
			if configured == (options.Data != "") {
				return usage(errors.New("give --data, or --config and --sender"))
			}
			options.Output = cmd.OutOrStdout()
			return interrupted(cmd.Context(), demo.Ask(cmd.Context(), options))
		},
	}
	flags := ask.Flags()
	flags.StringVar(&options.Data, "data", "", "folder of a fleet")
	flags.StringVar(&options.Config, "config", "", "configuration of a node")
	flags.StringVar(&options.Sender, "sender", "", "key file of the account that asks")
	flags.IntVar(&options.Requests, "requests", 3, "how many notes")
	return ask
}
