package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kmsgateway/messages"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain CODE",
		Short: "Explain a refusal: what happened and what to do",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			code := messages.Code(strings.ToUpper(args[0]))
			reason := messages.ReasonOf(code)
			if reason.Code != code {
				return usage(fmt.Errorf("no such code %q", args[0]))
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s (%s): %s\n%s\nRemedy: %s\n",
				reason.Code, reason.Class, reason.Short, reason.Long, reason.Remedy)
			return err
		},
	}
}
