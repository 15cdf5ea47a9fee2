package chain

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

func ref(n messages.Height, fork byte) messages.BlockRef {
	return messages.BlockRef{Number: n, Hash: messages.Hash{byte(n), byte(n >> 8), fork, 1}}
}

// spanOf chains the blocks from..to of a fork onto a parent, with so many requests in each.
func spanOf(parent messages.BlockRef, from, to messages.Height, fork byte, requests ...int) Span {
	var span Span
	number := uint64(1)
	for n := from; n <= to; n++ {
		head := Head{Ref: ref(n, fork), Parent: parent.Hash}
		span.Heads = append(span.Heads, head)
		parent = head.Ref
		if i := int(n - from); i < len(requests) {
			for log := range requests[i] {
				span.Events = append(span.Events, messages.Event{Requested: &messages.Requested{
					Request: messages.RequestID{Number: number},
					Place:   messages.EventPlace{Block: head.Ref, LogIndex: uint32(log)}}})
				number++
			}
		}
	}
	return span
}

func TestFinalityHeight(t *testing.T) {
	rows := []struct {
		name     string
		finality Finality
		tip      Tip
		want     messages.Height
	}{
		{"finalized", Finalized(), Tip{Latest: 100, Safe: 90, Finalized: 64}, 64},
		{"finalized, nothing yet", Finalized(), Tip{Latest: 5, Safe: 5}, 0},
		{"finalized above latest", Finalized(), Tip{Latest: 5, Safe: 9, Finalized: 9}, 5},
		{"safe", Safe(), Tip{Latest: 100, Safe: 90, Finalized: 64}, 90},
		{"safe above latest", Safe(), Tip{Latest: 100, Safe: 101}, 100},
		{"latest itself", Confirmations(0), Tip{Latest: 100}, 100},
		{"twelve on top", Confirmations(12), Tip{Latest: 100}, 88},
		{"younger than the confirmations", Confirmations(12), Tip{Latest: 7}, 0},
		{"none", Finality{}, Tip{Latest: 100, Safe: 90, Finalized: 64}, 0},
	}
	for _, row := range rows {
		if got := row.finality.Height(row.tip); got != row.want {
			t.Errorf("%s: %d, want %d", row.name, got, row.want)
		}
	}
}

func TestNextRange(t *testing.T) {
	rows := []struct {
		name                 string
		cursor               messages.BlockRef
		start, target, width messages.Height
		from, to             messages.Height
		more                 bool
	}{
		{"first start", messages.BlockRef{}, 7, 100, 10, 7, 16, true},
		{"after the cursor", ref(16, 0), 7, 100, 10, 17, 26, true},
		{"up to the target", ref(96, 0), 7, 100, 10, 97, 100, true},
		{"one block", ref(99, 0), 7, 100, 1, 100, 100, true},
		{"there", ref(100, 0), 7, 100, 10, 0, 0, false},
		{"target fell back", ref(100, 0), 7, 98, 10, 0, 0, false},
		{"not deployed yet", messages.BlockRef{}, 7, 6, 10, 0, 0, false},
		{"genesis is a cursor", ref(0, 0), 0, 5, 10, 1, 5, true},
	}
	for _, row := range rows {
		from, to, more := nextRange(row.cursor, row.start, row.target, row.width)
		if from != row.from || to != row.to || more != row.more {
			t.Errorf("%s: %d to %d, %v", row.name, from, to, more)
		}
	}
}

func TestFollows(t *testing.T) {
	whole := func() Span { return spanOf(ref(4, 0), 5, 8, 0, 2, 0, 1) }
	rows := []struct {
		name  string
		spoil func(*Span)
		want  messages.Code // "" where it follows
	}{
		{"whole", func(*Span) {}, ""},
		{"a head is missing", func(s *Span) { s.Heads = slices.Delete(s.Heads, 1, 2) },
			messages.CodeChainInconsistent},
		{"a head too many", func(s *Span) { s.Heads = append(s.Heads, Head{Ref: ref(9, 0)}) },
			messages.CodeChainInconsistent},
		{"a foreign head", func(s *Span) { s.Heads[2].Ref.Number = 9 },
			messages.CodeChainInconsistent},
		{"a broken parent", func(s *Span) { s.Heads[2].Parent = messages.Hash{9} },
			messages.CodeChainInconsistent},
		{"an event of another fork", func(s *Span) { s.Events[2].Requested.Place.Block = ref(7, 1) },
			messages.CodeChainInconsistent},
		{"an event below", func(s *Span) { s.Events[0].Requested.Place.Block = ref(4, 0) },
			messages.CodeChainInconsistent},
		{"an event above", func(s *Span) { s.Events[2].Requested.Place.Block = ref(9, 0) },
			messages.CodeChainInconsistent},
		{"events out of order", func(s *Span) { slices.Reverse(s.Events) },
			messages.CodeChainInconsistent},
		{"an event twice", func(s *Span) { s.Events[1] = s.Events[0] },
			messages.CodeChainInconsistent},
		{"an empty event", func(s *Span) { s.Events[1] = messages.Event{} },
			messages.CodeChainInconsistent},
	}
	for _, row := range rows {
		span := whole()
		row.spoil(&span)
		err := follows(span, ref(4, 0), 5, 8)
		if messages.CodeOf(err) != row.want || errors.Is(err, errReorged) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	if err := follows(whole(), ref(4, 1), 5, 8); !errors.Is(err, errReorged) {
		t.Errorf("onto another fork: %v", err)
	}
	if err := follows(whole(), messages.BlockRef{}, 5, 8); err != nil {
		t.Errorf("onto nothing: %v", err)
	}
}

func TestNumbered(t *testing.T) {
	events := spanOf(ref(4, 0), 5, 8, 0, 2, 0, 1).Events
	rows := []struct {
		name   string
		events []messages.Event
		next   uint64
		sound  bool
	}{
		{"in sequence", events, 1, true},
		{"nothing", nil, 7, true},
		{"ends do not count", append([]messages.Event{{Ended: &messages.Ended{}}}, events...), 1, true},
		{"the first is missing", events[1:], 1, false},
		{"one between is missing", []messages.Event{events[0], events[2]}, 1, false},
		{"one comes again", events, 2, false},
	}
	for _, row := range rows {
		if err := numbered(row.events, row.next); (err == nil) != row.sound {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

// However events lie in blocks: the entries follow on from the cursor to the end, lose no event,
// keep blocks whole, and hold few events unless one block alone has more.
func TestAdmitsCutAtBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(100, 400)), 1, 12).
			Draw(t, "events by block")
		cursor, from := ref(4, 0), messages.Height(5)
		span := spanOf(cursor, from, from+messages.Height(len(counts))-1, 0, counts...)
		final := messages.Height(rapid.IntRange(0, 20).Draw(t, "final"))
		var events []messages.Event
		for _, entry := range admits(cursor, span, final) {
			if entry.From != cursor || entry.To.Number <= entry.From.Number {
				t.Fatalf("entry from %s to %s after %s", entry.From, entry.To, cursor)
			}
			blocks := map[messages.Height]bool{}
			for _, event := range entry.Events {
				at := event.Requested.Place.Block.Number
				blocks[at] = true
				if at <= entry.From.Number || at > entry.To.Number {
					t.Fatalf("event of block %d in %s to %s", at, entry.From, entry.To)
				}
			}
			if len(entry.Events) > maxEntryEvents && len(blocks) > 1 {
				t.Fatalf("%d events of %d blocks", len(entry.Events), len(blocks))
			}
			if entry.Final != min(final, entry.To.Number) {
				t.Fatalf("final %d up to %s", entry.Final, entry.To)
			}
			events = append(events, entry.Events...)
			cursor = entry.To
		}
		if cursor != span.Heads[len(span.Heads)-1].Ref || !slices.Equal(events, span.Events) {
			t.Fatalf("ends at %s with %d events of %d", cursor, len(events), len(span.Events))
		}
	})
}

func TestWidthLearns(t *testing.T) {
	w := width(64)
	for range 6 {
		w.halve()
	}
	if w != 1 || w.halve() {
		t.Errorf("halved down to %d", w)
	}
	for range 20 {
		w.adjust(0)
	}
	if w != maxWidth {
		t.Errorf("grew to %d", w)
	}
	w.adjust(maxSpanEvents / 2)
	if w != maxWidth {
		t.Errorf("a well filled span changes it to %d", w)
	}
	w.adjust(maxSpanEvents + 1)
	if w != maxWidth/2 {
		t.Errorf("a crowded span changes it to %d", w)
	}
}

func TestTrailIsBounded(t *testing.T) {
	var tr trail
	tr.start(ref(1, 0))
	parent := ref(1, 0)
	for n := messages.Height(2); n < 3*maxTrail; n += 10 {
		span := spanOf(parent, n, n+9, 0)
		parent = span.Heads[9].Ref
		tr.extend(span.Heads, parent, 0)
		if len(tr.refs) > maxTrail || tr.cursor() != parent {
			t.Fatalf("%d blocks up to %s", len(tr.refs), tr.cursor())
		}
	}
	tr.extend(nil, parent, parent.Number-5)
	if len(tr.refs) != 6 || tr.refs[0].Number != parent.Number-5 {
		t.Errorf("%d blocks from %s with the final one the lowest", len(tr.refs), tr.refs[0])
	}
	tr.extend(nil, parent, parent.Number+100)
	if len(tr.refs) != 1 || tr.cursor() != parent {
		t.Error("the cursor itself was forgotten")
	}
}
