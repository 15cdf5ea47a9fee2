package ledger

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// Seat is one holder of the ledger, for people.
type Seat struct {
	Name   string
	Voter  bool
	Leader bool
}

// Seats lists who holds the ledger, as this node knows it.
func (l *Ledger) Seats() (seats []Seat) {
	leader := l.LeaderName()
	for _, server := range l.replica.servers() {
		name := string(server.ID)
		seats = append(seats, Seat{Name: name, Voter: server.Suffrage == raft.Voter,
			Leader: name == leader})
	}
	return seats
}

// LeaderName names the node that leads, as far as this one knows; "" where there is none.
func (l *Ledger) LeaderName() string { return l.replica.leader() }

// Members is the committed member table as this node has applied it.
func (l *Ledger) Members() (table messages.MemberTable) {
	l.machine.read(func(s *state) { table = s.table() })
	return table
}

// LeadershipTransfer hands leadership to whichever voter is most up to date, as a graceful stop
// does. A node that does not lead has nothing to hand over. The error is CONFLICT where there is no
// other voter that could take it, and DEADLINE.
func (l *Ledger) LeadershipTransfer(ctx context.Context) error {
	return l.transfer(ctx, l.replica.raft.LeadershipTransfer)
}

// TransferTo hands leadership to one voter. The errors are those of LeadershipTransfer.
func (l *Ledger) TransferTo(ctx context.Context, name string) error {
	to := serverOf(name)
	return l.transfer(ctx, func() raft.Future {
		return l.replica.raft.LeadershipTransferToServer(to.ID, to.Address)
	})
}

// handedOver waits until no transfer is under way: raft would not answer it after its end.
func (l *Ledger) handedOver() {
	late := time.NewTimer(enqueueWait)
	defer late.Stop()
	select {
	case l.handing <- struct{}{}: // for good: none begins any more
	case <-late.C:
	}
}

// transfer waits for raft, which gives up after its election timeout.
func (l *Ledger) transfer(ctx context.Context, begin func() raft.Future) error {
	if l.replica.raft.State() != raft.Leader {
		return nil
	}
	select {
	case l.handing <- struct{}{}:
	case <-ctx.Done():
		return expired(ctx)
	}
	done := make(chan error, 1)
	go func() {
		done <- begin().Error()
		<-l.handing
	}()
	select {
	case err := <-done:
		if err != nil && !errors.Is(err, raft.ErrNotLeader) {
			return &messages.GatewayError{Code: messages.CodeConflict, Op: "transfer leadership",
				Cause: err}
		}
		return nil
	case <-ctx.Done():
		return expired(ctx)
	}
}

// Remove takes a node's seat, for a drain or a replacement. It is the leader's to do: NOT_LEADER
// elsewhere, CONFLICT where those who are left would be no majority, and for the leader's own seat:
// it hands leadership over first.
func (l *Ledger) Remove(_ context.Context, name string) error {
	if !l.Leader() {
		return messages.NotLeader("remove")
	}
	if name == l.replica.node {
		return conflict("removal", "%s leads: leadership must be handed over first", name)
	}
	servers := l.replica.servers()
	answers := l.standings(servers)
	var seats []seat
	now := l.clock()
	for _, server := range servers {
		s := seat{name: string(server.ID), voter: server.Suffrage == raft.Voter}
		if _, ok := answers[s.name]; !ok && s.name != l.replica.node {
			s.gone = now
		}
		seats = append(seats, s)
	}
	if err := spareable(seats, name); err != nil {
		return err
	}
	return l.replica.change(actRemove, name)
}

// Snapshot writes a snapshot now and lets go of the log behind it. There being nothing new to write
// is no error.
func (l *Ledger) Snapshot() error {
	err := l.replica.raft.Snapshot().Error()
	if err != nil && !errors.Is(err, raft.ErrNothingNewToSnapshot) {
		return messages.StorageFailed("snapshot", err)
	}
	return nil
}

// Recover writes a new list of voters into the files of a node that is stopped. It is for when a
// majority is lost for good: the same list goes to every node that is left, and what was committed
// by the lost ones alone is lost with them. Config is as for Open.
func Recover(config Config, voters []string) error {
	if len(voters) == 0 {
		return messages.BadConfig("voters", "want at least one")
	}
	config = config.withDefaults()
	config.Transport = nil // nothing is sent
	f, err := openFiles(config)
	if err != nil {
		return err
	}
	var servers raft.Configuration
	for _, name := range voters {
		servers.Servers = append(servers.Servers, serverOf(name))
	}
	scratch := newMachine(config.Clock, func(context.Context, messages.Fact) {})
	err = raft.RecoverCluster(raftConfig(config), scratch, f.logs, f.votes, f.snapshots,
		f.transport, servers)
	if closer, ok := f.transport.(io.Closer); ok {
		err = errors.Join(err, closer.Close())
	}
	if err = errors.Join(err, scratch.err(), f.close()); err != nil {
		return messages.StorageFailed("recover ledger", err)
	}
	return nil
}
