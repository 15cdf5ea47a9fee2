package ledger

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

func TestNodesJoinAndVoteOnceStable(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Stabilise = 1500 * time.Millisecond })
	first := w.found("n1")
	w.leader()
	propose(t, first, opened()...)
	own, err := first.Join(context.Background(), messages.MemberUp{Region: "eu"}, nil)
	if err != nil || own != 1 {
		t.Fatalf("incarnation %d, error %v", own, err)
	}
	for _, name := range []string{"n2", "n3", "n4", "n5"} {
		seeds := []string{"nobody", "n1"}
		if name == "n5" {
			seeds = []string{"n4"} // which does not lead, and hands the wish on
		}
		l, incarnation := w.seat(name, seeds...)
		if incarnation != 1 {
			t.Errorf("%s starts as incarnation %d", name, incarnation)
		}
		if member, ok := l.Members().Find(name); !ok || member.Address != name+":1" || member.Down {
			t.Errorf("%s sees itself as %+v, %t", name, member, ok)
		}
		if name == "n2" {
			if voters, others := votes(first); voters != 1 || others != 1 {
				t.Errorf("%d voters and %d others right after a join", voters, others)
			}
		}
	}
	w.until("three voters of five", func() bool {
		voters, others := votes(first)
		return voters == 3 && others == 2
	})
	told := make(chan messages.MemberTable, 16)
	first.Subscribe(func(word any) {
		if table, ok := word.(messages.MemberTable); ok {
			told <- table
		}
	})
	w.kill("n4")
	again, incarnation := w.seat("n4", "n2")
	if incarnation != 2 {
		t.Errorf("started again as incarnation %d", incarnation)
	}
	others := []string{"nobody", "n1", "n4"}
	if newest := again.Newest(t.Context(), others); newest != 2 {
		t.Errorf("others know of its incarnation %d", newest)
	}
	if newest := first.Newest(t.Context(), []string{"nobody"}); newest != 0 {
		t.Errorf("nobody knows of incarnation %d", newest)
	}
	if member, _ := (<-told).Find("n4"); member.Incarnation != 2 {
		t.Errorf("told of %+v", member)
	}
	w.agreed()
	if members := first.Members().Members; len(members) != 5 {
		t.Errorf("members %+v", members)
	}
}

func TestAnyNodeProposes(t *testing.T) {
	w := trio(t, nil)
	w.seat("n4", "n1") // has no vote, or not yet
	entries := opened(sent(alice, 0, id(1)), sent(alice, 1, id(2)))
	leader := w.leader()
	for i, entry := range entries {
		for _, n := range w.living() {
			if n.ledger == leader {
				continue
			}
			err := n.ledger.Propose(context.Background(), entry)
			if err == nil {
				var shown bool
				n.ledger.machine.read(func(s *state) { shown = s.shows(entry) })
				if !shown {
					t.Errorf("%s does not show entry %d, which it had accepted", n.name, i)
				}
			} else if messages.CodeOf(err) != messages.CodeConflict {
				t.Errorf("%s: %v", n.name, err)
			}
		}
	}
	if counts := leader.Counts(); counts.Sent != 2 || counts.Nonces != 2 {
		t.Errorf("counts %+v", counts)
	}
	var other *node
	for _, n := range w.living() {
		if n.ledger != leader {
			other = n
		}
	}
	_, err := line{w, other.name}.Ask(context.Background(), leader.LeaderName(), topicPropose,
		newer(t))
	if messages.CodeOf(err) != messages.CodeMalformedInput {
		t.Errorf("an entry that nobody can read, handed on: %v", err)
	}
	// The answer to what is proposed next is lost: it was applied, and is not refused.
	w.lock.Lock()
	w.lossy = 1
	w.lock.Unlock()
	if err := other.ledger.Propose(context.Background(), bumped(alice, 1, 1)); err != nil {
		t.Errorf("after a lost answer: %v", err)
	}
	w.agreed()
}

func TestAloneThereIsNoLeader(t *testing.T) {
	w := trio(t, nil)
	leader := w.leader()
	name := leader.LeaderName()
	for _, n := range w.living() {
		if n.ledger != leader {
			w.kill(n.name)
		}
	}
	w.until("the end of the term", func() bool { return leader.LeaderName() == "" })
	err := leader.Propose(context.Background(), user(1, 1))
	if messages.CodeOf(err) != messages.CodeNotLeader {
		t.Errorf("proposing gives %v", err)
	}
	if health := leader.Health(); health.Grade != messages.Degraded {
		t.Errorf("health %+v", health)
	}
	// What is left is made a ledger of its own, and still has what it had.
	want := dump(t, leader)
	w.kill(name)
	config := Config{Dir: w.node(name).dir, Node: name, Clock: time.Now,
		Publish: w.heard.publish}
	if err := Recover(config, nil); messages.CodeOf(err) != messages.CodeConfig {
		t.Errorf("recovering without voters gives %v", err)
	}
	if err := Recover(config, []string{name}); err != nil {
		t.Fatal(err)
	}
	again := w.open(name)
	if w.leader() != again || !bytes.Equal(dump(t, again), want) {
		t.Errorf("recovered %s", ledgerView(again))
	}
	propose(t, again, user(1, 1))
}

// TestLaggingNodeTakesASnapshot keeps one away until its next log is gone from the leader.
func TestLaggingNodeTakesASnapshot(t *testing.T) {
	w := trio(t, nil)
	leader := w.leader()
	var away *node
	for _, n := range w.living() {
		if n.ledger != leader {
			away = n
		}
	}
	told := make(chan messages.MemberTable, 16)
	away.ledger.Subscribe(func(word any) {
		if table, ok := word.(messages.MemberTable); ok {
			told <- table
		}
	})
	w.leave(away)
	propose(t, leader, opened(messages.MemberDown{Name: away.name, Incarnation: 1, At: 7})...)
	config := leader.replica.raft.ReloadableConfig()
	config.TrailingLogs = 0
	if err := leader.replica.raft.ReloadConfig(config); err != nil {
		t.Fatal(err)
	}
	if err := leader.Snapshot(); err != nil {
		t.Fatal(err)
	}
	if err := leader.Snapshot(); err != nil {
		t.Errorf("a second snapshot of the same: %v", err)
	}
	w.join(away)
	if member, _ := (<-told).Find(away.name); !member.Down || member.DownAt != 7 {
		t.Errorf("told of %+v", member)
	}
	w.agreed()
	if away.ledger.NextRequest() != 3 {
		t.Errorf("shows %s", ledgerView(away.ledger))
	}
}

func TestLostVoterIsReplaced(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Patience = 700 * time.Millisecond })
	first := w.found("n1")
	w.leader()
	for _, name := range []string{"n2", "n3", "n4"} {
		w.seat(name, "n1")
	}
	w.until("three voters of four", func() bool {
		voters, others := votes(first)
		return voters == 3 && others == 1
	})
	var lost string
	for _, s := range first.Seats() {
		if s.Voter && !s.Leader {
			lost = s.Name
		}
	}
	w.kill(lost)
	propose(t, first, messages.MemberDown{Name: lost, Incarnation: 1})
	w.until("another in its place", func() bool {
		voters, others := votes(first)
		seated := slices.ContainsFunc(first.Seats(), func(s Seat) bool { return s.Name == lost })
		return voters == 3 && others == 0 && !seated
	})
	if _, incarnation := w.seat(lost, "n1"); incarnation != 2 {
		t.Errorf("came back as incarnation %d", incarnation)
	}
	if voters, others := votes(first); voters != 3 || others != 1 {
		t.Errorf("%d voters and %d others after it came back", voters, others)
	}
	// One that lost its files is no voter any more, whatever its name was.
	for _, s := range first.Seats() {
		if s.Voter && !s.Leader {
			lost = s.Name
		}
	}
	w.kill(lost)
	w.node(lost).dir = t.TempDir()
	w.seat(lost, "n1")
	if !slices.Contains(first.Seats(), Seat{Name: lost}) {
		t.Errorf("after its files were lost: %+v", first.Seats())
	}
}

// TestHandOverLosesNothing transfers leadership back and forth while all propose.
func TestHandOverLosesNothing(t *testing.T) {
	w := trio(t, nil)
	var proposers sync.WaitGroup
	stop := make(chan struct{})
	for n, from := range w.living() {
		proposers.Go(func() {
			for i := byte(0); ; i++ {
				if err := from.ledger.Propose(context.Background(), user(byte(n), i)); err != nil {
					t.Errorf("%s: %v", from.name, err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 3 {
		leader := w.leader()
		if err := leader.LeadershipTransfer(context.Background()); err != nil {
			t.Error(err)
		}
		w.until("another leader", func() bool { return w.leader() != leader })
	}
	close(stop)
	proposers.Wait()
	leader := w.leader()
	name := "n1"
	if leader.LeaderName() == name {
		name = "n2"
	}
	if err := leader.TransferTo(context.Background(), name); err != nil {
		t.Error(err)
	}
	w.until(name+" to lead", func() bool { return w.node(name).ledger.Leader() })
	if err := leader.TransferTo(context.Background(), name); err != nil {
		t.Errorf("with nothing to hand over: %v", err)
	}
	err := leader.Remove(context.Background(), name)
	if messages.CodeOf(err) != messages.CodeNotLeader {
		t.Errorf("removing a seat without leading gives %v", err)
	}
	err = w.node(name).ledger.Remove(context.Background(), name)
	if messages.CodeOf(err) != messages.CodeConflict {
		t.Errorf("a leader that removes itself: %v", err)
	}
	w.agreed()
}

func TestUselessLeaderHandsOver(t *testing.T) {
	var lock sync.Mutex
	blind := ""
	w := trio(t, func(c *Config) {
		c.Outlook = func() Outlook {
			lock.Lock()
			defer lock.Unlock()
			return Outlook{Height: 7, Blind: c.Node == blind || blind == "all"}
		}
	})
	leader := w.leader()
	lock.Lock()
	blind = leader.LeaderName()
	lock.Unlock()
	w.until("another leader", func() bool { return w.leader() != leader })
	lock.Lock()
	blind = "all"
	lock.Unlock()
	stays := w.leader()
	w.until("an alarm", func() bool {
		return stays.Health().Detail == "leads badly: no endpoint of the chain answers this node"
	})
	if !stays.Leader() {
		t.Error("it gave leadership to one that does no better")
	}
}

func TestSettingsOfManyNodes(t *testing.T) {
	_, transport := raft.NewInmemTransport("n1")
	for _, row := range []struct {
		name, field string
		change      func(*Config)
	}{
		{"two voters", "ledger.voters", func(c *Config) { c.Voters = 2 }},
		{"another planet", "ledger.profile", func(c *Config) { c.Profile = "mars" }},
		{"nobody to ask", "ledger.peers", func(c *Config) { c.Transport = transport }},
	} {
		t.Run(row.name, func(t *testing.T) {
			config := settings(t.TempDir(), new(facts))
			row.change(&config)
			_, err := Open(config)
			var fault *messages.GatewayError
			if !errors.As(err, &fault) || fault.Field != row.field {
				t.Errorf("error %v", err)
			}
		})
	}
	far := Config{Profile: ProfileWAN}.withDefaults().Timing
	if far.Heartbeat < 10*wanRoundTrip || far.Election < far.Heartbeat || far.Lease > far.Heartbeat {
		t.Errorf("wan timing %+v", far)
	}
	if slow := WAN(250 * time.Millisecond); slow.Heartbeat != 2500*time.Millisecond {
		t.Errorf("timing of a slow line %+v", slow)
	}
}

// BenchmarkHandOver measures from the wish to the first entry under the next leader.
func BenchmarkHandOver(b *testing.B) {
	w := trio(b, func(c *Config) { c.Timing = LAN() })
	i := 0
	for b.Loop() {
		if err := w.leader().LeadershipTransfer(context.Background()); err != nil {
			b.Fatal(err)
		}
		i++
		entry := user(byte(i>>8), byte(i))
		entry.Request.Digest[3] = 1
		propose(b, w.node("n1").ledger, entry)
	}
}

// BenchmarkLeaderLost measures from the end of a leader that says nothing to the first entry of
// another node under the next one.
func BenchmarkLeaderLost(b *testing.B) {
	w := trio(b, func(c *Config) { c.Timing = LAN() })
	i := 0
	for b.Loop() {
		b.StopTimer()
		name := w.leader().LeaderName()
		var other *Ledger
		for _, n := range w.living() {
			if n.name != name {
				other = n.ledger
			}
		}
		i++
		entry := user(byte(i>>8), byte(i))
		entry.Request.Digest[3] = 2
		w.leave(w.node(name))
		b.StartTimer()
		propose(b, other, entry)
		b.StopTimer()
		w.join(w.node(name))
		w.agreed()
		b.StartTimer()
	}
}
