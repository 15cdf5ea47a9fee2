//go:build placement

package placement

import (
	"errors"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/cluster"
	provided "github.com/asynkron/protoactor-go/cluster/clusterproviders/test"
	"github.com/asynkron/protoactor-go/cluster/identitylookup/disthash"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// theirs is three members of the library's cluster, which learn of each other at once from a list
// in memory. Whoever asks is n1, which has no actors of the kind.
type theirs struct {
	b       testing.TB
	agent   *provided.InMemAgent
	members map[string]*cluster.Cluster
	names   map[string]string // by address
}

func newTheirs(b testing.TB) machine {
	m := &theirs{b: b, agent: provided.NewInMemAgent(), members: map[string]*cluster.Cluster{},
		names: map[string]string{}}
	authority := newAuthority(b)
	for _, node := range []string{"n1", "n2", "n3"} {
		m.open(node, authority.issue(b, "node"))
	}
	return m
}

func (m *theirs) open(node string, own *keys) {
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}))
	var kinds []*cluster.Kind
	if node != "n1" {
		kinds = append(kinds, cluster.NewKind("party", actor.PropsFromFunc(func(ctx actor.Context) {
			if word, ok := ctx.Message().(*wire.SignShare); ok {
				id, _ := messages.RequestIDFromWire(word.GetRequest())
				signed := answer(id)
				ctx.Respond(messages.ShareAnswerToWire(messages.ShareAnswer{Signed: &signed}))
			}
		})))
	}
	config := remote.Configure("127.0.0.1", 0,
		remote.WithServerOptions(grpc.Creds(credentials.NewTLS(own.server()))),
		remote.WithDialOptions(grpc.WithTransportCredentials(
			credentials.NewTLS(own.client("node")))),
		remote.WithEndpointWriterQueueSize(1024))
	member := cluster.New(system, cluster.Configure("bench", provided.NewTestProvider(m.agent),
		disthash.New(), config, cluster.WithKinds(kinds...)))
	member.StartMember()
	m.members[node] = member
	m.names[system.Address()] = node
}

func (m *theirs) ask(id int, wait time.Duration) error {
	answer, err := m.members["n1"].Request(strconv.Itoa(id), "party",
		messages.SignShareToWire(question(id)), cluster.WithTimeout(wait), cluster.WithRetryCount(1))
	if err != nil {
		return err
	}
	if _, ok := answer.(*wire.ShareAnswer); !ok {
		return errors.New("answer of another kind")
	}
	return nil
}

func (m *theirs) lives(id int) string {
	pid := m.members["n1"].Get(strconv.Itoa(id), "party")
	if pid == nil {
		return ""
	}
	return m.names[pid.GetAddress()]
}

func (m *theirs) kill(node string) { m.members[node].Remote.Shutdown(false) }

func (m *theirs) notice(node string) {
	m.agent.DeregisterService(m.members[node].ActorSystem.ID)
}

// close leaves the members' own goroutines to the end of the process: their graceful way takes
// seconds each.
func (m *theirs) close() {
	for node := range m.members {
		m.kill(node)
	}
}
