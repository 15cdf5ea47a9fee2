package laws

import (
	"fmt"

	"kmsgateway/messages"
)

// Breach is one violation of a law.
type Breach struct {
	Law     int
	Request messages.RequestID // zero where it is about no single request
	Detail  string
}

// String renders the breach on one line.
func (b Breach) String() string {
	if b.Request.IsZero() {
		return fmt.Sprintf("law %d: %s", b.Law, b.Detail)
	}
	return fmt.Sprintf("law %d: request %d: %s", b.Law, b.Request.Number, b.Detail)
}

// Law is one invariant.
type Law struct {
	Number int
	Says   string
	// Lacks says what of the history is missing to judge by, "" where nothing is.
	Lacks func(History) string
	// Check finds the violations that the history shows.
	Check func(History) []Breach
}

// All lists the laws in order.
func All() []Law {
	return []Law{
		{1, "no admitted request is lost: each ends", undecided, nothingLost},
		{2, "at most one final outcome a request", nothing, oneOutcome},
		{3, "every opening opens its c1; every rejection is signed by a quorum", nothing,
			openingsOpen},
		{5, "nothing is settled for an event of an orphaned block", nothing, nothingOrphaned},
		{7, "ledgers are prefixes of one another; the cursor moves back only by Unwind, never " +
			"below finalized", noLedgers, ledgersAgree},
		{8, "one journaled payload per (sender, nonce, bump); at most one Supersede a request per " +
			"K blocks; wasted gas <= (1 + supersedes) skips", noJournal, payloadsAreOne},
		{10, "after the faults heal, everything pending ends within a bound", noBound,
			pendingEnds},
	}
}

// nothing is lacking where a law rests only on what every history has.
func nothing(History) string { return "" }

// Check applies every law and returns all breaches, in the order of the laws.
func Check(history History) []Breach {
	var breaches []Breach
	for _, law := range All() {
		breaches = append(breaches, law.Check(history)...)
	}
	return breaches
}

// Standing is how a law came out of a run.
type Standing uint8

const (
	// Held laws had their evidence, and nothing spoke against them.
	Held Standing = iota + 1
	// Broken laws have at least one breach.
	Broken
	// NotJudged laws lack evidence; what there is does not speak against them.
	NotJudged
)

// String renders the standing in words.
func (s Standing) String() string {
	switch s {
	case Held:
		return "held"
	case Broken:
		return "broken"
	default:
		return "not judged"
	}
}

// MarshalText renders the words of String.
func (s Standing) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the words of String.
func (s *Standing) UnmarshalText(text []byte) error {
	for _, known := range []Standing{Held, Broken, NotJudged} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("read standing: %q is none", text)
}

// Verdict is the finding on one law.
type Verdict struct {
	Law      int
	Says     string
	Standing Standing
	Lacks    string // why it is not judged
	Breaches []Breach
}

// Judge holds a history to every law, in order.
func Judge(history History) []Verdict {
	var verdicts []Verdict
	for _, law := range All() {
		v := Verdict{Law: law.Number, Says: law.Says, Standing: Held,
			Breaches: law.Check(history)}
		if len(v.Breaches) > 0 {
			v.Standing = Broken
		} else if v.Lacks = law.Lacks(history); v.Lacks != "" {
			v.Standing = NotJudged
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}
