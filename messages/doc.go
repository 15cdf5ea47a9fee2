// Package messages is the ground of the house: every word that crosses a boundary between rooms,
// nodes, parties or the disk, and nothing else. It imports nothing of ours but its own wire format.
//
// A word is a command (an imperative: please do) or a fact (past tense: it happened). There is no
// third kind. Words are plain values; whoever receives one may keep it, nobody may change it.
//
//	word                kind     said by            heard by
//	------------------  -------  -----------------  -------------------------------------------
//	Admitted            fact     ledger             dispatch, request
//	Closed              fact     ledger             dispatch, request, submitter
//	Unwound             fact     ledger             dispatch, submitter
//	Sent                fact     ledger             dispatch
//	Decrypt             command  dispatch           request (virtual actor of that request)
//	DecryptDeferred     fact     request            dispatch
//	SignShare           command  request            kms proxy, party
//	ShareSigned         fact     party, kms proxy   request
//	ShareRefused        fact     party, kms proxy   request
//	Combine             command  request            aggregator of the same node
//	Opened              fact     aggregator         request
//	Blamed              fact     aggregator         request
//	SignOutcomes        command  request            kms proxy, party
//	OutcomesSigned      fact     party, kms proxy   request
//	CombineAttestation  command  request            aggregator of the same node
//	Attested            fact     aggregator         request
//	Settle              command  request            submitter
//
// Entries (entry.go) are the words of the ledger, the only truth; all words above are hints that
// may be lost or doubled. Fact (fact.go) is what every room publishes for those who watch: logs,
// metrics, traces, audit and the laws. Reason (reason.go) is every refusal a person can see.
package messages
