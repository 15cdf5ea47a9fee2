package demo

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"time"

	"github.com/google/pprof/profile"
)

// stageLabel marks goroutines by whose work they do. Goroutines inherit it from whoever starts
// them, and the demo's processes meet over sockets only, so a mark never crosses over.
const stageLabel = "stage"

// The stages that CPU time is told for; "process" is the sum, the runtime's own work included.
const (
	chainWork = "chain"
	partyWork = "party"
	nodeWork  = "node"
	userWork  = "user"
)

// as runs do with its goroutines marked as a stage's work.
func as(ctx context.Context, stage string, do func(context.Context) error) error {
	var err error
	pprof.Do(ctx, pprof.Labels(stageLabel, stage), func(ctx context.Context) { err = do(ctx) })
	return err
}

// cpuMeter samples what the process's CPU time is spent on, a hundred times a CPU second. Only one
// can run in a process.
type cpuMeter struct{ samples bytes.Buffer }

func (m *cpuMeter) start() error { return pprof.StartCPUProfile(&m.samples) }

// stop ends the sampling and returns milliseconds by stage.
func (m *cpuMeter) stop() (map[string]int64, error) {
	pprof.StopCPUProfile()
	parsed, err := profile.Parse(&m.samples)
	if err != nil {
		return nil, fmt.Errorf("read CPU samples: %w", err)
	}
	value := len(parsed.SampleType) - 1 // nanoseconds, after the count of samples
	sums := make(map[string]time.Duration)
	for _, sample := range parsed.Sample {
		spent := time.Duration(sample.Value[value])
		sums["process"] += spent
		for _, stage := range sample.Label[stageLabel] {
			sums[stage] += spent
		}
	}
	out := make(map[string]int64)
	for stage, sum := range sums {
		out[stage] = sum.Milliseconds()
	}
	return out, nil
}
