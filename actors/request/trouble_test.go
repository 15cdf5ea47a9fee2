package request_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/actors/request"
	"kmsgateway/messages"
)

func TestSlowPartyIsHedged(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.states = []messages.PartyState{
			{Party: 1, Usable: true, P50: 5 * time.Millisecond, P95: 40 * time.Millisecond},
			{Party: 2, Usable: true, P50: 9 * time.Millisecond, P95: 60 * time.Millisecond},
			{Party: 3, Usable: true, P50: 90 * time.Millisecond, P95: 200 * time.Millisecond},
		}
		w.members[1].share = silent
		w.decrypt(1, budget)
		w.pass(59 * time.Millisecond)
		if got := w.askedFor(false, 0); !slices.Equal(got, []messages.PartyIndex{1, 2}) {
			t.Fatalf("asked %v before the second is slow", got)
		}
		w.pass(time.Millisecond)
		w.wantSettled(1)
		if last := w.asked[2]; last.party != 3 || last.at != 60*time.Millisecond {
			t.Errorf("hedged by %s after %s", last.party, last.at)
		}
		if len(w.blames()) > 0 {
			t.Error("slowness is not a lie")
		}
	})
}

func TestBudgetIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		budget time.Duration
		after  time.Duration
		set    func(*world)
		code   messages.Code
		detail string
	}{
		"none left on arrival": {0, 0, func(*world) {}, messages.CodeDeadline, "ciphertexts"},
		"parties are silent": {time.Second, time.Second,
			func(w *world) { w.only([]int{1}, silent) },
			messages.CodeBelowThreshold, "1 of 2 shares, waiting for [party-1 party-3]"},
		"aggregator is silent": {time.Second, time.Second,
			func(w *world) { w.aggregate = func(any) any { return nil } },
			messages.CodeDeadline, "aggregator"},
		"more than an attempt may have": {time.Hour, time.Minute,
			func(w *world) { w.only(nil, silent) },
			messages.CodeBelowThreshold, "0 of 2 shares, waiting for [party-1 party-2 party-3]"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, 2, 3, 1, func(t *testing.T, w *world) {
				c.set(w)
				w.decrypt(1, c.budget)
				if c.after > 0 {
					w.pass(c.after - time.Millisecond)
					if len(w.deferrals()) > 0 {
						t.Fatalf("gave up early: %+v", w.deferrals())
					}
					w.pass(time.Millisecond)
				}
				d := w.deferrals()
				if len(d) != 1 || d[0].Code != c.code || !strings.Contains(d[0].Detail, c.detail) {
					t.Errorf("deferred %+v", d)
				}
				for _, a := range w.asked {
					left := c.budget - a.at
					if got := a.word.(messages.SignShare).Budget; got <= 0 || got > left {
						t.Errorf("party was given %s of %s", got, left)
					}
				}
			})
		})
	}
}

func TestLateShareIsCountedByTheNextAttempt(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.only([]int{0}, silent)
		w.decrypt(1, time.Second)
		w.pass(time.Second)
		w.tell(w.members[2].sign(w, w.asked[0].word.(messages.SignShare)))
		before := len(w.asked)
		w.decrypt(2, budget)
		w.wantSettled(1)
		if len(w.asked) != before {
			t.Error("parties were asked though t shares were here")
		}
	})
}

func TestCannotBegin(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*world)
		code messages.Code
	}{
		"unknown key": {func(w *world) { w.requested.Key[0] ^= 1 }, messages.CodeUnknownKey},
		"no such registration": {func(w *world) { w.missing = errors.New("no log") },
			messages.CodeCiphertextMissing},
		"chain is down": {func(w *world) { w.missing = messages.ChainUnavailable("read", nil) },
			messages.CodeChainUnavailable},
		"registration of another handle": {func(w *world) {
			w.registered[w.requested.Handles[0]] = w.registered[w.requested.Handles[1]]
		}, messages.CodeCiphertextMissing},
		"truncated ciphertext": {func(w *world) {
			r := w.registered[w.requested.Handles[0]]
			r.Ciphertext = r.Ciphertext[:messages.CiphertextHead-1]
			w.registered[w.requested.Handles[0]] = r
		}, messages.CodeCiphertextMissing},
		"too many handles": {func(w *world) {
			w.requested.Handles = make([]messages.Handle, messages.MaxHandles+1)
		}, messages.CodeMalformedInput},
		"a handle without a block": {func(w *world) {
			w.requested.RegisteredAt = w.requested.RegisteredAt[:1]
		}, messages.CodeMalformedInput},
		"key without sense": {func(w *world) { w.key.Threshold = 4 }, messages.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, 2, 3, 2, func(t *testing.T, w *world) {
				c.set(w)
				w.decrypt(1, budget)
				if d := w.deferrals(); len(d) != 1 || d[0].Code != c.code || d[0].Detail == "" {
					t.Errorf("deferred %+v, want %s", d, c.code)
				}
				if len(w.asked) > 0 {
					t.Error("a party was asked")
				}
			})
		})
	}
}

func TestTroubleOfTheAggregatorDefers(t *testing.T) {
	for name, answer := range map[string]any{
		"overloaded":   &messages.GatewayError{Code: messages.CodeOverloaded},
		"names nobody": messages.Blamed{},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, 2, 3, 1, func(t *testing.T, w *world) {
				w.aggregate = func(any) any {
					switch word := answer.(type) {
					case *messages.GatewayError:
						word.Request = w.requested.Request
						return word
					default:
						return messages.Blamed{Request: w.requested.Request}
					}
				}
				w.decrypt(1, budget)
				if len(w.deferrals()) != 1 {
					t.Fatalf("deferred %+v", w.deferrals())
				}
				w.aggregate = nil
				w.decrypt(2, budget)
				w.wantSettled(1)
				if len(w.asked) != 2 {
					t.Errorf("asked %d times, want the two of the first attempt", len(w.asked))
				}
			})
		})
	}
}

func TestNewEpochBeginsANewCount(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.only([]int{0}, silent)
		w.decrypt(1, time.Second)
		w.pass(time.Second)
		late := w.members[1].sign(w, w.asked[0].word.(messages.SignShare))
		old := w.committee
		w.reshare(2)
		w.decrypt(2, budget)
		w.pass(time.Second) // all three are asked in the new epoch, one has answered
		w.tell(late)        // honest, but of the epoch that is over
		if len(w.settles()) > 0 || len(w.blames()) > 0 {
			t.Errorf("settled %v, blamed %+v by a share of another epoch", w.settles(), w.blames())
		}
		late = w.members[1].sign(w, w.asked[len(w.asked)-1].word.(messages.SignShare))
		w.tell(late)
		w.wantSettled(1)
		if !w.committee.Check() || !w.committee.Master().Equal(old.Master()) {
			t.Error("that was no resharing")
		}
	})
}

func TestClosedStopsTheRequest(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.only(nil, silent)
		w.decrypt(1, budget)
		w.tell(messages.Closed{Request: w.requested.Request})
		if h := w.room.Health(); !strings.HasPrefix(h.Detail, "0 live") {
			t.Errorf("health %+v, want nobody live", h)
		}
	})
}

func TestStopAbandonsAFetch(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.hang = true
		w.decrypt(1, budget)
		if err := w.system.Root.StopFuture(w.pid).Wait(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // a worker that did not end would fail the bubble
	})
}

func TestKindOutlivesAnAttempt(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		kind := w.room.Kind()
		if kind.Name != actors.KindRequest || kind.Idle <= time.Minute || kind.Restarts < 1 {
			t.Errorf("kind %+v", kind)
		}
		nameless := w.system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor {
			return kind.New("not a request id")
		}))
		w.system.Root.Send(nameless, messages.Decrypt{Attempt: 1, Budget: budget})
		if err := w.system.Root.PoisonFuture(nameless).Wait(); err != nil {
			t.Error(err)
		}
		if len(w.deferrals()) > 0 {
			t.Errorf("deferred %+v", w.deferrals())
		}
	})
}

func TestConfigNamesWhatIsMissing(t *testing.T) {
	_, err := request.New(request.Config{})
	var gatewayError *messages.GatewayError
	if !errors.As(err, &gatewayError) || gatewayError.Code != messages.CodeConfig ||
		gatewayError.Field != "request.poster" {
		t.Errorf("got %v", err)
	}
}

// TestLostQuestionsAreRepeated loses what is said to all parties, as between nodes it may be, then
// posts again while the attempt goes on.
func TestLostQuestionsAreRepeated(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.only(nil, silent)
		w.decrypt(1, budget)
		w.pass(time.Second)
		before := len(w.asked)
		w.only([]int{0, 1, 2}, nil)
		w.pass(time.Second)
		if len(w.asked) != before {
			t.Fatal("asked again by itself")
		}
		w.decrypt(2, budget)
		w.wantSettled(1)
		if d := w.deferrals(); len(d) > 0 {
			t.Errorf("deferred %+v", d)
		}
	})
}

// TestRepairedPartiesAreAskedAgain has so many liars that the honest are too few without them.
func TestRepairedPartiesAreAskedAgain(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		for _, m := range w.members[:2] {
			m.share = func(w *world, word messages.SignShare) any { return shifted(m.sign(w, word)) }
		}
		w.decrypt(1, budget)
		if d := w.deferrals(); len(d) != 1 || len(w.blames()) != 2 {
			t.Fatalf("deferred %+v, blamed %+v", d, w.blames())
		}
		w.only([]int{0, 1, 2}, nil)
		w.decrypt(2, budget)
		w.wantSettled(1)
	})
}
