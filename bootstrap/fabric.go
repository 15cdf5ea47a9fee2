package bootstrap

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"time"

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
	peers := n.fabric.Peers()
	keyring.Serve(peers)
	n.doorway.timeline.Serve(peers)
	n.identity.Revocations().Serve(peers)
	return nil
}

// spreadEvery is between two looks for a newer list of revocations.
const spreadEvery = time.Second

// spread keeps a node among many up with what is revoked: on its own disk, where it holds the
// authority, and at other nodes.
func (n *Node) spread(env Env) error {
	if n.fabric == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	ticker := time.NewTicker(spreadEvery)
	done := make(chan struct{})
	go func() {
		defer close(done)
		Spread{Revocations: n.identity.Revocations(), Peers: n.fabric.Peers(),
			Members: n.core.others, Tick: ticker.C,
			Rand:    rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
			Publish: n.observed.publish, Clock: env.Clock}.Run(ctx)
	}()
	n.unspread = func() { ticker.Stop(); cancel(); <-done }
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
