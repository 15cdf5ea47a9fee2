package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
	"kmsgateway/bootstrap/admin"
	"kmsgateway/messages"
)

// door is how a command finds the process that it asks: by its configuration or its folder.
type door struct {
	config, data string
	output       output
}

func (d *door) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.config, "config", "", "configuration of the process to ask")
	cmd.Flags().StringVar(&d.data, "data", "", "data folder of the process to ask")
	d.output.flag(cmd)
}

// path is where the process's socket is.
func (d *door) path() (string, error) {
	folder := d.data
	if (d.config == "") == (d.data == "") {
		return "", usage(errors.New("say which process: --config FILE or --data DIR"))
	}
	if d.config != "" {
		var err error
		if folder, err = bootstrap.DataFolder(d.config); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(folder); d.data != "" && errors.Is(err, fs.ErrNotExist) {
		return "", messages.BadConfig("--data", "no folder "+folder)
	}
	return filepath.Join(folder, admin.SocketName), nil
}

// ask dials the process and lets do talk to it.
func (d *door) ask(cmd *cobra.Command, do func(context.Context, *admin.Client) error) error {
	if err := d.output.check(); err != nil {
		return err
	}
	path, err := d.path()
	if err != nil {
		return err
	}
	client, err := admin.Dial(path)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := do(cmd.Context(), client); err != nil {
		return interrupted(cmd.Context(), err)
	}
	return nil
}

// asking makes a command that asks a process; how prints what it says.
func asking(cmd *cobra.Command, args cobra.PositionalArgs,
	how func(context.Context, *cobra.Command, *admin.Client, output, []string) error) *cobra.Command {
	d := &door{}
	d.flags(cmd)
	cmd.Args = args
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return d.ask(cmd, func(ctx context.Context, client *admin.Client) error {
			return how(ctx, cmd, client, d.output, args)
		})
	}
	return cmd
}

// upTo is cobra.MaximumNArgs with the exit status of a usage error.
func upTo(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := cobra.MaximumNArgs(n)(cmd, args); err != nil {
			return usage(err)
		}
		return nil
	}
}
