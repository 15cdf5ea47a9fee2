package demo

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kmsgateway/bootstrap"
)

// builtProgram builds the program that operators run.
func builtProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gateway")
	build := exec.Command("go", "build", "-o", binary, "../gateway")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// process is the program itself, run as an operator runs it.
type process struct {
	command *exec.Cmd
	ended   chan error
}

// start runs the program with a configuration and waits until it says that it is ready.
func start(t *testing.T, binary string, config any, args ...string) *process {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := writeConfig(path, config); err != nil {
		t.Fatal(err)
	}
	p := &process{command: exec.Command(binary, append(args, "--config", path)...),
		ended: make(chan error, 1)}
	p.command.Stderr = t.Output()
	out, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.command.Process.Kill() }) // where it has not ended by itself
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "ready: ") {
		t.Fatalf("the program says %q: %v", lines.Text(), p.command.Wait())
	}
	go func() { p.ended <- p.command.Wait() }()
	return p
}

// stop sends SIGTERM and returns how the program ended.
func (p *process) stop(t *testing.T) error {
	t.Helper()
	p.signal(t)
	return p.end(t)
}

func (p *process) signal(t *testing.T) {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// end awaits the program's end, and returns how it came.
func (p *process) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.ended:
		return err
	case <-time.After(bootstrap.DrainTime + 5*time.Second):
		t.Fatal("the program does not stop")
		return nil
	}
}

// TestProcessesServeAndStopOnSIGTERM replaces the stage's node and a party by processes of their
// own, asks for a note, and stops them as an operator would.
func TestProcessesServeAndStopOnSIGTERM(t *testing.T) {
	t.Parallel()
	binary := builtProgram(t)
	s, ctx := stageFor(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	party := must(s.partyConfig(0, s.dealing.Shares[0]))(t)
	party.Party.Listen = s.parties[0].Addr()
	for _, stop := range []func(context.Context) error{s.node.Stop, s.parties[0].Stop,
		s.parties[2].Stop} {
		if err := stop(ctx); err != nil {
			t.Fatal(err)
		}
	}
	partyProcess := start(t, binary, party, "party", "run")
	nodeProcess := start(t, binary, must(s.nodeConfig())(t), "run")
	note := must(s.writeNote(ctx, s.user, []byte("through processes")))(t)
	must(s.openNote(ctx, note))(t)
	if err := s.awaitEnded(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if wrong := must(s.read(ctx))(t).wrong([]secret{note}); wrong != 0 {
		t.Error("the plaintext is not what was encrypted")
	}
	if err := nodeProcess.stop(t); err != nil {
		t.Errorf("the node ends with %v", err)
	}
	if err := partyProcess.stop(t); err != nil {
		t.Errorf("the party ends with %v", err)
	}
	again := start(t, binary, party, "party", "run")
	if err := again.stop(t); err != nil {
		t.Errorf("a party on the same folder ends with %v", err)
	}
	t.Run("a second signal", func(t *testing.T) {
		hurried := must(s.nodeConfig())(t)
		hurried.Node.HTTP = freeAddress(t)
		start(t, binary, hurried, "run").hurry(t, hurried.Node.HTTP)
	})
}

// hurry holds the program's drain up with half a question, and sends a second SIGTERM once the
// first was taken.
func (p *process) hurry(t *testing.T, address string) {
	t.Helper()
	question := must(net.Dial("tcp", address))(t)
	defer func() { _ = question.Close() }() // the program ends it
	must(io.WriteString(question, "GET /li"))(t)
	get(t, "http://"+address+"/livez") // it came later, so the half question was let in
	p.signal(t)
	taken := func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
		}
		return err != nil
	}
	if err := waitFor(t.Context(), receiptPoll, taken); err != nil {
		t.Fatal(err)
	}
	p.signal(t)
	err := p.end(t)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the program drained to its end: %v", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("the program ends with %v, want it ended by the signal", exit)
	}
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer func() { _ = listener.Close() }() // it was never used
	return listener.Addr().String()
}
