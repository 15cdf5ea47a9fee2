package ethereum_test

import (
	"testing"

	"kmsgateway/messages"
)

// BenchmarkScan measures a proven scan of ten blocks of fifty requests each; node and client share
// the process and its processors.
func BenchmarkScan(b *testing.B) {
	const blocks, each = 10, 50
	d := newDevChain(b)
	client := d.dial(d.endpoint())
	handle := d.inputs(1, 32)[0]
	for range blocks {
		for range each {
			d.request(messages.ProofOpening, handle)
		}
		d.mine()
	}
	tip := d.tip(client)
	for b.Loop() {
		span, err := client.Scan(b.Context(), tip-blocks+1, tip)
		if err != nil || len(span.Events) != blocks*each {
			b.Fatalf("%d events, %v", len(span.Events), err)
		}
	}
	b.ReportMetric(float64(blocks*each*b.N)/b.Elapsed().Seconds(), "requests/s")
}
