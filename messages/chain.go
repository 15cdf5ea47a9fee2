package messages

import "time"

// Bounds of what the contract accepts; the decoders hold to the same.
const (
	MaxHandles     = 16   // handles in one request
	MaxPlaintext   = 1024 // bytes of one plaintext
	CiphertextHead = 136  // bytes of header, c1 and c2
	MaxCiphertext  = CiphertextHead + MaxPlaintext
)

// Proof is what a settlement must show beyond the opening (CRYPTOGRAPHY 4).
type Proof uint8

const (
	// ProofOpening needs no more than an opening per handle.
	ProofOpening Proof = iota + 1
	// ProofQuorum also needs the attestation of a quorum over all outcomes.
	ProofQuorum
)

// String renders the contract's name of the proof.
func (p Proof) String() string {
	switch p {
	case ProofOpening:
		return "OPENING"
	case ProofQuorum:
		return "QUORUM"
	default:
		return "NONE"
	}
}

// Wei is an amount of the chain's coin, a big-endian 256-bit integer.
type Wei [32]byte

// Options are the requester's choices, part of the request's digest.
type Options struct {
	Proof            Proof
	CallbackGasLimit uint32
	Deadline         uint64 // block time, seconds
	RefundTo         Address
}

// EventPlace says where on the chain an event stands. What a node supplies is a hint: whoever
// relies on it reads the block by itself.
type EventPlace struct {
	Block    BlockRef
	Tx       Hash
	LogIndex uint32 // position in the block
}

// Requested is the contract's DecryptionRequested event.
type Requested struct {
	Request      RequestID
	App          Address // who asked and is called back
	Key          KeyID
	Handles      []Handle // 1 to MaxHandles
	RegisteredAt []Height // block of each handle's registration
	Selector     Selector // the callback
	Options      Options
	Fee          Wei
	BlockTime    uint64 // of the event's block, seconds
	Place        EventPlace
}

// Registered is the contract's CiphertextRegistered event.
type Registered struct {
	Handle     Handle
	App        Address // the app that registered: key derivation binds to it
	Owner      Address
	Salt       Hash
	Key        KeyID
	Ciphertext []byte
	Place      EventPlace
}

// Outcome is how a request ended.
type Outcome uint8

const (
	// OutcomeFulfilled means that at least one handle was opened and the app called.
	OutcomeFulfilled Outcome = iota + 1
	// OutcomeRejected means that a quorum attested a rejection of every handle.
	OutcomeRejected
	// OutcomeExpired means that the deadline and grace passed and the fee went back.
	OutcomeExpired
	// OutcomeAnswered means that a user request was answered.
	OutcomeAnswered
)

// String renders the outcome in lower case.
func (o Outcome) String() string {
	switch o {
	case OutcomeFulfilled:
		return "fulfilled"
	case OutcomeRejected:
		return "rejected"
	case OutcomeExpired:
		return "expired"
	case OutcomeAnswered:
		return "answered"
	default:
		return "open"
	}
}

// Ended is the contract's word that a request is over.
type Ended struct {
	Request RequestID
	Outcome Outcome
	Called  bool // the app's callback succeeded
	Place   EventPlace
}

// Event is one proven log of the contract, in chain order: exactly one field is set.
type Event struct {
	Requested *Requested
	Ended     *Ended
}

// Status is what became of one handle.
type Status uint8

const (
	// StatusOpened carries seed and plaintext.
	StatusOpened Status = iota + 1
	// StatusMalformed says that the ciphertext does not open though the key is right.
	StatusMalformed
	// StatusPolicy says that governance forbids the decryption.
	StatusPolicy
)

// HandleOutcome is one handle's line of a settlement.
type HandleOutcome struct {
	Handle    Handle
	Status    Status
	InputID   Hash
	Seed      [32]byte // of a public decryption: public from the settlement on
	Plaintext []byte
	C1        [96]byte // compressed G2 point of the ciphertext
	RestHash  Hash     // keccak256(c2 || c3)
}

// KeyInfo is what the registry and the dealer publish about a key; all of it is public.
type KeyInfo struct {
	Key       KeyID
	Epoch     KeyEpoch
	Parties   int // n
	Threshold int // t
	Master    [96]byte
	Shares    [][96]byte // public share of party i at i-1
}

// PartyInfo is one KMS party as nodes know it.
type PartyInfo struct {
	Index     PartyIndex
	Region    Region
	Endpoints []string // host:port, the active one first
	Name      string   // the name in its certificate
}

// Clock tells the time; the only way to the wall clock.
type Clock func() time.Time
