package party_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"kmsgateway/actors/party"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

var app = messages.Address{0xde, 0xad}

func TestPartySignsSharesThatVerify(t *testing.T) {
	w := newWorld(t)
	one := w.seal(app, "first bid", nil)
	other := w.seal(messages.Address{0xbe}, "of another app", nil)
	ask := w.request(1, one, other)

	answer := w.ask(ask)[0]
	if answer.Signed == nil {
		t.Fatalf("refused: %+v", answer.Refused)
	}
	public, _ := w.dealing.Committee.PublicShare(threshold.Index(self))
	for i, input := range []sealed{one, other} {
		derived, err := deriver{}.Derive(w.info.Master, vetkd.PurposeDecrypt, chainID, input.hint.App)
		if err != nil {
			t.Fatal(err)
		}
		h, err := derived.Hash(input.id[:])
		if err != nil {
			t.Fatal(err)
		}
		share, err := bls.ParseShare(answer.Signed.Shares[i][:])
		if err != nil {
			t.Fatal(err)
		}
		point, err := share.Check()
		if err != nil {
			t.Fatal(err)
		}
		claims := []bls.ShareClaim{{Point: point, Public: public}}
		if valid, err := bls.CheckShares(rand.Reader, h, derived.Delta(), claims); err != nil || !valid {
			t.Errorf("share %d does not verify: %v", i, err)
		}
	}
	digest := answer.Signed.EvidenceDigest()
	if !ed25519.Verify(w.public, digest[:], answer.Signed.Signature) {
		t.Error("the evidence is not signed by the party's identity")
	}
	released := w.facts.named(messages.FactShareReleased)
	if len(released) != 1 || released[0].Request != ask.Request || released[0].Party != self ||
		released[0].Block != ask.Place.Block || released[0].Final != 100 {
		t.Errorf("facts: %+v", released)
	}
}

// Every field of a question that a node could bend, and what it gets for it.
func TestPartyRefusesWhatTheChainDoesNotSay(t *testing.T) {
	w := newWorld(t)
	one, two := w.seal(app, "one", nil), w.seal(app, "two", nil)
	good := w.request(1, one, two)
	w.request(2, two, one)

	cases := map[string]struct {
		bend func(*messages.SignShare)
		want messages.Code
	}{
		"digest of another request": {
			func(a *messages.SignShare) { a.Request.Digest[0] ^= 1 }, messages.CodeEventMismatch},
		"number of another request": {
			func(a *messages.SignShare) { a.Request.Number = 2 }, messages.CodeEventMismatch},
		"another block at that height": {
			func(a *messages.SignShare) { a.Place.Block.Hash[0] ^= 1 }, messages.CodeEventMismatch},
		"another log": {
			func(a *messages.SignShare) { a.Place.LogIndex = 77 }, messages.CodeEventMismatch},
		"above the party's final height": {
			func(a *messages.SignShare) { a.Place.Block.Number = 101 }, messages.CodeEventNotFinal},
		"a handle the event does not name": {
			func(a *messages.SignShare) { a.Inputs[0].Handle[0] ^= 1 }, messages.CodeEventMismatch},
		"handles in another order": {
			func(a *messages.SignShare) { slices.Reverse(a.Inputs) }, messages.CodeEventMismatch},
		"too few handles": {
			func(a *messages.SignShare) { a.Inputs = a.Inputs[:1] }, messages.CodeEventMismatch},
		"another app, whose key would be signed": {
			func(a *messages.SignShare) { a.Inputs[1].App[0] ^= 1 }, messages.CodeEventMismatch},
		"another owner": {
			func(a *messages.SignShare) { a.Inputs[1].Owner[0] ^= 1 }, messages.CodeEventMismatch},
		"another salt, that is another identity": {
			func(a *messages.SignShare) { a.Inputs[1].Salt[0] ^= 1 }, messages.CodeEventMismatch},
		"another c1": {
			func(a *messages.SignShare) { a.Inputs[1].C1Hash[0] ^= 1 }, messages.CodeEventMismatch},
		"another rest": {
			func(a *messages.SignShare) { a.Inputs[1].RestHash[0] ^= 1 }, messages.CodeEventMismatch},
		"another length": {
			func(a *messages.SignShare) { a.Inputs[1].Length++ }, messages.CodeEventMismatch},
		"an unknown key": {
			func(a *messages.SignShare) { a.Key[0] ^= 1 }, messages.CodeUnknownKey},
		"an epoch to come": {
			func(a *messages.SignShare) { a.Epoch++ }, messages.CodeWrongEpoch},
		"a chain that is not listed": {
			func(a *messages.SignShare) { a.Request.Chain++ }, messages.CodePolicy},
		"another party": {
			func(a *messages.SignShare) { a.Party++ }, messages.CodeMalformedInput},
		"no time left": {
			func(a *messages.SignShare) { a.Budget = 0 }, messages.CodeDeadline},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bent := good
			bent.Inputs = slices.Clone(good.Inputs)
			c.bend(&bent)
			if got := w.refused(bent); got != c.want {
				t.Errorf("got %q, want %s", got, c.want)
			}
		})
	}
	if len(w.facts.named(messages.FactShareReleased)) != 0 {
		t.Error("something was released")
	}
	if got := w.refused(good); got != "" {
		t.Errorf("the good question is refused after the bent ones: %s", got)
	}
}

func TestPartyRefusesAnEventOfAnotherKey(t *testing.T) {
	w := newWorld(t)
	ask := w.request(1, w.seal(app, "one", nil))
	w.chain.set(func(s *script) {
		event := s.events[ask.Place]
		event.Key[5] ^= 1
		s.events[ask.Place] = event
	})
	if got := w.refused(ask); got != messages.CodeEventMismatch {
		t.Errorf("got %q", got)
	}
}

func TestPartyRefusesWhileItsChainIsOfNoUse(t *testing.T) {
	w := newWorld(t)
	ask := w.request(1, w.seal(app, "one", nil))
	for _, trouble := range []error{
		messages.ChainUnavailable("read tip", errors.New("connection refused")),
		messages.ChainInconsistent("prove receipts", "another root"),
	} {
		w.chain.set(func(s *script) { s.err = trouble })
		answer := w.ask(ask)[0].Refused
		if answer == nil || answer.Code != messages.CodeOf(trouble) {
			t.Fatalf("got %+v, want %s", answer, messages.CodeOf(trouble))
		}
		if strings.Contains(answer.Detail, "connection refused") {
			t.Errorf("a node is told what lies beneath: %s", answer.Detail)
		}
		if health := w.party.Health(); health.Grade != messages.Degraded {
			t.Errorf("health %+v", health)
		}
	}
	w.chain.set(func(s *script) { s.err = nil })
	if got := w.refused(ask); got != "" {
		t.Errorf("refused after the chain came back: %s", got)
	}
	if health := w.party.Health(); health.Grade != messages.Healthy {
		t.Errorf("health %+v", health)
	}
}

func TestPartyWaitsForItsOwnFinality(t *testing.T) {
	w := newWorld(t)
	ask := w.request(1, w.seal(app, "one", nil))
	w.chain.set(func(s *script) { s.final = 49 })
	if got := w.refused(ask); got != messages.CodeEventNotFinal {
		t.Fatalf("got %q", got)
	}
	if n := w.chain.looks(); n != 0 {
		t.Errorf("%d events were read above the final height", n)
	}
	w.chain.set(func(s *script) { s.final = 50 })
	if got := w.refused(ask); got != "" {
		t.Errorf("refused at its very height: %s", got)
	}
}

func TestPartyAnswersARepeatedRequestFree(t *testing.T) {
	w := newWorld(t)
	ask := w.request(1, w.seal(app, "one", nil))
	first := w.ask(ask)[0]
	if first.Signed == nil || w.chain.looks() != 1 {
		t.Fatalf("%+v after %d looks", first.Refused, w.chain.looks())
	}
	w.chain.set(func(s *script) { s.err = errors.New("must not be asked") })
	for _, when := range []string{"from memory", "from the journal after a restart"} {
		again := w.ask(ask)[0]
		if again.Signed == nil || again.Signed.Shares[0] != first.Signed.Shares[0] {
			t.Errorf("%s: %+v", when, again)
		}
		bent := ask
		bent.Inputs = slices.Clone(ask.Inputs)
		bent.Inputs[0].App[0] ^= 1
		if got := w.refused(bent); got == "" {
			t.Errorf("%s: other inputs of a known request were signed without a look", when)
		}
		w.restart()
	}
}

func TestPartyWorksOnEqualQuestionsOnce(t *testing.T) {
	w := newWorld(t)
	ask := w.request(1, w.seal(app, "one", nil))
	hold, held := make(chan struct{}), make(chan struct{}, 100)
	w.chain.set(func(s *script) { s.hold, s.held = hold, held })
	batch := make([]messages.SignShare, messages.MaxBatch)
	for i := range batch {
		batch[i] = ask
	}
	answers := make(chan []messages.ShareAnswer, 1)
	go func() { answers <- w.ask(batch...) }()
	<-held
	w.chain.set(func(s *script) { s.hold = nil })
	close(hold)
	for i, answer := range <-answers {
		if answer.Signed == nil {
			t.Fatalf("answer %d: %+v", i, answer.Refused)
		}
	}
	if n := w.chain.looks(); n != 1 {
		t.Errorf("the chain was read %d times", n)
	}
}

func TestPartyAnswersABatchInOrder(t *testing.T) {
	w := newWorld(t)
	var batch []messages.SignShare
	for n := range uint64(messages.MaxBatch) {
		ask := w.request(n+1, w.seal(app, "one", nil))
		if n%7 == 3 {
			ask.Request.Digest[0] ^= 0xff
		}
		batch = append(batch, ask)
	}
	for i, answer := range w.ask(batch...) {
		switch {
		case i%7 == 3:
			if answer.Refused == nil || answer.Refused.Request != batch[i].Request {
				t.Errorf("answer %d: %+v", i, answer)
			}
		case answer.Signed == nil || answer.Signed.Request != batch[i].Request:
			t.Errorf("answer %d: %+v %+v", i, answer.Signed, answer.Refused)
		}
	}
}

func TestPartyGivesUpWhenTheBudgetIsSpent(t *testing.T) {
	w := newWorld(t)
	ask := w.request(1, w.seal(app, "one", nil))
	w.chain.set(func(s *script) { s.hold, s.held = make(chan struct{}), make(chan struct{}, 1) })
	ask.Budget = 20 * time.Millisecond
	if got := w.refused(ask); got != messages.CodeDeadline {
		t.Errorf("got %q", got)
	}
}

func TestPartyStopsWhileItsChainHangs(t *testing.T) {
	w := newWorld(t, func(c *party.Config) { c.Timeout = time.Hour })
	ask := w.request(1, w.seal(app, "one", nil))
	held := make(chan struct{}, 1)
	w.chain.set(func(s *script) { s.hold, s.held = make(chan struct{}), held })
	answer := make(chan messages.Code, 1)
	go func() { answer <- w.refused(ask) }()
	<-held
	impatient, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.party.Close(impatient); err != nil {
		t.Error(err)
	}
	if got := <-answer; got != messages.CodeShuttingDown {
		t.Errorf("got %q", got)
	}
}

func TestPartyRefusesCallersWithoutTheRole(t *testing.T) {
	w := newWorld(t, func(c *party.Config) {
		c.Authorize = func(context.Context) error { return errors.New("role party, want node") }
	})
	ask := w.request(1, w.seal(app, "one", nil))
	_, shares := w.client.SignShares(w.context(), messages.SignSharesToWire([]messages.SignShare{ask}))
	_, outcomes := w.client.SignOutcomes(w.context(), &wire.SignOutcomesRequest{})
	_, describe := w.client.Describe(w.context(), &wire.DescribeRequest{})
	for _, err := range []error{shares, outcomes, describe} {
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("got %v", err)
		}
	}
}

func TestPartyBoundsTheCallsAtOnce(t *testing.T) {
	w := newWorld(t, func(c *party.Config) { c.Calls = 1 })
	ask := w.request(1, w.seal(app, "one", nil))
	hold, held := make(chan struct{}), make(chan struct{}, 1)
	w.chain.set(func(s *script) { s.hold, s.held = hold, held })
	answer := make(chan messages.Code, 1)
	go func() { answer <- w.refused(ask) }()
	<-held
	_, err := w.client.SignShares(w.context(), messages.SignSharesToWire([]messages.SignShare{ask}))
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("the second call: %v", err)
	}
	close(hold)
	if got := <-answer; got != "" {
		t.Errorf("the first call: %s", got)
	}
}

func TestPartySurvivesAPanicInItsChainClient(t *testing.T) {
	w := newWorld(t, func(c *party.Config) { c.Deployments[0].Source = panicking{} })
	if got := w.refused(w.request(1, w.seal(app, "one", nil))); got != messages.CodeInternal {
		t.Errorf("got %q", got)
	}
	if _, err := w.client.Describe(w.context(), &wire.DescribeRequest{}); status.Code(err) !=
		codes.Internal {
		t.Errorf("describe: %v", err)
	}
}

type panicking struct{}

func (panicking) Final(context.Context) (messages.BlockRef, error) { panic("broken client") }
func (panicking) RequestedAt(
	context.Context, messages.RequestID, messages.EventPlace,
) (messages.Requested, error) {
	panic("broken client")
}

func TestPartyDescribesItself(t *testing.T) {
	w := newWorld(t)
	reply, err := w.client.Describe(w.context(), &wire.DescribeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := messages.DescriptionFromWire(reply)
	if err != nil {
		t.Fatal(err)
	}
	if got.Party != self || got.Region != "eu-west" || got.Final != 100 || got.Chain != chainID ||
		got.Gateway != gateway || len(got.Keys) != 1 ||
		got.Keys[0] != (messages.HeldKey{Key: keyID, Epoch: epoch}) {
		t.Errorf("%+v", got)
	}
}
