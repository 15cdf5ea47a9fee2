package kms

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"kmsgateway/messages"
)

// window is how many recent calls an address is judged by: enough for a 95th percentile, few
// enough to notice a change within seconds.
const window = 64

// Board knows how each party does. It is safe for concurrent use and answers at once.
type Board struct {
	parties []messages.PartyInfo
	gauges  map[messages.PartyIndex]*gauge
}

// NewBoard makes the board of parties, of which nothing is known yet.
func NewBoard(parties []messages.PartyInfo) *Board {
	b := &Board{parties: parties, gauges: map[messages.PartyIndex]*gauge{}}
	for _, party := range parties {
		b.gauges[party.Index] = newGauge(len(party.Endpoints))
	}
	return b
}

// States tells each party's form, in the order of the parties. A party that has not been asked yet
// counts as usable.
func (b *Board) States() []messages.PartyState {
	states := make([]messages.PartyState, len(b.parties))
	for i, party := range b.parties {
		states[i] = messages.PartyState{Party: party.Index, Region: party.Region}
		states[i].Usable, states[i].P50, states[i].P95 = b.gauges[party.Index].sum()
	}
	return states
}

// Health is down while no party is usable and degraded while one is not; it names them.
func (b *Board) Health() messages.Health {
	var missing []string
	for _, state := range b.States() {
		if !state.Usable {
			missing = append(missing, fmt.Sprintf("%s (%s)", state.Party, state.Region))
		}
	}
	health := messages.Health{Room: messages.RoomKMS, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d parties", len(b.parties))}
	if len(missing) > 0 {
		health.Grade = messages.Degraded
		health.Detail = "calls are paused to " + strings.Join(missing, ", ")
	}
	if len(missing) == len(b.parties) {
		health.Grade = messages.Down
	}
	return health
}

// gauge is the board's measure of a party; one that the board does not know is measured apart.
func (b *Board) gauge(party messages.PartyInfo) *gauge {
	g, known := b.gauges[party.Index]
	if !known || len(g.addresses) != len(party.Endpoints) {
		return newGauge(len(party.Endpoints))
	}
	return g
}

// gauge measures one party, by address.
type gauge struct {
	mu        sync.Mutex
	addresses []address
}

// address is what is known of one address of a party; guarded by its gauge.
type address struct {
	took     []time.Duration // a ring of the last answers
	next     int
	p50, p95 time.Duration
	usable   func() bool // nil: as far as is known, yes
}

func newGauge(endpoints int) *gauge { return &gauge{addresses: make([]address, endpoints)} }

// watch takes how to find out whether an address is usable; nil where nobody knows any more.
func (g *gauge) watch(endpoint int, usable func() bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.addresses[endpoint].usable = usable
}

// note takes how long an answer of an address took.
func (g *gauge) note(endpoint int, took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := &g.addresses[endpoint]
	if len(a.took) < window {
		a.took = append(a.took, took)
	} else {
		a.took[a.next] = took
		a.next = (a.next + 1) % window
	}
	a.p50, a.p95 = quantiles(a.took)
}

// endpoints tells how each address does.
func (g *gauge) endpoints() []Endpoint {
	g.mu.Lock()
	defer g.mu.Unlock()
	endpoints := make([]Endpoint, len(g.addresses))
	for i, a := range g.addresses {
		endpoints[i] = Endpoint{Usable: a.usable == nil || a.usable(), P50: a.p50, P95: a.p95}
	}
	return endpoints
}

// sum tells how the party does: as well as the address that would be asked first.
func (g *gauge) sum() (usable bool, p50, p95 time.Duration) {
	endpoints := g.endpoints()
	if len(endpoints) == 0 {
		return false, 0, 0
	}
	first := endpoints[Route(endpoints)[0]]
	return first.Usable, first.P50, first.P95
}

// quantiles returns the median and the 95th percentile of at least one duration.
func quantiles(took []time.Duration) (p50, p95 time.Duration) {
	sorted := slices.Sorted(slices.Values(took))
	rank := func(percent int) time.Duration { return sorted[(len(sorted)*percent-1)/100] }
	return rank(50), rank(95)
}
