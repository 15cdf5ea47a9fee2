// Command gateway-sim runs the gateway in virtual time: whole clusters of this very code, their
// parties and their chain in one process, under the faults of a scenario. It is a program of its
// own because virtual time comes with package testing, which the gateway itself must not hold.
//
//	gateway-sim --list | --schema
//	gateway-sim --scenario NAME|FILE --seed N | --seeds A..B [--out DIR] [-o json]
//
// It exits with 0 where all laws hold, 10 where one is broken, 11 where the run decides nothing, 64
// where what was asked cannot be run, and 1 where a run failed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"kmsgateway/simulations/report"
	"kmsgateway/simulations/scenario"
)

// exitUsage is for what cannot be run at all, a bad scenario file included.
const exitUsage = 64

// revision is stamped by the build.
var revision = "unknown"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run does what the arguments ask. A single seed ends the process from within its bubble.
func run(args []string, out, progress io.Writer) int {
	o, err := parse(args, progress)
	if err != nil {
		fmt.Fprintln(progress, "gateway-sim:", err)
		return exitUsage
	}
	switch {
	case o.list:
		err = list(out, o.json)
	case o.schema:
		err = schema(out)
	case o.seeds != "":
		return sweep(o, out, progress)
	default:
		return single(o, out, progress)
	}
	if err != nil {
		fmt.Fprintln(progress, "gateway-sim:", err)
		return report.ExitFailed
	}
	return 0
}

// list names the built-in scenarios and what each is about.
func list(out io.Writer, machine bool) error {
	type item struct {
		Name  string `json:"name"`
		About string `json:"about"`
	}
	items := []item{}
	for _, name := range scenario.Names() {
		s, err := scenario.Read(name)
		if err != nil {
			return err
		}
		items = append(items, item{name, s.About})
	}
	if machine {
		return json.NewEncoder(out).Encode(items)
	}
	for _, i := range items {
		if _, err := fmt.Fprintf(out, "%-18s %s\n", i.Name, i.About); err != nil {
			return err
		}
	}
	return nil
}

// schema prints what simulations/scenario/scenario.schema.json holds.
func schema(out io.Writer) error {
	text, err := scenario.Schema()
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

// newFlags is the command line, to be read into o.
func newFlags(o *options, progress io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("gateway-sim", flag.ContinueOnError)
	flags.SetOutput(progress)
	flags.BoolVar(&o.list, "list", false, "name the built-in scenarios")
	flags.BoolVar(&o.schema, "schema", false, "print the JSON Schema of a scenario file")
	flags.StringVar(&o.named, "scenario", "", "a built-in name, or a file")
	flags.StringVar(&o.seed, "seed", "", "one seed; the scenario's first where nothing is said")
	flags.StringVar(&o.seeds, "seeds", "", "a sweep: A..B, or N from the scenario's first seed on")
	flags.StringVar(&o.out, "out", "", "folder of the report; gateway-data/sim/... where not said")
	flags.StringVar(&o.output, "o", "text", "text or json: json ends with one line on stdout")
	return flags
}
