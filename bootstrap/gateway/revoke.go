package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

// nodeCommand gathers what is done to one member of the cluster.
func nodeCommand() *cobra.Command {
	node := &cobra.Command{Use: "node", Short: "Act on one member", Args: cobra.NoArgs}
	var data string
	revoke := &cobra.Command{
		Use:   "revoke NAME --data DIR",
		Short: "Void the certificates of a node or party",
		Long: "Signs a new revocation list in the authority's folder, from where running nodes " +
			"take it. NAME can join again only with a fresh token and another key.",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			sequence, err := bootstrap.Revoke(data, args[0], time.Now)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is revoked, list %d\n", args[0], sequence)
			return err
		},
	}
	revoke.Flags().StringVar(&data, "data", "", "folder of the node that holds the authority")
	require(revoke, "data")
	node.AddCommand(revoke, drainCommand("node"), removeCommand())
	return node
}
