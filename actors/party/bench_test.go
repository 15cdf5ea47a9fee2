package party_test

import (
	"testing"

	"kmsgateway/messages"
)

// BenchmarkBatch measures one call with a full batch of questions never asked before, over gRPC, on
// two workers, with a chain that answers at once.
func BenchmarkBatch(b *testing.B) {
	w := newWorld(b)
	input := w.seal(app, "one", nil)
	number := uint64(0)
	for b.Loop() {
		b.StopTimer()
		batch := make([]messages.SignShare, messages.MaxBatch)
		for i := range batch {
			number++
			batch[i] = w.request(number, input)
		}
		b.StartTimer()
		for _, answer := range w.ask(batch...) {
			if answer.Signed == nil {
				b.Fatalf("%+v", answer.Refused)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(number), "us/share")
}

// BenchmarkAttestation measures one SignOutcomes never asked before, its sync to disk included.
func BenchmarkAttestation(b *testing.B) {
	w := newWorld(b)
	inputs := []sealed{w.seal(app, "one", nil)}
	number := uint64(0)
	for b.Loop() {
		b.StopTimer()
		number++
		ask := w.outcomes(w.request(number, inputs...), inputs, messages.StatusOpened)
		b.StartTimer()
		if answer := w.attest(ask); answer.Signed == nil {
			b.Fatalf("%+v", answer.Refused)
		}
	}
}
