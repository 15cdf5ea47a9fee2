package messages

import (
	"context"
	"time"
)

// Room names a part of the house in facts, health and metrics.
type Room string

// The rooms of a node and of a party.
const (
	RoomListener   Room = "listener"
	RoomSubmitter  Room = "submitter"
	RoomDispatch   Room = "dispatch"
	RoomRequest    Room = "request"
	RoomAggregator Room = "aggregator"
	RoomKMS        Room = "kms"
	RoomParty      Room = "party"
	RoomEthereum   Room = "ethereum"
	RoomLedger     Room = "ledger"
	RoomContent    Room = "content"
	RoomPlace      Room = "place"
	RoomMembers    Room = "members" // who is in the cluster
	RoomTrust      Room = "trust"   // where members are admitted, renewed and revoked
)

// FactName names what happened; the table in bootstrap/observe.go says what each becomes.
type FactName string

// Every fact there is, in the order of a request's life.
const (
	FactBlockScanned     FactName = "block_scanned"     // listener: Block, Count events
	FactRequestSeen      FactName = "request_seen"      // listener: a final, proven event
	FactLogQuarantined   FactName = "log_quarantined"   // listener: a log that does not decode
	FactCursorUnwound    FactName = "cursor_unwound"    // listener: Block is the ancestor
	FactChainHalted      FactName = "chain_halted"      // listener: Code, Detail; Block is the cursor
	FactRequestAdmitted  FactName = "request_admitted"  // ledger
	FactEntryRefused     FactName = "entry_refused"     // ledger: Code, Detail
	FactEntryApplied     FactName = "entry_applied"     // ledger: Took from proposal to applied
	FactDecryptPosted    FactName = "decrypt_posted"    // dispatch: Count is the attempt
	FactDecryptDeferred  FactName = "decrypt_deferred"  // dispatch: Code, Detail
	FactCiphertextFound  FactName = "ciphertext_found"  // content: Handle, Took
	FactShareAsked       FactName = "share_asked"       // request: Party, Region
	FactShareReceived    FactName = "share_received"    // kms: Party, Region, Took
	FactShareDenied      FactName = "share_denied"      // kms: Party, Region, Code, Detail
	FactThresholdReached FactName = "threshold_reached" // request: Count shares
	FactThresholdAwaited FactName = "threshold_awaited" // request: Detail names the awaited
	FactRequestOpened    FactName = "request_opened"    // aggregator: Took
	FactPartyBlamed      FactName = "party_blamed"      // request: Party, Evidence
	FactOutcomeAttested  FactName = "outcome_attested"  // aggregator: Digest, Took
	FactSettlementSent   FactName = "settlement_sent"   // submitter: Digest is the tx hash
	FactSettlementFailed FactName = "settlement_failed" // submitter: Code, Detail
	FactRequestClosed    FactName = "request_closed"    // ledger: Detail is the outcome
	FactShareReleased    FactName = "share_released"    // party: Party, Block, Height final
	FactShareRefused     FactName = "share_refused"     // party: Party, Code, Detail
	FactOutcomeSigned    FactName = "outcome_signed"    // party: Party, Digest
	FactActorActivated   FactName = "actor_activated"   // place: Detail names the actor
	FactActorFailed      FactName = "actor_failed"      // place: Detail
	FactActorQuarantined FactName = "actor_quarantined" // place: Detail
	FactCircuitChanged   FactName = "circuit_changed"   // any client: Detail names client, state
	FactCallDone         FactName = "call_done"         // any client: Detail names call, Code, Took

	FactMemberJoined        FactName = "member_joined"        // trust: Detail names role and member
	FactMemberRefused       FactName = "member_refused"       // trust: Code, Detail
	FactCertificateRenewed  FactName = "certificate_renewed"  // trust: Detail names the member
	FactRevocationsAccepted FactName = "revocations_accepted" // trust: Count is the sequence
	FactRevocationsRefused  FactName = "revocations_refused"  // trust: Code, Detail

	FactOperatorActed FactName = "operator_acted" // admin: Code, Detail names the act, Took
	FactMemberUp      FactName = "member_up"      // members: committed; Detail names it
	FactMemberDown    FactName = "member_down"    // members: committed; Detail names it
	FactSuperseded    FactName = "superseded"     // submitter: Digest is the tx it is taken from
	FactGasWasted     FactName = "gas_wasted"     // submitter: Digest settled nothing; Count gas
)

// Fact is one thing that happened, published once by the room it happened in. Only Name, Room and
// At are always set. A fact never carries a share, a key, a seed or a plaintext.
type Fact struct {
	Name     FactName
	Room     Room
	At       time.Time
	Took     time.Duration // how long it took, ending at At; 0 for a moment
	Request  RequestID
	Handle   Handle
	Party    PartyIndex
	Region   Region
	Block    BlockRef
	Final    Height // the observer's own final height, where the fact rests on it
	Digest   Hash
	Count    int
	Code     Code
	Detail   string
	Evidence []byte // a party's signature over EvidenceDigest of what it sent
}

// Publish takes a fact; it never blocks for long and never fails.
type Publish func(context.Context, Fact)

// Grade says how well a room does.
type Grade uint8

const (
	// Healthy rooms do their work.
	Healthy Grade = iota + 1
	// Degraded rooms do their work with a margin gone.
	Degraded
	// Down rooms cannot do their work.
	Down
)

// String renders the grade in lower case.
func (g Grade) String() string {
	switch g {
	case Healthy:
		return "healthy"
	case Degraded:
		return "degraded"
	default:
		return "down"
	}
}

// Health is one room's contribution to the health of its process.
type Health struct {
	Room   Room
	Grade  Grade
	Detail string // what is amiss, or what there is to know
}

// HealthCheck answers at once from what the room knows; it makes no call.
type HealthCheck func() Health

// aboutKey carries a request through calls that know nothing of requests.
type aboutKey struct{}

// About returns a context for work on a request: facts that are published with it, by whoever is
// called below, are about that request where they name none.
func About(ctx context.Context, request RequestID) context.Context {
	return context.WithValue(ctx, aboutKey{}, request)
}

// RequestOf returns the request that ctx is about, the zero RequestID where it is about none.
func RequestOf(ctx context.Context) RequestID {
	request, _ := ctx.Value(aboutKey{}).(RequestID)
	return request
}
