package bootstrap

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"

	"kmsgateway/messages"
)

// received is a trace collector that keeps what it is sent.
type received struct {
	collector.UnimplementedTraceServiceServer
	spans chan *otlp.ResourceSpans
}

// Export implements the collector's service.
func (r *received) Export(_ context.Context, request *collector.ExportTraceServiceRequest) (
	*collector.ExportTraceServiceResponse, error) {
	for _, spans := range request.GetResourceSpans() {
		r.spans <- spans
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

// TestACollectorGetsTheSpans stops a process right after a fact: what is pending must be sent.
func TestACollectorGetsTheSpans(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	kept := &received{spans: make(chan *otlp.ResourceSpans, 1)}
	server := grpc.NewServer()
	collector.RegisterTraceServiceServer(server, kept)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() { server.Stop(); <-served }()

	process, err := observe(t.Context(), Env{Log: io.Discard}, "party-1", t.TempDir(), LogSection{},
		TelemetrySection{OTLP: listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	process.publish(t.Context(), fullFact(messages.FactShareReleased))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := process.stop(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case resource := <-kept.spans:
		names := make(map[string]string)
		for _, attribute := range resource.GetResource().GetAttributes() {
			names[attribute.GetKey()] = attribute.GetValue().GetStringValue()
		}
		if names["service.name"] != "kmsgateway" || names["service.instance.id"] != "party-1" {
			t.Errorf("the spans come from %v", names)
		}
		if got := resource.GetScopeSpans()[0].GetSpans()[0].GetName(); got != "party share_released" {
			t.Errorf("the span is called %s", got)
		}
	default:
		t.Error("the collector got nothing")
	}
}

// TestADeadCollectorHoldsNobodyUp bounds the flush at the stop.
func TestADeadCollectorHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	process, err := observe(t.Context(), Env{Log: io.Discard}, "party-1", t.TempDir(), LogSection{},
		TelemetrySection{OTLP: "127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	process.publish(t.Context(), fullFact(messages.FactShareReleased))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- process.stop(ctx) }()
	select {
	case err := <-stopped:
		if err == nil {
			t.Error("lost spans are not reported")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the process does not stop")
	}
}
