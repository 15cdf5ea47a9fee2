package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// tableOf lists up members; "name@region" says where one lives, a leading "-" that it is down.
func tableOf(members ...string) (table messages.MemberTable) {
	for _, text := range members {
		text, down := strings.CutPrefix(text, "-")
		name, region, _ := strings.Cut(text, "@")
		table.Members = append(table.Members, messages.Member{Down: down,
			MemberUp: messages.MemberUp{Name: name, Incarnation: 1,
				Region: messages.Region(region), Format: 1}})
	}
	return table
}

// drawNames draws different names as operators give them: numbered, by address, by word.
func drawNames(t *rapid.T, least, most int) []string {
	form := rapid.SampledFrom([]string{"node-%d", "10.0.0.%d:7001", "%d.kms.example.org",
		"n%d"}).Draw(t, "form")
	first := rapid.IntRange(0, 90).Draw(t, "first")
	var names []string
	for i := range rapid.IntRange(least, most).Draw(t, "members") {
		names = append(names, fmt.Sprintf(form, first+i))
	}
	return names
}

func TestTableSpreadsActorsEvenly(t *testing.T) {
	const ids = 20_000
	draw := rapid.Custom(func(t *rapid.T) []string { return drawNames(t, 2, 5) })
	for seed := range 24 {
		names := draw.Example(seed)
		table := cluster.NewTable(tableOf(names...))
		shares := map[string]int{}
		for n := range uint64(ids) {
			shares[table.Owner(actors.KindRequest, requestOf(n).String())]++
		}
		even := ids / len(names)
		for _, name := range names {
			if off := shares[name] - even; off > even*6/100 || off < -even*6/100 {
				t.Errorf("%s has %d of %d among %v", name, shares[name], ids, names)
			}
		}
	}
}

func TestTableMovesOnlyWhatAMemberLeavesOrWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := drawNames(t, 2, 7)
		who := rapid.SampledFrom(names).Draw(t, "who")
		all := cluster.NewTable(tableOf(names...))
		without := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == who })
		rest := cluster.NewTable(tableOf(without...))
		down := cluster.NewTable(tableOf(append(without, "-"+who)...))
		moved := 0
		for n := range 500 {
			id := fmt.Sprint(n)
			before, after := all.Owner("request", id), rest.Owner("request", id)
			if before != who && before != after {
				t.Fatalf("%s moved from %s to %s, but it was %s that went", id, before, after, who)
			}
			if before == who {
				moved++
			}
			if got := down.Owner("request", id); got != after {
				t.Fatalf("%s lives on %s where %s is down, and on %s where it is gone", id, got, who,
					after)
			}
		}
		if moved == 0 || moved == 500 {
			t.Fatalf("%s had %d of 500", who, moved)
		}
	})
}

func TestTableDoesNotDependOnTheOrderOfMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := drawNames(t, 1, 7)
		shuffled := slices.Clone(names)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		a, b := cluster.NewTable(tableOf(names...)), cluster.NewTable(tableOf(shuffled...))
		for n := range 100 {
			if x, y := a.Owner("request", fmt.Sprint(n)), b.Owner("request", fmt.Sprint(n)); x != y {
				t.Fatalf("%d lives on %s and on %s", n, x, y)
			}
		}
	})
}

func TestTableKeepsProxiesInTheirRegion(t *testing.T) {
	members := []string{"n1@eu", "n2@eu", "n3@us", "n4@us", "n5@ap"}
	all := cluster.NewTable(tableOf(members...))
	used := map[string]bool{}
	for party := range 100 {
		owner := all.Owner(actors.KindKMS("us"), fmt.Sprint(party))
		if owner != "n3" && owner != "n4" {
			t.Fatalf("a proxy of us lives on %s", owner)
		}
		used[owner] = true
	}
	if len(used) != 2 {
		t.Errorf("of two members of a region only %v are used", used)
	}
	for _, row := range []struct {
		name    string
		members []string
		want    []string
	}{
		{"one of the region is down", []string{"n1@eu", "-n3@us", "n4@us"}, []string{"n4"}},
		{"all of the region are down", []string{"n1@eu", "-n3@us", "n5@ap"}, []string{"n1", "n5"}},
		{"nobody is up", []string{"-n1@eu", "-n3@us"}, []string{""}},
		{"no members", nil, []string{""}},
	} {
		table := cluster.NewTable(tableOf(row.members...))
		for party := range 20 {
			owner := table.Owner(actors.KindKMS("us"), fmt.Sprint(party))
			if !slices.Contains(row.want, owner) {
				t.Errorf("%s: a proxy of us lives on %q", row.name, owner)
			}
		}
	}
}

func TestTableKnowsWhoIsUp(t *testing.T) {
	table := cluster.NewTable(tableOf("n1", "-n2"))
	for node, want := range map[string]bool{"n1": true, "n2": false, "n3": false, "": false} {
		if table.Up(node) != want {
			t.Errorf("%q is up: %t", node, !want)
		}
	}
}

// Two versions of the program share a cluster: what one places, the other must find.
func TestTablePlacesAsItAlwaysDid(t *testing.T) {
	table := cluster.NewTable(tableOf("node-1@eu-west", "node-2@us-east", "node-3@ap-south",
		"node-4@us-east"))
	for _, row := range []struct{ kind, id, owner string }{
		{"request", "1-1-00", "node-4"},
		{"request", "1-2-00", "node-3"},
		{"request", "1-3-00", "node-1"},
		{"request", "11155111-7-ff", "node-1"},
		{"request", "", "node-2"},
		{"kms@us-east", "1", "node-2"},
		{"kms@us-east", "2", "node-4"},
		{"kms@us-east", "3", "node-4"},
		{"kms@eu-west", "1", "node-1"},
		{"kms@eu-west", "2", "node-1"},
		{"kms@eu-west", "3", "node-1"},
		{"kms@sa-east", "1", "node-2"},
		{"kms@sa-east", "2", "node-3"},
		{"kms@sa-east", "3", "node-1"},
	} {
		if got := table.Owner(row.kind, row.id); got != row.owner {
			t.Errorf("%s %s lives on %s, always was on %s", row.kind, row.id, got, row.owner)
		}
	}
}
