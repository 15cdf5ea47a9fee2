// Package admintest has an operator in memory, for the tests of what is in front of one: the door,
// its client, and the commands of the command line.
package admintest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/messages"
)

// Start is when everything in a Fake happened.
var Start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Request is the one request that a Fake remembers.
const Request = "1337/7/0x0700000000000000000000000000000000000000000000000000000000000000"

// Fake is an operator in memory. Its fields may be changed before it is asked.
type Fake struct {
	Now     admin.Status
	Table   []admin.Member
	Holders []admin.Seat
	Lines   []admin.Line
	Lives   map[string]admin.Timeline
	Fail    error         // what every call answers, nil for the rest of the fields
	Hold    chan struct{} // where set, Status waits until it is closed or the caller gives up

	mu   sync.Mutex
	acts []string // guarded by mu
}

var _ admin.Operator = (*Fake)(nil)

// New is a healthy node of three with one request that one of three parties refused.
func New() *Fake {
	line := admin.Line{Request: Request, State: "fulfilled", Stage: "request_closed", First: Start,
		Last: Start.Add(1200 * time.Millisecond), Took: 1200 * time.Millisecond, Shares: 2}
	open := admin.Line{Request: "1337/8/0x08" + Request[11:], State: "open", Stage: "share_denied",
		First: Start, Last: Start.Add(time.Second), Took: time.Second, Code: "ACL_DENIED"}
	f := &Fake{
		Now: admin.Status{Kind: admin.KindNode, Name: "node-1", Region: "eu-west", Leader: "node-2",
			Chain: 1337, Cursor: 12, Final: 10, Requests: admin.Counts{Open: 1, Fulfilled: 7},
			Rooms: []admin.Room{{Room: "ledger", Grade: "healthy", Detail: "cursor 12"}},
			Keys: []admin.Key{{ID: "0xab12345678901234567890123456789012345678901234567890123456789012",
				Epoch: 1, Threshold: 2, Parties: 3, Dealer: "dev"}},
			Certificate: admin.Certificate{Name: "node-1", Until: Start.Add(24 * time.Hour)}},
		Holders: []admin.Seat{{Name: "node-1", Voter: true}, {Name: "node-2", Voter: true, Leader: true},
			{Name: "node-3"}},
		Lines: []admin.Line{open, line},
		Lives: map[string]admin.Timeline{Request: {Line: line,
			Events: []admin.Event{
				{Stage: "request_seen", At: Start, Node: "node-1", Room: "listener"},
				{Stage: "share_received", At: Start.Add(time.Second), Node: "node-1", Room: "kms",
					Party: 1, Region: "eu-west", Took: 30 * time.Millisecond},
				{Stage: "share_denied", At: Start.Add(time.Second), Node: "node-1", Room: "kms",
					Party: 3, Region: "ap-south", Code: "PARTY_UNREACHABLE", Detail: "connection refused"},
			},
			Answers: []admin.Answer{
				{Party: 1, Region: "eu-west", State: admin.AnswerShare, Asked: 1,
					Took: 30 * time.Millisecond, At: Start.Add(time.Second)},
				{Party: 3, Region: "ap-south", State: admin.AnswerRefused, Asked: 2,
					Code: "PARTY_UNREACHABLE", Detail: "connection refused", At: Start.Add(time.Second)},
			},
			Asked: []string{"node-1"}, Silent: []string{}}},
	}
	for i := range 3 {
		name := fmt.Sprintf("node-%d", i+1)
		f.Now.Parties = append(f.Now.Parties, admin.Party{Index: uint16(i + 1),
			Region: "eu-west", Usable: true})
		f.Table = append(f.Table, admin.Member{Name: name, Region: "eu-west",
			Incarnation: 1, Address: fmt.Sprintf("127.0.0.1:741%d", i),
			Remote: fmt.Sprintf("127.0.0.1:742%d", i), Format: 1, State: admin.StateUp, Gossip: "alive",
			Seat: f.Holders[i].Kind(), Leader: f.Holders[i].Leader})
	}
	return f
}

// Acts lists what the fake was told to do, in order.
func (f *Fake) Acts() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.acts...)
}

func (f *Fake) act(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Fail == nil {
		f.acts = append(f.acts, what)
	}
	return f.Fail
}

// Status implements admin.Operator.
func (f *Fake) Status(ctx context.Context) (admin.Status, error) {
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-ctx.Done():
			return admin.Status{}, ctx.Err()
		}
	}
	return f.Now, f.Fail
}

// Members implements admin.Operator.
func (f *Fake) Members(context.Context) ([]admin.Member, error) { return f.Table, f.Fail }

// Seats implements admin.Operator.
func (f *Fake) Seats(context.Context) ([]admin.Seat, error) { return f.Holders, f.Fail }

// TransferLeader implements admin.Operator.
func (f *Fake) TransferLeader(_ context.Context, name string) (string, error) {
	for _, seat := range f.Holders {
		if seat.Voter && (seat.Name == name || name == "" && !seat.Leader) {
			return seat.Name, f.act("transfer " + name)
		}
	}
	return "", fmt.Errorf("voter %s: %w", name, admin.ErrNotFound)
}

// Snapshot implements admin.Operator.
func (f *Fake) Snapshot(context.Context) error { return f.act("snapshot") }

// Drain implements admin.Operator.
func (f *Fake) Drain(context.Context) error { return f.act("drain") }

// RemoveNode implements admin.Operator.
func (f *Fake) RemoveNode(_ context.Context, name string) error {
	for _, member := range f.Table {
		if member.Name != name {
			continue
		}
		if member.Leader {
			return messages.LedgerConflict("removal", name+" leads: leadership must be handed over first")
		}
		return f.act("remove " + name)
	}
	return fmt.Errorf("node %s: %w", name, admin.ErrNotFound)
}

// RotateKeyring implements admin.Operator.
func (f *Fake) RotateKeyring(context.Context) (admin.Rotation, error) {
	return admin.Rotation{Key: "sha256:0011223344556677", Nodes: []string{"node-1", "node-2"}},
		f.act("rotate")
}

// Requests implements admin.Operator.
func (f *Fake) Requests(_ context.Context, filter admin.Filter, limit int) ([]admin.Line, error) {
	lines := []admin.Line{}
	for _, line := range f.Lines {
		if filter.State == "" || line.State == filter.State {
			lines = append(lines, line)
		}
	}
	return lines[:min(limit, len(lines))], f.Fail
}

// Request implements admin.Operator.
func (f *Fake) Request(_ context.Context, id string) (admin.Timeline, error) {
	timeline, known := f.Lives[id]
	if !known && f.Fail == nil {
		return timeline, fmt.Errorf("request %s: %w", id, admin.ErrNotFound)
	}
	return timeline, f.Fail
}
