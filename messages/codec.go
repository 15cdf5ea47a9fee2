package messages

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kmsgateway/messages/wire"
)

// Bounds that the decoders hold to beyond those of the contract (chain.go).
const (
	// MaxBatch is how many words one call of a party carries.
	MaxBatch = 64
	// MaxDetail is the bytes of a refusal's sentence; encoders clip to it.
	MaxDetail = 1024
	// MaxBudget bounds a budget: no hop may hold work for longer. Encoders clip to it.
	MaxBudget = time.Hour

	maxRegion      = 64   // bytes
	maxHeldKeys    = 64   // keys of one party
	signatureSize  = 64   // Ed25519
	maxUserSigning = 1024 // bytes of a permit's signature: 65, or what an ERC-1271 wallet wants
)

// part is a place inside a word that is being decoded: it knows its path, and the whole that it
// belongs to keeps the first fault. Decoders run to their end and ask for the fault then.
type part struct {
	above *part
	name  string
	index int // -1 where the name is not a list
	fault *GatewayError
}

// whole begins a word; its name is the root of every path in an error.
func whole(name string) *part { return &part{name: name, index: -1} }

// in descends to a nested message, which must be there.
func (p *part) in(name string, present bool) *part {
	child := &part{above: p, name: name, index: -1}
	if !present {
		child.refuse("", "missing")
	}
	return child
}

// item descends to one element of a list.
func (p *part) item(name string, index int) *part {
	return &part{above: p, name: name, index: index}
}

// path is made only when there is a fault to name: decoding well costs no strings.
func (p *part) path() string {
	step := p.name
	if p.index >= 0 {
		step += "[" + strconv.Itoa(p.index) + "]"
	}
	if p.above == nil {
		return step
	}
	return p.above.path() + "." + step
}

// refuse records what is wrong with a field, or with the part itself where field is "".
func (p *part) refuse(field, wants string) {
	top := p
	for top.above != nil {
		top = top.above
	}
	if top.fault != nil {
		return
	}
	path := p.path()
	if field != "" {
		path += "." + field
	}
	top.fault = MalformedField(path, wants)
}

// err returns the first fault; it is asked of the whole.
func (p *part) err() error {
	if p.fault == nil {
		return nil
	}
	return p.fault
}

// settled returns what was decoded, or the zero value with the first fault.
func settled[T any](p *part, decoded T) (T, error) {
	if err := p.err(); err != nil {
		var none T
		return none, err
	}
	return decoded, nil
}

// fixed copies bytes of an exact length.
func (p *part) fixed(field string, into, from []byte) {
	if len(from) != len(into) {
		p.refuse(field, fmt.Sprintf("want %d bytes, got %d", len(into), len(from)))
		return
	}
	copy(into, from)
}

// between returns bytes whose length is bounded.
func (p *part) between(field string, from []byte, least, most int) []byte {
	if len(from) < least || len(from) > most {
		p.refuse(field, fmt.Sprintf("want %d to %d bytes, got %d", least, most, len(from)))
		return nil
	}
	return from
}

// number returns a number within bounds.
func (p *part) number(field string, from, least, most uint64) uint64 {
	if from < least || from > most {
		p.refuse(field, fmt.Sprintf("want %d to %d, got %d", least, most, from))
		return 0
	}
	return from
}

// text returns a string whose length is bounded; that it is UTF-8 the wire format sees to.
func (p *part) text(field, from string, most int) string {
	if len(from) > most {
		p.refuse(field, fmt.Sprintf("want at most %d bytes, got %d", most, len(from)))
		return ""
	}
	return from
}

// many decodes a list whose length is bounded.
func many[W, T any](p *part, field string, from []W, least, most int,
	one func(*part, W) T) []T {
	if len(from) < least || len(from) > most {
		p.refuse(field, fmt.Sprintf("want %d to %d, got %d", least, most, len(from)))
		return nil
	}
	var items []T
	for i, w := range from {
		items = append(items, one(p.item(field, i), w))
	}
	return items
}

// each encodes a list.
func each[T, W any](from []T, one func(T) W) []W {
	var items []W
	for _, item := range from {
		items = append(items, one(item))
	}
	return items
}

// code accepts the codes of the table of reasons and no other: what cannot be explained to a person
// is not let in.
func (p *part) code(field, from string) Code {
	if ReasonOf(Code(from)).Code != Code(from) {
		p.refuse(field, "not in the table of reasons")
		return ""
	}
	return Code(from)
}

// party decodes an index; 0 would be the evaluation point of the secret itself.
func (p *part) party(field string, from uint32) PartyIndex {
	return PartyIndex(p.number(field, uint64(from), 1, 1<<16-1))
}

// epoch decodes an epoch, which counts from 1.
func (p *part) epoch(field string, from uint32) KeyEpoch {
	return KeyEpoch(p.number(field, uint64(from), 1, 1<<32-1))
}

// budget decodes what is left of a budget. Nothing left is legal: the receiver checks before each
// effect, and says so.
func (p *part) budget(field string, from uint64) time.Duration {
	return time.Duration(p.number(field, from, 0, uint64(MaxBudget.Milliseconds()))) *
		time.Millisecond
}

// budgetToWire renders what is left in whole milliseconds, rounded down: a hop never gains time.
func budgetToWire(budget time.Duration) uint64 {
	return uint64(min(max(budget, 0), MaxBudget).Milliseconds())
}

// clip makes a sentence fit for the wire: valid UTF-8 of at most MaxDetail bytes.
func clip(detail string) string {
	detail = strings.ToValidUTF8(detail, "?")
	if len(detail) <= MaxDetail {
		return detail
	}
	end := MaxDetail
	for !utf8.RuneStart(detail[end]) {
		end--
	}
	return detail[:end]
}

// RequestIDToWire encodes a request's identity.
func RequestIDToWire(id RequestID) *wire.RequestID {
	return &wire.RequestID{Chain: uint64(id.Chain), Number: id.Number, Digest: id.Digest[:]}
}

// RequestIDFromWire decodes a request's identity.
func RequestIDFromWire(w *wire.RequestID) (RequestID, error) {
	p := whole("request_id")
	return settled(p, requestID(p, w))
}

// requestID decodes the field "request" of a word.
func (p *part) requestID(w *wire.RequestID) RequestID {
	return requestID(p.in("request", w != nil), w)
}

func requestID(p *part, w *wire.RequestID) (id RequestID) {
	id.Chain = ChainID(p.number("chain", w.GetChain(), 1, 1<<64-1))
	id.Number = w.GetNumber()
	p.fixed("digest", id.Digest[:], w.GetDigest())
	return id
}

// BlockRefToWire encodes a block's number and hash; the zero BlockRef becomes nil.
func BlockRefToWire(b BlockRef) *wire.BlockRef {
	if b.IsZero() {
		return nil
	}
	return &wire.BlockRef{Number: uint64(b.Number), Hash: b.Hash[:]}
}

// BlockRefFromWire decodes a block's number and hash; nil becomes the zero BlockRef.
func BlockRefFromWire(w *wire.BlockRef) (BlockRef, error) {
	if w == nil {
		return BlockRef{}, nil
	}
	p := whole("block_ref")
	return settled(p, blockRef(p, w))
}

// block decodes a block that must be named.
func (p *part) block(field string, w *wire.BlockRef) BlockRef {
	return blockRef(p.in(field, w != nil), w)
}

// blockOrNone decodes a block that may be the zero BlockRef.
func (p *part) blockOrNone(field string, w *wire.BlockRef) BlockRef {
	if w == nil {
		return BlockRef{}
	}
	return p.block(field, w)
}

func blockRef(p *part, w *wire.BlockRef) BlockRef {
	b := BlockRef{Number: Height(w.GetNumber())}
	p.fixed("hash", b.Hash[:], w.GetHash())
	return b
}

// placeToWire and place carry where an event stands.
func placeToWire(place EventPlace) *wire.EventPlace {
	return &wire.EventPlace{Block: BlockRefToWire(place.Block), Tx: place.Tx[:],
		LogIndex: place.LogIndex}
}

func (p *part) place(w *wire.EventPlace) (place EventPlace) {
	inner := p.in("place", w != nil)
	place.Block = inner.block("block", w.GetBlock())
	inner.fixed("tx", place.Tx[:], w.GetTx())
	place.LogIndex = w.GetLogIndex()
	return place
}
