package demo

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"kmsgateway/messages"
)

// Report is the demo's result; its JSON form is the last line of standard output.
type Report struct {
	Scenario  string `json:"scenario"`
	Fault     string `json:"fault,omitempty"`
	Requests  int    `json:"requests"`
	Fulfilled int    `json:"fulfilled"`
	Rejected  int    `json:"rejected"`
	Expired   int    `json:"expired"`
	Lost      int    `json:"lost"`
	Wrong     int    `json:"wrong"` // plaintexts on the chain that differ from what was encrypted

	P50       float64          `json:"p50_ms"` // request mined to result mined
	P99       float64          `json:"p99_ms"`
	PerSecond float64          `json:"throughput_per_s"`
	CPU       map[string]int64 `json:"cpu_ms"` // by stage, from samples; "process" is the sum

	VerifyGas       uint64 `json:"verify_gas"`
	SettleGas       uint64 `json:"settle_gas"`
	FirstSettleGas  uint64 `json:"first_settle_gas"` // the first under a key, which opens its account
	QuorumVerifyGas uint64 `json:"quorum_verify_gas"`
	QuorumSettleGas uint64 `json:"quorum_settle_gas"`

	Parties      int      `json:"parties"`
	Threshold    int      `json:"threshold"`
	Nodes        int      `json:"nodes"`
	Regions      []string `json:"regions"`
	Leader       string   `json:"leader"`
	ConstantTime bool     `json:"constant_time"`
	Blamed       []string `json:"blamed,omitempty"`  // parties named for bad shares
	Refused      []string `json:"refused,omitempty"` // parties that refused, with the code
	Broken       []string `json:"laws_broken"`
	Seconds      float64  `json:"seconds"`
}

// Passed reports whether the run kept every promise.
func (r Report) Passed() bool {
	return r.Fulfilled == r.Requests && r.Lost == 0 && r.Wrong == 0 && len(r.Broken) == 0
}

// recorder keeps the facts of a run. It is the relay of every process of the demo.
type recorder struct {
	mu    sync.Mutex
	facts []messages.Fact // guarded by mu
}

func (r *recorder) take(fact messages.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts = append(r.facts, fact)
}

func (r *recorder) history() []messages.Fact {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.facts)
}

// count tells how many facts of a name there are.
func (r *recorder) count(name messages.FactName) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	count := 0
	for _, fact := range r.facts {
		if fact.Name == name {
			count++
		}
	}
	return count
}

// stages are the facts that say how long a stage of a request took.
var stages = []struct {
	name messages.FactName
	says string
}{
	{messages.FactCiphertextFound, "ciphertext fetched and checked"},
	{messages.FactShareReceived, "share asked and received"},
	{messages.FactShareReleased, "party checked the chain and signed"},
	{messages.FactRequestOpened, "shares combined, ciphertext opened"},
	{messages.FactOutcomeAttested, "attestation combined and verified"},
	{messages.FactEntryApplied, "ledger entry made durable"},
}

// writeTimings prints the table of stages.
func writeTimings(out io.Writer, facts []messages.Fact) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "times\tp50 ms\tp99 ms\t  stage\t") // Flush reports the error
	for _, stage := range stages {
		var took []float64
		for _, fact := range facts {
			if fact.Name == stage.name && fact.Took > 0 {
				took = append(took, millis(fact.Took))
			}
		}
		if len(took) > 0 {
			_, _ = fmt.Fprintf(table, "%d\t%.2f\t%.2f\t  %s\t\n", len(took),
				quantile(took, 0.5), quantile(took, 0.99), stage.says)
		}
	}
	return table.Flush()
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile returns the q-quantile of values by the nearest rank, 0 where there is none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
