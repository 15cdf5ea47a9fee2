// Package request is the heart of the ring: one supervised virtual actor for each request.
//
//	dispatch --Decrypt--> request --SignShare--> kms proxies --ShareSigned--> request
//	         --Combine--> aggregator --Opened | Blamed--> request
//	         --SignOutcomes--> kms proxies --OutcomesSigned--> request      (where wanted)
//	         --CombineAttestation--> aggregator --Attested--> request
//	         --Settle--> submitter
//
// The ciphertexts are fetched, the nearest parties asked, their answers counted; at the threshold
// the aggregator opens. A party that refuses, is slow, or is named by the aggregator is replaced by
// the next one. Where the request wants a quorum's word (ProofQuorum), or a handle turned out
// malformed, the same parties attest the outcomes. Then the submitter hears Settle, and hears it
// again each time Decrypt comes again.
//
// An attempt that cannot go on ends with DecryptDeferred, which names whom the request waits for;
// nothing that was received is forgotten, so the next attempt asks only those who are missing.
//
// The files: request.go is the mailbox, round.go what the mailbox does in each step, fetch.go the
// worker that brings ciphertexts; plan.go (whom to ask next) and tally.go (who counts) are pure.
package request
