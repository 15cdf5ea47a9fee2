package kms_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"

	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is a node's kms room with two parties: party 1 in "eu" at one address, party 2 in "us" at
// an active address and a standby. An asker notes every answer. Time is virtual.
type stage struct {
	t       *testing.T
	root    *actor.RootContext
	board   *kms.Board
	config  kms.Config
	party   map[string]*kmstest.Party // by address
	proxies map[messages.PartyIndex]*actor.PID
	asker   *actor.PID

	mu      sync.Mutex
	answers []any
	at      []time.Time // of each answer
	facts   []messages.Fact
	dialled []string
}

// wrapped is how the stage's clients differ from the scripted party.
type wrapped struct {
	*kmstest.Party
	usable func() bool
	closed func()
}

func (w wrapped) Usable() bool { return w.usable() }
func (w wrapped) Close() error { w.closed(); return nil }

var parties = []messages.PartyInfo{
	{Index: 1, Region: "eu", Name: "one", Endpoints: []string{"one"}},
	{Index: 2, Region: "us", Name: "two", Endpoints: []string{"two", "standby"}},
}

// play runs a test on a stage; prepare may change the configuration before proxies start.
func play(t *testing.T, prepare func(*stage), test func(t *testing.T, s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		if prepare != nil {
			prepare(s)
		}
		for _, party := range parties {
			kind := kms.Kind(s.config, party.Region)
			props := actor.PropsFromProducer(func() actor.Actor { return kind.New(fmt.Sprint(int(party.Index))) })
			s.proxies[party.Index] = s.root.Spawn(props)
		}
		synctest.Wait()
		test(t, s)
		for _, pid := range s.proxies {
			if err := s.root.PoisonFuture(pid).Wait(); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		if len(s.dialled) != 0 {
			t.Errorf("clients of %v were not closed", s.dialled)
		}
		<-time.After(time.Second) // the library's own goroutine of a dead letter ends
	})
}

func newStage(t *testing.T) *stage {
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}))
	s := &stage{t: t, root: system.Root, board: kms.NewBoard(parties),
		proxies: map[messages.PartyIndex]*actor.PID{},
		party: map[string]*kmstest.Party{"one": kmstest.NewParty(1), "two": kmstest.NewParty(2),
			"standby": kmstest.NewParty(2)}}
	s.config = kms.Config{Parties: parties, Board: s.board, Client: s.dial,
		Publish: func(_ context.Context, fact messages.Fact) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.facts = append(s.facts, fact)
		}}
	s.asker = system.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		switch word := ctx.Message().(type) {
		case messages.ShareSigned, messages.OutcomesSigned, messages.ShareRefused:
			s.mu.Lock()
			defer s.mu.Unlock()
			s.answers = append(s.answers, word)
			s.at = append(s.at, time.Now())
		}
	}))
	return s
}

func (s *stage) dial(party messages.PartyInfo) (kms.Client, error) {
	address := party.Endpoints[0]
	if len(party.Endpoints) != 1 {
		s.t.Errorf("a client was made for %v", party.Endpoints)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialled = append(s.dialled, address)
	return wrapped{Party: s.party[address], usable: func() bool { return true }, closed: func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, open := range s.dialled {
			if open == address {
				s.dialled = append(s.dialled[:i], s.dialled[i+1:]...)
				return
			}
		}
	}}, nil
}

// ask says a word to the proxy of its party, for the asker.
func (s *stage) ask(words ...any) {
	for _, word := range words {
		party := messages.PartyIndex(1)
		switch w := word.(type) {
		case messages.SignShare:
			party = w.Party
		case messages.SignOutcomes:
			party = w.Party
		}
		s.root.RequestWithCustomSender(s.proxies[party], word, s.asker)
	}
}

// shares makes words n to n+count-1 for a party.
func shares(party messages.PartyIndex, n, count int) (words []any) {
	for i := range count {
		words = append(words, kmstest.SignShare(n+i, party, 1))
	}
	return words
}

// after lets virtual time pass and returns the answers since the last time, with when they came.
func (s *stage) after(d time.Duration) (answers []any) {
	<-time.After(d)
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	answers, s.answers = s.answers, nil
	return answers
}

// refused returns the code of the only answer, which is a refusal of a request.
func (s *stage) refused(answers []any, request messages.RequestID) messages.ShareRefused {
	s.t.Helper()
	if len(answers) != 1 {
		s.t.Errorf("want one refusal, got %+v", answers)
		return messages.ShareRefused{}
	}
	refused, ok := answers[0].(messages.ShareRefused)
	if !ok || refused.Request != request {
		s.t.Errorf("want a refusal of %s, got %+v", request, answers[0])
	}
	return refused
}

// signed fails the test unless there is one good answer for each of the words n to n+count-1.
func (s *stage) signed(answers []any, n, count int) {
	s.t.Helper()
	missing := map[messages.RequestID]bool{}
	for i := range count {
		missing[kmstest.Request(n+i)] = true
	}
	for _, answer := range answers {
		signed, ok := answer.(messages.ShareSigned)
		if !ok || !missing[signed.Request] {
			s.t.Errorf("unexpected answer %+v", answer)
		}
		delete(missing, signed.Request)
	}
	if len(missing) > 0 {
		s.t.Errorf("%d of %d words have no answer", len(missing), count)
	}
}

func (s *stage) published(name messages.FactName) (facts []messages.Fact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fact := range s.facts {
		if fact.Name == name {
			facts = append(facts, fact)
		}
	}
	return facts
}
