package laws

import (
	"cmp"
	"fmt"
	"slices"

	"kmsgateway/messages"
)

// Law 8. A journaled transaction counts once it was broadcast: what the ledger refused never is.

// noJournal names the first thing that is missing to judge transactions by.
func noJournal(h History) string {
	switch {
	case len(h.Ledgers) == 0:
		return "no ledger was seen"
	case len(h.Broadcasts) == 0:
		return "no transaction was broadcast"
	case h.Apart == 0:
		return "it is not said how many blocks lie between Supersedes"
	default:
		return ""
	}
}

// slot names one payload's place in a sender's sequence.
type slot struct {
	sender messages.Address
	nonce  uint64
	bump   uint32
}

// turn is a nonce of a sender.
type turn struct {
	sender messages.Address
	nonce  uint64
}

// sending is a Send of the journal.
type sending struct {
	turn
	at       int // position in the log
	hash     messages.Hash
	requests []messages.RequestID
}

// journal is the longest ledger as law 8 needs it. Positions count entries.
type journal struct {
	slots      map[messages.Hash]slot
	sends      []sending
	supersedes map[turn][]int
	counts     map[messages.Address][]count
	highest    []messages.Height // that the cursor may have been, by position
	lowest     []messages.Height // that it has been at least once
}

// count is an account's transaction count as an Admit tells it.
type count struct {
	at    int
	nonce uint64
}

// readJournal goes through a ledger once. Refused entries are in it too: what reads the journal
// must ask for evidence that an entry was accepted.
func readJournal(l Ledger) journal {
	j := journal{slots: map[messages.Hash]slot{}, supersedes: map[turn][]int{},
		counts: map[messages.Address][]count{}}
	var high, low messages.Height
	at := 0
	for entry := range entriesOf(l) {
		switch e := entry.(type) {
		case messages.Admit:
			high, low = max(high, e.To.Number), max(low, e.From.Number)
			for _, n := range e.Nonces {
				j.counts[n.Sender] = append(j.counts[n.Sender], count{at, n.Nonce})
			}
		case messages.Send:
			j.slots[e.Hash] = slot{e.Sender, e.Nonce, 0}
			j.sends = append(j.sends, sending{turn{e.Sender, e.Nonce}, at, e.Hash, e.Requests})
		case messages.Bump:
			j.slots[e.Hash] = slot{e.Sender, e.Nonce, e.Bump}
		case messages.Supersede:
			who := turn{e.Sender, e.Nonce}
			j.supersedes[who] = append(j.supersedes[who], at)
		}
		j.highest, j.lowest = append(j.highest, high), append(j.lowest, low)
		at++
	}
	return j
}

func payloadsAreOne(h History) []Breach {
	if len(h.Ledgers) == 0 {
		return nil
	}
	j := readJournal(longest(h.Ledgers))
	breaches := onePayload(h, j)
	breaches = append(breaches, sentAgain(h, j)...)
	return append(breaches, wasted(h, j)...)
}

// onePayload wants each broadcast journaled, and one payload a slot.
func onePayload(h History, j journal) (breaches []Breach) {
	taken := make(map[slot]messages.Hash)
	seen := make(map[messages.Hash]bool)
	for _, tx := range slices.Concat(h.Broadcasts, h.Mined) {
		if seen[tx.Hash] {
			continue
		}
		seen[tx.Hash] = true
		at, known := j.slots[tx.Hash]
		if !known {
			breaches = append(breaches, Breach{Law: 8, Detail: fmt.Sprintf(
				"nonce %d of %s was broadcast and is in no journal", tx.Nonce, tx.Sender)})
			continue
		}
		if other, is := taken[at]; is {
			breaches = append(breaches, Breach{Law: 8, Detail: fmt.Sprintf(
				"nonce %d of %s, bump %d, has two payloads, %s and %s", at.nonce, at.sender,
				at.bump, other, tx.Hash)})
		}
		taken[at] = tx.Hash
	}
	return breaches
}

// sentAgain looks at each request that left in more than one transaction: the earlier one's nonce
// must have ended, or a Supersede freed it, K blocks after the last one did.
func sentAgain(h History, j journal) (breaches []Breach) {
	broadcast := make(map[messages.Hash]bool)
	for _, tx := range h.Broadcasts {
		broadcast[tx.Hash] = true
	}
	last := make(map[messages.RequestID]sending)
	freed := make(map[messages.RequestID]int) // position of its last Supersede
	for _, s := range j.sends {
		if !broadcast[s.hash] {
			continue
		}
		for _, id := range s.requests {
			before, again := last[id]
			last[id] = s
			if !again || before.turn == s.turn || j.ended(before, s.at) {
				continue
			}
			at, fault := j.free(before, s.at, freed, id, h.Apart)
			if fault != "" {
				breaches = append(breaches, Breach{8, id, fault})
				continue
			}
			freed[id] = at
		}
	}
	return breaches
}

// ended tells whether a nonce was seen to end before a position.
func (j journal) ended(s sending, before int) bool {
	return slices.ContainsFunc(j.counts[s.sender], func(c count) bool {
		return c.at > s.at && c.at < before && c.nonce > s.nonce
	})
}

// free finds the Supersede that let a request go, the first that may have.
func (j journal) free(s sending, before int, freed map[messages.RequestID]int,
	id messages.RequestID, apart messages.Height) (int, string) {
	found := false
	for _, at := range j.supersedes[s.turn] {
		if at <= s.at || at >= before {
			continue
		}
		found = true
		was, again := freed[id]
		if !again || j.highest[at] >= j.lowest[was]+apart {
			return at, ""
		}
	}
	if found {
		return 0, fmt.Sprintf("superseded twice within %d blocks", apart)
	}
	return 0, fmt.Sprintf("sent again while nonce %d of %s was open", s.nonce, s.sender)
}

// wasted counts, for each request, the mined transactions that had to skip it.
func wasted(h History, j journal) (breaches []Breach) {
	settled := make(map[messages.RequestID]bool)
	for _, s := range h.Settlements {
		settled[s.Request] = true
	}
	skips := make(map[messages.RequestID]int)
	for _, tx := range h.Mined {
		for _, id := range tx.Requests {
			skips[id]++
		}
	}
	// One skip is allowed to each: anybody may settle an opening that is public, a block before us.
	for id, mined := range skips {
		allowed := 1 + j.supersededOf(id)
		if settled[id] {
			mined--
		}
		if mined > allowed {
			breaches = append(breaches, Breach{8, id,
				fmt.Sprintf("skipped by %d mined transactions, %d are allowed", mined, allowed)})
		}
	}
	slices.SortFunc(breaches, func(a, b Breach) int {
		return cmp.Compare(a.Request.String(), b.Request.String())
	})
	return breaches
}

// supersededOf counts the transactions with a request that some Supersede names.
func (j journal) supersededOf(id messages.RequestID) int {
	turns := make(map[turn]bool)
	for _, s := range j.sends {
		if slices.Contains(s.requests, id) && len(j.supersedes[s.turn]) > 0 {
			turns[s.turn] = true
		}
	}
	return len(turns)
}
