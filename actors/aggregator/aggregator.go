package aggregator

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
)

// The bounds of the room.
const (
	// maxWorkers is above the cores of any machine.
	maxWorkers = 1024
	// queueLength holds what waits for a core: as many questions as a node has requests in flight.
	// Beyond it the answer is OVERLOADED.
	queueLength = 4096
	// batchMost bounds one batch of attestations: the cost of each is nearly down to its floor
	// there, and one bad share makes a batch of that size work again.
	batchMost = 64
	// remembered is how many requests the actor knows to have opened.
	remembered = 4096
)

// Room is the aggregator of one node.
type Room struct {
	cfg     Config
	sums    arithmetic
	running atomic.Bool
	waiting atomic.Int64 // questions in the queue or at work
}

// New builds the room. The error is a CONFIG *messages.GatewayError that names what is missing.
func New(cfg Config) (*Room, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.Workers == 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	sums := arithmetic{derive: cfg.Derive, gateway: cfg.Gateway, rand: cfg.Rand}
	return &Room{cfg: cfg, sums: sums}, nil
}

// Props says how the actor is spawned, once on a node.
func (r *Room) Props() *actor.Props {
	return actor.PropsFromProducer(func() actor.Actor { return &aggregator{room: r} })
}

// Health is down while the actor does not run, and degraded while half its queue is taken.
func (r *Room) Health() messages.Health {
	waiting := r.waiting.Load()
	h := messages.Health{Room: messages.RoomAggregator, Grade: messages.Healthy,
		Detail: fmt.Sprintf("%d waiting for %d workers", waiting, r.cfg.Workers)}
	switch {
	case !r.running.Load():
		h.Grade, h.Detail = messages.Down, "not running"
	case waiting > queueLength/2:
		h.Grade = messages.Degraded
	}
	return h
}

// aggregator is the actor that owns a node's CPU.
//
// Hears: Combine and CombineAttestation, and its own workers.
// Says: Opened, Blamed, Attested or a *messages.GatewayError, to who asked.
// On restart: questions at work or in the queue get no answer; their requests ask again.
//
// All fields are the mailbox's but queue, which the workers read.
type aggregator struct {
	room    *Room
	queue   queue
	workers sync.WaitGroup
	opened  memory
}

// queue is what the workers read from.
type queue struct {
	combines     chan question[messages.Combine]
	attestations chan question[messages.CombineAttestation]
	stopped      chan struct{}
}

// question is a word with who asked, and when.
type question[W any] struct {
	word  W
	prove bool // keys are wanted proven by the pairing
	asker *actor.PID
	since time.Time
}

// answer is a worker's result on its way through the mailbox.
type answer struct {
	request messages.RequestID
	asker   *actor.PID
	word    any
	fact    messages.Fact // to be published; none where it has no name
	since   time.Time
}

// Receive is the mailbox.
func (a *aggregator) Receive(ctx actor.Context) {
	switch word := ctx.Message().(type) {
	case *actor.Started:
		a.start(ctx)
	case *actor.Stopping, *actor.Restarting:
		a.stop()
	case messages.Combine:
		q := question[messages.Combine]{word: word, asker: ctx.Sender(),
			since: a.room.cfg.Clock(), prove: a.opened.holds(word.Request)}
		enqueue(a, ctx, a.queue.combines, q, word.Request)
	case messages.CombineAttestation:
		q := question[messages.CombineAttestation]{word: word, asker: ctx.Sender(),
			since: a.room.cfg.Clock()}
		enqueue(a, ctx, a.queue.attestations, q, word.Request)
	case answer:
		a.onAnswer(ctx, word)
	}
}

// start builds queue and memory anew, for a restarted actor too, and sets the workers to work.
func (a *aggregator) start(ctx actor.Context) {
	a.opened = newMemory(remembered)
	a.queue = queue{
		combines:     make(chan question[messages.Combine], queueLength),
		attestations: make(chan question[messages.CombineAttestation], queueLength),
		stopped:      make(chan struct{}),
	}
	w := worker{room: a.room, queue: a.queue, system: ctx.ActorSystem(), mailbox: ctx.Self()}
	for range a.room.cfg.Workers {
		a.workers.Go(w.run)
	}
	a.room.running.Store(true)
}

// stop waits for the workers: each ends after the question that it has, milliseconds from now.
func (a *aggregator) stop() {
	a.room.running.Store(false)
	close(a.queue.stopped)
	a.workers.Wait()
	a.room.waiting.Add(-int64(len(a.queue.combines) + len(a.queue.attestations)))
}

// enqueue takes a question, or answers at once that there are too many.
func enqueue[W any](
	a *aggregator, ctx actor.Context, into chan question[W], q question[W],
	request messages.RequestID,
) {
	if q.asker == nil {
		return
	}
	select {
	case into <- q:
		a.room.waiting.Add(1)
	default:
		refusal := messages.Refused(messages.CodeOverloaded, "combine",
			fmt.Sprintf("%d questions wait", queueLength))
		refusal.Request = request
		ctx.Send(q.asker, refusal)
	}
}

// onAnswer sends a worker's answer on its way. It passes through the mailbox so that the memory of
// opened requests needs no lock.
func (a *aggregator) onAnswer(ctx actor.Context, word answer) {
	took := a.room.cfg.Clock().Sub(word.since)
	if opened, ok := word.word.(messages.Opened); ok {
		a.opened.add(word.request)
		opened.Took = took
		word.word = opened
	}
	if fact := word.fact; fact.Name != "" {
		fact.Room, fact.Request = messages.RoomAggregator, word.request
		fact.At, fact.Took = word.since.Add(took), took
		a.room.cfg.Publish(context.Background(), fact)
	}
	ctx.Send(word.asker, word.word)
}

// worker is what each of the goroutines knows.
type worker struct {
	room    *Room
	queue   queue
	system  *actor.ActorSystem
	mailbox *actor.PID
}

// run answers questions until the actor stops.
func (w worker) run() {
	for {
		select {
		case <-w.queue.stopped:
			return
		case q := <-w.queue.combines:
			w.send(w.open(q))
		case q := <-w.queue.attestations:
			w.attest(w.gather(q))
		}
	}
}

// send gives the answer to the mailbox. Where the actor stops meanwhile it is lost, as any word may
// be: the request asks again.
func (w worker) send(a answer) {
	w.room.waiting.Add(-1)
	w.system.Root.Send(w.mailbox, a)
}

// gather takes along what else waits to be attested.
func (w worker) gather(
	first question[messages.CombineAttestation],
) []question[messages.CombineAttestation] {
	batch := []question[messages.CombineAttestation]{first}
	for len(batch) < batchMost {
		select {
		case q := <-w.queue.attestations:
			batch = append(batch, q)
		default:
			return batch
		}
	}
	return batch
}

// open answers one Combine, with a panic turned into an error: it must not take the node down.
func (w worker) open(q question[messages.Combine]) (out answer) {
	out = answer{request: q.word.Request, asker: q.asker, since: q.since}
	defer func() {
		if p := recover(); p != nil {
			out.word = trouble(out.request, fmt.Errorf("panic: %v", p))
		}
	}()
	opened, culprits, err := w.room.sums.open(q.word, q.prove)
	switch {
	case err != nil:
		out.word = trouble(out.request, err)
	case len(culprits) > 0:
		out.word = messages.Blamed{Request: out.request, Parties: culprits}
	default:
		out.word = opened
		out.fact = messages.Fact{
			Name: messages.FactRequestOpened, Count: len(opened.Outcomes)}
	}
	return out
}

// attest answers a batch, each question by its own verdict.
func (w worker) attest(batch []question[messages.CombineAttestation]) {
	words := make([]messages.CombineAttestation, len(batch))
	for i, q := range batch {
		words[i] = q.word
	}
	for i, verdict := range w.verdicts(words) {
		out := answer{request: words[i].Request, asker: batch[i].asker, since: batch[i].since}
		switch {
		case verdict.err != nil:
			out.word = trouble(out.request, verdict.err)
		case len(verdict.culprits) > 0:
			out.word = messages.Blamed{Request: out.request, Parties: verdict.culprits}
		default:
			out.word = messages.Attested{Request: out.request, Signature: verdict.signature}
			out.fact = messages.Fact{Name: messages.FactOutcomeAttested,
				Digest: words[i].OutcomesDigest, Count: len(words[i].Parties)}
		}
		w.send(out)
	}
}

// verdicts is attest, with a panic turned into an error of every question of the batch.
func (w worker) verdicts(words []messages.CombineAttestation) (out []attested) {
	defer func() {
		if p := recover(); p != nil {
			out = make([]attested, len(words))
			for i := range out {
				out[i].err = fmt.Errorf("panic: %v", p)
			}
		}
	}()
	return w.room.sums.attest(words)
}

// trouble is the answer where no answer can be given. Its cause names no share: errors of the
// crypto packages hold none.
func trouble(request messages.RequestID, cause error) *messages.GatewayError {
	return &messages.GatewayError{Code: messages.CodeInternal, Op: "combine", Request: request,
		Cause: cause}
}

// memory holds the requests that were opened last: a second Combine of one of them means that the
// opening alone did not convince.
type memory struct {
	ring []messages.RequestID
	next int
	set  map[messages.RequestID]struct{}
}

func newMemory(size int) memory {
	return memory{ring: make([]messages.RequestID, size),
		set: make(map[messages.RequestID]struct{})}
}

// holds reports whether the request was opened, as far as is remembered.
func (m *memory) holds(id messages.RequestID) bool {
	_, ok := m.set[id]
	return ok
}

// add forgets the oldest request where the ring is full.
func (m *memory) add(id messages.RequestID) {
	if m.holds(id) {
		return
	}
	delete(m.set, m.ring[m.next])
	m.ring[m.next] = id
	m.set[id] = struct{}{}
	m.next = (m.next + 1) % len(m.ring)
}
