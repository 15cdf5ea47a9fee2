package world

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/cluster"
)

// replying answers every call of raft, in order, with the terms it asked for.
func replying(from raft.Transport) (stop func()) {
	done := make(chan struct{})
	go func() {
		for {
			select {
			case rpc := <-from.Consumer():
				switch ask := rpc.Command.(type) {
				case *raft.AppendEntriesRequest:
					rpc.Respond(&raft.AppendEntriesResponse{Term: ask.Term, Success: true,
						LastLog: ask.PrevLogEntry + uint64(len(ask.Entries))}, nil)
				case *raft.InstallSnapshotRequest:
					data, err := io.ReadAll(rpc.Reader)
					rpc.Respond(&raft.InstallSnapshotResponse{Success: bytes.Equal(data,
						[]byte("state"))}, err)
				case *raft.RequestVoteRequest:
					rpc.Respond(&raft.RequestVoteResponse{Term: ask.Term, Granted: true}, nil)
				case *raft.RequestPreVoteRequest:
					rpc.Respond(&raft.RequestPreVoteResponse{Term: ask.Term, Granted: true}, nil)
				default:
					rpc.Respond(&raft.TimeoutNowResponse{}, errors.New("not now"))
				}
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

func TestRaftsCalls(t *testing.T) {
	fabrics(t, Link{Delay: time.Millisecond, Jitter: 5 * time.Millisecond},
		func(n *Network, a, b cluster.Fabric) {
			defer replying(b.Ledger())()
			from := a.Ledger()
			var entries raft.AppendEntriesResponse
			err := from.AppendEntries("b", "b", &raft.AppendEntriesRequest{Term: 3, PrevLogEntry: 1,
				Entries: []*raft.Log{{Index: 2}}}, &entries)
			if err != nil || entries.Term != 3 || entries.LastLog != 2 {
				t.Errorf("entries: %+v, %v", entries, err)
			}
			var snapshot raft.InstallSnapshotResponse
			err = from.InstallSnapshot("b", "b", &raft.InstallSnapshotRequest{}, &snapshot,
				bytes.NewReader([]byte("state")))
			if err != nil || !snapshot.Success {
				t.Errorf("snapshot: %+v, %v", snapshot, err)
			}
			var vote raft.RequestVoteResponse
			err = from.RequestVote("b", "b", &raft.RequestVoteRequest{Term: 4}, &vote)
			var pre raft.RequestPreVoteResponse
			early := from.(raft.WithPreVote).RequestPreVote("b", "b",
				&raft.RequestPreVoteRequest{Term: 5}, &pre)
			if errors.Join(err, early) != nil || !vote.Granted || pre.Term != 5 {
				t.Errorf("votes: %+v, %v, %+v, %v", vote, err, pre, early)
			}
			err = from.TimeoutNow("b", "b", &raft.TimeoutNowRequest{}, &raft.TimeoutNowResponse{})
			if err == nil || err.Error() != "not now" {
				t.Errorf("an error crosses as %v", err)
			}
			defer n.Cut("a", "b")()
			began := time.Now()
			err = from.AppendEntries("b", "b", &raft.AppendEntriesRequest{}, &entries)
			if err == nil || time.Since(began) != raftPatience {
				t.Errorf("a cut gives %v after %v", err, time.Since(began))
			}
		})
}

func TestRaftsPipelineKeepsOrder(t *testing.T) {
	fabrics(t, Link{Delay: time.Millisecond, Jitter: 50 * time.Millisecond},
		func(n *Network, a, b cluster.Fabric) {
			defer replying(b.Ledger())()
			beats := make(chan bool, 1)
			b.Ledger().SetHeartbeatHandler(func(rpc raft.RPC) {
				beats <- true
				rpc.Respond(&raft.AppendEntriesResponse{Success: true}, nil)
			})
			line, err := a.Ledger().AppendEntriesPipeline("b", "b")
			if err != nil {
				t.Fatal(err)
			}
			const calls = 20
			for i := range uint64(calls) {
				_, err := line.AppendEntries(&raft.AppendEntriesRequest{Term: 1, PrevLogEntry: i + 1},
					new(raft.AppendEntriesResponse))
				if err != nil {
					t.Fatal(err)
				}
			}
			for i := range uint64(calls) {
				future := <-line.Consumer()
				if err := future.Error(); err != nil || future.Response().LastLog != i+1 ||
					future.Request().PrevLogEntry != i+1 || future.Start().IsZero() {
					t.Errorf("call %d answers %+v, %v", i, future.Response(), err)
				}
			}
			var beat raft.AppendEntriesResponse
			err = a.Ledger().AppendEntries("b", "b", &raft.AppendEntriesRequest{Term: 1}, &beat)
			if err != nil || !beat.Success || len(beats) != 1 {
				t.Errorf("a heartbeat gives %+v, %v", beat, err)
			}
			defer n.Cut("a", "b")()
			if _, err := line.AppendEntries(&raft.AppendEntriesRequest{Term: 1, PrevLogEntry: 9},
				new(raft.AppendEntriesResponse)); err != nil {
				t.Fatal(err)
			}
			if err := (<-line.Consumer()).Error(); err == nil {
				t.Error("a call that was lost is answered")
			}
			if err := line.Close(); err != nil {
				t.Error(err)
			}
		})
}
