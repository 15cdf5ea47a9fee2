package bootstrap_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The import law, read from the files themselves: `go list` in a child process would be invisible
// to the test cache, and a law that is cached is no law.

const (
	module     = "kmsgateway/"
	protoactor = "github.com/asynkron/protoactor-go/"
	goEthereum = "github.com/ethereum/go-ethereum"
)

// topLevel is the fixed top of the tree; dot-files are free.
var topLevel = []string{
	"Makefile", "README.md", "actors", "bootstrap", "cluster", "crypto", "go.mod", "go.sum",
	"messages", "simulations",
}

// floors lists the house from the top down. A folder lives on the floor of its longest prefix;
// imports go down or stay level.
var floors = [][]string{
	{"simulations"},
	{"bootstrap/gateway"},
	{"bootstrap/demo"},
	{"bootstrap"},
	{"actors/ethereum", "actors/kms/remote", "cluster"},
	{"actors", "cluster/ledger", "cluster/content"},
	{"simulations/laws"},
	{"messages", "crypto"},
}

// impure lists what crypto must not touch: its randomness is an io.Reader, its time an argument.
var impure = []string{"net", "log", "time", "os", "syscall", "context", "crypto/rand", "math/rand"}

// nameless lists names that say nothing about what is inside.
var nameless = []string{"util", "utils", "common", "helper", "helpers", "misc", "types"}

// source is one Go file as the laws see it.
type source struct {
	path       string   // slash-separated, relative to the root of the tree
	imports    []string // import paths
	inits      bool     // declares func init()
	goroutines bool     // holds a go statement
}

func (s source) dir() string                  { return path.Dir(s.path) }
func (s source) test() bool                   { return strings.HasSuffix(s.path, "_test.go") }
func (s source) under(folders ...string) bool { return under(s.path, folders...) }

// suite tells whether the file belongs to a shared test suite: chaintest, kmstest and their like.
func (s source) suite() bool {
	return strings.HasSuffix(s.dir(), "test")
}

// law is one rule of the house. forbids judges each import, refuses the file as a whole.
type law struct {
	name    string
	says    string
	forbids func(file source, imported string) bool
	refuses func(file source) bool
}

var laws = []law{
	{
		name:    "imports go down",
		says:    "a floor imports only itself and the floors below",
		forbids: climbs,
	},
	{
		name: "rooms apart",
		says: "no room of actors imports another; only an adapter may, and never another adapter",
		forbids: func(file source, imported string) bool {
			from, to := room(file.dir()), room(ours(imported))
			return file.under("actors") && to != "" && from != to && (!adapter(from) || adapter(to))
		},
	},
	{
		name: "rooms and cluster apart",
		says: "of the rooms the cluster knows the root package actors only; rooms know no cluster",
		forbids: func(file source, imported string) bool {
			return file.under("cluster") && room(ours(imported)) != "" ||
				file.under("actors") && under(ours(imported), "cluster")
		},
	},
	{
		name: "crypto is pure",
		says: "crypto imports nothing of ours, no clock, log, network, system or randomness, " +
			"and starts no goroutine",
		forbids: func(file source, imported string) bool {
			return file.under("crypto") && (ours(imported) != "" && !under(ours(imported), "crypto") ||
				!file.test() && under(imported, impure...))
		},
		refuses: func(file source) bool {
			return file.under("crypto") && !file.test() && file.goroutines
		},
	},
	{
		name: "messages is the ground",
		says: "messages imports nothing of ours; the contracts' tests use real crypto",
		forbids: func(file source, imported string) bool {
			free := file.test() && file.under("messages/contracts") && under(ours(imported), "crypto")
			return file.under("messages") && ours(imported) != "" &&
				!under(ours(imported), "messages") && !free
		},
	},
	{
		name: "contract bindings",
		says: "only actors/ethereum and bootstrap/demo import messages/contracts",
		forbids: func(file source, imported string) bool {
			return under(ours(imported), "messages/contracts") && !file.test() && !file.suite() &&
				!file.under("messages/contracts", "actors/ethereum", "bootstrap/demo")
		},
	},
	{
		name: "go-ethereum",
		says: "only actors/ethereum, messages/contracts and bootstrap/demo import go-ethereum",
		forbids: func(file source, imported string) bool {
			return under(imported, goEthereum) && !file.test() && !file.suite() &&
				!file.under("messages/contracts", "actors/ethereum", "bootstrap/demo")
		},
	},
	{
		name: "protoactor",
		says: "of protoactor the house sees actor; only cluster/wire.go sees remote",
		forbids: func(file source, imported string) bool {
			wire := file.path == "cluster/wire.go" && imported == protoactor+"remote"
			return strings.HasPrefix(imported, protoactor) && imported != protoactor+"actor" && !wire
		},
	},
	{
		name: "testing stays in tests",
		says: "production code does not import testing",
		forbids: func(file source, imported string) bool {
			free := file.test() || file.suite() ||
				file.under("simulations") && !file.under("simulations/laws")
			return under(imported, "testing") && !free
		},
	},
	{
		name: "no init",
		says: "nothing happens by being imported: no func init()",
		refuses: func(file source) bool {
			return file.inits && !file.test() && !strings.HasSuffix(file.path, ".pb.go")
		},
	},
	{
		name: "laws are pure",
		says: "of ours simulations/laws imports only messages and crypto",
		forbids: func(file source, imported string) bool {
			return file.under("simulations/laws") && ours(imported) != "" &&
				!under(ours(imported), "simulations/laws", "messages", "crypto")
		},
	},
	{
		name: "rooms are named",
		says: "no package or file is named for nothing (util, common, helpers, types)",
		refuses: func(file source) bool {
			stem := strings.TrimSuffix(path.Base(file.path), ".go")
			return slices.Contains(nameless, strings.TrimSuffix(stem, "_test")) ||
				slices.Contains(nameless, path.Base(file.dir()))
		},
	},
}

// ours returns the folder of one of our packages, "" for a foreign one.
func ours(imported string) string {
	folder, found := strings.CutPrefix(imported, module)
	if !found {
		return ""
	}
	return folder
}

// under tells whether name is one of the folders or lies inside one.
func under(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return name == folder || strings.HasPrefix(name, folder+"/")
	})
}

func adapter(room string) bool { return room == "actors/ethereum" || room == "actors/kms/remote" }

// room names the room of actors that a folder belongs to, "" for any other and for actors itself.
func room(folder string) string {
	if under(folder, "actors/kms/remote") {
		return "actors/kms/remote"
	}
	parts := strings.Split(folder, "/")
	if len(parts) < 2 || parts[0] != "actors" {
		return ""
	}
	return strings.Join(parts[:2], "/")
}

// floor counts from the ground, -1 for a folder that is not in the house.
func floor(folder string) int {
	level, longest := -1, ""
	for i, names := range floors {
		for _, name := range names {
			if under(folder, name) && len(name) > len(longest) {
				level, longest = len(floors)-i, name
			}
		}
	}
	return level
}

func climbs(file source, imported string) bool {
	return ours(imported) != "" && floor(ours(imported)) > floor(file.dir())
}

// breaches holds every file to every law and returns what is broken, by law.
func breaches(files []source) map[string][]string {
	broken := map[string][]string{}
	for _, file := range files {
		for _, law := range laws {
			if law.refuses != nil && law.refuses(file) {
				broken[law.name] = append(broken[law.name], fmt.Sprintf("%s: %s", file.path, law.says))
			}
			for _, imported := range file.imports {
				if law.forbids != nil && law.forbids(file, imported) {
					broken[law.name] = append(broken[law.name],
						fmt.Sprintf("%s imports %s: %s", file.path, imported, law.says))
				}
			}
		}
	}
	return broken
}

// readTree parses every Go file below root but those in dot-folders, node_modules and testdata.
func readTree(root string) ([]source, error) {
	var files []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != root && (base[0] == '.' || base == "node_modules" || base == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(base) != ".go" {
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		file, err := readSource(name, filepath.ToSlash(relative))
		files = append(files, file)
		return err
	})
	return files, err
}

func readSource(name, relative string) (source, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	file := source{path: relative}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		file.imports = append(file.imports, imported)
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.GoStmt:
			file.goroutines = true
		case *ast.FuncDecl:
			file.inits = file.inits || node.Recv == nil && node.Name.Name == "init"
		}
		return true
	})
	return file, nil
}

// misplaced compares the visible names at the top of a tree with the fixed list.
func misplaced(names []string) (missing, extra []string) {
	for _, name := range topLevel {
		if !slices.Contains(names, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range names {
		if name[0] != '.' && !slices.Contains(topLevel, name) {
			extra = append(extra, name)
		}
	}
	return missing, extra
}

func TestRoomsTopLevelIsFixed(t *testing.T) {
	var names []string
	for _, name := range listed(t, "..") {
		top, _, _ := strings.Cut(name, "/")
		if !slices.Contains(names, top) {
			names = append(names, top)
		}
	}
	missing, extra := misplaced(names)
	if len(missing)+len(extra) > 0 {
		t.Errorf("top level: missing %v, not foreseen %v", missing, extra)
	}
}

func TestRoomsKeepTheLaw(t *testing.T) {
	files, err := readTree("..")
	if err != nil {
		t.Fatal(err)
	}
	broken := breaches(files)
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) {
			for _, breach := range broken[law.name] {
				t.Error(breach)
			}
		})
	}
}
