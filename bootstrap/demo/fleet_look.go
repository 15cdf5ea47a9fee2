package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"kmsgateway/bootstrap"
)

// Bounds of a look at a member.
const (
	lookTime = 2 * time.Second // of one question
	maxLook  = 1 << 20         // of an answer, in bytes
	readyFor = 2 * time.Minute // until a process that was started must be ready
	lookPoll = 50 * time.Millisecond
)

// ask gets a member's answer to a path and decodes it; a status other than 200 is an error.
func (f *Fleet) ask(ctx context.Context, member Member, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+member.HTTP+path, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", member.Name, err)
	}
	request.Close = true // a process that is killed and started again is asked anew
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask %s: %w", member.Name, err)
	}
	defer func() { _ = response.Body.Close() }() // read to its end
	text, err := io.ReadAll(io.LimitReader(response.Body, maxLook))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	if err != nil {
		return fmt.Errorf("ask %s: %w", member.Name, err)
	}
	return nil
}

func (f *Fleet) answers(ctx context.Context, member Member, path string) bool {
	var anything any
	return f.ask(ctx, member, path, &anything) == nil
}

// Status is what a node tells of itself.
func (f *Fleet) Status(ctx context.Context, name string) (status bootstrap.NodeStatus, err error) {
	member, err := f.member(name)
	if err != nil {
		return status, err
	}
	return status, f.ask(ctx, member, "/v1/status", &status)
}

// ErrNoLeader says that no node of a fleet knows itself to lead.
var ErrNoLeader = errors.New("no node leads")

// Leader names the node that leads: others say so and it says so itself, which a node that was
// just killed does not.
func (f *Fleet) Leader(ctx context.Context) (string, error) {
	for _, node := range f.of(roleNode) {
		status, err := f.Status(ctx, node.Name)
		if err == nil && status.Leader == node.Name {
			return node.Name, nil
		}
	}
	return "", ErrNoLeader
}

// ready tells whether a member does its work. A node also has to know who leads, which it learns
// when it has its seat in the cluster.
func (f *Fleet) ready(ctx context.Context, member Member) bool {
	if member.Role == roleChain {
		return f.Alive(member.Name)
	}
	if !f.answers(ctx, member, "/readyz") {
		return false
	}
	if member.Role == roleParty {
		return true
	}
	status, err := f.Status(ctx, member.Name)
	return err == nil && status.Leader != ""
}

// AwaitReady waits until the named members are ready, or all where none is named.
func (f *Fleet) AwaitReady(ctx context.Context, names ...string) error {
	if len(names) == 0 {
		for _, member := range f.plan.Members {
			names = append(names, member.Name)
		}
	}
	for at, name := range names {
		member, err := f.member(name)
		if err != nil {
			return err
		}
		if err := f.await(ctx, name, func() bool { return f.ready(ctx, member) }); err != nil {
			return err
		}
		if len(names) > 1 {
			f.say("%s is ready, %d of %d", name, at+1, len(names))
		}
	}
	return nil
}

// AwaitVoters waits until three nodes elect the leader, so that one of them may die. Nodes that
// have just joined are watched for a while before they vote.
func (f *Fleet) AwaitVoters(ctx context.Context) error {
	nodes := f.of(roleNode)
	return f.await(ctx, nodes[0].Name, func() bool {
		status, err := f.Status(ctx, nodes[0].Name)
		return err == nil && len(status.Voters) >= leastVoters
	})
}

// leastVoters is how many voters a cluster has unless it is told otherwise.
const leastVoters = 3

// await waits for something that a member must do; the error shows the last it said where it has
// ended or is too slow.
func (f *Fleet) await(ctx context.Context, name string, done func() bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyFor, errImpatient)
	defer cancel()
	ended := false
	err := waitFor(ctx, lookPoll, func() bool {
		ended = !f.Alive(name)
		return ended || done()
	})
	if ended {
		err = errors.New("it has ended")
	}
	if err != nil {
		return fmt.Errorf("%s: %w; %s says last: %s", name, err, f.logPath(name),
			lastLine(f.logPath(name)))
	}
	return nil
}

// maxLastLine bounds what is shown of a log, in bytes.
const maxLastLine = 512

func lastLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	last := lines[len(lines)-1]
	return last[:min(len(last), maxLastLine)]
}

// WriteTable prints who runs where: one line a process.
func (f *Fleet) WriteTable(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "NAME\tROLE\tREGION\tPID\tMEMORY\tHTTP") // Flush reports the error
	for _, member := range f.plan.Members {
		pid, memory := "-", "-"
		if p, err := f.process(member.Name); err == nil && p.alive() {
			pid, memory = fmt.Sprint(p.pid), fmt.Sprintf("%d MB", p.memory()>>20)
		}
		region := member.Region
		if region == "" {
			region = "-"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\thttp://%s\n", member.Name, member.Role, region,
			pid, memory, member.HTTP)
	}
	return table.Flush()
}
