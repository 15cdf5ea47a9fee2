package bootstrap

import (
	"bytes"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"kmsgateway/messages"
)

// watched is an observer with every sink in sight.
type watched struct {
	observer  *Observer
	telemetry *Telemetry
	audit     *auditLog
	path      string // of the audit log
	log       bytes.Buffer
	spans     *tracetest.SpanRecorder
	relayed   []messages.Fact
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{path: filepath.Join(t.TempDir(), "audit.jsonl"), spans: tracetest.NewSpanRecorder()}
	var err error
	w.telemetry, err = NewTelemetry(t.Context(), "node-1", LogSection{Level: "debug"},
		TelemetrySection{}, &w.log, w.spans)
	if err != nil {
		t.Fatal(err)
	}
	w.audit = openedAudit(t, w.path)
	w.observer, err = NewObserver(w.telemetry.log, w.telemetry.meters, w.telemetry.traces, w.audit,
		func(_ context.Context, fact messages.Fact) { w.relayed = append(w.relayed, fact) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		closed(t, w.audit)
		if err := w.telemetry.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// metrics is what Prometheus would scrape.
func (w *watched) metrics() string { return scrape(w.telemetry) }

func scrape(telemetry *Telemetry) string {
	answer := httptest.NewRecorder()
	telemetry.handler.ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	return answer.Body.String()
}

// factNames reads the FactName constants from their source, so that a new one cannot be forgotten.
func factNames(t *testing.T) []messages.FactName {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../messages/fact.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []messages.FactName
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "FactName" {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, messages.FactName(name))
		return true
	})
	if len(names) < 30 {
		t.Fatalf("read only the facts %v", names)
	}
	return names
}

func TestEveryFactHasItsRow(t *testing.T) {
	t.Parallel()
	table := views()
	for _, name := range factNames(t) {
		if _, known := table[name]; !known {
			t.Errorf("%s is not in the table", name)
		}
		delete(table, name)
	}
	for name := range table {
		t.Errorf("%s is in the table but no fact", name)
	}
}

// mustAudit are the verdicts, releases, refusals, attestations and settlements.
var mustAudit = []messages.FactName{
	messages.FactLogQuarantined, messages.FactCursorUnwound, messages.FactChainHalted,
	messages.FactRequestAdmitted, messages.FactRequestOpened, messages.FactPartyBlamed,
	messages.FactOutcomeAttested, messages.FactSettlementSent, messages.FactSettlementFailed,
	messages.FactRequestClosed, messages.FactShareReleased, messages.FactShareRefused,
	messages.FactOutcomeSigned, messages.FactActorQuarantined,
}

func TestWhatMustBeAuditedIs(t *testing.T) {
	t.Parallel()
	table := views()
	for _, name := range mustAudit {
		if !table[name].audit {
			t.Errorf("%s leaves no audit entry", name)
		}
	}
}

// TestEveryFactBecomesWhatItsRowSays publishes each fact, with all fields set, and looks at each
// sink.
func TestEveryFactBecomesWhatItsRowSays(t *testing.T) {
	t.Parallel()
	for name, row := range views() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			w := watch(t)
			fact := fullFact(name)
			if row.alone {
				fact.Request = messages.RequestID{}
			}
			w.observer.Publish(t.Context(), fact)
			closed(t, w.audit)

			checkLogLine(t, w.log.Bytes(), row, fact)
			metrics := w.metrics()
			labels := `\{[^}]*code="POLICY"[^}]*party="3"[^}]*region="eu-west"[^}]*room="party"[^}]*\}`
			for _, wanted := range []string{
				`(?m)^gateway_` + string(name) + `_total` + labels + ` 2$`,
				`(?m)^gateway_` + string(name) + `_duration_seconds_sum` + labels + ` 0\.05$`,
			} {
				if !regexp.MustCompile(wanted).MatchString(metrics) {
					t.Errorf("no metric %s in\n%s", wanted, metrics)
				}
			}
			checkSpan(t, w.spans.Ended(), row, fact)
			if lines := auditLines(t, w.path); row.audit != (len(lines) == 1) {
				t.Errorf("audit entries: %+v", lines)
			}
			if len(w.relayed) != 1 || w.relayed[0].Name != name {
				t.Errorf("relayed: %+v", w.relayed)
			}
		})
	}
}

func checkLogLine(t *testing.T, text []byte, row view, fact messages.Fact) {
	t.Helper()
	var line map[string]any
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatalf("log %q: %v", text, err)
	}
	wanted := map[string]any{
		"level": row.level.String(), "msg": string(fact.Name), "process": "node-1", "room": "party",
		"handle": fact.Handle.String(), "party": "3",
		"region": "eu-west", "block": fact.Block.String(), "final": "41", "count": "2",
		"digest": fact.Digest.String(), "code": "POLICY", "detail": "a test",
		"took": float64(fact.Took),
	}
	if !row.alone {
		wanted["request"] = fact.Request.String()
		wanted["trace_id"] = rootOf(fact.Request).TraceID().String()
	}
	for key, want := range wanted {
		if line[key] != want {
			t.Errorf("the log says %s=%v, want %v", key, line[key], want)
		}
	}
}

func checkSpan(t *testing.T, spans []sdktrace.ReadOnlySpan, row view, fact messages.Fact) {
	t.Helper()
	var own []sdktrace.ReadOnlySpan
	for _, span := range spans {
		if span.Name() != "request" { // the root, which a closing brings
			own = append(own, span)
		}
	}
	if !row.span && !row.alone {
		if len(own) != 0 {
			t.Errorf("an unforeseen span %s", own[0].Name())
		}
		return
	}
	if len(own) != 1 {
		t.Fatalf("%d spans", len(own))
	}
	span, root := own[0], rootOf(fact.Request)
	if span.Name() != "party "+string(fact.Name) || span.Status().Code != codes.Error {
		t.Errorf("span %q with status %v", span.Name(), span.Status())
	}
	if row.alone {
		if span.Parent().IsValid() {
			t.Error("what is about no request is a part of something")
		}
	} else if span.Parent().SpanID() != root.SpanID() || span.SpanContext().TraceID() != root.TraceID() {
		t.Error("the span is not a child of the request's root")
	}
	if !span.EndTime().Equal(fact.At) || !span.StartTime().Equal(fact.At.Add(-fact.Took)) {
		t.Errorf("the span lasts from %v to %v", span.StartTime(), span.EndTime())
	}
}

// TestARequestsRootSpansItsLife closes a request that was seen, and one whose beginning an earlier
// run of the process saw.
func TestARequestsRootSpansItsLife(t *testing.T) {
	t.Parallel()
	w := watch(t)
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	seen := messages.RequestID{Chain: 1337, Number: 1, Digest: messages.Hash{1}}
	foreign := messages.RequestID{Chain: 1337, Number: 2, Digest: messages.Hash{2}}
	for _, fact := range []messages.Fact{
		{Name: messages.FactRequestSeen, Room: messages.RoomListener, At: began, Request: seen},
		{Name: messages.FactRequestSeen, Room: messages.RoomListener, At: began.Add(time.Second),
			Request: seen}, // again, as after a restart of the room
		{Name: messages.FactRequestClosed, Room: messages.RoomLedger, At: began.Add(3 * time.Second),
			Request: seen},
		{Name: messages.FactRequestClosed, Room: messages.RoomLedger, At: began, Request: foreign},
	} {
		w.observer.Publish(t.Context(), fact)
	}
	lasted := make(map[string]time.Duration)
	for _, span := range w.spans.Ended() {
		if span.Name() != "request" {
			continue
		}
		lasted[span.SpanContext().SpanID().String()] = span.EndTime().Sub(span.StartTime())
		if span.Parent().IsValid() {
			t.Error("the root has a parent")
		}
	}
	want := map[string]time.Duration{rootOf(seen).SpanID().String(): 3 * time.Second,
		rootOf(foreign).SpanID().String(): 0}
	for id, span := range want {
		if got, known := lasted[id]; !known || got != span {
			t.Errorf("root %s lasts %v (%t), want %v", id, got, known, span)
		}
	}
	if len(w.observer.seen) != 0 {
		t.Errorf("%d closed requests are remembered", len(w.observer.seen))
	}
}

// TestProcessesAgreeOnTheTrace holds one derivation to a known value: a node and a party of
// different versions must meet in one trace.
func TestProcessesAgreeOnTheTrace(t *testing.T) {
	t.Parallel()
	request := messages.RequestID{Chain: 1337, Number: 7, Digest: messages.Hash{9}}
	root := rootOf(request)
	if got := root.TraceID().String() + " " + root.SpanID().String(); got != knownRoot {
		t.Errorf("the root is %s, want %s", got, knownRoot)
	}
	other := request
	other.Chain++
	if rootOf(other).TraceID() == root.TraceID() {
		t.Error("two chains share a trace")
	}
}

// knownRoot was computed outside Go, as the hash that rootOf describes.
const knownRoot = "3802cc57ef8f5f46bf091a46b2a594d1 d52faae3b573bbca"

// TestFactsBelowACallAreAboutItsRequest publishes what a client of the chain knows nothing of.
func TestFactsBelowACallAreAboutItsRequest(t *testing.T) {
	t.Parallel()
	w := watch(t)
	request := messages.RequestID{Chain: 1337, Number: 7, Digest: messages.Hash{9}}
	call := messages.Fact{Name: messages.FactCallDone, Room: messages.RoomEthereum, At: time.Now(),
		Took: time.Millisecond, Detail: "eth_call"}
	w.observer.Publish(t.Context(), call)
	w.observer.Publish(messages.About(t.Context(), request), call)
	spans := w.spans.Ended()
	if len(spans) != 1 || spans[0].SpanContext().TraceID() != rootOf(request).TraceID() {
		t.Errorf("%d spans; one call was about the request", len(spans))
	}
}

func TestTheLevelDecidesWhatIsLogged(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ level, format, want string }{
		{"debug", "json", "debug info warn error"},
		{"info", "text", "info warn error"},
		{"error", "json", "error"},
		{"", "", "info warn error"},
	} {
		var out bytes.Buffer
		log := newLogger(LogSection{Level: row.level, Format: row.format}, &out)
		for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn,
			slog.LevelError} {
			log.Log(t.Context(), level, strings.ToLower(level.String()))
		}
		var got []string
		for line := range strings.Lines(out.String()) {
			said := regexp.MustCompile(`msg"?[:=]"?(\w+)`).FindStringSubmatch(line)
			if json.Valid([]byte(line)) == (row.format == "text") || said == nil {
				t.Fatalf("format %q: %s", row.format, line)
			}
			got = append(got, said[1])
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("level %q logs %v, want %s", row.level, got, row.want)
		}
	}
}

func TestRoomsGradesAreAMetric(t *testing.T) {
	t.Parallel()
	telemetry, err := NewTelemetry(t.Context(), "node-1", LogSection{}, TelemetrySection{}, io.Discard,
		nil)
	if err != nil {
		t.Fatal(err)
	}
	grade := messages.Healthy
	err = watchHealth(telemetry.meters, func() []messages.Health {
		return []messages.Health{{Room: messages.RoomKMS, Grade: grade},
			{Room: messages.RoomLedger, Grade: messages.Degraded}}
	})
	if err != nil {
		t.Fatal(err)
	}
	for grade = range messages.Down + 1 {
		if grade < messages.Healthy {
			continue
		}
		metrics := scrape(telemetry)
		for _, want := range []string{`room="kms"} ` + strconv.Itoa(int(grade)), `room="ledger"} 2`} {
			if !regexp.MustCompile(`(?m)^gateway_room_grade\{.*` + want + `$`).MatchString(metrics) {
				t.Errorf("no %s in\n%s", want, metrics)
			}
		}
	}
	if err := telemetry.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func BenchmarkPublish(b *testing.B) {
	observer, err := NewObserver(slog.New(slog.DiscardHandler), noop.NewMeterProvider(),
		tracenoop.NewTracerProvider(), nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	fact := fullFact(messages.FactShareReceived)
	for b.Loop() {
		observer.Publish(b.Context(), fact)
	}
}
