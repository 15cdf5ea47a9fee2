// Package demo tells the gateway's story on one machine: a chain, contracts, KMS parties and nodes
// in one process, each with its own listener, certificate and chain client, and a user who seals
// bids, asks for them and checks what the chain then shows.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
)

// Options choose what is shown.
type Options struct {
	Requests  int // in all, of which the auction is one
	Nodes     int
	Standby   bool // party 1 has a second address, in another region
	Parties   int
	Threshold int
	Fault     Fault
	Log       io.Writer              // the processes' structured logs
	LogLevel  string                 // from which level on; empty means errors only
	Progress  io.Writer              // the story as it happens
	Spans     sdktrace.SpanProcessor // sees every span; may be nil
	// Stay, where it is set, is called when the story is over and before anything stops.
	Stay func(ctx context.Context, node string) error
}

// Fault is something that goes wrong on purpose.
type Fault string

// The faults.
const (
	NoFault   Fault = ""
	PartyDown Fault = "party-down" // a party never comes up
	RPCLies   Fault = "rpc-lies"   // a party's chain endpoint forges receipts
	Reorg     Fault = "reorg"      // blocks with requests are orphaned
)

// Bounds of Options.
const (
	maxRequests = 100_000
	maxParties  = 64
	maxNodes    = 9
)

// Validate checks the options; the error names the flag at fault.
func (o Options) Validate() error {
	switch {
	case o.Requests < 1 || o.Requests > maxRequests:
		return messages.MalformedField("--requests", fmt.Sprintf("want 1 to %d", maxRequests))
	case o.Nodes < 1 || o.Nodes > maxNodes:
		return messages.MalformedField("--nodes", fmt.Sprintf("want 1 to %d", maxNodes))
	case o.Parties < 1 || o.Parties > maxParties:
		return messages.MalformedField("--parties", fmt.Sprintf("want 1 to %d", maxParties))
	}
	if err := threshold.Validate(o.Threshold, o.Parties, true); err != nil {
		return messages.MalformedField("--threshold", err.Error())
	}
	switch o.Fault {
	case NoFault, Reorg:
	case PartyDown, RPCLies:
		if o.Threshold == o.Parties {
			return messages.MalformedField("--fault",
				string(o.Fault)+" needs a party to spare: threshold below parties")
		}
	default:
		return messages.MalformedField("--fault", "want party-down, rpc-lies or reorg")
	}
	return nil
}

// Run plays the story to its end and reports. An error means that it could not be played; broken
// promises are in the report.
func Run(ctx context.Context, options Options) (Report, error) {
	if err := options.Validate(); err != nil {
		return Report{}, err
	}
	if options.LogLevel == "" {
		options.LogLevel = "error"
	}
	started := time.Now()
	s, err := raise(ctx, options)
	if err != nil {
		return Report{}, err
	}
	defer s.close()
	var report Report
	if err := as(ctx, userWork, func(ctx context.Context) error {
		report, err = s.measure(ctx)
		return err
	}); err != nil {
		return Report{}, err
	}
	report.Seconds = time.Since(started).Seconds()
	if options.Stay != nil {
		err = options.Stay(ctx, s.node.Addr())
	}
	return report, err
}

// measure plays the story and adds the CPU time that it took.
func (s *stage) measure(ctx context.Context) (Report, error) {
	var meter cpuMeter
	if err := meter.start(); err != nil {
		return Report{}, fmt.Errorf("sample the CPU: %w", err)
	}
	report, playErr := s.play(ctx)
	var err error
	report.CPU, err = meter.stop()
	return report, errors.Join(playErr, err)
}

// play tells the story in order.
func (s *stage) play(ctx context.Context) (Report, error) {
	auction, err := s.openAuction(ctx)
	if err != nil {
		return Report{}, err
	}
	if err := s.conspire(auction.bids[0]); err != nil {
		return Report{}, err
	}
	notes, err := s.tellNotes(ctx)
	if err != nil {
		return Report{}, err
	}
	if err := s.revealAuction(ctx, auction); err != nil {
		return Report{}, err
	}
	secrets := append(notes, auction.bids...)
	chain, err := s.await(ctx)
	if err != nil {
		return Report{}, err
	}
	if err := s.settleAuction(ctx, auction, chain); err != nil {
		return Report{}, err
	}
	return s.report(ctx, chain, secrets)
}

// conspire lets t-1 parties pool their shares on a bid that nobody asked for. They must fail.
func (s *stage) conspire(bid secret) error {
	few := s.options.Threshold - 1
	if few == 0 {
		s.say("threshold 1: any single party can open everything; nothing to show here")
		return nil
	}
	opened, err := s.tryWith(bid, few)
	if err != nil {
		return err
	}
	if opened {
		return fmt.Errorf("%d of %d parties opened a bid below the threshold", few, s.options.Parties)
	}
	s.say("%s of the key pooled, one too few: a bid does not open", plural(few, "share", "shares"))
	return nil
}

// report counts from the chain, measures gas from receipts and applies the laws.
func (s *stage) report(ctx context.Context, chain *ledgerOfChain, secrets []secret) (
	Report, error) {
	facts := s.facts.history()
	report := Report{
		Scenario: "auction", Fault: string(s.options.Fault), Requests: s.options.Requests,
		Parties: s.options.Parties, Threshold: s.options.Threshold, Nodes: s.options.Nodes,
		Regions: s.regions(), Leader: s.node.Leader(), ConstantTime: bls.ConstantTime,
		Broken: []string{},
	}
	var latencies []float64
	for _, requested := range chain.requested {
		end, known := chain.ended[requested.Request]
		switch {
		case !known:
			continue
		case end.outcome == messages.OutcomeFulfilled:
			report.Fulfilled++
		case end.outcome == messages.OutcomeRejected:
			report.Rejected++
		default:
			report.Expired++
		}
		asked, done := s.blocks.seenAt(chain.askedIn[requested.Request]), s.blocks.seenAt(end.block)
		if !asked.IsZero() && !done.IsZero() {
			latencies = append(latencies, millis(done.Sub(asked)))
		}
	}
	report.Lost = report.Requests - report.Fulfilled - report.Rejected - report.Expired
	report.Wrong = chain.wrong(secrets)
	report.P50, report.P99 = quantile(latencies, 0.5), quantile(latencies, 0.99)
	report.PerSecond = s.throughput(chain)
	report.Blamed, report.Refused = refusals(facts)
	for _, breach := range laws.Check(s.historyOf(chain, facts)) {
		report.Broken = append(report.Broken, breach.String())
	}
	if err := s.measureGas(ctx, chain, &report); err != nil {
		return report, err
	}
	return report, writeTimings(s.options.Progress, facts)
}

// historyOf is what the laws judge.
func (s *stage) historyOf(chain *ledgerOfChain, facts []messages.Fact) laws.History {
	return laws.History{
		Facts: facts, Canonical: chain.requested, Settlements: chain.settlements,
		Ended: chain.order, Keys: []messages.KeyInfo{s.key},
		Gateway: messages.Address(s.gateway),
	}
}

// refusals names the parties that were blamed, and those that refused with their codes, each once.
func refusals(facts []messages.Fact) (blamed, refused []string) {
	seen := make(map[string]bool)
	note := func(list []string, text string) []string {
		if seen[text] {
			return list
		}
		seen[text] = true
		return append(list, text)
	}
	for _, fact := range facts {
		switch fact.Name {
		case messages.FactPartyBlamed:
			blamed = note(blamed, fact.Party.String())
		case messages.FactShareRefused, messages.FactShareDenied:
			refused = note(refused, fmt.Sprintf("%s %s", fact.Party, fact.Code))
		}
	}
	return blamed, refused
}

func (s *stage) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.options.Progress, "%6.1fs  %s\n", // a story nobody hears goes on
		time.Since(s.started).Seconds(), fmt.Sprintf(format, args...))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
