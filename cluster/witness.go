package cluster

import (
	"errors"

	"github.com/hashicorp/memberlist"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// persona is what a node says of itself; beyond that it tells and asks nothing by gossip.
type persona []byte

// NodeMeta implements memberlist.Delegate.
func (p persona) NodeMeta(int) []byte { return p }

// NotifyMsg implements memberlist.Delegate.
func (persona) NotifyMsg([]byte) {}

// GetBroadcasts implements memberlist.Delegate.
func (persona) GetBroadcasts(int, int) [][]byte { return nil }

// LocalState implements memberlist.Delegate.
func (persona) LocalState(bool) []byte { return nil }

// MergeRemoteState implements memberlist.Delegate.
func (persona) MergeRemoteState([]byte, bool) {}

// witness notes what memberlist tells. It is called under memberlist's lock: it must not call back
// nor wait, so it notes and pokes.
type witness Members

// NotifyJoin implements memberlist.EventDelegate.
func (w *witness) NotifyJoin(node *memberlist.Node) { w.note(node, true) }

// NotifyUpdate implements memberlist.EventDelegate.
func (w *witness) NotifyUpdate(node *memberlist.Node) { w.note(node, true) }

// NotifyLeave implements memberlist.EventDelegate.
func (w *witness) NotifyLeave(node *memberlist.Node) { w.note(node, false) }

func (w *witness) note(node *memberlist.Node, alive bool) {
	if node.Name == w.self.Name {
		return
	}
	said := new(wire.MemberUp)
	err := messages.UnmarshalStrict(node.Meta, said)
	up, malformed := messages.MemberUpFromWire(said)
	if errors.Join(err, malformed) != nil || up.Name != node.Name {
		up = messages.MemberUp{Name: node.Name} // of no incarnation: nothing follows from it
	}
	w.lock.Lock()
	if _, known := w.seen[node.Name]; known || len(w.seen) < maxSeen {
		w.seen[node.Name] = sighting{MemberUp: up, alive: alive}
	}
	w.lock.Unlock()
	select {
	case w.poke <- struct{}{}:
	default:
	}
}
