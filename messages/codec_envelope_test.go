package messages_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// crossing lists every word that may cross between nodes.
func crossing() map[string]func(*rapid.T) any {
	return map[string]func(*rapid.T) any{
		"Decrypt":         func(t *rapid.T) any { return drawDecrypt(t) },
		"DecryptDeferred": func(t *rapid.T) any { return drawDeferred(t) },
		"SignShare":       func(t *rapid.T) any { return drawSignShare(t) },
		"ShareSigned": func(t *rapid.T) any {
			return *rapid.Custom(drawShareAnswer).Filter(func(a messages.ShareAnswer) bool {
				return a.Signed != nil
			}).Draw(t, "signed").Signed
		},
		"ShareRefused": func(t *rapid.T) any { return *drawRefused(t) },
		"SignOutcomes": func(t *rapid.T) any { return drawSignOutcomes(t) },
		"OutcomesSigned": func(t *rapid.T) any {
			return *rapid.Custom(drawOutcomeAnswer).Filter(func(a messages.OutcomeAnswer) bool {
				return a.Signed != nil
			}).Draw(t, "signed").Signed
		},
		"Settle": func(t *rapid.T) any { return drawSettle(t) },
		"Closed": func(t *rapid.T) any {
			closed := messages.Closed{Request: drawRequestID(t), Outcome: drawOutcome(t)}
			if rapid.Bool().Draw(t, "by event") {
				closed.At = drawBlock(t)
			}
			return closed
		},
	}
}

func drawEnvelope(t *rapid.T) messages.Envelope {
	words := crossing()
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(words))).Draw(t, "word")
	e := messages.Envelope{Kind: "request", ID: drawRequestID(t).String(), Word: words[name](t)}
	if rapid.Bool().Draw(t, "answer") {
		e.Kind = ""
	}
	if rapid.Bool().Draw(t, "asks") {
		e.SenderNode, e.SenderID = drawName(t), "place/request/"+drawRequestID(t).String()+"#7"
	}
	return e
}

// envelopeOf puts a word of one kind, always the same, into an envelope.
func envelopeOf(word string) messages.Envelope {
	return messages.Envelope{Kind: "request", ID: "1-2-3",
		Word: rapid.Custom(crossing()[word]).Example(5)}
}

func TestEveryWordThatMayCrossComesBackAsItWas(t *testing.T) {
	for name, draw := range crossing() {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			want := messages.Envelope{Kind: "kms@eu", ID: "1", SenderNode: drawName(t),
				SenderID: "place/request/1#2", Word: draw(t)}
			encoded, err := messages.EncodeEnvelope(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := messages.DecodeEnvelope(encoded)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("got %+v\nwant %+v", got, want)
			}
		}))
	}
}

func TestOtherWordsDoNotCross(t *testing.T) {
	decrypt := rapid.Custom(drawDecrypt).Example(1)
	for _, word := range []any{nil, "text", 1, struct{}{}, &decrypt, messages.Admitted{},
		messages.Unwound{}, messages.Combine{}, messages.Opened{}, messages.Blamed{},
		messages.Attested{}, messages.NotLeader("ask"), messages.MemberTable{},
		&wire.Decrypt{}} {
		_, err := messages.EncodeEnvelope(messages.Envelope{Kind: "request", ID: "1", Word: word})
		wantField(t, err, "envelope.word")
	}
}

func TestEnvelopesAreHeldToTheirBounds(t *testing.T) {
	for _, row := range []struct {
		name, field string
		spoil       func(*messages.Envelope)
	}{
		{"a kind of 97 bytes", "kind", func(e *messages.Envelope) {
			e.Kind = strings.Repeat("k", 97)
		}},
		{"an id of 257 bytes", "id", func(e *messages.Envelope) {
			e.ID = strings.Repeat("i", 257)
		}},
		{"nobody to go to", "id", func(e *messages.Envelope) { e.Kind, e.ID = "", "" }},
		{"a node without a mailbox", "sender_id", func(e *messages.Envelope) {
			e.SenderNode = "n1"
		}},
		{"a mailbox without a node", "sender_id", func(e *messages.Envelope) {
			e.SenderID = "place/request/1#1"
		}},
		{"a word out of form", "sign_share.inputs", func(e *messages.Envelope) {
			e.Word = messages.SignShare{Request: messages.RequestID{Chain: 1}, Party: 1, Epoch: 1,
				Place: messages.EventPlace{Block: messages.BlockRef{Number: 1}}}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := envelopeOf("Decrypt")
			row.spoil(&e)
			_, err := messages.EncodeEnvelope(e)
			wantField(t, err, "envelope."+row.field)
		})
	}
}

// widestWords are as long as their form allows.
func widestWords() []any {
	requested := widest(messages.MaxHandles)
	place := requested.Place
	hint := messages.InputHint{Length: messages.MaxPlaintext}
	share := messages.SignShare{Request: requested.Request, Party: 1<<16 - 1, Epoch: 1<<32 - 1,
		Place: place, Budget: messages.MaxBudget}
	outcomes := messages.SignOutcomes{Request: requested.Request, Party: 1<<16 - 1,
		Epoch: 1<<32 - 1, Place: place, Budget: messages.MaxBudget}
	settle := messages.Settle{Requested: requested, Attestation: new([48]byte)}
	for range messages.MaxHandles {
		share.Inputs = append(share.Inputs, hint)
		outcomes.Inputs = append(outcomes.Inputs, messages.InputProof{Hint: hint,
			Ciphertext: make([]byte, messages.MaxCiphertext)})
		settle.Outcomes = append(settle.Outcomes, messages.HandleOutcome{
			Status: messages.StatusOpened, Plaintext: make([]byte, messages.MaxPlaintext)})
	}
	return []any{share, outcomes, settle,
		messages.Decrypt{Requested: requested, Attempt: 1<<32 - 1, Budget: messages.MaxBudget},
		messages.ShareSigned{Request: requested.Request, Party: 1<<16 - 1, Epoch: 1<<32 - 1,
			Shares: make([][96]byte, messages.MaxHandles), Signature: make([]byte, 64)},
		messages.ShareRefused{Request: requested.Request, Party: 1, Code: messages.CodeDeadline,
			Detail: strings.Repeat("x", messages.MaxDetail)},
	}
}

func TestTheWidestWordsFitHalfOfTheirEnvelopes(t *testing.T) {
	for _, word := range widestWords() {
		encoded, err := messages.EncodeEnvelope(messages.Envelope{
			Kind: strings.Repeat("k", 96), ID: strings.Repeat("i", 256),
			SenderNode: strings.Repeat("n", 128), SenderID: strings.Repeat("i", 256), Word: word})
		limit := messages.MaxSlimEnvelope
		switch word.(type) {
		case messages.SignOutcomes, messages.Settle:
			limit = messages.MaxEnvelope
		}
		if err != nil || len(encoded) > limit/2 {
			t.Errorf("%T takes %d bytes of %d, error %v", word, len(encoded), limit, err)
		}
	}
}

func TestEnvelopesThatAreTooWideOrSayTooMuchAreRefused(t *testing.T) {
	encoded, err := messages.EncodeEnvelope(envelopeOf("Closed"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = messages.DecodeEnvelope(make([]byte, messages.MaxEnvelope+1))
	wantField(t, err, "envelope")
	_, err = messages.DecodeEnvelope(append(encoded, 0x7a, 1, 'x'))
	wantField(t, err, "Envelope")
	_, err = messages.DecodeEnvelope(encoded[:len(encoded)-1])
	wantField(t, err, "Envelope")
	_, err = messages.DecodeEnvelope(nil)
	wantField(t, err, "envelope.word")
}

func FuzzEnvelope(f *testing.F) {
	for name := range crossing() {
		encoded, err := messages.EncodeEnvelope(envelopeOf(name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		e, err := messages.DecodeEnvelope(encoded)
		if err != nil {
			if messages.CodeOf(err) != messages.CodeMalformedInput {
				t.Fatalf("error %v has another code", err)
			}
			return
		}
		again, err := messages.EncodeEnvelope(e)
		if err != nil || len(again) != len(encoded) {
			t.Fatalf("%d bytes became %d, error %v", len(encoded), len(again), err)
		}
		decoded, err := messages.DecodeEnvelope(again)
		if err != nil || !reflect.DeepEqual(decoded, e) {
			t.Fatalf("%+v came back as %+v, error %v", e, decoded, err)
		}
	})
}

func BenchmarkEnvelope(b *testing.B) {
	for _, word := range []string{"SignShare", "Settle"} {
		b.Run(word, func(b *testing.B) {
			e := envelopeOf(word)
			b.ReportAllocs()
			for b.Loop() {
				encoded, err := messages.EncodeEnvelope(e)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := messages.DecodeEnvelope(encoded); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
