// Package content keeps registered ciphertexts by their handle, off the log: the ledger holds
// handles only, and any node can fetch a registration from the chain again. A recently used one is
// answered from memory, others from a file on disk, the rest from the chain, one fetch for all who
// ask at the same time.
//
// Nothing is kept, nor returned, before Config.Check has re-hashed it against its handle, also
// what comes from our own disk: a chain endpoint that lies, like a disk that rots, is a miss.
//
// The store is a cache and behaves like one: it is bounded in memory and on disk, entries expire,
// writing is put off and may fail without harm, and the file may be deleted between two runs.
package content
