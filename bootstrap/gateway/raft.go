package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
	"kmsgateway/bootstrap/admin"
)

func raftCommand() *cobra.Command {
	raft := &cobra.Command{Use: "raft", Short: "Act on the ledger and who holds it",
		Args: cobra.NoArgs}
	raft.AddCommand(listPeersCommand(), transferCommand(), snapshotCommand(), recoverCommand())
	return raft
}

func listPeersCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "list-peers",
		Short: "List who holds the ledger, who votes and who leads",
	}, exactly(0), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, _ []string) error {
		seats, err := client.Seats(ctx)
		if err != nil {
			return err
		}
		return form.print(cmd, seats, func(p *page) {
			var rows [][]string
			for _, seat := range seats {
				rows = append(rows, []string{seat.Name, seat.Kind(), leads(seat.Leader)})
			}
			p.table("NAME SEAT LEADER", rows)
		})
	})
}

func transferCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "transfer-leader [NAME]",
		Short: "Hand leadership to a voter, to the most up to date one where none is named",
	}, upTo(1), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, args []string) error {
		leader, err := client.TransferLeader(ctx, strings.Join(args, ""))
		if err != nil {
			return err
		}
		told := map[string]string{"leader": leader}
		return form.print(cmd, told, func(p *page) { p.line("%s leads", leader) })
	})
}

func snapshotCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "snapshot",
		Short: "Write a snapshot of a node's ledger and let go of the log behind it",
	}, exactly(0), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, _ []string) error {
		if err := client.Snapshot(ctx); err != nil {
			return err
		}
		return form.print(cmd, map[string]bool{"snapshot": true}, func(p *page) {
			p.line("the snapshot is written")
		})
	})
}

func recoverCommand() *cobra.Command {
	var path string
	var voters []string
	recovery := &cobra.Command{
		Use:   "recover --config FILE --voters NAME,NAME..",
		Short: "Make the nodes that are left the voters, when a majority is lost for good",
		Long: "Rewrites the list of voters in the files of a node that is stopped. What was " +
			"committed by the lost nodes alone is lost with them. Type it with the same voters on " +
			"every node that is left, before any of them is started; make sure that the others " +
			"never return.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(voters) == 0 {
				return usage(errors.New("--voters names at least one node"))
			}
			config, err := bootstrap.LoadNode(path)
			if err != nil {
				return err
			}
			if err := bootstrap.RecoverLedger(config, voters, time.Now); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "the voters of %s's ledger are now %s\n",
				config.Node.Name, strings.Join(voters, ", "))
			return err
		},
	}
	recovery.Flags().StringVar(&path, "config", "", "configuration of the node, which is stopped")
	recovery.Flags().StringSliceVar(&voters, "voters", nil, "names of all nodes that are left to vote")
	require(recovery, "config", "voters")
	return recovery
}
