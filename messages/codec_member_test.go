package messages_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

func TestMembersAreHeldToTheirBounds(t *testing.T) {
	whole := messages.MemberUp{Name: "n1", Incarnation: 1, Region: "eu", Address: "a:1",
		Remote: "a:2", Format: 1}
	for _, row := range []struct {
		field string
		spoil func(*messages.MemberUp)
	}{
		{"name", func(m *messages.MemberUp) { m.Name = "" }},
		{"name", func(m *messages.MemberUp) { m.Name = strings.Repeat("n", 129) }},
		{"incarnation", func(m *messages.MemberUp) { m.Incarnation = 0 }},
		{"region", func(m *messages.MemberUp) { m.Region = messages.Region(strings.Repeat("r", 65)) }},
		{"address", func(m *messages.MemberUp) { m.Address = strings.Repeat("a", 257) }},
		{"remote", func(m *messages.MemberUp) { m.Remote = strings.Repeat("a", 257) }},
		{"format", func(m *messages.MemberUp) { m.Format = 0 }},
	} {
		spoiled := whole
		row.spoil(&spoiled)
		_, err := messages.EncodeEntry(spoiled)
		wantField(t, err, "batch.entries[0].member_up."+row.field)
	}
	if _, err := messages.EncodeEntry(whole); err != nil {
		t.Error(err)
	}
	_, err := messages.EncodeEntry(messages.MemberDown{Name: "n1"})
	wantField(t, err, "batch.entries[0].member_down.incarnation")
}

func TestVerdictsCrossTheWire(t *testing.T) {
	for _, row := range []struct {
		sent error
		want string
	}{
		{nil, "<nil>"},
		{messages.LedgerConflict("send", "nonce 3"), "CONFLICT apply send: nonce 3"},
		{fmt.Errorf("log 7: %w", messages.NotLeader("propose")), "NOT_LEADER propose"},
		{errors.New("no code"), "INTERNAL: no code"},
	} {
		got, malformed := messages.VerdictFromWire(messages.VerdictToWire(row.sent))
		if malformed != nil || fmt.Sprint(got) != row.want {
			t.Errorf("%v arrives as %v, error %v", row.sent, got, malformed)
		}
	}
	_, malformed := messages.VerdictFromWire(&wire.LedgerVerdict{Code: "NOVEL"})
	wantField(t, malformed, "ledger_verdict.code")
}

func TestStandingsCrossTheWire(t *testing.T) {
	sent := messages.LedgerStanding{Applied: 7, Height: 8, StallMS: 9, Blind: true}
	encoded, err := messages.EncodeStanding(sent)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := messages.DecodeStanding(encoded); err != nil || got != sent {
		t.Errorf("%+v arrives as %+v, error %v", sent, got, err)
	}
	_, err = messages.DecodeStanding(append(encoded, 0x7a, 1, 'x'))
	wantField(t, err, "LedgerStanding")
}
