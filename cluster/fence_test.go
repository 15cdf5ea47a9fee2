package cluster_test

import (
	"testing"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func TestFenced(t *testing.T) {
	table := messages.MemberTable{Members: []messages.Member{
		{MemberUp: messages.MemberUp{Name: "n1", Incarnation: 5}},
		{MemberUp: messages.MemberUp{Name: "n2", Incarnation: 5}, Down: true},
	}}
	for name, c := range map[string]struct {
		self        string
		incarnation uint64
		want        bool
	}{
		"the one that serves":              {"n1", 5, false},
		"an older process":                 {"n1", 4, true},
		"one whose seat is on its way":     {"n1", 6, false},
		"taken for gone, and the newest":   {"n2", 5, false},
		"taken for gone, and an older one": {"n2", 3, true},
		"not in the table":                 {"n3", 1, false},
	} {
		if got := cluster.Fenced(c.self, c.incarnation, table); got != c.want {
			t.Errorf("%s: fenced %v, want %v", name, got, c.want)
		}
	}
}
