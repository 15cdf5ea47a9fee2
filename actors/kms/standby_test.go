package kms_test

import (
	"testing"
	"time"

	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/messages"
)

// calls counts the calls that the active address of party 2 and its standby got.
func (s *stage) calls() (active, standby int) {
	return len(s.party["two"].Calls()), len(s.party["standby"].Calls())
}

func (s *stage) wantCalls(active, standby int) {
	s.t.Helper()
	if a, b := s.calls(); a != active || b != standby {
		s.t.Errorf("the active address got %d calls, want %d; the standby %d, want %d",
			a, active, b, standby)
	}
}

func TestStandbyIsLeftAloneWhileTheActiveAddressAnswers(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["two"].Delay(100 * ms)
		for n := range 5 {
			s.ask(shares(2, n, 1)...)
			s.signed(s.after(200*ms), n, 1)
		}
		s.wantCalls(5, 0)
	})
}

func TestStandbyServesWhenTheActiveAddressDoesNot(t *testing.T) {
	for _, fault := range []kmstest.Fault{kmstest.Unreachable, kmstest.Empty, kmstest.TooFew,
		kmstest.OtherRequest, kmstest.OtherParty} {
		t.Run(string(fault), func(t *testing.T) {
			play(t, nil, func(t *testing.T, s *stage) {
				s.party["two"].Fail(fault)
				s.ask(shares(2, 0, 3)...)
				s.signed(s.after(5*ms), 0, 3)
				s.wantCalls(1, 1)
			})
		})
	}
}

func TestStandbyIsAskedBesideAnActiveAddressThatKeepsSilent(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["two"].Fail(kmstest.Silent)
		s.ask(shares(2, 0, 3)...)
		if got := s.after(400 * ms); len(got) != 0 {
			t.Errorf("answers before the hedge: %+v", got)
		}
		s.signed(s.after(200*ms), 0, 3)
		if most := s.party["two"].Most(); most != 1 {
			t.Errorf("%d calls were under way", most)
		}
	})
}

func TestStandbyIsAskedSoonerBesideAnAddressThatUsedToBeFast(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["two"].Delay(40 * ms)
		for n := range 10 {
			s.ask(shares(2, n, 1)...)
			s.signed(s.after(100*ms), n, 1)
		}
		s.party["two"].Fail(kmstest.Silent)
		s.ask(shares(2, 20, 1)...)
		s.signed(s.after(60*ms), 20, 1)
	})
}

func TestRefusalStandsOnlyIfTheActiveAddressSaysIt(t *testing.T) {
	rows := []struct {
		name            string
		active, standby kmstest.Fault
		code            messages.Code // "" means signed
		calls           [2]int
	}{
		{"the active one refuses", kmstest.Refusing, "", messages.CodeEventNotFinal, [2]int{1, 0}},
		{"the active one is down, the standby refuses", kmstest.Unreachable, kmstest.Refusing,
			messages.CodePartyUnreachable, [2]int{1, 1}},
		{"both are down", kmstest.Unreachable, kmstest.Unreachable,
			messages.CodePartyUnreachable, [2]int{1, 1}},
		{"both answer garbage", kmstest.Empty, kmstest.Empty,
			messages.CodePartyGarbage, [2]int{1, 1}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			play(t, nil, func(t *testing.T, s *stage) {
				s.party["two"].Fail(row.active)
				s.party["standby"].Fail(row.standby)
				s.ask(kmstest.SignShare(1, 2, 1))
				refused := s.refused(s.after(5*ms), kmstest.Request(1))
				if refused.Code != row.code {
					t.Errorf("got %+v", refused)
				}
				s.wantCalls(row.calls[0], row.calls[1])
			})
		})
	}
}

func TestFasterStandbyIsAskedFirstAndItsRefusalIsAskedAgain(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["two"].Fail(kmstest.Unreachable) // so that the standby becomes known
		s.party["standby"].Delay(10 * ms)
		s.ask(shares(2, 0, 1)...)
		s.signed(s.after(20*ms), 0, 1)
		s.party["two"].Fail("")
		s.party["two"].Delay(100 * ms)
		s.ask(shares(2, 1, 1)...)
		s.signed(s.after(200*ms), 1, 1)
		s.wantCalls(2, 1)

		s.ask(shares(2, 2, 1)...) // now both are known
		s.signed(s.after(20*ms), 2, 1)
		s.wantCalls(2, 2)
		s.party["standby"].Fail(kmstest.Refusing)
		s.ask(shares(2, 3, 1)...)
		s.signed(s.after(200*ms), 3, 1)
		s.wantCalls(3, 3)
	})
}

func TestAttestationComesFromTheActiveAddressAlone(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["standby"].Fail(kmstest.StandingBy)
		attested := func(request int) {
			t.Helper()
			s.ask(kmstest.SignOutcomes(request, 2))
			if got := s.after(time.Second); len(got) != 1 || !isAttestation(got[0]) {
				t.Errorf("request %d: got %+v", request, got)
			}
		}
		attested(1)
		s.wantCalls(1, 0)

		s.party["two"].Fail(kmstest.Unreachable)
		s.ask(kmstest.SignOutcomes(2, 2))
		refused := s.refused(s.after(time.Second), kmstest.Request(2))
		if refused.Code != messages.CodePartyUnreachable {
			t.Errorf("got %+v", refused)
		}
		s.party["standby"].Fail("") // its operator made it the active one
		attested(3)
		s.party["two"].Fail(kmstest.StandingBy)
		attested(4)
	})
}

func isAttestation(word any) bool {
	_, signed := word.(messages.OutcomesSigned)
	return signed
}
