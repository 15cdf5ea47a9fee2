package messages

import (
	"errors"
	"fmt"
	"strings"
)

// GatewayError is every error that crosses a room: a code with its context and its cause. Find it
// with errors.As; the fields that do not apply are zero.
type GatewayError struct {
	Code    Code
	Op      string     // what was being done, in lower case
	Request RequestID  // the request concerned
	Handle  Handle     // the ciphertext concerned
	Party   PartyIndex // the party concerned
	Region  Region     // where that party lives
	Field   string     // the field of the input or configuration key that is wrong
	Detail  string     // the sentence that a person needs beyond the code
	Cause   error      // what lies beneath, for errors.Is
}

// Error renders code, context and cause on one line.
func (e *GatewayError) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Op != "" {
		fmt.Fprintf(&b, " %s", e.Op)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, " %s", e.Field)
	}
	if !e.Request.IsZero() {
		fmt.Fprintf(&b, " request %d/%d", e.Request.Chain, e.Request.Number)
	}
	if e.Handle != (Handle{}) {
		fmt.Fprintf(&b, " handle %s", e.Handle)
	}
	if e.Party != 0 {
		fmt.Fprintf(&b, " %s", e.Party)
	}
	if e.Region != "" {
		fmt.Fprintf(&b, " (%s)", e.Region)
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, ": %s", e.Detail)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *GatewayError) Unwrap() error { return e.Cause }

// Is matches another GatewayError by code, so that errors.Is(err, &GatewayError{Code: c}) works.
func (e *GatewayError) Is(target error) bool {
	other, ok := target.(*GatewayError)
	return ok && other.Code == e.Code
}

// CodeOf returns the code of the first GatewayError in err's chain, else INTERNAL; "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var gatewayError *GatewayError
	if errors.As(err, &gatewayError) {
		return gatewayError.Code
	}
	return CodeInternal
}

// MalformedField says that field does not have its form; wants says which form that is.
func MalformedField(field, wants string) *GatewayError {
	return &GatewayError{Code: CodeMalformedInput, Op: "decode", Field: field, Detail: wants}
}

// BadConfig names the configuration key at fault.
func BadConfig(key, problem string) *GatewayError {
	return &GatewayError{Code: CodeConfig, Field: key, Detail: problem}
}

// ACLDenied says that requester may not see handle.
func ACLDenied(handle Handle, requester Address) *GatewayError {
	return &GatewayError{Code: CodeACLDenied, Handle: handle,
		Detail: "requester " + requester.String()}
}

// PartyRefused carries a party's own refusal.
func PartyRefused(party PartyIndex, region Region, code Code, detail string) *GatewayError {
	return &GatewayError{Code: code, Op: "sign share", Party: party, Region: region, Detail: detail}
}

// PartyUnreachable says that a party did not answer.
func PartyUnreachable(party PartyIndex, region Region, cause error) *GatewayError {
	return &GatewayError{Code: CodePartyUnreachable, Op: "call party", Party: party,
		Region: region, Cause: cause}
}

// PartyGarbage names a party whose answer is invalid.
func PartyGarbage(party PartyIndex, region Region, detail string) *GatewayError {
	return &GatewayError{Code: CodePartyGarbage, Op: "check answer", Party: party,
		Region: region, Detail: detail}
}

// EventMismatch says how the chain contradicts what was claimed about a request.
func EventMismatch(request RequestID, detail string) *GatewayError {
	return &GatewayError{Code: CodeEventMismatch, Op: "check event", Request: request,
		Detail: detail}
}

// EventNotFinal says that the request's event is above the reader's final height.
func EventNotFinal(request RequestID, at, final Height) *GatewayError {
	return &GatewayError{Code: CodeEventNotFinal, Op: "check event", Request: request,
		Detail: fmt.Sprintf("block %d, final %d", at, final)}
}

// ChainUnavailable says that no endpoint could do op.
func ChainUnavailable(op string, cause error) *GatewayError {
	return &GatewayError{Code: CodeChainUnavailable, Op: op, Cause: cause}
}

// ChainInconsistent says that an endpoint's answers do not prove each other.
func ChainInconsistent(op, detail string) *GatewayError {
	return &GatewayError{Code: CodeChainInconsistent, Op: op, Detail: detail}
}

// CiphertextMissing says that a handle's registration could not be found.
func CiphertextMissing(handle Handle, cause error) *GatewayError {
	return &GatewayError{Code: CodeCiphertextMissing, Op: "fetch ciphertext", Handle: handle,
		Cause: cause}
}

// UnknownKey says that key is not known here.
func UnknownKey(key KeyID) *GatewayError {
	return &GatewayError{Code: CodeUnknownKey, Detail: key.String()}
}

// BelowThreshold names the parties that a request waits for.
func BelowThreshold(request RequestID, have, want int, awaited []PartyIndex) *GatewayError {
	return &GatewayError{Code: CodeBelowThreshold, Request: request,
		Detail: fmt.Sprintf("%d of %d shares, waiting for %v", have, want, awaited)}
}

// LedgerConflict says why the ledger refused an entry.
func LedgerConflict(entry, detail string) *GatewayError {
	return &GatewayError{Code: CodeConflict, Op: "apply " + entry, Detail: detail}
}

// NotLeader says that this node may not do op now.
func NotLeader(op string) *GatewayError { return &GatewayError{Code: CodeNotLeader, Op: op} }

// StorageFailed says that a write could not be made durable.
func StorageFailed(op string, cause error) *GatewayError {
	return &GatewayError{Code: CodeStorage, Op: op, Cause: cause}
}

// IdentityRefused says why somebody is not who may do op.
func IdentityRefused(op, detail string) *GatewayError {
	return &GatewayError{Code: CodeIdentityRefused, Op: op, Detail: detail}
}

// Refused gives a code with a sentence, where no other constructor says more.
func Refused(code Code, op, detail string) *GatewayError {
	return &GatewayError{Code: code, Op: op, Detail: detail}
}
