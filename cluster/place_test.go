package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func TestPlaceActivatesAnActorByItsFirstWord(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		s.Post("echo", "a", "one", nil)
		s.Post("echo", "b", "two", nil)
		s.Post("echo", "a", "three", nil)
		s.Post("nobody", "a", "lost", nil)
		s.want(t, "a", "+ one three")
		s.want(t, "b", "+ two")
		if alive, _ := s.Counts(); alive != 2 {
			t.Errorf("%d actors alive, want 2", alive)
		}
		if health := s.Health(); health.Grade != messages.Healthy {
			t.Errorf("health %+v", health)
		}
	})
}

func TestPlaceLetsAnActorAnswerWhoeverAsked(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		future := actor.NewFuture(s.system, time.Second)
		s.Post("echo", "a", "hello", future.PID())
		if answer, err := future.Result(); err != nil || answer != "heard hello" {
			t.Errorf("got %v, %v", answer, err)
		}
	})
}

func TestPlaceRestartsAnActorThatPanicsAndKeepsItsOtherWords(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		for _, word := range []string{"one", "panic", "two"} {
			s.Post("echo", "a", word, nil)
		}
		s.want(t, "a", "+ one panic + two")
		failed := s.published(messages.FactActorFailed)
		if len(failed) != 1 || failed[0].Detail != "echo a: told to" {
			t.Errorf("published %+v", failed)
		}
	})
}

func TestPlaceQuarantinesAnActorThatPanicsTooOften(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		id := messages.RequestID{Chain: 1, Number: 5}
		for range 3 {
			s.Post("echo", id.String(), "panic", nil)
		}
		s.want(t, id.String(), "+ panic + panic + panic -")
		set := s.published(messages.FactActorQuarantined)
		if len(set) != 1 || set[0].Code != messages.CodeQuarantined || set[0].Request != id ||
			!strings.Contains(set[0].Detail, "told to") {
			t.Fatalf("published %+v", set)
		}
		future := actor.NewFuture(s.system, time.Second)
		s.Post("echo", id.String(), "anyone", future.PID())
		if answer, err := future.Result(); !errors.Is(err, actor.ErrTimeout) {
			t.Errorf("an actor in quarantine answered %v", answer)
		}
		if health := s.Health(); health.Grade != messages.Degraded {
			t.Errorf("health in quarantine: %+v", health)
		}
		s.Post("echo", "other", "one", nil)
		s.want(t, "other", "+ one")

		pass(time.Hour + time.Second)
		s.Post("echo", id.String(), "again", nil)
		s.want(t, id.String(), "+ panic + panic + panic - + again")
		if _, resting := s.Counts(); resting != 0 {
			t.Errorf("%d actors still rest", resting)
		}
	})
}

func TestPlaceForgivesPanicsThatAreFarApart(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		for range 5 {
			s.Post("echo", "a", "panic", nil)
			pass(6 * time.Second)
		}
		if set := s.published(messages.FactActorQuarantined); len(set) != 0 {
			t.Errorf("quarantined: %+v", set)
		}
	})
}

func TestPlaceQuarantinesAKindThatCannotBeBorn(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		s.Post("echo", "unborn", "one", nil)
		s.Post("echo", "a", "one", nil)
		s.want(t, "a", "+ one")
		if set := s.published(messages.FactActorQuarantined); len(set) != 1 ||
			!strings.Contains(set[0].Detail, "no such actor") {
			t.Errorf("published %+v", set)
		}
	})
}

func TestPlacePutsIdleActorsAwayAtDifferentTimes(t *testing.T) {
	play(t, 400, func(t *testing.T, s *stage) {
		const actorsHere = 200
		for i := range actorsHere {
			s.Post("echo", fmt.Sprint(i), "one", nil)
		}
		pass(59 * time.Second)
		synctest.Wait()
		if alive, _ := s.Counts(); alive != actorsHere {
			t.Fatalf("%d alive before their time", alive)
		}
		var seen []int
		for range 17 {
			pass(time.Second)
			synctest.Wait()
			alive, _ := s.Counts()
			seen = append(seen, alive)
		}
		if seen[len(seen)-1] != 0 {
			t.Errorf("%d are still alive", seen[len(seen)-1])
		}
		if len(slices.Compact(slices.Clone(seen))) < 8 {
			t.Errorf("they left all at once: %v", seen)
		}
		s.Post("echo", "7", "two", nil)
		s.want(t, "7", "+ one - + two")
	})
}

func TestPlaceKeepsAnActorThatIsSpokenToFromElsewhere(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		var self *actor.PID
		err := s.Register(actors.Kind{Name: "worker", Idle: time.Minute, New: func(string) actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				switch word := ctx.Message().(type) {
				case *actor.Started:
					self = ctx.Self()
				case *actor.Stopped:
					s.note("worker", "-")
				case string:
					s.note("worker", word)
				}
			})
		}})
		if err != nil {
			t.Fatal(err)
		}
		s.Post("worker", "", "start", nil)
		synctest.Wait()
		for range 4 {
			pass(50 * time.Second)
			s.system.Root.Send(self, "done")
		}
		s.want(t, "worker", "start done done done done")
	})
}

func TestPlaceLosesNoWordWhileAnActorIsPutAway(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		s.Post("echo", "a", "hold", nil)
		s.Post("echo", "a", "queued", nil)
		pass(90 * time.Second) // its time has come, yet it is still at work
		s.Post("echo", "a", "late", nil)
		s.Post("echo", "a", "later", nil)
		s.want(t, "a", "+ hold")
		close(s.gate)
		s.want(t, "a", "+ hold queued - + late later")
	})
}

// Whoever posts while actors come and go notices neither.
func TestPlaceDeliversEveryWordOnceWhileActorsComeAndGo(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		const posters, words = 4, 300
		var mu sync.Mutex
		heard, lives := map[string]int{}, 0
		err := s.Register(actors.Kind{Name: "brief", Idle: 20 * time.Millisecond,
			New: func(string) actor.Actor {
				return actor.ReceiveFunc(func(ctx actor.Context) {
					mu.Lock()
					defer mu.Unlock()
					switch word := ctx.Message().(type) {
					case *actor.Started:
						lives++
					case string:
						heard[word]++
					}
				})
			}})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for p := range posters {
			random := rand.New(rand.NewPCG(1, uint64(p)))
			group.Go(func() {
				for n := range words {
					s.Post("brief", fmt.Sprint(n%3), fmt.Sprintf("%d/%d", p, n), nil)
					pass(time.Duration(random.IntN(40)) * time.Millisecond)
				}
			})
		}
		group.Wait()
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if lives < 50 {
			t.Errorf("only %d lives: nothing was put away", lives)
		}
		for p := range posters {
			for n := range words {
				if word := fmt.Sprintf("%d/%d", p, n); heard[word] != 1 {
					t.Errorf("word %s was heard %d times", word, heard[word])
				}
			}
		}
	})
}

func TestPlaceBoundsTheActorsThatAreAlive(t *testing.T) {
	play(t, 4, func(t *testing.T, s *stage) {
		for i := range 6 {
			s.Post("echo", fmt.Sprint(i), "one", nil)
		}
		synctest.Wait()
		if alive, _ := s.Counts(); alive != 4 {
			t.Fatalf("%d actors alive, want the bound of 4", alive)
		}
		if health := s.Health(); health.Grade != messages.Degraded {
			t.Errorf("a full place says %+v", health)
		}
		full := s.published(messages.FactActorFailed)
		if len(full) != 1 || full[0].Code != messages.CodeOverloaded {
			t.Errorf("published %+v", full)
		}
		pass(2 * time.Second) // a full place has little patience
		s.Post("echo", "5", "again", nil)
		s.want(t, "5", "+ again")
	})
}

func TestPlaceBindsASingletonUntilItEnds(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		pid := s.system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return s.echo("one") }))
		s.Post("single", "", "early", nil)
		s.Bind("single", pid)
		s.Post("single", "", "first", nil)
		s.Post("single", "whatever", "second", nil)
		s.want(t, "one", "+ first second")
		s.Unbind("single")
		s.Post("single", "", "unbound", nil)
		s.Bind("single", pid)
		s.Post("single", "", "bound", nil)
		s.want(t, "one", "+ first second bound")
		if err := s.system.Root.StopFuture(pid).Wait(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		s.Post("single", "", "orphan", nil)
		s.want(t, "one", "+ first second bound -")
	})
}

func TestPlaceRefusesAKindTwiceOrWithoutAName(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		if err := s.Register(actors.Kind{Name: "echo", New: s.echo}); err == nil {
			t.Error("a kind was registered twice")
		}
		if err := s.Register(actors.Kind{New: s.echo}); err == nil {
			t.Error("a kind without a name was registered")
		}
		if _, err := cluster.NewPlace(cluster.PlaceConfig{System: s.system}); err == nil {
			t.Error("two places share an actor system")
		}
	})
}

func TestPlaceStopFinishesTheWordsThatCameBefore(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		s.Post("echo", "a", "hold", nil)
		s.Post("echo", "a", "queued", nil)
		s.Post("echo", "clumsy", "one", nil)
		synctest.Wait()
		stopped := make(chan error)
		go func() { stopped <- s.Stop(context.Background()) }()
		synctest.Wait()
		s.Post("echo", "b", "late", nil)
		close(s.gate)
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		s.want(t, "a", "+ hold queued -")
		s.want(t, "b", "")
		if health := s.Health(); health.Grade != messages.Down {
			t.Errorf("a stopped place says %+v", health)
		}
		if err := s.Register(actors.Kind{Name: "new", New: s.echo}); messages.CodeOf(err) !=
			messages.CodeShuttingDown {
			t.Errorf("registering after the end: %v", err)
		}
	})
}

func TestPlaceStopGivesUpInTime(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		s.Post("echo", "a", "hold", nil)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := s.Stop(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 actors") {
			t.Errorf("got %v", err)
		}
		close(s.gate)
	})
}

func TestPlacePutsAwayAnActorThatPanicsWhileStopping(t *testing.T) {
	play(t, 10, func(t *testing.T, s *stage) {
		s.Post("echo", "clumsy", "one", nil)
		pass(90 * time.Second)
		s.Post("echo", "clumsy", "two", nil)
		s.want(t, "clumsy", "+ one + two")
		if alive, _ := s.Counts(); alive != 1 {
			t.Errorf("%d alive", alive)
		}
	})
}
