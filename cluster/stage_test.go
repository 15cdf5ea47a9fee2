package cluster_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The library sleeps for two seconds where a peer refused its greeting: see Wire.Close.
		goleak.IgnoreAnyFunction(
			"github.com/asynkron/protoactor-go/remote.(*endpointWriter).initialize"))
}

// stage is a place with an actor kind "echo" whose actors note what they hear, answer whoever
// asks, and do as the words "panic" and "hold" say.
type stage struct {
	*cluster.Place
	system *actor.ActorSystem
	mu     sync.Mutex
	heard  map[string][]string // by id, lifecycle included
	facts  []messages.Fact
	gate   chan struct{} // what "hold" waits for
}

func (s *stage) note(id, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard[id] = append(s.heard[id], what)
}

// words is what an id heard so far, in order.
func (s *stage) words(id string) string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard[id], " ")
}

func (s *stage) published(name messages.FactName) (facts []messages.Fact) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fact := range s.facts {
		if fact.Name == name {
			facts = append(facts, fact)
		}
	}
	return facts
}

func (s *stage) echo(id string) actor.Actor {
	if id == "unborn" {
		panic("no such actor")
	}
	return actor.ReceiveFunc(func(ctx actor.Context) {
		switch word := ctx.Message().(type) {
		case *actor.Started:
			s.note(id, "+")
		case *actor.Stopping:
			if strings.HasPrefix(id, "clumsy") {
				panic("cannot stop")
			}
		case *actor.Stopped:
			s.note(id, "-")
		case string:
			s.note(id, word)
			switch word {
			case "panic":
				panic("told to")
			case "hold":
				<-s.gate
			}
			if ctx.Sender() != nil {
				ctx.Respond("heard " + word)
			}
		}
	})
}

// play runs a test in virtual time with a place whose actors rest after a minute of silence, are
// restarted twice within ten seconds, and then set aside for an hour.
func play(t *testing.T, live int, test func(t *testing.T, s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{system: cluster.NewSystem(""), heard: map[string][]string{},
			gate: make(chan struct{})}
		var err error
		s.Place, err = cluster.NewPlace(cluster.PlaceConfig{
			System: s.system, Live: live, Rest: time.Hour,
			Publish: func(_ context.Context, fact messages.Fact) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.facts = append(s.facts, fact)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Register(actors.Kind{Name: "echo", New: s.echo,
			Idle: time.Minute, Restarts: 2, Window: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		pass(time.Second) // the library's own goroutine of a dead letter ends
	})
}

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }

func (s *stage) want(t *testing.T, id, words string) {
	t.Helper()
	if got := s.words(id); got != words {
		t.Errorf("actor %q: heard %q, want %q", id, got, words)
	}
}
