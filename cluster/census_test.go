package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

func upIn(name string, incarnation uint64) messages.MemberUp {
	return messages.MemberUp{Name: name, Incarnation: incarnation}
}

func TestCensusComparesGossipWithTheTable(t *testing.T) {
	up := func(name string, incarnation uint64) messages.Member {
		return messages.Member{MemberUp: upIn(name, incarnation)}
	}
	down := func(name string, incarnation uint64) messages.Member {
		return messages.Member{MemberUp: upIn(name, incarnation), Down: true}
	}
	seen := func(incarnation uint64, alive bool) map[string]sighting {
		return map[string]sighting{"n2": {MemberUp: upIn("n2", incarnation), alive: alive}}
	}
	for name, c := range map[string]struct {
		member messages.Member
		seen   map[string]sighting
		now    string // what is proposed at once
		later  string // and after the grace
	}{
		"alive and up":               {up("n2", 3), seen(3, true), "", ""},
		"died":                       {up("n2", 3), seen(3, false), "n2.3 down", "n2.3 down"},
		"died, as is known":          {down("n2", 3), seen(3, false), "", ""},
		"came back to itself":        {down("n2", 3), seen(3, true), "n2.3 up", "n2.3 up"},
		"its predecessor died":       {up("n2", 3), seen(2, false), "", "n2.3 down"},
		"its predecessor is alive":   {up("n2", 3), seen(2, true), "", "n2.3 down"},
		"down, a predecessor alive":  {down("n2", 3), seen(2, true), "", ""},
		"never seen":                 {up("n2", 3), nil, "", "n2.3 down"},
		"never seen, as is known":    {down("n2", 3), nil, "", ""},
		"this node":                  {up("n1", 7), nil, "", ""},
		"this node, taken for gone":  {down("n1", 7), nil, "n1.7 up", "n1.7 up"},
		"this node, and a newer one": {up("n1", 8), nil, "", ""},
		"an older one of this node":  {down("n1", 6), nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			census := census{self: upIn("n1", 7), grace: time.Minute}
			table := messages.MemberTable{Members: []messages.Member{c.member}}
			begin := time.UnixMilli(1_000_000)
			for _, look := range []struct {
				at   time.Duration
				want string
			}{{0, c.now}, {59 * time.Second, c.now}, {time.Minute, c.later}} {
				var got []string
				for _, entry := range census.compare(table, c.seen, begin.Add(look.at)) {
					switch entry := entry.(type) {
					case messages.MemberUp:
						got = append(got, fmt.Sprintf("%s.%d up", entry.Name, entry.Incarnation))
					case messages.MemberDown:
						got = append(got, fmt.Sprintf("%s.%d down", entry.Name, entry.Incarnation))
						if entry.At != uint64(begin.Add(look.at).UnixMilli()) {
							t.Errorf("gone at %d", entry.At)
						}
					}
				}
				if strings.Join(got, " ") != look.want {
					t.Errorf("after %v: %v, want %q", look.at, got, look.want)
				}
			}
		})
	}
}

func TestCensusForgetsWhoWasSeen(t *testing.T) {
	census := census{self: upIn("n1", 1), grace: time.Minute}
	table := messages.MemberTable{Members: []messages.Member{{MemberUp: upIn("n2", 1)}}}
	begin := time.UnixMilli(0)
	census.compare(table, nil, begin)
	census.compare(table, map[string]sighting{"n2": {MemberUp: upIn("n2", 1), alive: true}}, begin.Add(30*time.Second))
	if got := census.compare(table, nil, begin.Add(70*time.Second)); got != nil {
		t.Errorf("absent for no time at all, yet %v", got)
	}
}
