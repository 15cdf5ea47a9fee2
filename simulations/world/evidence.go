package world

import (
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
)

// Laws is the history as the laws want it, but for what only a scenario can say: Bound and Apart.
func (h History) Laws() laws.History {
	e := laws.History{Canonical: h.Requested, Settlements: h.Settlements, Ended: h.Endings,
		Keys: h.Keys, Gateway: h.Gateway, Healed: h.Healed, Finished: h.Ended,
		Broadcasts: transactions(h.Broadcasts), Mined: transactions(h.Mined)}
	for _, said := range h.Facts {
		e.Facts = append(e.Facts, said.Fact)
	}
	for _, l := range h.Ledgers {
		e.Ledgers = append(e.Ledgers, ledgerOf(l))
	}
	asked := map[messages.Hash]time.Time{}
	for _, a := range h.Asked {
		asked[a.Digest] = a.At
	}
	ended := h.EndedAt()
	for _, requested := range h.Requested {
		e.Courses = append(e.Courses, laws.Course{Request: requested.Request,
			Asked: asked[requested.Request.Digest], Ended: ended[requested.Request]})
	}
	return e
}

// EndedAt is the time of the block in which each request ended first, on the canonical chain.
func (h History) EndedAt() map[messages.RequestID]time.Time {
	mined := map[messages.BlockRef]time.Time{}
	for _, head := range h.Heads {
		mined[head.Ref] = time.Unix(int64(head.Time), 0).UTC()
	}
	ended := map[messages.RequestID]time.Time{}
	for _, end := range h.Endings {
		if _, twice := ended[end.Request]; !twice { // law 2 speaks of those
			ended[end.Request] = mined[end.Place.Block]
		}
	}
	return ended
}

func transactions(all []Transaction) (found []laws.Transaction) {
	for _, t := range all {
		found = append(found, laws.Transaction{Sender: t.Sender, Nonce: t.Nonce, Hash: t.Hash,
			Requests: t.Requests})
	}
	return found
}

func ledgerOf(l Ledger) laws.Ledger {
	found := laws.Ledger{Node: l.Node}
	for _, p := range l.Prefixes {
		found.Prefixes = append(found.Prefixes, laws.Prefix{Index: p.Index, Digest: p.Digest})
	}
	for _, entry := range l.Entries {
		encoded, err := messages.EncodeEntry(entry.Entry)
		if err != nil {
			encoded = nil // which cannot be read either, and law 7 says so
		}
		found.Entries = append(found.Entries, laws.Applied{Index: entry.Index, Entry: encoded})
	}
	return found
}
