package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap/demo"
)

// Defaults of the demo: small enough for a minute, large enough for the table of timings.
const (
	demoRequests  = 12
	demoNodes     = 3
	demoParties   = 3
	demoThreshold = 2
	demoScenario  = "auction"
)

// errPromise says that the demo ran and that the gateway did not keep its promises.
var errPromise = errors.New("the run broke a promise; see the report")

func demoCommand() *cobra.Command {
	options := demo.Options{}
	var fault, scenario string
	var once, machine bool
	show := &cobra.Command{
		Use:   "demo",
		Short: "Show sealed bids opened by a threshold of KMS parties on an in-process chain",
		Long: "Starts a chain, deploys the contracts, deals a key, starts parties and nodes, and " +
			"plays a sealed-bid auction beside a number of single decryptions. Exits 1 where a " +
			"result is missing or differs from what was encrypted. Stays up unless --once.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if scenario != demoScenario {
				return malformed("scenario", "this version plays "+demoScenario)
			}
			options.Fault = demo.Fault(fault)
			options.Log, options.Progress = cmd.ErrOrStderr(), cmd.OutOrStdout()
			if machine {
				options.Progress = cmd.ErrOrStderr()
			}
			if !once && !machine {
				options.Stay = func(ctx context.Context, node string) error {
					_, err := fmt.Fprintf(options.Progress,
						"The node stays up at http://%s/v1/status; interrupt to end.\n", node)
					<-ctx.Done()
					return err
				}
			}
			report, err := demo.Run(cmd.Context(), options)
			if err != nil {
				return interrupted(cmd.Context(), err)
			}
			return printReport(cmd.OutOrStdout(), report, machine)
		},
	}
	flags := show.Flags()
	flags.IntVar(&options.Requests, "requests", demoRequests, "requests in all, the auction is one")
	flags.IntVar(&options.Parties, "parties", demoParties, "n, the number of KMS parties")
	flags.IntVar(&options.Threshold, "threshold", demoThreshold, "t, how many of them must agree")
	flags.IntVar(&options.Nodes, "nodes", demoNodes, "nodes of the gateway")
	flags.StringVar(&scenario, "scenario", demoScenario, "what is played")
	flags.StringVar(&fault, "fault", "", "party-down, rpc-lies or reorg")
	flags.BoolVar(&once, "once", false, "end when the story is over")
	flags.BoolVar(&machine, "json", false, "end with one line of JSON; the story goes to stderr")
	return show
}

// interrupted tells a person's interrupt from a failure.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

func printReport(out io.Writer, report demo.Report, machine bool) error {
	if machine {
		if err := json.NewEncoder(out).Encode(report); err != nil {
			return err
		}
	} else if _, err := fmt.Fprint(out, summary(report)); err != nil {
		return err
	}
	if !report.Passed() {
		return errPromise
	}
	return nil
}

// summary is the report for people.
func summary(r demo.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d requests: %d fulfilled, %d rejected, %d expired, %d lost, %d wrong\n",
		r.Requests, r.Fulfilled, r.Rejected, r.Expired, r.Lost, r.Wrong)
	fmt.Fprintf(&b, "request mined to result mined: p50 %.0f ms, p99 %.0f ms; %.1f results/s\n",
		r.P50, r.P99, r.PerSecond)
	fmt.Fprintf(&b, "gas   proof OPENING: %d to verify, %d for the whole settlement\n",
		r.VerifyGas, r.SettleGas)
	fmt.Fprintf(&b, "      the first settlement under a key opens its treasury's account: %d\n",
		r.FirstSettleGas)
	fmt.Fprintf(&b, "      proof QUORUM:  %d to verify, %d for the whole settlement of %s\n",
		r.QuorumVerifyGas, r.QuorumSettleGas, "three bids")
	fmt.Fprintf(&b, "parties %d, threshold %d, nodes: %d, leader %s, regions %s\n",
		r.Parties, r.Threshold, r.Nodes, r.Leader, strings.Join(r.Regions, " "))
	for _, party := range r.Refused {
		fmt.Fprintf(&b, "refused: %s\n", party)
	}
	for _, party := range r.Blamed {
		fmt.Fprintf(&b, "blamed: %s\n", party)
	}
	if len(r.Broken) == 0 {
		b.WriteString("laws 1, 2, 3, 5: all hold\n")
	}
	for _, breach := range r.Broken {
		fmt.Fprintf(&b, "broken: %s\n", breach)
	}
	return b.String()
}
