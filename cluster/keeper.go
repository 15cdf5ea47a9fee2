package cluster

import (
	"context"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// keeperID names the keeper in its actor system, of which it is the only one.
const keeperID = "place"

// Bounds of the keeper's rounds.
const (
	// roundShare is how often, within the shortest idle time, idle actors are looked for.
	roundShare = 8
	// minRound and maxRound bound the time between two rounds.
	minRound = 10 * time.Millisecond
	maxRound = time.Second
	// maxPutAway actors are put away in one round, so that a round stays short.
	maxPutAway = 512
	// maxReason bytes of a panic's text are published.
	maxReason = 256
	// complainEvery is how often a full place says so.
	complainEvery = time.Second
)

// The keeper's own words.
type (
	post struct {
		to      name
		word    any
		sender  *actor.PID
		arrived bool // from another node
	}
	answer struct { // from another node, to the mailbox id of one of our actors
		id   string
		post post
	}
	moved struct{} // actors may live elsewhere by now
	bind  struct {
		kind string
		pid  *actor.PID // nil ends the binding
	}
	register struct {
		kind   actors.Kind
		answer chan<- error
	}
	round struct{}
	halt  struct{}
)

// keeper is Place's mailbox, the parent of every virtual actor.
//
// Hears post, answer, moved, bind, register, round, halt, and the end or failure of its actors.
// Says what was posted, to the actor it is for.
// On restart it forgets its actors, which stop, and keeps kinds and bindings; the next word
// activates an actor again.
type keeper struct {
	config   PlaceConfig
	counts   *counts
	here     func(name) bool // whether an actor lives on this node
	stopped  chan<- struct{}
	kinds    map[string]actors.Kind
	bindings map[string]*actor.PID
	cells    map[name]*cell
	byPID    map[string]*cell
	timer    *time.Timer
	serial   uint64 // makes the names of activations unique
	resting  int    // cells in quarantine
	halting  bool
	swept    time.Time // the last round
	moaned   time.Time // when a full place last said so
}

func newKeeper(config PlaceConfig, counts *counts, here func(name) bool,
	stopped chan<- struct{}) *keeper {
	return &keeper{
		config: config, counts: counts, here: here, stopped: stopped,
		kinds: map[string]actors.Kind{}, bindings: map[string]*actor.PID{},
		cells: map[name]*cell{}, byPID: map[string]*cell{},
	}
}

// Receive implements actor.Actor.
func (k *keeper) Receive(ctx actor.Context) {
	switch word := ctx.Message().(type) {
	case *actor.Started:
		k.schedule(ctx)
	case *actor.Restarting:
		k.timer.Stop()
		k.forget()
	case *actor.Stopping:
		k.halting = true
		k.timer.Stop()
	case *actor.Stopped:
		k.counts.halted.Store(true)
		close(k.stopped)
	case *actor.Terminated:
		k.terminated(ctx, word.Who)
	case post:
		k.post(ctx, word)
	case answer:
		k.answer(ctx, word)
	case moved:
		for _, c := range k.cells {
			c.belong(k.here(c.name), k.config.Rand)
		}
	case bind:
		k.bind(ctx, word)
	case register:
		word.answer <- k.register(word.kind)
	case round:
		if !k.halting {
			k.round(ctx)
			k.schedule(ctx)
		}
	case halt:
		k.halt(ctx)
	}
	k.count()
}

func (k *keeper) register(kind actors.Kind) error {
	if _, known := k.kinds[kind.Name]; known {
		return fmt.Errorf("register kind %q: it is registered", kind.Name)
	}
	k.kinds[kind.Name] = kind
	return nil
}

func (k *keeper) bind(ctx actor.Context, word bind) {
	if before, bound := k.bindings[word.kind]; bound {
		ctx.Unwatch(before)
	}
	if word.pid == nil {
		delete(k.bindings, word.kind)
		return
	}
	k.bindings[word.kind] = word.pid
	ctx.Watch(word.pid)
}

func (k *keeper) post(ctx actor.Context, word post) {
	if word.arrived {
		k.counts.arriving.Add(-1)
	}
	if k.halting {
		k.drop()
		return
	}
	if pid, bound := k.bindings[word.to.kind]; bound {
		deliver(ctx, pid, word)
		return
	}
	c := k.cells[word.to]
	switch {
	case c == nil:
		k.activate(ctx, word.to, word)
	case c.stage == live:
		deliver(ctx, c.pid, word)
	case c.stage == quarantined || !c.hold(word):
		k.drop()
	}
}

// answer delivers an answer to the very activation that asked; if that is gone, so is the question.
func (k *keeper) answer(ctx actor.Context, word answer) {
	k.counts.arriving.Add(-1)
	c, known := k.byPID[word.id]
	if !known || !asks(c.name.kind) {
		k.drop()
		return
	}
	deliver(ctx, c.pid, word.post)
}

// activate brings an actor to life and hands it its first words.
func (k *keeper) activate(ctx actor.Context, to name, words ...post) {
	kind, known := k.kinds[to.kind]
	if !known {
		k.drop()
		return
	}
	now := k.config.Clock()
	if len(k.byPID) >= k.config.Live {
		k.full(ctx, now)
		return
	}
	c := newCell(to, kind, now, k.config.Rand)
	c.belong(k.here(to), k.config.Rand)
	k.cells[to] = c
	if reason := k.spawn(ctx, c); reason != nil {
		k.failed(c, reason)
		k.quarantine(c, now, reason)
		return
	}
	for _, word := range words {
		deliver(ctx, c.pid, word)
	}
}

// spawn starts the actor of a cell. A panic of its constructor is the reason returned: it happens
// on the keeper's own stack.
func (k *keeper) spawn(ctx actor.Context, c *cell) (reason any) {
	defer func() {
		if recovered := recover(); recovered != nil {
			reason = recovered
		}
	}()
	props := actor.PropsFromProducer(func() actor.Actor { return c.kind.New(c.name.id) },
		actor.WithReceiverMiddleware(c.listen(k.config.Clock)))
	k.serial++
	pid, err := ctx.SpawnNamed(props, fmt.Sprintf("%s/%s#%d", c.name.kind, c.name.id, k.serial))
	if err != nil {
		return err
	}
	c.pid = pid
	k.byPID[pid.Id] = c
	k.publish(c, messages.FactActorActivated, "", "activated")
	return nil
}

// terminated clears up after an actor, and activates it again if words have come meanwhile.
func (k *keeper) terminated(ctx actor.Context, who *actor.PID) {
	for kind, pid := range k.bindings {
		if pid.Equal(who) {
			delete(k.bindings, kind)
		}
	}
	if c, known := k.byPID[who.Id]; known {
		delete(k.byPID, who.Id)
		c.pid = nil
		if c.stage != quarantined {
			delete(k.cells, c.name)
		}
		if len(c.waiting) > 0 && !k.halting {
			k.activate(ctx, c.name, c.waiting...)
		}
	}
	if k.halting && len(k.byPID) == 0 {
		ctx.Stop(ctx.Self())
	}
}

// HandleFailure implements actor.SupervisorStrategy: an actor that panicked is restarted, which
// costs it its state and the word at fault, unless it fails too often.
func (k *keeper) HandleFailure(
	system *actor.ActorSystem, supervisor actor.Supervisor, who *actor.PID,
	_ *actor.RestartStatistics, reason, _ any,
) {
	c, known := k.byPID[who.Id]
	if !known {
		supervisor.StopChildren(who)
		return
	}
	now := k.config.Clock()
	k.failed(c, reason)
	tooMany := c.fail(now)
	if tooMany && c.stage != quarantined {
		k.quarantine(c, now, reason)
	}
	switch {
	case c.ending.Load():
		abandon(system, who)
	case tooMany:
		supervisor.StopChildren(who)
	default:
		supervisor.RestartChildren(who)
	}
	k.count()
}

// abandon reports the end of an actor that panicked while stopping: the library neither stops it a
// second time nor tells its parent.
func abandon(system *actor.ActorSystem, who *actor.PID) {
	parent := system.NewLocalPID(keeperID)
	system.ProcessRegistry.Remove(who)
	if process, alive := system.ProcessRegistry.Get(parent); alive {
		process.SendSystemMessage(parent, &actor.Terminated{Who: who})
	}
}

func (k *keeper) quarantine(c *cell, now time.Time, reason any) {
	c.stage, c.until, c.waiting = quarantined, now.Add(k.config.Rest), nil
	k.resting++
	k.publish(c, messages.FactActorQuarantined, messages.CodeQuarantined,
		fmt.Sprintf("rests for %s: %s", k.config.Rest, text(reason)))
}

func (k *keeper) failed(c *cell, reason any) {
	k.publish(c, messages.FactActorFailed, messages.CodeInternal, text(reason))
}

// round puts idle actors away and lets quarantines end.
func (k *keeper) round(ctx actor.Context) {
	now := k.config.Clock()
	k.swept = now
	alive, put := len(k.byPID), 0
	for _, c := range k.cells {
		switch {
		case c.stage == quarantined && c.pid == nil && !now.Before(c.until):
			delete(k.cells, c.name)
			k.resting--
		case put < maxPutAway && c.idle(now, alive, k.config.Live):
			c.stage = leaving
			ctx.Poison(c.pid) // drains: what was delivered is still worked on
			put++
		}
	}
}

// full drops a word for want of room, and looks for room.
func (k *keeper) full(ctx actor.Context, now time.Time) {
	k.drop()
	if now.Sub(k.swept) >= minRound {
		k.round(ctx)
	}
	if !k.moaned.IsZero() && now.Sub(k.moaned) < complainEvery {
		return
	}
	k.moaned = now
	k.config.Publish(context.Background(), messages.Fact{
		Name: messages.FactActorFailed, Room: messages.RoomPlace, At: now,
		Code: messages.CodeOverloaded, Count: len(k.byPID),
		Detail: fmt.Sprintf("%d actors are alive, no more are activated", len(k.byPID)),
	})
}

func (k *keeper) halt(ctx actor.Context) {
	k.halting = true
	for _, c := range k.byPID {
		if c.stage == live {
			c.stage = leaving
			ctx.Poison(c.pid)
		}
	}
	if len(k.byPID) == 0 {
		ctx.Stop(ctx.Self())
	}
}

func (k *keeper) schedule(ctx actor.Context) {
	every := maxRound
	for _, kind := range k.kinds {
		if kind.Idle > 0 {
			every = min(every, max(kind.Idle/roundShare, minRound))
		}
	}
	self, root := ctx.Self(), ctx.ActorSystem().Root
	k.timer = time.AfterFunc(every, func() { root.Send(self, round{}) })
}

func (k *keeper) forget() {
	clear(k.cells)
	clear(k.byPID)
	k.resting = 0
}

func (k *keeper) drop() { k.counts.dropped.Add(1) }

func (k *keeper) count() {
	alive := len(k.byPID)
	k.counts.live.Store(int64(alive))
	k.counts.full.Store(alive >= k.config.Live)
	k.counts.quarantined.Store(int64(k.resting))
}

func (k *keeper) publish(c *cell, fact messages.FactName, code messages.Code, detail string) {
	request, _ := messages.ParseRequestID(c.name.id) // zero for actors of another kind
	k.config.Publish(context.Background(), messages.Fact{
		Name: fact, Room: messages.RoomPlace, At: k.config.Clock(), Request: request, Code: code,
		Count: len(c.failures), Detail: fmt.Sprintf("%s %s: %s", c.name.kind, c.name.id, detail),
	})
}

func deliver(ctx actor.Context, pid *actor.PID, word post) {
	if word.sender == nil {
		ctx.Send(pid, word.word)
		return
	}
	ctx.RequestWithCustomSender(pid, word.word, word.sender)
}

func text(reason any) string {
	full := fmt.Sprint(reason)
	return full[:min(len(full), maxReason)]
}
