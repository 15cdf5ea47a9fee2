package cluster

import (
	"strings"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// maxArriving words of other nodes wait for the keeper; more are refused, for they are hints, and a
// peer that floods must not fill this node's memory.
const maxArriving = 16 << 10

// singleton tells whether a kind lives where the leader is.
func singleton(kind string) bool {
	return kind == actors.KindDispatch || kind == actors.KindSubmitter
}

// asks tells whether actors of a kind wait for answers from other nodes; no other mailbox of this
// node can be reached from outside.
func asks(kind string) bool { return kind == actors.KindRequest }

// hears tells whether a word may reach a kind from another node; kind "" is for answers. So a peer
// says to an actor what its rooms say to each other, and never what the actor's own surroundings
// do: words of its system, its timers, its workers or its ledger.
func hears(kind string, word any) bool {
	switch word.(type) {
	case messages.Decrypt, messages.Closed:
		return kind == actors.KindRequest
	case messages.SignShare, messages.SignOutcomes:
		return strings.HasPrefix(kind, actors.KindKMS(""))
	case messages.DecryptDeferred:
		return kind == actors.KindDispatch
	case messages.Settle:
		return kind == actors.KindSubmitter
	case messages.ShareSigned, messages.ShareRefused, messages.OutcomesSigned:
		return kind == ""
	default:
		return false
	}
}

// owner names the node where an actor lives: this one for a node by itself and before the first
// table, "" where it is the leader's and nobody knows who leads.
func (p *Place) owner(kind, id string) string {
	if p.config.Carrier == nil {
		return p.config.Self
	}
	if singleton(kind) {
		if p.config.Leader == nil {
			return p.config.Self
		}
		return p.config.Leader()
	}
	if table := p.table.Load(); table != nil {
		if node := table.Owner(kind, id); node != "" {
			return node
		}
	}
	return p.config.Self
}

// here tells whether an actor lives on this node.
func (p *Place) here(who name) bool { return p.owner(who.kind, who.id) == p.config.Self }

// carry sends a word to another node, on the stack of whoever says it.
func (p *Place) carry(node string, e messages.Envelope, sender *actor.PID) {
	if sender != nil {
		e.SenderNode, e.SenderID = sender.Address, sender.Id
	}
	encoded, err := messages.EncodeEnvelope(e)
	if err != nil || !hears(e.Kind, e.Word) {
		p.counts.refused.Add(1)
		return
	}
	p.counts.sent.Add(1)
	p.config.Carrier.Carry(node, encoded)
}

// receive takes an envelope from another node. What it is for is found here or nowhere: it is not
// sent on, so that two tables that differ for a moment cannot make it travel for ever.
func (p *Place) receive(from string, encoded []byte) {
	e, err := messages.DecodeEnvelope(encoded)
	if err != nil || !hears(e.Kind, e.Word) || !p.believes(from, e.SenderNode) ||
		p.counts.halted.Load() || p.counts.arriving.Load() >= maxArriving {
		p.counts.refused.Add(1)
		return
	}
	p.counts.received.Add(1)
	p.counts.arriving.Add(1)
	word := post{to: name{kind: e.Kind, id: e.ID}, word: e.Word, arrived: true}
	if e.SenderNode != "" {
		word.sender = actor.NewPID(e.SenderNode, e.SenderID)
	}
	if e.Kind == "" {
		p.tell(answer{id: e.ID, post: word})
		return
	}
	p.tell(word)
}

// believes tells whether whoever waits for an answer may be on that node: the one that the word
// comes from, or where the carrier does not know that, any member.
func (p *Place) believes(from, sender string) bool {
	if sender == "" || sender == from {
		return true
	}
	table := p.table.Load()
	return from == "" && sender != p.config.Self && table != nil && table.Up(sender)
}

// resolve finds the mailboxes of other nodes.
func (p *Place) resolve(pid *actor.PID) (actor.Process, bool) {
	return distant{p}, pid.Address != ""
}

// distant stands for every mailbox of other nodes. It takes answers; no word of the actor system
// itself ever crosses.
type distant struct{ place *Place }

// SendUserMessage implements actor.Process.
func (d distant) SendUserMessage(pid *actor.PID, message any) {
	_, word, sender := actor.UnwrapEnvelope(message)
	d.place.carry(pid.Address, messages.Envelope{ID: pid.Id, Word: word}, sender)
}

// SendSystemMessage implements actor.Process.
func (d distant) SendSystemMessage(*actor.PID, any) { d.place.counts.refused.Add(1) }

// Stop implements actor.Process.
func (d distant) Stop(*actor.PID) { d.place.counts.refused.Add(1) }
