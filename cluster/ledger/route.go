package ledger

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// Peers asks other nodes questions, and answers theirs. A question goes out at most once; an error
// leaves it open whether it was heard. Bodies have at most messages.MaxEntry bytes and a little.
type Peers interface {
	Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error)
	Answer(topic string, how func(ctx context.Context, from string, body []byte) ([]byte, error))
}

// What nodes ask each other about the ledger.
const (
	topicPropose  = "ledger.propose"  // entries handed on to the leader
	topicBarrier  = "ledger.barrier"  // up to where is all applied that was committed?
	topicJoin     = "ledger.join"     // a seat, please
	topicStanding = "ledger.standing" // how does your replica do?
	topicNewest   = "ledger.newest"   // which incarnation of me do you know of?
)

// lookAgain is between two looks for a leader where nothing is heard of one.
const lookAgain = 20 * time.Millisecond

// route is the way of a node's entries to whoever leads: this node's raft, or another node.
type route struct {
	replica *replica
	machine *machine
	peers   Peers
	stamp   func() uint8 // the entry version to write
	ask     time.Duration
	elect   time.Duration
	life    context.Context // ends when the ledger closes

	lock sync.Mutex
	news chan struct{} // lock; closed and replaced when another leads, or none
}

// newRoute takes its patience from raft's timing: a question to a leader that froze is given up
// about when the others have elected another.
func newRoute(life context.Context, replica *replica, config Config, fsm *machine) *route {
	round := config.Timing.Heartbeat + config.Timing.Election
	return &route{replica: replica, machine: fsm, peers: config.Peers, ask: max(time.Second, 2*round),
		elect: max(time.Second, 3*round), life: life, news: make(chan struct{})}
}

// stir wakes whoever waits for a leader.
func (r *route) stir() {
	r.lock.Lock()
	defer r.lock.Unlock()
	close(r.news)
	r.news = make(chan struct{})
}

// heard is closed at the next news of a leader.
func (r *route) heard() <-chan struct{} {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.news
}

// commit has one log committed by whoever leads, and waits until it is applied here too. It waits
// for an election, and answers NOT_LEADER only where that brings none.
func (r *route) commit(encoded []byte) (answers verdicts, err error) {
	encoded[0] = r.stamp()
	ctx, cancel := context.WithTimeout(r.life, r.elect)
	defer cancel()
	for {
		news := r.heard()
		switch leader := r.replica.leader(); leader {
		case "":
			err = messages.NotLeader("propose")
		case r.replica.node:
			answers, _, err = r.replica.commit(encoded)
		default:
			answers, err = r.hand(leader, encoded)
		}
		if messages.CodeOf(err) != messages.CodeNotLeader || !r.pause(ctx, news) {
			return answers, err
		}
	}
}

// hand gives a log to another node. Where its answer does not say for sure that nothing was
// proposed, the outcome is unknown.
func (r *route) hand(leader string, encoded []byte) (verdicts, error) {
	reply, err := r.question(leader, topicPropose, encoded)
	if err != nil {
		switch messages.CodeOf(err) {
		case messages.CodeNotLeader, messages.CodeOverloaded, messages.CodeMalformedInput:
			return nil, err
		}
		return nil, errUnknown
	}
	var answers verdicts
	for _, w := range reply.GetVerdicts() {
		verdict, err := messages.VerdictFromWire(w)
		if err != nil {
			return nil, errUnknown
		}
		answers = append(answers, verdict)
	}
	ctx, cancel := context.WithTimeout(r.life, barrierWait)
	defer cancel()
	if err := r.machine.await(ctx, reply.GetIndex()); err != nil {
		return nil, errUnknown // decided, but not to be seen here yet
	}
	return answers, nil
}

// barrier returns when all that was committed before, by whomever, is applied here. Where no leader
// says up to where that is, an outcome stays unknown, which is DEADLINE.
func (r *route) barrier() error {
	ctx, cancel := context.WithTimeout(r.life, max(barrierWait, r.elect))
	defer cancel()
	for {
		news := r.heard()
		var err error
		switch leader := r.replica.leader(); leader {
		case "":
			err = messages.NotLeader("barrier")
		case r.replica.node:
			err = r.replica.barrier()
		default:
			var reply *wire.LedgerAnswer
			if reply, err = r.question(leader, topicBarrier, nil); err == nil {
				err = r.machine.await(ctx, reply.GetIndex())
			}
		}
		if err == nil {
			return nil
		}
		if r.life.Err() != nil {
			return shuttingDown()
		}
		if !r.pause(ctx, news) {
			return &messages.GatewayError{Code: messages.CodeDeadline, Op: "propose",
				Detail: "whether it was applied is not known: no leader says", Cause: err}
		}
	}
}

// pause waits for news of a leader, but not for long: what a leader that is just stepping down
// believes changes without news here. It reports whether there is time left.
func (r *route) pause(ctx context.Context, news <-chan struct{}) bool {
	again := time.NewTimer(lookAgain)
	defer again.Stop()
	select {
	case <-news:
	case <-again.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// question asks a node and reads its answer.
func (r *route) question(node, topic string, body []byte) (*wire.LedgerAnswer, error) {
	ctx, cancel := context.WithTimeout(r.life, r.ask)
	defer cancel()
	encoded, err := r.peers.Ask(ctx, node, topic, body)
	if err != nil {
		return nil, err
	}
	reply := new(wire.LedgerAnswer)
	return reply, messages.UnmarshalStrict(encoded, reply)
}

// answerPropose is the leader's side of hand. What it cannot read is refused before the log has it:
// an entry that no node can apply would stop them all.
func (l *Ledger) answerPropose(_ context.Context, _ string, body []byte) ([]byte, error) {
	entries, err := messages.DecodeEntries(body)
	if err != nil {
		return nil, err
	}
	answers, index, err := l.replica.commit(body)
	if errors.Is(err, errUnknown) {
		err = &messages.GatewayError{Code: messages.CodeDeadline, Op: "propose", Cause: err}
	}
	if err != nil {
		return nil, err
	}
	if len(answers) != len(entries) {
		return nil, messages.Refused(messages.CodeInternal, "propose", "an answer is missing")
	}
	reply := &wire.LedgerAnswer{Index: index}
	for _, verdict := range answers {
		reply.Verdicts = append(reply.Verdicts, messages.VerdictToWire(verdict))
	}
	return proto.Marshal(reply)
}

// answerBarrier is the leader's side of barrier.
func (l *Ledger) answerBarrier(context.Context, string, []byte) ([]byte, error) {
	if err := l.replica.barrier(); err != nil {
		return nil, err
	}
	var index uint64
	l.machine.read(func(s *state) { index = s.index })
	return proto.Marshal(&wire.LedgerAnswer{Index: index})
}

// answerStanding tells the leader how this node does.
func (l *Ledger) answerStanding(context.Context, string, []byte) ([]byte, error) {
	return messages.EncodeStanding(l.standing())
}
