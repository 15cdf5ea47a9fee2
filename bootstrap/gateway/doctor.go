package main

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
	"kmsgateway/messages"
)

// errUnfit says that something would keep the process from its work; the checks say what.
var errUnfit = errors.New("a check failed; see its remedy")

func doctorCommand() *cobra.Command {
	config := bootstrap.DoctorConfig{Clock: time.Now, Rand: rand.Reader}
	var form output
	doctor := &cobra.Command{
		Use:   "doctor --config FILE",
		Short: "Examine what a node or party needs to do its work",
		Long: "Looks at clock, ports, disk, chain endpoints, certificate, keys, and at the custody " +
			"of a party or the parties and seeds of a node, whether it runs or not. Changes nothing " +
			"and shows no secret. Exits 0 where all is well, 2 with a warning, 1 where a check fails.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(); err != nil {
				return err
			}
			checks, err := bootstrap.Doctor(cmd.Context(), config)
			if err != nil {
				return err
			}
			err = form.print(cmd, checks, func(p *page) { drawChecks(p, checks) })
			if err != nil {
				return err
			}
			switch bootstrap.Worst(checks) {
			case bootstrap.VerdictOK:
				return nil
			case bootstrap.VerdictWarn:
				return gradedError{messages.Degraded, []string{"a check warns; see its remedy"}}
			default:
				return errUnfit
			}
		},
	}
	doctor.Flags().StringVar(&config.Path, "config", "", "configuration of a node or party")
	form.flag(doctor)
	require(doctor, "config")
	return doctor
}

func drawChecks(p *page, checks []bootstrap.Check) {
	var rows [][]string
	for _, c := range checks {
		rows = append(rows, []string{c.Name, string(c.Verdict), c.Says})
		if c.Remedy != "" {
			rows = append(rows, []string{"", "", "-> " + c.Remedy})
		}
	}
	p.table("CHECK STATE FOUND", rows)
}
