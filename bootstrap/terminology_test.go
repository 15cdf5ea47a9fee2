package bootstrap_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What no text of this project says. The patterns are assembled from halves, so that this file
// keeps the rules it enforces.

// between is what may stand between two words of a term: nothing, a hyphen, or a line break with
// the next line's comment sign.
const between = `[-\s/*#_]*`

var (
	anyTeller  = regexp.MustCompile(`(?i)ora` + `cle`)
	termTeller = regexp.MustCompile(`(?i)(decryption|random|padding)` + between + `ora` + `cle`)
)

// saying is one rule of what a text may not hold, with the reason shown beside each find.
type saying struct {
	name, why string
	find      *regexp.Regexp
	forgives  *regexp.Regexp // blanked out before find looks; nil forgives nothing
}

var sayings = []saying{
	{
		name:     "one word for the gateway",
		why:      "say gateway; the other word is for decryption, random and padding only",
		find:     anyTeller,
		forgives: termTeller,
	},
	{
		name: "no path of one machine",
		why:  "this path exists on one machine only",
		find: regexp.MustCompile(`(^|[^\w.*}])/(` + `root|home|tmp|work)/\w`),
	},
	{
		name: "no registry host",
		why:  "which registry serves a package is the machine's own setting",
		find: regexp.MustCompile(`(?i)\b(registry|proxy|sum|deb|mirror)` + `\.[a-z0-9-]+\.(org|com|net|io)\b`),
	},
	{
		name: "nothing unfinished",
		why:  "finish it, or file it where work is filed",
		find: regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`),
	},
}

// finds returns one line for each place in the text, or in its name, that a saying objects to.
func (s saying) finds(name, text string) []string {
	if s.forgives != nil {
		text = s.forgives.ReplaceAllStringFunc(text, blank)
		name = s.forgives.ReplaceAllStringFunc(name, blank)
	}
	var found []string
	if s.find.MatchString(name) {
		found = append(found, fmt.Sprintf("%s: its name: %s", name, s.why))
	}
	for _, place := range s.find.FindAllStringIndex(text, -1) {
		line := 1 + strings.Count(text[:place[1]], "\n")
		found = append(found, fmt.Sprintf("%s:%d: %q: %s", name, line, text[place[0]:place[1]], s.why))
	}
	return found
}

// blank keeps line breaks, so that later finds name the right line.
func blank(text string) string {
	return strings.Repeat("\n", strings.Count(text, "\n"))
}

// listed returns the files of the tree at root that git tracks or would track.
func listed(t *testing.T, root string) []string {
	t.Helper()
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = root
	output, err := git.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00")
}

// readText returns a file's text, "" for a binary one and for one deleted but not yet committed.
func readText(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return ""
	}
	return string(content)
}

func TestTerminologyOfEveryTrackedFile(t *testing.T) {
	texts := map[string]string{}
	for _, name := range listed(t, "..") {
		texts[name] = readText(t, filepath.Join("..", name))
	}
	for _, saying := range sayings {
		t.Run(saying.name, func(t *testing.T) {
			for name, text := range texts {
				for _, find := range saying.finds(name, text) {
					t.Error(find)
				}
			}
		})
	}
}

func TestTerminologyCheckerNoticesEveryBreach(t *testing.T) {
	// Rows write @ for the word and ~ for nothing, which splits what this file may not say.
	texts := []struct {
		name, text string
		saying     string // the one that objects; "" when the text is fine
		line       int
	}{
		{"a.go", "the gateway\nis an @", "one word for the gateway", 2},
		{"a.go", "type Gateway@ struct{}", "one word for the gateway", 1},
		{"a.go", "a price @ and a random @", "one word for the gateway", 1},
		{"price@.go", "package p", "one word for the gateway", 0},
		{"a.go", "a random @, a padding-@ and DecryptionOra~cle", "", 0},
		{"a.go", "// a decryption\n// @", "", 0},
		{"a.md", "cd /ro~ot/gateway", "no path of one machine", 1},
		{"a.yaml", "a: b\ndir: \"/tm~p/x\"", "no path of one machine", 2},
		{"a.md", "see node_modules/tmp/lib, ./tmp/x, $HOME/work/x", "", 0},
		{"package-lock.json", "https://regis~try.npmjs.org/x", "no registry host", 1},
		{"a.go", "pro~xy.golang.org", "no registry host", 1},
		{"a.go", "registry.Lookup(key)", "", 0},
		{"a.go", "// TO~DO later", "nothing unfinished", 1},
		{"a.sol", "\n\n// FIX~ME", "nothing unfinished", 3},
		{"a.go", "context.TO~DO()", "nothing unfinished", 1},
	}
	spell := strings.NewReplacer("@", "ora"+"cle", "~", "")
	for _, row := range texts {
		t.Run(row.text, func(t *testing.T) {
			var objections []string
			for _, saying := range sayings {
				for _, find := range saying.finds(spell.Replace(row.name), spell.Replace(row.text)) {
					objections = append(objections, saying.name)
					if place := fmt.Sprintf(":%d:", row.line); row.line > 0 && !strings.Contains(find, place) {
						t.Errorf("%q is not at line %d", find, row.line)
					}
				}
			}
			if got := strings.Join(objections, " "); got != row.saying {
				t.Errorf("objections %q, want %q", got, row.saying)
			}
		})
	}
}
