package messages_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

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
