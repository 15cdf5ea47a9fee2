package kms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
)

// The proxy's own words.
type (
	flush struct{}
	done  struct {
		shares   []asked[messages.SignShare]    // of one call, or
		outcomes []asked[messages.SignOutcomes] // of one call
		verdicts []verdict
		took     time.Duration
	}
)

// proxy is the mailbox through which a node speaks with one party.
//
// Hears SignShare and SignOutcomes.
// Says ShareSigned, OutcomesSigned or ShareRefused to whoever asked, and publishes
// FactShareReceived and FactShareDenied.
// On restart it forgets what it was asked, and whoever asked asks again.
type proxy struct {
	config   Config
	caller   caller
	workers  sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc
	shares   queue[messages.SignShare]
	outcomes queue[messages.SignOutcomes]
	timer    *time.Timer // set while a flush is to come
}

// newProxies makes the constructor of a region's proxies.
func newProxies(config Config, region messages.Region) func(id string) actor.Actor {
	parties := map[string]messages.PartyInfo{}
	for _, party := range config.Parties {
		if party.Region == region && len(party.Endpoints) > 0 {
			parties[strconv.Itoa(int(party.Index))] = party
		}
	}
	return func(id string) actor.Actor {
		party, known := parties[id]
		if !known {
			return stranger{region: region}
		}
		p := &proxy{config: config,
			shares:   queue[messages.SignShare]{most: messages.MaxBatch},
			outcomes: queue[messages.SignOutcomes]{most: 1},
		}
		p.caller = caller{party: party, gauge: config.Board.gauge(party),
			clock: config.Clock, workers: &p.workers}
		return p
	}
}

// Receive implements actor.Actor.
func (p *proxy) Receive(ctx actor.Context) {
	switch word := ctx.Message().(type) {
	case *actor.Started:
		p.start()
	case *actor.Stopping:
		p.cancel()
		p.turnAway(ctx)
	case *actor.Stopped, *actor.Restarting:
		p.stop()
	case messages.SignShare:
		p.signShare(ctx, word)
	case messages.SignOutcomes:
		p.signOutcomes(ctx, word)
	case flush:
		p.timer = nil
		p.send(ctx)
	case done:
		p.done(ctx, word)
		p.send(ctx)
	}
}

func (p *proxy) start() {
	p.ctx, p.cancel = context.WithCancel(context.Background())
	for i, endpoint := range p.caller.party.Endpoints {
		one := p.caller.party
		one.Endpoints = []string{endpoint}
		client, err := p.config.Client(one)
		if err != nil {
			client = nil
		}
		p.caller.clients = append(p.caller.clients, client)
		p.caller.errs = append(p.caller.errs, err)
		if careful, ok := client.(interface{ Usable() bool }); ok {
			p.caller.gauge.watch(i, careful.Usable)
		}
	}
}

// stop ends what is under way and closes the clients. It may wait for calls to notice that they
// are cancelled, which is their contract.
func (p *proxy) stop() {
	p.cancel()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.workers.Wait()
	for i, client := range p.caller.clients {
		p.caller.gauge.watch(i, nil)
		if closer, ok := client.(io.Closer); ok {
			closer.Close()
		}
	}
}

// turnAway answers the words that will not be sent any more.
func (p *proxy) turnAway(ctx actor.Context) {
	for _, a := range p.shares.words {
		p.refuse(ctx, a.sender, a.request, messages.CodeShuttingDown, "the node is stopping")
	}
	for _, a := range p.outcomes.words {
		p.refuse(ctx, a.sender, a.request, messages.CodeShuttingDown, "the node is stopping")
	}
	p.shares.words, p.outcomes.words = nil, nil
}

func (p *proxy) signShare(ctx actor.Context, word messages.SignShare) {
	// One malformed word would spoil the call for all others in it.
	_, err := messages.SignShareFromWire(messages.SignShareToWire(word))
	a := ask(ctx, p, word, word.Request, word.Budget)
	if p.welcome(ctx, word.Request, word.Party, err) && !p.shares.add(a) {
		p.refuse(ctx, ctx.Sender(), word.Request, messages.CodeOverloaded, queueFull)
	}
	p.send(ctx)
}

func (p *proxy) signOutcomes(ctx actor.Context, word messages.SignOutcomes) {
	_, err := messages.SignOutcomesFromWire(messages.SignOutcomesToWire(word))
	a := ask(ctx, p, word, word.Request, word.Budget)
	if p.welcome(ctx, word.Request, word.Party, err) && !p.outcomes.add(a) {
		p.refuse(ctx, ctx.Sender(), word.Request, messages.CodeOverloaded, queueFull)
	}
	p.send(ctx)
}

// ask notes a word that has just come: from now on its budget runs.
func ask[W word](
	ctx actor.Context, p *proxy, word W, request messages.RequestID, budget time.Duration,
) asked[W] {
	now := p.config.Clock()
	return asked[W]{word: word, request: request, sender: ctx.Sender(), came: now,
		deadline: anchor(now, budget, p.config.Timeout)}
}

const queueFull = "too many words wait for this party"

// welcome refuses what must not be sent: a malformed word, or one for another party.
func (p *proxy) welcome(
	ctx actor.Context, request messages.RequestID, party messages.PartyIndex, malformed error,
) bool {
	if malformed == nil && party != p.caller.party.Index {
		malformed = errors.New("meant for " + party.String())
	}
	if malformed != nil {
		p.refuse(ctx, ctx.Sender(), request, messages.CodeMalformedInput, malformed.Error())
	}
	return malformed == nil
}

// send starts every call that is due and sees to it that the words that are left get theirs.
func (p *proxy) send(ctx actor.Context) {
	fly(ctx, p, &p.shares, p.caller.shares,
		func(batch []asked[messages.SignShare]) done { return done{shares: batch} })
	fly(ctx, p, &p.outcomes, p.caller.outcomes,
		func(batch []asked[messages.SignOutcomes]) done { return done{outcomes: batch} })
	if len(p.shares.words) > 0 && p.shares.flying < maxCalls && p.timer == nil {
		self, root := ctx.Self(), ctx.ActorSystem().Root
		p.timer = time.AfterFunc(linger, func() { root.Send(self, flush{}) })
	}
}

// fly starts the calls of one queue that are due; each answers the mailbox with done.
func fly[W word](
	ctx actor.Context, p *proxy, q *queue[W],
	call func(context.Context, []asked[W]) []verdict, report func([]asked[W]) done,
) {
	self, root := ctx.Self(), ctx.ActorSystem().Root
	for {
		began := p.config.Clock()
		batch, late := q.take(began)
		for _, a := range late {
			p.refuse(ctx, a.sender, a.request, messages.CodeDeadline,
				"the budget was used up in the queue")
		}
		if len(batch) == 0 && len(late) == 0 {
			return
		}
		if len(batch) == 0 {
			continue
		}
		p.workers.Go(func() {
			limited, cancel := context.WithTimeout(p.ctx, latest(batch).Sub(began))
			defer cancel()
			d := report(batch)
			d.verdicts = call(limited, batch)
			d.took = p.config.Clock().Sub(began)
			root.Send(self, d)
		})
	}
}

// done hands out what a call brought.
func (p *proxy) done(ctx actor.Context, d done) {
	if len(d.shares) > 0 {
		p.shares.flying--
	} else {
		p.outcomes.flying--
	}
	for i, a := range d.shares {
		p.answer(ctx, a.sender, d.verdicts[i].word, d.took)
	}
	for i, a := range d.outcomes {
		p.answer(ctx, a.sender, d.verdicts[i].word, d.took)
	}
}

func (p *proxy) refuse(
	ctx actor.Context, sender *actor.PID, request messages.RequestID, code messages.Code,
	detail string,
) {
	p.answer(ctx, sender, messages.ShareRefused{Request: request, Party: p.caller.party.Index,
		Code: code, Detail: detail}, 0)
}

// answer says a word to whoever asked, and publishes that it came.
func (p *proxy) answer(ctx actor.Context, sender *actor.PID, word any, took time.Duration) {
	fact := messages.Fact{Name: messages.FactShareReceived, Room: messages.RoomKMS,
		At: p.config.Clock(), Took: took,
		Party: p.caller.party.Index, Region: p.caller.party.Region}
	switch w := word.(type) {
	case messages.ShareSigned:
		fact.Request, fact.Count = w.Request, len(w.Shares)
		fact.Digest, fact.Evidence = w.EvidenceDigest(), w.Signature
	case messages.OutcomesSigned:
		fact.Request, fact.Count = w.Request, 1
		fact.Digest, fact.Evidence = w.EvidenceDigest(), w.Signature
	case messages.ShareRefused:
		fact.Name, fact.Request = messages.FactShareDenied, w.Request
		fact.Code, fact.Detail = w.Code, w.Detail
	}
	p.config.Publish(context.Background(), fact)
	if sender != nil {
		ctx.Send(sender, word)
	}
}

// stranger answers for a party that does not live in the region.
//
// Hears SignShare and SignOutcomes. Says ShareRefused. On restart nothing is lost.
type stranger struct{ region messages.Region }

// Receive implements actor.Actor.
func (s stranger) Receive(ctx actor.Context) {
	var refused messages.ShareRefused
	switch word := ctx.Message().(type) {
	case messages.SignShare:
		refused.Request, refused.Party = word.Request, word.Party
	case messages.SignOutcomes:
		refused.Request, refused.Party = word.Request, word.Party
	default:
		return
	}
	refused.Code = messages.CodePartyUnreachable
	refused.Detail = fmt.Sprintf("%s has no address in region %q", refused.Party, s.region)
	if ctx.Sender() != nil {
		ctx.Send(ctx.Sender(), refused)
	}
}
