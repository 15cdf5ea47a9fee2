// Package chain is the left edge of the ring: the Listener, by which requests come in, and the
// Submitter, by which their outcomes go out. Both are awake only on the leader; the Lookout is
// awake on every node.
//
//	listener.go   mailbox: reads ranges of blocks, proposes Admit, Unwind
//	cursor.go     pure: which blocks next, finality, common ancestors, how wide a range
//	submitter.go  mailbox: checks openings, signs, journals, broadcasts
//	vigil.go      beside it: what is journaled and in no block, whoever signed it; supersedes
//	outbox.go     pure: what waits, what goes together by gas, nonces, what is overdue
//	lookout.go    on every node: how far this node sees the chain
//	port.go       the chain (Source, Outlet) and the ledger (Cursor, Journal) as the room needs them
//	chaintest/    a scripted chain, a ledger in memory, and the suite that every chain passes
//
// The ledger is the only truth here. The listener keeps nothing that it could not read again: the
// cursor moves in the same entry that admits what lies before it, so a crash anywhere repeats a
// read and loses nothing. The submitter journals a transaction before anybody else sees it, so a
// crash anywhere repeats a broadcast and never signs a second effect.
//
// Each node has a key of its own. A leader hands every journaled transaction to the chain, whoever
// signed it, but signs under its own nonces only. What another's nonce holds up for too long it
// supersedes: the ledger then frees the requests, they leave under a nonce of the leader's, and the
// contract skips the late twin, whose nonce ends when it is mined.
package chain
