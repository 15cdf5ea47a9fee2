// Package chaintest is for tests of the chain room and of those who satisfy its ports.
//
//	Chain    a scripted chain with one gateway contract, in memory: source and outlet
//	Ledger   a ledger in memory that follows the rules of messages/entry.go
//	Suite    what every source and outlet must do, and the room on top of them
//
// Chain checks openings as the contract does, so that what it takes, the contract would take.
package chaintest
