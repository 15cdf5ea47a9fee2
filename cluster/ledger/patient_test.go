package ledger

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
)

// away is a transport to a node that is away for a while.
type away struct {
	raft.Transport
	until time.Time
}

var errAway = errors.New("away")

func (a *away) AppendEntries(raft.ServerID, raft.ServerAddress, *raft.AppendEntriesRequest,
	*raft.AppendEntriesResponse) error {
	if time.Now().Before(a.until) {
		return errAway
	}
	return nil
}

func appended(term uint64) *raft.AppendEntriesRequest {
	return &raft.AppendEntriesRequest{Term: term, PrevLogEntry: 7, PrevLogTerm: 1}
}

// TestEntriesArriveSoonAfterANodeIsBack has a node away for most of a minute.
func TestEntriesArriveSoonAfterANodeIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &away{until: time.Now().Add(50 * time.Second)}
		_, p := newPatient(network)
		if err := p.AppendEntries("n2", "n2", appended(3), nil); err != nil {
			t.Fatal(err)
		}
		if late := time.Since(network.until); late > knockEvery {
			t.Errorf("entries arrive %v after the node is back", late)
		}
	})
}

// TestNobodyKnocksForEver looks at what ends the tries before they succeed.
func TestNobodyKnocksForEver(t *testing.T) {
	for _, row := range []struct {
		name string
		args *raft.AppendEntriesRequest
		end  func(*patient)
	}{
		{"a heartbeat", &raft.AppendEntriesRequest{Term: 3}, func(*patient) {}},
		{"a minute has passed", appended(3), nil},
		{"this node stops", appended(3), func(p *patient) { p.release() }},
		{"this node leads again", appended(3), func(p *patient) {
			if err := p.AppendEntries("n3", "n3", &raft.AppendEntriesRequest{Term: 5}, nil); err == nil {
				t.Error("n3 is not away")
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := &away{until: time.Now().Add(time.Hour)}
				_, p := newPatient(network)
				most := knockFor
				if row.end != nil {
					most = time.Second + knockEvery
					time.AfterFunc(time.Second, func() { row.end(p) })
				}
				began := time.Now()
				if err := p.AppendEntries("n2", "n2", row.args, nil); !errors.Is(err, errAway) {
					t.Errorf("it ends with %v", err)
				}
				if took := time.Since(began); took > most {
					t.Errorf("it ends after %v", took)
				}
			})
		})
	}
}
