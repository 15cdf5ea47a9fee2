package kms_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/actors/kms"
	"kmsgateway/messages"
)

func TestRouteOrdersAddresses(t *testing.T) {
	const ms = time.Millisecond
	up := func(p50 time.Duration) kms.Endpoint { return kms.Endpoint{Usable: true, P50: p50} }
	down := kms.Endpoint{P50: ms}
	rows := []struct {
		name      string
		endpoints []kms.Endpoint
		want      []int
	}{
		{"one address", []kms.Endpoint{up(0)}, []int{0}},
		{"nothing known", []kms.Endpoint{up(0), up(0), up(0)}, []int{0, 1, 2}},
		{"active known, standby not", []kms.Endpoint{up(90 * ms), up(0)}, []int{0, 1}},
		{"standby a little faster", []kms.Endpoint{up(90 * ms), up(50 * ms)}, []int{0, 1}},
		{"standby much faster", []kms.Endpoint{up(90 * ms), up(40 * ms)}, []int{1, 0}},
		{"active not known yet", []kms.Endpoint{up(0), up(ms)}, []int{0, 1}},
		{"standbys by latency", []kms.Endpoint{up(ms), up(9 * ms), up(0), up(8 * ms)}, []int{0, 3, 1, 2}},
		{"active down", []kms.Endpoint{down, up(0)}, []int{1, 0}},
		{"all down", []kms.Endpoint{down, down}, []int{0, 1}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := kms.Route(row.endpoints); !slices.Equal(got, row.want) {
				t.Errorf("order %v, want %v", got, row.want)
			}
		})
	}
}

func drawEndpoints(t *rapid.T) []kms.Endpoint {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) kms.Endpoint {
		return kms.Endpoint{
			Usable: rapid.Bool().Draw(t, "usable"),
			P50:    time.Duration(rapid.Int64Range(0, int64(5*time.Second)).Draw(t, "p50")),
			P95:    time.Duration(rapid.Int64Range(0, int64(9*time.Second)).Draw(t, "p95")),
		}
	}), 1, 8).Draw(t, "endpoints")
}

func TestRouteNamesEveryAddressOnceTheUsableFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		endpoints := drawEndpoints(t)
		order := kms.Route(endpoints)
		sorted := slices.Sorted(slices.Values(order))
		for i := range endpoints {
			if len(sorted) != len(endpoints) || sorted[i] != i {
				t.Fatalf("%v is no order of %d addresses", order, len(endpoints))
			}
		}
		seenDown := false
		for _, i := range order {
			if endpoints[i].Usable && seenDown {
				t.Fatalf("%v: an address that is down comes before %d", order, i)
			}
			seenDown = seenDown || !endpoints[i].Usable
		}
	})
}

func TestRouteNeverPunishesAnAddressForBecomingFaster(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		endpoints := drawEndpoints(t)
		i := rapid.IntRange(0, len(endpoints)-1).Draw(t, "which")
		endpoints[i].P50++ // known
		before := slices.Index(kms.Route(endpoints), i)
		faster := slices.Clone(endpoints)
		faster[i].P50 = time.Duration(rapid.Int64Range(1, int64(endpoints[i].P50)).Draw(t, "faster"))
		if after := slices.Index(kms.Route(faster), i); after > before {
			t.Fatalf("%v faster moves from place %d to %d", faster[i].P50, before, after)
		}
	})
}

func TestRouteAsksTheActiveAddressUnlessAnotherIsMuchFaster(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		endpoints := drawEndpoints(t)
		endpoints[0].Usable = true
		first := kms.Route(endpoints)[0]
		if first != 0 && (!endpoints[first].Usable || endpoints[first].P50 == 0 ||
			2*endpoints[first].P50 > endpoints[0].P50) {
			t.Fatalf("%+v is asked before the active %+v", endpoints[first], endpoints[0])
		}
	})
}

func TestHedgeAfterIsLongerThanAnAddressUsuallyTakesWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		endpoint := drawEndpoints(t)[0]
		got := kms.HedgeAfter(endpoint)
		if got < 20*time.Millisecond || got > 2*time.Second {
			t.Fatalf("hedge after %s", got)
		}
		if endpoint.P95 > 0 && endpoint.P95 < time.Second && got <= endpoint.P95 {
			t.Fatalf("hedge after %s, 95 of 100 answers come within %s", got, endpoint.P95)
		}
	})
}

func TestFinalOnlyWhatTheActiveAddressRefuses(t *testing.T) {
	noRefusal := []messages.Code{messages.CodePartyUnreachable, messages.CodePartyGarbage,
		messages.CodeCircuitOpen, messages.CodeOverloaded, messages.CodeDeadline,
		messages.CodeShuttingDown, messages.CodeStandby}
	for _, reason := range messages.Reasons() {
		if kms.Final(reason.Code, false) {
			t.Errorf("a standby's %s stands", reason.Code)
		}
		if want := !slices.Contains(noRefusal, reason.Code); kms.Final(reason.Code, true) != want {
			t.Errorf("the active address's %s stands: %t", reason.Code, !want)
		}
	}
}
