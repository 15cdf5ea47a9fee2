package messages_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

func encodeEntry(t *testing.T, entry messages.Entry) []byte {
	t.Helper()
	encoded, err := messages.EncodeEntry(entry)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	var fault *messages.GatewayError
	if !errors.As(err, &fault) || fault.Code != messages.CodeMalformedInput ||
		fault.Field != field {
		t.Errorf("error %v, want MALFORMED_INPUT in %s", err, field)
	}
}

func TestEntryOfAnotherVersionIsRefused(t *testing.T) {
	encoded := encodeEntry(t, rapid.Custom(drawEntry).Example(1))
	encoded[0] = messages.EntryVersion + 1
	_, err := messages.DecodeEntry(encoded)
	wantField(t, err, "version")
	wantField(t, messages.CheckEntryVersion(encoded), "version")
	wantField(t, messages.CheckEntryVersion(nil), "version")
}

func TestEntryWithBytesThatMeanNothingIsRefused(t *testing.T) {
	encoded := encodeEntry(t, messages.Supersede{Nonce: 3, After: 10})
	for _, row := range []struct {
		name string
		tail []byte
	}{
		{"an unknown field", []byte{0x7a, 1, 'x'}},
		{"half a field", []byte{0x0a}},
		{"no field at all", []byte{0xff, 0xff, 0xff}},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := messages.DecodeEntry(append(bytes.Clone(encoded), row.tail...))
			wantField(t, err, "Batch")
		})
	}
}

func TestEntryThatCannotBeReadIsNotWritten(t *testing.T) {
	admit := messages.Admit{To: messages.BlockRef{Number: 1}}
	for range 1500 {
		requested := widest(messages.MaxHandles)
		admit.Events = append(admit.Events, messages.Event{Requested: &requested})
	}
	for _, row := range []struct {
		name, field string
		entry       messages.Entry
	}{
		{"more than a megabyte", "batch", admit},
		{"a Send that settles nothing", "batch.entries[0].send.requests",
			messages.Send{Tx: []byte{1}}},
		{"a Supersede that waits for nothing", "batch.entries[0].supersede.after",
			messages.Supersede{}},
		{"an Admit to nowhere", "batch.entries[0].admit.to", messages.Admit{}},
		{"no entry", "batch.entries[0].entry", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := messages.EncodeEntry(row.entry)
			wantField(t, err, row.field)
		})
	}
}

func TestJoinedEntriesAreReadInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []messages.Entry
		var parts [][]byte
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			part := drawMany(t, 1, 3, drawEntry)
			encoded, err := messages.EncodeEntries(part)
			if err != nil {
				t.Fatal(err)
			}
			want, parts = append(want, part...), append(parts, encoded)
		}
		got, err := messages.DecodeEntries(messages.JoinEntries(parts))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, error %v, want %v", got, err, want)
		}
	})
}

// widest is a Requested whose every number takes all of its bytes.
func widest(handles int) messages.Requested {
	r := messages.Requested{Request: messages.RequestID{Chain: 1<<64 - 1, Number: 1<<64 - 1},
		Handles:      make([]messages.Handle, handles),
		RegisteredAt: make([]messages.Height, handles),
		Options: messages.Options{Proof: messages.ProofQuorum, CallbackGasLimit: 1<<32 - 1,
			Deadline: 1<<64 - 1},
		BlockTime: 1<<64 - 1,
		Place: messages.EventPlace{Block: messages.BlockRef{Number: 1<<64 - 1},
			LogIndex: 1<<32 - 1}}
	for i := range r.Fee {
		r.Fee[i] = 0xff
	}
	for i := range r.RegisteredAt {
		r.RegisteredAt[i] = 1<<64 - 1
	}
	return r
}

// TestRowFitsItsBudget measures what one more row adds to an entry: at most 512 bytes with one
// handle and 48 for each further one, even where every number is as long as it can be.
func TestRowFitsItsBudget(t *testing.T) {
	size := func(events ...messages.Event) int {
		return len(encodeEntry(t, messages.Admit{To: messages.BlockRef{Number: 1}, Events: events}))
	}
	one, all := widest(1), widest(messages.MaxHandles)
	row := size(messages.Event{Requested: &one}, messages.Event{Requested: &one}) -
		size(messages.Event{Requested: &one})
	if row > 512 {
		t.Errorf("a row with one handle takes %d bytes", row)
	}
	more := size(messages.Event{Requested: &all}) - size(messages.Event{Requested: &one})
	if limit := 48 * (messages.MaxHandles - 1); more > limit {
		t.Errorf("%d further handles take %d bytes, more than %d", messages.MaxHandles-1, more,
			limit)
	}
	t.Logf("a row: %d bytes, a further handle: %d", row, more/(messages.MaxHandles-1))
}

func TestEvidenceIsWhatTheDocSays(t *testing.T) {
	request := messages.RequestID{Chain: 5, Number: 7, Digest: messages.Hash{1, 2}}
	head := func(domain string) []byte {
		b := binary.BigEndian.AppendUint64(nil, uint64(len(domain)))
		b = append(b, domain...)
		b = binary.BigEndian.AppendUint64(b, 5)
		b = binary.BigEndian.AppendUint64(b, 7)
		b = append(b, request.Digest[:]...)
		b = binary.BigEndian.AppendUint64(b, 3)
		return binary.BigEndian.AppendUint64(b, 2)
	}
	shares := messages.ShareSigned{Request: request, Party: 3, Epoch: 2,
		Shares: [][96]byte{{9}, {8}}}
	want := binary.BigEndian.AppendUint64(head("kmsgateway/evidence/shares/v1"), 2)
	want = append(append(want, shares.Shares[0][:]...), shares.Shares[1][:]...)
	if got := shares.EvidenceDigest(); got != sha256.Sum256(want) {
		t.Errorf("shares: digest %s of other bytes", got)
	}
	outcomes := messages.OutcomesSigned{Request: request, Party: 3, Epoch: 2,
		OutcomesDigest: messages.Hash{4}, Share: [96]byte{5}}
	want = append(head("kmsgateway/evidence/outcomes/v1"), outcomes.OutcomesDigest[:]...)
	want = append(want, outcomes.Share[:]...)
	if got := outcomes.EvidenceDigest(); got != sha256.Sum256(want) {
		t.Errorf("outcomes: digest %s of other bytes", got)
	}
}

func TestEvidenceBindsEveryField(t *testing.T) {
	base := messages.ShareSigned{Request: messages.RequestID{Chain: 1, Number: 1}, Party: 1,
		Epoch: 1, Shares: [][96]byte{{1}, {2}}}
	for name, change := range map[string]func(*messages.ShareSigned){
		"chain":  func(s *messages.ShareSigned) { s.Request.Chain++ },
		"number": func(s *messages.ShareSigned) { s.Request.Number++ },
		"digest": func(s *messages.ShareSigned) { s.Request.Digest[31]++ },
		"party":  func(s *messages.ShareSigned) { s.Party++ },
		"epoch":  func(s *messages.ShareSigned) { s.Epoch++ },
		"share":  func(s *messages.ShareSigned) { s.Shares = [][96]byte{{1}, {3}} },
		"order":  func(s *messages.ShareSigned) { s.Shares = [][96]byte{{2}, {1}} },
		"count":  func(s *messages.ShareSigned) { s.Shares = s.Shares[:1] },
	} {
		changed := base
		if change(&changed); changed.EvidenceDigest() == base.EvidenceDigest() {
			t.Errorf("the digest does not depend on %s", name)
		}
	}
	signed := base
	if signed.Signature = []byte{1}; signed.EvidenceDigest() != base.EvidenceDigest() {
		t.Error("the digest depends on the signature over it")
	}
}

// fuzz feeds a decoder arbitrary bytes: it never panics, and what it accepts it gives back.
func fuzz(f *testing.F, name string) {
	for _, c := range codecs() {
		if c.name != name {
			continue
		}
		for seed := range 4 {
			encoded, err := proto.Marshal(c.encode(rapid.Custom(c.draw).Example(seed)))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(encoded)
		}
		f.Fuzz(func(t *testing.T, encoded []byte) {
			w := c.blank()
			if proto.Unmarshal(encoded, w) != nil {
				return
			}
			word, err := c.decode(w)
			if err != nil {
				if messages.CodeOf(err) != messages.CodeMalformedInput {
					t.Fatalf("error %v has another code", err)
				}
				return
			}
			again, err := c.decode(c.encode(word))
			if err != nil || !reflect.DeepEqual(again, word) {
				t.Fatalf("%+v came back as %+v, error %v", word, again, err)
			}
		})
		return
	}
	f.Fatal("no such codec")
}

func FuzzSignShares(f *testing.F)      { fuzz(f, "sign_shares") }
func FuzzShareAnswers(f *testing.F)    { fuzz(f, "sign_shares_reply") }
func FuzzSignOutcomes(f *testing.F)    { fuzz(f, "sign_outcomes") }
func FuzzOutcomeAnswer(f *testing.F)   { fuzz(f, "outcome_answer") }
func FuzzDescription(f *testing.F)     { fuzz(f, "description") }
func FuzzEvent(f *testing.F)           { fuzz(f, "event") }
func FuzzDecrypt(f *testing.F)         { fuzz(f, "decrypt") }
func FuzzDecryptDeferred(f *testing.F) { fuzz(f, "decrypt_deferred") }
func FuzzSettle(f *testing.F)          { fuzz(f, "settle") }

func FuzzEntries(f *testing.F) {
	for seed := range 8 {
		encoded, err := messages.EncodeEntry(rapid.Custom(drawEntry).Example(seed))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		entries, err := messages.DecodeEntries(encoded)
		if err != nil {
			return
		}
		again, err := messages.EncodeEntries(entries)
		if err != nil || len(again) != len(encoded) {
			t.Fatalf("%d bytes became %d, error %v", len(encoded), len(again), err)
		}
		decoded, err := messages.DecodeEntries(again)
		if err != nil || !reflect.DeepEqual(decoded, entries) {
			t.Fatalf("%+v came back as %+v, error %v", entries, decoded, err)
		}
	})
}

func BenchmarkEncodeEntry(b *testing.B) {
	requested := widest(1)
	var entry messages.Admit
	entry.To.Number = 1
	for range 256 {
		entry.Events = append(entry.Events, messages.Event{Requested: &requested})
	}
	for b.Loop() {
		if _, err := messages.EncodeEntry(entry); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignShare(b *testing.B) {
	word := rapid.Custom(drawSignShare).Example(3)
	for b.Loop() {
		encoded, err := proto.Marshal(messages.SignShareToWire(word))
		if err != nil {
			b.Fatal(err)
		}
		w := new(wire.SignShare)
		if err := proto.Unmarshal(encoded, w); err != nil {
			b.Fatal(err)
		}
		if _, err := messages.SignShareFromWire(w); err != nil {
			b.Fatal(err)
		}
	}
}
