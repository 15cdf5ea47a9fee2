package messages_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// codec is a word's encoder and decoder over bytes, whatever its type.
type codec struct {
	name   string // the root of every path in an error
	draw   func(*rapid.T) any
	blank  func() proto.Message
	encode func(any) proto.Message
	decode func(proto.Message) (any, error)
}

func codecOf[T any, W proto.Message](name string, draw func(*rapid.T) T, to func(T) W,
	from func(W) (T, error)) codec {
	return codec{
		name: name,
		draw: func(t *rapid.T) any { return draw(t) },
		blank: func() proto.Message {
			var none W
			return none.ProtoReflect().New().Interface()
		},
		encode: func(word any) proto.Message { return to(word.(T)) },
		decode: func(w proto.Message) (any, error) { return from(w.(W)) },
	}
}

func drawList[T any](draw func(*rapid.T) T, most int) func(*rapid.T) []T {
	return func(t *rapid.T) []T { return drawMany(t, 1, most, draw) }
}

func codecs() []codec {
	return []codec{
		codecOf("request_id", drawRequestID, messages.RequestIDToWire, messages.RequestIDFromWire),
		codecOf("block_ref", drawBlock, messages.BlockRefToWire, messages.BlockRefFromWire),
		codecOf("sign_share", drawSignShare, messages.SignShareToWire, messages.SignShareFromWire),
		codecOf("sign_shares", drawList(drawSignShare, 5), messages.SignSharesToWire,
			messages.SignSharesFromWire),
		codecOf("share_answer", drawShareAnswer, messages.ShareAnswerToWire,
			messages.ShareAnswerFromWire),
		codecOf("sign_shares_reply", drawList(drawShareAnswer, 5), messages.ShareAnswersToWire,
			messages.ShareAnswersFromWire),
		codecOf("sign_outcomes", drawSignOutcomes, messages.SignOutcomesToWire,
			messages.SignOutcomesFromWire),
		codecOf("outcome_answer", drawOutcomeAnswer, messages.OutcomeAnswerToWire,
			messages.OutcomeAnswerFromWire),
		codecOf("description", drawDescription, messages.DescriptionToWire,
			messages.DescriptionFromWire),
		codecOf("requested", drawRequested, messages.RequestedToWire, messages.RequestedFromWire),
		codecOf("event", drawEvent, messages.EventToWire, messages.EventFromWire),
		codecOf("decrypt", drawDecrypt, messages.DecryptToWire, messages.DecryptFromWire),
		codecOf("decrypt_deferred", drawDeferred, messages.DecryptDeferredToWire,
			messages.DecryptDeferredFromWire),
		codecOf("settle", drawSettle, messages.SettleToWire, messages.SettleFromWire),
		codecOf("send", func(t *rapid.T) messages.Send {
			return messages.Send{Sender: drawAddress(t), Nonce: drawNonce(t),
				Tx: drawBytes(t, 1, 200), Hash: drawHash(t),
				Requests: drawMany(t, 1, 5, drawRequestID)}
		}, messages.SendToWire, messages.SendFromWire),
		codecOf("admit_user", drawAdmitUser, messages.AdmitUserToWire, messages.AdmitUserFromWire),
		codecOf("batch", drawList(drawEntry, 6), batchToWire, batchFromWire),
		codecOf("envelope", drawEnvelope, messages.EnvelopeToWire,
			messages.EnvelopeFromWire),
	}
}

// batchToWire and batchFromWire lift the entry codec, which works on bytes, to messages.
func batchToWire(entries []messages.Entry) *wire.Batch {
	encoded, err := messages.EncodeEntries(entries)
	if err != nil {
		panic(err)
	}
	batch := new(wire.Batch)
	if err := proto.Unmarshal(encoded[1:], batch); err != nil {
		panic(err)
	}
	return batch
}

func batchFromWire(batch *wire.Batch) ([]messages.Entry, error) {
	encoded, err := proto.Marshal(batch)
	if err != nil {
		return nil, err
	}
	return messages.DecodeEntries(append([]byte{messages.EntryVersion}, encoded...))
}

func TestEveryWordComesBackAsItWas(t *testing.T) {
	for _, c := range codecs() {
		t.Run(c.name, rapid.MakeCheck(func(t *rapid.T) {
			want := c.draw(t)
			encoded, err := proto.Marshal(c.encode(want))
			if err != nil {
				t.Fatal(err)
			}
			w := c.blank()
			if err := proto.Unmarshal(encoded, w); err != nil {
				t.Fatal(err)
			}
			got, err := c.decode(w)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("got %+v\nwant %+v", got, want)
			}
		}))
	}
}

// tooLong is longer than any field may be.
var tooLong = make([]byte, messages.MaxTransaction+1)

// variable lists the byte fields whose length is not one number.
var variable = []string{"send.tx", "bump.tx", ".ciphertext", ".plaintext", ".fee",
	"admit_user.signature"}

// optional lists the nested messages that may be absent.
var optional = map[string]bool{"admit.from": true, "closed.at": true}

// leaf is one field of a message, reached by a path, and a way to set it.
type leaf struct {
	path  string
	field protoreflect.FieldDescriptor
	value protoreflect.Value
	set   func(protoreflect.Value)
	clear func()
}

// leaves visits every field that is set, at any depth.
func leaves(path string, m protoreflect.Message, visit func(leaf)) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		name := path + "." + string(field.Name())
		if field.IsList() {
			for i := range value.List().Len() {
				item, name := value.List().Get(i), fmt.Sprintf("%s[%d]", name, i)
				visit(leaf{name, field, item,
					func(v protoreflect.Value) { value.List().Set(i, v) }, nil})
				if field.Message() != nil {
					leaves(name, item.Message(), visit)
				}
			}
			return true
		}
		visit(leaf{name, field, value, func(v protoreflect.Value) { m.Set(field, v) },
			func() { m.Clear(field) }})
		if field.Message() != nil {
			leaves(name, value.Message(), visit)
		}
		return true
	})
}

// spoils returns values of a field that no decoder may accept.
func spoils(l leaf, root string) []protoreflect.Value {
	switch l.field.Kind() {
	case protoreflect.BytesKind:
		good := l.value.Bytes()
		values := []protoreflect.Value{protoreflect.ValueOfBytes(tooLong)}
		for _, name := range variable {
			if strings.HasSuffix(root+l.path, name) {
				return values
			}
		}
		return append(values, protoreflect.ValueOfBytes(good[:len(good)-1]),
			protoreflect.ValueOfBytes(append(bytes.Clone(good), 0)))
	case protoreflect.EnumKind:
		return []protoreflect.Value{protoreflect.ValueOfEnum(-1), protoreflect.ValueOfEnum(99)}
	case protoreflect.StringKind:
		return []protoreflect.Value{protoreflect.ValueOfString(strings.Repeat("x", 2000))}
	default:
		return nil
	}
}

// TestEveryBadFieldIsNamed spoils each field of a word in turn, at any depth.
func TestEveryBadFieldIsNamed(t *testing.T) {
	for _, c := range codecs() {
		for seed := range 8 {
			w := c.encode(rapid.Custom(c.draw).Example(seed))
			if _, err := c.decode(w); err != nil {
				t.Fatalf("before spoiling: %v", err)
			}
			leaves("", w.ProtoReflect(), func(l leaf) {
				for _, bad := range spoils(l, c.name) {
					l.set(bad)
					wantFault(t, c, w, l.path)
				}
				l.set(l.value)
				if l.field.Message() == nil || l.clear == nil || l.field.ContainingOneof() != nil {
					return
				}
				for name := range optional {
					if strings.HasSuffix(l.path, name) {
						return
					}
				}
				l.clear()
				wantFault(t, c, w, l.path)
				l.set(l.value)
			})
		}
	}
}

func wantFault(t *testing.T, c codec, w proto.Message, path string) {
	t.Helper()
	_, err := c.decode(w)
	var fault *messages.GatewayError
	switch {
	case !errors.As(err, &fault) || fault.Code != messages.CodeMalformedInput:
		t.Errorf("%s%s: error %v, want MALFORMED_INPUT", c.name, path, err)
	case fault.Field != c.name+path:
		t.Errorf("fault in %s, want %s%s", fault.Field, c.name, path)
	}
}

func TestBudgetsOnlyShrink(t *testing.T) {
	for _, row := range []struct {
		name       string
		give, want time.Duration
	}{
		{"whole milliseconds stay", 1500 * time.Millisecond, 1500 * time.Millisecond},
		{"a fraction is dropped", 1999 * time.Microsecond, time.Millisecond},
		{"less than one is nothing", 999 * time.Microsecond, 0},
		{"what is overdrawn is nothing", -time.Second, 0},
		{"too much is clipped", 48 * time.Hour, messages.MaxBudget},
	} {
		t.Run(row.name, func(t *testing.T) {
			word := rapid.Custom(drawSignShare).Example(1)
			word.Budget = row.give
			got, err := messages.SignShareFromWire(messages.SignShareToWire(word))
			if err != nil || got.Budget != row.want {
				t.Errorf("%v became %v, error %v, want %v", row.give, got.Budget, err, row.want)
			}
		})
	}
}

func TestLongDetailsAreClippedToValidText(t *testing.T) {
	for _, detail := range []string{strings.Repeat("x", 5000), strings.Repeat("é", 5000),
		"x" + strings.Repeat("é", 5000), "bad \xff bytes"} {
		word := messages.ShareAnswer{Refused: rapid.Custom(drawRefused).Example(1)}
		word.Refused.Detail = detail
		encoded, err := proto.Marshal(messages.ShareAnswerToWire(word))
		if err != nil {
			t.Fatal(err)
		}
		w := new(wire.ShareAnswer)
		if err := proto.Unmarshal(encoded, w); err != nil {
			t.Fatal(err)
		}
		got, err := messages.ShareAnswerFromWire(w)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(got.Refused.Detail); n == 0 || n > messages.MaxDetail {
			t.Errorf("%d bytes arrived of %d", n, len(detail))
		}
	}
}
