package ledger

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// user is an entry that any ledger accepts once.
func user(n, m byte) messages.AdmitUser {
	return messages.AdmitUser{Request: messages.RequestID{Chain: 1, Digest: messages.Hash{n, m}},
		Handles: []messages.Handle{{1}}, Signature: []byte{1}}
}

// scriptedLog is a replicated log whose commits fail as a script says.
type scriptedLog struct {
	state    *state
	script   []step // one a commit; a log without a script succeeds
	batches  []int  // entries of each commit
	barriers int
	barred   error // what barriers answer
	started  chan struct{}
	release  chan struct{} // commits wait for it where it is not nil
}

// step is what happens to one commit.
type step struct {
	apply bool
	err   error
}

func (l *scriptedLog) commit(encoded []byte) (verdicts, error) {
	if l.release != nil {
		l.started <- struct{}{}
		<-l.release
	}
	batch, err := messages.DecodeEntries(encoded)
	if err != nil {
		return nil, err
	}
	l.batches = append(l.batches, len(batch))
	now := step{apply: true}
	if len(l.script) > 0 {
		now, l.script = l.script[0], l.script[1:]
	}
	var answers verdicts
	for _, entry := range batch {
		if now.apply {
			_, err := l.state.apply(entry)
			answers = append(answers, err)
		}
	}
	return answers, now.err
}

func (l *scriptedLog) barrier() error { l.barriers++; return l.barred }

// start runs a proposer on a scripted log until the test ends.
func start(t *testing.T, l *scriptedLog) (*proposer, *facts) {
	t.Helper()
	l.state, l.started = newState(), make(chan struct{}, maxQueued)
	heard := new(facts)
	p := newProposer(log{commit: l.commit, barrier: l.barrier, shows: l.state.shows}, time.Now,
		heard.publish)
	go p.run()
	t.Cleanup(func() {
		close(p.stop)
		<-p.stopped
	})
	return p, heard
}

// TestUnknownOutcomeIsDecided loses leadership in the middle of a commit.
func TestUnknownOutcomeIsDecided(t *testing.T) {
	lost, other := step{apply: false, err: errUnknown}, messages.NotLeader("propose")
	for _, row := range []struct {
		name     string
		script   []step
		barred   error
		code     messages.Code
		commits  int
		barriers int
	}{
		{"it was applied", []step{{apply: true, err: errUnknown}}, nil, "", 1, 1},
		{"it was not, and is proposed again", []step{lost}, nil, "", 2, 1},
		{"it was lost twice", []step{lost, lost}, nil, "", 3, 2},
		{"it was applied the second time", []step{lost, {apply: true, err: errUnknown}}, nil, "",
			2, 2},
		{"it is lost for ever", []step{lost, lost, lost, lost}, nil, messages.CodeStorage, 4, 3},
		{"another leads by then", []step{lost}, other, messages.CodeNotLeader, 1, 1},
		{"another leads at the second try", []step{lost, {err: other}}, nil,
			messages.CodeNotLeader, 2, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := &scriptedLog{script: row.script, barred: row.barred}
			p, _ := start(t, l)
			err := p.propose(context.Background(), user(1, 1))
			if messages.CodeOf(err) != row.code {
				t.Errorf("error %v, want %q", err, row.code)
			}
			if len(l.batches) != row.commits || l.barriers != row.barriers {
				t.Errorf("%d commits and %d barriers, want %d and %d", len(l.batches), l.barriers,
					row.commits, row.barriers)
			}
			if row.code == "" && !l.state.shows(user(1, 1)) {
				t.Error("it is acknowledged and not applied")
			}
		})
	}
}

// TestProposalsShareABatch holds one commit back while others queue: they go together, in order,
// each with its own answer.
func TestProposalsShareABatch(t *testing.T) {
	l := &scriptedLog{release: make(chan struct{})}
	p, heard := start(t, l)
	var proposals []*proposal
	say := func(entry messages.Entry) {
		one, err := p.prepare(entry)
		if err != nil {
			t.Fatal(err)
		}
		p.queue <- one
		proposals = append(proposals, one)
	}
	say(user(0, 0))
	<-l.started
	for i := range 40 {
		say(user(0, byte(i))) // the first of these came before
	}
	l.release <- struct{}{}
	<-l.started
	l.release <- struct{}{}
	for i, one := range proposals {
		want := messages.Code("")
		if i == 1 {
			want = messages.CodeConflict
		}
		if err := <-one.done; messages.CodeOf(err) != want {
			t.Errorf("proposal %d: error %v, want %q", i, err, want)
		}
	}
	if !slices.Equal(l.batches, []int{1, 40}) {
		t.Errorf("batches of %v", l.batches)
	}
	applied := heard.named(messages.FactEntryApplied)
	if len(applied) != 2 || applied[1].Count != 40 {
		t.Errorf("applied %+v", applied)
	}
}

func TestProposerGivesUpWithItsContext(t *testing.T) {
	l := &scriptedLog{release: make(chan struct{})}
	p, _ := start(t, l)
	ctx, cancel := context.WithCancel(context.Background())
	gaveUp := make(chan error)
	go func() { gaveUp <- p.propose(ctx, user(1, 1)) }()
	<-l.started
	cancel()
	err := <-gaveUp
	if messages.CodeOf(err) != messages.CodeDeadline || !errors.Is(err, context.Canceled) {
		t.Errorf("gives %v", err)
	}
	l.release <- struct{}{}
}

// TestManyProposersShareEntries counts raft logs under load on a real ledger.
func TestManyProposersShareEntries(t *testing.T) {
	const proposers, each = 50, 8
	heard := new(facts)
	l := lead(t, t.TempDir(), heard)
	var running sync.WaitGroup
	for n := range proposers {
		running.Go(func() {
			for m := range each {
				if err := l.Propose(context.Background(), user(byte(n), byte(m))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	logs := len(heard.named(messages.FactEntryApplied))
	if counts := l.Counts(); counts.OpenUsers != proposers*each {
		t.Errorf("%d requests are open, want %d", counts.OpenUsers, proposers*each)
	}
	if logs*4 > proposers*each {
		t.Errorf("%d proposals took %d entries", proposers*each, logs)
	}
	t.Logf("%.3f entries a proposal", float64(logs)/(proposers*each))
}

func TestRaftErrorsBecomeOurs(t *testing.T) {
	for _, row := range []struct {
		err  error
		code messages.Code
	}{
		{raft.ErrNotLeader, messages.CodeNotLeader},
		{raft.ErrLeadershipTransferInProgress, messages.CodeNotLeader},
		{raft.ErrRaftShutdown, messages.CodeShuttingDown},
		{raft.ErrEnqueueTimeout, messages.CodeOverloaded},
		{io.ErrShortWrite, messages.CodeStorage},
	} {
		if code := messages.CodeOf(translate("propose", row.err)); code != row.code {
			t.Errorf("%v becomes %s, want %s", row.err, code, row.code)
		}
	}
	for _, err := range []error{raft.ErrLeadershipLost, raft.ErrAbortedByRestore} {
		if !errors.Is(translate("propose", err), errUnknown) {
			t.Errorf("%v counts as an outcome", err)
		}
	}
}

func TestBatchIsBounded(t *testing.T) {
	p := newProposer(log{}, time.Now, new(facts).publish)
	queue := func(events, size int) {
		p.queue <- &proposal{events: events, encoded: make([]byte, size)}
	}
	for _, row := range []struct {
		name   string
		events []int
		size   int
		batch  int
		left   bool
	}{
		{"one alone waits for company in vain", []int{1}, 10, 1, false},
		{"all that is there", []int{1, 1, 1}, 10, 3, false},
		{"as many events as fit", []int{100, 100, 100}, 10, 2, true},
		{"exactly full", []int{200, 56, 1}, 10, 2, false},
		{"more than fits goes alone", []int{2000, 1}, 10, 1, false},
		{"as many bytes as fit", []int{1, 1, 1}, 400 << 10, 2, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, events := range row.events[1:] {
				queue(events, row.size)
			}
			batch, left := p.gather(&proposal{events: row.events[0],
				encoded: make([]byte, row.size)})
			if len(batch) != row.batch || (left != nil) != row.left {
				t.Errorf("a batch of %d, one left over: %t", len(batch), left != nil)
			}
			for len(p.queue) > 0 {
				<-p.queue
			}
		})
	}
}

// BenchmarkPropose proposes from 64 goroutines at once, each waiting for its answer, on a real
// disk.
func BenchmarkPropose(b *testing.B) {
	heard := new(facts)
	l := lead(b, b.TempDir(), heard)
	var count int
	var lock sync.Mutex
	next := func() messages.AdmitUser {
		lock.Lock()
		defer lock.Unlock()
		count++
		u := user(byte(count), byte(count>>8))
		u.Request.Digest[2], u.Request.Digest[3] = byte(count>>16), byte(count>>24)
		return u
	}
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := l.Propose(context.Background(), next()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	batches := len(heard.named(messages.FactEntryApplied))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "proposals/s")
	b.ReportMetric(float64(count)/float64(batches), "proposals/entry")
}

// BenchmarkAdmit is a catch-up: one proposer, 256 requests an entry.
func BenchmarkAdmit(b *testing.B) {
	l := lead(b, b.TempDir(), new(facts))
	from, number := messages.BlockRef{}, uint64(1)
	requests := 0
	for b.Loop() {
		to := messages.BlockRef{Number: from.Number + 1, Hash: messages.Hash{1}}
		e := messages.Admit{From: from, To: to}
		for range batchEvents {
			event := askedAs(messages.RequestID{Chain: 1, Number: number}, to)
			e.Events = append(e.Events, event)
			number++
		}
		if err := l.Propose(context.Background(), e); err != nil {
			b.Fatal(err)
		}
		from, requests = to, requests+batchEvents
	}
	b.ReportMetric(float64(requests)/b.Elapsed().Seconds(), "requests/s")
}
