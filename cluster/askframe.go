package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"kmsgateway/messages"
)

// The frames of questions, all numbers big-endian:
//
//	frame     length of the rest (4) | kind (1) | id (8) | content
//	question  remaining milliseconds (4) | topic | body to the end
//	answer    body to the end
//	refusal   code | op | field | detail to the end
//
// where topic, code, op and field are a length (1) and as many bytes.
const (
	kindQuestion byte = iota + 1
	kindAnswer
	kindRefusal
)

const (
	// maxAskBody bounds a question's or answer's body in bytes: an entry of the ledger and a little.
	maxAskBody = messages.MaxEntry + 4<<10
	// maxAskFrame leaves room for the fields around a body.
	maxAskFrame = maxAskBody + 1<<10
	maxWord     = 64 // bytes of topic, code, op and field
	frameHead   = 4
)

// errFrame is every frame that does not have its form.
var errFrame = errors.New("frame does not have its form")

// frame is one frame; which fields count depends on the kind.
type frame struct {
	kind   byte
	id     uint64
	budget time.Duration // of a question, from when it was written; at least 1 ms
	topic  string
	body   []byte
	why    *messages.GatewayError // of a refusal
}

// encode renders a frame, length included.
func (f frame) encode() []byte {
	out := make([]byte, frameHead, frameHead+9+4+4*(1+maxWord)+len(f.body)+messages.MaxDetail)
	out = append(out, f.kind)
	out = binary.BigEndian.AppendUint64(out, f.id)
	switch f.kind {
	case kindQuestion:
		budget := min(max(f.budget, time.Millisecond), messages.MaxBudget)
		out = binary.BigEndian.AppendUint32(out, uint32(budget.Milliseconds()))
		out = append(appendWord(out, f.topic), f.body...)
	case kindAnswer:
		out = append(out, f.body...)
	case kindRefusal:
		out = appendWord(out, string(f.why.Code))
		out = appendWord(out, f.why.Op)
		out = appendWord(out, f.why.Field)
		out = append(out, f.why.Detail...)
	}
	binary.BigEndian.PutUint32(out, uint32(len(out)-frameHead))
	return out
}

// readFrame reads the next frame. Whatever its error, the connection is of no use after it.
func readFrame(from io.Reader) (frame, error) {
	var size [frameHead]byte
	if _, err := io.ReadFull(from, size[:]); err != nil {
		return frame{}, err
	}
	length := binary.BigEndian.Uint32(size[:])
	if length < 9 || length > maxAskFrame {
		return frame{}, fmt.Errorf("%w: %d bytes, at most %d", errFrame, length, maxAskFrame)
	}
	content := make([]byte, length)
	if _, err := io.ReadFull(from, content); err != nil {
		return frame{}, err
	}
	return decodeFrame(content)
}

// decodeFrame reads a frame without its length.
func decodeFrame(content []byte) (frame, error) {
	f := frame{kind: content[0], id: binary.BigEndian.Uint64(content[1:9])}
	rest := content[9:]
	var ok bool
	switch f.kind {
	case kindQuestion:
		if len(rest) < 4 {
			return f, errFrame
		}
		f.budget = min(time.Duration(binary.BigEndian.Uint32(rest))*time.Millisecond,
			messages.MaxBudget)
		f.topic, f.body, ok = cutWord(rest[4:])
		ok = ok && len(f.body) <= maxAskBody
	case kindAnswer:
		f.body, ok = rest, len(rest) <= maxAskBody
	case kindRefusal:
		f.why, ok = decodeRefusal(rest)
	}
	if !ok {
		return f, errFrame
	}
	return f, nil
}

// decodeRefusal reads a refusal. A code that is not known here, of a newer program, is INTERNAL.
func decodeRefusal(rest []byte) (*messages.GatewayError, bool) {
	code, rest, one := cutWord(rest)
	op, rest, two := cutWord(rest)
	field, detail, three := cutWord(rest)
	if !one || !two || !three || len(detail) > messages.MaxDetail || !utf8.Valid(detail) {
		return nil, false
	}
	return &messages.GatewayError{Code: messages.ReasonOf(messages.Code(code)).Code, Op: op,
		Field: field, Detail: string(detail)}, true
}

// refusalOf is what of an error crosses the wire.
func refusalOf(err error) *messages.GatewayError {
	var known *messages.GatewayError
	if !errors.As(err, &known) {
		known = &messages.GatewayError{Code: messages.CodeInternal, Detail: err.Error()}
	}
	if known.Code == messages.CodeInternal && errors.Is(err, context.DeadlineExceeded) {
		known = &messages.GatewayError{Code: messages.CodeDeadline, Op: known.Op, Detail: err.Error()}
	}
	detail := known.Detail
	if known.Cause != nil {
		detail = strings.TrimPrefix(detail+": "+known.Cause.Error(), ": ")
	}
	return &messages.GatewayError{Code: known.Code, Op: clipWord(known.Op),
		Field: clipWord(known.Field), Detail: clipDetail(detail)}
}

func appendWord(out []byte, word string) []byte {
	word = clipWord(word)
	return append(append(out, byte(len(word))), word...)
}

// cutWord takes a word from the front.
func cutWord(from []byte) (word string, rest []byte, ok bool) {
	if len(from) == 0 || from[0] > maxWord || len(from) < 1+int(from[0]) {
		return "", nil, false
	}
	end := 1 + int(from[0])
	return string(from[1:end]), from[end:], utf8.Valid(from[1:end])
}

func clipWord(word string) string     { return clipText(word, maxWord) }
func clipDetail(detail string) string { return clipText(detail, messages.MaxDetail) }

// clipText makes a text fit: valid UTF-8 of at most so many bytes.
func clipText(text string, most int) string {
	text = strings.ToValidUTF8(text, "?")
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
