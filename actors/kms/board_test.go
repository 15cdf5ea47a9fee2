package kms_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/messages"
)

func TestProxyPassesOnThatACircuitIsOpen(t *testing.T) {
	open := &messages.GatewayError{Code: messages.CodeCircuitOpen, Detail: "tried again in 3s"}
	prepare := func(s *stage) {
		s.config.Client = func(party messages.PartyInfo) (kms.Client, error) {
			return broken{open}, nil
		}
	}
	play(t, prepare, func(t *testing.T, s *stage) {
		s.ask(kmstest.SignShare(1, 1, 1))
		refused := s.refused(s.after(3*ms), kmstest.Request(1))
		if refused.Code != messages.CodeCircuitOpen || refused.Detail != "tried again in 3s" {
			t.Errorf("got %+v", refused)
		}
		states := s.board.States()
		if states[0].Usable || states[1].Usable || s.board.Health().Grade != messages.Down {
			t.Errorf("the board says %+v, %+v", states, s.board.Health())
		}
	})
}

// broken is a client whose circuit is open.
type broken struct{ err error }

func (b broken) SignShares(context.Context, []messages.SignShare) ([]messages.ShareAnswer, error) {
	return nil, b.err
}

func (b broken) SignOutcomes(context.Context, messages.SignOutcomes) (
	messages.OutcomeAnswer, error) {
	return messages.OutcomeAnswer{}, b.err
}

func (b broken) Usable() bool { return false }

func TestBoardKnowsHowEachPartyDoes(t *testing.T) {
	up := true
	prepare := func(s *stage) {
		dial := s.config.Client
		s.config.Client = func(party messages.PartyInfo) (kms.Client, error) {
			client, err := dial(party)
			w := client.(wrapped)
			if party.Index == 1 {
				w.usable = func() bool { return up }
			}
			return w, err
		}
	}
	play(t, prepare, func(t *testing.T, s *stage) {
		for _, state := range s.board.States() {
			if !state.Usable || state.P50 != 0 {
				t.Errorf("before anything was asked: %+v", state)
			}
		}
		for n := range 100 {
			s.party["one"].Delay(10 * ms)
			if n%10 == 0 {
				s.party["one"].Delay(90 * ms)
			}
			s.ask(shares(1, n, 1)...)
			s.after(100 * ms)
		}
		states := s.board.States()
		if states[0].P50 != 10*ms || states[0].P95 != 90*ms || states[0].Region != "eu" {
			t.Errorf("party 1: %+v", states[0])
		}
		if health := s.board.Health(); health.Grade != messages.Healthy {
			t.Errorf("health %+v", health)
		}
		up = false
		if states := s.board.States(); states[0].Usable || !states[1].Usable {
			t.Errorf("with party 1 paused: %+v", states)
		}
		if health := s.board.Health(); health.Grade != messages.Degraded ||
			!strings.Contains(health.Detail, "party-1 (eu)") {
			t.Errorf("health %+v", health)
		}
	})
}

func TestBoardSeesThatASilentPartyIsSlowAndAnUnreachableOneNotFast(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["one"].Fail(kmstest.Unreachable)
		s.ask(shares(1, 0, 1)...)
		s.after(time.Second)
		if state := s.board.States()[0]; state.P50 != 0 {
			t.Errorf("a failure at once counts as an answer of %s", state.P50)
		}
		s.party["one"].Fail(kmstest.Silent)
		word := kmstest.SignShare(1, 1, 1)
		word.Budget = 2 * time.Second
		s.ask(word)
		s.after(3 * time.Second)
		if state := s.board.States()[0]; state.P50 < time.Second {
			t.Errorf("a party that kept silent for 2 s counts as one of %s", state.P50)
		}
	})
}

func TestRegionsListsEachOnce(t *testing.T) {
	got := kms.Regions([]messages.PartyInfo{{Region: "us"}, {Region: "eu"}, {Region: "us"}})
	if len(got) != 2 || got[0] != "us" || got[1] != "eu" {
		t.Errorf("got %v", got)
	}
}
