package request_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/actors/request"
	"kmsgateway/messages"
)

// model is the specification: sets of parties, without any order.
type model struct {
	given, blamed map[messages.PartyIndex]bool
}

func TestTallyCountsEachPartyOnceAndNoCulprit(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		k := rapid.IntRange(1, n).Draw(t, "t")
		tally := request.NewTally[messages.PartyIndex](k, n)
		m := model{map[messages.PartyIndex]bool{}, map[messages.PartyIndex]bool{}}
		for range rapid.IntRange(0, 100).Draw(t, "words") {
			party := messages.PartyIndex(rapid.IntRange(0, n+1).Draw(t, "party"))
			member := party >= 1 && int(party) <= n
			switch rapid.SampledFrom([]string{"ask", "give", "refuse", "blame", "reopen",
				"renew"}).Draw(t, "word") {
			case "ask":
				if tally.Ask(party, now) && (m.given[party] || m.blamed[party] || !member) {
					t.Fatalf("party %d may be asked", party)
				}
			case "give":
				fresh := member && !m.given[party] && !m.blamed[party]
				if tally.Give(party, party) != fresh {
					t.Fatalf("party %d: counted %v, want %v", party, !fresh, fresh)
				}
				if fresh {
					m.given[party] = true
				}
			case "refuse":
				if tally.Refuse(party, messages.CodePolicy) && (m.given[party] || m.blamed[party]) {
					t.Fatalf("party %d took back what it gave", party)
				}
			case "blame":
				if tally.Blame(party) != (member && !m.blamed[party]) {
					t.Fatalf("blame of party %d", party)
				}
				if member {
					m.blamed[party] = true
				}
				delete(m.given, party)
			case "renew":
				overdue := tally.Asked(party)
				tally.Renew(now.Add(-1))
				if tally.Asked(party) != overdue {
					t.Fatalf("party %d is overdue before its time", party)
				}
				tally.Renew(now)
				if overdue && !tally.Free(party) {
					t.Fatalf("party %d is not asked again", party)
				}
			case "reopen":
				tally.Reopen()
				if n-len(m.blamed) < k { // those who are left could never do it
					clear(m.blamed)
				}
			}
			check(t, tally, m, k, n)
		}
	})
}

func check(
	t *rapid.T, tally *request.Tally[messages.PartyIndex], m model, k, n int,
) {
	if tally.Given() != len(m.given) {
		t.Fatalf("%d given, want %d", tally.Given(), len(m.given))
	}
	parties, answers, ok := tally.Quorum()
	if ok != (len(m.given) >= k) {
		t.Fatalf("quorum %v of %d with threshold %d", ok, len(m.given), k)
	}
	if ok && (len(parties) != k || !slices.IsSorted(parties) || !slices.Equal(parties, answers)) {
		t.Fatalf("quorum %v with answers %v", parties, answers)
	}
	if len(slices.Compact(slices.Clone(parties))) != len(parties) {
		t.Fatalf("a party is in the quorum twice: %v", parties)
	}
	for _, p := range parties {
		if !m.given[p] {
			t.Fatalf("party %d is in the quorum", p)
		}
	}
	absent, struck := tally.Awaited()
	if len(absent)+len(struck)+tally.Given() != n {
		t.Fatalf("%d absent, %d struck, %d given of %d", len(absent), len(struck), tally.Given(), n)
	}
	if !slices.Equal(struck, slices.Sorted(maps.Keys(m.blamed))) {
		t.Fatalf("struck %v", struck)
	}
}

// Who counts does not depend on the order in which words arrive: given is who gave and was not
// blamed, whatever came first.
func TestTallyDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 13
		type word struct {
			party messages.PartyIndex
			blame bool
		}
		one := rapid.Custom(func(t *rapid.T) word {
			return word{messages.PartyIndex(rapid.IntRange(1, n).Draw(t, "party")),
				rapid.Bool().Draw(t, "blame")}
		})
		words := rapid.SliceOfN(one, 0, 40).Draw(t, "words")
		shuffled := rapid.Permutation(words).Draw(t, "shuffled")
		count := func(words []word) []messages.PartyIndex {
			tally := request.NewTally[struct{}](1, n)
			for _, w := range words {
				if w.blame {
					tally.Blame(w.party)
				} else {
					tally.Give(w.party, struct{}{})
				}
			}
			var given []messages.PartyIndex
			for p := range messages.PartyIndex(n + 1) {
				if _, ok := tally.Answer(p); ok {
					given = append(given, p)
				}
			}
			return given
		}
		if a, b := count(words), count(shuffled); !slices.Equal(a, b) {
			t.Fatalf("given %v in one order, %v in the other", a, b)
		}
	})
}

func TestTallyTimes(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	tally := request.NewTally[string](2, 3)
	tally.Ask(1, now.Add(ms))
	tally.Ask(2, now.Add(3*ms))
	if due, ok := tally.NextDue(now); !ok || !due.Equal(now.Add(ms)) {
		t.Errorf("next due %v, %v", due, ok)
	}
	if fresh, slow := tally.Pending(now.Add(ms)); fresh != 1 || slow != 1 {
		t.Errorf("%d fresh, %d slow", fresh, slow)
	}
	if due, ok := tally.NextDue(now.Add(ms)); !ok || !due.Equal(now.Add(3*ms)) {
		t.Errorf("next due %v, %v", due, ok)
	}
	tally.Give(2, "late is as good")
	if _, ok := tally.NextDue(now.Add(ms)); ok {
		t.Error("nothing becomes slow any more")
	}
}
