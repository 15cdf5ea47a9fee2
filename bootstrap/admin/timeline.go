package admin

import (
	"cmp"
	"slices"

	"kmsgateway/messages"
)

// StateOpen is a request that has not ended; one that has is named for its outcome.
const StateOpen = "open"

// AnswersOf tells from events, in the order of time, what became of each party, by index. A share
// counts for good; otherwise the latest word does.
func AnswersOf(events []Event) []Answer {
	answers := make(map[uint16]*Answer)
	for _, e := range events {
		if e.Party == 0 {
			continue
		}
		a, known := answers[e.Party]
		if !known {
			a = &Answer{Party: e.Party, Region: e.Region, State: AnswerAwaited}
		}
		if a.hear(e) {
			answers[e.Party] = a
		}
	}
	out := make([]Answer, 0, len(answers))
	for _, a := range answers {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Answer) int { return cmp.Compare(a.Party, b.Party) })
	return out
}

// hear takes what an event says of the party; false where it says nothing.
func (a *Answer) hear(e Event) bool {
	switch messages.FactName(e.Stage) {
	case messages.FactShareAsked:
		a.Asked++
	case messages.FactShareReceived:
		if a.State != AnswerShare {
			a.Took = e.Took
		}
		a.State, a.Code, a.Detail = AnswerShare, "", ""
	case messages.FactShareDenied:
		if a.State != AnswerShare {
			a.State, a.Code, a.Detail, a.Took = AnswerRefused, e.Code, e.Detail, e.Took
		}
	case messages.FactPartyBlamed:
		a.State, a.Code, a.Detail = AnswerRefused, string(messages.CodePartyGarbage), e.Detail
	default:
		return false
	}
	a.At = e.At
	return true
}

// Merge joins what several nodes remember of one request. Timelines of another request than the
// first one's are left out.
func Merge(timelines ...Timeline) Timeline {
	if len(timelines) == 0 {
		return Timeline{}
	}
	all := timelines[0]
	all.Events, all.Asked = slices.Clone(all.Events), slices.Clone(all.Asked)
	for _, t := range timelines[1:] {
		if t.Request != all.Request {
			continue
		}
		all.Line = later(all.Line, t.Line)
		all.Events = append(all.Events, t.Events...)
		all.Asked = append(all.Asked, t.Asked...)
		all.Dropped += t.Dropped
	}
	slices.SortStableFunc(all.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	slices.Sort(all.Asked)
	all.Answers = AnswersOf(all.Events)
	all.Shares = 0
	for _, answer := range all.Answers {
		if answer.State == AnswerShare {
			all.Shares++
		}
	}
	return all
}

// later joins two lines of a request: it began when the first heard of it, and ended if one says
// so.
func later(a, b Line) Line {
	newest := a
	ended := func(l Line) bool { return l.State != StateOpen }
	if ended(b) != ended(a) && ended(b) || ended(b) == ended(a) && b.Last.After(a.Last) {
		newest = b
	}
	if a.First.Before(b.First) {
		newest.First = a.First
	} else {
		newest.First = b.First
	}
	newest.Took = newest.Last.Sub(newest.First)
	return newest
}
