package messages

// Code names a refusal that a person can see; it is stable and the same in CLI, API, log and audit.
type Code string

// Class says what follows from a refusal.
type Class uint8

const (
	// Permanent refusals hold for ever and may be attested by a quorum.
	Permanent Class = iota + 1
	// Transient refusals are retried and never attested.
	Transient
)

// String renders "permanent" or "transient".
func (c Class) String() string {
	if c == Permanent {
		return "permanent"
	}
	return "transient"
}

// Every refusal there is.
const (
	CodeMalformed         Code = "MALFORMED"
	CodeMalformedInput    Code = "MALFORMED_INPUT"
	CodeACLDenied         Code = "ACL_DENIED"
	CodePolicy            Code = "POLICY"
	CodeExpired           Code = "EXPIRED"
	CodeUnknownKey        Code = "UNKNOWN_KEY"
	CodeWrongEpoch        Code = "WRONG_EPOCH"
	CodeEventMismatch     Code = "EVENT_MISMATCH"
	CodeEquivocation      Code = "EQUIVOCATION"
	CodeOutcomeMismatch   Code = "OUTCOME_MISMATCH"
	CodeEventNotFinal     Code = "EVENT_NOT_FINAL"
	CodeChainUnavailable  Code = "CHAIN_UNAVAILABLE"
	CodeChainInconsistent Code = "CHAIN_INCONSISTENT"
	CodePartyUnreachable  Code = "PARTY_UNREACHABLE"
	CodePartyGarbage      Code = "PARTY_GARBAGE"
	CodeCircuitOpen       Code = "CIRCUIT_OPEN"
	CodeBelowThreshold    Code = "BELOW_THRESHOLD"
	CodeCiphertextMissing Code = "CIPHERTEXT_MISSING"
	CodeOverloaded        Code = "OVERLOADED"
	CodeDeadline          Code = "DEADLINE"
	CodeNotLeader         Code = "NOT_LEADER"
	CodeConflict          Code = "CONFLICT"
	CodeUnderpriced       Code = "UNDERPRICED"
	CodeQuarantined       Code = "QUARANTINED"
	CodeShuttingDown      Code = "SHUTTING_DOWN"
	CodeStandby           Code = "STANDBY"
	CodeConfig            Code = "CONFIG"
	CodeStorage           Code = "STORAGE"
	CodeIdentityRefused   Code = "IDENTITY_REFUSED"
	CodeInternal          Code = "INTERNAL"
)

// Reason explains a Code to a person: what happened in short and at length, and what to do.
type Reason struct {
	Code   Code
	Class  Class
	Short  string
	Long   string
	Remedy string
}

// ReasonOf returns the reason of a code; an unknown code explains itself as INTERNAL.
func ReasonOf(code Code) Reason {
	for _, reason := range Reasons() {
		if reason.Code == code {
			return reason
		}
	}
	return ReasonOf(CodeInternal)
}

// Reasons lists every refusal once, in the order of the constants.
func Reasons() []Reason { return append(verdicts(), troubles()...) }

// verdicts are what somebody decides about a request.
func verdicts() []Reason {
	return []Reason{
		{CodeMalformed, Permanent, "the ciphertext does not open",
			"The combined key is right, yet the ciphertext does not decrypt to an opening of its c1.",
			"Encrypt again with the app's derived key and the identity of this very registration."},
		{CodeMalformedInput, Permanent, "a value has the wrong form",
			"A field failed the hardened decoder: wrong length, not canonical, or not a valid point.",
			"Correct the field that the error names."},
		{CodeACLDenied, Permanent, "the ACL does not allow this",
			"The requester has no grant for the handle at the chain height that was read.",
			"Ask the handle's app to allow the requester, then request again."},
		{CodePolicy, Permanent, "governance forbids this",
			"The app or handle is on the deny list, or the gateway is paused.",
			"Read the registry's announcements; ask governance."},
		{CodeExpired, Permanent, "the request is past its deadline",
			"Block time passed deadline plus grace before a quorum answered; the fee is returned.",
			"Request again; check how many parties answer."},
		{CodeUnknownKey, Permanent, "no such key here",
			"The named key is not held by this party or not known to this node.",
			"Check keyId against the registry."},
		{CodeWrongEpoch, Transient, "the key epoch differs",
			"Node and party do not agree on the key's epoch, as happens while a resharing activates.",
			"None needed; the node re-reads the registry and retries."},
		{CodeEventMismatch, Permanent, "the chain tells another story",
			"The event at the named place is not the named request, or a handle does not re-hash.",
			"If it persists, the asking node is faulty or lies; inspect it."},
		{CodeEquivocation, Permanent, "another outcome was attested",
			"This party has already attested a different outcome for this request.",
			"Inspect the asking node; a correct one never asks for two outcomes."},
		{CodeOutcomeMismatch, Permanent, "the outcomes do not follow",
			"The party recomputed the outcomes from key and ciphertext and found others.",
			"Inspect the asking node."},
		{CodeEventNotFinal, Transient, "the event is not final yet",
			"By its own endpoints and its own setting the party does not see the event as final.",
			"None needed; it is retried."},
	}
}

// troubles are what hinders a decision.
func troubles() []Reason {
	return []Reason{
		{CodeChainUnavailable, Transient, "no chain endpoint answers",
			"Every configured JSON-RPC endpoint failed or its circuit is open.",
			"Check the endpoints in the configuration."},
		{CodeChainInconsistent, Transient, "a chain endpoint contradicts itself",
			"Logs, receipts and headers of the endpoint do not prove each other.",
			"Replace the endpoint; it lies or is broken."},
		{CodePartyUnreachable, Transient, "the party does not answer",
			"The connection failed or the deadline passed.",
			"Check the party's process and the network between."},
		{CodePartyGarbage, Transient, "the party's answer is invalid",
			"The answer did not decode, or the share fails its verification equation.",
			"Tell the party's operator; the evidence is in the audit log."},
		{CodeCircuitOpen, Transient, "calls are paused after failures",
			"A circuit breaker is open after repeated failures and closes by itself.",
			"Look at the failures before it opened."},
		{CodeBelowThreshold, Transient, "fewer than t parties answer",
			"Not enough parties have answered; the request waits for those named.",
			"Bring the named parties back; after deadline and grace anyone may expire the request."},
		{CodeCiphertextMissing, Transient, "the ciphertext is not at hand",
			"No endpoint returned the registration log of the handle.",
			"None needed; it is retried."},
		{CodeOverloaded, Transient, "too much is in flight",
			"A bound on concurrent work is reached.",
			"None needed; it is retried with backoff."},
		{CodeDeadline, Transient, "the time budget is used up",
			"The work did not finish within the budget it was given.",
			"None needed; it is retried."},
		{CodeNotLeader, Transient, "this node does not lead",
			"Only the Raft leader may do this.",
			"Ask the leader."},
		{CodeConflict, Transient, "the ledger has moved on",
			"A compare-and-set failed: the cursor, nonce or row is not what the proposer believed.",
			"None needed; the proposer re-reads."},
		{CodeUnderpriced, Transient, "the fee does not cover the gas",
			"The request's fee is below the present cost of settling it.",
			"Bump the fee, or wait for cheaper gas."},
		{CodeQuarantined, Transient, "the request was set aside",
			"Its actor failed repeatedly and rests; the failure is in the log.",
			"Report the failure."},
		{CodeShuttingDown, Transient, "the node is stopping",
			"It drains what it has and takes nothing new.",
			"Ask another node."},
		{CodeStandby, Transient, "this address of the party stands by",
			"A standby gives shares, but attests nothing: only the party's active address does.",
			"If the active address is gone for good, its operator sets party.standby to false here."},
		{CodeConfig, Permanent, "the configuration is invalid",
			"A key is unknown, missing, or contradicts another.",
			"Correct the key that the error names."},
		{CodeStorage, Transient, "the disk refuses",
			"A write could not be made durable.",
			"Check space, permissions and health of the disk."},
		{CodeIdentityRefused, Transient, "not who may do this",
			"A certificate or join token is foreign, expired, used, revoked, or of another role.",
			"Join again with a fresh token of the right role; if nobody should have asked, look who did."},
		{CodeInternal, Transient, "something unexpected",
			"An error that no other code describes.",
			"Report it with the debug log."},
	}
}
