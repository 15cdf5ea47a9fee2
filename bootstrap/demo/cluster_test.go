package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kmsgateway/bootstrap"
)

// leader finds the node that leads, by its own word, among those that run.
func (s *stage) leader(ctx context.Context, t *testing.T, gone ...*bootstrap.Node) *bootstrap.Node {
	t.Helper()
	var found *bootstrap.Node
	err := waitFor(ctx, awaitPoll, func() bool {
		for i, node := range s.nodes() {
			if node.Leader() == nodeName(i+1) && !slices.Contains(gone, node) {
				found = node
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatal("nobody leads:", err)
	}
	return found
}

// askAndAwait asks for one secret of the user and waits until it is fulfilled.
func (s *stage) askAndAwait(ctx context.Context, t *testing.T, ended int) {
	t.Helper()
	s.ask(ctx, t, 3600)
	if err := s.awaitEnded(ctx, ended); err != nil {
		t.Fatal(err)
	}
}

func TestTheNextLeaderTakesOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		end  func(context.Context, *bootstrap.Node) error
	}{
		{"after a crash", func(_ context.Context, n *bootstrap.Node) error { return n.Kill() }},
		{"after a stop", func(ctx context.Context, n *bootstrap.Node) error { return n.Stop(ctx) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s, ctx := stageFor(t, Options{Requests: 3, Nodes: 3, Parties: 3, Threshold: 2})
			s.askAndAwait(ctx, t, 1)
			first := s.leader(ctx, t)
			s.ask(ctx, t, 3600) // it is under way when the leader goes
			began := time.Now()
			if err := row.end(ctx, first); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("the leader ends with %v", err)
			}
			ended := time.Since(began)
			next := s.leader(ctx, t, first)
			t.Logf("the leader ended in %s, another led after %s", ended.Round(time.Millisecond),
				time.Since(began).Round(time.Millisecond))
			if err := s.awaitEnded(ctx, 2); err != nil {
				t.Fatal(err)
			}
			s.askAndAwait(ctx, t, 3)
			closed := func() bool { return next.Status().Open == 0 }
			if err := waitFor(ctx, awaitPoll, closed); err != nil {
				t.Errorf("%d rows stay open", next.Status().Open)
			}
			chain := must(s.read(ctx))(t)
			if len(chain.order) != 3 || len(chain.settlements) != 3 {
				t.Errorf("%d endings, %d settlements", len(chain.order), len(chain.settlements))
			}
		})
	}
}

// TestTheOlderOfTwoProcessesGivesWay starts a second process under a node's name, as an operator
// does who takes the first for dead.
func TestTheOlderOfTwoProcessesGivesWay(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 1, Nodes: 3, Parties: 3, Threshold: 2})
	older := s.others[1]
	config := must(s.nodeConfigOf(3))(t)
	config.Node.Data = t.TempDir()
	newer := must(bootstrap.StartNode(ctx, s.env(), config))(t)
	defer func() {
		if err := newer.Stop(ctx); err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-older.Failed():
	case <-ctx.Done():
		t.Fatal("both serve")
	}
	if err := older.Err(); err == nil || !strings.Contains(err.Error(), "serves as node-3") {
		t.Errorf("it ends with %v", err)
	}
	if err := newer.Err(); err != nil {
		t.Errorf("the newer one ends with %v", err)
	}
	s.askAndAwait(ctx, t, 1)
}
