package laws

import (
	"bytes"
	"fmt"

	"kmsgateway/messages"
)

// Law 7. What the rules refuse leaves no trace in a ledger, and its log does not tell what was
// refused. So the law asks what the rules allow the cursor to be, and looks for whoever acted from
// a cursor that they do not.

func noLedgers(h History) string {
	if len(h.Ledgers) == 0 {
		return "no ledger was seen"
	}
	return ""
}

func ledgersAgree(h History) []Breach {
	if len(h.Ledgers) == 0 {
		return nil
	}
	return append(prefixes(h), cursors(h)...)
}

// longest is the ledger that has the most; where all is well every other one is a prefix of it.
func longest(ledgers []Ledger) (most Ledger) {
	for _, l := range ledgers {
		if len(l.Entries) > len(most.Entries) || most.Node == "" {
			most = l
		}
	}
	return most
}

// prefixes compares every ledger with the longest, and all digests of one index.
func prefixes(h History) (breaches []Breach) {
	most := longest(h.Ledgers)
	for _, l := range h.Ledgers {
		for i, own := range l.Entries {
			if at := most.Entries[i]; own.Index != at.Index || !bytes.Equal(own.Entry, at.Entry) {
				breaches = append(breaches, Breach{Law: 7, Detail: fmt.Sprintf(
					"the ledgers of %s and %s part at log %d", l.Node, most.Node, own.Index)})
				break
			}
		}
	}
	type sight struct {
		node   string
		digest messages.Hash
	}
	first := make(map[uint64]sight)
	for _, l := range h.Ledgers {
		for _, p := range l.Prefixes {
			was, known := first[p.Index]
			if !known {
				first[p.Index] = sight{l.Node, p.Digest}
				continue
			}
			if was.digest != p.Digest {
				breaches = append(breaches, Breach{Law: 7, Detail: fmt.Sprintf(
					"%s and %s hold another ledger up to log %d", was.node, l.Node, p.Index)})
				break
			}
		}
	}
	return breaches
}

// track is what the rules allow the cursor to be.
type track struct {
	allowed  map[messages.BlockRef]bool
	unwound  map[messages.BlockRef]bool            // where some Unwind goes
	finals   map[messages.BlockRef]messages.Height // the least that any Admit to there calls final
	final    messages.Height                       // as far as some later proposal rests on it
	breaches []Breach
}

// newTrack starts at the zero block, the cursor of an empty ledger.
func newTrack() *track {
	return &track{allowed: map[messages.BlockRef]bool{{}: true},
		unwound: map[messages.BlockRef]bool{},
		finals:  map[messages.BlockRef]messages.Height{}}
}

// rest takes a proposal's word for the cursor it was made from.
func (t *track) rest(index uint64, from messages.BlockRef) {
	if !t.allowed[from] {
		t.breaches = append(t.breaches, Breach{Law: 7, Detail: fmt.Sprintf(
			"log %d goes on from block %s, which no rule lets the cursor reach", index, from)})
		t.allowed[from] = true // once is enough
	}
	t.final = max(t.final, t.finals[from])
}

// admit lets the cursor go up, or stay: an Admit may bring only a new final height.
func (t *track) admit(index uint64, e messages.Admit) {
	t.rest(index, e.From)
	if e.To.Number < e.From.Number {
		return
	}
	t.allowed[e.To] = true
	if least, known := t.finals[e.To]; !known || e.Final < least {
		t.finals[e.To] = e.Final
	}
}

// unwind lets the cursor go down, not below what was final when it was proposed.
func (t *track) unwind(index uint64, e messages.Unwind) {
	t.rest(index, e.From)
	t.unwound[e.To] = true
	if e.To.Number < e.From.Number && e.To.Number >= t.final {
		t.allowed[e.To] = true
	}
}

// cursors follows the longest ledger, then holds what the listeners said to it.
func cursors(h History) []Breach {
	t := newTrack()
	for _, applied := range longest(h.Ledgers).Entries {
		entry, err := messages.DecodeEntry(applied.Entry)
		if err != nil {
			return append(t.breaches, Breach{Law: 7,
				Detail: fmt.Sprintf("log %d cannot be read: %v", applied.Index, err)})
		}
		switch e := entry.(type) {
		case messages.Admit:
			t.admit(applied.Index, e)
		case messages.Unwind:
			t.unwind(applied.Index, e)
		}
	}
	for _, fact := range h.Facts {
		switch {
		case fact.Name == messages.FactCursorUnwound && fact.Block.Number < fact.Final:
			t.breaches = append(t.breaches, Breach{Law: 7, Detail: fmt.Sprintf(
				"unwound to block %s, below the finalized %d", fact.Block, fact.Final)})
		case fact.Name == messages.FactCursorUnwound && !t.unwound[fact.Block]:
			t.breaches = append(t.breaches, Breach{Law: 7, Detail: fmt.Sprintf(
				"went back to block %s by no Unwind", fact.Block)})
		case fact.Name == messages.FactBlockScanned && !t.allowed[fact.Block]:
			t.breaches = append(t.breaches, Breach{Law: 7, Detail: fmt.Sprintf(
				"went on to block %s by no Admit", fact.Block)})
		}
	}
	return t.breaches
}
