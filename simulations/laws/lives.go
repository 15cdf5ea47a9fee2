package laws

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"kmsgateway/messages"
)

// What the rooms say about one request must be the story of one life: admitted, sent, ended, once
// each unless the ledger went back between. Porcupine looks for an order of the words that makes
// such a story. Its time is the log: a word belongs to the entry that made it so, and where races
// put that entry into the log more than once, to any of these.

// patience bounds the search; a story that takes longer is not held against anybody.
const patience = 10 * time.Second

// word is one thing that was said, however many said it. It names what it is about as the ledger's
// entries do.
type word struct {
	name    messages.FactName
	block   messages.BlockRef // of the request, of its end, or to which the ledger went back
	digest  messages.Hash     // of a transaction
	outcome string            // of a request
}

// life is where a request stands.
type life struct {
	phase phase
	asked messages.Height // of its block
	ended messages.Height
}

// phase is a stage of a life.
type phase uint8

const (
	unborn phase = iota
	admitted
	sent
	over
)

// manyLives finds the requests whose words make no story. It needs the ledgers, since only they
// tell of every unwinding.
func manyLives(h History) (breaches []Breach) {
	if len(h.Ledgers) == 0 {
		return nil
	}
	model := lifeModel()
	said := wordsOf(h)
	ids := make([]messages.RequestID, 0, len(said))
	for id := range said {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b messages.RequestID) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), slices.Compare(a.Digest[:], b.Digest[:]))
	})
	for _, id := range ids { // one partition a request: all at once would explode
		if porcupine.CheckOperationsTimeout(model, said[id], patience) == porcupine.Illegal {
			breaches = append(breaches, Breach{2, id,
				"what was said of it is not one life: requested, sent, ended at most once"})
		}
	}
	return breaches
}

// lifeModel branches where the log does not tell whether an unwinding was accepted.
func lifeModel() porcupine.Model {
	model := porcupine.NondeterministicModel{
		Init: func() []any { return []any{life{}} },
		Step: func(state, input, _ any) []any {
			var next []any
			for _, one := range live(state.(life), input.(word)) {
				next = append(next, one)
			}
			return next
		},
	}
	return model.ToModel()
}

// live is what may become of a request by a word; nothing where the word cannot be.
func live(now life, w word) []life {
	switch {
	case w.name == messages.FactRequestAdmitted && now.phase == unborn:
		return []life{{phase: admitted, asked: w.block.Number}}
	case w.name == messages.FactSettlementSent && (now.phase == admitted || now.phase == sent):
		now.phase = sent
		return []life{now}
	case w.name == messages.FactRequestClosed && (now.phase == admitted || now.phase == sent):
		now.phase, now.ended = over, w.block.Number
		return []life{now}
	case w.name == messages.FactCursorUnwound: // or it was refused
		next := []life{now, now.unwound(w.block.Number)}
		if now.asked > w.block.Number { // its block may stand: it is admitted again, in the same word
			next = append(next, life{phase: admitted, asked: now.asked})
		}
		return next
	default:
		return nil
	}
}

// unwound is a life after its ledger went back.
func (l life) unwound(to messages.Height) life {
	if l.asked > to {
		return life{}
	}
	if l.phase == over && l.ended > to {
		l.phase = sent
	}
	return l
}

// wordsOf gathers the words on each public request, each once, as operations. A user's request is
// left out: its admission is no word.
func wordsOf(h History) map[messages.RequestID][]porcupine.Operation {
	places := placesOf(longest(h.Ledgers))
	said := make(map[messages.RequestID]map[word]bool)
	for _, fact := range h.Facts {
		w := word{name: fact.Name, block: fact.Block, outcome: fact.Detail}
		switch fact.Name {
		case messages.FactRequestAdmitted:
			w.outcome = ""
		case messages.FactSettlementSent:
			w = word{name: fact.Name, digest: fact.Digest}
		case messages.FactRequestClosed:
		default:
			continue
		}
		if fact.Request.Number > 0 {
			say(said, fact.Request, w)
		}
	}
	for id, w := range admissions(places) { // nobody may have lived to say it
		if !admittedIn(said[id]) {
			say(said, id, w)
		}
	}
	all := make(map[messages.RequestID][]porcupine.Operation)
	for id, words := range said {
		all[id] = operations(id, words, places)
	}
	return all
}

// admissions are the first of each request in the log.
func admissions(places map[about]place) map[messages.RequestID]word {
	first := make(map[messages.RequestID]word)
	for of, lies := range places {
		if of.name != messages.FactRequestAdmitted {
			continue
		}
		was, known := first[of.request]
		if !known || lies.first < places[about{of.request, was}].first {
			first[of.request] = of.word
		}
	}
	return first
}

// say notes a word once, however many said it.
func say(said map[messages.RequestID]map[word]bool, id messages.RequestID, w word) {
	if said[id] == nil {
		said[id] = make(map[word]bool)
	}
	said[id][w] = true
}

// admittedIn tells whether somebody lived to say that the request was admitted.
func admittedIn(words map[word]bool) bool {
	for w := range words {
		if w.name == messages.FactRequestAdmitted {
			return true
		}
	}
	return false
}

// operations places the words of one request, and the unwindings that reach it.
func operations(id messages.RequestID, words map[word]bool,
	places map[about]place) (all []porcupine.Operation) {
	var highest messages.Height
	for w := range words {
		highest = max(highest, w.block.Number)
		of := about{request: id, word: w}
		if w.name == messages.FactSettlementSent {
			of.request = messages.RequestID{}
		}
		lies, known := places[of]
		if !known {
			lies = place{math.MinInt64, math.MaxInt64}
		}
		all = append(all, porcupine.Operation{Input: w, Call: lies.first, Return: lies.last})
	}
	for of, lies := range places {
		if of.name == messages.FactCursorUnwound && of.block.Number < highest {
			all = append(all, porcupine.Operation{Input: of.word, Call: lies.first, Return: lies.last})
		}
	}
	return all
}

// about is a word on a request, or on none: an unwinding, or a transaction on its way.
type about struct {
	request messages.RequestID
	word
}

// place is where in the log a word may lie.
type place struct{ first, last int64 }

// placesOf finds the words of a ledger.
func placesOf(l Ledger) map[about]place {
	places := make(map[about]place)
	var at int64
	lies := func(id messages.RequestID, w word) {
		of := about{id, w}
		if was, known := places[of]; known {
			places[of] = place{was.first, at}
			return
		}
		places[of] = place{at, at}
	}
	for entry := range entriesOf(l) {
		switch e := entry.(type) {
		case messages.Admit:
			for _, event := range e.Events {
				if r := event.Requested; r != nil {
					lies(r.Request, word{name: messages.FactRequestAdmitted, block: r.Place.Block})
				} else {
					lies(event.Ended.Request, word{name: messages.FactRequestClosed,
						block: event.Ended.Place.Block, outcome: event.Ended.Outcome.String()})
				}
			}
		case messages.Close:
			lies(e.Request, word{name: messages.FactRequestClosed, block: e.At,
				outcome: e.Outcome.String()})
		case messages.Send:
			lies(messages.RequestID{}, word{name: messages.FactSettlementSent, digest: e.Hash})
		case messages.Bump:
			lies(messages.RequestID{}, word{name: messages.FactSettlementSent, digest: e.Hash})
		case messages.Unwind:
			lies(messages.RequestID{}, word{name: messages.FactCursorUnwound, block: e.To})
		}
		at++
	}
	return places
}

// entriesOf yields what can be read of a ledger, up to what cannot: law 7 speaks of that.
func entriesOf(l Ledger) func(yield func(messages.Entry) bool) {
	return func(yield func(messages.Entry) bool) {
		for _, applied := range l.Entries {
			entry, err := messages.DecodeEntry(applied.Entry)
			if err != nil || !yield(entry) {
				return
			}
		}
	}
}
