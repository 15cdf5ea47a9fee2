package bootstrap

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"kmsgateway/messages"
)

// scope names our instruments and spans.
const scope = "kmsgateway"

// quiet facts are counted but not logged: they happen several times a request or once a call.
const quiet = slog.LevelDebug

// view says what a fact becomes for those who watch. Every fact is counted, by party, region and
// code; one that took time also has a histogram.
type view struct {
	level slog.Level
	span  bool // a span of the request's trace
	alone bool // a span of a trace of its own, for what is about no request
	audit bool // a verdict, release, refusal, attestation or settlement
}

// views is the one table of facts. A fact that is not in it is a bug, which a test finds.
func views() map[messages.FactName]view {
	return map[messages.FactName]view{
		messages.FactBlockScanned:     {level: quiet},
		messages.FactRequestSeen:      {level: slog.LevelInfo, span: true},
		messages.FactLogQuarantined:   {level: slog.LevelWarn, audit: true},
		messages.FactCursorUnwound:    {level: slog.LevelWarn, audit: true},
		messages.FactChainHalted:      {level: slog.LevelError, audit: true},
		messages.FactRequestAdmitted:  {level: quiet, span: true, audit: true},
		messages.FactEntryRefused:     {level: slog.LevelWarn},
		messages.FactEntryApplied:     {level: quiet},
		messages.FactDecryptPosted:    {level: quiet, span: true},
		messages.FactDecryptDeferred:  {level: slog.LevelWarn},
		messages.FactCiphertextFound:  {level: quiet, span: true},
		messages.FactShareAsked:       {level: quiet},
		messages.FactShareReceived:    {level: quiet, span: true},
		messages.FactShareDenied:      {level: slog.LevelWarn},
		messages.FactThresholdReached: {level: quiet, span: true},
		messages.FactThresholdAwaited: {level: slog.LevelWarn},
		messages.FactRequestOpened:    {level: quiet, span: true, audit: true},
		messages.FactPartyBlamed:      {level: slog.LevelError, audit: true},
		messages.FactOutcomeAttested:  {level: quiet, span: true, audit: true},
		messages.FactSettlementSent:   {level: slog.LevelInfo, span: true, audit: true},
		messages.FactSettlementFailed: {level: slog.LevelError, audit: true},
		messages.FactRequestClosed:    {level: slog.LevelInfo, audit: true},
		messages.FactShareReleased:    {level: quiet, span: true, audit: true},
		messages.FactShareRefused:     {level: slog.LevelWarn, span: true, audit: true},
		messages.FactOutcomeSigned:    {level: quiet, span: true, audit: true},
		messages.FactActorActivated:   {level: quiet, span: true},
		messages.FactActorFailed:      {level: slog.LevelError},
		messages.FactActorQuarantined: {level: slog.LevelError, audit: true},
		messages.FactCircuitChanged:   {level: slog.LevelWarn},
		messages.FactCallDone:         {level: quiet, span: true},

		messages.FactMemberJoined:        {level: slog.LevelInfo, alone: true, audit: true},
		messages.FactMemberRefused:       {level: slog.LevelWarn, audit: true},
		messages.FactCertificateRenewed:  {level: slog.LevelInfo, alone: true, audit: true},
		messages.FactRevocationsAccepted: {level: slog.LevelInfo, audit: true},
		messages.FactRevocationsRefused:  {level: slog.LevelError, audit: true},

		messages.FactOperatorActed: {level: slog.LevelInfo, audit: true},
		messages.FactMemberUp:      {level: slog.LevelInfo, alone: true, audit: true},
		messages.FactMemberDown:    {level: slog.LevelWarn, audit: true},
		messages.FactSuperseded:    {level: slog.LevelWarn, audit: true},
		messages.FactGasWasted:     {level: slog.LevelWarn},
	}
}

// Observer turns facts into log lines, metrics, spans and audit entries. It is the only listener
// of facts in a process.
type Observer struct {
	views  map[messages.FactName]view
	log    *slog.Logger
	tracer trace.Tracer
	audit  *auditLog // nil where there is none
	relay  messages.Publish

	counts map[messages.FactName]metric.Int64Counter
	took   map[messages.FactName]metric.Float64Histogram

	mu   sync.Mutex
	seen map[messages.RequestID]time.Time // guarded by mu: when an open request was first seen
}

// maxSeen bounds the requests whose start the observer remembers for the root span.
const maxSeen = 100_000

// NewObserver makes an observer over the given sinks; audit and relay may be nil. relay sees each
// fact after all others have.
func NewObserver(log *slog.Logger, meters metric.MeterProvider, traces trace.TracerProvider,
	audit *auditLog, relay messages.Publish) (*Observer, error) {
	observer := &Observer{
		views:  views(),
		log:    log,
		tracer: traces.Tracer(scope),
		audit:  audit,
		relay:  relay,
		counts: make(map[messages.FactName]metric.Int64Counter),
		took:   make(map[messages.FactName]metric.Float64Histogram),
		seen:   make(map[messages.RequestID]time.Time),
	}
	meter := meters.Meter(scope)
	for name := range observer.views {
		count, err := meter.Int64Counter("gateway." + string(name))
		if err != nil {
			return nil, fmt.Errorf("make counter of %s: %w", name, err)
		}
		took, err := meter.Float64Histogram("gateway."+string(name)+".duration",
			metric.WithUnit("s"))
		if err != nil {
			return nil, fmt.Errorf("make histogram of %s: %w", name, err)
		}
		observer.counts[name], observer.took[name] = count, took
	}
	return observer, nil
}

// Publish is the messages.Publish of the process.
func (o *Observer) Publish(ctx context.Context, fact messages.Fact) {
	view := o.views[fact.Name]
	if fact.Request.IsZero() {
		fact.Request = messages.RequestOf(ctx)
	}
	o.measure(ctx, fact)
	if o.log.Enabled(ctx, view.level) {
		o.log.LogAttrs(ctx, view.level, string(fact.Name), logAttrs(fact)...)
	}
	if view.span && !fact.Request.IsZero() || view.alone {
		o.span(fact)
	}
	o.root(fact)
	if view.audit && o.audit != nil {
		o.audit.Append(fact)
	}
	if o.relay != nil {
		o.relay(ctx, fact)
	}
}

func (o *Observer) measure(ctx context.Context, fact messages.Fact) {
	attributes := []attribute.KeyValue{attribute.String("room", string(fact.Room))}
	if fact.Party != 0 {
		attributes = append(attributes, attribute.Int("party", int(fact.Party)),
			attribute.String("region", string(fact.Region)))
	}
	if fact.Code != "" {
		attributes = append(attributes, attribute.String("code", string(fact.Code)))
	}
	set := metric.WithAttributes(attributes...)
	if count, known := o.counts[fact.Name]; known {
		count.Add(ctx, int64(max(fact.Count, 1)), set)
	}
	if took, known := o.took[fact.Name]; known && fact.Took > 0 {
		took.Record(ctx, fact.Took.Seconds(), set)
	}
}

// span records the fact as a child of the request's root span, whichever process publishes it; a
// fact about no request has a trace of its own.
func (o *Observer) span(fact messages.Fact) {
	parent := context.Background()
	if !fact.Request.IsZero() {
		parent = trace.ContextWithRemoteSpanContext(parent, rootOf(fact.Request))
	}
	_, span := o.tracer.Start(parent, string(fact.Room)+" "+string(fact.Name),
		trace.WithTimestamp(fact.At.Add(-fact.Took)), trace.WithAttributes(spanAttrs(fact)...))
	if fact.Code != "" {
		span.SetStatus(codes.Error, string(fact.Code))
	}
	span.End(trace.WithTimestamp(fact.At))
}

// root remembers when a request was seen and records its root span when it closes.
func (o *Observer) root(fact messages.Fact) {
	switch fact.Name {
	case messages.FactRequestSeen:
		o.mu.Lock()
		if _, known := o.seen[fact.Request]; !known && len(o.seen) < maxSeen {
			o.seen[fact.Request] = fact.At.Add(-fact.Took)
		}
		o.mu.Unlock()
	case messages.FactRequestClosed:
		o.mu.Lock()
		start, known := o.seen[fact.Request]
		delete(o.seen, fact.Request)
		o.mu.Unlock()
		if !known {
			start = fact.At
		}
		ctx := context.WithValue(context.Background(), rootKey{}, rootOf(fact.Request))
		_, span := o.tracer.Start(ctx, "request", trace.WithNewRoot(),
			trace.WithTimestamp(start), trace.WithAttributes(spanAttrs(fact)...))
		span.End(trace.WithTimestamp(fact.At))
	}
}

// rootOf derives the request's trace and root span from chain and request id alone, so that the
// spans of nodes and parties join without a header between them.
func rootOf(request messages.RequestID) trace.SpanContext {
	var seed []byte
	seed = append(seed, "kmsgateway/trace/v1"...)
	seed = binary.BigEndian.AppendUint64(seed, uint64(request.Chain))
	seed = binary.BigEndian.AppendUint64(seed, request.Number)
	seed = append(seed, request.Digest[:]...)
	sum := sha256.Sum256(seed)
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    trace.TraceID(sum[:16]),
		SpanID:     trace.SpanID(sum[16:24]),
		TraceFlags: trace.FlagsSampled,
		Remote:     true,
	})
}

// rootKey carries the ids of a root span to spanIDs.
type rootKey struct{}

// spanIDs gives root spans the ids that rootOf derives, and all others fresh ones.
type spanIDs struct{ fresh func([]byte) }

var _ sdktrace.IDGenerator = spanIDs{}

// NewIDs implements sdktrace.IDGenerator.
func (g spanIDs) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	if root, ok := ctx.Value(rootKey{}).(trace.SpanContext); ok {
		return root.TraceID(), root.SpanID()
	}
	var id trace.TraceID
	g.fresh(id[:])
	return id, g.NewSpanID(ctx, id)
}

// NewSpanID implements sdktrace.IDGenerator.
func (g spanIDs) NewSpanID(context.Context, trace.TraceID) trace.SpanID {
	var id trace.SpanID
	g.fresh(id[:])
	return id
}

func spanAttrs(fact messages.Fact) []attribute.KeyValue {
	var attributes []attribute.KeyValue
	for _, pair := range pairs(fact) {
		attributes = append(attributes, attribute.String(pair[0], pair[1]))
	}
	return attributes
}

func logAttrs(fact messages.Fact) []slog.Attr {
	attributes := []slog.Attr{slog.String("room", string(fact.Room))}
	if !fact.Request.IsZero() {
		attributes = append(attributes, slog.String("trace_id",
			rootOf(fact.Request).TraceID().String()))
	}
	for _, pair := range pairs(fact) {
		attributes = append(attributes, slog.String(pair[0], pair[1]))
	}
	if fact.Took > 0 {
		attributes = append(attributes, slog.Duration("took", fact.Took))
	}
	return attributes
}

// pairs renders the fields that are set, for log and span alike.
func pairs(fact messages.Fact) [][2]string {
	var out [][2]string
	add := func(set bool, key string, value any) {
		if set {
			out = append(out, [2]string{key, fmt.Sprint(value)})
		}
	}
	add(!fact.Request.IsZero(), "request", fact.Request)
	add(fact.Handle != messages.Handle{}, "handle", fact.Handle)
	add(fact.Party != 0, "party", uint16(fact.Party))
	add(fact.Region != "", "region", fact.Region)
	add(!fact.Block.IsZero(), "block", fact.Block)
	add(fact.Final != 0, "final", uint64(fact.Final))
	add(fact.Digest != messages.Hash{}, "digest", fact.Digest)
	add(fact.Count != 0, "count", fact.Count)
	add(fact.Code != "", "code", fact.Code)
	add(fact.Detail != "", "detail", fact.Detail)
	return out
}
