package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
	"kmsgateway/bootstrap/admin"
)

// How a command that ordered a process to end waits for that: beyond the drain's own bound, and
// looking so often.
const (
	patience   = 10 * time.Second
	lookForEnd = 50 * time.Millisecond
)

// drainCommand is the same for nodes and parties: each is asked through its own door.
func drainCommand(what string) *cobra.Command {
	drain := &cobra.Command{
		Use:   "drain",
		Short: "Stop a " + what + " in order, as SIGTERM does, and wait until it has ended",
		Long: "The process takes nothing new, finishes or hands over what it has, leaves, and ends " +
			"with status 0. It can be started again at any time.",
	}
	begin := drain.Flags().Bool("no-wait", false, "return when the drain has begun")
	return asking(drain, exactly(0), func(ctx context.Context, cmd *cobra.Command,
		client *admin.Client, form output, _ []string) error {
		status, err := client.Status(ctx)
		if err != nil {
			return err
		}
		if err := client.Drain(ctx); err != nil {
			return err
		}
		says := "drains"
		if !*begin {
			fmt.Fprintln(cmd.ErrOrStderr(), status.Name, "drains ..")
			ctx, cancel := context.WithTimeout(ctx, bootstrap.DrainTime+patience)
			defer cancel()
			if err := client.AwaitEnd(ctx, lookForEnd); err != nil {
				return err
			}
			says = "has ended"
		}
		return form.print(cmd, map[string]any{"name": status.Name, "ended": !*begin}, func(p *page) {
			p.line("%s %s", status.Name, says)
		})
	})
}

func removeCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "remove NAME",
		Short: "Take the seat of a node that is gone for good",
		Long: "Ask any node that runs. Refused where those who are left would be no majority. To " +
			"keep NAME from ever coming back, void its certificates too: gateway node revoke.",
	}, exactly(1), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, args []string) error {
		if err := client.RemoveNode(ctx, args[0]); err != nil {
			return err
		}
		return form.print(cmd, map[string]string{"removed": args[0]}, func(p *page) {
			p.line("%s is removed", args[0])
		})
	})
}

func keyringCommand() *cobra.Command {
	keyring := &cobra.Command{Use: "keyring", Short: "Act on the keys of the gossip",
		Args: cobra.NoArgs}
	keyring.AddCommand(asking(&cobra.Command{
		Use:   "rotate",
		Short: "Give all nodes a new key and take the old ones away, without a pause",
	}, exactly(0), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, _ []string) error {
		rotation, err := client.RotateKeyring(ctx)
		if err != nil {
			return err
		}
		return form.print(cmd, rotation, func(p *page) {
			p.line("%d nodes use the new key %s", len(rotation.Nodes), rotation.Key)
		})
	}))
	return keyring
}
