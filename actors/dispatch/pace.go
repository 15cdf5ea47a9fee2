package dispatch

import (
	"math/rand/v2"
	"time"

	"kmsgateway/messages"
)

const (
	// firstRetry is the longest wait before the second post: most hints that are lost were lost
	// with a node, and another serves at once.
	firstRetry = time.Second
	// lastRetry is the longest wait ever: what then still fails waits for people.
	lastRetry = time.Minute
	// share says how much of the free window an app may hold: with none but itself, share/(share+1)
	// of the whole. So there is always room for another app's first request.
	share = 3
)

// backoff is how long to wait after an attempt (from 1): doubled each time up to lastRetry, then
// somewhere in the upper half of that, so that what failed together does not come back together.
func backoff(attempt uint32, rand *rand.Rand) time.Duration {
	full := lastRetry
	if doublings := attempt - min(attempt, 1); doublings < 6 {
		full = min(lastRetry, firstRetry<<doublings)
	}
	return full/2 + time.Duration(rand.Int64N(int64(full/2)+1))
}

// row is an open row of the ledger.
type row struct {
	requested messages.Requested
	app       *app
	attempt   uint32 // of the last post; 0 before the first
	failed    uint32 // posts that came to nothing since the cluster last changed; sets the backoff
	favours   uint8  // how often it may be brought forward before it is due by itself again
	stalled   bool   // stands in pace.stalled
	forward   bool   // its next post is such a favour
	due       time.Time
	flying    bool   // posted, and not known to be deferred or sent: holds a place in the window
	seen      uint32 // round of the last reading of the ledger's rows
	index     int    // in its app's queue, or in flights while flying
}

func (r *row) when() time.Time { return r.due }
func (r *row) slot() *int      { return &r.index }
func (r *row) before(other any) bool {
	o := other.(*row)
	if r.due.Equal(o.due) {
		return r.requested.Request.Number < o.requested.Request.Number
	}
	return r.due.Before(o.due)
}

// app is one app's rows.
type app struct {
	address messages.Address
	waiting queue[*row]
	flying  int
	ready   bool // stands in pace.ready
	index   int  // in pace.later
}

func (a *app) slot() *int            { return &a.index }
func (a *app) before(other any) bool { return a.when().Before(other.(*app).when()) }
func (a *app) when() time.Time {
	if first, some := a.waiting.first(); some {
		return first.due
	}
	return time.Time{}
}

// pace decides what is posted when. It is pure: time and randomness come in. Owner: the mailbox.
type pace struct {
	window  int
	rand    *rand.Rand
	rows    map[messages.RequestID]*row
	apps    map[messages.Address]*app
	ready   []*app                    // apps with something due, in turns
	later   queue[*app]               // apps with nothing due yet
	flights queue[*row]               // by when they are looked at again
	stalled map[messages.KeyID][]*row // deferred rows, to be brought forward by a success
	round   uint32
}

func newPace(window int, rand *rand.Rand) *pace {
	return &pace{window: window, rand: rand, rows: map[messages.RequestID]*row{},
		apps: map[messages.Address]*app{}, stalled: map[messages.KeyID][]*row{}}
}

// add takes in a row, due now; one that waits in a transaction is looked at later. A row that is
// here already stays as it is.
func (p *pace) add(requested messages.Requested, sent bool, now time.Time) {
	if held := p.rows[requested.Request]; held != nil {
		held.seen = p.round
		return
	}
	owner := p.apps[requested.App]
	if owner == nil {
		owner = &app{address: requested.App, index: -1}
		p.apps[requested.App] = owner
	}
	added := &row{requested: requested, app: owner, due: now, seen: p.round, index: -1}
	p.rows[requested.Request] = added
	if sent {
		added.due = now.Add(backoff(lastAttempt, p.rand))
	}
	p.wait(added)
}

// lastAttempt is one late enough for the longest backoff.
const lastAttempt = 99

// drop forgets a row that has ended.
func (p *pace) drop(id messages.RequestID) {
	held := p.rows[id]
	if held == nil {
		return
	}
	delete(p.rows, id)
	p.land(held)
	owner := held.app
	p.later.remove(owner)
	owner.waiting.remove(held)
	p.place(owner)
}

// reread starts a reading of all the ledger's rows, each of which is then added; forgotten ends it
// and drops those that the ledger no longer has.
func (p *pace) reread() { p.round++ }

func (p *pace) forgotten() {
	for id, held := range p.rows {
		if held.seen != p.round {
			p.drop(id)
		}
	}
	p.prune()
}

// deferred hears that an attempt came to nothing; false where that is not the last one posted.
func (p *pace) deferred(id messages.RequestID, attempt uint32, now time.Time) bool {
	held := p.rows[id]
	if held == nil || !held.flying || held.attempt != attempt {
		return false
	}
	p.land(held)
	held.due = now.Add(backoff(held.failed, p.rand))
	p.wait(held)
	p.stall(held)
	return true
}

// rest puts a row aside that waits in a transaction; it is in no app's queue.
func (p *pace) rest(held *row, now time.Time) {
	p.land(held)
	held.due = now.Add(backoff(lastAttempt, p.rand))
	p.wait(held)
}

// land gives a flying row's place in the window back.
func (p *pace) land(held *row) {
	if held.flying {
		p.flights.remove(held)
		held.flying = false
		held.app.flying--
	}
}

// wait puts a row into its app's queue.
func (p *pace) wait(held *row) {
	p.later.remove(held.app) // its time may change
	held.app.waiting.push(held)
	p.place(held.app)
}

// place puts an app where it belongs, unless it stands in turn already. Whether it is ready, pump
// sees.
func (p *pace) place(owner *app) {
	switch {
	case owner.ready:
	case len(owner.waiting.items) > 0:
		p.later.push(owner)
	case owner.flying == 0:
		delete(p.apps, owner.address)
	}
}

// look says what the ledger knows of a row just now.
type look func(messages.RequestID) (open, sent bool)

// post hands a row out, with the number of the attempt.
type post func(requested messages.Requested, attempt uint32)

// pump posts what is due and has room: again what flies, then one row an app in turns.
func (p *pace) pump(now time.Time, look look, post post) {
	for {
		held, ripe := p.flights.ripe(now)
		if !ripe {
			break
		}
		p.attempt(held, now, look, post)
	}
	for {
		owner, ripe := p.later.ripe(now)
		if !ripe {
			break
		}
		p.later.remove(owner)
		owner.ready = true
		p.ready = append(p.ready, owner)
	}
	var full []*app // those that hold their share
	for len(p.flights.items) < p.window && len(p.ready) > 0 {
		owner := p.ready[0]
		p.ready = p.ready[1:]
		held, ripe := owner.waiting.ripe(now)
		switch {
		case !ripe:
			owner.ready = false
			p.place(owner)
		case owner.flying >= share*(p.window-len(p.flights.items)):
			full = append(full, owner)
		default:
			owner.waiting.remove(held)
			p.attempt(held, now, look, post)
			p.ready = append(p.ready, owner)
		}
	}
	if len(full) > 0 {
		p.ready = append(full, p.ready...)
	}
}

// attempt posts a row that is in no app's queue, unless the ledger says that there is no need.
func (p *pace) attempt(held *row, now time.Time, look look, post post) {
	id := held.requested.Request
	open, sent := look(id)
	if !open {
		p.drop(id)
		return
	}
	if sent {
		p.rest(held, now)
		return
	}
	if !held.forward {
		held.favours = mostFavours
	}
	held.forward = false
	if held.flying {
		p.flights.remove(held)
	} else {
		held.flying = true
		held.app.flying++
	}
	held.attempt++
	held.failed++
	held.due = now.Add(backoff(held.failed, p.rand))
	p.flights.push(held)
	post(held.requested, held.attempt)
}

// wake is when something is due next for which there is room; false where there is nothing.
func (p *pace) wake() (at time.Time, some bool) {
	if first, flying := p.flights.first(); flying {
		at, some = first.due, true
	}
	if len(p.flights.items) >= p.window {
		return at, some
	}
	if first, waiting := p.later.first(); waiting && (!some || first.when().Before(at)) {
		at, some = first.when(), true
	}
	return at, some
}
