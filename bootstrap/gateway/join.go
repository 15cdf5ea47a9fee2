package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

// maxToken bounds what is read of a token's file, in bytes; a token has 81.
const maxToken = 256

func joinCommand() *cobra.Command {
	config := bootstrap.JoinConfig{Clock: time.Now}
	var token, role string
	join := &cobra.Command{
		Use:   "join ADDR --token T --ca-pin P --name NAME --data DIR",
		Short: "Become a member of a cluster",
		Long: "Makes a key, which stays here, and has the cluster's authority certify it. The " +
			"authority is believed by its pin. Writes key, certificates and a configuration to " +
			"start from below DIR, and prints the configuration's path. T may be @FILE, or - for " +
			"standard input, so that no list of processes shows it.",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch config.Role = bootstrap.Role(role); config.Role {
			case "", bootstrap.RoleNode, bootstrap.RoleParty:
			default:
				return usage(fmt.Errorf("--role is node or party, not %q", role))
			}
			var err error
			if config.Token, err = tokenArg(cmd, token); err != nil {
				return err
			}
			config.Address = args[0]
			joined, err := bootstrap.Join(cmd.Context(), config)
			if err != nil {
				return interrupted(cmd.Context(), err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), joined.Config)
			return err
		},
	}
	flags := join.Flags()
	flags.StringVar(&token, "token", "", "what token create printed; @FILE, or - for stdin")
	flags.StringVar(&config.Pin, "ca-pin", "", "the authority, sha256:HEX")
	flags.StringVar(&config.Name, "name", "", "whom the certificate will name")
	flags.StringVar(&role, "role", "", "node or party: refuses a token of the other role")
	flags.StringVar(&config.Region, "region", "", "region, for the configuration")
	flags.StringVar(&config.Data, "data", "", "folder of this member")
	require(join, "token", "ca-pin", "name", "data")
	return join
}

// tokenArg reads the token from where the flag says; no error repeats it.
func tokenArg(cmd *cobra.Command, value string) (bootstrap.Token, error) {
	var err error
	text := []byte(value)
	switch {
	case value == "-":
		text, err = io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxToken))
	case strings.HasPrefix(value, "@"):
		text, err = readFile(value[1:])
	}
	if err != nil {
		return bootstrap.Token{}, malformed("token", err.Error())
	}
	return bootstrap.ParseToken(strings.TrimSpace(string(text)))
}
