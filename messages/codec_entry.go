package messages

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"kmsgateway/messages/wire"
)

// Bounds of what one entry of the log may hold.
const (
	// EntryVersion is the first byte of every encoded entry. A reader that meets a higher one must
	// stop before it applies anything: it would not know what it skips.
	EntryVersion = 1
	// MaxEntry is the bytes of one encoded entry, so that replication never stalls on one.
	MaxEntry = 1 << 20
	// MaxEntries is how many entries one round of consensus commits.
	MaxEntries = 256
	// MaxEvents is the events of one Admit. The events of one block go into one entry, and a block
	// of twice today's gas limit cannot hold more.
	MaxEvents = 2048
	// MaxTransaction is the bytes of one transaction: what nodes of the chain relay.
	MaxTransaction = 128 << 10
	// MaxSettled is the requests of one transaction.
	MaxSettled = 256

	maxSenders = 256 // accounts that send for one gateway
)

// EncodeEntry encodes one entry as EncodeEntries does.
func EncodeEntry(entry Entry) ([]byte, error) { return EncodeEntries([]Entry{entry}) }

// DecodeEntry decodes what holds exactly one entry.
func DecodeEntry(encoded []byte) (Entry, error) {
	entries, err := DecodeEntries(encoded)
	if err != nil {
		return nil, err
	}
	if len(entries) != 1 {
		return nil, MalformedField("batch.entries", fmt.Sprintf("want 1, got %d", len(entries)))
	}
	return entries[0], nil
}

// EncodeEntries encodes entries that are committed together: a version byte, then a wire.Batch.
// What DecodeEntries would refuse is refused here already.
func EncodeEntries(entries []Entry) ([]byte, error) {
	batch := &wire.Batch{Entries: each(entries, entryToWire)}
	if _, err := entriesFromWire(batch); err != nil {
		return nil, err
	}
	encoded, err := proto.MarshalOptions{Deterministic: true}.MarshalAppend(
		[]byte{EntryVersion}, batch)
	if err != nil {
		return nil, MalformedField("batch", err.Error())
	}
	return encoded, checkSize(encoded)
}

// JoinEntries makes one encoding of what several calls of EncodeEntries gave, in order. Its limits
// are the caller's to keep.
func JoinEntries(encoded [][]byte) []byte {
	joined := []byte{EntryVersion}
	for _, one := range encoded {
		joined = append(joined, one[1:]...) // lists of a message concatenate
	}
	return joined
}

// checkSize keeps an entry from stalling the log.
func checkSize(encoded []byte) error {
	if len(encoded) > MaxEntry {
		return MalformedField("batch", fmt.Sprintf("want at most %d bytes, got %d", MaxEntry,
			len(encoded)))
	}
	return nil
}

// CheckEntryVersion tells, without decoding the rest, whether this program can read an entry.
func CheckEntryVersion(encoded []byte) error {
	if len(encoded) == 0 {
		return MalformedField("version", "missing")
	}
	if encoded[0] != EntryVersion {
		return MalformedField("version", fmt.Sprintf("this program reads version %d, not %d",
			EntryVersion, encoded[0]))
	}
	return nil
}

// DecodeEntries decodes entries that were committed together. Fields it does not know are refused:
// an entry applied in part would make the ledgers of two programs differ.
func DecodeEntries(encoded []byte) ([]Entry, error) {
	if err := CheckEntryVersion(encoded); err != nil {
		return nil, err
	}
	if err := checkSize(encoded); err != nil {
		return nil, err
	}
	batch := new(wire.Batch)
	if err := UnmarshalStrict(encoded[1:], batch); err != nil {
		return nil, err
	}
	return entriesFromWire(batch)
}

// UnmarshalStrict reads a word of the wire format and refuses bytes that mean nothing to it:
// unknown fields, fields said twice, padded numbers.
func UnmarshalStrict(encoded []byte, into proto.Message) error {
	name := string(into.ProtoReflect().Descriptor().Name())
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(encoded, into); err != nil {
		return MalformedField(name, err.Error())
	}
	// What was discarded or collapsed is missing from the size.
	if meant := proto.Size(into); meant != len(encoded) {
		return MalformedField(name, fmt.Sprintf("%d bytes of %d mean nothing here",
			len(encoded)-meant, len(encoded)))
	}
	return nil
}

func entriesFromWire(batch *wire.Batch) ([]Entry, error) {
	p := whole("batch")
	return settled(p, many(p, "entries", batch.GetEntries(), 1, MaxEntries, entryFromWire))
}

// entryToWire leaves an unknown kind empty, which the decoder refuses.
func entryToWire(entry Entry) *wire.Entry {
	switch e := entry.(type) {
	case Admit:
		return &wire.Entry{Entry: &wire.Entry_Admit{Admit: &wire.Admit{
			From: BlockRefToWire(e.From), To: BlockRefToWire(e.To), Final: uint64(e.Final),
			Events: each(e.Events, EventToWire), Nonces: each(e.Nonces, nonceToWire)}}}
	case Unwind:
		return &wire.Entry{Entry: &wire.Entry_Unwind{Unwind: &wire.Unwind{
			From: BlockRefToWire(e.From), To: BlockRefToWire(e.To)}}}
	case Send:
		return &wire.Entry{Entry: &wire.Entry_Send{Send: SendToWire(e)}}
	case Bump:
		return &wire.Entry{Entry: &wire.Entry_Bump{Bump: &wire.Bump{Sender: e.Sender[:],
			Nonce: e.Nonce, Bump: e.Bump, Tx: e.Tx, Hash: e.Hash[:]}}}
	case Supersede:
		return &wire.Entry{Entry: &wire.Entry_Supersede{Supersede: &wire.Supersede{
			Sender: e.Sender[:], Nonce: e.Nonce, After: uint64(e.After)}}}
	case Close:
		return &wire.Entry{Entry: &wire.Entry_Close{Close: &wire.Close{
			Request: RequestIDToWire(e.Request), Outcome: wire.Outcome(e.Outcome),
			At: BlockRefToWire(e.At)}}}
	case AdmitUser:
		return &wire.Entry{Entry: &wire.Entry_AdmitUser{AdmitUser: AdmitUserToWire(e)}}
	case MemberUp:
		return &wire.Entry{Entry: &wire.Entry_MemberUp{MemberUp: MemberUpToWire(e)}}
	case MemberDown:
		return &wire.Entry{Entry: &wire.Entry_MemberDown{MemberDown: memberDownToWire(e)}}
	default:
		return &wire.Entry{}
	}
}

func entryFromWire(p *part, w *wire.Entry) Entry {
	switch inner := w.GetEntry().(type) {
	case *wire.Entry_Admit:
		return admit(p.in("admit", inner.Admit != nil), inner.Admit)
	case *wire.Entry_Unwind:
		p = p.in("unwind", inner.Unwind != nil)
		return Unwind{From: p.block("from", inner.Unwind.GetFrom()),
			To: p.block("to", inner.Unwind.GetTo())}
	case *wire.Entry_Send:
		return send(p.in("send", inner.Send != nil), inner.Send)
	case *wire.Entry_Bump:
		return bump(p.in("bump", inner.Bump != nil), inner.Bump)
	case *wire.Entry_Supersede:
		return supersede(p.in("supersede", inner.Supersede != nil), inner.Supersede)
	case *wire.Entry_Close:
		p = p.in("close", inner.Close != nil)
		return Close{Request: p.requestID(inner.Close.GetRequest()),
			Outcome: p.outcome("outcome", inner.Close.GetOutcome()),
			At:      p.block("at", inner.Close.GetAt())}
	case *wire.Entry_AdmitUser:
		return admitUser(p.in("admit_user", inner.AdmitUser != nil), inner.AdmitUser)
	case *wire.Entry_MemberUp:
		return memberUp(p.in("member_up", inner.MemberUp != nil), inner.MemberUp)
	case *wire.Entry_MemberDown:
		return memberDown(p.in("member_down", inner.MemberDown != nil), inner.MemberDown)
	default:
		p.refuse("entry", "want one of the words of the ledger")
		return nil
	}
}

func nonceToWire(n SenderNonce) *wire.SenderNonce {
	return &wire.SenderNonce{Sender: n.Sender[:], Nonce: n.Nonce}
}

func admit(p *part, w *wire.Admit) Admit {
	return Admit{
		From:   p.blockOrNone("from", w.GetFrom()),
		To:     p.block("to", w.GetTo()),
		Final:  Height(w.GetFinal()),
		Events: many(p, "events", w.GetEvents(), 0, MaxEvents, event),
		Nonces: many(p, "nonces", w.GetNonces(), 0, maxSenders,
			func(p *part, w *wire.SenderNonce) (n SenderNonce) {
				p.fixed("sender", n.Sender[:], w.GetSender())
				n.Nonce = w.GetNonce()
				return n
			}),
	}
}

// SendToWire encodes a journaled transaction.
func SendToWire(s Send) *wire.Send {
	return &wire.Send{Sender: s.Sender[:], Nonce: s.Nonce, Tx: s.Tx, Hash: s.Hash[:],
		Requests: each(s.Requests, RequestIDToWire)}
}

// SendFromWire decodes a journaled transaction.
func SendFromWire(w *wire.Send) (Send, error) {
	p := whole("send")
	return settled(p, send(p, w))
}

func send(p *part, w *wire.Send) (s Send) {
	p.fixed("sender", s.Sender[:], w.GetSender())
	s.Nonce = p.nonce(w.GetNonce())
	s.Tx = p.between("tx", w.GetTx(), 1, MaxTransaction)
	p.fixed("hash", s.Hash[:], w.GetHash())
	s.Requests = many(p, "requests", w.GetRequests(), 1, MaxSettled, requestID)
	return s
}

// nonce decodes an account's nonce; the highest one is left out (EIP-2681).
func (p *part) nonce(from uint64) uint64 { return p.number("nonce", from, 0, 1<<64-2) }

func bump(p *part, w *wire.Bump) (b Bump) {
	p.fixed("sender", b.Sender[:], w.GetSender())
	b.Nonce = p.nonce(w.GetNonce())
	b.Bump = uint32(p.number("bump", uint64(w.GetBump()), 1, 1<<32-1))
	b.Tx = p.between("tx", w.GetTx(), 1, MaxTransaction)
	p.fixed("hash", b.Hash[:], w.GetHash())
	return b
}

func supersede(p *part, w *wire.Supersede) (s Supersede) {
	p.fixed("sender", s.Sender[:], w.GetSender())
	s.Nonce = p.nonce(w.GetNonce())
	s.After = Height(p.number("after", w.GetAfter(), 1, 1<<63-1))
	return s
}

// AdmitUserToWire encodes a user request.
func AdmitUserToWire(a AdmitUser) *wire.AdmitUser {
	return &wire.AdmitUser{Request: RequestIDToWire(a.Request), User: a.User[:],
		TransportKey: a.TransportKey[:], Handles: handlesToWire(a.Handles), Key: a.Key[:],
		Delegator: a.Delegator[:], NotBefore: a.NotBefore, NotAfter: a.NotAfter,
		Nonce: a.Nonce[:], Signature: a.Signature, Deadline: a.Deadline}
}

// AdmitUserFromWire decodes a user request.
func AdmitUserFromWire(w *wire.AdmitUser) (AdmitUser, error) {
	p := whole("admit_user")
	return settled(p, admitUser(p, w))
}

func admitUser(p *part, w *wire.AdmitUser) (a AdmitUser) {
	a.Request = p.requestID(w.GetRequest())
	p.number("request.number", a.Request.Number, 0, 0)
	p.fixed("user", a.User[:], w.GetUser())
	p.fixed("transport_key", a.TransportKey[:], w.GetTransportKey())
	a.Handles = p.handles(w.GetHandles())
	p.fixed("key", a.Key[:], w.GetKey())
	p.fixed("delegator", a.Delegator[:], w.GetDelegator())
	a.NotBefore, a.NotAfter = w.GetNotBefore(), w.GetNotAfter()
	p.fixed("nonce", a.Nonce[:], w.GetNonce())
	a.Signature = p.between("signature", w.GetSignature(), 1, maxUserSigning)
	a.Deadline = w.GetDeadline()
	return a
}
