package aggregator

import "kmsgateway/messages"

// QueueLength is how many questions may wait.
const QueueLength = queueLength

// Open is the arithmetic of a Combine without the mailbox, for the benchmarks.
func (r *Room) Open(q messages.Combine) (messages.Opened, []messages.PartyIndex, error) {
	return r.sums.open(q, false)
}

// Attest is the arithmetic of a batch without the mailbox; it returns how many failed.
func (r *Room) Attest(batch []messages.CombineAttestation) (failed int) {
	for _, a := range r.sums.attest(batch) {
		if a.err != nil || len(a.culprits) > 0 {
			failed++
		}
	}
	return failed
}
