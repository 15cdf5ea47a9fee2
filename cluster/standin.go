package cluster

import (
	"context"
	"crypto/tls"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/memberlist"

	"kmsgateway/messages"
)

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
