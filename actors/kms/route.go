package kms

import (
	"cmp"
	"math"
	"slices"
	"time"

	"kmsgateway/messages"
)

// Hedging: how long the first address is waited for before another is asked beside it.
const (
	// unknownHedge is for an address that has not answered yet.
	unknownHedge = 500 * time.Millisecond
	// minHedge keeps a fast party's usual variation from doubling its load.
	minHedge = 20 * time.Millisecond
	// maxHedge is where waiting longer for one address makes no sense while another may answer.
	maxHedge = 2 * time.Second
)

// muchFaster is by which factor a standby must be faster before it is asked first: the active
// address alone can refuse for its party, and asking it first saves a round.
const muchFaster = 2

// Endpoint is what is known of one address of a party when a call is to be made.
type Endpoint struct {
	Usable bool          // its circuit is not open
	P50    time.Duration // of its recent answers; 0 when unknown
	P95    time.Duration
}

// Route orders the addresses of a party for a call that any of them may answer; the first of
// endpoints is the active one. Usable ones come first, of these the active one unless a standby
// is known to be much faster, then standbys by latency. Addresses whose circuit is open are tried
// last: it costs nothing, and their refusal explains the failure.
func Route(endpoints []Endpoint) []int {
	order := make([]int, len(endpoints))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if endpoints[a].Usable != endpoints[b].Usable {
			if endpoints[a].Usable {
				return -1
			}
			return 1
		}
		return cmp.Compare(distance(endpoints, a), distance(endpoints, b))
	})
	return order
}

// distance is how far away an address is taken to be. The active one counts as nearer than it is,
// or, before it has answered, as nearest.
func distance(endpoints []Endpoint, i int) time.Duration {
	p50 := endpoints[i].P50
	switch {
	case i == 0:
		return p50 / muchFaster
	case p50 == 0:
		return math.MaxInt64 // unknown standbys last, in the order in which they are listed
	default:
		return p50
	}
}

// HedgeAfter is how long an address is waited for before the next is asked beside it: a quarter
// longer than all but the slowest of its answers took.
func HedgeAfter(endpoint Endpoint) time.Duration {
	if endpoint.P95 == 0 {
		return unknownHedge
	}
	return min(max(endpoint.P95+endpoint.P95/4, minHedge), maxHedge)
}

// Final reports whether a party's refusal stands, so that no other address is asked. It does if
// the active address says it; a failure to reach or understand any address is no refusal at all.
func Final(code messages.Code, active bool) bool {
	switch code {
	case messages.CodePartyUnreachable, messages.CodePartyGarbage, messages.CodeCircuitOpen,
		messages.CodeOverloaded, messages.CodeDeadline, messages.CodeShuttingDown,
		messages.CodeStandby:
		return false
	default:
		return active
	}
}
