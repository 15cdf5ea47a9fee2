package messages

import "time"

// Admitted says that the ledger holds a row for the request.
type Admitted struct{ Requested Requested }

// Closed says that the request's row ended.
type Closed struct {
	Request RequestID
	Outcome Outcome
	At      BlockRef
}

// Unwound says that the ledger went back to a block; rows above it are void or open again.
type Unwound struct{ To BlockRef }

// Decrypt asks the request's virtual actor to do its work, for the first time or again.
type Decrypt struct {
	Requested Requested
	Attempt   uint32        // from 1
	Budget    time.Duration // what is left of the work's time; re-anchored on receipt
}

// DecryptDeferred says that this attempt came to nothing and why; the dispatcher tries again.
type DecryptDeferred struct {
	Request RequestID
	Attempt uint32
	Code    Code
	Detail  string
}

// InputHint says how a handle came to be; the party re-hashes it:
//
//	inputId = H(chain, gateway, App, Owner, Salt)
//	handle  = H(inputId, key, C1Hash, RestHash, Length)
type InputHint struct {
	Handle   Handle
	App      Address
	Owner    Address
	Salt     Hash
	C1Hash   Hash
	RestHash Hash
	Length   uint32 // bytes of the plaintext
}

// SignShare asks a party for its share of every input's decryption key.
type SignShare struct {
	Request RequestID
	Party   PartyIndex
	Key     KeyID
	Epoch   KeyEpoch
	Place   EventPlace
	Inputs  []InputHint
	Budget  time.Duration
}

// ShareSigned carries a party's shares, one per input in order: 96 raw bytes (x, y) each.
type ShareSigned struct {
	Request   RequestID
	Party     PartyIndex
	Epoch     KeyEpoch
	Shares    [][96]byte
	Signature []byte // of the party's identity key over EvidenceDigest, for blame that travels
}

// ShareRefused carries a party's, or on its behalf the proxy's, refusal.
type ShareRefused struct {
	Request RequestID
	Party   PartyIndex
	Code    Code
	Detail  string
}

// InputProof is what a party needs to recompute one outcome by itself.
type InputProof struct {
	Hint       InputHint
	Key        [48]byte // the combined decryption key K of this input
	Ciphertext []byte
}

// SignOutcomes asks a party to attest the outcomes that follow from the proofs.
type SignOutcomes struct {
	Request        RequestID
	Party          PartyIndex
	Key            KeyID
	Epoch          KeyEpoch
	Place          EventPlace
	Inputs         []InputProof
	OutcomesDigest Hash // what the node believes; the party recomputes it
	Budget         time.Duration
}

// OutcomesSigned carries a party's share of the attestation.
type OutcomesSigned struct {
	Request        RequestID
	Party          PartyIndex
	Epoch          KeyEpoch
	OutcomesDigest Hash
	Share          [96]byte
	Signature      []byte // as in ShareSigned
}

// CombineInput is one input of a Combine: its ciphertext and identity, and t shares of its key.
type CombineInput struct {
	Hint       InputHint
	InputID    Hash
	Ciphertext []byte
	Shares     [][96]byte // as many as Combine.Parties, in that order
}

// Combine asks the aggregator for the openings.
type Combine struct {
	Request RequestID
	Key     KeyInfo
	Parties []PartyIndex // t of them
	Inputs  []CombineInput
}

// Opened says that every input's key is proven right: each input has an outcome, opened or
// malformed, and the key K that shows it.
type Opened struct {
	Request  RequestID
	Outcomes []HandleOutcome
	Keys     [][48]byte
	Took     time.Duration
}

// Blamed names the parties whose shares are invalid; the request asks others instead.
type Blamed struct {
	Request RequestID
	Parties []PartyIndex
}

// CombineAttestation asks the aggregator for the quorum's signature on the outcomes.
type CombineAttestation struct {
	Request        RequestID
	Key            KeyInfo
	OutcomesDigest Hash
	Parties        []PartyIndex
	Shares         [][96]byte
}

// Attested carries the quorum's signature, verified under the attestation key.
type Attested struct {
	Request   RequestID
	Signature [48]byte
}

// Settle asks the submitter to post the outcome; a hint, repeated until the row closes.
type Settle struct {
	Requested   Requested
	Outcomes    []HandleOutcome
	Attestation *[48]byte // for ProofQuorum, and wherever an outcome is a rejection
}

// ShareAnswer is a party's answer to one SignShare: exactly one field is set.
type ShareAnswer struct {
	Signed  *ShareSigned
	Refused *ShareRefused
}

// OutcomeAnswer is a party's answer to one SignOutcomes: exactly one field is set.
type OutcomeAnswer struct {
	Signed  *OutcomesSigned
	Refused *ShareRefused
}

// PartyState is what a node knows of a party's form: it orders whom a request asks first.
type PartyState struct {
	Party  PartyIndex
	Region Region
	Usable bool          // its circuit is not open
	P50    time.Duration // of recent answers; 0 when unknown
	P95    time.Duration
}
