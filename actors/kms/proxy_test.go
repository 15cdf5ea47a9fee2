package kms_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/messages"
)

const ms = time.Millisecond

func TestScriptedPartyDoesWhatEveryClientMust(t *testing.T) {
	kmstest.Suite(t, func(_ *testing.T, party *kmstest.Party) kms.Client { return party })
}

func TestProxyGathersWordsIntoFewCalls(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.ask(shares(1, 0, 10)...)
		if got := s.after(1 * ms); len(got) != 0 {
			t.Errorf("%d answers before there could be company", len(got))
		}
		s.signed(s.after(2*ms), 0, 10)
		s.ask(shares(1, 10, 130)...)
		s.signed(s.after(0), 10, 128) // two calls are full and need not wait
		s.signed(s.after(3*ms), 138, 2)
		var sizes []int
		for _, call := range s.party["one"].Calls() {
			sizes = append(sizes, len(call.Shares))
		}
		total := 0
		for _, size := range sizes {
			total += size
		}
		if len(sizes) != 4 || total != 140 {
			t.Errorf("140 words went out in calls of %v", sizes)
		}
	})
}

func TestProxyBoundsTheCallsUnderWayAndTheWordsThatWait(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		const flying, waiting, calls = 8 * 64, 4096, 8
		s.party["one"].Delay(time.Second)
		s.ask(shares(1, 0, flying+waiting)...)
		s.ask(shares(1, flying+waiting, 1)...)
		refused := s.refused(s.after(ms), kmstest.Request(flying+waiting))
		if refused.Code != messages.CodeOverloaded {
			t.Errorf("the word beyond the bound: %+v", refused)
		}
		s.signed(s.after(time.Minute), 0, flying+waiting)
		if most := s.party["one"].Most(); most != calls {
			t.Errorf("%d calls ran at the same time, want the bound of %d", most, calls)
		}
	})
}

func TestProxyTurnsWhatIsNoAnswerIntoARefusal(t *testing.T) {
	rows := []struct {
		fault  kmstest.Fault
		code   messages.Code
		detail string
	}{
		{kmstest.Silent, messages.CodeDeadline, ""},
		{kmstest.Unreachable, messages.CodePartyUnreachable, "refused"},
		{kmstest.Refusing, messages.CodeEventNotFinal, "block 9, final 8"},
		{kmstest.Empty, messages.CodePartyGarbage, "neither shares nor a refusal"},
		{kmstest.TooFew, messages.CodePartyGarbage, "0 answers to 1 words"},
		{kmstest.TooMany, messages.CodePartyGarbage, "2 answers to 1 words"},
		{kmstest.FewShares, messages.CodePartyGarbage, "1 shares for 2 inputs"},
		{kmstest.OtherRequest, messages.CodePartyGarbage, "another request"},
		{kmstest.OtherParty, messages.CodePartyGarbage, "party-2"},
		{kmstest.OtherEpoch, messages.CodePartyGarbage, "epoch 3, asked for 2"},
		{kmstest.OtherRefusal, messages.CodePartyGarbage, "another request"},
	}
	for _, row := range rows {
		t.Run(string(row.fault), func(t *testing.T) {
			play(t, nil, func(t *testing.T, s *stage) {
				s.party["one"].Fail(row.fault)
				s.ask(kmstest.SignShare(4, 1, 2))
				refused := s.refused(s.after(11*time.Second), kmstest.Request(4))
				if refused.Code != row.code || refused.Party != 1 ||
					!strings.Contains(refused.Detail, row.detail) {
					t.Errorf("got %+v", refused)
				}
				denied := s.published(messages.FactShareDenied)
				if len(denied) != 1 || denied[0].Code != row.code || denied[0].Party != 1 ||
					denied[0].Region != "eu" || denied[0].Request != kmstest.Request(4) {
					t.Errorf("published %+v", denied)
				}
			})
		})
	}
}

func TestProxyHoldsAnAttestationAgainstItsQuestion(t *testing.T) {
	rows := []struct {
		fault kmstest.Fault
		code  messages.Code
	}{
		{kmstest.Silent, messages.CodeDeadline},
		{kmstest.Unreachable, messages.CodePartyUnreachable},
		{kmstest.Refusing, messages.CodeEventNotFinal},
		{kmstest.Empty, messages.CodePartyGarbage},
		{kmstest.OtherRequest, messages.CodePartyGarbage},
		{kmstest.OtherParty, messages.CodePartyGarbage},
		{kmstest.OtherEpoch, messages.CodePartyGarbage},
		{kmstest.OtherDigest, messages.CodePartyGarbage},
		{kmstest.OtherRefusal, messages.CodePartyGarbage},
	}
	for _, row := range rows {
		t.Run(string(row.fault), func(t *testing.T) {
			play(t, nil, func(t *testing.T, s *stage) {
				s.party["one"].Fail(row.fault)
				s.ask(kmstest.SignOutcomes(4, 1))
				refused := s.refused(s.after(11*time.Second), kmstest.Request(4))
				if refused.Code != row.code || refused.Party != 1 {
					t.Errorf("got %+v", refused)
				}
			})
		})
	}
	t.Run("a good one", func(t *testing.T) {
		play(t, nil, func(t *testing.T, s *stage) {
			s.ask(kmstest.SignOutcomes(4, 1))
			got := s.after(ms)
			if len(got) != 1 {
				t.Fatalf("got %+v", got)
			}
			if signed, ok := got[0].(messages.OutcomesSigned); !ok || signed.Request != kmstest.Request(4) {
				t.Errorf("got %+v", got[0])
			}
		})
	})
}

func TestProxyPublishesWhatAPartySigned(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["one"].Delay(30 * ms)
		s.ask(kmstest.SignShare(4, 1, 2))
		got := s.after(time.Second)
		s.signed(got, 4, 1)
		facts := s.published(messages.FactShareReceived)
		if len(facts) != 1 {
			t.Fatalf("published %+v", facts)
		}
		fact := facts[0]
		if fact.Request != kmstest.Request(4) || fact.Party != 1 || fact.Region != "eu" ||
			fact.Count != 2 || fact.Took != 30*ms || len(fact.Evidence) != 64 ||
			fact.Digest != got[0].(messages.ShareSigned).EvidenceDigest() {
			t.Errorf("published %+v", fact)
		}
	})
}

func TestProxyOfASlowPartyDoesNotHoldUpAnother(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["one"].Fail(kmstest.Silent)
		s.ask(shares(1, 0, 1000)...)
		s.ask(shares(2, 5000, 100)...)
		s.signed(s.after(5*ms), 5000, 100)
	})
}

func TestProxyKeepsToAWordsBudget(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["one"].Delay(300 * ms)
		s.ask(shares(1, 0, 8*64)...) // every call is taken for 300 ms
		short, long := kmstest.SignShare(1000, 1, 1), kmstest.SignShare(1001, 1, 1)
		short.Budget, long.Budget = 200*ms, 10*time.Second
		s.ask(short, long)
		s.after(time.Second)
		late := s.published(messages.FactShareDenied)
		if len(late) != 1 || late[0].Code != messages.CodeDeadline || late[0].Request != short.Request {
			t.Errorf("published %+v", late)
		}
		calls := s.party["one"].Calls()
		last := calls[len(calls)-1].Shares
		if len(last) != 1 || last[0].Request != long.Request || last[0].Budget != 9700*ms {
			t.Errorf("the party was asked %+v", last)
		}

		s.party["one"].Fail(kmstest.Silent)
		word := kmstest.SignShare(2000, 1, 1)
		word.Budget = 100 * ms
		began := time.Now()
		s.ask(word)
		if refused := s.refused(s.after(200*ms), word.Request); refused.Code != messages.CodeDeadline {
			t.Errorf("got %+v", refused)
		}
		if took := s.at[len(s.at)-1].Sub(began); took > 103*ms {
			t.Errorf("a budget of 100 ms took %s", took)
		}
	})
}

func TestProxyDoesNotSendAMalformedWordWithOthers(t *testing.T) {
	rows := map[string]func(*messages.SignShare){
		"no inputs":     func(w *messages.SignShare) { w.Inputs = nil },
		"many inputs":   func(w *messages.SignShare) { w.Inputs = make([]messages.InputHint, 17) },
		"no epoch":      func(w *messages.SignShare) { w.Epoch = 0 },
		"another party": func(w *messages.SignShare) { w.Party = 2 },
		"no chain":      func(w *messages.SignShare) { w.Request.Chain = 0 },
	}
	for name, spoil := range rows {
		t.Run(name, func(t *testing.T) {
			play(t, nil, func(t *testing.T, s *stage) {
				bad := kmstest.SignShare(1, 1, 1)
				spoil(&bad)
				s.root.RequestWithCustomSender(s.proxies[1], bad, s.asker)
				s.ask(shares(1, 5, 2)...)
				if refused := s.refused(s.after(0), bad.Request); refused.Code != messages.CodeMalformedInput {
					t.Errorf("got %+v", refused)
				}
				s.signed(s.after(3*ms), 5, 2)
			})
		})
	}
}

func TestProxyAnswersForPartiesThatAreNotThere(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		kind := kms.Kind(s.config, "eu")
		for _, id := range []string{"2", "9", "x"} {
			pid := s.root.Spawn(actor.PropsFromProducer(func() actor.Actor { return kind.New(id) }))
			s.root.RequestWithCustomSender(pid, kmstest.SignShare(1, 2, 1), s.asker)
			s.root.RequestWithCustomSender(pid, kmstest.SignOutcomes(1, 2), s.asker)
			got := s.after(ms)
			if len(got) != 2 {
				t.Fatalf("proxy %q answered %+v", id, got)
			}
			for i := range got {
				refused := s.refused(got[i:i+1], kmstest.Request(1))
				if refused.Code != messages.CodePartyUnreachable || refused.Party != 2 {
					t.Errorf("proxy %q answered %+v", id, refused)
				}
			}
			if err := s.root.StopFuture(pid).Wait(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestProxySaysWhyItHasNoClient(t *testing.T) {
	prepare := func(s *stage) {
		s.config.Client = func(messages.PartyInfo) (kms.Client, error) {
			return nil, messages.BadConfig("tls.ca", "no authority")
		}
	}
	play(t, prepare, func(t *testing.T, s *stage) {
		s.ask(kmstest.SignShare(1, 1, 1))
		refused := s.refused(s.after(3*ms), kmstest.Request(1))
		if refused.Code != messages.CodePartyUnreachable || !strings.Contains(refused.Detail, "tls.ca") {
			t.Errorf("got %+v", refused)
		}
	})
}

func TestProxyStopsWithAWordToEveryoneWhoWaits(t *testing.T) {
	play(t, nil, func(t *testing.T, s *stage) {
		s.party["one"].Fail(kmstest.Silent)
		s.ask(shares(1, 0, 8*64+3)...)
		s.after(3 * ms)
		began := time.Now()
		if err := s.root.StopFuture(s.proxies[1]).Wait(); err != nil {
			t.Fatal(err)
		}
		got := s.after(0)
		if len(got) != 3 || time.Since(began) > 0 {
			t.Fatalf("%d answers after %s", len(got), time.Since(began))
		}
		for _, answer := range got {
			if answer.(messages.ShareRefused).Code != messages.CodeShuttingDown {
				t.Errorf("got %+v", answer)
			}
		}
		delete(s.proxies, 1)
	})
}

func TestProxyServesOnAfterAPanic(t *testing.T) {
	prepare := func(s *stage) {
		publish := s.config.Publish
		s.config.Publish = func(ctx context.Context, fact messages.Fact) {
			if fact.Request == kmstest.Request(13) {
				panic("a bug")
			}
			publish(ctx, fact)
		}
	}
	play(t, prepare, func(t *testing.T, s *stage) {
		s.ask(kmstest.SignShare(13, 1, 1))
		s.after(5 * ms)
		s.ask(shares(1, 20, 2)...)
		s.signed(s.after(5*ms), 20, 2)
	})
}
