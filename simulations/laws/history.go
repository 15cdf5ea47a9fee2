package laws

import (
	"time"

	"kmsgateway/messages"
)

// History is what a run leaves behind. The fields of the first block always count; those of the
// second may be missing, and then the laws that rest on them are not judged.
type History struct {
	Facts       []messages.Fact
	Canonical   []messages.Requested // the requests of the canonical chain at the end
	Settlements []Settlement         // the settlements of the canonical chain at the end
	Ended       []messages.Ended     // the endings of the canonical chain at the end
	Keys        []messages.KeyInfo
	Gateway     messages.Address

	Ledgers    []Ledger        // of every node
	Broadcasts []Transaction   // settlements, each time one reached the chain's pool
	Mined      []Transaction   // settlements of the canonical chain at the end
	Apart      messages.Height // K: blocks of the cursor between two Supersedes of a request
	Courses    []Course        // one for each of Canonical
	Healed     time.Time       // the last fault was over; zero where one lasted to the end
	Finished   time.Time       // nobody looked any longer; zero where it was long after everything
	Bound      time.Duration   // within which what is pending must end; 0 asks for no such thing
}

// Ledger is what one node applied, in order, refused entries among it.
type Ledger struct {
	Node     string
	Entries  []Applied
	Prefixes []Prefix
}

// Applied is one entry of the log; those of a batch share its index.
type Applied struct {
	Index uint64
	Entry []byte // as messages.EncodeEntry writes it
}

// Prefix is the digest of a ledger's log up to an index.
type Prefix struct {
	Index  uint64
	Digest messages.Hash
}

// Transaction is a node's settlement on its way to the chain, or mined.
type Transaction struct {
	Sender   messages.Address
	Nonce    uint64
	Hash     messages.Hash
	Requests []messages.RequestID
}

// Course is when a request was asked and when its end was mined.
type Course struct {
	Request messages.RequestID
	Asked   time.Time
	Ended   time.Time // zero while it is pending
}
