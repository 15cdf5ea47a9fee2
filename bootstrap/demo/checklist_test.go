package demo

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"kmsgateway/messages"
)

// The checklist of the house: what every room owes to those who run it. The rooms are read from
// package messages, so a new one that owes something fails here.

// rooms reads the Room constants from their source.
func rooms(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../messages/fact.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Room") {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
			name, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, name)
		}
		return true
	})
	if len(found) < 11 {
		t.Fatalf("found only the rooms %v", found)
	}
	return found
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestChecklist plays a story and then asks every room for what it owes.
func TestChecklist(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	_, s := playStory(t, Options{Requests: 3, Parties: 3, Threshold: 2, Nodes: 3,
		Spans: spans})
	node, party := "http://"+s.node.Addr(), "http://"+s.parties[0].HTTP()
	everywhere := func(path string) (all string) { // whichever node leads
		for _, node := range s.nodes() {
			all += get(t, "http://"+node.Addr()+path)
		}
		return all + get(t, party+path)
	}

	t.Run("health", func(t *testing.T) {
		ready := everywhere("/readyz")
		for _, room := range rooms(t) {
			if !strings.Contains(ready, fmt.Sprintf(`"room":%q`, room)) {
				t.Errorf("%s contributes nothing to /readyz", room)
			}
		}
	})
	t.Run("metric", func(t *testing.T) {
		metrics := everywhere("/metrics")
		for _, room := range rooms(t) {
			counted := regexp.MustCompile(`(?m)^gateway_\w+_total\{[^}]*room="` + room + `"[^}]*\} [1-9]`)
			if !counted.MatchString(metrics) {
				t.Errorf("no counter of %s has moved", room)
			}
		}
		for _, cache := range []string{"derived_keys", "hashes", "coefficients", "ciphertexts"} {
			if !strings.Contains(metrics, `cache="`+cache+`"`) {
				t.Errorf("the hit rate of %s is not told", cache)
			}
		}
	})
	t.Run("span", func(t *testing.T) { checkSpans(t, spans.Ended()) })
	t.Run("stop", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), stopTime)
		defer cancel()
		if err := s.node.Stop(ctx); err != nil {
			t.Errorf("the node stops with %v", err)
		}
		if err := s.parties[0].Stop(ctx); err != nil {
			t.Errorf("the party stops with %v", err)
		}
		for _, address := range []string{strings.TrimPrefix(node, "http://"),
			strings.TrimPrefix(party, "http://"), s.parties[0].Addr()} {
			if connection, err := net.Dial("tcp", address); err == nil {
				_ = connection.Close()
				t.Errorf("%s still listens", address)
			}
		}
	})
}

// beside are the rooms that no request passes through.
var beside = map[string]bool{string(messages.RoomTrust): true, string(messages.RoomMembers): true}

// checkSpans wants a span of every room, and one trace of a request through the rooms of its life
// and into the party, all below the derived root.
func checkSpans(t *testing.T, spans []sdktrace.ReadOnlySpan) {
	t.Helper()
	seen := make(map[string]bool)
	traces := make(map[string]map[string]bool)
	for _, span := range spans {
		room, _, _ := strings.Cut(span.Name(), " ")
		seen[room] = true
		trace := span.SpanContext().TraceID().String()
		if traces[trace] == nil {
			traces[trace] = make(map[string]bool)
		}
		traces[trace][room] = true
	}
	for _, room := range rooms(t) {
		if !seen[room] {
			t.Errorf("%s has no span", room)
		}
	}
	whole := slices.ContainsFunc(spans, func(root sdktrace.ReadOnlySpan) bool {
		if root.Name() != "request" {
			return false
		}
		missing := 0
		for _, room := range rooms(t) {
			if beside[room] {
				continue
			}
			if !traces[root.SpanContext().TraceID().String()][room] {
				missing++
			}
		}
		return missing == 0 && childrenOf(root, spans)
	})
	if !whole {
		t.Errorf("no trace leads through every room: %v", traces)
	}
}

// childrenOf tells whether every other span of the root's trace is its child.
func childrenOf(root sdktrace.ReadOnlySpan, spans []sdktrace.ReadOnlySpan) bool {
	return !slices.ContainsFunc(spans, func(span sdktrace.ReadOnlySpan) bool {
		return span.SpanContext().TraceID() == root.SpanContext().TraceID() &&
			span.SpanContext().SpanID() != root.SpanContext().SpanID() &&
			span.Parent().SpanID() != root.SpanContext().SpanID()
	})
}

// TestClientsAreBuiltInOnePlace reads the sources: whoever dials something outside the process does
// so in one constructor, in a package that guards its calls with a circuit.
func TestClientsAreBuiltInOnePlace(t *testing.T) {
	dials := map[string][]string{`grpc\.NewClient\(`: nil, `rpc\.Dial|ethclient\.Dial`: nil}
	house := os.DirFS("../..")
	err := fs.WalkDir(house, ".", func(path string, entry fs.DirEntry, err error) error {
		skip := strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") ||
			strings.HasPrefix(path, "bootstrap/demo") || strings.Contains(path, "node_modules") ||
			strings.HasPrefix(path, ".")
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || skip {
			return err
		}
		text, err := fs.ReadFile(house, path)
		for pattern := range dials {
			if regexp.MustCompile(pattern).Match(text) {
				dials[pattern] = append(dials[pattern], path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for pattern, files := range dials {
		if len(files) != 1 {
			t.Errorf("%s is called in %v, want one place", pattern, files)
			continue
		}
		guarded := false
		siblings, err := fs.Glob(house, filepath.ToSlash(filepath.Dir(files[0]))+"/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, sibling := range siblings {
			text, err := fs.ReadFile(house, sibling)
			if err != nil {
				t.Fatal(err)
			}
			guarded = guarded || strings.Contains(string(text), "circuit.New(")
		}
		if !guarded {
			t.Errorf("%s dials without a circuit", files[0])
		}
	}
}

// TestADeadEndpointOpensItsCircuit ends the chain under a running node and expects the node to stop
// calling it, and to say so.
func TestADeadEndpointOpensItsCircuit(t *testing.T) {
	t.Parallel()
	_, s := playStory(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	s.halt()
	<-s.blocks.done
	if err := s.chain.Close(); err != nil {
		t.Fatal(err)
	}
	s.chain = nil
	opened := func() bool {
		return slices.ContainsFunc(s.facts.history(), func(fact messages.Fact) bool {
			return fact.Name == messages.FactCircuitChanged && fact.Room == messages.RoomEthereum &&
				fact.Code == messages.CodeCircuitOpen
		})
	}
	if err := waitFor(t.Context(), awaitPoll, opened); err != nil {
		t.Fatal(err)
	}
	ready := get(t, "http://"+s.node.Addr()+"/readyz")
	if !strings.Contains(ready, `"room":"ethereum","grade":"down"`) {
		t.Errorf("health does not show the dead endpoint: %s", ready)
	}
}
