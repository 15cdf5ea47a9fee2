package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"kmsgateway/bootstrap"
	"kmsgateway/messages"
)

// gate stands before the chain; shut, it cuts every call off.
type gate struct {
	*httptest.Server
	shut  atomic.Bool
	knock atomic.Int64 // calls that came while it was shut
}

func newGate(t *testing.T, behind string) *gate {
	t.Helper()
	target := must(url.Parse(behind))(t)
	through := httputil.NewSingleHostReverseProxy(target)
	g := &gate{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.shut.Load() {
			g.knock.Add(1)
			panic(http.ErrAbortHandler)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

// turned waits until a client's circuit changes to a state, after the first skip facts.
func (s *stage) turned(ctx context.Context, t *testing.T, room messages.Room, state string,
	skip int) messages.Fact {
	t.Helper()
	var changed messages.Fact
	err := waitFor(ctx, awaitPoll, func() bool {
		facts := s.facts.history()[skip:]
		at := slices.IndexFunc(facts, func(fact messages.Fact) bool {
			return fact.Name == messages.FactCircuitChanged && fact.Room == room &&
				strings.HasSuffix(fact.Detail, " "+state)
		})
		if at >= 0 {
			changed = facts[at]
		}
		return at >= 0
	})
	if err != nil {
		t.Fatalf("no circuit of %s turned %s: %v", room, state, err)
	}
	return changed
}

// TestAChainThatReturnsIsCalledAgain shuts the gate before the node's endpoint: the circuit opens,
// calls fail without being made, and when the chain is back the node goes on by itself.
func TestAChainThatReturnsIsCalledAgain(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	before := newGate(t, s.chain.URL())
	if err := s.node.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	config := must(s.nodeConfig())(t)
	config.Chain.Endpoints[0].URL = before.URL
	s.node = must(bootstrap.StartNode(ctx, s.env(), config))(t)

	started := len(s.facts.history())
	before.shut.Store(true)
	note := must(s.writeNote(ctx, s.user, []byte("asked while the node is blind")))(t)
	must(s.openNote(ctx, note))(t)
	opened := s.turned(ctx, t, messages.RoomEthereum, "open", started)
	if opened.Code != messages.CodeCircuitOpen {
		t.Errorf("the fact's code is %s", opened.Code)
	}
	err := waitFor(ctx, awaitPoll, func() bool { // several refusals, none of which took a call
		refused := 0
		for _, fact := range s.facts.history()[started:] {
			if fact.Name == messages.FactCallDone && fact.Code == messages.CodeCircuitOpen {
				refused++
				if fact.Took != 0 {
					t.Errorf("a refused call took %v", fact.Took)
				}
			}
		}
		return refused >= 3
	})
	if err != nil {
		t.Fatalf("calls do not fail fast: %v", err)
	}
	if knocks := before.knock.Load(); knocks > 20 {
		t.Errorf("%d calls were made to a dead endpoint", knocks)
	}

	blind := len(s.facts.history())
	before.shut.Store(false)
	s.turned(ctx, t, messages.RoomEthereum, "closed", blind)
	if err := s.awaitEnded(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if wrong := must(s.read(ctx))(t).wrong([]secret{note}); wrong != 0 {
		t.Error("the plaintext is not what was encrypted")
	}
	ready := get(t, "http://"+s.node.Addr()+"/readyz")
	if !strings.Contains(ready, `"room":"ethereum","grade":"healthy"`) {
		t.Errorf("health remembers an outage that is over: %s", ready)
	}
}

// TestAPartyThatReturnsIsCalledAgain stops one of two parties that are both needed: its circuit
// opens, health names it, and when it is back the waiting requests are served.
func TestAPartyThatReturnsIsCalledAgain(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 6, Parties: 2, Threshold: 2})
	if err := s.parties[1].Stop(ctx); err != nil {
		t.Fatal(err)
	}
	var notes []secret
	for i := range 6 { // one after the other: what is asked at once goes in one call
		note := must(s.writeNote(ctx, s.user, fmt.Appendf(nil, "asked in vain, %d", i)))(t)
		must(s.openNote(ctx, note))(t)
		notes = append(notes, note)
		s.chain.Mine() // with the note
		s.chain.Mine() // confirms it
		asked := func() bool { return s.facts.count(messages.FactShareAsked) > 2*i }
		if err := waitFor(ctx, receiptPoll, asked); err != nil {
			t.Fatal(err)
		}
	}
	opened := s.turned(ctx, t, messages.RoomKMS, "open", 0)
	if opened.Party != 2 || opened.Region != "us-east" || opened.Code != messages.CodeCircuitOpen {
		t.Errorf("the fact is %+v", opened)
	}
	err := waitFor(ctx, awaitPoll, func() bool {
		ready := get(t, "http://"+s.node.Addr()+"/readyz")
		return strings.Contains(ready, "party-2 (us-east)") && strings.Contains(ready, `"degraded"`)
	})
	if err != nil {
		t.Errorf("health does not name the party: %v", err)
	}
	away := len(s.facts.history())
	s.revive(ctx, t, 2)
	s.turned(ctx, t, messages.RoomKMS, "closed", away)
	if err := s.awaitEnded(ctx, len(notes)); err != nil {
		t.Fatal(err)
	}
	for _, fact := range s.facts.history() {
		if fact.Name == messages.FactCallDone && fact.Room == messages.RoomKMS &&
			fact.Code == messages.CodeCircuitOpen && fact.Took != 0 {
			t.Errorf("a refused call took %v", fact.Took)
		}
	}
}
