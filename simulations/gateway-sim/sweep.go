package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"kmsgateway/simulations/report"
)

const (
	// together is how many seeds run at once: one keeps a core busy.
	together = 2
	// seedTime bounds one seed, in real time: an hour of virtual time takes minutes.
	seedTime = 15 * time.Minute
	// keptTail bounds what is kept of a failed seed's words, in bytes.
	keptTail = 2000
)

// sweep runs each seed in a process of its own, since a bubble ends its process.
func sweep(o options, out, progress io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	program, err := os.Executable()
	if err != nil {
		fmt.Fprintln(progress, "gateway-sim: find this program:", err)
		return report.ExitFailed
	}
	rows := make([]report.SeedRow, o.last-o.first+1)
	var running sync.WaitGroup
	var saying sync.Mutex
	next := make(chan int)
	for range together {
		running.Go(func() {
			for i := range next {
				rows[i] = child(ctx, program, o, o.first+uint64(i))
				saying.Lock()
				fmt.Fprintln(progress, words(rows[i]))
				saying.Unlock()
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	running.Wait()
	if ctx.Err() != nil {
		fmt.Fprintln(progress, "gateway-sim: interrupted")
		return report.ExitFailed
	}
	total := report.SweepOf(o.scenario.Name, o.named, rows)
	err = report.WriteSweep(o.out, total, rows)
	if err == nil && o.json {
		err = json.NewEncoder(out).Encode(total)
	} else if err == nil {
		_, err = fmt.Fprintf(out, "%s: %d seeds, %d held, %d broken, %d inconclusive, %d failed; "+
			"p50 %.0f ms, p99 %.0f ms\nreport in %s\n%s", total.Scenario, total.Seeds, total.Held,
			total.Broken, total.Inconclusive, total.Failed, total.P50.Median, total.P99.Median,
			o.out, strings.Join(append(total.Replays, ""), "\n"))
	}
	if err != nil {
		fmt.Fprintln(progress, "gateway-sim:", err)
		return report.ExitFailed
	}
	return total.Exit
}

// words say how a seed came out, on one line.
func words(row report.SeedRow) string {
	if row.Failed != "" {
		return fmt.Sprintf("seed %d: failed: %s", row.Seed, row.Failed)
	}
	return fmt.Sprintf("seed %d: %s, p50 %.0f ms", row.Seed, row.Result.Outcome, row.Result.P50)
}

// child runs one seed and reads its report.
func child(ctx context.Context, program string, o options, seed uint64) report.SeedRow {
	row := report.SeedRow{Seed: seed}
	ctx, cancel := context.WithTimeout(ctx, seedTime)
	defer cancel()
	dir := seedFolder(o.out, seed)
	if err := os.RemoveAll(dir); err != nil {
		row.Failed = fmt.Sprintf("clear the report: %v", err)
		return row
	}
	command := exec.CommandContext(ctx, program, "--scenario", o.named, "--seed",
		strconv.FormatUint(seed, 10), "--out", dir)
	var said bytes.Buffer
	command.Stderr = &said
	err := command.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		row.Failed = fmt.Sprintf("start: %v", err)
		return row
	}
	result, err := report.ReadResult(dir)
	if err != nil || result.Exit != command.ProcessState.ExitCode() {
		row.Failed = fmt.Sprintf("%v: %s", command.ProcessState, tail(said.String()))
		return row
	}
	row.Result = result
	return row
}

// tail is the end of what a process said, on one line; the stack of a crash stands before it.
func tail(text string) string {
	if at := strings.Index(text, "panic:"); at >= 0 {
		text = text[at:]
	}
	text = strings.Join(strings.Fields(text), " ")
	return text[:min(len(text), keptTail)]
}
