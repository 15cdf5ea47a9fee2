package request_test

import (
	"slices"
	"testing"
	"time"

	"kmsgateway/actors/request"
	"kmsgateway/messages"
)

const ms = time.Millisecond

// near is a party of a region; state is what a node knows of it.
func near(index messages.PartyIndex, region messages.Region) messages.PartyInfo {
	return messages.PartyInfo{Index: index, Region: region}
}

func state(index messages.PartyIndex, usable bool, p50 time.Duration) messages.PartyState {
	return messages.PartyState{Party: index, Usable: usable, P50: p50, P95: 2 * p50}
}

func TestOrder(t *testing.T) {
	three := []messages.PartyInfo{near(1, "ap"), near(2, "eu"), near(3, "us")}
	six := []messages.PartyInfo{near(1, "ap"), near(2, "eu"), near(3, "us"),
		near(4, "ap"), near(5, "eu"), near(6, "us")}
	for _, row := range []struct {
		name    string
		parties []messages.PartyInfo
		states  []messages.PartyState
		home    messages.Region
		turn    uint64
		want    []messages.PartyIndex
	}{
		{"nothing known: home first, then by name", three, nil, "us", 0,
			[]messages.PartyIndex{3, 1, 2}},
		{"measured regions before unmeasured ones", three,
			[]messages.PartyState{state(3, true, 80*ms)}, "eu", 0, []messages.PartyIndex{2, 3, 1}},
		{"a nearer region before home where it is measured", three,
			[]messages.PartyState{state(1, true, 5*ms), state(2, true, 80*ms), state(3, true, 300*ms)},
			"eu", 0, []messages.PartyIndex{1, 2, 3}},
		{"equally near: home first", three,
			[]messages.PartyState{state(1, true, 5*ms), state(2, true, 6*ms), state(3, true, 7*ms)},
			"us", 0, []messages.PartyIndex{3, 1, 2}},
		{"unusable last, even at home", three,
			[]messages.PartyState{state(2, false, 5*ms)}, "eu", 0, []messages.PartyIndex{1, 3, 2}},
		{"several unusable: still nearest first", three,
			[]messages.PartyState{state(1, false, 80*ms), state(2, false, 5*ms)}, "eu", 0,
			[]messages.PartyIndex{3, 2, 1}},
		{"within a region the quicker first", six,
			[]messages.PartyState{state(2, true, 40*ms), state(5, true, 4*ms)}, "eu", 0,
			[]messages.PartyIndex{5, 2, 1, 4, 6, 3}},
		{"equals take turns", six, nil, "eu", 1, []messages.PartyIndex{5, 2, 1, 4, 6, 3}},
		{"equals take other turns", six, nil, "eu", 4, []messages.PartyIndex{2, 5, 4, 1, 3, 6}},
		{"outside the committee and doubles are left out",
			[]messages.PartyInfo{near(0, "eu"), near(2, "eu"), near(2, "us"), near(7, "eu")}, nil,
			"eu", 0, []messages.PartyIndex{2}},
		{"nobody", nil, nil, "eu", 0, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			size := 6
			if len(row.parties) == 3 {
				size = 3
			}
			var got []messages.PartyIndex
			for _, p := range request.Order(row.parties, row.states, row.home, size, row.turn) {
				got = append(got, p.Index)
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestHedgeAfter(t *testing.T) {
	states := []messages.PartyState{
		state(1, true, 100*ms), state(2, true, ms), state(3, true, time.Minute), {Party: 4}}
	for party, want := range map[messages.PartyIndex]time.Duration{
		1: 200 * ms,        // its 95th percentile
		2: 20 * ms,         // not below the noise
		3: 2 * time.Second, // not as slow as it may be
		4: 250 * ms,        // never measured
		5: 250 * ms,        // never heard of
	} {
		if got := request.HedgeAfter(states, party); got != want {
			t.Errorf("party %d: %s, want %s", party, got, want)
		}
	}
}

func TestExtra(t *testing.T) {
	for _, row := range []struct {
		name       string
		k, n, want int
		rate       float64
	}{
		{"nobody fails", 9, 13, 0, 0},
		{"one in a hundred", 9, 13, 0, 0.01},
		{"one in ten", 9, 13, 1, 0.1},
		{"a quarter", 9, 13, 3, 0.25},
		{"half, but nobody else is there", 9, 13, 4, 0.5},
		{"all: no more than at half", 2, 9, 2, 1},
		{"small committee, one in ten", 2, 3, 0, 0.1},
		{"small committee, a third", 2, 3, 1, 0.34},
		{"all are needed", 5, 5, 0, 0.5},
	} {
		if got := request.Extra(row.k, row.n, row.rate); got != row.want {
			t.Errorf("%s: %d, want %d", row.name, got, row.want)
		}
	}
}

func TestNextRateFollowsWhatHappens(t *testing.T) {
	rate := 0.0
	for range 200 {
		rate = request.NextRate(rate, true)
	}
	if rate < 0.99 || rate > 1 {
		t.Errorf("rate %v after failures alone", rate)
	}
	for range 200 {
		rate = request.NextRate(rate, false)
	}
	if rate > 0.01 || rate < 0 {
		t.Errorf("rate %v after answers alone", rate)
	}
}

// script plays a round step by step: who was asked before, what happened, what comes next.
func TestNext(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	order := []messages.PartyInfo{near(3, "eu"), near(1, "eu"), near(5, "us"), near(2, "us")}
	type tally = *request.Tally[string]
	ask := func(parties ...messages.PartyIndex) func(tally) {
		return func(t tally) {
			for _, p := range parties {
				t.Ask(p, now.Add(ms))
			}
		}
	}
	for _, row := range []struct {
		name    string
		extra   int
		happen  []func(tally)
		later   time.Duration
		want    []messages.PartyIndex
		verdict request.Verdict
	}{
		{"the nearest t", 0, nil, 0, []messages.PartyIndex{3, 1}, request.Wait},
		{"and h more", 1, nil, 0, []messages.PartyIndex{3, 1, 5}, request.Wait},
		{"enough is under way", 0, []func(tally){ask(3, 1)}, 0, nil, request.Wait},
		{"a refusal is replaced", 0, []func(tally){ask(3, 1),
			func(t tally) { t.Refuse(3, messages.CodePolicy) }}, 0,
			[]messages.PartyIndex{5}, request.Wait},
		{"a culprit is replaced", 0, []func(tally){ask(3, 1),
			func(t tally) { t.Give(3, ""); t.Give(1, ""); t.Blame(3) }}, 0,
			[]messages.PartyIndex{5}, request.Wait},
		{"the slow are backed up", 0, []func(tally){ask(3, 1)}, ms,
			[]messages.PartyIndex{5, 2}, request.Wait},
		{"the slow may still come", 0, []func(tally){ask(3, 1, 5, 2)}, ms, nil, request.Wait},
		{"the slow that came count", 0, []func(tally){ask(3, 1),
			func(t tally) { t.Give(3, ""); t.Give(1, "") }}, ms, nil, request.Reached},
		{"all said no", 0, []func(tally){ask(3, 1, 5, 2), func(t tally) {
			t.Give(3, "")
			for _, p := range []messages.PartyIndex{1, 5, 2} {
				t.Refuse(p, messages.CodePolicy)
			}
		}}, 0, nil, request.Hopeless},
		{"one pending cannot be two", 0, []func(tally){ask(3, 1, 5, 2), func(t tally) {
			for _, p := range []messages.PartyIndex{1, 5, 2} {
				t.Refuse(p, messages.CodePolicy)
			}
		}}, 0, nil, request.Hopeless},
		{"the last one is asked all the same", 0, []func(tally){ask(3, 1, 5), func(t tally) {
			for _, p := range []messages.PartyIndex{3, 1, 5} {
				t.Refuse(p, messages.CodePolicy)
			}
		}}, 0, []messages.PartyIndex{2}, request.Hopeless},
	} {
		t.Run(row.name, func(t *testing.T) {
			round := request.NewTally[string](2, 5)
			for _, happen := range row.happen {
				happen(round)
			}
			parties, verdict := request.Next(round, order, row.extra, now.Add(row.later))
			var got []messages.PartyIndex
			for _, p := range parties {
				got = append(got, p.Index)
			}
			if !slices.Equal(got, row.want) || verdict != row.verdict {
				t.Errorf("ask %v and %d, want %v and %d", got, verdict, row.want, row.verdict)
			}
		})
	}
}
