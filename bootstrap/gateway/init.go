package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

// defaultJoin is where the join service is said to be reached unless init is told otherwise.
const defaultJoin = "127.0.0.1:7400"

func initCommand() *cobra.Command {
	config := bootstrap.InitConfig{Clock: time.Now}
	initial := &cobra.Command{
		Use:   "init --cluster NAME --data DIR",
		Short: "Make a cluster: its authority and its first node",
		Long: "Makes the cluster's certificate authority (DIR/ca: whoever reads it can admit " +
			"anybody), the gossip key, the first node's key and certificate (DIR/tls) and a " +
			"configuration to start from. Prints the configuration's path.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := bootstrap.Init(config)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), path)
			return err
		},
	}
	flags := initial.Flags()
	flags.StringVar(&config.Cluster, "cluster", "", "name of the cluster, in its certificates")
	flags.StringVar(&config.Data, "data", "", "folder of the first node")
	flags.StringVar(&config.Name, "name", "node-1", "name of the first node")
	flags.StringVar(&config.Region, "region", "", "region of the first node")
	flags.StringVar(&config.Join, "join", defaultJoin, "host:port where others will join")
	require(initial, "cluster", "data")
	return initial
}
