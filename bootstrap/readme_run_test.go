//go:build readme

package bootstrap_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// blockLimit bounds one block: the slowest builds the whole stack cold on two cores.
const blockLimit = 15 * time.Minute

// TestOperatorsTerminalRuns types what an operator is told to type into one shell.
func TestOperatorsTerminalRuns(t *testing.T) {
	markdown, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := blocks(string(markdown))
	if err != nil {
		t.Fatalf("README.md: %v", err)
	}
	script := terminal(found)
	if script == "" {
		t.Fatal("nothing is typed")
	}
	runBlock(t, clone(t, t.TempDir()), script)
}

// TestReadmeBlocksRun does what README tells its reader to do, on the committed tree.
func TestReadmeBlocksRun(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := blocks(string(readme))
	if err != nil {
		t.Fatalf("README.md: %v", err)
	}
	journey, stage := filepath.Join(t.TempDir(), "dapp"), t.TempDir()
	if err := os.Mkdir(journey, 0o755); err != nil {
		t.Fatal(err)
	}
	clone(t, filepath.Dir(journey))
	ran := 0
	for _, block := range found {
		passed := t.Run(fmt.Sprintf("line %d %s %s", block.line, block.run, block.file), func(t *testing.T) {
			switch block.run {
			case runClone:
				runBlock(t, clone(t, stage), block.text)
			case runEmpty:
				runBlock(t, journey, block.text)
			case runFile:
				writeBlock(t, filepath.Join(journey, block.file), block.text)
			}
		})
		if !passed {
			return // what follows builds on it
		}
		if block.run != runNone {
			ran++
		}
	}
	if ran == 0 {
		t.Error("README.md holds no block to run")
	}
}

// clone makes a fresh clone of the committed tree, named as README names it. Each takes the place
// of the last, since the build cache tells apart by path.
func clone(t *testing.T, parent string) string {
	t.Helper()
	target := filepath.Join(parent, "kmsgateway")
	if err := os.RemoveAll(target); err != nil {
		t.Fatal(err)
	}
	git := exec.Command("git", "clone", "--quiet", "--no-hardlinks", "..", target)
	if output, err := git.CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v\n%s", err, output)
	}
	return target
}

// runBlock runs commands as a reader's shell would, stopping at the first that fails. At the end,
// or at the limit, its process group is killed: nothing that a block started outlives it.
func runBlock(t *testing.T, directory, commands string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), blockLimit)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", commands)
	shell.Dir = directory
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Cancel = func() error {
		if shell.Process == nil {
			return nil
		}
		return syscall.Kill(-shell.Process.Pid, syscall.SIGKILL)
	}
	// A file, not a pipe: a pipe would wait for whatever the block leaves running.
	screen, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	shell.Stdout, shell.Stderr = screen, screen
	start := time.Now()
	err = shell.Run()
	_ = shell.Cancel() // errs when the block left nothing behind, as it should
	if err != nil {
		output, _ := os.ReadFile(screen.Name())
		t.Fatalf("%s\n%s\nafter %v: %v", commands, output, time.Since(start), err)
	}
	t.Logf("%v", time.Since(start).Round(time.Millisecond))
}

func writeBlock(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
