package world

import (
	"bytes"
	"context"
	"errors"

	"github.com/hashicorp/memberlist"
	"github.com/hashicorp/raft"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

const (
	topicAsk   = "ask "
	topicCarry = "carry"
)

// fabric is a node's network over its station; it satisfies cluster.Fabric.
type fabric struct {
	station *Station
	raft    *raftWire
	gossip  *gossipWire
}

// NewFabric gives a process all that a node's network has. It leaves when the process does.
func NewFabric(station *Station) cluster.Fabric {
	return &fabric{station: station, raft: newRaftWire(station), gossip: newGossipWire(station)}
}

// Ledger implements cluster.Fabric.
func (f *fabric) Ledger() raft.Transport { return f.raft }

// Gossip implements cluster.Fabric.
func (f *fabric) Gossip() memberlist.NodeAwareTransport { return f.gossip }

// Peers implements cluster.Fabric.
func (f *fabric) Peers() cluster.Peers { return f }

// Carrier implements cluster.Fabric.
func (f *fabric) Carrier() cluster.Carrier { return f }

// Addresses implements cluster.Fabric.
func (f *fabric) Addresses() (address, remote string) {
	at := f.station.net.address(f.station.name)
	return at, at
}

// Learn implements cluster.Fabric: here names are found by themselves.
func (f *fabric) Learn(messages.MemberTable) {}

// Close implements cluster.Fabric.
func (f *fabric) Close() error {
	f.station.Leave()
	f.station.Wait()
	return f.raft.Close()
}

// Ask implements cluster.Peers.
func (f *fabric) Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error) {
	value, err := f.station.Call(ctx, node, topicAsk+topic, bytes.Clone(body))
	if err != nil {
		return nil, err
	}
	answer, _ := value.([]byte)
	return bytes.Clone(answer), nil
}

// Answer implements cluster.Peers.
func (f *fabric) Answer(topic string,
	how func(ctx context.Context, from string, body []byte) ([]byte, error)) {
	f.station.Handle(topicAsk+topic, func(from string, ask any, answer func(any, error)) {
		body, _ := ask.([]byte)
		f.station.Go(func(life context.Context) {
			value, err := how(life, from, body)
			answer(value, crossed(err))
		})
	})
}

// crossed is an error as it is after its way over a wire: code and text, and nothing that is only
// known to the process where it arose.
func crossed(err error) error {
	var told *messages.GatewayError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &told):
		return messages.Refused(told.Code, told.Op, told.Detail)
	default:
		return messages.Refused(messages.CodeInternal, "answer", err.Error())
	}
}

// Carry implements cluster.Carrier.
func (f *fabric) Carry(node string, envelope []byte) {
	f.station.Cast(node, topicCarry, bytes.Clone(envelope))
}

// Receive implements cluster.Carrier.
func (f *fabric) Receive(how func(from string, envelope []byte)) {
	f.station.Handle(topicCarry, func(from string, word any, _ func(any, error)) {
		envelope, _ := word.([]byte)
		how(from, envelope)
	})
}
