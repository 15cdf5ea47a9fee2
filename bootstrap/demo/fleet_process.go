package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"kmsgateway/bootstrap"
	"kmsgateway/messages"
)

// ownProcess is a process of a fleet, known by its number and its birth: numbers are given again,
// and what is not ours must never be signalled.
type ownProcess struct {
	pid   int
	birth string // of processBirth
}

// ErrNotRunning says that a process of a fleet is not there.
var ErrNotRunning = errors.New("does not run")

// processBirth tells when a process was born: the boot and the tick of the system's clock. It is
// ErrNotRunning where there is none or it has ended and only waits to be asked how (proc(5)).
func processBirth(pid int) (string, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return "", ErrNotRunning
	}
	if err != nil {
		return "", fmt.Errorf("look for process %d: %w", pid, err)
	}
	const stateAt, birthAt = 0, 19 // after the name, which may hold anything
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= birthAt {
		return "", fmt.Errorf("look for process %d: %q", pid, text)
	}
	if state := string(fields[stateAt]); state == "Z" || state == "X" {
		return "", ErrNotRunning
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("tell this boot: %w", err)
	}
	return strings.TrimSpace(string(boot)) + "/" + string(fields[birthAt]), nil
}

// alive tells whether this very process runs.
func (p ownProcess) alive() bool {
	birth, err := processBirth(p.pid)
	return err == nil && birth == p.birth
}

// signal reaches this very process or none: the handle is taken before the birth is looked at, so
// that the number cannot change hands in between.
func (p ownProcess) signal(signal os.Signal) error {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return ErrNotRunning
	}
	defer func() { _ = handle.Release() }() // nothing is kept by it
	if !p.alive() {
		return ErrNotRunning
	}
	if err := handle.Signal(signal); errors.Is(err, os.ErrProcessDone) {
		return ErrNotRunning
	} else if err != nil {
		return fmt.Errorf("signal process %d: %w", p.pid, err)
	}
	return nil
}

// memory is the process's resident set in bytes, 0 where nobody knows.
func (p ownProcess) memory() int64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

func (f *Fleet) pidPath(name string) string { return f.path(name + ".pid") }
func (f *Fleet) logPath(name string) string { return f.path(name + ".log") }

// process reads a member's pid file; ErrNotRunning where it has none.
func (f *Fleet) process(name string) (ownProcess, error) {
	text, err := os.ReadFile(f.pidPath(name))
	if errors.Is(err, fs.ErrNotExist) {
		return ownProcess{}, ErrNotRunning
	}
	if err != nil {
		return ownProcess{}, messages.StorageFailed("read pid of "+name, err)
	}
	number, birth, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 1 || birth == "" {
		return ownProcess{}, messages.BadConfig(f.pidPath(name), "want a process number and its birth")
	}
	return ownProcess{pid, birth}, nil
}

// Alive tells whether a member's process runs; a frozen one does.
func (f *Fleet) Alive(name string) bool {
	p, err := f.process(name)
	return err == nil && p.alive()
}

// Start runs a member that is not running, in a session of its own, its output appended to its
// log. It does not wait until the member is ready.
func (f *Fleet) Start(name string) error {
	member, err := f.member(name)
	if err != nil {
		return err
	}
	if f.Alive(name) {
		return messages.Refused(messages.CodeConflict, "start "+name, "it runs already")
	}
	log, err := os.OpenFile(f.logPath(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return messages.StorageFailed("open log", err)
	}
	defer func() { _ = log.Close() }() // the process has its own
	line := slices.Concat(member.Within, []string{f.plan.Binary}, member.Args)
	command := exec.Command(line[0], line[1:]...)
	command.Dir, command.Env = f.dir, ownEnvironment(os.Environ())
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	birth, err := processBirth(command.Process.Pid)
	if err == nil {
		err = os.WriteFile(f.pidPath(name), fmt.Appendf(nil, "%d %s\n", command.Process.Pid, birth),
			0o600)
	}
	if err != nil {
		_ = command.Process.Kill() // nobody would find it again
	}
	go func() { _ = command.Wait() }() // how it ends, its log says
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	return nil
}

// ownEnvironment leaves out settings of the gateway: a value for one member would reach them all.
func ownEnvironment(environment []string) (own []string) {
	for _, pair := range environment {
		if !strings.HasPrefix(pair, "GATEWAY_") {
			own = append(own, pair)
		}
	}
	return own
}

// Kill ends a member as a crash would, and returns when it is gone.
func (f *Fleet) Kill(ctx context.Context, name string) error {
	return f.end(ctx, name, syscall.SIGKILL)
}

// Freeze stops a member in its tracks; it keeps memory and connections. Thaw lets it go on.
func (f *Fleet) Freeze(name string) error { return f.signal(name, syscall.SIGSTOP) }

// Thaw lets a frozen member go on.
func (f *Fleet) Thaw(name string) error { return f.signal(name, syscall.SIGCONT) }

func (f *Fleet) signal(name string, signals ...os.Signal) error {
	if _, err := f.member(name); err != nil {
		return err
	}
	p, err := f.process(name)
	for _, signal := range signals {
		if err == nil {
			err = p.signal(signal)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Stop has a member drain, and ends it where it takes longer than it may; forced says so.
func (f *Fleet) Stop(ctx context.Context, name string) (forced bool, err error) {
	drain, cancel := context.WithTimeout(ctx, bootstrap.DrainTime+drainMargin)
	defer cancel()
	// A frozen process hears of its end only when it goes on.
	err = f.end(drain, name, syscall.SIGTERM, syscall.SIGCONT)
	if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return false, err
	}
	return true, f.Kill(ctx, name)
}

// drainMargin is what a process may take beyond its drain to leave.
const drainMargin = 5 * time.Second

// endPoll is how often a process that must end is looked at.
const endPoll = 5 * time.Millisecond

// end signals a member and waits until it is gone. One that is gone already is no error.
func (f *Fleet) end(ctx context.Context, name string, signals ...os.Signal) error {
	err := f.signal(name, signals...)
	if err == nil {
		p, lost := f.process(name)
		if lost == nil {
			err = waitFor(ctx, endPoll, func() bool { return !p.alive() })
		}
	}
	if err != nil && !errors.Is(err, ErrNotRunning) {
		return err
	}
	if err := os.Remove(f.pidPath(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return messages.StorageFailed("remove pid file", err)
	}
	return nil
}
