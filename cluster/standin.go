package cluster

import (
	"context"
	"crypto/tls"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/memberlist"
	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

type Fabric interface {
	Ledger() raft.Transport
	Gossip() memberlist.NodeAwareTransport
	Peers() Peers
	Carrier() Carrier
	Addresses() (address, remote string)
	Learn(messages.MemberTable)
	Close() error
}
type Peers interface {
	Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error)
	Answer(topic string, how func(ctx context.Context, from string, body []byte) ([]byte, error))
}
type Carrier interface {
	Carry(node string, envelope []byte)
	Receive(how func(from string, envelope []byte))
}
type Keyring struct{}

func OpenKeyring(string) (*Keyring, error) { return nil, nil }

type WireConfig struct {
	Node, Listen string
	Server       func() *tls.Config
	Client       func(string) *tls.Config
	Clock        messages.Clock
	Publish      messages.Publish
}
type Wire struct{}

func NewWire(WireConfig) (*Wire, error)        { return nil, nil }
func (w *Wire) Close() error                   { return nil }
func (w *Wire) Carry(string, []byte)           {}
func (w *Wire) Receive(func(string, []byte))   {}

type FabricConfig struct {
	Node, Listen string
	Server       func() *tls.Config
	Client       func(string) *tls.Config
	Seeds        map[string]string
	Carrier      Carrier
	Clock        messages.Clock
	Publish      messages.Publish
}

func NewFabric(FabricConfig) (Fabric, error) { return nil, nil }

type MembersConfig struct {
	Node, Region    string
	Incarnation     uint64
	Address, Remote string
	Transport       memberlist.NodeAwareTransport
	Keys            *Keyring
	Known           func() []string
	Clock           messages.Clock
	Publish         messages.Publish
	Propose         func(context.Context, messages.Entry) error
	Table           func() messages.MemberTable
	Leads           func() bool
}
type Members struct{}

func StartMembers(MembersConfig) (*Members, error)  { return nil, nil }
func (m *Members) Stop(context.Context) error       { return nil }
func (m *Members) Health() messages.Health          { return messages.Health{} }
func Fenced(string, uint64, messages.MemberTable) bool { return false }
func (p *Place) Learn(messages.MemberTable)         {}

var _ *actor.PID
