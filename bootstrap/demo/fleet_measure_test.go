//go:build verify

package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// What is offered to each fleet: first as people would ask, then all at once.
const (
	steadyRequests = 300
	steadyEvery    = 50 * time.Millisecond // 20 a second, which every fleet can do
	burstRequests  = 300
	burstEvery     = time.Millisecond // as fast as the chain takes them
)

// served is how a fleet did under one load.
type served struct {
	offered float64 // requests a second, as they were asked
	settled float64 // requests a second, from the first asked to the last settled
	median  time.Duration
	slowest time.Duration // of 95 in 100
}

// TestNodesCompared prints what 1, 3 and 5 nodes do and take, under the same load: make
// measure-nodes runs it alone.
func TestNodesCompared(t *testing.T) {
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprint(table, "nodes\tload\toffered/s\tsettled/s\tmedian\tp95\tMB a node\tMB in all\t\n")
	for _, nodes := range []int{1, 3, 5} {
		t.Run(fmt.Sprintf("%d nodes", nodes), func(t *testing.T) {
			fleet, ctx := raisedFleet(t, FleetOptions{Nodes: nodes, Parties: 3, Threshold: 2})
			user := newTraffic(ctx, t, fleet, steadyRequests+burstRequests)
			for _, load := range []struct {
				name     string
				requests int
				every    time.Duration
			}{{"steady", steadyRequests, steadyEvery}, {"burst", burstRequests, burstEvery}} {
				did := user.serve(ctx, t, load.requests, load.every)
				each, all := fleet.nodeMemory(t)
				_, _ = fmt.Fprintf(table, "%d\t%s\t%.0f\t%.0f\t%.2f s\t%.2f s\t%d\t%d\t\n", nodes, load.name,
					did.offered, did.settled, did.median.Seconds(), did.slowest.Seconds(), each>>20, all>>20)
			}
			user.finish(ctx, t)
		})
	}
	_ = table.Flush()
	t.Logf("two cores are shared by nodes, parties, chain and user\n%s", out.String())
}

// serve asks for so many more notes and waits until all of them are settled.
func (f *traffic) serve(ctx context.Context, t *testing.T, requests int, every time.Duration) served {
	t.Helper()
	first, _, _ := f.progress()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range requests {
		f.next(ctx)
		<-tick.C
	}
	if _, err := f.underWay(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil {
		t.Fatal(f.failed)
	}
	began, lastAsked, end := f.asked[first], f.asked[len(f.asked)-1], time.Time{}
	var took []time.Duration
	for _, one := range f.settled {
		if at := int(one.request) - 1; at >= first {
			took = append(took, one.at.Sub(f.asked[at]))
			end = one.at
		}
	}
	slices.Sort(took)
	return served{median: took[len(took)/2], slowest: took[len(took)*95/100],
		offered: float64(requests) / lastAsked.Sub(began).Seconds(),
		settled: float64(len(took)) / end.Sub(began).Seconds()}
}

// nodeMemory is what a node's process takes, the median, and what all of them take, in bytes.
func (f *Fleet) nodeMemory(t *testing.T) (median, all int64) {
	t.Helper()
	var sizes []int64
	for _, node := range f.of(roleNode) {
		p := must(f.process(node.Name))(t)
		sizes = append(sizes, p.memory())
		all += p.memory()
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2], all
}
