// Package cluster turns nodes into one machine: where virtual actors live and how they are kept
// alive. It knows the rooms only by actors.Kind, and the rooms know it only by actors.Poster; its
// parts meet the rooms' ports with words of package messages.
//
// Place is the home of a node's virtual actors. What is posted to (kind, id) reaches the actor of
// that name, which is activated by its first word, restarted when it panics, set aside when it
// panics too often, and put away when nobody has spoken to it for a while. Whoever posts notices
// none of this but, in the worst case, silence: words are hints, and whoever needs an answer asks
// again.
//
// Table says on which node an actor lives, from the committed members alone. A word to an actor of
// another node, and the answer to whoever asked, cross as envelopes over a Carrier: Wire, which is
// the actor library's remoting behind mutual TLS and a guard, or a simulated one. Only words that
// rooms say to each other cross, and only to kinds that hear them. Where tables differ for a while
// an actor can live twice; the rooms bear that, and the wrong one is put away.
package cluster

import (
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// NewSystem builds the actor system of a node, whose PIDs carry its name, so that whoever asks is
// found from other nodes too; "" is for a system that nobody else reaches. It keeps silent: the
// library would log undeliverable words and failures with their content, and words can carry keys;
// rooms and Place publish facts instead.
func NewSystem(node string) *actor.ActorSystem {
	system := actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
			return slog.New(slog.DiscardHandler)
		}),
		// The throttle of a log that nobody reads need not outlive the system.
		actor.WithDeadLetterThrottleInterval(time.Nanosecond),
	)
	if node != "" {
		system.ProcessRegistry.Address = node
	}
	return system
}
