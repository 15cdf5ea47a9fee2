package chain

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
)

// Wake tells the listener that the chain may have grown. It is a hint: the timer runs anyway.
type Wake struct{}

// ListenerConfig is what a listener is made of; all fields but Poll are required.
type ListenerConfig struct {
	Source   Source
	Ledger   Cursor
	Finality Finality
	Start    messages.Height // the block that deployed the gateway contract: the first one read
	Poll     time.Duration   // from the end of one look at the chain to the next; 1 s if 0
	Publish  messages.Publish
	Clock    messages.Clock
}

// Listener reads the chain and admits its requests. Make one with NewListener for each term.
type Listener struct {
	config ListenerConfig
	health atomic.Pointer[messages.Health]
}

// NewListener checks the configuration; *messages.GatewayError CONFIG names what is missing.
func NewListener(config ListenerConfig) (*Listener, error) {
	switch {
	case config.Source == nil || config.Ledger == nil:
		return nil, messages.BadConfig("listener", "needs a source and a ledger")
	case config.Publish == nil || config.Clock == nil:
		return nil, messages.BadConfig("listener", "needs a publisher and a clock")
	case config.Finality == Finality{}:
		return nil, messages.BadConfig("finality", "want finalized, safe or latest-N")
	}
	if config.Poll <= 0 {
		config.Poll = time.Second
	}
	l := &Listener{config: config}
	l.grade(messages.Healthy, "starting")
	return l, nil
}

// Props describes the actor; spawn one of it.
func (l *Listener) Props() *actor.Props {
	return actor.PropsFromProducer(func() actor.Actor { return &listening{listener: l} })
}

// Health says how far the listener is and what hinders it. It may be called by any goroutine.
func (l *Listener) Health() messages.Health { return *l.health.Load() }

func (l *Listener) grade(grade messages.Grade, detail string) {
	l.health.Store(&messages.Health{Room: messages.RoomListener, Grade: grade, Detail: detail})
}

// listening is the mailbox.
//
// Hears: Wake; its own timer; the end of its one walk.
// Says: nothing; it proposes Admit and Unwind to the ledger.
// On restart: reads the cursor from the ledger and goes on behind it.
type listening struct {
	listener *Listener
	crew     *crew
	walk     walk // the worker's while walking is true, else the mailbox's
	walking  bool
	again    bool // woken while walking
}

// walked ends a walk.
type walked struct{ err error }

// tick is the poll timer's word.
type tick struct{}

// Receive handles one word.
func (a *listening) Receive(ctx actor.Context) {
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		a.crew = newCrew(ctx)
		a.walk = walk{ListenerConfig: a.listener.config, width: firstWidth}
		a.look()
	case Wake, tick:
		a.look()
	case walked:
		a.rest(msg.err)
	case crashed:
		panic(msg.reason)
	case *actor.Stopping, *actor.Restarting:
		if a.crew != nil {
			a.crew.stop()
		}
	}
}

// look starts a walk, or notes that another is due.
func (a *listening) look() {
	if a.walking {
		a.again = true
		return
	}
	a.walking, a.again = true, false
	a.crew.start(func(ctx context.Context) any { return walked{a.walk.run(ctx)} })
}

func (a *listening) rest(err error) {
	a.walking = false
	switch grade, detail := a.walk.state(err); {
	case a.again:
		a.listener.grade(grade, detail)
		a.look()
	default:
		a.listener.grade(grade, detail)
		a.crew.later(a.listener.config.Poll, tick{})
	}
}

// walk is one pass from the cursor to the final block, and what it remembers between passes. It
// waits on chain and ledger, so it runs beside the mailbox.
type walk struct {
	ListenerConfig
	trail  trail
	width  width
	seen   uint64 // highest request number published as seen
	target messages.Height
	alarm  string // of the halt that stands, "" while there is none
	owed   string // why the senders' nonces as of the cursor are not in the ledger, "" if they are
}

// errHalted says that the chain contradicts what may never change.
var errHalted = errors.New("halted")

// run walks until the final block is admitted. One pass may find the chain changed under it once
// for each range; the next poll goes on.
func (w *walk) run(ctx context.Context) error {
	tip, err := w.Source.Tip(ctx)
	if err != nil {
		return err
	}
	if err := w.stand(ctx, tip); err != nil {
		return w.alarmed(ctx, err)
	}
	w.target = w.Finality.Height(tip)
	for {
		from, to, more := nextRange(w.trail.cursor(), w.Start, w.target, messages.Height(w.width))
		if !more {
			w.alarm = ""
			return w.repay(ctx, tip)
		}
		span, err := w.Source.Scan(ctx, from, to)
		if err == nil {
			err = follows(span, w.trail.cursor(), from, to)
		}
		if errors.Is(err, errReorged) {
			return nil // the next pass finds the ancestor
		}
		if err == nil {
			err = w.admit(ctx, span, tip)
			if err != nil {
				return w.alarmed(ctx, err)
			}
			w.width.adjust(len(span.Events))
			continue
		}
		if ctx.Err() != nil || !w.width.halve() {
			return err
		}
	}
}

// stand brings the trail to the ledger's cursor and the cursor onto the canonical chain.
func (w *walk) stand(ctx context.Context, tip Tip) error {
	cursor := w.Ledger.Cursor()
	if w.trail.cursor() != cursor {
		w.trail.start(cursor)
	}
	if cursor.IsZero() {
		return nil
	}
	if tip.Latest < cursor.Number {
		return messages.ChainInconsistent("read tip", fmt.Sprintf(
			"latest block %d is below the cursor %s", tip.Latest, cursor))
	}
	head, err := w.Source.Head(ctx, cursor.Number)
	if err != nil || head.Ref == cursor {
		return err
	}
	return w.unwind(ctx, cursor)
}

// unwind proposes to go back to the newest block that the ledger and the chain share.
func (w *walk) unwind(ctx context.Context, cursor messages.BlockRef) error {
	final := w.Ledger.Final()
	kept, err := w.shared(ctx)
	if err != nil {
		return err
	}
	var to messages.BlockRef
	if kept > 0 {
		to = w.trail.refs[kept-1]
	} else if to, err = w.floor(ctx, final); err != nil {
		return err
	}
	if err := propose(ctx, w.Ledger, messages.Unwind{From: cursor, To: to}); err != nil {
		return err
	}
	w.trail.cut(kept, to)
	w.seen = min(w.seen, w.Ledger.NextRequest()-1)
	w.publish(ctx, messages.Fact{Name: messages.FactCursorUnwound, Block: to, Final: final,
		Count: int(cursor.Number - to.Number), Detail: "from " + cursor.String()})
	return nil
}

// shared counts the blocks of the trail that are still canonical. They are a prefix of it, so it
// searches by halves.
func (w *walk) shared(ctx context.Context) (int, error) {
	low, high := 0, len(w.trail.refs)
	for low < high {
		mid := (low + high) / 2
		head, err := w.Source.Head(ctx, w.trail.refs[mid].Number)
		if err != nil {
			return 0, err
		}
		if head.Ref == w.trail.refs[mid] {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, nil
}

// floor is where to unwind to when the trail does not reach the ancestor, as after a restart: the
// final block, or the one before the deployment. Where the trail reaches down to the final block,
// that one is no longer canonical, which must not be.
func (w *walk) floor(ctx context.Context, final messages.Height) (messages.BlockRef, error) {
	if lowest := w.trail.refs[0]; lowest.Number <= final {
		return messages.BlockRef{}, fmt.Errorf("%w: final block %s is no longer canonical",
			errHalted, lowest)
	}
	if final == 0 && w.Start == 0 {
		return messages.BlockRef{}, nil
	}
	head, err := w.Source.Head(ctx, max(final, w.Start-min(w.Start, 1)))
	return head.Ref, err
}

// admit proposes a span that follows the cursor, an entry at a time.
func (w *walk) admit(ctx context.Context, span Span, tip Tip) error {
	for _, log := range span.Quarantined {
		w.publish(ctx, messages.Fact{Name: messages.FactLogQuarantined, Block: log.Place.Block,
			Digest: log.Place.Tx, Detail: fmt.Sprintf("log %d: %s", log.Place.LogIndex, log.Err)})
	}
	next := w.Ledger.NextRequest()
	if cursor := w.Ledger.Cursor(); cursor != w.trail.cursor() {
		return messages.LedgerConflict("admit", "another leader admitted up to "+cursor.String())
	}
	if err := numbered(span.Events, next); err != nil {
		return fmt.Errorf("%w: %w", errHalted, err)
	}
	for _, entry := range admits(w.trail.cursor(), span, tip.Finalized) {
		w.sight(ctx, entry)
		if entry.To.Number == w.target {
			entry.Nonces = w.nonces(ctx, entry.To)
		}
		started := w.Clock()
		if err := propose(ctx, w.Ledger, entry); err != nil {
			return err
		}
		w.trail.extend(span.Heads, entry.To, entry.Final)
		w.publish(ctx, messages.Fact{Name: messages.FactBlockScanned, Block: entry.To,
			Final: entry.Final, Count: len(entry.Events), Took: w.Clock().Sub(started)})
	}
	return nil
}

// sight publishes the requests of an entry, each once.
func (w *walk) sight(ctx context.Context, entry messages.Admit) {
	for _, event := range entry.Events {
		if event.Requested == nil || event.Requested.Request.Number <= w.seen {
			continue
		}
		w.seen = event.Requested.Request.Number
		w.publish(ctx, messages.Fact{Name: messages.FactRequestSeen,
			Request: event.Requested.Request, Block: event.Requested.Place.Block,
			Final: w.target, Count: len(event.Requested.Handles)})
	}
}

// nonces reads the senders' counts where a walk ends: the state of older blocks is not kept by
// every endpoint, and a nonce may as well end a block later. So an error hinders no admission.
func (w *walk) nonces(ctx context.Context, at messages.BlockRef) []messages.SenderNonce {
	w.owed = ""
	senders := w.Ledger.Senders()
	if len(senders) == 0 {
		return nil
	}
	counts, err := w.Source.Nonces(ctx, senders, at)
	if err != nil {
		w.owed = fmt.Sprintf("no nonces at block %d: %v", at.Number, err)
		return nil
	}
	return counts
}

// repay tells the ledger the nonces that could not be read when their block was admitted, in an
// entry that admits nothing.
func (w *walk) repay(ctx context.Context, tip Tip) error {
	cursor := w.trail.cursor()
	if w.owed == "" || cursor.IsZero() {
		return nil
	}
	counts := w.nonces(ctx, cursor)
	if len(counts) == 0 {
		return nil
	}
	return propose(ctx, w.Ledger, messages.Admit{From: cursor, To: cursor,
		Final: min(tip.Finalized, cursor.Number), Nonces: counts})
}

// alarmed publishes a halt when it begins; it is over when a walk arrives.
func (w *walk) alarmed(ctx context.Context, err error) error {
	if errors.Is(err, errHalted) && w.alarm != err.Error() {
		w.alarm = err.Error()
		w.publish(ctx, messages.Fact{Name: messages.FactChainHalted, Block: w.trail.cursor(),
			Final: w.Ledger.Final(), Code: messages.CodeChainInconsistent, Detail: w.alarm})
	}
	return err
}

// state grades what a walk came to.
func (w *walk) state(err error) (messages.Grade, string) {
	at := fmt.Sprintf("at block %d of %d", w.trail.cursor().Number, w.target)
	switch {
	case w.alarm != "":
		return messages.Down, w.alarm
	case err != nil:
		return messages.Degraded, fmt.Sprintf("%s: %v", at, err)
	case w.owed != "":
		return messages.Degraded, fmt.Sprintf("%s: %s", at, w.owed)
	default:
		return messages.Healthy, at
	}
}

func (w *walk) publish(ctx context.Context, fact messages.Fact) {
	fact.Room, fact.At = messages.RoomListener, w.Clock()
	w.Publish(ctx, fact)
}
