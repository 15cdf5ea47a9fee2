package messages_test

import (
	"encoding"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

func TestRequestIDReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawRequestID(t)
		got, err := messages.ParseRequestID(want.String())
		if err != nil || got != want {
			t.Fatalf("%s became %s, error %v", want, got, err)
		}
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var again messages.RequestID
		if err := again.UnmarshalText(text); err != nil || again != want {
			t.Fatalf("%s became %s, error %v", want, again, err)
		}
	})
}

func TestRequestIDRefusesOtherForms(t *testing.T) {
	digest := strings.Repeat("ab", 32)
	for _, text := range []string{
		"", "1", "1/2", "1/2/3", "1/2/" + digest, "1/2/0x" + digest[2:], "1/2/0x" + digest + "00",
		"x/2/0x" + digest, "1/x/0x" + digest, "-1/2/0x" + digest,
		"18446744073709551616/2/0x" + digest, "1/2/0x" + digest + "/",
		"1/2/0x" + strings.Repeat("zz", 32),
	} {
		if id, err := messages.ParseRequestID(text); messages.CodeOf(err) !=
			messages.CodeMalformedInput {
			t.Errorf("%q became %v, error %v", text, id, err)
		}
	}
}

func FuzzParseRequestID(f *testing.F) {
	f.Add("31337/1/0x" + strings.Repeat("ab", 32))
	f.Add("0/0/0x")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := messages.ParseRequestID(text)
		if err != nil {
			return
		}
		if again, err := messages.ParseRequestID(id.String()); err != nil || again != id {
			t.Fatalf("%s became %s, error %v", id, again, err)
		}
	})
}

// text is an identity as files and screens show it.
type text interface {
	encoding.TextMarshaler
	encoding.TextUnmarshaler
	fmt.Stringer
}

func TestIdentitiesAreHexOfTheirLength(t *testing.T) {
	for _, row := range []struct {
		name  string
		bytes int
		blank func() text
	}{
		{"hash", messages.HashSize, func() text { return new(messages.Hash) }},
		{"address", messages.AddressSize, func() text { return new(messages.Address) }},
		{"selector", messages.SelectorSize, func() text { return new(messages.Selector) }},
		{"handle", messages.HashSize, func() text { return new(messages.Handle) }},
		{"key id", messages.HashSize, func() text { return new(messages.KeyID) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			want := "0x" + strings.Repeat("c4", row.bytes)
			id := row.blank()
			if err := id.UnmarshalText([]byte(want)); err != nil {
				t.Fatal(err)
			}
			shown, err := id.MarshalText()
			if err != nil || string(shown) != want || id.String() != want {
				t.Errorf("shown as %s and %s, error %v", shown, id, err)
			}
			for _, bad := range []string{"", "0x", want[2:], want[:len(want)-2], want + "c4",
				want[:len(want)-1] + "g"} {
				err := row.blank().UnmarshalText([]byte(bad))
				var fault *messages.GatewayError
				if !errors.As(err, &fault) || fault.Field != row.name {
					t.Errorf("%q: error %v, want one that names %s", bad, err, row.name)
				}
			}
		})
	}
}

func TestShortNames(t *testing.T) {
	for _, row := range []struct {
		got  fmt.Stringer
		want string
	}{
		{messages.PartyIndex(3), "party-3"},
		{messages.ProofOpening, "OPENING"}, {messages.ProofQuorum, "QUORUM"},
		{messages.Proof(0), "NONE"},
		{messages.OutcomeFulfilled, "fulfilled"}, {messages.OutcomeRejected, "rejected"},
		{messages.OutcomeExpired, "expired"}, {messages.OutcomeAnswered, "answered"},
		{messages.Outcome(0), "open"},
		{messages.Healthy, "healthy"}, {messages.Degraded, "degraded"}, {messages.Down, "down"},
		{messages.Permanent, "permanent"}, {messages.Transient, "transient"},
		{messages.BlockRef{Number: 12}, "12:0x" + strings.Repeat("00", 32)},
	} {
		if row.got.String() != row.want {
			t.Errorf("%s, want %s", row.got, row.want)
		}
	}
}
