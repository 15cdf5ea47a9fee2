package dispatch

import (
	"slices"
	"time"

	"kmsgateway/messages"
)

const (
	// aware is how long the other nodes take to apply what the leader has applied: raft tells them
	// within two of its commit timeouts, of 50 ms. A request that hears before would ask proxies
	// of the very node that is gone.
	aware = 100 * time.Millisecond
	// mostFavours bounds the posts that others' success brings on top of a row's own.
	mostFavours = 2
	// favourEach and favourMost spread what is brought forward: so many rows a second as parties
	// that have just come back can do, and the last one soon all the same.
	favourEach = 5 * time.Millisecond
	favourMost = 5 * time.Second
)

// lost tells whether a member that was up is gone: down, or running under a fresh incarnation,
// which knows nothing of what the one before was doing.
func lost(before, after messages.MemberTable) bool {
	return slices.ContainsFunc(before.Members, func(was messages.Member) bool {
		is, known := after.Find(was.Name)
		return !was.Down && (!known || is.Down || is.Incarnation != was.Incarnation)
	})
}

// hasten has all that flies posted again soon, once the others know of the loss as well. That is
// not only what was worked on at the lost node: others wait for answers of proxies that lived
// there. The backoff begins anew, for what came to nothing before says nothing of the cluster as it
// is now.
func (p *pace) hasten(now time.Time) {
	for _, held := range p.flights.items {
		held.failed = 0
		held.due = now.Add(aware + time.Duration(p.rand.Int64N(int64(aware))))
	}
	p.flights.sort()
}

// stall notes a deferred row, which another's success may bring forward.
func (p *pace) stall(held *row) {
	if !held.stalled && held.favours > 0 {
		held.stalled = true
		key := held.requested.Key
		p.stalled[key] = append(p.stalled[key], held)
	}
}

// sent hears that a transaction settles a row, so its place in the window is free. It also shows
// that the parties of its key answer: what was deferred for want of them is tried again.
func (p *pace) sent(id messages.RequestID, now time.Time) {
	held := p.rows[id]
	if held == nil {
		return
	}
	if held.flying {
		p.rest(held, now)
	}
	p.succeeded(held.requested.Key, now)
}

// succeeded brings the deferred rows of a key forward, spread over some seconds.
func (p *pace) succeeded(key messages.KeyID, now time.Time) {
	rows := p.stalled[key]
	if len(rows) == 0 {
		return
	}
	delete(p.stalled, key)
	spread := min(time.Duration(len(rows))*favourEach, favourMost)
	for _, held := range rows {
		held.stalled = false
		soon := now.Add(time.Duration(p.rand.Int64N(int64(spread))))
		if p.rows[held.requested.Request] != held || held.flying || !soon.Before(held.due) {
			continue
		}
		held.favours--
		held.forward = true
		p.later.remove(held.app)
		held.app.waiting.remove(held)
		held.due = soon
		p.wait(held)
	}
}

// prune forgets stalled rows that have ended.
func (p *pace) prune() {
	for key, rows := range p.stalled {
		rows = slices.DeleteFunc(rows, func(held *row) bool {
			return p.rows[held.requested.Request] != held
		})
		if p.stalled[key] = rows; len(rows) == 0 {
			delete(p.stalled, key)
		}
	}
}
