package bootstrap

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// What an operator at any node asks the leader's node to do; the body is the name of a node.
const (
	topicTransfer = "operator.transfer"
	topicRemove   = "operator.remove"
)

// transferLook is between two looks at who leads after a hand-over.
const transferLook = 10 * time.Millisecond

// doorway is what a process keeps for its operator: the door itself, a memory of recent requests,
// and whether it was told to drain.
type doorway struct {
	timeline *Timeline
	door     *admin.Server
	drain    sync.Once
	drained  chan struct{} // closed when the operator orders a drain
}

func newDoorway(name string) doorway {
	return doorway{timeline: NewTimeline(name), drained: make(chan struct{})}
}

// open opens the door in a data folder.
func (d *doorway) open(data string, operator admin.Operator, publish messages.Publish,
	clock messages.Clock) (err error) {
	d.door, err = admin.Start(admin.Config{Path: filepath.Join(data, "admin.sock"),
		Operator: operator, Publish: publish, Clock: clock})
	return err
}

func (d *doorway) close(ctx context.Context) error { return d.door.Stop(ctx) }

// Drain implements admin.Process: whoever runs the process stops it then.
func (d *doorway) Drain(context.Context) error {
	d.drain.Do(func() { close(d.drained) })
	return nil
}

func (d *doorway) draining() bool {
	select {
	case <-d.drained:
		return true
	default:
		return false
	}
}

// Requests implements admin.Process.
func (d *doorway) Requests(_ context.Context, filter admin.Filter, limit int) (
	[]admin.Line, error) {
	return d.timeline.Requests(filter, limit)
}

// nodeOperator is the operator's side of a node.
type nodeOperator struct {
	*doorway
	node *Node
}

var _ admin.Operator = nodeOperator{}

// Status implements admin.Process.
func (o nodeOperator) Status(context.Context) (admin.Status, error) {
	n := o.node
	counts := n.core.ledger.Counts()
	status := admin.Status{Kind: admin.KindNode, Name: n.config.Node.Name,
		Region: n.config.Node.Region, Draining: o.draining(), Leader: n.Leader(),
		Chain: n.config.Chain.ID, Cursor: uint64(n.core.ledger.Cursor().Number),
		Final: uint64(n.core.ledger.Final()),
		Requests: admin.Counts{Open: counts.Open + counts.OpenUsers, Sent: counts.Sent,
			Fulfilled: counts.Fulfilled, Rejected: counts.Rejected, Expired: counts.Expired,
			Answered: counts.Answered},
		Rooms: admin.RoomsOf(n.observed.health(n.Health())), Keys: n.shown,
		Certificate: shownCertificate(n.identity)}
	for _, state := range n.core.board.States() {
		status.Parties = append(status.Parties, admin.Party{Index: uint16(state.Party),
			Region: string(state.Region), Usable: state.Usable})
	}
	return status, nil
}

// shownCertificate is what a process shows its peers.
func shownCertificate(identity *Identity) admin.Certificate {
	leaf := identity.Leaf()
	return admin.Certificate{Name: leaf.Subject.CommonName, Until: leaf.NotAfter}
}

// Request implements admin.Process.
func (o nodeOperator) Request(ctx context.Context, id string) (admin.Timeline, error) {
	if o.node.fabric == nil {
		return o.timeline.Request(id)
	}
	return o.timeline.Gather(ctx, o.node.fabric.Peers(), o.node.core.others(), id)
}

// Members implements admin.Cluster.
func (o nodeOperator) Members(ctx context.Context) ([]admin.Member, error) {
	seats, err := o.Seats(ctx)
	if err != nil {
		return nil, err
	}
	core := o.node.core
	var alive map[string]bool
	if members := core.enrol.members.Load(); members != nil {
		alive = map[string]bool{core.config.Node: true}
		for _, member := range core.ledger.Members().Members {
			alive[member.Name] = member.Name == core.config.Node
		}
		for _, seen := range members.Alive() {
			alive[seen.Name] = true
		}
	}
	return admin.MembersOf(core.ledger.Members(), seats, alive), nil
}

// Seats implements admin.Cluster.
func (o nodeOperator) Seats(context.Context) (seats []admin.Seat, err error) {
	for _, seat := range o.node.core.ledger.Seats() {
		seats = append(seats, admin.Seat(seat))
	}
	return seats, nil
}

// Snapshot implements admin.Cluster.
func (o nodeOperator) Snapshot(context.Context) error { return o.node.core.ledger.Snapshot() }

// TransferLeader implements admin.Cluster.
func (o nodeOperator) TransferLeader(ctx context.Context, name string) (string, error) {
	core := o.node.core
	before := core.Leader()
	if name == before && name != "" {
		return name, nil
	}
	err := core.atLeader(ctx, topicTransfer, name, core.transfer)
	if err != nil {
		return "", err
	}
	look := time.NewTicker(transferLook)
	defer look.Stop()
	for {
		if now := core.Leader(); now != "" && now != before {
			return now, nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return "", messages.Refused(messages.CodeDeadline, "transfer leadership",
				"nobody else leads yet")
		}
	}
}

// RemoveNode implements admin.Cluster.
func (o nodeOperator) RemoveNode(ctx context.Context, name string) error {
	if _, known := o.node.core.ledger.Members().Find(name); !known {
		return fmt.Errorf("node %s: %w", name, admin.ErrNotFound)
	}
	return o.node.core.atLeader(ctx, topicRemove, name, o.node.core.remove)
}

// RotateKeyring implements admin.Cluster.
func (o nodeOperator) RotateKeyring(ctx context.Context) (admin.Rotation, error) {
	if o.node.fabric == nil {
		return admin.Rotation{}, messages.Refused(messages.CodeConflict, "rotate keyring",
			"a node by itself has no gossip")
	}
	others := o.node.core.others()
	if err := o.node.keyring.Rotate(ctx, o.node.fabric.Peers(), others); err != nil {
		return admin.Rotation{}, err
	}
	return admin.Rotation{Key: o.node.keyring.Fingerprints()[0],
		Nodes: append([]string{o.node.config.Node.Name}, others...)}, nil
}

// serveOperators makes this node do what operators at other nodes ask of the leader.
func (c *Core) serveOperators() {
	peers := c.config.Fabric.Peers()
	for topic, act := range map[string]func(context.Context, string) error{
		topicTransfer: c.transfer, topicRemove: c.remove,
	} {
		peers.Answer(topic, func(ctx context.Context, _ string, name []byte) ([]byte, error) {
			return nil, act(ctx, string(name))
		})
	}
}

// atLeader does something here if this node leads, and has the leader's node do it otherwise.
func (c *Core) atLeader(ctx context.Context, topic, name string,
	act func(context.Context, string) error) error {
	switch leader := c.Leader(); {
	case leader == "":
		return messages.NotLeader(topic)
	case leader == c.config.Node || c.config.Fabric == nil:
		return act(ctx, name)
	default:
		_, err := c.config.Fabric.Peers().Ask(ctx, leader, topic, []byte(name))
		return err
	}
}

// transfer hands leadership to the voter called name, to any where name is "".
func (c *Core) transfer(ctx context.Context, name string) error {
	if !c.ledger.Leader() {
		return messages.NotLeader("transfer leadership")
	}
	if name == "" {
		return c.ledger.LeadershipTransfer(ctx)
	}
	isVoter := func(seat ledger.Seat) bool { return seat.Name == name && seat.Voter }
	for _, seat := range c.ledger.Seats() {
		if isVoter(seat) {
			return c.ledger.TransferTo(ctx, name)
		}
	}
	return messages.Refused(messages.CodeConflict, "transfer leadership", name+" is no voter")
}

// remove takes a node's seat, and its place in the table if it has one.
func (c *Core) remove(ctx context.Context, name string) error {
	if err := c.ledger.Remove(ctx, name); err != nil {
		return err
	}
	member, known := c.ledger.Members().Find(name)
	if !known || member.Down {
		return nil
	}
	err := c.ledger.Propose(ctx, messages.MemberDown{Name: name, Incarnation: member.Incarnation,
		At: uint64(c.config.Clock().UnixMilli())})
	if messages.CodeOf(err) == messages.CodeConflict {
		return nil // somebody noticed meanwhile
	}
	return err
}

// others names the other members that are up.
func (c *Core) others() (names []string) {
	for _, member := range c.ledger.Members().Members {
		if member.Name != c.config.Node && !member.Down {
			names = append(names, member.Name)
		}
	}
	return names
}
