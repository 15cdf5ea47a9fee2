package bootstrap_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// README's command blocks are run, so each says where, in a comment on the line above its fence:
//
//	<!-- run: clone -->     in a fresh clone of the committed tree
//	<!-- run: empty -->     in the one directory, empty at first, of the dApp author's journey; a
//	                        clone named kmsgateway lies beside it, as ../kmsgateway
//	<!-- run: operator -->  in the operator's one terminal, in a clone: these blocks are typed into
//	                        one shell, one after the other, and what they start runs on between them
//	<!-- run: none -->      nowhere: for `make check`, which runs this test
//	<!-- file: NAME -->     not commands: the block is written to NAME in the journey's directory
//
// Journey steps share the directory and keep their order; each clone is used once.

const (
	runClone    = "clone"
	runEmpty    = "empty"
	runOperator = "operator"
	runNone     = "none"
	runFile     = "file"
)

// block is one fenced block of README that its reader would run or save.
type block struct {
	line int    // of the opening fence, from 1
	run  string // one of the run constants
	file string // where runFile writes the text
	text string // commands, or the file's content
}

var (
	marker  = regexp.MustCompile(`^<!-- (run|file): (\S+) -->$`)
	closing = regexp.MustCompile("^```+\\s*$")
	shells  = []string{"sh", "bash", "shell", "console"}
)

// blocks finds every marked block, and fails on a command block that nobody would run.
func blocks(markdown string) ([]block, error) {
	var found []block
	lines := strings.Split(markdown, "\n")
	for i := 0; i < len(lines); i++ {
		language, fenced := strings.CutPrefix(lines[i], "```")
		if !fenced && strings.HasPrefix(strings.TrimSpace(lines[i]), "```") {
			return nil, fmt.Errorf("line %d: an indented block would not be run", i+1)
		}
		if !fenced {
			continue
		}
		end := i + 1 + slices.IndexFunc(lines[i+1:], closing.MatchString)
		if end == i {
			return nil, fmt.Errorf("line %d: the block never ends", i+1)
		}
		mark := []string(nil)
		if i > 0 {
			mark = marker.FindStringSubmatch(strings.TrimSpace(lines[i-1]))
		}
		one, err := newBlock(strings.TrimSpace(language), mark, lines[i+1:end])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if one.run != "" {
			one.line = i + 1
			found = append(found, one)
		}
		i = end
	}
	return found, nil
}

// newBlock reads one block; its run is "" where there is nothing to run or write.
func newBlock(language string, mark, lines []string) (block, error) {
	text := strings.Join(lines, "\n") + "\n"
	isShell := slices.Contains(shells, language)
	switch {
	case mark == nil && isShell:
		return block{}, errors.New("the command block has no marker: " + lines[0])
	case mark == nil:
		return block{}, nil
	case mark[1] == "file" && !filepath.IsLocal(mark[2]):
		return block{}, fmt.Errorf("file %s leaves the directory", mark[2])
	case mark[1] == "file":
		return block{run: runFile, file: mark[2], text: text}, nil
	case !isShell:
		return block{}, fmt.Errorf("a block of %q cannot be run", language)
	case !slices.Contains([]string{runClone, runEmpty, runOperator, runNone}, mark[2]):
		return block{}, fmt.Errorf("unknown place %q", mark[2])
	case mark[2] == runNone && !strings.Contains(text, "make check"):
		return block{}, errors.New("only make check may stay unrun")
	}
	if language == "console" {
		text = typed(lines)
	}
	return block{run: mark[2], text: text}, nil
}

// typed keeps of a console transcript what follows its prompts.
func typed(lines []string) string {
	var commands strings.Builder
	for _, line := range lines {
		if command, found := strings.CutPrefix(line, "$ "); found {
			commands.WriteString(command + "\n")
		}
	}
	return commands.String()
}

// terminal joins the operator's blocks into the one script that they are. Each says where it begins,
// so that a failure shows which it was.
func terminal(found []block) string {
	var script strings.Builder
	for _, block := range found {
		if block.run == runOperator {
			fmt.Fprintf(&script, "echo '== line %d' >&2\n%s", block.line, block.text)
		}
	}
	return script.String()
}

func TestOperatorBlocksShareATerminal(t *testing.T) {
	markdown := strings.Join([]string{"<!-- run: operator -->", "```sh", "a=1 &", "```",
		"<!-- run: clone -->", "```sh", "ls", "```", "<!-- run: operator -->", "```sh", "wait", "```"}, "\n")
	found, err := blocks(markdown)
	want := "echo '== line 2' >&2\na=1 &\necho '== line 10' >&2\nwait\n"
	if got := terminal(found); err != nil || got != want {
		t.Errorf("the terminal is %q, %v", got, err)
	}
}

func TestReadmeBlocksAreFound(t *testing.T) {
	markdown := strings.Join([]string{
		"# Title", "<!-- run: clone -->", "```sh", "make demo", "make test", "```",
		"<!-- file: src/A.sol -->", "```solidity", "contract A {}", "```",
		"```text", "a drawing", "```",
		"<!-- run: empty -->", "```console", "$ forge build", "Compiling...", "$ ls", "```",
		"<!-- run: none -->", "```sh", "make check", "```",
	}, "\n")
	want := []block{
		{line: 3, run: runClone, text: "make demo\nmake test\n"},
		{line: 8, run: runFile, file: "src/A.sol", text: "contract A {}\n"},
		{line: 15, run: runEmpty, text: "forge build\nls\n"},
		{line: 21, run: runNone, text: "make check\n"},
	}
	got, err := blocks(markdown)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("blocks are %+v, %v; want %+v", got, err, want)
	}
}

func TestReadmeBlocksAreRefused(t *testing.T) {
	rows := []struct{ name, markdown, want string }{
		{"no marker", "text\n```sh\nmake demo\n```", "line 2: the command block has no marker: make demo"},
		{"no marker on the first line", "```bash\nls\n```", "line 1: the command block has no marker: ls"},
		{"marker not adjacent", "<!-- run: clone -->\n\n```sh\nls\n```", "no marker"},
		{"unrun without reason", "<!-- run: none -->\n```sh\nmake demo\n```", "only make check"},
		{"unknown place", "<!-- run: nowhere -->\n```sh\nls\n```", "unknown place"},
		{"not commands", "<!-- run: clone -->\n```go\nx\n```", "cannot be run"},
		{"file outside", "<!-- file: ../x -->\n```go\nx\n```", "leaves the directory"},
		{"indented", "1. do\n   ```sh\n   ls\n   ```", "line 2: an indented block"},
		{"endless", "```text\nx", "never ends"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, err := blocks(row.markdown)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("blocks are %+v, %v; want an error with %q", got, err, row.want)
			}
		})
	}
}
