package demo

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

// Gas that the README promises, whatever the number of parties.
const (
	mostVerifyGas       = 35_000
	mostSettleGas       = 120_000
	mostQuorumVerifyGas = 150_000
	newSlotGas          = 17_100 // from zero to non-zero, beyond changing a slot (EIP-2200, EIP-2929)
)

// playTime bounds one story; the chain makes a block a second.
const playTime = 3 * time.Minute

func playStory(t *testing.T, options Options) (Report, *stage) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), playTime)
	t.Cleanup(cancel)
	options.Progress, options.Nodes = t.Output(), max(options.Nodes, 1)
	if options.Log == nil {
		options.Log = io.Discard
	}
	if options.LogLevel == "" {
		options.LogLevel = "error"
	}
	s, err := raise(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	report, err := s.play(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !report.Passed() {
		t.Errorf("the run broke a promise: %+v", report)
	}
	return report, s
}

func TestStoryKeepsItsPromises(t *testing.T) {
	t.Parallel()
	report, _ := playStory(t, Options{Requests: 8, Parties: 3, Threshold: 2})
	if report.VerifyGas == 0 || report.VerifyGas > mostVerifyGas {
		t.Errorf("an opening costs %d gas to verify, want at most %d", report.VerifyGas, mostVerifyGas)
	}
	if report.SettleGas == 0 || report.SettleGas > mostSettleGas {
		t.Errorf("an OPENING settlement costs %d gas, want at most %d", report.SettleGas, mostSettleGas)
	}
	if report.FirstSettleGas <= report.SettleGas || report.FirstSettleGas > mostSettleGas+newSlotGas {
		t.Errorf("the first settlement costs %d gas, the second %d", report.FirstSettleGas,
			report.SettleGas)
	}
	if report.QuorumVerifyGas == 0 || report.QuorumVerifyGas > mostQuorumVerifyGas {
		t.Errorf("a quorum's signature costs %d gas to verify, want at most %d",
			report.QuorumVerifyGas, mostQuorumVerifyGas)
	}
	if !slices.Contains(report.Refused, "party-3 PARTY_UNREACHABLE") {
		t.Errorf("the killed party is not named: %v", report.Refused)
	}
}

func TestFaultsAreSurvivedAndNamed(t *testing.T) {
	for _, row := range []struct {
		fault   Fault
		refused string // a party and the code that it is named with; "" for none
		fact    messages.FactName
	}{
		{PartyDown, "party-1 PARTY_UNREACHABLE", messages.FactShareDenied},
		{RPCLies, "party-1 CHAIN_INCONSISTENT", messages.FactShareRefused},
		{Reorg, "", messages.FactCursorUnwound},
	} {
		t.Run(string(row.fault), func(t *testing.T) {
			t.Parallel()
			report, s := playStory(t, Options{Requests: 6, Parties: 3, Threshold: 2, Fault: row.fault})
			if row.refused != "" && !slices.Contains(report.Refused, row.refused) {
				t.Errorf("refused: %v, want %q among them", report.Refused, row.refused)
			}
			if s.facts.count(row.fact) == 0 {
				t.Errorf("no room published %s", row.fact)
			}
		})
	}
}

func TestOptionsNameTheFlagAtFault(t *testing.T) {
	for _, row := range []struct {
		flag    string
		options Options
	}{
		{"--requests", Options{Nodes: 1, Requests: 0, Parties: 3, Threshold: 2}},
		{"--parties", Options{Nodes: 1, Requests: 1, Parties: 65, Threshold: 2}},
		{"--nodes", Options{Requests: 1, Parties: 3, Threshold: 2}},
		{"--threshold", Options{Nodes: 1, Requests: 1, Parties: 3, Threshold: 1}},
		{"--threshold", Options{Nodes: 1, Requests: 1, Parties: 3, Threshold: 4}},
		{"--fault", Options{Nodes: 1, Requests: 1, Parties: 3, Threshold: 3, Fault: RPCLies}},
		{"--fault", Options{Nodes: 1, Requests: 1, Parties: 3, Threshold: 2, Fault: "plague"}},
	} {
		err := row.options.Validate()
		if messages.CodeOf(err) != messages.CodeMalformedInput || !strings.Contains(err.Error(), row.flag) {
			t.Errorf("%+v: %v, want %s named", row.options, err, row.flag)
		}
	}
}
