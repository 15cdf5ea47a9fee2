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
var optional = map[string]bool{"admit.from": true}

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

func TestNumbersAndCountsHaveBounds(t *testing.T) {
	for _, row := range boundRows() {
		t.Run(row.codec+" "+row.field+" "+row.wrong, func(t *testing.T) {
			for _, c := range codecs() {
				if c.name != row.codec {
					continue
				}
				w := c.encode(rapid.Custom(c.draw).Filter(row.suits).Example(1))
				row.spoil(w)
				wantFault(t, c, w, "."+row.field)
				return
			}
			t.Fatal("no such codec")
		})
	}
}

// boundRow is one way to leave a bound; need says which variant of the word can.
type boundRow struct {
	codec, field, wrong string
	need                func(any) bool
	spoil               func(proto.Message)
}

func (r boundRow) suits(word any) bool { return r.need == nil || r.need(word) }

func spoil[W proto.Message](codec, field, wrong string, how func(W)) boundRow {
	return boundRow{codec: codec, field: field, wrong: wrong,
		spoil: func(w proto.Message) { how(w.(W)) }}
}

func (r boundRow) of(need func(any) bool) boundRow { r.need = need; return r }

func signed(word any) bool {
	answer, ok := word.(messages.ShareAnswer)
	return ok && answer.Signed != nil
}

func refused(word any) bool {
	answer, ok := word.(messages.ShareAnswer)
	return ok && answer.Refused != nil
}

// first tells whether a batch begins with an entry of one kind.
func first[T messages.Entry](word any) bool {
	_, ok := word.([]messages.Entry)[0].(T)
	return ok
}

func boundRows() []boundRow {
	type (
		share    = *wire.SignShare
		outcomes = *wire.SignOutcomes
		batch    = *wire.Batch
	)
	overBudget := uint64(messages.MaxBudget.Milliseconds()) + 1
	return []boundRow{
		spoil("request_id", "chain", "0", func(w *wire.RequestID) { w.Chain = 0 }),
		spoil("sign_share", "party", "0", func(w share) { w.Party = 0 }),
		spoil("sign_share", "party", "2^16", func(w share) { w.Party = 1 << 16 }),
		spoil("sign_share", "epoch", "0", func(w share) { w.Epoch = 0 }),
		spoil("sign_share", "budget_ms", "too long", func(w share) { w.BudgetMs = overBudget }),
		spoil("sign_share", "inputs", "none", func(w share) { w.Inputs = nil }),
		spoil("sign_share", "inputs", "17", func(w share) {
			w.Inputs = make([]*wire.InputHint, 17)
		}),
		spoil("sign_share", "inputs[0].length", "1025", func(w share) { w.Inputs[0].Length = 1025 }),
		spoil("sign_shares", "requests", "none", func(w *wire.SignSharesRequest) {
			w.Requests = nil
		}),
		spoil("sign_shares", "requests", "65", func(w *wire.SignSharesRequest) {
			w.Requests = make([]*wire.SignShare, messages.MaxBatch+1)
		}),
		spoil("share_answer", "answer", "none", func(w *wire.ShareAnswer) { w.Answer = nil }),
		spoil("share_answer", "signed.shares", "none", func(w *wire.ShareAnswer) {
			w.GetSigned().Shares = nil
		}).of(signed),
		spoil("share_answer", "signed.shares", "17", func(w *wire.ShareAnswer) {
			w.GetSigned().Shares = make([][]byte, 17)
		}).of(signed),
		spoil("share_answer", "refused.code", "unknown", func(w *wire.ShareAnswer) {
			w.GetRefused().Code = "BAD_MOOD"
		}).of(refused),
		spoil("share_answer", "refused.code", "none", func(w *wire.ShareAnswer) {
			w.GetRefused().Code = ""
		}).of(refused),
		spoil("share_answer", "refused.detail", "1025 bytes", func(w *wire.ShareAnswer) {
			w.GetRefused().Detail = strings.Repeat("x", messages.MaxDetail+1)
		}).of(refused),
		spoil("sign_outcomes", "inputs", "17", func(w outcomes) {
			w.Inputs = make([]*wire.InputProof, 17)
		}),
		spoil("sign_outcomes", "inputs[0].ciphertext", "135 bytes", func(w outcomes) {
			w.Inputs[0].Ciphertext = make([]byte, messages.CiphertextHead-1)
		}),
		spoil("sign_outcomes", "inputs[0].ciphertext", "1161 bytes", func(w outcomes) {
			w.Inputs[0].Ciphertext = make([]byte, messages.MaxCiphertext+1)
		}),
		spoil("outcome_answer", "answer", "none", func(w *wire.OutcomeAnswer) { w.Answer = nil }),
		spoil("description", "region", "65 bytes", func(w *wire.Description) {
			w.Region = strings.Repeat("x", 65)
		}),
		spoil("description", "keys", "65", func(w *wire.Description) {
			w.Keys = make([]*wire.HeldKey, 65)
		}),
		spoil("requested", "request.number", "0", func(w *wire.Requested) { w.Request.Number = 0 }),
		spoil("requested", "handles", "none", func(w *wire.Requested) {
			w.Handles, w.RegisteredAt = nil, nil
		}),
		spoil("requested", "handles", "17", func(w *wire.Requested) {
			w.Handles, w.RegisteredAt = make([][]byte, 17), make([]uint64, 17)
		}),
		spoil("requested", "registered_at", "one too many", func(w *wire.Requested) {
			w.RegisteredAt = append(w.RegisteredAt, 1)
		}),
		spoil("requested", "options.proof", "none", func(w *wire.Requested) {
			w.Options.Proof = wire.Proof_PROOF_NONE
		}),
		spoil("requested", "fee", "leading zero", func(w *wire.Requested) { w.Fee = []byte{0, 1} }),
		spoil("requested", "fee", "33 bytes", func(w *wire.Requested) { w.Fee = make([]byte, 33) }),
		spoil("event", "event", "none", func(w *wire.Event) { w.Event = nil }),
		spoil("decrypt", "attempt", "0", func(w *wire.Decrypt) { w.Attempt = 0 }),
		spoil("decrypt", "budget_ms", "too long", func(w *wire.Decrypt) {
			w.BudgetMs = overBudget
		}),
		spoil("settle", "outcomes", "one too few", func(w *wire.Settle) {
			w.Outcomes = w.Outcomes[1:]
		}).of(func(word any) bool { return len(word.(messages.Settle).Outcomes) > 1 }),
		spoil("settle", "outcomes[0].handle", "another", func(w *wire.Settle) {
			w.Outcomes[0].Handle = make([]byte, 32)
		}),
		spoil("settle", "outcomes[0].plaintext", "1025 bytes", func(w *wire.Settle) {
			w.Outcomes[0].Plaintext = make([]byte, messages.MaxPlaintext+1)
		}),
		spoil("settle", "outcomes[0].status", "none", func(w *wire.Settle) {
			w.Outcomes[0].Status = 0
		}),
		spoil("settle", "attestation", "47 bytes", func(w *wire.Settle) {
			w.Attestation = make([]byte, 47)
		}),
		spoil("admit_user", "request.number", "1", func(w *wire.AdmitUser) { w.Request.Number = 1 }),
		spoil("admit_user", "signature", "none", func(w *wire.AdmitUser) { w.Signature = nil }),
		spoil("send", "requests", "none", func(w *wire.Send) { w.Requests = nil }),
		spoil("send", "requests", "257", func(w *wire.Send) {
			w.Requests = make([]*wire.RequestID, messages.MaxSettled+1)
		}),
		spoil("send", "tx", "none", func(w *wire.Send) { w.Tx = nil }),
		spoil("send", "tx", "too long", func(w *wire.Send) {
			w.Tx = make([]byte, messages.MaxTransaction+1)
		}),
		spoil("send", "nonce", "2^64-1", func(w *wire.Send) { w.Nonce = 1<<64 - 1 }),
		spoil("batch", "entries", "none", func(w batch) { w.Entries = nil }),
		spoil("batch", "entries", "257", func(w batch) {
			w.Entries = make([]*wire.Entry, messages.MaxEntries+1)
			for i := range w.Entries {
				w.Entries[i] = &wire.Entry{}
			}
		}),
		spoil("batch", "entries[0].entry", "none", func(w batch) { w.Entries[0].Entry = nil }),
		spoil("batch", "entries[0].bump.bump", "0", func(w batch) {
			w.Entries[0].GetBump().Bump = 0
		}).of(first[messages.Bump]),
		spoil("batch", "entries[0].close.outcome", "open", func(w batch) {
			w.Entries[0].GetClose().Outcome = wire.Outcome_OUTCOME_OPEN
		}).of(first[messages.Close]),
		spoil("batch", "entries[0].admit.events", "2049", func(w batch) {
			w.Entries[0].GetAdmit().Events = make([]*wire.Event, messages.MaxEvents+1)
			for i := range w.Entries[0].GetAdmit().Events {
				w.Entries[0].GetAdmit().Events[i] = &wire.Event{}
			}
		}).of(first[messages.Admit]),
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
