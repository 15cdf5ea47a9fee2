package request_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/actors/request"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// refuse is a script that says no with code.
func refuse(code messages.Code) func(*world, messages.SignShare) any {
	return func(_ *world, word messages.SignShare) any {
		return messages.ShareRefused{Request: word.Request, Party: word.Party, Code: code}
	}
}

func silent(*world, messages.SignShare) any { return nil }

// only makes all but these parties answer with script.
func (w *world) only(good []int, script func(*world, messages.SignShare) any) {
	for i, m := range w.members {
		m.share = script
		if slices.Contains(good, i) {
			m.share = nil
		}
	}
}

func TestAnyQuorumSettles(t *testing.T) {
	for _, c := range []struct{ k, n, handles int }{{2, 3, 1}, {2, 3, 16}, {9, 13, 1}, {9, 13, 16}} {
		picks := rand.New(rand.NewPCG(uint64(c.n), uint64(c.handles)))
		for range 3 {
			good := picks.Perm(c.n)[:c.k]
			t.Run(fmt.Sprintf("%d of %d, %d handles, by %v", c.k, c.n, c.handles, good), func(t *testing.T) {
				play(t, c.k, c.n, c.handles, func(t *testing.T, w *world) {
					w.only(good, refuse(messages.CodePartyUnreachable))
					w.decrypt(1, budget)
					settled := w.wantSettled(1)
					if settled.Attestation != nil {
						t.Error("an opening alone needs no attestation")
					}
					if len(w.blames()) > 0 {
						t.Errorf("blamed %+v", w.blames())
					}
				})
			})
		}
	}
}

func TestCulpritIsNamedAndOthersServe(t *testing.T) {
	for name, lie := range map[string]func(messages.ShareSigned) messages.ShareSigned{
		"no point": func(s messages.ShareSigned) messages.ShareSigned {
			s.Shares[0][95] ^= 1
			return s
		},
		"a point, but not its share": func(s messages.ShareSigned) messages.ShareSigned {
			s.Shares[0], s.Shares[1] = s.Shares[1], s.Shares[0]
			return s
		},
		"its share shifted by torsion": shifted,
		"another epoch": func(s messages.ShareSigned) messages.ShareSigned {
			s.Epoch++
			return s
		},
		"fewer shares than handles": func(s messages.ShareSigned) messages.ShareSigned {
			s.Shares = s.Shares[:1]
			return s
		},
	} {
		for _, c := range []struct{ k, n int }{{2, 3}, {9, 13}} {
			t.Run(fmt.Sprintf("%s, %d of %d", name, c.k, c.n), func(t *testing.T) {
				play(t, c.k, c.n, 2, func(t *testing.T, w *world) {
					var sent messages.ShareSigned
					// The first of the home region is always asked.
					liar := w.members[0]
					liar.share = func(w *world, word messages.SignShare) any {
						sent = liar.seal(lie(liar.sign(w, word)))
						return sent
					}
					w.decrypt(1, budget)
					w.wantSettled(1)
					blames := w.blames()
					if len(blames) != 1 {
						t.Fatalf("blamed %+v, want party 1 alone", blames)
					}
					b := blames[0]
					if b.Party != 1 || b.Region != regions[0] || b.Code != messages.CodePartyGarbage {
						t.Errorf("blamed %+v", b)
					}
					if string(b.Evidence) != string(sent.Signature) || b.Digest != sent.EvidenceDigest() {
						t.Error("the evidence is not what the liar signed")
					}
				})
			})
		}
	}
}

func TestBlamedPartyIsNotAskedAgain(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.members[0].share = func(w *world, word messages.SignShare) any {
			return shifted(w.members[0].sign(w, word))
		}
		w.members[1].share = refuse(messages.CodePartyUnreachable)
		w.decrypt(1, budget)
		if d := w.deferrals(); len(d) != 1 || !strings.Contains(d[0].Detail, "waiting for [party-2]") ||
			!strings.Contains(d[0].Detail, "blamed [party-1]") {
			t.Fatalf("deferred %+v", d)
		}
		before := len(w.asked)
		w.decrypt(2, budget)
		if got := w.askedFor(false, before); !slices.Equal(got, []messages.PartyIndex{2}) {
			t.Errorf("asked %v", got)
		}
		w.members[1].share = nil
		w.decrypt(3, budget)
		w.wantSettled(1)
	})
}

func TestBelowThresholdSaysWhomItWaitsForAndForgetsNothing(t *testing.T) {
	for _, c := range []struct{ k, n int }{{2, 3}, {9, 13}} {
		play(t, c.k, c.n, 2, func(t *testing.T, w *world) {
			var good []int
			for i := range c.k - 1 {
				good = append(good, i)
			}
			w.only(good, refuse(messages.CodePartyUnreachable))
			w.decrypt(4, budget)
			deferred := w.deferrals()
			if len(deferred) != 1 || deferred[0].Code != messages.CodeBelowThreshold ||
				deferred[0].Attempt != 4 || deferred[0].Request != w.requested.Request {
				t.Fatalf("deferred %+v", deferred)
			}
			for i := c.k; i <= c.n; i++ {
				if want := fmt.Sprintf("party-%d says PARTY_UNREACHABLE", i); !strings.Contains(deferred[0].Detail, want) {
					t.Errorf("detail %q lacks %q", deferred[0].Detail, want)
				}
			}
			if h := w.room.Health(); h.Grade != messages.Degraded {
				t.Errorf("health %+v while a request waits for parties", h)
			}
			before := len(w.asked)
			w.members[c.n-1].share = nil // it comes back
			w.decrypt(5, budget)
			w.wantSettled(1)
			for _, party := range w.askedFor(false, before) {
				if int(party) < c.k {
					t.Errorf("%s was asked again though its share is here", party)
				}
			}
			if h := w.room.Health(); h.Grade != messages.Healthy {
				t.Errorf("health %+v after it settled", h)
			}
		})
	}
}

func TestQuorumProofCarriesAnAttestation(t *testing.T) {
	for _, c := range []struct{ k, n int }{{2, 3}, {9, 13}} {
		play(t, c.k, c.n, 3, func(t *testing.T, w *world) {
			w.requested.Options.Proof = messages.ProofQuorum
			w.decrypt(1, budget)
			w.wantAttested(w.wantSettled(1))
		})
	}
}

// wantAttested fails unless the settlement's attestation verifies over its own outcomes.
func (w *world) wantAttested(settled messages.Settle) {
	w.t.Helper()
	if settled.Attestation == nil {
		w.t.Fatal("no attestation")
	}
	signature, err := bls.ParseSignature(settled.Attestation[:])
	if err != nil {
		w.t.Fatal(err)
	}
	var outcomes vetkd.Outcomes
	for _, o := range settled.Outcomes {
		outcomes = append(outcomes, vetkd.Outcome{Handle: vetkd.Handle(o.Handle),
			Status: uint8(o.Status), PlaintextHash: vetkd.Keccak256(o.Plaintext)})
	}
	if !w.attestation(outcomes.Digest()).Verify(w.committee.Master(), signature) {
		w.t.Error("the attestation is not one over these outcomes")
	}
}

func TestMalformedCiphertextIsAttestedAndSpoilsNoOther(t *testing.T) {
	play(t, 2, 3, 2, func(t *testing.T, w *world) {
		salt := messages.Hash{0xee}
		ct, err := vetkd.Encrypt(w.derive(vetkd.PurposeDecrypt, app).Key(), []byte("elsewhere"),
			vetkd.Seed{1}, []byte("never to be read"))
		if err != nil {
			t.Fatal(err)
		}
		w.register(salt, ct)
		w.decrypt(1, budget)
		settled := w.wantSettled(1)
		if got := settled.Outcomes[2].Status; got != messages.StatusMalformed {
			t.Errorf("status %d of the malformed one", got)
		}
		w.wantAttested(settled)
	})
}

func TestLiarAmongAttestersIsNamedAndReplaced(t *testing.T) {
	for name, lie := range map[string]func(*messages.OutcomesSigned){
		"no point":       func(v *messages.OutcomesSigned) { v.Share[95] ^= 1 },
		"other outcomes": func(v *messages.OutcomesSigned) { v.OutcomesDigest[0] ^= 1 },
		"another epoch":  func(v *messages.OutcomesSigned) { v.Epoch++ },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, 2, 3, 1, func(t *testing.T, w *world) {
				w.requested.Options.Proof = messages.ProofQuorum
				liar := w.members[0]
				liar.outcomes = func(w *world, word messages.SignOutcomes) any {
					vote := liar.vote(w, word)
					lie(&vote)
					return vote
				}
				w.decrypt(1, budget)
				w.wantAttested(w.wantSettled(1))
				if b := w.blames(); len(b) != 1 || b[0].Party != 1 || len(b[0].Evidence) == 0 {
					t.Errorf("blamed %+v", b)
				}
			})
		})
	}
}

// An encryptor who holds a share can make his ciphertext open with a wrong key of his choice; the
// attesting parties see that, and the request asks the aggregator to look closer.
func TestOutcomesThatPartiesDoubtAreCombinedAgain(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.requested.Options.Proof = messages.ProofQuorum
		w.aggregate = func(word any) any {
			combine, ok := word.(messages.Combine)
			if !ok || len(w.combined) > 1 {
				return w.honest(word)
			}
			opened := w.combine(combine).(messages.Opened)
			opened.Keys[0] = [48]byte{1}
			opened.Outcomes[0].Plaintext = []byte("not what is inside")
			return opened
		}
		w.decrypt(1, budget)
		w.wantAttested(w.wantSettled(1))
	})
}

func (w *world) honest(word any) any {
	if combine, ok := word.(messages.Combine); ok {
		return w.combine(combine)
	}
	return w.combineVotes(word.(messages.CombineAttestation))
}

func TestPartiesThatKeepDoubtingDeferTheRequest(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.requested.Options.Proof = messages.ProofQuorum
		for _, m := range w.members[1:] {
			m.outcomes = func(_ *world, word messages.SignOutcomes) any {
				return messages.ShareRefused{Request: word.Request, Party: word.Party,
					Code: messages.CodeOutcomeMismatch}
			}
		}
		w.decrypt(1, budget)
		d := w.deferrals()
		if len(d) != 1 || d[0].Code != messages.CodeBelowThreshold ||
			!strings.Contains(d[0].Detail, "party-2 says OUTCOME_MISMATCH") {
			t.Errorf("deferred %+v", d)
		}
		if len(w.combined) != 2 {
			t.Errorf("combined %d times, want twice", len(w.combined))
		}
	})
}

func TestRepeatedDecryptSettlesAgainWithoutAsking(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.decrypt(1, budget)
		before := len(w.asked)
		w.requested.Place.Block.Number++ // a reorg moved the event
		w.decrypt(2, budget)
		if again := w.wantSettled(2); again.Requested.Place != w.requested.Place {
			t.Errorf("settled for the event at %+v", again.Requested.Place)
		}
		if len(w.asked) != before {
			t.Error("parties were asked again")
		}
	})
}

func TestDoubledAndLateAnswersChangeNothing(t *testing.T) {
	play(t, 2, 3, 2, func(t *testing.T, w *world) {
		w.requested.Options.Proof = messages.ProofQuorum
		var kept []any
		keep := func(word any) any { kept = append(kept, word); return word }
		for _, m := range w.members {
			m.share = func(w *world, word messages.SignShare) any {
				w.system.Root.Send(w.pid, m.sign(w, word))
				return keep(m.sign(w, word))
			}
			m.outcomes = func(w *world, word messages.SignOutcomes) any {
				w.system.Root.Send(w.pid, m.attest(w, word))
				return keep(m.attest(w, word))
			}
		}
		w.decrypt(1, budget)
		w.wantAttested(w.wantSettled(1))
		for _, word := range kept {
			w.tell(word)
		}
		w.tell(refuse(messages.CodePolicy)(w, messages.SignShare{
			Request: w.requested.Request, Party: 3}))
		for _, word := range w.combined {
			w.tell(w.honest(word))
		}
		w.wantSettled(1)
		if len(w.combined) != 2 || len(w.blames()) > 0 {
			t.Errorf("combined %d times, blamed %+v", len(w.combined), w.blames())
		}
	})
}

func TestWordsOfOtherRequestsAreIgnored(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.only([]int{0}, silent)
		w.decrypt(1, budget)
		stranger := w.requested.Request
		stranger.Number++
		share := w.members[1].sign(w, w.asked[0].word.(messages.SignShare))
		share.Request = stranger
		w.tell(share)
		w.tell(messages.Opened{Request: stranger})
		w.tell(messages.Closed{Request: stranger})
		other := w.requested
		other.Request = stranger
		w.tell(messages.Decrypt{Requested: other, Attempt: 9, Budget: budget})
		w.members[1].share = nil
		w.pass(time.Second) // it is asked in place of one that is slow
		w.wantSettled(1)
	})
}

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
		w.members[2].share = nil
		w.decrypt(2, budget)
		w.tell(late) // honest, but of the epoch that is over
		w.pass(time.Second)
		w.wantSettled(1)
		if len(w.blames()) > 0 || !w.committee.Check() || !w.committee.Master().Equal(old.Master()) {
			t.Errorf("blamed %+v", w.blames())
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
