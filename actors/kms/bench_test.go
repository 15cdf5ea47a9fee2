package kms_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/messages"
)

// BenchmarkProxy is a word through a proxy to a party in memory, and its answer back; many askers
// keep the proxy's calls full.
func BenchmarkProxy(b *testing.B) {
	const window = 2048
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}))
	party := kmstest.NewParty(1)
	one := parties[:1]
	kind := kms.Kind(kms.Config{Parties: one, Board: kms.NewBoard(one),
		Client:  func(messages.PartyInfo) (kms.Client, error) { return party, nil },
		Publish: func(context.Context, messages.Fact) {}}, "eu")
	proxy := system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return kind.New("1") }))
	answers := make(chan struct{}, window)
	asker := system.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if _, ok := ctx.Message().(messages.ShareSigned); ok {
			answers <- struct{}{}
		}
	}))
	word := kmstest.SignShare(1, 1, 1)
	b.ReportAllocs()
	flying := 0
	for b.Loop() {
		if flying == window {
			<-answers
			flying--
		}
		system.Root.RequestWithCustomSender(proxy, word, asker)
		flying++
	}
	for range flying {
		<-answers
	}
	b.StopTimer()
	if err := system.Root.PoisonFuture(proxy).Wait(); err != nil {
		b.Error(err)
	}
}
