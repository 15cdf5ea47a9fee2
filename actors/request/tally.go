package request

import (
	"slices"
	"time"

	"kmsgateway/messages"
)

// standing is where a party stands in one round.
type standing uint8

const (
	idle    standing = iota // may be asked
	asked                   // was asked and has not answered
	given                   // its answer counts
	refused                 // said no in this attempt
	blamed                  // its answer was proven wrong: it does not count, see Reopen
)

// seat is one party's place in a tally.
type seat[A any] struct {
	standing standing
	answer   A
	due      time.Time     // while asked: when the party counts as slow
	code     messages.Code // while refused
}

// Tally counts one round: who was asked, who gave, who refused, who lied. It takes words in any
// order and any number of times; a party counts once or never. A is the word that counts.
//
// It belongs to one key epoch: another epoch is another committee and another tally.
type Tally[A any] struct {
	threshold int
	seats     []seat[A]             // of party i at i-1
	arrivals  []messages.PartyIndex // who has given, in the order of arrival
}

// NewTally counts to threshold among the parties 1 to parties.
func NewTally[A any](threshold, parties int) *Tally[A] {
	return &Tally[A]{threshold: threshold, seats: make([]seat[A], max(parties, 0))}
}

// seat returns a party's place, nil where the committee has no such party.
func (t *Tally[A]) seat(party messages.PartyIndex) *seat[A] {
	if party == 0 || int(party) > len(t.seats) {
		return nil
	}
	return &t.seats[party-1]
}

// Ask notes that the party was asked and counts as slow from due on. False where it may not be
// asked: it has an ask pending, has given, or has been refused, blamed or never known.
func (t *Tally[A]) Ask(party messages.PartyIndex, due time.Time) bool {
	s := t.seat(party)
	if s == nil || s.standing != idle {
		return false
	}
	s.standing, s.due = asked, due
	return true
}

// Give counts the party's answer. False where it changes nothing: a double, a blamed party, or no
// party of this committee. An answer nobody asked for counts too: the asker may have restarted.
func (t *Tally[A]) Give(party messages.PartyIndex, answer A) bool {
	s := t.seat(party)
	if s == nil || s.standing == given || s.standing == blamed {
		return false
	}
	s.standing, s.answer = given, answer
	t.arrivals = append(t.arrivals, party)
	return true
}

// Refuse notes that the party said no. False where it changes nothing: no ask of it is pending.
func (t *Tally[A]) Refuse(party messages.PartyIndex, code messages.Code) bool {
	s := t.seat(party)
	if s == nil || s.standing != asked {
		return false
	}
	s.standing, s.code = refused, code
	return true
}

// Blame strikes the party; see Reopen. False where it was struck before, or is not of this
// committee.
func (t *Tally[A]) Blame(party messages.PartyIndex) bool {
	s := t.seat(party)
	if s == nil || s.standing == blamed {
		return false
	}
	*s = seat[A]{standing: blamed}
	t.arrivals = slices.DeleteFunc(t.arrivals,
		func(p messages.PartyIndex) bool { return p == party })
	return true
}

// Answer returns what the party gave; false where nothing of it counts.
func (t *Tally[A]) Answer(party messages.PartyIndex) (answer A, ok bool) {
	if s := t.seat(party); s != nil && s.standing == given {
		return s.answer, true
	}
	return answer, false
}

// Reopen begins another attempt: who refused or never answered may be asked again; who has given
// need not. Who was blamed must not, but where the others are too few: then all depends on the
// blamed having been repaired meanwhile, and without them the request could never end.
func (t *Tally[A]) Reopen() {
	_, struck := t.Awaited()
	forgive := len(t.seats)-len(struck) < t.threshold
	for i := range t.seats {
		s := &t.seats[i]
		if s.standing == asked || s.standing == refused || s.standing == blamed && forgive {
			*s = seat[A]{}
		}
	}
}

// Renew lets those be asked again, within an attempt, whose answer is overdue: the question or the
// answer may have been lost on its way. To ask twice costs a party little, and its shares are one.
func (t *Tally[A]) Renew(now time.Time) {
	for i := range t.seats {
		if s := &t.seats[i]; s.standing == asked && !now.Before(s.due) {
			*s = seat[A]{}
		}
	}
}

// Asked reports whether an ask of the party is pending.
func (t *Tally[A]) Asked(party messages.PartyIndex) bool { return t.stands(party, asked) }

// Free reports whether the party may be asked.
func (t *Tally[A]) Free(party messages.PartyIndex) bool { return t.stands(party, idle) }

// Struck reports whether the party was blamed.
func (t *Tally[A]) Struck(party messages.PartyIndex) bool { return t.stands(party, blamed) }

func (t *Tally[A]) stands(party messages.PartyIndex, where standing) bool {
	s := t.seat(party)
	return s != nil && s.standing == where
}

// Given returns how many answers count.
func (t *Tally[A]) Given() int { return len(t.arrivals) }

// Quorum returns the first threshold answers that count, in order of index, so that the same
// signers are the same set; false below the threshold.
func (t *Tally[A]) Quorum() ([]messages.PartyIndex, []A, bool) {
	if t.threshold < 1 || len(t.arrivals) < t.threshold {
		return nil, nil, false
	}
	chosen := make(map[messages.PartyIndex]bool, t.threshold)
	for _, p := range t.arrivals[:t.threshold] {
		chosen[p] = true
	}
	parties := make([]messages.PartyIndex, 0, t.threshold)
	answers := make([]A, 0, t.threshold)
	for i := range t.seats {
		if p := messages.PartyIndex(i + 1); chosen[p] {
			parties = append(parties, p)
			answers = append(answers, t.seats[i].answer)
		}
	}
	return parties, answers, true
}

// Pending counts the asks without an answer: those still in time, and those that count as slow.
func (t *Tally[A]) Pending(now time.Time) (fresh, slow int) {
	for i := range t.seats {
		s := &t.seats[i]
		switch {
		case s.standing != asked:
		case now.Before(s.due):
			fresh++
		default:
			slow++
		}
	}
	return fresh, slow
}

// NextDue returns when the next pending ask becomes slow; false where none will.
func (t *Tally[A]) NextDue(now time.Time) (due time.Time, ok bool) {
	for i := range t.seats {
		s := &t.seats[i]
		if s.standing == asked && now.Before(s.due) && (!ok || s.due.Before(due)) {
			due, ok = s.due, true
		}
	}
	return due, ok
}

// Refusals counts the parties that refused with code in this attempt.
func (t *Tally[A]) Refusals(code messages.Code) int {
	n := 0
	for i := range t.seats {
		if t.seats[i].standing == refused && t.seats[i].code == code {
			n++
		}
	}
	return n
}

// Absence is a party whose answer is missing, and why.
type Absence struct {
	Party messages.PartyIndex
	Code  messages.Code // its refusal; empty while it has not answered
}

// Awaited returns the parties that could still give, in order of index, and those that were
// blamed.
func (t *Tally[A]) Awaited() (absent []Absence, struck []messages.PartyIndex) {
	for i := range t.seats {
		party := messages.PartyIndex(i + 1)
		switch s := &t.seats[i]; s.standing {
		case given:
		case blamed:
			struck = append(struck, party)
		default:
			absent = append(absent, Absence{Party: party, Code: s.code})
		}
	}
	return absent, struck
}
