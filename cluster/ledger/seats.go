package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"kmsgateway/messages"
)

// seat is what the leader knows of one server of raft, or of a member that is none yet.
type seat struct {
	name   string
	region messages.Region
	seated bool      // a server of raft
	voter  bool      // that votes
	up     bool      // by the member table
	caught time.Time // since when it answers and keeps up; zero while it does not
	gone   time.Time // since when it does not answer; zero while it does
}

// patience is how long the leader waits before it moves a seat.
type patience struct {
	stabilise time.Duration // of answering and keeping up, before a vote
	replace   time.Duration // of silence, before a voter is replaced
	settle    time.Duration // of leading, before a leader judges itself
}

// act is what the leader does with one seat.
type act string

const (
	actNone    act = ""
	actAdmit   act = "admit"   // without a vote
	actPromote act = "promote" // to a vote
	actRemove  act = "remove"
)

// nextMove decides the one change of seats that is due, if any. It changes votes only while a
// majority of the voters answers, adds before it removes, and takes nobody's vote who is only
// silent for a while. More voters than wanted are left alone while all of them live.
func nextMove(seats []seat, wanted int, wait patience, now time.Time) (act, string) {
	voters, living, lost := 0, 0, ""
	for _, s := range seats {
		if !s.seated && s.up {
			return actAdmit, s.name
		}
		if !s.voter {
			continue
		}
		voters++
		if s.gone.IsZero() {
			living++
		} else if now.Sub(s.gone) >= wait.replace {
			lost = cmp.Or(lost, s.name)
		}
	}
	if 2*living <= voters {
		return actNone, ""
	}
	if lost != "" && voters > wanted {
		return actRemove, lost
	}
	if voters < wanted || lost != "" {
		if name := candidate(seats, wait.stabilise, now); name != "" {
			return actPromote, name
		}
	}
	for _, s := range seats {
		idle := s.seated && !s.voter && !s.up && !s.gone.IsZero()
		if idle && now.Sub(s.gone) >= wait.replace {
			return actRemove, s.name
		}
	}
	return actNone, ""
}

// candidate picks who votes next: of those that have been stable for long enough one from the
// region with the fewest votes, so that no region holds a majority by chance.
func candidate(seats []seat, stabilise time.Duration, now time.Time) string {
	votes := map[messages.Region]int{}
	var stable []seat
	for _, s := range seats {
		if s.voter {
			votes[s.region]++
			continue
		}
		if s.seated && s.up && !s.caught.IsZero() && now.Sub(s.caught) >= stabilise {
			stable = append(stable, s)
		}
	}
	if len(stable) == 0 {
		return ""
	}
	return slices.MinFunc(stable, func(a, b seat) int {
		return cmp.Or(cmp.Compare(votes[a.region], votes[b.region]), a.caught.Compare(b.caught),
			strings.Compare(a.name, b.name))
	}).name
}

// spareable refuses to take a server away where those who are left could not decide.
func spareable(seats []seat, name string) error {
	voters, living := 0, 0
	for _, s := range seats {
		if !s.voter || s.name == name {
			continue
		}
		voters++
		if s.gone.IsZero() {
			living++
		}
	}
	if 2*living <= voters {
		return conflict("removal", "without %s %d of %d voters answer: no majority", name, living,
			voters)
	}
	return nil
}

// A leader that does badly: these are far from what a healthy one shows, so that leadership does
// not wander between two that differ by chance.
const (
	// farBehind is blocks of lag behind most other voters.
	farBehind = 16
	// longStall is the time of one write to the log; a disk that works takes some milliseconds.
	longStall = time.Second
	// transferEvery bounds how often a node gives leadership away by itself.
	transferEvery = time.Minute
)

// voter is another voter as the leader last heard of it.
type voter struct {
	name     string
	caught   bool // answers and keeps up with the log
	standing messages.LedgerStanding
}

// successor says what is wrong with this leader, and names the voter that would measurably do
// better in just that. With a complaint and no name, it stays and alarms.
func successor(mine messages.LedgerStanding, others []voter) (name, complaint string) {
	complaint = complain(mine, others)
	if complaint == "" {
		return "", ""
	}
	best := messages.Height(0)
	for _, other := range others {
		best = max(best, other.standing.Height)
	}
	var fit []voter
	for _, other := range others {
		s := other.standing
		if other.caught && !s.Blind && stall(s) < longStall/4 && s.Height+farBehind > best &&
			s.Height >= mine.Height {
			fit = append(fit, other)
		}
	}
	if len(fit) == 0 {
		return "", complaint
	}
	return slices.MinFunc(fit, func(a, b voter) int {
		return cmp.Or(cmp.Compare(b.standing.Height, a.standing.Height),
			cmp.Compare(a.standing.StallMS, b.standing.StallMS), strings.Compare(a.name, b.name))
	}).name, complaint
}

// complain names the first of the three causes that holds.
func complain(mine messages.LedgerStanding, others []voter) string {
	ahead := 0
	for _, other := range others {
		if other.standing.Height > mine.Height+farBehind {
			ahead++
		}
	}
	switch {
	case mine.Blind:
		return "no endpoint of the chain answers this node"
	case stall(mine) >= longStall:
		return fmt.Sprintf("the disk takes %s for a write", stall(mine))
	case 2*ahead > len(others): // one that runs ahead may lie
		return fmt.Sprintf("the chain is at %d here, %d of %d others are more than %d ahead",
			mine.Height, ahead, len(others), farBehind)
	default:
		return ""
	}
}

func stall(s messages.LedgerStanding) time.Duration {
	return time.Duration(s.StallMS) * time.Millisecond
}
