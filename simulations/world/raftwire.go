package world

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

const (
	topicRaft = "raft"
	// raftPatience is the time limit of one of raft's calls, and snapshotPatience of a snapshot's.
	raftPatience     = 2 * time.Second
	snapshotPatience = 20 * time.Second
	// pipelineDepth is how many calls of one pipeline are in flight.
	pipelineDepth = 64
)

// raftWire is raft's transport over a station. Its peers are called by name.
type raftWire struct {
	station *Station
	heard   chan raft.RPC
	closed  chan struct{}
	once    sync.Once

	mu    sync.Mutex
	beat  func(raft.RPC) // mu; takes heartbeats past all that waits
	inbox []raft.RPC     // mu; what raft has not taken yet, in order
	awake chan struct{}  // there is something in the inbox
}

// raftAsk is one call as it crosses the network.
type raftAsk struct {
	command any
	data    []byte // of a snapshot
}

func newRaftWire(station *Station) *raftWire {
	w := &raftWire{station: station, heard: make(chan raft.RPC), closed: make(chan struct{}),
		awake: make(chan struct{}, 1)}
	station.Handle(topicRaft, w.hear)
	station.Go(w.feed)
	return w
}

// hear takes a call from the network.
func (w *raftWire) hear(_ string, ask any, answer func(any, error)) {
	call, _ := ask.(raftAsk)
	responses := make(chan raft.RPCResponse, 1)
	rpc := raft.RPC{Command: call.command, RespChan: responses}
	if call.data != nil {
		rpc.Reader = bytes.NewReader(call.data)
	}
	w.station.Go(func(life context.Context) {
		select {
		case r := <-responses:
			answer(r.Response, r.Error)
		case <-w.closed:
		case <-life.Done():
		}
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if beat := w.beat; beat != nil && heartbeat(call.command) {
		w.station.Go(func(context.Context) { beat(rpc) })
		return
	}
	w.inbox = append(w.inbox, rpc)
	select {
	case w.awake <- struct{}{}:
	default:
	}
}

// heartbeat knows the calls that raft wants to hear of at once.
func heartbeat(command any) bool {
	r, ok := command.(*raft.AppendEntriesRequest)
	return ok && r.Term != 0 && r.PrevLogEntry == 0 && r.PrevLogTerm == 0 && len(r.Entries) == 0 &&
		r.LeaderCommitIndex == 0
}

// feed hands raft what waits, one after the other.
func (w *raftWire) feed(life context.Context) {
	for {
		w.mu.Lock()
		var next raft.RPC
		some := len(w.inbox) > 0
		if some {
			next, w.inbox = w.inbox[0], w.inbox[1:]
		}
		w.mu.Unlock()
		var to chan raft.RPC
		var awake chan struct{}
		if some {
			to = w.heard
		} else {
			awake = w.awake
		}
		select {
		case to <- next:
		case <-awake:
		case <-w.closed:
			return
		case <-life.Done():
			return
		}
	}
}

// Consumer implements raft.Transport.
func (w *raftWire) Consumer() <-chan raft.RPC { return w.heard }

// LocalAddr implements raft.Transport.
func (w *raftWire) LocalAddr() raft.ServerAddress { return raft.ServerAddress(w.station.name) }

// EncodePeer implements raft.Transport.
func (w *raftWire) EncodePeer(_ raft.ServerID, a raft.ServerAddress) []byte { return []byte(a) }

// DecodePeer implements raft.Transport.
func (w *raftWire) DecodePeer(b []byte) raft.ServerAddress { return raft.ServerAddress(b) }

// SetHeartbeatHandler implements raft.Transport.
func (w *raftWire) SetHeartbeatHandler(beat func(raft.RPC)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.beat = beat
}

// Close implements raft.WithClose.
func (w *raftWire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}

// ask makes a call and copies its answer to where raft wants it.
func ask[Response any](w *raftWire, to raft.ServerAddress, call raftAsk, into *Response,
	patience time.Duration) error {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	return await(w, w.station.call(string(to), topicRaft, call, nil), into, limit.C)
}

var errRaftTime = errors.New("raft's call took too long")

// await waits for the answer of a call.
func await[Response any](w *raftWire, answered <-chan reply, into *Response,
	late <-chan time.Time) error {
	select {
	case r := <-answered:
		if r.err != nil {
			return r.err
		}
		got, ok := r.value.(*Response)
		if !ok {
			return fmt.Errorf("raft answered %T", r.value)
		}
		*into = *got
		return nil
	case <-late:
		return errRaftTime
	case <-w.closed:
		return raft.ErrTransportShutdown
	case <-w.station.life.Done():
		return errGone
	}
}

// AppendEntries implements raft.Transport.
func (w *raftWire) AppendEntries(_ raft.ServerID, to raft.ServerAddress,
	args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	return ask(w, to, raftAsk{command: copied(args)}, resp, raftPatience)
}

// RequestVote implements raft.Transport.
func (w *raftWire) RequestVote(_ raft.ServerID, to raft.ServerAddress,
	args *raft.RequestVoteRequest, resp *raft.RequestVoteResponse) error {
	sent := *args
	return ask(w, to, raftAsk{command: &sent}, resp, raftPatience)
}

// RequestPreVote implements raft.WithPreVote.
func (w *raftWire) RequestPreVote(_ raft.ServerID, to raft.ServerAddress,
	args *raft.RequestPreVoteRequest, resp *raft.RequestPreVoteResponse) error {
	sent := *args
	return ask(w, to, raftAsk{command: &sent}, resp, raftPatience)
}

// TimeoutNow implements raft.Transport.
func (w *raftWire) TimeoutNow(_ raft.ServerID, to raft.ServerAddress,
	args *raft.TimeoutNowRequest, resp *raft.TimeoutNowResponse) error {
	sent := *args
	return ask(w, to, raftAsk{command: &sent}, resp, raftPatience)
}

// InstallSnapshot implements raft.Transport.
func (w *raftWire) InstallSnapshot(_ raft.ServerID, to raft.ServerAddress,
	args *raft.InstallSnapshotRequest, resp *raft.InstallSnapshotResponse, data io.Reader) error {
	whole, err := io.ReadAll(data)
	if err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	sent := *args
	return ask(w, to, raftAsk{command: &sent, data: whole}, resp, snapshotPatience)
}

// copied keeps what is sent apart from what raft goes on with. The bytes of a log never change.
func copied(args *raft.AppendEntriesRequest) *raft.AppendEntriesRequest {
	sent := *args
	sent.Entries = make([]*raft.Log, len(args.Entries))
	for i, entry := range args.Entries {
		log := *entry
		sent.Entries[i] = &log
	}
	return &sent
}

// pipeline sends entries without waiting for the answers before.
type pipeline struct {
	wire   *raftWire
	to     string
	on     *flow
	flying chan *pipelined
	done   chan raft.AppendFuture
	closed chan struct{}
	once   sync.Once
}

// pipelined is one call of a pipeline.
type pipelined struct {
	began    time.Time
	args     *raft.AppendEntriesRequest
	resp     *raft.AppendEntriesResponse
	answered <-chan reply
	err      error
	ended    chan struct{}
}

// Error implements raft.Future.
func (p *pipelined) Error() error {
	<-p.ended
	return p.err
}

// Start implements raft.AppendFuture.
func (p *pipelined) Start() time.Time { return p.began }

// Request implements raft.AppendFuture.
func (p *pipelined) Request() *raft.AppendEntriesRequest { return p.args }

// Response implements raft.AppendFuture.
func (p *pipelined) Response() *raft.AppendEntriesResponse { return p.resp }

// AppendEntriesPipeline implements raft.Transport.
func (w *raftWire) AppendEntriesPipeline(_ raft.ServerID, to raft.ServerAddress) (
	raft.AppendPipeline, error) {
	p := &pipeline{wire: w, to: string(to), on: &flow{},
		flying: make(chan *pipelined, pipelineDepth),
		done:   make(chan raft.AppendFuture, pipelineDepth), closed: make(chan struct{})}
	w.station.Go(p.gather)
	return p, nil
}

// AppendEntries implements raft.AppendPipeline.
func (p *pipeline) AppendEntries(args *raft.AppendEntriesRequest,
	resp *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	call := &pipelined{began: time.Now(), args: args, resp: resp, ended: make(chan struct{}),
		answered: p.wire.station.call(p.to, topicRaft, raftAsk{command: copied(args)}, p.on)}
	select {
	case p.flying <- call:
		return call, nil
	case <-p.closed:
		return nil, raft.ErrPipelineShutdown
	case <-p.wire.station.life.Done():
		return nil, errGone
	}
}

// gather ends the calls in order.
func (p *pipeline) gather(life context.Context) {
	limit := time.NewTimer(raftPatience)
	defer limit.Stop()
	for {
		var call *pipelined
		select {
		case call = <-p.flying:
		case <-p.closed:
			return
		case <-life.Done():
			return
		}
		limit.Reset(raftPatience)
		call.err = await(p.wire, call.answered, call.resp, limit.C)
		close(call.ended)
		select {
		case p.done <- call:
		case <-p.closed:
			return
		case <-life.Done():
			return
		}
	}
}

// Consumer implements raft.AppendPipeline.
func (p *pipeline) Consumer() <-chan raft.AppendFuture { return p.done }

// Close implements raft.AppendPipeline.
func (p *pipeline) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}
