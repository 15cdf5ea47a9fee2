package demo

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kmsgateway/bootstrap"
	"kmsgateway/messages"
)

// TestARunningNodeAdmitsMembers lets a party join a node by token.
func TestARunningNodeAdmitsMembers(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	known := s.facts.count(messages.FactMemberJoined)
	invitation := must(bootstrap.CreateToken(s.path(nodeName(1)), bootstrap.TokenConfig{
		Role: bootstrap.RoleParty, TTL: time.Minute, Clock: time.Now}))(t)
	joined := must(bootstrap.Join(ctx, bootstrap.JoinConfig{Address: s.node.JoinAddr(),
		Token: invitation.Token, Pin: invitation.Pin, Name: "party-9", Region: "us-east",
		Data: filepath.Join(t.TempDir(), "party"), Clock: time.Now}))(t)
	member := must(bootstrap.LoadParty(joined.Config))(t)
	if joined.Role != bootstrap.RoleParty || member.Party.Region != "us-east" ||
		len(member.Trust.Renew) != 1 || member.Trust.Renew[0] != s.node.JoinAddr() {
		t.Errorf("joined as %s with %+v", joined.Role, member)
	}
	if s.facts.count(messages.FactMemberJoined) != known+1 {
		t.Error("nobody was told of the new member")
	}
	// A token admits one member.
	_, err := bootstrap.Join(ctx, bootstrap.JoinConfig{Address: s.node.JoinAddr(),
		Token: invitation.Token, Pin: invitation.Pin, Name: "party-8",
		Data: filepath.Join(t.TempDir(), "thief"), Clock: time.Now})
	if messages.CodeOf(err) != messages.CodeIdentityRefused || !strings.Contains(err.Error(), "used") {
		t.Errorf("a stolen token is refused with %v", err)
	}
}
