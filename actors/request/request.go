package request

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// request is the virtual actor of one request.
//
// Hears: Decrypt, ShareSigned, ShareRefused, OutcomesSigned, Opened, Blamed, Attested, Closed, a
// *GatewayError of the aggregator, and its own worker and timer.
// Says: SignShare and SignOutcomes to proxies, Combine and CombineAttestation to the aggregator,
// Settle to the submitter, DecryptDeferred to the dispatcher.
// On restart: it knows nothing and waits for the next Decrypt; parties answer again from their
// journals, and shares are unique, so the work done twice gives the same bytes.
//
// All fields are the mailbox's.
type request struct {
	room *Room
	id   messages.RequestID // zero where the actor's id does not parse: then it hears nothing

	// The attempt under way.
	requested messages.Requested
	attempt   uint32
	deadline  time.Time
	active    bool
	waiting   bool // counted among the room's waiting
	doubted   bool // the parties' word led to a second Combine in this attempt
	timer     *time.Timer

	// What is known, attempt by attempt more.
	key     messages.KeyInfo
	past    []messages.KeyEpoch // epochs asked under before: their late answers are nobody's fault
	order   []messages.PartyInfo
	states  []messages.PartyState
	inputs  []input
	shares  *Tally[messages.ShareSigned]
	opened  *messages.Opened
	digest  messages.Hash // of the outcomes
	votes   *Tally[messages.OutcomesSigned]
	settled *messages.Settle // the end: all else is forgotten

	// What is under way elsewhere.
	fetchRound uint64
	fetching   context.CancelFunc
	combining  bool // the aggregator has a Combine
	attesting  bool // the aggregator has a CombineAttestation
}

// wake is the timer's word: look at the clock.
type wake struct{}

func newRequest(room *Room, name string) *request {
	id, err := messages.ParseRequestID(name)
	if err != nil {
		id = messages.RequestID{}
	}
	return &request{room: room, id: id}
}

// Receive is the mailbox.
func (r *request) Receive(ctx actor.Context) {
	switch word := ctx.Message().(type) {
	case *actor.Started:
		r.room.live.Add(1)
	case *actor.Stopping, *actor.Restarting:
		r.rest()
		r.setWaiting(false)
		r.room.live.Add(-1)
	case messages.Decrypt:
		r.onDecrypt(ctx, word)
	case fetched:
		r.onFetched(ctx, word)
	case messages.ShareSigned:
		r.onShare(ctx, word)
	case messages.OutcomesSigned:
		r.onVote(ctx, word)
	case messages.ShareRefused:
		r.onRefusal(ctx, word)
	case messages.Opened:
		r.onOpened(ctx, word)
	case messages.Attested:
		r.onAttested(ctx, word)
	case messages.Blamed:
		r.onBlamed(ctx, word)
	case *messages.GatewayError:
		r.onTrouble(word)
	case messages.Closed:
		if word.Request == r.id {
			ctx.Stop(ctx.Self())
		}
	case wake:
		r.advance(ctx)
	}
}

// onDecrypt begins an attempt, or lends more time to the one under way, which then asks again what
// nobody answered: words between actors may be lost, and else nothing would repeat them.
func (r *request) onDecrypt(ctx actor.Context, word messages.Decrypt) {
	if r.id.IsZero() || word.Requested.Request != r.id {
		return
	}
	now := r.room.cfg.Clock()
	r.requested, r.attempt = word.Requested, word.Attempt
	r.deadline = now.Add(min(word.Budget, maxBudget))
	if r.active && r.shares != nil {
		r.shares.Renew(now)
		r.votes.Renew(now)
	}
	if !r.active && r.settled == nil {
		if err := r.begin(); err != nil {
			r.postpone(err.Code, err.Detail)
			return
		}
	}
	r.active = true
	r.advance(ctx)
}

// begin reads the keys anew and lets everyone be asked again who has not given.
func (r *request) begin() *messages.GatewayError {
	if err := checkRequested(r.room.cfg.Chain, r.requested); err != nil {
		return err
	}
	key, known := r.room.cfg.Keys.Key(r.requested.Key)
	if !known {
		return messages.UnknownKey(r.requested.Key)
	}
	if key.Threshold < 1 || key.Threshold > key.Parties || len(key.Shares) != key.Parties {
		return messages.Refused(messages.CodeInternal, "read key", fmt.Sprintf(
			"key %s says %d of %d with %d shares", key.Key, key.Threshold, key.Parties,
			len(key.Shares)))
	}
	if r.shares == nil || key.Epoch != r.key.Epoch {
		if r.shares != nil {
			r.past = append(r.past, r.key.Epoch)
		}
		r.shares = NewTally[messages.ShareSigned](key.Threshold, key.Parties)
		r.votes = NewTally[messages.OutcomesSigned](key.Threshold, key.Parties)
	}
	r.key, r.doubted = key, false
	r.shares.Reopen()
	r.votes.Reopen()
	r.states = r.room.cfg.States()
	r.order = Order(r.room.cfg.Keys.Parties(r.requested.Key), r.states, r.room.cfg.Home,
		key.Parties, r.requested.Request.Number)
	return nil
}

func checkRequested(chain messages.ChainID, q messages.Requested) *messages.GatewayError {
	switch {
	case q.Request.Chain != chain:
		return messages.MalformedField("request chain", fmt.Sprintf("want %d", chain))
	case len(q.Handles) == 0 || len(q.Handles) > messages.MaxHandles:
		return messages.MalformedField("handles", fmt.Sprintf("want 1 to %d", messages.MaxHandles))
	case len(q.RegisteredAt) != len(q.Handles):
		return messages.MalformedField("registration blocks", "want one for each handle")
	}
	return nil
}

func (r *request) onFetched(ctx actor.Context, word fetched) {
	if word.round != r.fetchRound || r.fetching == nil {
		return
	}
	r.endFetch()
	if word.err != nil {
		r.postpone(messages.CodeOf(word.err), word.err.Error())
		return
	}
	r.inputs = word.inputs
	r.advance(ctx)
}

// onShare counts a share. It is not verified here: at the threshold the aggregator finds out.
func (r *request) onShare(ctx actor.Context, word messages.ShareSigned) {
	if word.Request != r.id || r.shares == nil || r.settled != nil {
		return
	}
	asked := r.shares.Asked(word.Party) && !slices.Contains(r.past, word.Epoch)
	switch {
	case word.Epoch != r.key.Epoch:
		r.blameIf(asked, evidenceOf(word), fmt.Sprintf(
			"share of epoch %d, asked for %d", word.Epoch, r.key.Epoch))
	case len(word.Shares) != len(r.requested.Handles):
		r.blameIf(asked, evidenceOf(word), fmt.Sprintf(
			"%d shares for %d handles", len(word.Shares), len(r.requested.Handles)))
	case r.shares.Give(word.Party, word):
		r.room.observe(false)
	}
	r.advance(ctx)
}

// onVote counts an attestation, if it is one of our outcomes.
func (r *request) onVote(ctx actor.Context, word messages.OutcomesSigned) {
	if word.Request != r.id || r.opened == nil || r.settled != nil {
		return
	}
	asked := r.votes.Asked(word.Party) && !slices.Contains(r.past, word.Epoch)
	switch {
	case word.Epoch != r.key.Epoch:
		r.blameIf(asked, evidenceOfVote(word), fmt.Sprintf(
			"attestation of epoch %d, asked for %d", word.Epoch, r.key.Epoch))
	case word.OutcomesDigest != r.digest:
		r.blameIf(asked, evidenceOfVote(word), "attestation of other outcomes than asked for")
	case r.votes.Give(word.Party, word):
		r.room.observe(false)
	}
	r.advance(ctx)
}

// onRefusal takes a refusal for the round under way: the word does not say which it answers, and a
// wrong guess costs one ask more.
func (r *request) onRefusal(ctx actor.Context, word messages.ShareRefused) {
	if word.Request != r.id || r.shares == nil || r.settled != nil {
		return
	}
	var counted bool
	if r.opened == nil {
		counted = r.shares.Refuse(word.Party, word.Code)
	} else {
		counted = r.votes.Refuse(word.Party, word.Code)
	}
	if counted && isAbsence(word.Code) {
		r.room.observe(true)
	}
	r.advance(ctx)
}

// isAbsence tells a party that is not there from one that has a reason: only the former is likely
// to be absent for the next request too.
func isAbsence(code messages.Code) bool {
	return slices.Contains([]messages.Code{
		messages.CodePartyUnreachable, messages.CodeCircuitOpen, messages.CodePartyGarbage,
		messages.CodeDeadline, messages.CodeOverloaded,
	}, code)
}

// onOpened takes the outcomes whether or not the attempt is still under way: they stay true.
func (r *request) onOpened(ctx actor.Context, word messages.Opened) {
	if word.Request != r.id || r.shares == nil || r.opened != nil || r.settled != nil {
		return
	}
	if !matches(word, r.requested.Handles) {
		return
	}
	r.combining = false
	r.opened, r.digest = &word, outcomesDigest(word.Outcomes)
	r.advance(ctx)
}

func (r *request) onAttested(ctx actor.Context, word messages.Attested) {
	if word.Request != r.id || !r.attesting || r.opened == nil {
		return
	}
	r.attesting = false
	r.finish(&word.Signature)
	r.advance(ctx)
}

// onBlamed strikes the culprits; advance asks others in their place.
func (r *request) onBlamed(ctx actor.Context, word messages.Blamed) {
	if word.Request != r.id || !r.combining && !r.attesting {
		return
	}
	votes := r.attesting
	r.combining, r.attesting = false, false
	fresh := false
	for _, party := range word.Parties {
		if vote, ok := r.votes.Answer(party); votes && ok {
			fresh = r.blame(evidenceOfVote(vote), "invalid attestation share") || fresh
		}
		if share, ok := r.shares.Answer(party); !votes && ok {
			fresh = r.blame(evidenceOf(share), "invalid share") || fresh
		}
	}
	if !fresh {
		r.postpone(messages.CodeInternal, "the aggregator named nobody new")
		return
	}
	r.advance(ctx)
}

// onTrouble hears from the aggregator that it could not work at all.
func (r *request) onTrouble(word *messages.GatewayError) {
	if word.Request == r.id && (r.combining || r.attesting) {
		r.postpone(word.Code, word.Error())
	}
}

// evidence is what a party said with its signature: enough to name it, nothing secret.
type evidence struct {
	party     messages.PartyIndex
	digest    messages.Hash // what was signed
	signature []byte
}

func evidenceOf(word messages.ShareSigned) evidence {
	return evidence{word.Party, word.EvidenceDigest(), word.Signature}
}

func evidenceOfVote(word messages.OutcomesSigned) evidence {
	return evidence{word.Party, word.EvidenceDigest(), word.Signature}
}

// blameIf blames a party for an answer that is wrong at sight, where this very actor asked for it:
// else it may be a late but honest answer to a question of an epoch that is over.
func (r *request) blameIf(asked bool, e evidence, detail string) {
	if asked {
		r.blame(e, detail)
	}
}

// blame strikes a party from both rounds and tells the world; false where it was struck before.
func (r *request) blame(e evidence, detail string) bool {
	if !r.shares.Blame(e.party) {
		return false
	}
	r.votes.Blame(e.party)
	r.room.observe(true)
	r.room.publish(messages.Fact{
		Name: messages.FactPartyBlamed, Request: r.id, Party: e.party,
		Region: r.regionOf(e.party), Code: messages.CodePartyGarbage, Detail: detail,
		Digest: e.digest, Evidence: e.signature,
	})
	return true
}

func (r *request) regionOf(party messages.PartyIndex) messages.Region {
	for _, p := range r.order {
		if p.Index == party {
			return p.Region
		}
	}
	return ""
}

// rest ends the attempt: nothing is under way any more, nothing is forgotten.
func (r *request) rest() {
	r.active, r.combining, r.attesting = false, false, false
	r.endFetch()
	if r.timer != nil {
		r.timer.Stop()
	}
}

// postpone ends the attempt without success and tells the dispatcher why.
func (r *request) postpone(code messages.Code, detail string) {
	r.rest()
	if code == messages.CodeBelowThreshold {
		r.setWaiting(true)
		r.room.publish(messages.Fact{
			Name: messages.FactThresholdAwaited, Request: r.id, Code: code, Detail: detail,
		})
	}
	r.room.cfg.Poster.Post(actors.KindDispatch, "", messages.DecryptDeferred{
		Request: r.id, Attempt: r.attempt, Code: code, Detail: detail,
	}, nil)
}

func (r *request) setWaiting(waiting bool) {
	if waiting == r.waiting {
		return
	}
	r.waiting = waiting
	if waiting {
		r.room.waiting.Add(1)
	} else {
		r.room.waiting.Add(-1)
	}
}
