package request

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"kmsgateway/messages"
)

// When an unanswered ask counts as slow, so that the next party is asked as well. Asking again
// after the 95th percentile costs one ask in twenty and cuts the tail of the slowest.
const (
	hedgeFloor   = 20 * time.Millisecond  // below it noise would double the load
	hedgeCeiling = 2 * time.Second        // a party slower than that is not worth waiting for
	hedgeUnknown = 250 * time.Millisecond // an intercontinental round trip and a pairing or two
)

// The bounds of how many parties beyond the threshold are asked at once.
const (
	rateStep = 1.0 / 32 // weight of the newest answer in the observed failure rate
	rateMost = 0.5      // above it more asks only add load to parties that fail
)

// rank is what a party is ordered by; the first field that differs decides.
type rank struct {
	unusable int // its circuit is open: last, but asked rather than nobody
	region   int // nearest region first
	latency  int // bucket of the party's own latency
	turn     int // equals take turns
}

// Order returns the parties of a committee of size parties in the order of asking: usable before
// unusable, nearest region first, then by latency. Parties that are equally near take turns by
// turn, so that load spreads; latencies are compared by powers of two, so that noise does not
// reorder them. Parties outside the committee and doubles are left out.
func Order(
	parties []messages.PartyInfo, states []messages.PartyState,
	home messages.Region, size int, turn uint64,
) []messages.PartyInfo {
	known := make(map[messages.PartyIndex]messages.PartyState, len(states))
	for _, s := range states {
		known[s.Party] = s
	}
	regions := regionRanks(parties, known, home)
	ranks := make(map[messages.PartyIndex]rank, len(parties))
	out := make([]messages.PartyInfo, 0, len(parties))
	for _, p := range parties {
		_, double := ranks[p.Index]
		if double || p.Index == 0 || int(p.Index) > size {
			continue
		}
		r := rank{region: regions[p.Region], latency: bucket(known[p.Index].P50)}
		if s, ok := known[p.Index]; ok && !s.Usable {
			r.unusable = 1
		}
		r.turn = int((uint64(p.Index) + turn) % uint64(size))
		ranks[p.Index] = r
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b messages.PartyInfo) int {
		return compareRanks(ranks[a.Index], ranks[b.Index])
	})
	return out
}

func compareRanks(a, b rank) int {
	return cmp.Or(cmp.Compare(a.unusable, b.unusable), cmp.Compare(a.region, b.region),
		cmp.Compare(a.latency, b.latency), cmp.Compare(a.turn, b.turn))
}

// regionRanks numbers the regions from the nearest: by the best latency seen there, the own region
// counting as nearest until it is measured, other unmeasured ones as farthest.
func regionRanks(
	parties []messages.PartyInfo, known map[messages.PartyIndex]messages.PartyState,
	home messages.Region,
) map[messages.Region]int {
	best := make(map[messages.Region]int)
	for _, p := range parties {
		distance := bucket(known[p.Index].P50)
		if known[p.Index].P50 <= 0 && p.Region == home {
			distance = -1
		}
		if before, seen := best[p.Region]; !seen || distance < before {
			best[p.Region] = distance
		}
	}
	names := make([]messages.Region, 0, len(best))
	for name := range best {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b messages.Region) int {
		return cmp.Or(cmp.Compare(best[a], best[b]), compareHome(a, b, home), cmp.Compare(a, b))
	})
	ranks := make(map[messages.Region]int, len(names))
	for i, name := range names {
		ranks[name] = i
	}
	return ranks
}

func compareHome(a, b, home messages.Region) int {
	switch home {
	case a:
		return -1
	case b:
		return 1
	default:
		return 0
	}
}

// bucket compares latencies by powers of two of a millisecond; an unknown one is the farthest.
func bucket(latency time.Duration) int {
	if latency <= 0 {
		return math.MaxInt
	}
	return bits.Len64(uint64(latency / time.Millisecond))
}

// HedgeAfter returns how long an ask of the party may go unanswered before the next one is asked.
func HedgeAfter(states []messages.PartyState, party messages.PartyIndex) time.Duration {
	for _, s := range states {
		if s.Party == party && s.P95 > 0 {
			return min(max(s.P95, hedgeFloor), hedgeCeiling)
		}
	}
	return hedgeUnknown
}

// Extra returns h, how many of size parties are asked beyond threshold at once when a share rate
// of the asks fails: as many as will be missing, to the nearest whole party.
func Extra(threshold, size int, rate float64) int {
	rate = min(max(rate, 0), rateMost)
	missing := math.Round(float64(threshold) * rate / (1 - rate))
	return min(int(missing), max(size-threshold, 0))
}

// NextRate folds one more answer into the observed failure rate.
func NextRate(rate float64, failed bool) float64 {
	if failed {
		return rate + rateStep*(1-rate)
	}
	return rate - rateStep*rate
}

// Verdict is what a round needs next.
type Verdict uint8

const (
	// Wait means that enough answers are under way.
	Wait Verdict = iota + 1
	// Reached means that the threshold is reached.
	Reached
	// Hopeless means that even if every pending ask is answered the threshold is not reached, and
	// nobody is left to be asked.
	Hopeless
)

// Next decides how a round goes on: whom to ask now (nearest first, perhaps nobody), and whether
// to go on at all. Asks that are slow still count when they arrive, but are no longer counted on.
func Next[A any](
	t *Tally[A], order []messages.PartyInfo, extra int, now time.Time,
) ([]messages.PartyInfo, Verdict) {
	if _, _, ok := t.Quorum(); ok {
		return nil, Reached
	}
	fresh, slow := t.Pending(now)
	want := t.threshold + extra - t.Given() - fresh
	var ask []messages.PartyInfo
	for _, p := range order {
		if len(ask) < want && t.Free(p.Index) {
			ask = append(ask, p)
		}
	}
	// Fewer asks than wanted means that nobody is left.
	if t.Given()+fresh+slow+len(ask) < t.threshold {
		return ask, Hopeless
	}
	return ask, Wait
}
