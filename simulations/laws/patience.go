package laws

import (
	"fmt"
	"time"

	"kmsgateway/messages"
)

// Laws 1 and 10: everything ends. A run that stops at its horizon may leave requests whose time was
// not up; they are neither lost nor safe, so neither law is then held or broken by them.

// nothingLost finds what never ended although its time was up. Where the history has no times, the
// run lasted until everything should have ended.
func nothingLost(h History) []Breach {
	canonical, waits := chainOf(h), waiting(h)
	reported := make(map[messages.RequestID]bool)
	var breaches []Breach
	lost := func(id messages.RequestID, detail string) {
		if !reported[id] && !canonical[id].ended && !waits[id] {
			reported[id] = true
			breaches = append(breaches, Breach{1, id, detail})
		}
	}
	for _, fact := range h.Facts {
		// A request of an orphaned block was never made; law 5 watches over those.
		if fact.Name == messages.FactRequestAdmitted && canonical[fact.Request].asked {
			lost(fact.Request, "admitted and never ended")
		}
	}
	for _, requested := range h.Canonical {
		lost(requested.Request, "on the chain and never ended")
	}
	return breaches
}

// shown is what the canonical chain shows of a request.
type shown struct{ asked, ended bool }

// chainOf indexes what the canonical chain shows at the end.
func chainOf(h History) map[messages.RequestID]shown {
	all := make(map[messages.RequestID]shown)
	for _, requested := range h.Canonical {
		all[requested.Request] = shown{asked: true}
	}
	for _, ended := range h.Ended {
		one := all[ended.Request]
		one.ended = true
		all[ended.Request] = one
	}
	return all
}

// deadline is when a request must have ended; false where the run gives none.
func (h History) deadline(c Course) (time.Time, bool) {
	if h.Bound == 0 || h.Healed.IsZero() {
		return time.Time{}, false
	}
	since := h.Healed
	if c.Asked.After(since) {
		since = c.Asked
	}
	return since.Add(h.Bound), true
}

// waiting are the pending requests whose time was not up when the run finished.
func waiting(h History) map[messages.RequestID]bool {
	waits := make(map[messages.RequestID]bool)
	if h.Finished.IsZero() {
		return waits
	}
	for _, course := range h.Courses {
		until, bounded := h.deadline(course)
		if course.Ended.IsZero() && (!bounded || h.Finished.Before(until)) {
			waits[course.Request] = true
		}
	}
	return waits
}

// undecided counts what is pending without being late: neither for nor against the law.
func undecided(h History) string {
	if pending := len(waiting(h)); pending > 0 {
		return fmt.Sprintf("%d pending at the end of the run, their time not up", pending)
	}
	return ""
}

// noBound names the first thing that is missing to judge by time.
func noBound(h History) string {
	switch {
	case h.Bound == 0:
		return "no bound is asserted"
	case h.Healed.IsZero():
		return "the faults never healed"
	case h.Finished.IsZero() || len(h.Courses) < len(h.Canonical):
		return "no times"
	default:
		return undecided(h)
	}
}

// pendingEnds finds requests that ended after their time, or had not by then.
func pendingEnds(h History) (breaches []Breach) {
	if h.Finished.IsZero() {
		return nil
	}
	for _, course := range h.Courses {
		until, bounded := h.deadline(course)
		if !bounded {
			return nil
		}
		ended := course.Ended
		switch {
		case ended.IsZero() && !h.Finished.Before(until):
			breaches = append(breaches, Breach{10, course.Request,
				fmt.Sprintf("pending %v after the faults healed", h.Finished.Sub(h.Healed))})
		case ended.After(until):
			breaches = append(breaches, Breach{10, course.Request,
				fmt.Sprintf("ended %v after its bound", ended.Sub(until))})
		}
	}
	return breaches
}
