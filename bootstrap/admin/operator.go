package admin

import (
	"context"
	"errors"

	"kmsgateway/messages"
)

// ErrNotFound says that the process knows nothing of that name.
var ErrNotFound = errors.New("not found")

// Operator is what an operator asks of a process, and tells it. Errors are *messages.GatewayError,
// whose code, fields and detail cross the door, or wrap ErrNotFound.
type Operator interface {
	Process
	Cluster
}

// Process is what every process does: nodes and parties.
type Process interface {
	// Status tells how the process is, at once and from memory.
	Status(ctx context.Context) (Status, error)
	// Requests lists recent requests, newest first, at most limit of them.
	Requests(ctx context.Context, filter Filter, limit int) ([]Line, error)
	// Request tells what happened to one request. id is a whole messages.RequestID, or its number,
	// or the start of its digest; ErrNotFound where nothing is remembered of it.
	Request(ctx context.Context, id string) (Timeline, error)
	// Drain orders the process to stop intake, hand over, leave, and end by itself. It returns when
	// that has begun; a second order changes nothing.
	Drain(ctx context.Context) error
}

// Cluster is what only a node does.
type Cluster interface {
	// Members lists the committed member table with what gossip says of each.
	Members(ctx context.Context) ([]Member, error)
	// Seats lists who holds the ledger.
	Seats(ctx context.Context) ([]Seat, error)
	// TransferLeader hands leadership to the voter called name, to any where name is "", and
	// returns who leads then.
	TransferLeader(ctx context.Context, name string) (string, error)
	// Snapshot writes a snapshot of the ledger and lets go of the log behind it.
	Snapshot(ctx context.Context) error
	// RemoveNode takes a node's seat and its line of the table: it is gone for good. ErrNotFound,
	// and CONFLICT where those who are left would be no majority.
	RemoveNode(ctx context.Context, name string) error
	// RotateKeyring gives all nodes a new key of the gossip and takes the old one away.
	RotateKeyring(ctx context.Context) (Rotation, error)
}

// OfParty makes an operator of a process that is no node: it refuses what only nodes do.
func OfParty(process Process) Operator { return party{process} }

// party is a process without a cluster.
type party struct{ Process }

func notNode(op string) error {
	return messages.Refused(messages.CodeConflict, op, "this process is no node: ask a node")
}

func (party) Members(context.Context) ([]Member, error) { return nil, notNode("list members") }
func (party) Seats(context.Context) ([]Seat, error)     { return nil, notNode("list seats") }
func (party) Snapshot(context.Context) error            { return notNode("snapshot") }
func (party) TransferLeader(context.Context, string) (string, error) {
	return "", notNode("transfer leadership")
}
func (party) RemoveNode(context.Context, string) error { return notNode("remove node") }
func (party) RotateKeyring(context.Context) (Rotation, error) {
	return Rotation{}, notNode("rotate keyring")
}
