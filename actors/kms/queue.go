package kms

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/messages"
)

// Bounds of what a proxy holds.
const (
	// linger is how long a word waits for company: well below a round trip between regions.
	linger = 2 * time.Millisecond
	// maxCalls of each kind are under way to one party; a stuck party holds no more than these.
	maxCalls = 8
	// maxQueued words of each kind wait for a call: as many as a node has requests in flight.
	maxQueued = 4096
	// maxBudget bounds how long a word can keep a call alive.
	maxBudget = time.Minute
	// minBudget is the least that is worth a call; the wire counts milliseconds.
	minBudget = time.Millisecond
)

// word is what a proxy is asked.
type word interface {
	messages.SignShare | messages.SignOutcomes
}

// asked is a word with whoever wants the answer.
type asked[W word] struct {
	word     W
	request  messages.RequestID
	sender   *actor.PID // nil: nobody
	came     time.Time
	deadline time.Time // on this process's monotonic clock
}

// queue holds words until they are called for, up to most in a call.
type queue[W word] struct {
	words  []asked[W]
	most   int
	flying int // calls under way
}

// add takes a word, and refuses it when too many wait.
func (q *queue[W]) add(a asked[W]) bool {
	if len(q.words) >= maxQueued {
		return false
	}
	q.words = append(q.words, a)
	return true
}

// take removes the words of the next call, and those whose time is up; nothing where a call is
// not to be made now: the bound on calls is reached, or the words may still get company.
func (q *queue[W]) take(now time.Time) (batch, late []asked[W]) {
	if len(q.words) == 0 || q.flying >= maxCalls {
		return nil, nil
	}
	if len(q.words) < q.most && now.Sub(q.words[0].came) < linger && q.most > 1 {
		return nil, nil
	}
	taken := 0
	for _, a := range q.words {
		if len(batch) == q.most {
			break
		}
		taken++
		if a.deadline.Sub(now) < minBudget {
			late = append(late, a)
		} else {
			batch = append(batch, a)
		}
	}
	clear(q.words[:taken]) // what was taken must not be kept alive by what is left
	q.words = q.words[taken:]
	if len(batch) > 0 {
		q.flying++
	}
	return batch, late
}

// anchor turns the budget of a word that came now into a deadline.
func anchor(now time.Time, budget, otherwise time.Duration) time.Time {
	if budget <= 0 {
		budget = otherwise
	}
	return now.Add(min(budget, maxBudget))
}

// latest is the last of the deadlines of a call's words.
func latest[W word](batch []asked[W]) (deadline time.Time) {
	for _, a := range batch {
		if a.deadline.After(deadline) {
			deadline = a.deadline
		}
	}
	return deadline
}
