package cluster_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// benchPlace is a place with a kind whose actors count their words down.
func benchPlace(b *testing.B, words *sync.WaitGroup) *cluster.Place {
	b.Helper()
	place, err := cluster.NewPlace(cluster.PlaceConfig{System: cluster.NewSystem(""),
		Publish: func(context.Context, messages.Fact) {}})
	if err != nil {
		b.Fatal(err)
	}
	err = place.Register(actors.Kind{Name: "count", New: func(string) actor.Actor {
		return actor.ReceiveFunc(func(ctx actor.Context) {
			if _, ok := ctx.Message().(int); ok {
				words.Done()
			}
		})
	}})
	if err != nil {
		b.Fatal(err)
	}
	return place
}

// BenchmarkPlacePost is a word to an actor that is alive, delivered.
func BenchmarkPlacePost(b *testing.B) {
	var words sync.WaitGroup
	place := benchPlace(b, &words)
	b.ReportAllocs()
	for b.Loop() {
		words.Add(1)
		place.Post("count", "one", 1, nil)
	}
	words.Wait()
	if err := place.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPlaceThousandLives is a thousand actors: activated, spoken to once, put away.
func BenchmarkPlaceThousandLives(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var words sync.WaitGroup
		place := benchPlace(b, &words)
		for id := range 1000 {
			words.Add(1)
			place.Post("count", fmt.Sprint(id), 1, nil)
		}
		words.Wait()
		if err := place.Stop(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTableOwner is placing one actor among five members.
func BenchmarkTableOwner(b *testing.B) {
	table := cluster.NewTable(tableOf("n1@eu", "n2@us", "n3@us", "n4@ap", "n5@ap"))
	id := requestOf(7).String()
	b.ReportAllocs()
	for b.Loop() {
		if table.Owner(actors.KindRequest, id) == "" {
			b.Fatal("nowhere")
		}
	}
}
