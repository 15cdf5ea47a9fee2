package bootstrap

import (
	"context"
	"crypto/tls"
	"errors"

	"kmsgateway/cluster"
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
	wire, err := cluster.NewWire(cluster.WireConfig{Node: n.config.Node.Name,
		Listen: section.Words, Server: server, Client: client,
		Clock: env.Clock, Publish: n.observed.publish})
	if err != nil {
		return err
	}
	seeds := map[string]string{}
	for _, seed := range section.Seeds {
		seeds[seed.Name] = seed.Address
	}
	n.fabric, err = cluster.NewFabric(cluster.FabricConfig{Node: n.config.Node.Name,
		Listen: section.Listen, Server: server, Client: client, Seeds: seeds, Carrier: wire,
		Clock: env.Clock, Publish: n.observed.publish})
	if err != nil {
		return errors.Join(err, wire.Close())
	}
	n.keyring = keyring
	return nil
}

func (n *Node) closeFabric(context.Context) error {
	if n.fabric == nil {
		return nil
	}
	return n.fabric.Close()
}
