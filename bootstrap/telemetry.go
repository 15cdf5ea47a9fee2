package bootstrap

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"kmsgateway/messages"
)

// Telemetry holds a process's log, meters and traces.
type Telemetry struct {
	log     *slog.Logger
	meters  *sdkmetric.MeterProvider
	traces  *sdktrace.TracerProvider
	handler http.Handler
}

// NewTelemetry builds the sinks of the process called name: a structured log on out, metrics for
// Prometheus, traces to a collector where one is configured and to spans, which may be nil.
func NewTelemetry(ctx context.Context, name string, log LogSection, section TelemetrySection,
	out io.Writer, spans sdktrace.SpanProcessor) (*Telemetry, error) {
	registry := prometheus.NewRegistry()
	exporter, err := otelprom.New(otelprom.WithRegisterer(registry))
	if err != nil {
		return nil, fmt.Errorf("make metrics exporter: %w", err)
	}
	process := resource.NewSchemaless(attribute.String("service.name", "kmsgateway"),
		attribute.String("service.instance.id", name))
	traceOptions := []sdktrace.TracerProviderOption{
		sdktrace.WithIDGenerator(spanIDs{fresh: func(b []byte) { _, _ = rand.Read(b) }}),
		sdktrace.WithResource(process),
	}
	if section.OTLP != "" {
		collector, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(section.OTLP),
			otlptracegrpc.WithInsecure())
		if err != nil {
			return nil, fmt.Errorf("make trace exporter: %w", err)
		}
		traceOptions = append(traceOptions, sdktrace.WithBatcher(collector))
	}
	if spans != nil {
		traceOptions = append(traceOptions, sdktrace.WithSpanProcessor(spans))
	}
	return &Telemetry{
		log: newLogger(log, out).With(slog.String("process", name)),
		meters: sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter),
			sdkmetric.WithResource(process)),
		traces:  sdktrace.NewTracerProvider(traceOptions...),
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	}, nil
}

// flushTime bounds the last flush: a collector that is gone must not use up the drain.
const flushTime = 3 * time.Second

// Stop flushes and ends the exporters.
func (t *Telemetry) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	return errors.Join(t.traces.Shutdown(ctx), t.meters.Shutdown(ctx))
}

func newLogger(section LogSection, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(section.Level)); err != nil {
		level = slog.LevelInfo // the configuration was validated; a demo may leave it empty
	}
	options := &slog.HandlerOptions{Level: level}
	if section.Format == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

// watchHealth registers a gauge of every room's grade: 1 healthy, 2 degraded, 3 down.
func watchHealth(meters metric.MeterProvider, health func() []messages.Health) error {
	meter := meters.Meter(scope)
	_, err := meter.Int64ObservableGauge("gateway.room.grade",
		metric.WithDescription("1 healthy, 2 degraded, 3 down"),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			for _, room := range health() {
				o.Observe(int64(room.Grade), metric.WithAttributes(
					attribute.String("room", string(room.Room))))
			}
			return nil
		}))
	if err != nil {
		return fmt.Errorf("make health gauge: %w", err)
	}
	return nil
}
