package cluster

import (
	"crypto/tls"

	"kmsgateway/messages"
)

type WireConfig struct {
	Node, Listen string
	Server       func() *tls.Config
	Client       func(string) *tls.Config
	Clock        messages.Clock
	Publish      messages.Publish
}
type Wire struct{}

func NewWire(WireConfig) (*Wire, error)      { return &Wire{}, nil }
func (w *Wire) Address() string              { return "" }
func (w *Wire) Close() error                 { return nil }
func (w *Wire) Learn(messages.MemberTable)   {}
func (w *Wire) Carry(string, []byte)         {}
func (w *Wire) Receive(func(string, []byte)) {}
