package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
)

func configCommand() *cobra.Command {
	config := &cobra.Command{Use: "config", Short: "Write and check configurations",
		Args: cobra.NoArgs}
	var role string
	chosen := func() (bootstrap.Role, error) {
		switch r := bootstrap.Role(role); r {
		case bootstrap.RoleNode, bootstrap.RoleParty:
			return r, nil
		}
		return "", usage(fmt.Errorf("--role is node or party, not %q", role))
	}
	show := func(render func(bootstrap.Role) ([]byte, error)) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, _ []string) error {
			r, err := chosen()
			if err != nil {
				return err
			}
			text, err := render(r)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
			return err
		}
	}
	initial := &cobra.Command{
		Use: "init", Short: "Print a commented example to start from", Args: exactly(0),
		RunE: show(func(r bootstrap.Role) ([]byte, error) {
			return bootstrap.ExampleConfig(r), nil
		}),
	}
	schema := &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of a configuration", Args: exactly(0),
		RunE: show(bootstrap.ConfigSchema),
	}
	validate := &cobra.Command{
		Use: "validate FILE", Short: "Check a configuration, naming the first key at fault",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := chosen()
			if err != nil {
				return err
			}
			if r == bootstrap.RoleParty {
				_, err = bootstrap.LoadParty(args[0])
			} else {
				_, err = bootstrap.LoadNode(args[0])
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "valid")
			return err
		},
	}
	config.PersistentFlags().StringVar(&role, "role", "node", "node or party")
	config.AddCommand(initial, validate, schema, explainConfigCommand(), configSetCommand())
	return config
}

func explainConfigCommand() *cobra.Command {
	var path string
	var form output
	explain := &cobra.Command{
		Use:   "explain --config FILE",
		Short: "Show where each value of a configuration comes from",
		Long: "Each value is a default, stands on a line of the file, or was set by a variable of " +
			"the environment, which wins. Of secrets the paths are shown, of URLs scheme and host.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(); err != nil {
				return err
			}
			origins, err := bootstrap.ExplainConfig(path)
			if err != nil {
				return err
			}
			return form.print(cmd, origins, func(p *page) {
				var rows [][]string
				for _, o := range origins {
					rows = append(rows, []string{o.Key, o.Value, o.From})
				}
				p.table("KEY VALUE FROM", rows)
			})
		},
	}
	explain.Flags().StringVar(&path, "config", "", "configuration file")
	form.flag(explain)
	require(explain, "config")
	return explain
}

func configSetCommand() *cobra.Command {
	var from string
	set := &cobra.Command{
		Use:   "set FILE [KEY=VALUE]... [--from FILE]",
		Short: "Change values of a configuration, and nothing else in it",
		Long: "KEY is as errors name it: node.http, keys[0]. --from takes over a whole section, such " +
			"as the one that contracts deploy prints. A key must be in the file already; what a " +
			"value means is for config validate to check.",
		Args: atLeast(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var section []byte
			var err error
			if from != "" {
				if section, err = readFile(from); err != nil {
					return malformed("from", err.Error())
				}
			}
			return bootstrap.SetConfig(args[0], section, args[1:])
		},
	}
	set.Flags().StringVar(&from, "from", "", "YAML whose values are taken over")
	return set
}
