package ledger

import (
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

// noon is the now of the tables; ago counts back from it.
var noon = time.Unix(1_700_000_000, 0)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

func voting(name string) seat {
	return seat{name: name, region: "eu", seated: true, voter: true, up: true, caught: ago(time.Hour)}
}

func waits(name string, region messages.Region, caught time.Duration) seat {
	return seat{name: name, region: region, seated: true, up: true, caught: ago(caught)}
}

func silent(s seat, since time.Duration) seat {
	s.caught, s.gone = time.Time{}, ago(since)
	return s
}

func TestOneSeatMovesAtATime(t *testing.T) {
	wait := patience{stabilise: time.Second, replace: 10 * time.Minute}
	v1, v2, v3 := voting("v1"), voting("v2"), voting("v3")
	ready := waits("n1", "eu", time.Minute)
	down := silent(waits("n2", "eu", 0), 11*time.Minute)
	down.up = false
	for _, row := range []struct {
		name   string
		seats  []seat
		wanted int
		what   act
		who    string
	}{
		{"enough", []seat{v1, v2, v3, ready}, 3, actNone, ""},
		{"a member without a seat", []seat{v1, {name: "new", up: true}}, 3, actAdmit, "new"},
		{"a member that is down gets none", []seat{v1, v2, v3, {name: "old"}}, 3, actNone, ""},
		{"too few votes", []seat{v1, v2, ready}, 3, actPromote, "n1"},
		{"five are wanted", []seat{v1, v2, v3, ready}, 5, actPromote, "n1"},
		{"not stable yet", []seat{v1, waits("n1", "eu", time.Second-1)}, 3, actNone, ""},
		{"just stable", []seat{v1, waits("n1", "eu", time.Second)}, 3, actPromote, "n1"},
		{"silent ones do not vote", []seat{v1, silent(ready, 1)}, 3, actNone, ""},
		{"the region without a vote first", []seat{v1, v2, waits("a", "eu", time.Hour),
			waits("b", "us", time.Minute)}, 3, actPromote, "b"},
		{"a short silence", []seat{v1, v2, silent(v3, 10*time.Minute-1), ready}, 3, actNone, ""},
		{"a long one: add", []seat{v1, v2, silent(v3, 10*time.Minute), ready}, 3, actPromote, "n1"},
		{"then remove", []seat{v1, v2, silent(v3, time.Hour), voting("n1")}, 3, actRemove, "v3"},
		{"nobody to take its place", []seat{v1, v2, silent(v3, time.Hour)}, 3, actNone, ""},
		{"four that live are left alone", []seat{v1, v2, v3, voting("v4")}, 3, actNone, ""},
		{"no majority: nothing", []seat{v1, silent(v2, time.Hour), silent(v3, time.Hour), ready}, 3,
			actNone, ""},
		{"half is none", []seat{v1, v2, silent(v3, time.Hour), silent(voting("v4"), time.Hour)}, 3,
			actNone, ""},
		{"one long gone without a vote", []seat{v1, v2, v3, down}, 3, actRemove, "n2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			what, who := nextMove(row.seats, row.wanted, wait, noon)
			if what != row.what || who != row.who {
				t.Errorf("%q %q, want %q %q", what, who, row.what, row.who)
			}
		})
	}
}

// TestSeatsComeToRest plays moves until none is due: whatever dies, the votes are never moved by
// less than a majority, and nobody is added and removed for ever.
func TestSeatsComeToRest(t *testing.T) {
	wait := patience{stabilise: time.Second, replace: 10 * time.Minute}
	seats := []seat{voting("a"), silent(voting("b"), time.Hour), voting("c"),
		silent(voting("d"), time.Hour), voting("e"), waits("f", "us", time.Hour),
		waits("g", "ap", time.Hour)}
	var log []string
	for {
		what, who := nextMove(seats, 5, wait, noon)
		if what == actNone {
			break
		}
		log = append(log, string(what)+" "+who)
		if len(log) > 10 {
			t.Fatalf("no rest: %v", log)
		}
		var next []seat
		for _, s := range seats {
			if s.name == who && what == actRemove {
				continue
			}
			s.voter = s.voter || s.name == who && what == actPromote
			next = append(next, s)
		}
		seats = next
	}
	if got := strings.Join(log, ", "); got != "promote f, remove b, promote g, remove d" {
		t.Errorf("moves: %s", got)
	}
}

func TestRemovalLeavesAMajority(t *testing.T) {
	v1, v2, v3 := voting("v1"), voting("v2"), voting("v3")
	for _, row := range []struct {
		name  string
		seats []seat
		who   string
		fine  bool
	}{
		{"one of three", []seat{v1, v2, v3}, "v3", true},
		{"the silent one", []seat{v1, v2, silent(v3, 1)}, "v3", true},
		{"a living one beside a silent one", []seat{v1, v2, silent(v3, 1)}, "v2", false},
		{"one without a vote", []seat{v1, waits("n", "eu", 1)}, "n", true},
		{"the last", []seat{v1}, "v1", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := spareable(row.seats, row.who); (err == nil) != row.fine {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestUselessLeaderNamesABetterVoter(t *testing.T) {
	at := func(height messages.Height) messages.LedgerStanding {
		return messages.LedgerStanding{Height: height, StallMS: 5}
	}
	other := func(name string, s messages.LedgerStanding) voter {
		return voter{name: name, caught: true, standing: s}
	}
	slow, blind := at(100), at(100)
	slow.StallMS, blind.Blind = 1000, true
	late := other("b", at(100))
	late.caught = false
	for _, row := range []struct {
		name      string
		mine      messages.LedgerStanding
		others    []voter
		better    string
		complaint string
	}{
		{"all is well", at(100), []voter{other("b", at(101)), other("c", at(90))}, "", ""},
		{"a few blocks behind", at(100), []voter{other("b", at(116)), other("c", at(116))}, "", ""},
		{"far behind", at(100), []voter{other("b", at(118)), other("c", at(117))}, "b",
			"the chain is at 100 here, 2 of 2 others are more than 16 ahead"},
		{"far behind one of two, who may lie", at(100),
			[]voter{other("b", at(1000)), other("c", at(100))}, "", ""},
		{"blind", blind, []voter{other("b", at(100)), other("c", blind)}, "b",
			"no endpoint of the chain answers this node"},
		{"blind as all are", blind, []voter{other("b", blind)}, "",
			"no endpoint of the chain answers this node"},
		{"blind beside one that is behind", blind, []voter{other("b", at(99))}, "",
			"no endpoint of the chain answers this node"},
		{"a slow disk", slow, []voter{other("b", slow), other("c", at(100))}, "c",
			"the disk takes 1s for a write"},
		{"a slow disk beside a replica that lags", slow, []voter{late}, "",
			"the disk takes 1s for a write"},
		{"alone", slow, nil, "", "the disk takes 1s for a write"},
	} {
		t.Run(row.name, func(t *testing.T) {
			better, complaint := successor(row.mine, row.others)
			if better != row.better || complaint != row.complaint {
				t.Errorf("%q, %q", better, complaint)
			}
		})
	}
}

func TestSlowWritesAreNoticedAndForgotten(t *testing.T) {
	now := noon
	s := &timedStore{clock: func() time.Time { return now }}
	if took := s.stall(now); took != 0 {
		t.Errorf("before the first write: %s", took)
	}
	s.begin()
	now = now.Add(3 * time.Second)
	if took := s.stall(now); took != 3*time.Second {
		t.Errorf("during a write: %s", took)
	}
	s.end()
	if took := s.stall(now.Add(stallMemory - 1)); took != 3*time.Second {
		t.Errorf("after it: %s", took)
	}
	if took := s.stall(now.Add(stallMemory)); took != 0 {
		t.Errorf("long after it: %s", took)
	}
}

func TestMembersAreFencedByIncarnation(t *testing.T) {
	s := newState()
	up := func(name string, incarnation uint64) messages.MemberUp {
		return messages.MemberUp{Name: name, Incarnation: incarnation, Format: 1}
	}
	down := func(name string, incarnation uint64) messages.MemberDown {
		return messages.MemberDown{Name: name, Incarnation: incarnation, At: 5}
	}
	for _, row := range []struct {
		name    string
		entry   messages.Entry
		refused string
		table   string // names of those up, with their incarnations
	}{
		{"nobody goes", down("b", 1), "incarnation 1 of b is not up", ""},
		{"the first comes", up("b", 1), "", "b1"},
		{"it comes twice", up("b", 1), "incarnation 1 of b is up", "b1"},
		{"another comes", up("a", 7), "", "a7 b1"},
		{"one goes", down("b", 1), "", "a7"},
		{"it goes twice", down("b", 1), "is not up", "a7"},
		{"it was not gone after all", up("b", 1), "", "a7 b1"},
		{"it starts anew", up("b", 2), "", "a7 b2"},
		{"its old self comes late", up("b", 1), "the table has 2", "a7 b2"},
		{"its old self goes late", down("b", 1), "is not up", "a7 b2"},
		{"it goes, anew", down("b", 2), "", "a7"},
		{"its old self comes, while it is gone", up("b", 1), "the table has 2", "a7"},
		{"it starts once more", up("b", 3), "", "a7 b3"},
	} {
		words, err := s.apply(row.entry)
		if row.refused == "" {
			if err != nil || len(words) != 1 {
				t.Errorf("%s: words %v, error %v", row.name, words, err)
			} else if !s.shows(row.entry) {
				t.Errorf("%s: it leaves no mark", row.name)
			}
		} else if messages.CodeOf(err) != messages.CodeConflict ||
			!strings.Contains(err.Error(), row.refused) {
			t.Errorf("%s: error %v", row.name, err)
		}
		var names []string
		for _, m := range s.table().Members {
			if !m.Down {
				names = append(names, m.Name+string(rune('0'+m.Incarnation)))
			}
		}
		if got := strings.Join(names, " "); got != row.table {
			t.Errorf("%s: up are %q, want %q", row.name, got, row.table)
		}
	}
}

func TestOldestVoterSaysWhatIsWritten(t *testing.T) {
	table := messages.MemberTable{Members: []messages.Member{
		{MemberUp: messages.MemberUp{Name: "old", Format: 2}},
		{MemberUp: messages.MemberUp{Name: "new", Format: 4}}}}
	for _, row := range []struct {
		name   string
		voters []string
		want   uint8
	}{
		{"alone", []string{"me"}, 3},
		{"beside a newer one", []string{"me", "new"}, 3},
		{"beside an older one", []string{"me", "new", "old"}, 2},
		{"beside one that said nothing", []string{"me", "silent"}, 1},
	} {
		if got := oldestFormat(3, "me", row.voters, table); got != row.want {
			t.Errorf("%s: version %d, want %d", row.name, got, row.want)
		}
	}
}
