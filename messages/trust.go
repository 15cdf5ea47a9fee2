package messages

// RoomTrust is where members are admitted, renewed and revoked.
const RoomTrust Room = "trust"

// What happens to the members of a cluster. A fact of these never carries a token or a key.
const (
	FactMemberJoined        FactName = "member_joined"        // trust: Detail names member and role
	FactMemberRefused       FactName = "member_refused"       // trust: Code, Detail
	FactCertificateRenewed  FactName = "certificate_renewed"  // trust: Detail names the member
	FactRevocationsAccepted FactName = "revocations_accepted" // trust: Count is the sequence
	FactRevocationsRefused  FactName = "revocations_refused"  // trust: Code, Detail
)

// CodeIdentityRefused is the refusal of a certificate, a role or a join token.
const CodeIdentityRefused Code = "IDENTITY_REFUSED"

// IdentityRefused says why somebody is not who may do op.
func IdentityRefused(op, detail string) *GatewayError {
	return &GatewayError{Code: CodeIdentityRefused, Op: op, Detail: detail}
}
