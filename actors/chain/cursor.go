package chain

import (
	"errors"
	"fmt"

	"kmsgateway/messages"
)

const (
	// maxEntryEvents bounds one Admit, so that an entry stays far below the ledger's 1 MB. A block
	// is never split: one with more events makes an entry of its own.
	maxEntryEvents = 256
	// maxSpanEvents is about what one scan should hold in memory (a few MB); a fuller one narrows
	// the next.
	maxSpanEvents = 4096
	// firstWidth is the number of blocks of the first scan: within what every endpoint serves.
	firstWidth = 64
	// maxWidth is the widest scan in blocks, the usual limit of public endpoints.
	maxWidth = 2048
	// maxTrail bounds the block hashes kept for finding a common ancestor.
	maxTrail = 1024
)

// Finality says which block is deep enough to act upon. The zero value is none; make one with
// Finalized, Safe or Confirmations.
type Finality struct {
	measure       measure
	confirmations messages.Height
}

type measure uint8

const (
	measureFinalized measure = iota + 1
	measureSafe
	measureLatest
)

// Finalized waits for what the chain's consensus calls finalized.
func Finalized() Finality { return Finality{measure: measureFinalized} }

// Safe waits for what the chain's consensus calls safe.
func Safe() Finality { return Finality{measure: measureSafe} }

// Confirmations waits for n blocks on top; 0 takes the latest block itself.
func Confirmations(n messages.Height) Finality {
	return Finality{measure: measureLatest, confirmations: n}
}

// Height is the highest block that is final by this measure, never above the latest.
func (f Finality) Height(tip Tip) messages.Height {
	switch f.measure {
	case measureFinalized:
		return min(tip.Finalized, tip.Latest)
	case measureSafe:
		return min(tip.Safe, tip.Latest)
	case measureLatest:
		return tip.Latest - min(f.confirmations, tip.Latest)
	default:
		return 0
	}
}

// nextRange is the next blocks to scan, both inclusive; false where target is reached.
func nextRange(cursor messages.BlockRef, start, target, width messages.Height) (
	from, to messages.Height, more bool) {
	from = start
	if !cursor.IsZero() {
		from = cursor.Number + 1
	}
	if from > target {
		return 0, 0, false
	}
	return from, min(target, from+width-1), true
}

// errReorged says that the range does not stand on the cursor: the chain changed meanwhile.
var errReorged = errors.New("range does not follow the cursor")

// follows checks that a span is exactly the blocks from..to, chained by parent hash onto the
// cursor, with events inside them and in order. errReorged where only the joint is broken.
func follows(span Span, cursor messages.BlockRef, from, to messages.Height) error {
	const op = "check range"
	if uint64(len(span.Heads)) != uint64(to-from)+1 {
		return messages.ChainInconsistent(op, fmt.Sprintf("%d heads for blocks %d to %d",
			len(span.Heads), from, to))
	}
	for i, head := range span.Heads {
		if head.Ref.Number != from+messages.Height(i) {
			return messages.ChainInconsistent(op, fmt.Sprintf("block %d where %d belongs",
				head.Ref.Number, from+messages.Height(i)))
		}
		if i > 0 && head.Parent != span.Heads[i-1].Ref.Hash {
			return messages.ChainInconsistent(op, fmt.Sprintf("block %d has another parent",
				head.Ref.Number))
		}
	}
	if !cursor.IsZero() && span.Heads[0].Parent != cursor.Hash {
		return errReorged
	}
	return ordered(span, from)
}

// ordered checks that each event stands in a block of the span, after the one before it.
func ordered(span Span, from messages.Height) error {
	const op = "check events"
	var last messages.EventPlace
	for i, event := range span.Events {
		place := placeOf(event)
		index := place.Block.Number - from // wraps where it lies before from
		if uint64(index) >= uint64(len(span.Heads)) || span.Heads[index].Ref != place.Block {
			return messages.ChainInconsistent(op, "event in foreign block "+place.Block.String())
		}
		if i > 0 && !before(last, place) {
			return messages.ChainInconsistent(op, "events out of order at "+place.Block.String())
		}
		last = place
	}
	return nil
}

func before(a, b messages.EventPlace) bool {
	if a.Block.Number != b.Block.Number {
		return a.Block.Number < b.Block.Number
	}
	return a.LogIndex < b.LogIndex
}

func placeOf(event messages.Event) messages.EventPlace {
	switch {
	case event.Requested != nil:
		return event.Requested.Place
	case event.Ended != nil:
		return event.Ended.Place
	default:
		return messages.EventPlace{}
	}
}

// numbered checks that requests follow on from next without a gap: a gap shows an omitted event
// without trusting any endpoint.
func numbered(events []messages.Event, next uint64) error {
	for _, event := range events {
		if event.Requested == nil {
			continue
		}
		if got := event.Requested.Request.Number; got != next {
			return messages.ChainInconsistent("check numbers", fmt.Sprintf(
				"request %d in block %s where %d belongs", got, event.Requested.Place.Block, next))
		}
		next++
	}
	return nil
}

// admits cuts a span that follows the cursor into entries at block boundaries. Final is clipped to
// the entry's own end: it says nothing about blocks not yet read.
func admits(cursor messages.BlockRef, span Span, final messages.Height) []messages.Admit {
	var entries []messages.Admit
	open := messages.Admit{From: cursor, To: cursor}
	events := span.Events
	for _, head := range span.Heads {
		n := 0
		for n < len(events) && placeOf(events[n]).Block.Number == head.Ref.Number {
			n++
		}
		if len(open.Events) > 0 && len(open.Events)+n > maxEntryEvents {
			entries = append(entries, open)
			open = messages.Admit{From: open.To}
		}
		open.Events = append(open.Events, events[:n]...)
		events = events[n:]
		open.To = head.Ref
		open.Final = min(final, head.Ref.Number)
	}
	return append(entries, open)
}

// width is how many blocks a scan takes: halved by trouble and crowds, doubled by success.
type width messages.Height

// halve reports false where it was at one block already.
func (w *width) halve() bool {
	if *w <= 1 {
		return false
	}
	*w /= 2
	return true
}

// adjust learns from a scan that succeeded with so many events.
func (w *width) adjust(events int) {
	switch {
	case events > maxSpanEvents:
		w.halve()
	case events < maxSpanEvents/4:
		*w = min(*w*2, maxWidth)
	}
}

// trail is the newest blocks up to the cursor, ascending and without a gap.
type trail struct{ refs []messages.BlockRef }

// start forgets all but the cursor.
func (t *trail) start(cursor messages.BlockRef) {
	t.refs = t.refs[:0]
	if !cursor.IsZero() {
		t.refs = append(t.refs, cursor)
	}
}

// cursor is the newest block, zero where there is none.
func (t *trail) cursor() messages.BlockRef {
	if len(t.refs) == 0 {
		return messages.BlockRef{}
	}
	return t.refs[len(t.refs)-1]
}

// extend appends the blocks that an entry admitted, and forgets those below final.
func (t *trail) extend(heads []Head, to messages.BlockRef, final messages.Height) {
	for _, head := range heads {
		if head.Ref.Number > t.cursor().Number || len(t.refs) == 0 {
			t.refs = append(t.refs, head.Ref)
		}
		if head.Ref == to {
			break
		}
	}
	drop := max(0, len(t.refs)-maxTrail)
	for drop < len(t.refs)-1 && t.refs[drop].Number < final {
		drop++
	}
	t.refs = append(t.refs[:0], t.refs[drop:]...)
}

// cut keeps the first n blocks, the last of which is to; where n is 0, to alone.
func (t *trail) cut(n int, to messages.BlockRef) {
	if n == 0 {
		t.start(to)
		return
	}
	t.refs = t.refs[:n]
}
