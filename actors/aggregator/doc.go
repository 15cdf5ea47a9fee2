// Package aggregator owns the CPU of a node: it joins shares, opens ciphertexts, verifies what
// needs it and names who lied. There is one actor of it on each node; requests of the same node ask
// it and nobody else.
//
//	request --Combine--> aggregator --Opened | Blamed--> request
//	        --CombineAttestation--> aggregator --Attested | Blamed--> request
//
// What it cannot do at all it answers with a *messages.GatewayError. Every question gets one answer
// or, where the actor restarts, none.
//
// aggregator.go is the mailbox with its workers, batch.go the arithmetic, a pure function of the
// question. DESIGN.md says why most answers cost one pairing.
package aggregator
