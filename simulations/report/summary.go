package report

import (
	"fmt"
	"io"
	"strings"

	"kmsgateway/simulations/laws"
)

// cell keeps a text inside its cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;").Replace(text)
}

// writeSummary writes the summary.md of one run.
func writeSummary(out io.Writer, run Run, r Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s, seed %d: %s\n\n", r.Scenario, r.Seed, r.Outcome)
	if run.Scenario.About != "" {
		fmt.Fprintf(&b, "%s\n\n", cell(run.Scenario.About))
	}
	fmt.Fprintf(&b, "%.1f s of virtual time, revision %s, %s. Again: `%s`\n", r.Virtual,
		cell(r.Revision), r.Go, run.Replay())
	if !r.Deterministic {
		b.WriteString("(deterministic: false, so the seed gives the same faults and draws, not the " +
			"same order of goroutines)\n")
	}
	b.WriteString("\n## Requests\n\n| asked | fulfilled | rejected | expired | pending | p50 ms | " +
		"p95 ms | p99 ms |\n|---|---|---|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| %d | %d | %d | %d | %d | %.0f | %.0f | %.0f |\n", r.Requests, r.Fulfilled,
		r.Rejected, r.Expired, r.Pending, r.P50, r.P95, r.P99)
	b.WriteString("\nFrom asked to the end mined; blocks come every " +
		run.Scenario.Chain.Period.String() + ".\n")
	b.WriteString("\n## Laws\n\n| law | says | standing | |\n|---|---|---|---|\n")
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", v.Law, cell(v.Says), v.Standing, cell(v.Lacks))
	}
	for _, a := range r.Assertions {
		fmt.Fprintf(&b, "| | %s | %s | %s |\n", cell(a.Says), a.Standing, cell(a.Have))
	}
	writeBreaches(&b, r)
	if len(r.Faults) > 0 {
		b.WriteString("\n## Faults\n\n| from ms | to ms | what | whom |\n|---|---|---|---|\n")
	}
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "| %.0f | %.0f | %s | %s |\n", f.From, f.To, cell(f.Kind),
			cell(strings.Join(f.Hosts, ", ")))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// writeBreaches lists what was broken, and what the world itself had to complain about.
func writeBreaches(b *strings.Builder, r Result) {
	for _, v := range r.Verdicts {
		if v.Standing == laws.Broken {
			fmt.Fprintf(b, "\nLaw %d is broken:\n", v.Law)
		}
		for _, breach := range v.Breaches {
			fmt.Fprintf(b, "- %s\n", cell(breach))
		}
	}
	if len(r.Troubles) > 0 {
		b.WriteString("\nTroubles of the simulation itself, so that nothing here is certain:\n")
	}
	for _, trouble := range r.Troubles {
		fmt.Fprintf(b, "- %s\n", cell(trouble))
	}
}
