// Package dispatch says which request is worked on when. It is awake only on the leader and holds
// every open row of the ledger, but makes actors of no more than a window of them.
//
//	dispatcher.go  mailbox: hears of rows, posts Decrypt
//	pace.go        pure: what is due, backoff with jitter, the window, fairness between apps
//	haste.go       pure: what is due before its time, because a node is gone or parties are back
//	port.go        the ledger as the room needs it
//
// First post and repetition are one path: a row is due, is looked up once more in the ledger, and
// is posted unless it has ended or waits in a transaction. Everything said here may be lost; a row
// is repeated until the ledger closes it, and the rows themselves are read again now and then.
package dispatch
