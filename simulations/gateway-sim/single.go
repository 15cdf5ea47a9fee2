package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"testing"
	"testing/synctest"

	"kmsgateway/simulations/report"
	"kmsgateway/simulations/world"
)

// single plays one seed in a bubble, reports, and ends the process with the status. A bubble is to
// be had from package testing alone, whose main never returns and knows no status but 0 and 1; so
// everything happens inside, and the process ends there.
func single(o options, out, progress io.Writer) int {
	os.Args = os.Args[:1] // the flags of package testing are not ours
	testing.Main(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: o.scenario.Name, F: func(t *testing.T) {
			var history world.History
			var err error
			synctest.Test(t, func(*testing.T) { history, err = world.Play(o.first, o.plan) })
			os.Exit(conclude(o, history, err, out, progress))
		}}}, nil, nil)
	return report.ExitFailed // testing.Main does not return
}

// conclude writes the report and says what came of it.
func conclude(o options, history world.History, err error, out, progress io.Writer) int {
	if err != nil {
		fmt.Fprintf(progress, "gateway-sim: seed %d could not begin: %v\n", o.first, err)
		return report.ExitFailed
	}
	result, err := report.Write(o.out, report.Run{Scenario: o.scenario, Named: o.named,
		Seed: o.first, Revision: revision, History: history})
	if err != nil {
		fmt.Fprintf(progress, "gateway-sim: seed %d: %v\n", o.first, err)
		return report.ExitFailed
	}
	if o.json {
		err = json.NewEncoder(out).Encode(result)
	} else {
		err = tell(out, o.out, result)
	}
	if err != nil {
		fmt.Fprintln(progress, "gateway-sim:", err)
		return report.ExitFailed
	}
	return result.Exit
}

// tell prints a result for people.
func tell(out io.Writer, dir string, r report.Result) error {
	_, err := fmt.Fprintf(out, "%s, seed %d: %s\n%d requests: %d fulfilled, %d rejected, %d expired, "+
		"%d pending; p50 %.0f ms, p95 %.0f ms, p99 %.0f ms; %.0f s of virtual time\n", r.Scenario,
		r.Seed, r.Outcome, r.Requests, r.Fulfilled, r.Rejected, r.Expired, r.Pending, r.P50, r.P95,
		r.P99, r.Virtual)
	for _, v := range r.Verdicts {
		if err == nil {
			_, err = fmt.Fprintf(out, "law %-2d %-10s %s\n", v.Law, v.Standing, v.Lacks)
		}
		for _, breach := range v.Breaches {
			if err == nil {
				_, err = fmt.Fprintf(out, "       %s\n", breach)
			}
		}
	}
	for _, a := range r.Assertions {
		if err == nil {
			_, err = fmt.Fprintf(out, "       %-10s %s: %s\n", a.Standing, a.Says, a.Have)
		}
	}
	for _, trouble := range r.Troubles {
		if err == nil {
			_, err = fmt.Fprintf(out, "trouble: %s\n", trouble)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "report in %s\n", dir)
	}
	return err
}
