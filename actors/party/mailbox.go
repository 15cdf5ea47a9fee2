package party

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/party/journal"
	"kmsgateway/messages"
)

// Words of the mailbox, all of this room.
type (
	// asked is a question from the server, with the time that is left for it.
	asked struct {
		task   *task
		waiter waiter
	}
	// looked is what a worker found in the journal or on the chain.
	looked struct {
		task *task
		look look
	}
	// signed is the end of a task.
	signed struct {
		task   *task
		result result
	}
	// drain asks to take nothing new and to say when nothing is in work.
	drain struct{ done chan<- struct{} }
)

// mailbox decides about every question.
//
// Hears: asked (server), looked and signed (its workers), drain.
// Says: results to whoever waits; the facts share_released, share_refused, outcome_signed.
// On restart: forgets the questions in work, which end without being joined any more, and what was
// released lately, which the journal still has.
type mailbox struct {
	*settings
	tasks    map[taskKey]*task
	memory   *memory
	finals   map[messages.ChainID]messages.BlockRef // highest seen
	reads    lane
	signs    lane
	stopping bool
	drained  chan<- struct{} // nil unless somebody waits for the end
}

func newMailbox(s *settings) *mailbox {
	return &mailbox{
		settings: s, tasks: map[taskKey]*task{}, memory: newMemory(),
		finals: map[messages.ChainID]messages.BlockRef{},
		reads:  lane{limit: maxReads}, signs: lane{limit: s.workers},
	}
}

// Receive handles one word; it never waits.
func (m *mailbox) Receive(ctx actor.Context) {
	switch word := ctx.Message().(type) {
	case asked:
		m.ask(ctx, word)
	case looked:
		m.decide(ctx, word)
	case signed:
		m.finish(ctx, word)
	case drain:
		m.stopping, m.drained = true, word.done
		m.leave()
	}
}

// ask joins an equal question that is in work, answers at once what needs no look, and sends a
// worker to look otherwise.
func (m *mailbox) ask(ctx actor.Context, word asked) {
	t := word.task
	if same, joined := m.tasks[t.key]; joined {
		same.waiters = append(same.waiters, word.waiter)
		t.cancel()
		return
	}
	t.waiters = append(t.waiters, word.waiter)
	if err := m.admit(t); err != nil {
		m.answer(t, result{err: err})
		return
	}
	m.tasks[t.key] = t
	if proven, found := m.memory.recall(t.request, t.subject); found {
		m.proceed(ctx, t, proven, true)
		return
	}
	final := m.finals[t.request.Chain]
	root, self := ctx.ActorSystem().Root, ctx.Self()
	m.reads.start(func() { root.Send(self, looked{t, m.lookUp(t, final)}) })
}

// admit refuses what would not be begun.
func (m *mailbox) admit(t *task) error {
	if m.stopping {
		return messages.Refused(messages.CodeShuttingDown, "sign share", "the party is stopping")
	}
	if len(m.tasks) >= maxTasks {
		return messages.Refused(messages.CodeOverloaded, "sign share", "too many questions in work")
	}
	if m.standby && t.outcomes != nil {
		return messages.Refused(messages.CodeStandby, "sign outcomes", "the active address attests")
	}
	return m.admissible(t.question)
}

// decide judges what was found; only here a release is granted.
func (m *mailbox) decide(ctx actor.Context, word looked) {
	m.reads.end()
	t, found := word.task, word.look
	if found.final.Number > m.finals[t.request.Chain].Number {
		m.finals[t.request.Chain] = found.final
	}
	switch {
	case found.err != nil:
		m.conclude(t, result{err: found.err})
	case found.decided != nil:
		m.proceed(ctx, t, *found.decided, true)
	default:
		gateway := m.deployments[t.request.Chain].Gateway
		if _, err := release(t.question, found.event, found.final, gateway); err != nil {
			m.conclude(t, result{err: err})
			return
		}
		m.proceed(ctx, t, journal.Record{Subject: t.subject, Key: t.question.key,
			Block: found.event.Place.Block, Final: found.final.Number}, false)
	}
}

// proceed hands a granted question to a worker that signs.
func (m *mailbox) proceed(ctx actor.Context, t *task, proven journal.Record, again bool) {
	t.proven, t.again = proven, again
	root, self := ctx.ActorSystem().Root, ctx.Self()
	m.signs.start(func() { root.Send(self, signed{t, m.sign(t, proven, again)}) })
}

// finish remembers what was released, so that the next asker costs nothing.
func (m *mailbox) finish(_ actor.Context, word signed) {
	m.signs.end()
	if word.result.err == nil && word.task.proven.Subject == word.task.subject {
		m.memory.remember(word.task.request, word.task.proven)
	}
	m.conclude(word.task, word.result)
}

// conclude takes a task out of work.
func (m *mailbox) conclude(t *task, r result) {
	if m.tasks[t.key] == t {
		delete(m.tasks, t.key)
	}
	m.answer(t, r)
	m.leave()
}

// answer publishes what happened, then tells whoever waits: no share leaves that has no fact.
func (m *mailbox) answer(t *task, r result) {
	m.publish(context.WithoutCancel(t.ctx), m.factOf(t, r))
	for _, w := range t.waiters {
		w.answers <- numbered{w.index, r} // buffered: it never waits
	}
	t.waiters = nil
	t.cancel()
}

// factOf tells what happened to a question. It names block and final height, which the laws
// compare: nothing may be released above what its party saw as final.
func (m *mailbox) factOf(t *task, r result) messages.Fact {
	now := m.clock()
	fact := messages.Fact{
		Room: messages.RoomParty, At: now, Took: now.Sub(t.began), Request: t.request,
		Party: m.index, Region: m.region, Count: len(t.inputs),
	}
	if t.again {
		fact.Detail = "again"
	}
	switch {
	case r.shares != nil:
		fact.Name, fact.Block, fact.Final = messages.FactShareReleased, t.proven.Block, t.proven.Final
		fact.Evidence = r.shares.Signature
	case r.outcomes != nil:
		fact.Name, fact.Block, fact.Final = messages.FactOutcomeSigned, t.proven.Block, t.proven.Final
		fact.Digest, fact.Evidence = r.outcomes.OutcomesDigest, r.outcomes.Signature
	default:
		fact.Name, fact.Code = messages.FactShareRefused, messages.CodeOf(r.err)
		fact.Detail = r.err.Error()
	}
	return fact
}

// leave says that nothing is in work any more, once that was asked.
func (m *mailbox) leave() {
	if m.drained != nil && len(m.tasks) == 0 {
		close(m.drained)
		m.drained = nil
	}
}
