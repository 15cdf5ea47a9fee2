package messages

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"kmsgateway/messages/wire"
)

// Bounds of what one node sends to a virtual actor of another.
const (
	// MaxEnvelope is the bytes of an envelope with ciphertexts or plaintexts: the widest word that
	// is in form has 16 of them and stays below half of it.
	MaxEnvelope = 64 << 10
	// MaxSlimEnvelope is the bytes of an envelope with any other word.
	MaxSlimEnvelope = 16 << 10

	maxKind = 96  // bytes of a kind: "kms@" and a region
	maxID   = 256 // bytes of an actor's id, or of a mailbox's
)

// Envelope carries one word between virtual actors of two nodes.
type Envelope struct {
	Kind       string // of the actor it is for; "" where the word answers a mailbox
	ID         string // of the actor, or of the mailbox that asked
	SenderNode string // the node of who waits for an answer; "" where nobody does
	SenderID   string // the mailbox of who waits for an answer
	Word       any
}

// EncodeEnvelope encodes an envelope. Only words that virtual actors, dispatcher and submitter say
// to each other cross; any other, and one that DecodeEnvelope would refuse, is MALFORMED_INPUT.
// Budgets are rounded down to whole milliseconds and long sentences are clipped.
func EncodeEnvelope(e Envelope) ([]byte, error) {
	w := EnvelopeToWire(e)
	if _, err := EnvelopeFromWire(w); err != nil {
		return nil, err
	}
	encoded, err := proto.Marshal(w)
	if err != nil {
		return nil, MalformedField("envelope", err.Error())
	}
	return encoded, checkEnvelope(len(encoded), e.Word)
}

// DecodeEnvelope decodes an envelope. A budget in it runs from now on.
func DecodeEnvelope(encoded []byte) (Envelope, error) {
	if len(encoded) > MaxEnvelope {
		return Envelope{}, tooWide(len(encoded), MaxEnvelope)
	}
	w := new(wire.Envelope)
	if err := UnmarshalStrict(encoded, w); err != nil {
		return Envelope{}, err
	}
	e, err := EnvelopeFromWire(w)
	if err != nil {
		return Envelope{}, err
	}
	return e, checkEnvelope(len(encoded), e.Word)
}

// checkEnvelope bounds an envelope by what is in it.
func checkEnvelope(size int, word any) error {
	most := MaxSlimEnvelope
	switch word.(type) {
	case SignOutcomes, Settle:
		most = MaxEnvelope
	}
	if size > most {
		return tooWide(size, most)
	}
	return nil
}

func tooWide(size, most int) error {
	return MalformedField("envelope", fmt.Sprintf("want at most %d bytes, got %d", most, size))
}

// EnvelopeToWire encodes an envelope; a word that may not cross is left out.
func EnvelopeToWire(e Envelope) *wire.Envelope {
	w := &wire.Envelope{Kind: e.Kind, Id: e.ID, SenderNode: e.SenderNode, SenderId: e.SenderID}
	wordToWire(e.Word, w)
	return w
}

// EnvelopeFromWire decodes an envelope, whatever its size.
func EnvelopeFromWire(w *wire.Envelope) (Envelope, error) {
	p := whole("envelope")
	return settled(p, envelope(p, w))
}

// wordToWire leaves a word that may not cross out, which the decoder refuses.
func wordToWire(word any, into *wire.Envelope) {
	switch w := word.(type) {
	case Decrypt:
		into.Word = &wire.Envelope_Decrypt{Decrypt: DecryptToWire(w)}
	case DecryptDeferred:
		into.Word = &wire.Envelope_DecryptDeferred{DecryptDeferred: DecryptDeferredToWire(w)}
	case SignShare:
		into.Word = &wire.Envelope_SignShare{SignShare: SignShareToWire(w)}
	case ShareSigned:
		into.Word = &wire.Envelope_ShareSigned{ShareSigned: shareSignedToWire(w)}
	case ShareRefused:
		into.Word = &wire.Envelope_ShareRefused{ShareRefused: refusedToWire(w)}
	case SignOutcomes:
		into.Word = &wire.Envelope_SignOutcomes{SignOutcomes: SignOutcomesToWire(w)}
	case OutcomesSigned:
		into.Word = &wire.Envelope_OutcomesSigned{OutcomesSigned: outcomesSignedToWire(w)}
	case Settle:
		into.Word = &wire.Envelope_Settle{Settle: SettleToWire(w)}
	case Closed:
		into.Word = &wire.Envelope_Closed{Closed: &wire.Close{Request: RequestIDToWire(w.Request),
			Outcome: wire.Outcome(w.Outcome), At: BlockRefToWire(w.At)}}
	}
}

func envelope(p *part, w *wire.Envelope) Envelope {
	e := Envelope{
		Kind:       p.text("kind", w.GetKind(), maxKind),
		ID:         p.text("id", w.GetId(), maxID),
		SenderNode: p.text("sender_node", w.GetSenderNode(), maxName),
		SenderID:   p.text("sender_id", w.GetSenderId(), maxID),
		Word:       wordFromWire(p, w),
	}
	if (w.GetSenderNode() == "") != (w.GetSenderId() == "") {
		p.refuse("sender_id", "want node and mailbox of the sender, or neither")
	}
	if w.GetKind() == "" && w.GetId() == "" {
		p.refuse("id", "missing")
	}
	return e
}

func wordFromWire(p *part, w *wire.Envelope) any {
	switch inner := w.GetWord().(type) {
	case *wire.Envelope_Decrypt:
		return decrypt(p.in("decrypt", inner.Decrypt != nil), inner.Decrypt)
	case *wire.Envelope_DecryptDeferred:
		return decryptDeferred(p.in("decrypt_deferred", inner.DecryptDeferred != nil),
			inner.DecryptDeferred)
	case *wire.Envelope_SignShare:
		return signShare(p.in("sign_share", inner.SignShare != nil), inner.SignShare)
	case *wire.Envelope_ShareSigned:
		return *shareSigned(p.in("share_signed", inner.ShareSigned != nil), inner.ShareSigned)
	case *wire.Envelope_ShareRefused:
		return *shareRefused(p.in("share_refused", inner.ShareRefused != nil), inner.ShareRefused)
	case *wire.Envelope_SignOutcomes:
		return signOutcomes(p.in("sign_outcomes", inner.SignOutcomes != nil), inner.SignOutcomes)
	case *wire.Envelope_OutcomesSigned:
		return *outcomesSigned(p.in("outcomes_signed", inner.OutcomesSigned != nil),
			inner.OutcomesSigned)
	case *wire.Envelope_Settle:
		return settle(p.in("settle", inner.Settle != nil), inner.Settle)
	case *wire.Envelope_Closed:
		p = p.in("closed", inner.Closed != nil)
		return Closed{Request: p.requestID(inner.Closed.GetRequest()),
			Outcome: p.outcome("outcome", inner.Closed.GetOutcome()),
			At:      p.blockOrNone("at", inner.Closed.GetAt())}
	default:
		p.refuse("word", "want one of the words that virtual actors say")
		return nil
	}
}
