package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

// TestFleetIsLaidOutInThreeRegions looks at the plan alone.
func TestFleetIsLaidOutInThreeRegions(t *testing.T) {
	plan := planFleet(FleetOptions{Nodes: 5, Parties: 7, Threshold: 5, Period: time.Second}, firstPort)
	live := map[string]int{}
	taken := map[string]string{plan.Join: "join"}
	for _, member := range plan.Members {
		live[member.Role+"@"+member.Region]++
		for _, address := range []string{member.HTTP, member.Listen, member.Words} {
			if other, twice := taken[address]; twice && address != "" {
				t.Errorf("%s and %s listen on %s", other, member.Name, address)
			}
			taken[address] = member.Name
		}
	}
	want := map[string]int{"chain@": 1, "node@eu-west": 2, "node@us-east": 2, "node@ap-south": 1,
		"party@eu-west": 3, "party@us-east": 2, "party@ap-south": 2}
	for place, count := range want {
		if live[place] != count {
			t.Errorf("%d of %s, want %d", live[place], place, count)
		}
	}
	largest := planFleet(FleetOptions{Nodes: maxNodes, Parties: maxParties}, firstPort)
	last := largest.Members[len(largest.Members)-1]
	if last.Listen >= "127.0.0.1:16640" {
		t.Errorf("the last party listens on %s, in the next block", last.Listen)
	}
}

func TestFleetRefusesBadOptions(t *testing.T) {
	good := FleetOptions{Data: "x", Nodes: 1, Parties: 3, Threshold: 2, Period: time.Second}
	for _, row := range []struct {
		says  string
		spoil func(*FleetOptions)
	}{
		{"--data", func(o *FleetOptions) { o.Data = "" }},
		{"--nodes", func(o *FleetOptions) { o.Nodes = maxNodes + 1 }},
		{"--parties", func(o *FleetOptions) { o.Parties = 0 }},
		{"--threshold", func(o *FleetOptions) { o.Threshold = 4 }},
		{"--period", func(o *FleetOptions) { o.Period = 0 }},
	} {
		options := good
		row.spoil(&options)
		if err := options.Validate(); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("want %s named: %v", row.says, err)
		}
	}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
}

// TestFleetStaysOutOfForeignFolders brings nothing up where somebody's files are.
func TestFleetStaysOutOfForeignFolders(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/thesis.txt", []byte("all of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := RaiseFleet(t.Context(), FleetOptions{Data: dir, Nodes: 1, Parties: 3, Threshold: 2,
		Period: time.Second, Progress: t.Output()})
	if messages.CodeOf(err) != messages.CodeConflict {
		t.Errorf("it comes up: %v", err)
	}
	if _, err := OpenFleet(dir, t.Output()); !errors.Is(err, ErrNoFleet) {
		t.Errorf("a folder of files is a fleet: %v", err)
	}
	if _, err := os.Stat(dir + "/thesis.txt"); err != nil {
		t.Error(err)
	}
}

// TestFleetEndsNobodyElse gives a fleet the number of a process that is not its own, as happens
// when numbers are given again.
func TestFleetEndsNobodyElse(t *testing.T) {
	stranger := exec.CommandContext(t.Context(), "cat")
	input := must(stranger.StdinPipe())(t)
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	birth := must(processBirth(stranger.Process.Pid))(t)
	f := &Fleet{dir: t.TempDir(), progress: t.Output(),
		plan: planFleet(FleetOptions{Nodes: 1, Parties: 1, Period: time.Second}, firstPort)}
	remember := func(birth string) {
		text := fmt.Appendf(nil, "%d %s", stranger.Process.Pid, birth)
		if err := os.WriteFile(f.pidPath("node-1"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	remember(birth + "1") // born at another time
	if f.Alive("node-1") {
		t.Error("a stranger is taken for a node")
	}
	ends, err := f.Down(t.Context())
	if err != nil || len(ends) != 3 || ends[0].Ran {
		t.Errorf("going down: %+v, %v", ends, err)
	}
	if err := f.Freeze("node-1"); !errors.Is(err, ErrNotRunning) {
		t.Errorf("a stranger is frozen: %v", err)
	}
	if now, err := processBirth(stranger.Process.Pid); err != nil || now != birth {
		t.Fatalf("the stranger has ended: %v", err)
	}
	remember(birth) // now it is the fleet's
	if !f.Alive("node-1") {
		t.Error("a process of the fleet is not known")
	}
	if err := f.Kill(t.Context(), "node-1"); err != nil {
		t.Error(err)
	}
	_ = input.Close()
	if err := stranger.Wait(); err == nil {
		t.Error("the process of the fleet ended by itself")
	}
}

// TestFleetComesUpServesAndGoesDown is what make up and make down do, with a party killed and
// started again and its node killed under way: no process is left, and nothing is lost.
func TestFleetComesUpServesAndGoesDown(t *testing.T) {
	t.Parallel()
	fleet, ctx := raisedFleet(t, FleetOptions{Nodes: 1, Parties: 3, Threshold: 2})
	_, err := RaiseFleet(ctx, FleetOptions{Data: fleet.dir, Nodes: 1, Parties: 3, Threshold: 2,
		Period: time.Second, Progress: t.Output()})
	if messages.CodeOf(err) != messages.CodeConflict {
		t.Errorf("a fleet that runs comes up again: %v", err)
	}
	user := newTraffic(ctx, t, fleet, 12)
	stop := user.flow(ctx, fleetPeriod)
	for _, name := range []string{partyName(3), nodeName(1), partyName(1)} {
		if err := fleet.Kill(ctx, name); err != nil {
			t.Fatal(err)
		}
		if fleet.Alive(name) {
			t.Errorf("%s is killed and runs", name)
		}
		if err := fleet.Start(name); err != nil {
			t.Fatal(err)
		}
		if err := fleet.AwaitReady(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := waitFor(ctx, awaitPoll, user.allAsked); err != nil {
		t.Fatal(err)
	}
	stop()
	user.finish(ctx, t)
	if leader, err := fleet.Leader(ctx); leader != nodeName(1) || err != nil {
		t.Errorf("%q leads, %v", leader, err)
	}
	// Whoever is frozen is ended, too.
	if err := fleet.Freeze(partyName(2)); err != nil {
		t.Fatal(err)
	}
	var pids []ownProcess
	for _, member := range fleet.Members() {
		pids = append(pids, must(fleet.process(member.Name))(t))
	}
	for round, want := range []bool{true, false} {
		for _, end := range must(fleet.Down(context.WithoutCancel(ctx)))(t) {
			if end.Ran != want || end.Forced {
				t.Errorf("down, %d: %+v", round, end)
			}
		}
	}
	for _, p := range pids {
		if p.alive() {
			t.Errorf("process %d is left", p.pid)
		}
	}
}
