// Package endpoint is the way to a chain's JSON-RPC servers, and what of their answers is proven.
//
//	Open        a Pool: several servers of one chain, each with its circuit
//	First       runs a read on the first server that serves it, wholly on that one
//	Header, Headers   hashes recomputed, chained by parent hash
//	Logs        every log of a contract in a block, by the block's receipts root
//	Call, Ask, Batch  the rest, as the server says it
//
// A server may fail in four ways, and each has its own consequence. It does not answer, or answers
// nonsense: its circuit notes it and the next one is asked. It contradicts itself: the same, and
// the error names it. It has not got that block: the next one is asked, no harm done. It answers
// with a refusal (a revert, a nonce too low): that is an answer; a final one is not asked twice.
package endpoint
