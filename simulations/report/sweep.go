package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"kmsgateway/simulations/laws"
)

const (
	// resamples of the bootstrap: enough for the second digit of a 95 % interval.
	resamples = 2000
	// resampleSeed makes the same interval of the same values.
	resampleSeed = 1
)

// ExitFailed is for a run that ended without a result, as when the program itself crashed.
const ExitFailed = 1

// SeedRow is one seed of a sweep: its result, or why there is none.
type SeedRow struct {
	Seed   uint64
	Result Result
	Failed string // "" where there is a result
}

// exit is the status of one seed.
func (s SeedRow) exit() int {
	if s.Failed != "" {
		return ExitFailed
	}
	return s.Result.Exit
}

// Sweep is what a sweep came to: the last line of `gateway sim run --seeds N -o json`.
type Sweep struct {
	Scenario     string   `json:"scenario"`
	Seeds        int      `json:"seeds"`
	Held         int      `json:"held"`
	Broken       int      `json:"broken"`
	Inconclusive int      `json:"inconclusive"`
	Failed       int      `json:"failed"`
	Exit         int      `json:"exit"`
	P50          Interval `json:"p50_ms"`
	P95          Interval `json:"p95_ms"`
	P99          Interval `json:"p99_ms"`
	Replays      []string `json:"replays"` // one line for each seed that did not hold
}

// Interval is a median over seeds with its 95 % bootstrap interval.
type Interval struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// bootstrap resamples the values with replacement and takes the middle 95 % of the medians.
func bootstrap(values []float64) Interval {
	if len(values) == 0 {
		return Interval{}
	}
	draws := rand.New(rand.NewPCG(resampleSeed, uint64(len(values))))
	medians, sample := make([]float64, resamples), make([]float64, len(values))
	for i := range medians {
		for k := range sample {
			sample[k] = values[draws.IntN(len(values))]
		}
		medians[i] = median(sample)
	}
	return Interval{median(values), quantile(medians, 0.025), quantile(medians, 0.975)}
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// SweepOf sums up seeds. A broken law outweighs a failed run, and that what is inconclusive.
func SweepOf(scenario, named string, rows []SeedRow) Sweep {
	s := Sweep{Scenario: scenario, Seeds: len(rows), Replays: []string{}}
	var p50, p95, p99 []float64
	for _, row := range rows {
		switch row.exit() {
		case ExitHeld:
			s.Held++
		case ExitBroken:
			s.Broken++
		case ExitInconclusive:
			s.Inconclusive++
		default:
			s.Failed++
		}
		if row.exit() != ExitHeld {
			s.Replays = append(s.Replays, replay(named, row.Seed))
		}
		if row.Failed == "" && row.Result.Pending < row.Result.Requests {
			p50, p95 = append(p50, row.Result.P50), append(p95, row.Result.P95)
			p99 = append(p99, row.Result.P99)
		}
	}
	switch {
	case s.Broken > 0:
		s.Exit = ExitBroken
	case s.Failed > 0:
		s.Exit = ExitFailed
	case s.Inconclusive > 0:
		s.Exit = ExitInconclusive
	}
	s.P50, s.P95, s.P99 = bootstrap(p50), bootstrap(p95), bootstrap(p99)
	return s
}

// WriteSweep writes sweep.csv and summary.md of a sweep over the folders of its seeds.
func WriteSweep(dir string, sweep Sweep, rows []SeedRow) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make sweep folder: %w", err)
	}
	err := create(filepath.Join(dir, "sweep.csv"), func(out io.Writer) error {
		return writeRows(out, rows)
	})
	if err != nil {
		return err
	}
	return create(filepath.Join(dir, "summary.md"), func(out io.Writer) error {
		_, err := io.WriteString(out, sweep.text(rows))
		return err
	})
}

// writeRows gives each seed a row, a failed one with its last words.
func writeRows(out io.Writer, rows []SeedRow) error {
	table := csv.NewWriter(out)
	all := [][]string{{"seed", "exit", "requests", "fulfilled", "rejected", "expired", "pending",
		"p50_ms", "p95_ms", "p99_ms", "broken", "not_judged", "failed"}}
	for _, row := range rows {
		r := row.Result
		cells := []string{strconv.FormatUint(row.Seed, 10), strconv.Itoa(row.exit())}
		for _, count := range []int{r.Requests, r.Fulfilled, r.Rejected, r.Expired, r.Pending} {
			cells = append(cells, strconv.Itoa(count))
		}
		cells = append(cells, number(r.P50), number(r.P95), number(r.P99),
			standing(r, laws.Broken), standing(r, laws.NotJudged), row.Failed)
		all = append(all, cells)
	}
	if err := table.WriteAll(all); err != nil {
		return fmt.Errorf("write sweep: %w", err)
	}
	return nil
}

// standing lists the laws that came out so.
func standing(r Result, of laws.Standing) string {
	var numbers []string
	for _, v := range r.Verdicts {
		if v.Standing == of {
			numbers = append(numbers, strconv.Itoa(v.Law))
		}
	}
	return strings.Join(numbers, " ")
}

// text is the sweep's summary.md.
func (s Sweep) text(rows []SeedRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s, %d seeds\n\n", s.Scenario, s.Seeds)
	fmt.Fprintf(&b, "%d held, %d broken, %d inconclusive, %d failed.\n\n", s.Held, s.Broken,
		s.Inconclusive, s.Failed)
	b.WriteString("| over seeds | median ms | 95 % bootstrap interval |\n|---|---|---|\n")
	for _, line := range []struct {
		name string
		of   Interval
	}{{"p50", s.P50}, {"p95", s.P95}, {"p99", s.P99}} {
		fmt.Fprintf(&b, "| %s | %.0f | %.0f to %.0f |\n", line.name, line.of.Median, line.of.Low,
			line.of.High)
	}
	if len(s.Replays) == 0 {
		return b.String()
	}
	b.WriteString("\n## Seeds that did not hold\n\n")
	for _, row := range rows {
		if row.exit() == ExitHeld {
			continue
		}
		why := row.Failed
		for _, v := range row.Result.Verdicts {
			if v.Standing != laws.Held {
				why += fmt.Sprintf("law %d %s; ", v.Law, v.Standing)
			}
		}
		fmt.Fprintf(&b, "- seed %d, exit %d: %s\n", row.Seed, row.exit(), cell(why))
	}
	b.WriteString("\nOne line replays each:\n\n")
	for _, line := range s.Replays {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	return b.String()
}
