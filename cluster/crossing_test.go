package cluster_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// crossings is what every carrier must give a fleet.
var crossings = []struct {
	name string
	test func(*testing.T, *fleet)
}{
	{"words reach the node where their actor lives", wordsReachTheirNode},
	{"answers come back to who asked", answersComeBack},
	{"singletons follow the leader", singletonsFollowTheLeader},
	{"what is not a word between rooms is refused", othersAreRefused},
	{"the actors of a dead node wake elsewhere", deadNodesAreReplaced},
	{"a rebalance puts away what lives elsewhere", rebalancePutsAway},
}

const requests = 30 // of each test

// crossInMemory runs a test in virtual time over a mesh.
func crossInMemory(t *testing.T, m *mesh, test func(*testing.T, *fleet)) {
	synctest.Test(t, func(t *testing.T) {
		m.dice = rand.New(rand.NewPCG(1, 2)).Float64
		m.ports = map[string]*port{}
		f := newFleet(t, m)
		test(t, f)
		f.close(t)
		pass(time.Second) // what is on its way arrives nowhere
	})
}

func TestPlacesOverMemory(t *testing.T) {
	for _, row := range crossings {
		t.Run(row.name, func(t *testing.T) {
			crossInMemory(t, &mesh{delay: 5 * time.Millisecond}, row.test)
		})
	}
}

func wordsReachTheirNode(t *testing.T, f *fleet) {
	table := f.learn(crew...)
	for n := range uint64(requests) {
		from := fmt.Sprintf("n%d", n%3+1)
		f.sites[from].Post(actors.KindRequest, requestOf(n).String(), decryptOf(n), nil)
	}
	for n := range uint64(requests) {
		id := requestOf(n).String()
		owner := table.Owner(actors.KindRequest, id)
		f.await(t, id+" is heard on "+owner, func() bool {
			return f.times(owner, actors.KindRequest, id, "Decrypt") == 1
		})
		if times := f.anywhere(actors.KindRequest, id, "Started"); times != 1 {
			t.Errorf("%s was activated %d times", id, times)
		}
	}
}

func answersComeBack(t *testing.T, f *fleet) {
	table := f.learn(crew...)
	proxy := table.Owner(usKind, "1")
	if proxy == "n1" {
		t.Fatal("the proxies of us live in eu")
	}
	distant := 0
	for n := range uint64(requests) {
		id := requestOf(n).String()
		owner := table.Owner(actors.KindRequest, id)
		if owner != proxy {
			distant++
		}
		f.sites["n1"].Post(actors.KindRequest, id, decryptOf(n), nil)
		f.await(t, id+" has its share", func() bool {
			return f.times(owner, actors.KindRequest, id, "ShareSigned") == 1
		})
	}
	if got := f.times(proxy, usKind, "1", "SignShare"); got != requests || distant == 0 {
		t.Errorf("the proxy heard %d questions of %d, %d of them from afar", got, requests, distant)
	}
}

func singletonsFollowTheLeader(t *testing.T, f *fleet) {
	f.learn(crew...)
	for _, leader := range []string{"n1", "n3"} {
		f.lead(leader)
		for _, s := range f.sites {
			s.Post(actors.KindDispatch, "", deferredOf(1), nil)
		}
		f.await(t, leader+" hears all three", func() bool {
			return f.times(leader, actors.KindDispatch, "", "DecryptDeferred") == 3
		})
	}
	f.lead("")
	f.sites["n2"].Post(actors.KindDispatch, "", deferredOf(1), nil)
	f.awaitHealth(t, "n2", "1 words dropped")
	if heard := f.anywhere(actors.KindDispatch, "", "DecryptDeferred"); heard != 6 {
		t.Errorf("%d words were heard, want 6", heard)
	}
}

func othersAreRefused(t *testing.T, f *fleet) {
	table := f.learn(crew...)
	raw := func(e messages.Envelope) []byte {
		encoded, err := messages.EncodeEnvelope(e)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	id := ofOwner(table, "n2")
	share := messages.ShareRefused{Request: id, Party: 1, Code: messages.CodeDeadline}
	for _, row := range [][]byte{
		nil,
		[]byte("garbage"),
		make([]byte, 1000),
		raw(messages.Envelope{Kind: actors.KindRequest, ID: id.String(), Word: settleOf(1)}),
		raw(messages.Envelope{Kind: actors.KindRequest, ID: id.String(), Word: share}),
		raw(messages.Envelope{Kind: actors.KindDispatch, Word: messages.Closed{Request: id,
			Outcome: messages.OutcomeExpired}}),
		raw(messages.Envelope{Kind: usKind, ID: "1", Word: signShareOf(1), SenderNode: "n3",
			SenderID: "place/request/1#1"}),
		raw(messages.Envelope{Kind: usKind, ID: "1", Word: signShareOf(1), SenderNode: "n2",
			SenderID: "place"}),
		raw(messages.Envelope{ID: "place", Word: decryptOf(1)}),
	} {
		f.sites["n1"].carrier.Carry("n2", row)
	}
	f.awaitHealth(t, "n2", "9 refused")
	// These are in form, but no such mailbox asks.
	for _, mailbox := range []string{"place", "deadletter", "place/kms@us/1#1", "nobody"} {
		f.sites["n1"].carrier.Carry("n2", raw(messages.Envelope{ID: mailbox, Word: share}))
	}
	f.awaitHealth(t, "n2", "4 words dropped")
	// Nor does any other word leave.
	for _, word := range []any{"text", &actor.Stop{}, &actor.PoisonPill{}, messages.Unwound{}, nil} {
		f.sites["n1"].Post(actors.KindRequest, id.String(), word, nil)
	}
	f.sites["n1"].system.Root.Send(actor.NewPID("n2", "place"), &actor.PoisonPill{})
	f.sites["n1"].system.Root.Stop(actor.NewPID("n2", "place"))
	f.awaitHealth(t, "n1", "7 refused")

	f.sites["n1"].Post(actors.KindRequest, id.String(), decryptOf(id.Number), nil)
	f.await(t, "n2 still works", func() bool {
		return f.times("n2", actors.KindRequest, id.String(), "ShareSigned") == 1
	})
}

// ofOwner finds a request that lives on a node.
func ofOwner(table *cluster.Table, node string) messages.RequestID {
	for n := uint64(1); ; n++ {
		if table.Owner(actors.KindRequest, requestOf(n).String()) == node {
			return requestOf(n)
		}
	}
}

func deadNodesAreReplaced(t *testing.T, f *fleet) {
	before := f.learn(crew...)
	tell := func() {
		for n := range uint64(requests) {
			f.sites["n1"].Post(actors.KindRequest, requestOf(n).String(), decryptOf(n), nil)
		}
	}
	shares := func(table *cluster.Table, moved bool) {
		for n := range uint64(requests) {
			id := requestOf(n).String()
			owner := table.Owner(actors.KindRequest, id)
			if moved && before.Owner(actors.KindRequest, id) == owner {
				continue
			}
			f.await(t, id+" has a share on "+owner, func() bool {
				return f.times(owner, actors.KindRequest, id, "ShareSigned") > 0
			})
		}
	}
	tell()
	shares(before, false)
	f.kill(t, "n2")
	after := f.learn("n1@eu", "-n2@us", "n3@us")
	tell()
	shares(after, true)
	if got := after.Owner(usKind, "1"); got != "n3" {
		t.Errorf("the proxy lives on %s", got)
	}
}

func rebalancePutsAway(t *testing.T, f *fleet) {
	f.learn("n1@eu", "-n2@us", "-n3@us")
	for n := range uint64(requests) {
		f.sites["n1"].Post(actors.KindRequest, requestOf(n).String(), decryptOf(n), nil)
	}
	f.await(t, "all live on n1", func() bool {
		alive, _ := f.sites["n1"].Counts()
		return alive == requests+1 && f.times("n1", usKind, "1", "SignShare") == requests
	})
	table := f.learn(crew...)
	stay := 0
	for n := range uint64(requests) {
		if table.Owner(actors.KindRequest, requestOf(n).String()) == "n1" {
			stay++
		}
	}
	if stay == 0 || stay == requests {
		t.Fatalf("%d of %d stay", stay, requests)
	}
	f.await(t, "only its own live on n1", func() bool {
		alive, _ := f.sites["n1"].Counts()
		return alive == stay
	})
	for n := range uint64(requests) {
		id := requestOf(n).String()
		gone := f.times("n1", actors.KindRequest, id, "Stopped") == 1
		if stays := table.Owner(actors.KindRequest, id) == "n1"; stays == gone {
			t.Errorf("%s stays: %t, was put away: %t", id, stays, gone)
		}
	}
}

// What is at work is not cut off: an actor that moved goes once it has been silent for a second.
func TestPlacesLetAnActorThatMovedFinish(t *testing.T) {
	crossInMemory(t, &mesh{}, func(t *testing.T, f *fleet) {
		id := ofOwner(f.learn(crew...), "n2")
		f.learn("n1@eu", "-n2@us", "-n3@us")
		n1 := f.sites["n1"]
		n1.Post(actors.KindRequest, id.String(), decryptOf(id.Number), nil)
		f.learn(crew...)
		self := n1.system.NewLocalPID("place/request/" + id.String() + "#1")
		for range 20 {
			pass(900 * time.Millisecond)
			n1.system.Root.Send(self, messages.Attested{}) // as its own workers do
		}
		f.await(t, "it heard all: it was not put away at work", func() bool {
			return f.times("n1", actors.KindRequest, id.String(), "Attested") == 20
		})
		f.learn("n1@eu", "-n2@us", "-n3@us") // back again, so it may stay
		pass(time.Minute)
		n1.system.Root.Send(self, messages.Attested{})
		f.await(t, "it is still there", func() bool {
			return f.times("n1", actors.KindRequest, id.String(), "Attested") == 21
		})
		f.learn(crew...)
		pass(4 * time.Second)
		f.await(t, "it is put away", func() bool {
			return f.times("n1", actors.KindRequest, id.String(), "Stopped") == 1
		})
	})
}

func TestPlacesBearLossDoublesAndDelay(t *testing.T) {
	crossInMemory(t, &mesh{loss: 0.3, double: 0.3, delay: 300 * time.Millisecond},
		func(t *testing.T, f *fleet) {
			table := f.learn(crew...)
			for n := range uint64(requests) {
				id := requestOf(n).String()
				owner := table.Owner(actors.KindRequest, id)
				tries := 0
				for f.times(owner, actors.KindRequest, id, "ShareSigned") == 0 {
					if tries++; tries > 100 {
						t.Fatalf("%s has no share after %d tries", id, tries)
					}
					f.sites["n1"].Post(actors.KindRequest, id, decryptOf(n), nil)
					pass(time.Second)
				}
				if times := f.anywhere(actors.KindRequest, id, "Started"); times != 1 {
					t.Errorf("%s was activated %d times", id, times)
				}
			}
		})
}

// An answer is for the activation that asked: its successor would not know what it means.
func TestPlacesDropTheAnswerToAnActorThatIsGone(t *testing.T) {
	crossInMemory(t, &mesh{}, func(t *testing.T, f *fleet) {
		table := f.learn(crew...)
		proxy := table.Owner(usKind, "1")
		id := ofOwner(table, "n1")
		m := f.cabling.(*mesh)
		f.sites["n1"].Post(actors.KindRequest, id.String(), decryptOf(id.Number), nil)
		f.await(t, "it is answered", func() bool {
			return f.times("n1", actors.KindRequest, id.String(), "ShareSigned") == 1
		})
		m.lock.Lock()
		m.delay = 4 * time.Second // the dice give more than a quarter of it
		m.lock.Unlock()
		f.sites["n1"].Post(actors.KindRequest, id.String(), decryptOf(id.Number), nil)
		f.sites["n1"].Post(actors.KindRequest, id.String(),
			messages.Closed{Request: id, Outcome: messages.OutcomeExpired}, nil)
		f.await(t, "the proxy is asked again", func() bool {
			return f.times(proxy, usKind, "1", "SignShare") == 2
		})
		f.awaitHealth(t, "n1", "1 words dropped")
		if alive, _ := f.sites["n1"].Counts(); alive != 0 {
			t.Errorf("%d actors alive: the answer woke one", alive)
		}
	})
}

func TestPlaceBeforeTheFirstTableKeepsEverything(t *testing.T) {
	crossInMemory(t, &mesh{}, func(t *testing.T, f *fleet) {
		f.sites["n1"].Post(actors.KindRequest, "1-1-00", decryptOf(1), nil)
		f.await(t, "it is answered here", func() bool {
			return f.times("n1", actors.KindRequest, "1-1-00", "ShareSigned") == 1
		})
		f.learn("-n1", "-n2", "-n3") // a table of the past, read again at a start
		f.sites["n1"].Post(actors.KindRequest, "1-1-01", decryptOf(2), nil)
		f.await(t, "that is answered here too", func() bool {
			return f.times("n1", actors.KindRequest, "1-1-01", "ShareSigned") == 1
		})
	})
}

func TestPlaceNeedsTheNameOfItsSystem(t *testing.T) {
	for system, self := range map[string]string{"n1": "n2", "": "n1", "n2": ""} {
		_, err := cluster.NewPlace(cluster.PlaceConfig{System: cluster.NewSystem(system), Self: self,
			Carrier: &port{mesh: &mesh{}}, Publish: func(context.Context, messages.Fact) {}})
		if err == nil {
			t.Errorf("node %q opened a place in the system of %q", self, system)
		}
	}
}
