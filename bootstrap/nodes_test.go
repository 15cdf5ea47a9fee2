package bootstrap

import (
	"cmp"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// exampleClusters are the folders of nodes/ with what each is an example of.
var exampleClusters = []struct {
	folder                  string
	nodes, regions, parties int
}{
	{"one-machine", 1, 1, 3}, {"one-region", 3, 1, 5}, {"three-regions", 5, 3, 7},
}

// TestExampleClustersLoad: the files of a folder load, and fit together as they say.
func TestExampleClustersLoad(t *testing.T) {
	t.Parallel()
	for _, row := range exampleClusters {
		t.Run(row.folder, func(t *testing.T) {
			t.Parallel()
			nodes := loadNodes(t, row.folder)
			regions := map[string]bool{}
			for _, node := range nodes {
				regions[node.Node.Region] = true
			}
			if len(nodes) != row.nodes || len(regions) != row.regions ||
				len(nodes[0].Parties) != row.parties {
				t.Errorf("%d nodes in %v, %d parties", len(nodes), regions, len(nodes[0].Parties))
			}
			checkNodesAgree(t, nodes)
			checkSeeds(t, nodes)
			checkParties(t, row.folder, nodes[0])
		})
	}
	folders, err := filepath.Glob("nodes/*/node-1.yaml")
	if err != nil || len(folders) != len(exampleClusters) {
		t.Errorf("the folders are %v, %v", folders, err)
	}
}

func loadNodes(t *testing.T, folder string) (nodes []NodeConfig) {
	t.Helper()
	paths, err := filepath.Glob("nodes/" + folder + "/node-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		node, err := LoadNode(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if node.Node.Name != strings.TrimSuffix(filepath.Base(path), ".yaml") {
			t.Errorf("%s configures %s", path, node.Node.Name)
		}
		nodes = append(nodes, node)
	}
	return nodes
}

// checkNodesAgree: on all that a cluster has in common.
func checkNodesAgree(t *testing.T, nodes []NodeConfig) {
	t.Helper()
	first := nodes[0]
	for _, node := range nodes[1:] {
		if !reflect.DeepEqual(node.Parties, first.Parties) {
			t.Errorf("%s knows other parties", node.Node.Name)
		}
		if node.Chain.ID != first.Chain.ID || node.Chain.Gateway != first.Chain.Gateway ||
			node.Chain.Registry != first.Chain.Registry || node.Chain.Finality != first.Chain.Finality {
			t.Errorf("%s serves another chain", node.Node.Name)
		}
		if node.Cluster.Voters != first.Cluster.Voters || node.Cluster.Profile != first.Cluster.Profile {
			t.Errorf("%s has another ledger", node.Node.Name)
		}
	}
	if first.Cluster.Voters > len(nodes) {
		t.Errorf("%d voters of %d nodes", first.Cluster.Voters, len(nodes))
	}
}

// checkSeeds: one node is first, each other one finds it by seeds that are where they are said to.
func checkSeeds(t *testing.T, nodes []NodeConfig) {
	t.Helper()
	at := map[string]string{}
	for _, node := range nodes {
		at[node.Node.Name] = node.Cluster.Listen
	}
	addresses := map[string]bool{}
	for i, node := range nodes {
		alone := len(nodes) == 1
		if node.Cluster.First != (i == 0 && !alone) || (node.Trust.Serve != "") != (i == 0) {
			t.Errorf("%s: first %v, serves at %q", node.Node.Name, node.Cluster.First, node.Trust.Serve)
		}
		if alone {
			continue
		}
		if node.Cluster.Listen == "" || addresses[node.Cluster.Listen] || addresses[node.Cluster.Words] {
			t.Errorf("%s listens at %s", node.Node.Name, node.Cluster.Listen)
		}
		addresses[node.Cluster.Listen], addresses[node.Cluster.Words] = true, true
		if i > 0 && !slices.Contains(node.Cluster.seeds(), nodes[0].Node.Name) {
			t.Errorf("%s does not know the first node", node.Node.Name)
		}
		for _, seed := range node.Cluster.Seeds {
			if at[seed.Name] != seed.Address || seed.Name == node.Node.Name {
				t.Errorf("%s has the seed %+v", node.Node.Name, seed)
			}
		}
		if node.Trust.Renew[0] != nodes[0].Trust.Serve {
			t.Errorf("%s is renewed at %v", node.Node.Name, node.Trust.Renew)
		}
	}
}

// checkParties: each party is as the nodes know it; a standby lives in another region.
func checkParties(t *testing.T, folder string, node NodeConfig) {
	t.Helper()
	paths, err := filepath.Glob("nodes/" + folder + "/party-*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no parties: %v", err)
	}
	for _, path := range paths {
		party, err := LoadParty(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		known := node.Parties[party.Party.Index-1]
		if (party.Party.Region == known.Region) == party.Party.Standby ||
			party.Party.Standby && len(known.Endpoints) < 2 {
			t.Errorf("%s lives in %s, the nodes say %+v", path, party.Party.Region, known)
		}
		if party.Chain.Gateway != node.Chain.Gateway || party.Chain.ID != node.Chain.ID ||
			cmp.Or(party.Trust.Renew...) != cmp.Or(node.Trust.Renew...) {
			t.Errorf("%s serves another chain or cluster", path)
		}
	}
}
