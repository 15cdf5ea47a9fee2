package ledger

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

const (
	// snapshotEvery is the logs after which a snapshot is worth its writing; a replay of as many
	// takes less than a second.
	snapshotEvery = 4096
	// trailingLogs stay behind a snapshot, so that a node that was away a short time needs none.
	trailingLogs = 2048
	// wanHeartbeat is the least that nodes far from each other wait: below it, one lost packet and
	// its repetition already look like a dead leader.
	wanHeartbeat = time.Second
	// stallMemory is how long a slow write counts against a disk that has not written since.
	stallMemory = 30 * time.Second
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

// WAN is the timing for nodes with a round trip between the farthest of them: ten of those before
// an election, so that a slow packet starts none.
func WAN(roundTrip time.Duration) Timing {
	beat := max(wanHeartbeat, 10*roundTrip)
	return Timing{Heartbeat: beat, Election: beat, Lease: beat / 2}
}

// replica is raft with its stores.
type replica struct {
	node  string
	raft  *raft.Raft
	files *files
	fresh bool // nothing was on disk when it was opened
}

// files are the log and the snapshots of a node.
type files struct {
	logs      *timedStore
	votes     raft.StableStore
	snapshots raft.SnapshotStore
	close     func() error
	transport raft.Transport
	patient   *patient // within transport
}

// openFiles opens the log below a folder, or creates it.
func openFiles(config Config) (*files, error) {
	open := config.Stores
	if open == nil {
		open = Bolt(config.Dir, config.Log)
	}
	store, err := open()
	if err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	f := &files{logs: &timedStore{LogStore: store.Logs, clock: config.Clock}, votes: store.Votes,
		snapshots: store.Snapshots, close: store.Close, transport: config.Transport}
	if f.transport == nil {
		// A node by itself talks to nobody: its transport has no socket.
		_, f.transport = raft.NewInmemTransport(raft.ServerAddress(config.Node))
	}
	if err := readable(store.Logs, store.Snapshots); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	f.transport, f.patient = newPatient(f.transport)
	return f, nil
}

// openReplica opens or creates the log below a folder and starts raft on it.
func openReplica(config Config, fsm *machine) (r *replica, err error) {
	f, err := openFiles(config)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = f.close() // the first error says it
		}
	}()
	if fsm.known, err = f.logs.LastIndex(); err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	exists, err := raft.HasExistingState(f.logs, f.votes, f.snapshots)
	if err != nil {
		return nil, messages.StorageFailed("open ledger", err)
	}
	settings := raftConfig(config)
	if !exists && (config.Bootstrap || config.Transport == nil) {
		if err := f.bootstrap(settings); err != nil {
			return nil, err
		}
	}
	started, err := raft.NewRaft(settings, fsm, f.logs, f.votes, f.snapshots, f.transport)
	if err != nil {
		return nil, messages.StorageFailed("start raft", err)
	}
	r = &replica{node: config.Node, raft: started, files: f, fresh: !exists}
	if config.Transport == nil {
		if err := r.mine(config.Node); err != nil {
			return nil, errors.Join(err, started.Shutdown().Error())
		}
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
	settings.ShutdownOnRemove = false // whoever lost its seat may ask for one again
	return settings
}

// readable refuses a log or a snapshot of a newer program before raft applies anything.
func readable(store raft.LogStore, snapshots raft.SnapshotStore) error {
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

// bootstrap makes this node the first member where there is no ledger yet.
func (f *files) bootstrap(settings *raft.Config) error {
	first := raft.Configuration{Servers: []raft.Server{serverOf(string(settings.LocalID))}}
	if err := raft.BootstrapCluster(settings, f.logs, f.votes, f.snapshots, f.transport,
		first); err != nil {
		return messages.StorageFailed("create ledger", err)
	}
	return nil
}

// serverOf names a voter to raft. Nodes are dialled by name: where a name is found changes, and is
// the network's to know.
func serverOf(node string) raft.Server {
	return raft.Server{ID: raft.ServerID(node), Address: raft.ServerAddress(node)}
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

// leader names the node that leads, as far as this one knows; "" where there is none.
func (r *replica) leader() string {
	_, name := r.raft.LeaderWithID()
	return string(name)
}

// servers lists the nodes that hold the ledger, by raft's latest word.
func (r *replica) servers() []raft.Server {
	latest := r.raft.GetConfiguration()
	if latest.Error() != nil {
		return nil // raft never answers so
	}
	return latest.Configuration().Servers
}

// commit replicates one log and returns what the machine answered, and the log's index.
func (r *replica) commit(encoded []byte) (verdicts, uint64, error) {
	future := r.raft.Apply(encoded, enqueueWait)
	if err := future.Error(); err != nil {
		return nil, 0, translate("propose", err)
	}
	switch answer := future.Response().(type) {
	case verdicts:
		return answer, future.Index(), nil
	case error:
		return nil, 0, messages.StorageFailed("apply", answer)
	default:
		return nil, 0, fmt.Errorf("apply answered %T", answer)
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
	r.files.patient.release()
	err := r.raft.Shutdown().Error()
	err = errors.Join(err, r.files.close())
	if closer, ok := r.files.transport.(raft.WithClose); ok {
		err = errors.Join(err, closer.Close())
	}
	return err
}
