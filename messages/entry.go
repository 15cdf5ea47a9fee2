package messages

// Entry is one entry of the ledger: exactly one of the types below.
type Entry interface{ entry() }

// Admit admits the requests of a block range, closes the rows and nonces that ended in it, and
// moves the cursor, all in one entry. It is refused unless From is the cursor (compare-and-set,
// the zero BlockRef at first) and request numbers follow on without a gap.
type Admit struct {
	From   BlockRef
	To     BlockRef
	Final  Height // highest block the chain calls finalized: nothing at or below is ever unwound
	Events []Event
	Nonces []SenderNonce // of each known sender, at To
}

// SenderNonce is an account's transaction count as of a block: all nonces below it have ended.
type SenderNonce struct {
	Sender Address
	Nonce  uint64
}

// Unwind moves the cursor back to an ancestor where parent hashes broke; rows admitted above it
// are void, what ended above it is open again. Refused below finalized and unless From is the
// cursor.
type Unwind struct {
	From BlockRef
	To   BlockRef
}

// Send journals a signed transaction before it is broadcast. Refused unless Nonce is the sender's
// next and each request is open and unsent, or its Send was superseded.
type Send struct {
	Sender   Address
	Nonce    uint64
	Tx       []byte // the signed transaction, EIP-2718
	Hash     Hash
	Requests []RequestID
}

// Bump journals a replacement of an open nonce's transaction: dearer, or a cancelling
// self-transfer. Refused unless Bump is the last one plus 1.
type Bump struct {
	Sender Address
	Nonce  uint64
	Bump   uint32 // from 1; the Send itself is 0
	Tx     []byte
	Hash   Hash
}

// Supersede frees the requests of a transaction whose sender is gone, so that another may send
// them; the contract skips the late twin. Refused unless the nonce is open, its Send was not
// superseded, and the cursor is After blocks above where it was when the Send was applied. So no
// request is superseded twice within After blocks.
type Supersede struct {
	Sender Address
	Nonce  uint64
	After  Height // a number of blocks, from 1: the proposer's setting, for all nodes to judge by
}

// Close ends a row where no event of the contract does: a user request that was answered, or a
// request that the chain shows as ended although its event lies behind the cursor.
type Close struct {
	Request RequestID
	Outcome Outcome
	At      BlockRef
}

// AdmitUser admits a user request: the permit of CRYPTOGRAPHY 6 with its signature.
type AdmitUser struct {
	Request      RequestID // Number is 0, Digest the permit's EIP-712 digest
	User         Address
	TransportKey [48]byte
	Handles      []Handle
	Key          KeyID
	Delegator    Address
	NotBefore    uint64 // block time, seconds
	NotAfter     uint64
	Nonce        Hash
	Signature    []byte
	Deadline     uint64 // block time, seconds
}

func (Admit) entry()     {}
func (Unwind) entry()    {}
func (Send) entry()      {}
func (Bump) entry()      {}
func (Supersede) entry() {}
func (Close) entry()     {}
func (AdmitUser) entry() {}

// JournaledTx is a transaction of the ledger's journal.
type JournaledTx struct {
	Sender     Address
	Nonce      uint64
	Bump       uint32
	Tx         []byte
	Hash       Hash
	Requests   []RequestID
	Superseded bool
	SentAt     Height // the highest cursor there had been when the Send was applied
}
