package actors

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Kinds of virtual actors and of the leader's singletons.
const (
	KindRequest   = "request"   // id: RequestID.String()
	KindDispatch  = "dispatch"  // singleton of the leader, id ""
	KindSubmitter = "submitter" // singleton of the leader, id ""
)

// KindKMS names the kind of the KMS proxies of a region; the id is the party's index in decimal.
func KindKMS(region string) string { return "kms@" + region }

// Kind describes a virtual actor to the cluster, which activates it where the placement says,
// supervises it and passivates it. New must be cheap and must not block.
type Kind struct {
	Name     string
	New      func(id string) actor.Actor
	Idle     time.Duration // passivated after so long without a word; 0 means never
	Restarts int           // within Window before the id is quarantined
	Window   time.Duration
}

// Poster posts a word to the virtual actor (kind, id), which is activated if need be. It never
// blocks. The word is a hint: it may be lost. Answers, if any, go to sender, which may be nil.
type Poster interface {
	Post(kind, id string, word any, sender *actor.PID)
}
