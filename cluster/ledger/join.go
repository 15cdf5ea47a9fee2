package ledger

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/protobuf/proto"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

const (
	// maxRaces bounds how often a join chooses the next incarnation anew because another took it.
	maxRaces = 8
	// joinAgain is between two tries of a join.
	joinAgain = 200 * time.Millisecond
)

// Join asks whoever leads for a seat in the ledger, without a vote at first, and for a fresh
// incarnation in the member table, and returns that when this node's own replica shows it. Seeds
// are names of nodes to ask while this one knows no leader. Name and Format of self are filled in.
// It tries until ctx ends; the errors are DEADLINE, SHUTTING_DOWN, and CONFIG or MALFORMED_INPUT
// where trying again is no use.
func (l *Ledger) Join(ctx context.Context, self messages.MemberUp, seeds []string) (uint64, error) {
	self.Name, self.Incarnation, self.Format = l.replica.node, 1, messages.EntryVersion
	wish := &wire.JoinLedger{Member: messages.MemberUpToWire(self), Fresh: l.replica.fresh}
	for {
		reply, err := l.joinOnce(ctx, wish, seeds)
		if err == nil {
			return reply.GetIncarnation(), l.machine.await(ctx, reply.GetIndex())
		}
		code := messages.CodeOf(err)
		if code == messages.CodeConfig || code == messages.CodeMalformedInput {
			return 0, err
		}
		again := time.NewTimer(joinAgain)
		select {
		case <-again.C:
			continue
		case <-ctx.Done():
			again.Stop()
			return 0, &messages.GatewayError{Code: messages.CodeDeadline, Op: "join ledger", Cause: err}
		case <-l.closing:
			again.Stop()
			return 0, shuttingDown()
		}
	}
}

// joinOnce asks the leader if it is known, else each seed until one finds it.
func (l *Ledger) joinOnce(ctx context.Context, wish *wire.JoinLedger, seeds []string) (
	*wire.LedgerAnswer, error) {
	leader := l.replica.leader()
	if leader == l.replica.node {
		return l.seat(wish)
	}
	if l.peers == nil {
		return nil, messages.NotLeader("join ledger")
	}
	asked := seeds
	if leader != "" {
		asked = append([]string{leader}, seeds...)
	}
	body, err := proto.Marshal(wish)
	if err != nil {
		return nil, messages.MalformedField("join", err.Error())
	}
	last := error(messages.NotLeader("join ledger"))
	for _, node := range asked {
		if node == l.replica.node || ctx.Err() != nil {
			continue
		}
		reply, err := l.route.question(node, topicJoin, body)
		if err == nil {
			return reply, nil
		}
		last = err
		if messages.CodeOf(err) == messages.CodeConfig {
			break
		}
	}
	return nil, last
}

// answerJoin seats whoever asks, or hands the wish on to the leader, once.
func (l *Ledger) answerJoin(_ context.Context, from string, body []byte) ([]byte, error) {
	wish := new(wire.JoinLedger)
	if err := messages.UnmarshalStrict(body, wish); err != nil {
		return nil, err
	}
	if !wish.GetRelayed() && wish.GetMember().GetName() != from {
		return nil, messages.MalformedField("join.member.name", "want the name in the certificate")
	}
	leader := l.replica.leader()
	var reply *wire.LedgerAnswer
	var err error
	switch {
	case leader == l.replica.node:
		reply, err = l.seat(wish)
	case leader == "" || wish.GetRelayed():
		err = messages.NotLeader("join ledger")
	default:
		wish.Relayed = true
		if body, err = proto.Marshal(wish); err == nil {
			reply, err = l.route.question(leader, topicJoin, body)
		}
	}
	if err != nil {
		return nil, err
	}
	return proto.Marshal(reply)
}

// Newest is the highest incarnation of this node that the named others have applied, 0 where none
// knows of it or answers. A node whose seat a newer process of its name was given hears nothing of
// the ledger any more, so it has to ask.
func (l *Ledger) Newest(ctx context.Context, nodes []string) (incarnation uint64) {
	for _, node := range nodes {
		if node == l.replica.node || l.peers == nil {
			continue
		}
		asked, cancel := context.WithTimeout(ctx, l.route.ask)
		body, err := l.peers.Ask(asked, node, topicNewest, nil)
		cancel()
		reply := new(wire.LedgerAnswer)
		if err == nil && messages.UnmarshalStrict(body, reply) == nil {
			incarnation = max(incarnation, reply.GetIncarnation())
		}
	}
	return incarnation
}

func (l *Ledger) answerNewest(_ context.Context, from string, _ []byte) ([]byte, error) {
	member, _ := l.Members().Find(from)
	return proto.Marshal(&wire.LedgerAnswer{Incarnation: member.Incarnation})
}

// seat gives a node a seat and an incarnation. A voter that comes back without its log has
// forgotten what it voted for: it starts again without a vote. The incarnation comes before the
// seat, so that the keeper, which sees the seat, also sees that stability begins anew.
func (l *Ledger) seat(wish *wire.JoinLedger) (*wire.LedgerAnswer, error) {
	member, err := messages.MemberUpFromWire(wish.GetMember())
	if err != nil {
		return nil, err
	}
	if member.Format < l.format() {
		return nil, messages.BadConfig("node", "this program is older than what the ledger writes: "+
			"upgrade it")
	}
	select {
	case l.seating <- struct{}{}:
		defer func() { <-l.seating }()
	case <-l.life.Done():
		return nil, shuttingDown()
	}
	seated := slices.IndexFunc(l.replica.servers(), func(s raft.Server) bool {
		return s.ID == raft.ServerID(member.Name)
	})
	if seated >= 0 && wish.GetFresh() && member.Name != l.replica.node {
		if err := l.Remove(context.Background(), member.Name); err != nil {
			return nil, err
		}
		seated = -1
	}
	reply, err := l.incarnate(member)
	if err == nil && seated < 0 {
		err = l.replica.change(actAdmit, member.Name)
	}
	return reply, err
}

// incarnate commits the next incarnation of a member.
func (l *Ledger) incarnate(member messages.MemberUp) (*wire.LedgerAnswer, error) {
	var err error
	for range maxRaces {
		var before uint64
		l.machine.read(func(s *state) { before = s.members[member.Name].Incarnation })
		member.Incarnation = before + 1
		err = l.proposer.propose(l.life, member)
		if err == nil {
			var index uint64
			l.machine.read(func(s *state) { index = s.index })
			return &wire.LedgerAnswer{Index: index, Incarnation: member.Incarnation}, nil
		}
		if messages.CodeOf(err) != messages.CodeConflict {
			return nil, err
		}
	}
	return nil, err
}

// change moves one seat and waits until that is committed.
func (r *replica) change(what act, name string) error {
	id, address := raft.ServerID(name), raft.ServerAddress(name)
	var future raft.Future
	switch what {
	case actAdmit:
		future = r.raft.AddNonvoter(id, address, 0, enqueueWait)
	case actPromote:
		future = r.raft.AddVoter(id, address, 0, enqueueWait)
	case actRemove:
		future = r.raft.RemoveServer(id, 0, enqueueWait)
	default:
		return nil
	}
	err := future.Error()
	if err == nil {
		return nil
	}
	if err = translate(string(what), err); errors.Is(err, errUnknown) {
		return messages.NotLeader(string(what)) // whoever leads now looks at the seats anew
	}
	return err
}
