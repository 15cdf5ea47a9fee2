package report

import (
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
	"kmsgateway/simulations/scenario"
	"kmsgateway/simulations/world"
)

// evidence is what a world left behind as the laws want it.
func evidence(s scenario.Scenario, h world.History) laws.History {
	e := h.Laws()
	e.Apart = messages.Height(s.Assertions.Supersedes)
	e.Bound, e.Healed, e.Finished = s.Assertions.Bound, h.Healed, h.Ended
	e.Broadcasts, e.Mined = transactions(h.Broadcasts), transactions(h.Mined)
	for _, l := range h.Ledgers {
		e.Ledgers = append(e.Ledgers, ledgerOf(l))
	}
	asked, ended := askedAt(h), endedAt(h)
	for _, requested := range h.Requested {
		e.Courses = append(e.Courses, laws.Course{Request: requested.Request,
			Asked: asked[requested.Request.Digest], Ended: ended[requested.Request].at})
	}
	return e
}

func transactions(all []world.Transaction) (found []laws.Transaction) {
	for _, tx := range all {
		found = append(found, laws.Transaction{Sender: tx.Sender, Nonce: tx.Nonce, Hash: tx.Hash,
			Requests: tx.Requests})
	}
	return found
}

func ledgerOf(l world.Ledger) laws.Ledger {
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

// askedAt is when the user asked, by the digest of the request.
func askedAt(h world.History) map[messages.Hash]time.Time {
	at := make(map[messages.Hash]time.Time)
	for _, asked := range h.Asked {
		at[asked.Digest] = asked.At
	}
	return at
}

// ending is how and when a request ended on the canonical chain.
type ending struct {
	at      time.Time // of the block
	outcome messages.Outcome
}

func endedAt(h world.History) map[messages.RequestID]ending {
	mined := make(map[messages.BlockRef]time.Time)
	for _, head := range h.Heads {
		mined[head.Ref] = time.Unix(int64(head.Time), 0).UTC()
	}
	ends := make(map[messages.RequestID]ending)
	for _, end := range h.Endings {
		if _, twice := ends[end.Request]; !twice { // law 2 speaks of those
			ends[end.Request] = ending{mined[end.Place.Block], end.Outcome}
		}
	}
	return ends
}
