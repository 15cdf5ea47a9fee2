package bootstrap

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"kmsgateway/messages"
)

// factNames reads the FactName constants from their source.
func factNames(t *testing.T) []messages.FactName {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../messages/fact.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []messages.FactName
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Fact") || len(spec.Values) != 1 {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, messages.FactName(name))
		return true
	})
	return names
}

func TestEveryFactHasARow(t *testing.T) {
	table := views()
	names := factNames(t)
	for _, name := range names {
		if _, known := table[name]; !known {
			t.Errorf("nobody watches for %s", name)
		}
	}
	if len(table) != len(names) || len(names) < 20 {
		t.Errorf("%d rows for %d facts", len(table), len(names))
	}
}

// TestAFactBecomesWhatItsRowSays publishes every fact once and looks at each sink.
func TestAFactBecomesWhatItsRowSays(t *testing.T) {
	var log bytes.Buffer
	reader := sdkmetric.NewManualReader()
	spans := tracetest.NewSpanRecorder()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	audit, err := openAudit(path, "node-1")
	if err != nil {
		t.Fatal(err)
	}
	var relayed []messages.FactName
	observer, err := NewObserver(
		slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)),
		sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans),
			sdktrace.WithIDGenerator(spanIDs{fresh: func(b []byte) { b[0]++; b[7] = 7 }})),
		audit, func(_ context.Context, f messages.Fact) { relayed = append(relayed, f.Name) })
	if err != nil {
		t.Fatal(err)
	}
	request := messages.RequestID{Chain: 1, Number: 7, Digest: messages.Hash{9}}
	for _, name := range factNames(t) {
		// The second kind of caller names no request but works on one.
		observer.Publish(messages.About(t.Context(), request), messages.Fact{Name: name,
			Room: messages.RoomRequest, At: time.Unix(100, 0), Took: time.Second, Party: 3,
			Region: "eu-west", Code: messages.CodeDeadline})
	}
	if err := audit.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	metrics := metricNames(t, reader)
	spanned := make(map[string]bool)
	for _, span := range spans.Ended() {
		spanned[span.Name()] = true
		if span.SpanContext().TraceID() != rootOf(request).TraceID() {
			t.Errorf("%s is in another trace", span.Name())
		}
	}
	for name, row := range views() {
		if !strings.Contains(log.String(), `"msg":"`+string(name)+`"`) {
			t.Errorf("%s is not logged", name)
		}
		if !metrics["gateway."+string(name)] || !metrics["gateway."+string(name)+".duration"] {
			t.Errorf("%s is not counted and timed", name)
		}
		if spanned["request "+string(name)] != row.span {
			t.Errorf("%s has a span: %v", name, !row.span)
		}
		if strings.Contains(string(text), `"fact":"`+string(name)+`"`) != row.audit {
			t.Errorf("%s is in the audit log: %v", name, !row.audit)
		}
	}
	if len(relayed) != len(views()) || !spanned["request"] {
		t.Errorf("%d facts relayed; root span: %v", len(relayed), spanned["request"])
	}
}

func metricNames(t *testing.T, reader *sdkmetric.ManualReader) map[string]bool {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, scope := range collected.ScopeMetrics {
		for _, one := range scope.Metrics {
			names[one.Name] = true
		}
	}
	return names
}
