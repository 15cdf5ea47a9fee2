package bootstrap

import (
	"context"
	"crypto/tls"
	"errors"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// openFabric opens the node's network: one listener for ledger, gossip and questions, one for the
// words between actors. Each connection is mutual TLS between nodes of this cluster.
func (n *Node) openFabric(env Env) error {
	section := n.config.Cluster
	if section.Listen == "" {
		return nil
	}
	keyring, err := cluster.OpenKeyring(section.Keyring)
	if err != nil {
		return badFile("cluster.keyring", err)
	}
	server := func() *tls.Config { return n.identity.ServerTLS(RoleNode) }
	client := func(node string) *tls.Config { return n.identity.ClientTLS(node, RoleNode) }
	check := func(state tls.ConnectionState) error { return n.identity.Admit(state, RoleNode) }
	wire, err := cluster.NewWire(cluster.WireConfig{Node: n.config.Node.Name,
		Listen: section.Words, Server: server, Client: client, Check: check,
		Clock: env.Clock, Publish: n.observed.publish})
	if err != nil {
		return err
	}
	seeds := map[string]string{}
	for _, seed := range section.Seeds {
		seeds[seed.Name] = seed.Address
	}
	sockets, err := cluster.NewFabric(cluster.FabricConfig{Node: n.config.Node.Name,
		Listen: section.Listen, Server: server, Client: client, Check: check,
		Seeds: seeds, Carrier: wire, Remote: wire.Address(),
		Clock: env.Clock, Publish: n.observed.publish})
	if err != nil {
		return errors.Join(err, wire.Close())
	}
	n.fabric, n.keyring = network{sockets, wire}, keyring
	return nil
}

// network is a node's network whole: words have a listener of their own.
type network struct {
	cluster.Fabric
	wire *cluster.Wire
}

// Learn implements cluster.Fabric.
func (n network) Learn(table messages.MemberTable) {
	n.Fabric.Learn(table)
	n.wire.Learn(table)
}

// Close implements cluster.Fabric.
func (n network) Close() error { return errors.Join(n.wire.Close(), n.Fabric.Close()) }

func (n *Node) closeFabric(context.Context) error {
	if n.fabric == nil {
		return nil
	}
	return n.fabric.Close()
}
