package request

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// advance does whatever comes next, as far as it goes without waiting. It may be called at any
// time, any number of times.
func (r *request) advance(ctx actor.Context) {
	if !r.active {
		return
	}
	now := r.room.cfg.Clock()
	switch {
	case r.settled != nil:
		r.settle(ctx)
	// Checked before each effect: what is asked beyond the budget nobody waits for.
	case !now.Before(r.deadline):
		r.giveUp()
	case r.inputs == nil:
		r.fetch(ctx, now)
	case r.opened == nil:
		r.gatherShares(ctx, now)
	case r.requested.Options.Proof == messages.ProofOpening && allOpened(r.opened.Outcomes):
		r.finish(nil)
		r.settle(ctx)
	default:
		r.gatherVotes(ctx, now)
	}
	if r.active {
		r.schedule(ctx, now)
	}
}

// fetch starts the worker that brings the ciphertexts, once.
func (r *request) fetch(ctx actor.Context, now time.Time) {
	if r.fetching != nil {
		return
	}
	r.fetchRound++
	work, cancel := context.WithCancel(context.Background())
	r.fetching = cancel
	go r.room.fetch(work, ctx.ActorSystem(), ctx.Self(), r.fetchRound, r.requested)
}

func (r *request) endFetch() {
	if r.fetching != nil {
		r.fetching()
		r.fetching = nil
	}
}

// gatherShares asks parties until t shares are here, then asks the aggregator.
func (r *request) gatherShares(ctx actor.Context, now time.Time) {
	if r.combining {
		return
	}
	verdict := ask(r, r.shares, now, "share", func(p messages.PartyInfo) any {
		return messages.SignShare{
			Request: r.id, Party: p.Index, Key: r.key.Key, Epoch: r.key.Epoch,
			Place: r.requested.Place, Inputs: r.hints(), Budget: r.deadline.Sub(now),
		}
	}, ctx.Self())
	switch verdict {
	case Reached:
		parties, shares, _ := r.shares.Quorum()
		r.combining = true
		r.setWaiting(false)
		r.reached(len(parties), "share")
		ctx.Request(r.room.cfg.Aggregator, combine(r.id, r.key, r.inputs, parties, shares))
	case Hopeless:
		r.postpone(messages.CodeBelowThreshold, missing(r.id, r.shares))
	}
}

// gatherVotes asks parties to attest the outcomes until t did, then asks the aggregator.
func (r *request) gatherVotes(ctx actor.Context, now time.Time) {
	if r.attesting {
		return
	}
	verdict := ask(r, r.votes, now, "attestation", func(p messages.PartyInfo) any {
		return messages.SignOutcomes{
			Request: r.id, Party: p.Index, Key: r.key.Key, Epoch: r.key.Epoch,
			Place: r.requested.Place, Inputs: proofs(r.inputs, r.opened.Keys),
			OutcomesDigest: r.digest, Budget: r.deadline.Sub(now),
		}
	}, ctx.Self())
	switch {
	case verdict == Reached:
		parties, votes, _ := r.votes.Quorum()
		r.attesting = true
		r.setWaiting(false)
		r.reached(len(parties), "attestation")
		ctx.Request(r.room.cfg.Aggregator, messages.CombineAttestation{
			Request: r.id, Key: r.key, OutcomesDigest: r.digest, Parties: parties,
			Shares: voteShares(votes),
		})
	case verdict == Hopeless && !r.doubted && r.votes.Refusals(messages.CodeOutcomeMismatch) > 0:
		r.doubt(ctx, now)
	case verdict == Hopeless:
		r.postpone(messages.CodeBelowThreshold, missing(r.id, r.votes))
	}
}

// doubt asks the aggregator again where the parties say that the outcomes do not follow. Whoever
// made a ciphertext and holds one share can make it open with a wrong key: c2 is masked by the
// pairing of c1 with a key of his choice, and the opening cannot see that. The aggregator answers a
// second Combine of a request with keys proven by the pairing, and then names who lied.
func (r *request) doubt(ctx actor.Context, now time.Time) {
	r.doubted = true
	r.opened = nil
	struck := r.votes
	r.votes = NewTally[messages.OutcomesSigned](r.key.Threshold, r.key.Parties)
	for _, p := range r.order {
		if struck.Struck(p.Index) {
			r.votes.Blame(p.Index)
		}
	}
	r.gatherShares(ctx, now)
}

// ask asks whom the plan names and returns its verdict.
func ask[A any](
	r *request, t *Tally[A], now time.Time, what string,
	word func(messages.PartyInfo) any, self *actor.PID,
) Verdict {
	extra := Extra(r.key.Threshold, r.key.Parties, r.room.failureRate())
	parties, verdict := Next(t, r.order, extra, now)
	for _, p := range parties {
		if !t.Ask(p.Index, now.Add(HedgeAfter(r.states, p.Index))) {
			continue
		}
		r.room.publish(messages.Fact{
			Name: messages.FactShareAsked, Request: r.id, Party: p.Index, Region: p.Region,
			Detail: what,
		})
		r.room.cfg.Poster.Post(actors.KindKMS(string(p.Region)),
			strconv.Itoa(int(p.Index)), word(p), self)
	}
	return verdict
}

func (r *request) reached(count int, what string) {
	r.room.publish(messages.Fact{
		Name: messages.FactThresholdReached, Request: r.id, Count: count, Detail: what,
	})
}

// finish keeps what the submitter needs, for as often as it needs it, and forgets the rest.
func (r *request) finish(attestation *[48]byte) {
	r.settled = &messages.Settle{Outcomes: r.opened.Outcomes, Attestation: attestation}
	r.inputs, r.shares, r.votes, r.opened = nil, nil, nil, nil
	r.setWaiting(false)
}

func (r *request) settle(ctx actor.Context) {
	r.rest()
	word := *r.settled
	word.Requested = r.requested
	r.room.cfg.Poster.Post(actors.KindSubmitter, "", word, ctx.Self())
}

// giveUp ends the attempt because its time is over.
func (r *request) giveUp() {
	switch {
	case r.combining || r.attesting:
		r.postpone(messages.CodeDeadline, "the time is over while the aggregator works")
	case r.inputs == nil:
		r.postpone(messages.CodeDeadline, "the time is over before the ciphertexts are here")
	case r.opened == nil:
		r.postpone(messages.CodeBelowThreshold, missing(r.id, r.shares))
	default:
		r.postpone(messages.CodeBelowThreshold, missing(r.id, r.votes))
	}
}

// schedule sets the timer to the next moment at which something is to be decided: an ask becomes
// slow, or the time is over.
func (r *request) schedule(ctx actor.Context, now time.Time) {
	next := r.deadline
	// What is slow already decides nothing any more; its answer comes as a word.
	for _, due := range []func(time.Time) (time.Time, bool){r.shares.NextDue, r.votes.NextDue} {
		if at, ok := due(now); ok && at.Before(next) {
			next = at
		}
	}
	if r.timer != nil {
		r.timer.Stop()
	}
	system, self := ctx.ActorSystem(), ctx.Self()
	r.timer = time.AfterFunc(next.Sub(now), func() { system.Root.Send(self, wake{}) })
}

func (r *request) hints() []messages.InputHint {
	out := make([]messages.InputHint, len(r.inputs))
	for i, in := range r.inputs {
		out[i] = in.hint
	}
	return out
}

func proofs(inputs []input, keys [][48]byte) []messages.InputProof {
	out := make([]messages.InputProof, len(inputs))
	for i, in := range inputs {
		out[i] = messages.InputProof{Hint: in.hint, Key: keys[i], Ciphertext: in.ciphertext}
	}
	return out
}

func voteShares(votes []messages.OutcomesSigned) [][96]byte {
	out := make([][96]byte, len(votes))
	for i, v := range votes {
		out[i] = v.Share
	}
	return out
}

// combine turns the answers by party into shares by input.
func combine(
	id messages.RequestID, key messages.KeyInfo, inputs []input,
	parties []messages.PartyIndex, shares []messages.ShareSigned,
) messages.Combine {
	word := messages.Combine{Request: id, Key: key, Parties: parties}
	for i, in := range inputs {
		one := messages.CombineInput{Hint: in.hint, InputID: in.id, Ciphertext: in.ciphertext}
		for _, s := range shares {
			one.Shares = append(one.Shares, s.Shares[i])
		}
		word.Inputs = append(word.Inputs, one)
	}
	return word
}

// matches reports whether the answer is about these handles, key by key.
func matches(word messages.Opened, handles []messages.Handle) bool {
	if len(word.Outcomes) != len(handles) || len(word.Keys) != len(handles) {
		return false
	}
	for i, o := range word.Outcomes {
		if o.Handle != handles[i] {
			return false
		}
	}
	return true
}

func allOpened(outcomes []messages.HandleOutcome) bool {
	for _, o := range outcomes {
		if o.Status != messages.StatusOpened {
			return false
		}
	}
	return true
}

// outcomesDigest is what parties attest and the contract recomputes.
func outcomesDigest(outcomes []messages.HandleOutcome) messages.Hash {
	list := make(vetkd.Outcomes, len(outcomes))
	for i, o := range outcomes {
		list[i] = vetkd.Outcome{
			Handle: vetkd.Handle(o.Handle), Status: uint8(o.Status),
			PlaintextHash: vetkd.Keccak256(o.Plaintext),
		}
	}
	return list.Digest()
}

// missing says for whom a round waits, why each of them is missing, and who was struck.
func missing[A any](id messages.RequestID, t *Tally[A]) string {
	absent, struck := t.Awaited()
	awaited := make([]messages.PartyIndex, len(absent))
	for i, a := range absent {
		awaited[i] = a.Party
	}
	var b strings.Builder
	b.WriteString(messages.BelowThreshold(id, t.Given(), t.threshold, awaited).Detail)
	for _, a := range absent {
		if a.Code != "" {
			fmt.Fprintf(&b, "; %s says %s", a.Party, a.Code)
		}
	}
	if len(struck) > 0 {
		fmt.Fprintf(&b, "; blamed %v", struck)
	}
	return b.String()
}
