package report

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
	"kmsgateway/simulations/scenario"
	"kmsgateway/simulations/world"
)

// Exit statuses of a run; 64 is for what cannot be run at all.
const (
	ExitHeld         = 0
	ExitBroken       = 10 // a law, or an assertion of the scenario
	ExitInconclusive = 11 // nothing is broken, and something that had to be judged was not
)

// Run is a run that is over.
type Run struct {
	Scenario scenario.Scenario
	Named    string // as a person named the scenario: a built-in name, or a file
	Seed     uint64
	Revision string // of the program
	History  world.History
}

// Replay is the line that runs the same seed again.
func (r Run) Replay() string { return replay(r.Named, r.Seed) }

func replay(named string, seed uint64) string {
	return fmt.Sprintf("gateway sim run %s --seed %d", named, seed)
}

// Result is what came of a run: run.json.
type Result struct {
	Scenario string `json:"scenario"`
	Seed     uint64 `json:"seed"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
	// Deterministic says whether the seed alone gives this very run again.
	Deterministic bool   `json:"deterministic"`
	Executor      string `json:"executor"`
	Exit          int    `json:"exit"`
	Outcome       string `json:"outcome"` // held, broken or inconclusive

	Verdicts   []Verdict   `json:"verdicts"`
	Assertions []Assertion `json:"assertions"`
	Troubles   []string    `json:"troubles"` // of the world itself
	Faults     []Fault     `json:"faults"`

	Requests  int `json:"requests"`
	Fulfilled int `json:"fulfilled"`
	Rejected  int `json:"rejected"`
	Expired   int `json:"expired"`
	Pending   int `json:"pending"` // of them, or in no block of the canonical chain
	Facts     int `json:"facts"`

	P50     float64 `json:"p50_ms"` // from asked to the end mined, of those that ended
	P95     float64 `json:"p95_ms"`
	P99     float64 `json:"p99_ms"`
	Virtual float64 `json:"virtual_s"` // from the cluster ready to the end of the run
}

// Verdict is the finding on one law.
type Verdict struct {
	Law      int           `json:"law"`
	Says     string        `json:"says"`
	Standing laws.Standing `json:"standing"`
	Lacks    string        `json:"lacks,omitempty"`
	Breaches []string      `json:"breaches,omitempty"`
}

// Assertion is the finding on one of the scenario's own demands.
type Assertion struct {
	Says     string        `json:"says"`
	Standing laws.Standing `json:"standing"`
	Have     string        `json:"have"`
}

// Fault is a fault as it came about; times count from when the cluster was ready.
type Fault struct {
	Kind  string   `json:"kind"`
	Hosts []string `json:"hosts"`
	From  float64  `json:"from_ms"`
	To    float64  `json:"to_ms"`
}

// Of judges a run.
func Of(run Run) Result {
	h := run.History
	rows := rowsOf(h)
	result := Result{Scenario: run.Scenario.Name, Seed: run.Seed, Revision: run.Revision,
		Go: runtime.Version(), Executor: "virtual time", Requests: len(rows), Facts: len(h.Facts),
		Troubles: append([]string{}, h.Troubles...), Faults: []Fault{},
		Virtual: h.Ended.Sub(h.Began).Seconds()}
	var took []float64
	for _, row := range rows {
		switch row.outcome {
		case messages.OutcomeFulfilled:
			result.Fulfilled++
		case messages.OutcomeRejected:
			result.Rejected++
		case messages.OutcomeExpired:
			result.Expired++
		default:
			result.Pending++
			continue
		}
		took = append(took, millis(row.latency()))
	}
	result.P50, result.P95, result.P99 = quantile(took, 0.5), quantile(took, 0.95),
		quantile(took, 0.99)
	for _, happened := range h.Happened {
		result.Faults = append(result.Faults, Fault{Kind: string(happened.Kind),
			Hosts: append([]string{}, happened.Hosts...),
			From:  millis(happened.From.Sub(h.Began)), To: millis(happened.To.Sub(h.Began))})
	}
	for _, v := range laws.Judge(evidence(run.Scenario.Assertions, h)) {
		verdict := Verdict{Law: v.Law, Says: v.Says, Standing: v.Standing, Lacks: v.Lacks}
		for _, breach := range v.Breaches {
			verdict.Breaches = append(verdict.Breaches, breach.String())
		}
		result.Verdicts = append(result.Verdicts, verdict)
	}
	result.Assertions = assertionsOf(run.Scenario.Assertions, result)
	result.Exit, result.Outcome = conclude(run.Scenario.Assertions, result)
	return result
}

// assertionsOf holds a run to what its scenario asks for. What is pending may still decide it.
func assertionsOf(a scenario.Assertions, r Result) []Assertion {
	found := []Assertion{}
	if a.Fulfilled > 0 {
		standing := laws.Held
		if r.Fulfilled < a.Fulfilled {
			standing = laws.Broken
			if r.Fulfilled+r.Pending >= a.Fulfilled {
				standing = laws.NotJudged
			}
		}
		found = append(found, Assertion{fmt.Sprintf("at least %d requests end fulfilled",
			a.Fulfilled), standing, fmt.Sprintf("%d, and %d pending", r.Fulfilled, r.Pending)})
	}
	if a.P99 > 0 {
		standing := laws.Held
		switch {
		case r.P99 > millis(a.P99):
			standing = laws.Broken
		case r.Pending > 0:
			standing = laws.NotJudged
		}
		found = append(found, Assertion{fmt.Sprintf("p99 from asked to ended is at most %v", a.P99),
			standing, fmt.Sprintf("%.0f ms, and %d pending", r.P99, r.Pending)})
	}
	return found
}

// conclude is the exit status: broken before inconclusive before held. A breach stands even where
// the world had trouble of its own; that everything held does not.
func conclude(a scenario.Assertions, r Result) (int, string) {
	open := len(r.Troubles) > 0
	for _, v := range r.Verdicts {
		if v.Standing == laws.Broken {
			return ExitBroken, "broken"
		}
		open = open || v.Standing == laws.NotJudged && slices.Contains(a.Judged, v.Law)
	}
	for _, assertion := range r.Assertions {
		if assertion.Standing == laws.Broken {
			return ExitBroken, "broken"
		}
		open = open || assertion.Standing == laws.NotJudged
	}
	if open {
		return ExitInconclusive, "inconclusive"
	}
	return ExitHeld, "held"
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
