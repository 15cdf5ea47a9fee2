package messages

import (
	"errors"

	"google.golang.org/protobuf/proto"

	"kmsgateway/messages/wire"
)

const (
	maxName    = 128 // bytes of a node's name, as of a certificate's
	maxAddress = 256 // bytes of host:port; a host's name has at most 253
	maxOp      = 64  // bytes of what a refusal says was being done
)

// LedgerStanding is how a node's replica of the ledger does, for the leader.
type LedgerStanding struct {
	Applied uint64 // index of the log
	Height  Height // of the chain, as this node sees it; 0 where it does not say
	StallMS uint64 // how long its disk took, or has taken so far, for the last write
	Blind   bool   // every circuit to the chain is open
}

// MemberUpToWire encodes a member.
func MemberUpToWire(m MemberUp) *wire.MemberUp {
	return &wire.MemberUp{Name: m.Name, Incarnation: m.Incarnation, Region: string(m.Region),
		Address: m.Address, Remote: m.Remote, Format: uint32(m.Format)}
}

// MemberUpFromWire decodes a member.
func MemberUpFromWire(w *wire.MemberUp) (MemberUp, error) {
	p := whole("member_up")
	return settled(p, memberUp(p, w))
}

func memberUp(p *part, w *wire.MemberUp) MemberUp {
	return MemberUp{
		Name:        p.nodeName("name", w.GetName()),
		Incarnation: p.number("incarnation", w.GetIncarnation(), 1, 1<<64-1),
		Region:      Region(p.text("region", w.GetRegion(), maxRegion)),
		Address:     p.text("address", w.GetAddress(), maxAddress),
		Remote:      p.text("remote", w.GetRemote(), maxAddress),
		Format:      uint8(p.number("format", uint64(w.GetFormat()), 1, 1<<8-1)),
	}
}

func memberDownToWire(m MemberDown) *wire.MemberDown {
	return &wire.MemberDown{Name: m.Name, Incarnation: m.Incarnation, At: m.At}
}

func memberDown(p *part, w *wire.MemberDown) MemberDown {
	return MemberDown{
		Name:        p.nodeName("name", w.GetName()),
		Incarnation: p.number("incarnation", w.GetIncarnation(), 1, 1<<64-1),
		At:          w.GetAt(),
	}
}

// nodeName decodes a node's name, which is never empty.
func (p *part) nodeName(field, from string) string {
	if from == "" {
		p.refuse(field, "missing")
	}
	return p.text(field, from, maxName)
}

// VerdictToWire encodes what became of an entry; nil becomes the verdict without a code.
func VerdictToWire(verdict error) *wire.LedgerVerdict {
	if verdict == nil {
		return &wire.LedgerVerdict{}
	}
	w := &wire.LedgerVerdict{Code: string(CodeOf(verdict)), Detail: clip(verdict.Error())}
	var known *GatewayError
	if errors.As(verdict, &known) && len(known.Op) <= maxOp {
		w.Op, w.Detail = known.Op, clip(known.Detail)
	}
	return w
}

// VerdictFromWire decodes what became of an entry: nil where it was applied. The second error says
// that the verdict has not its form.
func VerdictFromWire(w *wire.LedgerVerdict) (verdict, malformed error) {
	p := whole("ledger_verdict")
	op, detail := p.text("op", w.GetOp(), maxOp), p.text("detail", w.GetDetail(), MaxDetail)
	if w.GetCode() == "" {
		return nil, p.err()
	}
	code := p.code("code", w.GetCode())
	if err := p.err(); err != nil {
		return nil, err
	}
	return Refused(code, op, detail), nil
}

// EncodeStanding encodes a standing.
func EncodeStanding(s LedgerStanding) ([]byte, error) {
	return proto.Marshal(&wire.LedgerStanding{Applied: s.Applied, Height: uint64(s.Height),
		StallMs: s.StallMS, Blind: s.Blind})
}

// DecodeStanding decodes a standing.
func DecodeStanding(encoded []byte) (LedgerStanding, error) {
	w := new(wire.LedgerStanding)
	if err := UnmarshalStrict(encoded, w); err != nil {
		return LedgerStanding{}, err
	}
	return LedgerStanding{Applied: w.GetApplied(), Height: Height(w.GetHeight()),
		StallMS: w.GetStallMs(), Blind: w.GetBlind()}, nil
}
