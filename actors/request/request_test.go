package request_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

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
		w.set(func() { w.members[1].share = nil })
		w.pass(time.Second) // it is asked in place of one that is slow
		w.wantSettled(1)
	})
}

// Who attested need not attest again, who could not is asked again.
func TestAttestersThatComeBackAreAskedAgain(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.requested.Options.Proof = messages.ProofQuorum
		for _, m := range w.members[1:] {
			m.outcomes = func(_ *world, word messages.SignOutcomes) any {
				return messages.ShareRefused{Request: word.Request, Party: word.Party,
					Code: messages.CodeEventNotFinal}
			}
		}
		w.decrypt(1, budget)
		if d := w.deferrals(); len(d) != 1 || !strings.Contains(d[0].Detail,
			"waiting for [party-2 party-3]; party-2 says EVENT_NOT_FINAL") {
			t.Fatalf("deferred %+v", d)
		}
		before := len(w.asked)
		w.members[2].outcomes = nil
		w.decrypt(2, budget)
		w.wantAttested(w.wantSettled(1))
		if again := w.askedFor(false, before); len(again) > 0 {
			t.Errorf("%v were asked for shares again", again)
		}
		if again := w.askedFor(true, before); slices.Contains(again, 1) {
			t.Error("party 1 was asked to attest twice")
		}
	})
}
