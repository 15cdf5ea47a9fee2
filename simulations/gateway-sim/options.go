package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"kmsgateway/simulations/scenario"
	"kmsgateway/simulations/world"
)

// maxSeeds bounds a sweep.
const maxSeeds = 100_000

// options is a command line that was understood.
type options struct {
	list, schema, json              bool
	named, seed, seeds, output, out string

	scenario    scenario.Scenario
	plan        world.Plan
	first, last uint64 // seeds, both included
}

// parse reads the command line and the scenario it names.
func parse(args []string, progress io.Writer) (o options, err error) {
	flags := newFlags(&o, progress)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("what is %q? the scenario comes with --scenario", flags.Arg(0))
	case o.output != "text" && o.output != "json":
		return o, fmt.Errorf("-o is text or json, not %q", o.output)
	case o.seed != "" && o.seeds != "":
		return o, errors.New("--seed or --seeds, not both")
	}
	o.json = o.output == "json"
	if o.list || o.schema {
		return o, nil
	}
	if o.named == "" {
		return o, errors.New("which --scenario? --list names those there are")
	}
	if o.scenario, err = scenario.Read(o.named); err != nil {
		return o, err
	}
	if o.plan, err = o.scenario.Compile(); err != nil {
		return o, err
	}
	if o.first, o.last, err = seedsOf(o); err != nil {
		return o, err
	}
	if o.out == "" {
		o.out = filepath.Join("gateway-data", "sim", o.scenario.Name)
		if o.seeds == "" {
			o.out = seedFolder(o.out, o.first)
		}
	}
	return o, nil
}

// seedFolder is where a seed's report lies in its sweep's folder.
func seedFolder(dir string, seed uint64) string {
	return filepath.Join(dir, fmt.Sprintf("seed-%d", seed))
}

// seedsOf reads --seed and --seeds.
func seedsOf(o options) (first, last uint64, err error) {
	first = o.scenario.Seeds.First
	from, to, ranged := strings.Cut(o.seeds, "..")
	switch {
	case o.seed != "":
		first, err = strconv.ParseUint(o.seed, 10, 64)
		last = first
	case o.seeds == "":
		last = first
	case ranged:
		var wrong error
		first, err = strconv.ParseUint(from, 10, 64)
		last, wrong = strconv.ParseUint(to, 10, 64)
		err = errors.Join(err, wrong)
	default:
		var count uint64
		count, err = strconv.ParseUint(o.seeds, 10, 32)
		last = first + count - 1
	}
	if err != nil {
		return 0, 0, fmt.Errorf("seeds are numbers, and --seeds is A..B or N: %w", err)
	}
	if last < first || last-first >= maxSeeds {
		return 0, 0, fmt.Errorf("seeds %d..%d: want 1 to %d of them", first, last, maxSeeds)
	}
	return first, last, nil
}
