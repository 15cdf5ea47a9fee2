package admin_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/admin/admintest"
	"kmsgateway/messages"
)

// TestGrade changes one thing of a healthy node.
func TestGrade(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*admin.Status)
		grade  messages.Grade
		says   string
	}{
		{"healthy", func(*admin.Status) {}, messages.Healthy, ""},
		{"no leader", func(s *admin.Status) { s.Leader = "" }, messages.Down, "no leader"},
		{"a party away", func(s *admin.Status) { s.Parties[2].Usable = false }, messages.Degraded,
			"1 more failures until loss of service"},
		{"below threshold", func(s *admin.Status) {
			s.Parties[1].Usable, s.Parties[2].Usable = false, false
		}, messages.Down, "1 of the 2 parties"},
		{"room degraded", func(s *admin.Status) {
			s.Rooms[0] = admin.Room{Room: "ledger", Grade: "degraded", Detail: "leads badly"}
		}, messages.Degraded, "ledger: leads badly"},
		{"room down", func(s *admin.Status) {
			s.Rooms[0] = admin.Room{Room: "ethereum", Grade: "down", Detail: "failing: 127.0.0.1"}
		}, messages.Down, "ethereum: failing"},
		{"draining", func(s *admin.Status) { s.Draining = true }, messages.Degraded, "draining"},
		{"a party has no leader", func(s *admin.Status) {
			s.Kind, s.Leader, s.Parties = admin.KindParty, "", nil
		}, messages.Healthy, ""},
	} {
		status := admintest.New().Now
		row.change(&status)
		grade, why := status.Grade()
		if grade != row.grade || !strings.Contains(strings.Join(why, "; "), row.says) ||
			(len(why) == 0) != (row.says == "") {
			t.Errorf("%s: %v, %q", row.name, grade, why)
		}
	}
}

func TestMembersOf(t *testing.T) {
	t.Parallel()
	up := messages.MemberUp{Name: "node-1", Incarnation: 3, Region: "eu-west", Address: "h:1",
		Remote: "h:2", Format: 1}
	down := up
	down.Name = "node-2"
	members := admin.MembersOf(messages.MemberTable{Members: []messages.Member{
		{MemberUp: up}, {MemberUp: down, Down: true, DownAt: 1000}}},
		[]admin.Seat{{Name: "node-1", Voter: true, Leader: true}, {Name: "node-9"}},
		map[string]bool{"node-2": false})
	want := []admin.Member{
		{Name: "node-1", Incarnation: 3, Region: "eu-west", Address: "h:1", Remote: "h:2", Format: 1,
			State: "up", Seat: "voter", Leader: true},
		{Name: "node-2", Incarnation: 3, Region: "eu-west", Address: "h:1", Remote: "h:2", Format: 1,
			State: "down", DownAt: time.Unix(1, 0).UTC(), Gossip: "dead"},
	}
	if !reflect.DeepEqual(members, want) {
		t.Errorf("have %+v\nwant %+v", members, want)
	}
}

func TestRoomsOf(t *testing.T) {
	t.Parallel()
	rooms := admin.RoomsOf([]messages.Health{{Room: "kms", Grade: messages.Degraded, Detail: "slow"}})
	if len(rooms) != 1 || rooms[0] != (admin.Room{Room: "kms", Grade: "degraded", Detail: "slow"}) {
		t.Errorf("have %+v", rooms)
	}
}
