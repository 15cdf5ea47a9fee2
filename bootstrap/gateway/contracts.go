package main

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

func contractsCommand() *cobra.Command {
	contracts := &cobra.Command{Use: "contracts", Short: "Put the contracts on a chain",
		Args: cobra.NoArgs}
	var what bootstrap.Deploying
	var dry bool
	deploy := &cobra.Command{
		Use:   "deploy --rpc URL --sender FILE",
		Short: "Deploy registry and gateway; print the chain section of the configurations",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dry {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "would deploy KMSRegistry and "+
					"GatewayContract to chain %d at %s\n", what.Chain, what.RPC)
				return err
			}
			deployed, err := bootstrap.Deploy(cmd.Context(), rand.Reader, what)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), deployed.Section(what.Chain))
			return err
		},
	}
	flags := deploy.Flags()
	flags.StringVar(&what.RPC, "rpc", "", "JSON-RPC endpoint of the chain")
	flags.StringVar(&what.SenderKey, "sender", "", "key file of the account that deploys and governs")
	flags.StringVar(&what.PublicKey, "key", "", "public key file to register")
	flags.Uint64Var(&what.Chain, "chain-id", 1337, "chain id, which the endpoint must confirm")
	flags.DurationVar(&what.Grace, "grace", 10*time.Minute, "time after a deadline to still settle")
	flags.DurationVar(&what.Delay, "delay", 0, "of governance; 0 for development only")
	flags.BoolVar(&dry, "dry-run", false, "say what would be done")
	require(deploy, "rpc", "sender")
	contracts.AddCommand(deploy)
	return contracts
}
