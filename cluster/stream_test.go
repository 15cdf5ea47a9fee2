package cluster_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"kmsgateway/cluster"
)

// notes is the smallest state machine: what was applied, in order.
type notes struct {
	lock sync.Mutex
	said []string
}

func (n *notes) Apply(entry *raft.Log) any {
	n.lock.Lock()
	defer n.lock.Unlock()
	n.said = append(n.said, string(entry.Data))
	return nil
}

func (n *notes) String() string {
	n.lock.Lock()
	defer n.lock.Unlock()
	return strings.Join(n.said, " ")
}

func (n *notes) Snapshot() (raft.FSMSnapshot, error) { return n, nil }
func (n *notes) Persist(sink raft.SnapshotSink) error {
	if _, err := io.WriteString(sink, n.String()); err != nil {
		return err
	}
	return sink.Close()
}
func (n *notes) Release() {}
func (n *notes) Restore(from io.ReadCloser) error {
	text, err := io.ReadAll(from)
	n.lock.Lock()
	defer n.lock.Unlock()
	n.said = strings.Fields(string(text))
	return err
}

// voter is raft on a node's fabric.
type voter struct {
	*raft.Raft
	notes *notes
}

func elect(t *testing.T, nodes map[string]cluster.Fabric, voters ...string) map[string]voter {
	t.Helper()
	var servers raft.Configuration
	for _, name := range voters {
		servers.Servers = append(servers.Servers, raft.Server{ID: raft.ServerID(name), Address: raft.ServerAddress(name)})
	}
	started := map[string]voter{}
	for name, fabric := range nodes {
		config := raft.DefaultConfig()
		config.LocalID, config.Logger = raft.ServerID(name), hclog.NewNullLogger()
		config.HeartbeatTimeout, config.ElectionTimeout = 200*time.Millisecond, 200*time.Millisecond
		config.LeaderLeaseTimeout, config.CommitTimeout = 100*time.Millisecond, 10*time.Millisecond
		config.TrailingLogs = 0
		store, snapshots := raft.NewInmemStore(), raft.NewInmemSnapshotStore()
		if name == voters[0] {
			if err := raft.BootstrapCluster(config, store, store, snapshots, fabric.Ledger(), servers); err != nil {
				t.Fatal(err)
			}
		}
		v := voter{notes: new(notes)}
		var err error
		if v.Raft, err = raft.NewRaft(config, v.notes, store, store, snapshots, fabric.Ledger()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.end(t) })
		started[name] = v
	}
	return started
}

// lead has whoever leads among some do something, until it is done: on a busy machine they elect
// needlessly.
func lead(t *testing.T, voters map[string]voter, do func(voter) error, among ...string) (name string) {
	t.Helper()
	soon(t, 10*time.Second, "a leader", func() bool {
		for _, name = range among {
			if voters[name].VerifyLeader().Error() == nil && do(voters[name]) == nil {
				return true
			}
		}
		return false
	})
	return name
}

func say(word string) func(voter) error {
	return func(v voter) error { return v.Apply([]byte(word), time.Second).Error() }
}

func (v voter) end(t *testing.T) {
	if err := v.Shutdown().Error(); err != nil {
		t.Error(err)
	}
}

func others(names []string, name string) (rest []string) {
	for _, other := range names {
		if other != name {
			rest = append(rest, other)
		}
	}
	return rest
}

func TestRaftOverTheFabric(t *testing.T) {
	town := newTown(t)
	names := []string{"n1", "n2", "n3"}
	nodes := town.opened("n1", "n2", "n3", "n4")
	voters := elect(t, nodes, names...)
	heard := func(word string, by ...string) {
		t.Helper()
		for _, name := range by {
			soon(t, 10*time.Second, name+" hears "+word, func() bool {
				return strings.HasSuffix(voters[name].notes.String(), word)
			})
		}
	}
	var first string
	for i := range 50 {
		first = lead(t, voters, say(fmt.Sprint("word", i)), names...)
	}
	heard("word49", names...)

	rest := others(names, first)
	town.part(first, rest...)
	lead(t, voters, say("without"), rest...)
	heard("without", rest...)
	town.heal()
	heard("without", first)

	// One that comes late is brought up to date by a snapshot.
	second := lead(t, voters, func(v voter) error {
		if err := v.Snapshot().Error(); err != nil && !errors.Is(err, raft.ErrNothingNewToSnapshot) {
			return err
		}
		return v.AddNonvoter("n4", "n4", 0, time.Second).Error()
	}, names...)
	heard("without", "n4")

	// Two of three go on without the one that closes.
	voters[second].end(t)
	nodes[second].Close()
	rest = others(names, second)
	lead(t, voters, say("last"), rest...)
	heard("last", append(rest, "n4")...)
}
