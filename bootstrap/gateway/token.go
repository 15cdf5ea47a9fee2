package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

func tokenCommand() *cobra.Command {
	token := &cobra.Command{Use: "token", Short: "Invite members", Args: cobra.NoArgs}
	config := bootstrap.TokenConfig{Clock: time.Now}
	var data, role, output string
	create := &cobra.Command{
		Use:   "create --role node|party --data DIR",
		Short: "Make a token that admits one member once, and print how to join",
		Long: "Prints the command to type on the machine that joins. The token in it is a secret " +
			"until it is used or expires: carry it as one. Where others can list processes, give " +
			"it to join as --token - on standard input, or as --token @FILE.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "text" && output != "json" {
				return usage(fmt.Errorf("--output is text or json, not %q", output))
			}
			config.Role = bootstrap.Role(role)
			invitation, err := bootstrap.CreateToken(data, config)
			if err != nil {
				return err
			}
			if output == "json" {
				return printInvitationJSON(cmd.OutOrStdout(), invitation)
			}
			return printInvitation(cmd.OutOrStdout(), invitation)
		},
	}
	flags := create.Flags()
	flags.StringVar(&data, "data", "", "folder of the node that holds the authority")
	flags.StringVar(&role, "role", "", "node or party")
	flags.StringVar(&config.Name, "name", "", "whom alone it admits; default any name not taken")
	flags.DurationVar(&config.TTL, "ttl", time.Hour, "how long it waits to be used")
	flags.StringVarP(&output, "output", "o", "text", "text or json")
	require(create, "role", "data")
	token.AddCommand(create)
	return token
}

// printInvitation prints the join line, and nothing else, so that a script can run it.
func printInvitation(out io.Writer, i bootstrap.Invitation) error {
	name := i.Name
	if name == "" {
		name = "NAME"
	}
	_, err := fmt.Fprintf(out,
		"gateway join %s --role %s --token %s --ca-pin %s --name %s --data DIR\n",
		i.Join, i.Role, i.Token.Reveal(), i.Pin, name)
	return err
}

func printInvitationJSON(out io.Writer, i bootstrap.Invitation) error {
	return json.NewEncoder(out).Encode(map[string]string{"join": i.Join, "role": string(i.Role),
		"token": i.Token.Reveal(), "ca_pin": i.Pin, "name": i.Name,
		"expires": i.Expires.UTC().Format(time.RFC3339)})
}
