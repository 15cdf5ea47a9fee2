package main

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap"
	"kmsgateway/crypto/threshold"
)

func keysCommand() *cobra.Command {
	keys := &cobra.Command{Use: "keys", Short: "Make and show master keys", Args: cobra.NoArgs}
	var dev, large bool
	var chain uint64
	var parties, quorum int
	var out, name string
	deal := &cobra.Command{
		Use:   "deal --dev --parties N --threshold T",
		Short: "Deal a key, for development: whoever deals knows the whole key",
		Long: "Writes public.json, which nodes and parties are configured with, and for each party " +
			"a folder with its sealed share and the identity that opens it. Parties of a real " +
			"chain make their key together instead.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !dev {
				return usage(errors.New("a dealer knows the whole key: say --dev"))
			}
			dealt, err := bootstrap.Deal(rand.Reader, out, chain,
				threshold.Dealer{Name: name, AllowLarge: large}, quorum, parties)
			if err != nil {
				return err
			}
			dealt.Wipe()
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "DEALER KEY %s: %d of %d, %s\n",
				dealt.Info.Key, quorum, parties, dealt.Public)
			return err
		},
	}
	flags := deal.Flags()
	flags.BoolVar(&dev, "dev", false, "yes, one person knows the whole key")
	flags.IntVar(&parties, "parties", demoParties, "n, the number of parties")
	flags.IntVar(&quorum, "threshold", demoThreshold, "t, how many of them must agree")
	flags.BoolVar(&large, "allow-large-threshold", false, "allow t above n - f, up to n")
	flags.Uint64Var(&chain, "chain-id", 1337, "the development chain")
	flags.StringVar(&out, "out", "keys", "folder to write to")
	flags.StringVar(&name, "dealer", "dev", "who deals, for the record")
	keys.AddCommand(deal)
	return keys
}
