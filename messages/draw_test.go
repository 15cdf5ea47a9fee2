package messages_test

import (
	"math/rand/v2"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

// Generators of words that are in form. Bytes come from a drawn seed: their values do not matter
// to a codec, and a byte drawn for itself is slow.

func fill(t *rapid.T, into []byte) {
	seed := rapid.Uint64().Draw(t, "seed")
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range into {
		into[i] = byte(random.Uint32())
	}
}

func drawBytes(t *rapid.T, least, most int) []byte {
	length := rapid.IntRange(least, most).Draw(t, "length")
	if length == 0 {
		return nil
	}
	b := make([]byte, length)
	fill(t, b)
	return b
}

func drawMany[T any](t *rapid.T, least, most int, draw func(*rapid.T) T) []T {
	var items []T
	for range rapid.IntRange(least, most).Draw(t, "count") {
		items = append(items, draw(t))
	}
	return items
}

func drawHash(t *rapid.T) (h messages.Hash)       { fill(t, h[:]); return h }
func drawAddress(t *rapid.T) (a messages.Address) { fill(t, a[:]); return a }
func drawHandle(t *rapid.T) (h messages.Handle)   { fill(t, h[:]); return h }
func drawShare(t *rapid.T) (s [96]byte)           { fill(t, s[:]); return s }
func drawRaw(t *rapid.T) (s [48]byte)             { fill(t, s[:]); return s }
func drawKey(t *rapid.T) (k messages.KeyID)       { fill(t, k[:]); return k }
func drawHeight(t *rapid.T) messages.Height {
	return messages.Height(rapid.Uint64().Draw(t, "height"))
}
func drawParty(t *rapid.T) messages.PartyIndex {
	return rapid.Map(rapid.Uint16Min(1), toParty).Draw(t, "party")
}
func toParty(index uint16) messages.PartyIndex { return messages.PartyIndex(index) }
func drawEpoch(t *rapid.T) messages.KeyEpoch {
	return messages.KeyEpoch(rapid.Uint32Min(1).Draw(t, "epoch"))
}
func drawOutcome(t *rapid.T) messages.Outcome {
	return messages.Outcome(rapid.IntRange(1, 4).Draw(t, "outcome"))
}
func drawSelector(t *rapid.T) (s messages.Selector) { fill(t, s[:]); return s }

func drawNonce(t *rapid.T) uint64 {
	return rapid.Uint64Max(1<<64-2).Draw(t, "nonce")
}

func drawRequestID(t *rapid.T) messages.RequestID {
	return messages.RequestID{Chain: messages.ChainID(rapid.Uint64Min(1).Draw(t, "chain")),
		Number: rapid.Uint64Min(1).Draw(t, "number"), Digest: drawHash(t)}
}

func drawBlock(t *rapid.T) messages.BlockRef {
	return messages.BlockRef{Number: drawHeight(t), Hash: drawHash(t)}
}

func drawPlace(t *rapid.T) messages.EventPlace {
	return messages.EventPlace{Block: drawBlock(t), Tx: drawHash(t),
		LogIndex: rapid.Uint32().Draw(t, "log")}
}

func drawBudget(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(0, messages.MaxBudget.Milliseconds()).Draw(t, "ms")) *
		time.Millisecond
}

func drawCode(t *rapid.T) messages.Code {
	return rapid.SampledFrom(messages.Reasons()).Draw(t, "reason").Code
}

func drawDetail(t *rapid.T) string {
	return rapid.StringN(0, 40, messages.MaxDetail).Draw(t, "detail")
}

func drawHint(t *rapid.T) messages.InputHint {
	return messages.InputHint{Handle: drawHandle(t), App: drawAddress(t), Owner: drawAddress(t),
		Salt: drawHash(t), C1Hash: drawHash(t), RestHash: drawHash(t),
		Length: rapid.Uint32Max(messages.MaxPlaintext).Draw(t, "length")}
}

func drawSignShare(t *rapid.T) messages.SignShare {
	return messages.SignShare{Request: drawRequestID(t), Party: drawParty(t), Key: drawKey(t),
		Epoch: drawEpoch(t), Place: drawPlace(t),
		Inputs: drawMany(t, 1, messages.MaxHandles, drawHint), Budget: drawBudget(t)}
}

func drawRefused(t *rapid.T) *messages.ShareRefused {
	return &messages.ShareRefused{Request: drawRequestID(t), Party: drawParty(t),
		Code: drawCode(t), Detail: drawDetail(t)}
}

func drawShareAnswer(t *rapid.T) messages.ShareAnswer {
	if rapid.Bool().Draw(t, "refused") {
		return messages.ShareAnswer{Refused: drawRefused(t)}
	}
	return messages.ShareAnswer{Signed: &messages.ShareSigned{Request: drawRequestID(t),
		Party: drawParty(t), Epoch: drawEpoch(t),
		Shares:    drawMany(t, 1, messages.MaxHandles, drawShare),
		Signature: drawBytes(t, 64, 64)}}
}

func drawSignOutcomes(t *rapid.T) messages.SignOutcomes {
	return messages.SignOutcomes{Request: drawRequestID(t), Party: drawParty(t), Key: drawKey(t),
		Epoch: drawEpoch(t), Place: drawPlace(t),
		Inputs: drawMany(t, 1, messages.MaxHandles, func(t *rapid.T) messages.InputProof {
			return messages.InputProof{Hint: drawHint(t), Key: drawRaw(t),
				Ciphertext: drawBytes(t, messages.CiphertextHead, messages.MaxCiphertext)}
		}), OutcomesDigest: drawHash(t), Budget: drawBudget(t)}
}

func drawOutcomeAnswer(t *rapid.T) messages.OutcomeAnswer {
	if rapid.Bool().Draw(t, "refused") {
		return messages.OutcomeAnswer{Refused: drawRefused(t)}
	}
	return messages.OutcomeAnswer{Signed: &messages.OutcomesSigned{Request: drawRequestID(t),
		Party: drawParty(t), Epoch: drawEpoch(t), OutcomesDigest: drawHash(t),
		Share: drawShare(t), Signature: drawBytes(t, 64, 64)}}
}

func drawDescription(t *rapid.T) messages.PartyDescription {
	return messages.PartyDescription{Party: drawParty(t), Region: "eu-west",
		Keys: drawMany(t, 0, 64, func(t *rapid.T) messages.HeldKey {
			return messages.HeldKey{Key: drawKey(t), Epoch: drawEpoch(t)}
		}), Final: drawHeight(t), Chain: drawRequestID(t).Chain, Gateway: drawAddress(t)}
}

func drawRequested(t *rapid.T) messages.Requested {
	handles := drawMany(t, 1, messages.MaxHandles, drawHandle)
	r := messages.Requested{Request: drawRequestID(t), App: drawAddress(t), Key: drawKey(t),
		Handles: handles, RegisteredAt: drawMany(t, len(handles), len(handles), drawHeight),
		Selector: drawSelector(t), Options: messages.Options{
			Proof:            messages.Proof(rapid.IntRange(1, 2).Draw(t, "proof")),
			CallbackGasLimit: rapid.Uint32().Draw(t, "gas"),
			Deadline:         rapid.Uint64().Draw(t, "deadline"), RefundTo: drawAddress(t)},
		BlockTime: rapid.Uint64().Draw(t, "time"), Place: drawPlace(t)}
	fee := drawBytes(t, 0, 32)
	copy(r.Fee[32-len(fee):], fee)
	return r
}

func drawEvent(t *rapid.T) messages.Event {
	if rapid.Bool().Draw(t, "ended") {
		return messages.Event{Ended: &messages.Ended{Request: drawRequestID(t),
			Outcome: drawOutcome(t), Called: rapid.Bool().Draw(t, "called"), Place: drawPlace(t)}}
	}
	r := drawRequested(t)
	return messages.Event{Requested: &r}
}

func drawDecrypt(t *rapid.T) messages.Decrypt {
	return messages.Decrypt{Requested: drawRequested(t),
		Attempt: rapid.Uint32Min(1).Draw(t, "attempt"), Budget: drawBudget(t)}
}

func drawDeferred(t *rapid.T) messages.DecryptDeferred {
	return messages.DecryptDeferred{Request: drawRequestID(t),
		Attempt: rapid.Uint32Min(1).Draw(t, "attempt"), Code: drawCode(t), Detail: drawDetail(t)}
}

func drawSettle(t *rapid.T) messages.Settle {
	s := messages.Settle{Requested: drawRequested(t)}
	for _, handle := range s.Requested.Handles {
		s.Outcomes = append(s.Outcomes, messages.HandleOutcome{Handle: handle,
			Status:  messages.Status(rapid.IntRange(1, 3).Draw(t, "status")),
			InputID: drawHash(t), Seed: drawHash(t),
			Plaintext: drawBytes(t, 0, messages.MaxPlaintext), C1: drawShare(t),
			RestHash: drawHash(t)})
	}
	if rapid.Bool().Draw(t, "attested") {
		signature := drawRaw(t)
		s.Attestation = &signature
	}
	return s
}

func drawEntry(t *rapid.T) messages.Entry {
	switch rapid.IntRange(0, 8).Draw(t, "kind") {
	case 0:
		e := messages.Admit{To: drawBlock(t), Final: drawHeight(t),
			Events: drawMany(t, 0, 5, drawEvent),
			Nonces: drawMany(t, 0, 3, func(t *rapid.T) messages.SenderNonce {
				return messages.SenderNonce{Sender: drawAddress(t), Nonce: drawNonce(t)}
			})}
		if rapid.Bool().Draw(t, "later") {
			e.From = drawBlock(t)
		}
		return e
	case 1:
		return messages.Unwind{From: drawBlock(t), To: drawBlock(t)}
	case 2:
		return messages.Send{Sender: drawAddress(t), Nonce: drawNonce(t),
			Tx: drawBytes(t, 1, 2048), Hash: drawHash(t),
			Requests: drawMany(t, 1, 20, drawRequestID)}
	case 3:
		return messages.Bump{Sender: drawAddress(t), Nonce: drawNonce(t),
			Bump: rapid.Uint32Min(1).Draw(t, "bump"), Tx: drawBytes(t, 1, 2048), Hash: drawHash(t)}
	case 4:
		return messages.Supersede{Sender: drawAddress(t), Nonce: drawNonce(t),
			After: messages.Height(rapid.Uint64Range(1, 1<<63-1).Draw(t, "after"))}
	case 5:
		return messages.Close{Request: drawRequestID(t), Outcome: drawOutcome(t), At: drawBlock(t)}
	case 6:
		return messages.MemberUp{Name: drawName(t), Incarnation: drawIncarnation(t),
			Region: "eu-west", Address: "10.0.0.1:7", Remote: "10.0.0.1:8",
			Format: rapid.Uint8Min(1).Draw(t, "format")}
	case 7:
		return messages.MemberDown{Name: drawName(t), Incarnation: drawIncarnation(t),
			At: rapid.Uint64().Draw(t, "at")}
	default:
		return drawAdmitUser(t)
	}
}

func drawName(t *rapid.T) string { return rapid.StringN(1, 20, 128).Draw(t, "name") }

func drawIncarnation(t *rapid.T) uint64 { return rapid.Uint64Min(1).Draw(t, "incarnation") }

func drawAdmitUser(t *rapid.T) messages.AdmitUser {
	a := messages.AdmitUser{Request: drawRequestID(t), User: drawAddress(t),
		TransportKey: drawRaw(t), Handles: drawMany(t, 1, messages.MaxHandles, drawHandle),
		Key: drawKey(t), Delegator: drawAddress(t), NotBefore: rapid.Uint64().Draw(t, "from"),
		NotAfter: rapid.Uint64().Draw(t, "to"), Nonce: drawHash(t),
		Signature: drawBytes(t, 1, 1024), Deadline: rapid.Uint64().Draw(t, "deadline")}
	a.Request.Number = 0
	return a
}
