package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/bbolt"

	"kmsgateway/messages"
)

const (
	// logFile holds raft's log and votes, below Config.Dir; snapshots have a folder beside it.
	logFile = "raft.db"
	// lockWait is how long another process may take to let go of the log file.
	lockWait = time.Second
	// keptSnapshots is what is left to fall back on when the newest cannot be read.
	keptSnapshots = 2
	// snapshotEvery is the logs after which a snapshot is worth its writing; a replay of as many
	// takes less than a second.
	snapshotEvery = 4096
	// trailingLogs stay behind a snapshot, so that a node that was away a short time needs none.
	trailingLogs = 2048
	// enqueueWait bounds how long raft may take to accept a log, barrierWait how long to apply all
	// before it.
	enqueueWait = 5 * time.Second
	barrierWait = 10 * time.Second
)

// Timing is raft's patience. Lease <= Heartbeat <= Election.
type Timing struct {
	Heartbeat time.Duration // without a leader's word before an election
	Election  time.Duration // without a result before another one
	Lease     time.Duration // without a majority before a leader steps down
}

// LAN is the timing for nodes within a few milliseconds of each other, and for a single node.
func LAN() Timing {
	return Timing{Heartbeat: 300 * time.Millisecond, Election: 300 * time.Millisecond,
		Lease: 150 * time.Millisecond}
}

// replica is raft with its stores.
type replica struct {
	raft      *raft.Raft
	store     *raftboltdb.BoltStore
	transport *raft.InmemTransport
}

// openReplica opens or creates the log below a folder and starts raft on it.
func openReplica(config Config, fsm *machine) (r *replica, err error) {
	if err := os.MkdirAll(config.Dir, 0o700); err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	snapshots, err := raft.NewFileSnapshotStore(config.Dir, keptSnapshots, config.Log)
	if err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	store, err := raftboltdb.New(raftboltdb.Options{Path: filepath.Join(config.Dir, logFile),
		BoltOptions: &bbolt.Options{Timeout: lockWait}, MsgpackUseNewTimeFormat: true})
	if err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	defer func() {
		if err != nil {
			store.Close()
		}
	}()
	if err := readable(store, snapshots); err != nil {
		return nil, err
	}
	if fsm.known, err = store.LastIndex(); err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	// A node by itself talks to nobody: its transport has no socket.
	address, transport := raft.NewInmemTransport(raft.ServerAddress(config.Node))
	settings := raftConfig(config)
	if err := bootstrap(settings, store, snapshots, transport, address); err != nil {
		return nil, err
	}
	started, err := raft.NewRaft(settings, fsm, store, store, snapshots, transport)
	if err != nil {
		return nil, messages.StorageFailed("start raft", err)
	}
	r = &replica{raft: started, store: store, transport: transport}
	if err := r.mine(config.Node); err != nil {
		return nil, errors.Join(err, started.Shutdown().Error())
	}
	return r, nil
}

// raftConfig is raft's default but for what Config and the constants above say.
func raftConfig(config Config) *raft.Config {
	settings := raft.DefaultConfig()
	settings.LocalID = raft.ServerID(config.Node)
	settings.HeartbeatTimeout = config.Timing.Heartbeat
	settings.ElectionTimeout = config.Timing.Election
	settings.LeaderLeaseTimeout = config.Timing.Lease
	settings.SnapshotThreshold = snapshotEvery
	settings.TrailingLogs = trailingLogs
	settings.LogOutput, settings.LogLevel = config.Log, "INFO"
	settings.NoLegacyTelemetry = true
	return settings
}

// readable refuses a log or a snapshot of a newer program before raft applies anything.
func readable(store *raftboltdb.BoltStore, snapshots raft.SnapshotStore) error {
	kept, err := snapshots.List()
	if err != nil {
		return messages.StorageFailed("list snapshots", err)
	}
	if len(kept) > 0 {
		_, newest, err := snapshots.Open(kept[0].ID)
		if err != nil {
			return messages.StorageFailed("open snapshot", err)
		}
		defer newest.Close()
		if err := checkSnapshotVersion(newest); err != nil {
			return err
		}
	}
	first, err := store.FirstIndex()
	if err != nil {
		return messages.StorageFailed("read log", err)
	}
	last, err := store.LastIndex()
	if err != nil {
		return messages.StorageFailed("read log", err)
	}
	for index := max(first, 1); index <= last; index++ {
		var entry raft.Log
		if err := store.GetLog(index, &entry); err != nil {
			return messages.StorageFailed("read log", err)
		}
		if entry.Type != raft.LogCommand {
			continue
		}
		if err := messages.CheckEntryVersion(entry.Data); err != nil {
			return fmt.Errorf("log %d: %w", index, err)
		}
	}
	return nil
}

// bootstrap makes this node the first member, once, where there is no ledger yet.
func bootstrap(settings *raft.Config, store *raftboltdb.BoltStore, snapshots raft.SnapshotStore,
	transport raft.Transport, address raft.ServerAddress) error {
	exists, err := raft.HasExistingState(store, store, snapshots)
	if err != nil {
		return messages.StorageFailed("open ledger", err)
	}
	if exists {
		return nil
	}
	first := raft.Configuration{Servers: []raft.Server{{ID: settings.LocalID, Address: address}}}
	if err := raft.BootstrapCluster(settings, store, store, snapshots, transport,
		first); err != nil {
		return messages.StorageFailed("create ledger", err)
	}
	return nil
}

// mine refuses the ledger of another node: without its vote this one would wait for ever.
func (r *replica) mine(node string) error {
	members := r.raft.GetConfiguration()
	if err := members.Error(); err != nil {
		return messages.StorageFailed("read members", err)
	}
	var names []raft.ServerID
	for _, server := range members.Configuration().Servers {
		if server.ID == raft.ServerID(node) {
			return nil
		}
		names = append(names, server.ID)
	}
	return messages.BadConfig("node", fmt.Sprintf("the ledger is of %v, not of %s", names, node))
}

// commit replicates one log and returns what the machine answered.
func (r *replica) commit(encoded []byte) (verdicts, error) {
	future := r.raft.Apply(encoded, enqueueWait)
	if err := future.Error(); err != nil {
		return nil, translate("propose", err)
	}
	switch answer := future.Response().(type) {
	case verdicts:
		return answer, nil
	case error:
		return nil, messages.StorageFailed("apply", answer)
	default:
		return nil, fmt.Errorf("apply answered %T", answer)
	}
}

// barrier returns when all that was committed before is applied here.
func (r *replica) barrier() error {
	if err := r.raft.Barrier(barrierWait).Error(); err != nil {
		return translate("barrier", err)
	}
	return nil
}

// translate tells what raft's errors mean to a proposer.
func translate(op string, err error) error {
	switch {
	case errors.Is(err, raft.ErrLeadershipLost), errors.Is(err, raft.ErrAbortedByRestore):
		return errUnknown
	case errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return messages.NotLeader(op)
	case errors.Is(err, raft.ErrRaftShutdown):
		return shuttingDown()
	case errors.Is(err, raft.ErrEnqueueTimeout):
		return messages.Refused(messages.CodeOverloaded, op, "raft takes no more")
	default:
		return messages.StorageFailed(op, err)
	}
}

// close stops raft, then lets go of the files.
func (r *replica) close() error {
	err := r.raft.Shutdown().Error()
	return errors.Join(err, r.store.Close(), r.transport.Close())
}
