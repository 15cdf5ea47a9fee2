package demo

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"kmsgateway/bootstrap"
)

func nodeName(index int) string { return "node-" + strconv.Itoa(index) }

// nodes lists those that run.
func (s *stage) nodes() []*bootstrap.Node {
	if s.node == nil {
		return nil
	}
	return append([]*bootstrap.Node{s.node}, s.others...)
}

// foundCluster makes the cluster's authority in the first node's folder and serves it until that
// node does.
func (s *stage) foundCluster() (*bootstrap.JoinService, error) {
	_, err := bootstrap.Init(bootstrap.InitConfig{Cluster: "demo", Name: nodeName(1),
		Region: string(regions[0]), Data: s.path(nodeName(1)), Join: "127.0.0.1:0",
		Clock: time.Now})
	if err != nil {
		return nil, err
	}
	return bootstrap.StartJoinService(bootstrap.JoinServiceConfig{Listen: "127.0.0.1:0",
		Data: s.path(nodeName(1)), Publish: s.env().Relay, Clock: time.Now})
}

// join makes a member by a token of its own, as an operator would.
func (s *stage) join(ctx context.Context, service string, role bootstrap.Role, name string) error {
	invitation, err := bootstrap.CreateToken(s.path(nodeName(1)), bootstrap.TokenConfig{
		Role: role, TTL: invitationTime, Clock: time.Now})
	if err != nil {
		return err
	}
	_, err = bootstrap.Join(ctx, bootstrap.JoinConfig{Address: service, Token: invitation.Token,
		Pin: invitation.Pin, Name: name, Role: role, Data: s.path(name), Clock: time.Now})
	return err
}

// startNode starts the first node.
func (s *stage) startNode(ctx context.Context) error {
	config, err := s.nodeConfig()
	if err != nil {
		return err
	}
	s.node, err = bootstrap.StartNode(ctx, s.env(), config)
	return err
}

// startNodes starts the first node and has the others join it.
func (s *stage) startNodes(ctx context.Context) error {
	if err := s.startNode(ctx); err != nil {
		return err
	}
	for index := 2; index <= s.options.Nodes; index++ {
		if err := s.join(ctx, s.node.JoinAddr(), bootstrap.RoleNode, nodeName(index)); err != nil {
			return err
		}
		config, err := s.nodeConfigOf(index)
		if err != nil {
			return err
		}
		node, err := bootstrap.StartNode(ctx, s.env(), config)
		if err != nil {
			return fmt.Errorf("%s: %w", nodeName(index), err)
		}
		s.others = append(s.others, node)
	}
	for _, node := range s.nodes() {
		select {
		case <-node.Joined():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	s.say("nodes: %d; each keeps the ledger on disk; health at http://%s/readyz", s.options.Nodes,
		s.node.Addr())
	return nil
}

// nodeConfig configures the first node.
func (s *stage) nodeConfig() (bootstrap.NodeConfig, error) { return s.nodeConfigOf(1) }

// nodeConfigOf configures a node; a node by itself has no cluster to listen to.
func (s *stage) nodeConfigOf(index int) (bootstrap.NodeConfig, error) {
	name := nodeName(index)
	keyFile, err := s.writeKey("sender-"+strconv.Itoa(index), s.payers[index-1])
	config := bootstrap.DefaultNodeConfig()
	config.Node = bootstrap.NodeSection{Name: name,
		Region: string(regions[(index-1)%len(regions)]), Data: s.path(name), HTTP: "127.0.0.1:0"}
	config.Chain = s.chainSection(s.chain.URL())
	config.Sender = bootstrap.SenderSection{KeyFile: keyFile}
	config.Keys = []string{s.public}
	config.TLS = s.tls(name)
	config.Log.Level = s.options.LogLevel
	for i, party := range s.parties {
		config.Parties = append(config.Parties, bootstrap.PartySection{
			Index: uint16(i + 1), Region: string(regions[i%len(regions)]),
			Name: partyName(i + 1), Endpoints: []string{party.Addr()},
		})
	}
	if s.standby != nil {
		config.Parties[0].Endpoints = append(config.Parties[0].Endpoints, s.standby.Addr())
	}
	if index == 1 {
		config.Trust.Serve = "127.0.0.1:0"
	} else {
		config.Trust.Renew = []string{s.node.JoinAddr()}
	}
	if s.options.Nodes > 1 {
		config.Cluster = bootstrap.ClusterSection{Listen: "127.0.0.1:0", Words: "127.0.0.1:0",
			First: index == 1, Keyring: filepath.Join(s.path(name), "tls", "gossip.key")}
		if index > 1 {
			config.Cluster.Seeds = []bootstrap.SeedSection{
				{Name: nodeName(1), Address: s.node.ClusterAddr()}}
		}
	}
	return config, err
}

// tls names the files of a member's identity.
func (s *stage) tls(name string) bootstrap.TLSSection {
	files := bootstrap.TLSSection{CA: filepath.Join(s.path(name), "tls", "ca.pem"),
		Certificate: filepath.Join(s.path(name), "tls", name+".pem"),
		Key:         filepath.Join(s.path(name), "tls", name+".key")}
	if name == nodeName(1) { // the authority's own
		files.CA = filepath.Join(s.path(name), "ca", "ca.pem")
	}
	return files
}
