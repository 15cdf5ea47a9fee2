package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/messages"
)

// errMissing says that the endpoint, in good health, has no such block: another may.
var errMissing = errors.New("the endpoint has no such block")

// answer is what a server in good health says instead of a result. A final one, such as a revert,
// any other server would say too; the others are tried where it is not.
type answer struct {
	error
	final bool
}

// Unwrap returns the server's own error, with its code and data.
func (a answer) Unwrap() error { return a.error }

// codeReverted is the code that servers give to a revert.
const codeReverted = 3

// JSON-RPC reserves these codes for faults of the server or of the call itself, and by custom for
// limits of the service.
const (
	lowestReserved  = -32700
	highestReserved = -32600
	codeLimited     = -32005
)

// Worded makes an answer of a server's error, where it is one; any other stays as it is.
func Worded(err error) error {
	var word rpc.Error
	if !errors.As(err, &word) {
		return err
	}
	code := word.ErrorCode()
	if code == codeLimited || code >= lowestReserved && code <= highestReserved {
		return err
	}
	return answer{error: err, final: code == codeReverted}
}

// Answered reports whether err is what a server in good health says instead of a result.
func Answered(err error) bool {
	var word answer
	return errors.As(err, &word)
}

// healthy tells the circuit which errors do not count against the endpoint.
func healthy(err error) bool { return Answered(err) || errors.Is(err, errMissing) }

// discreet drops the URL from a transport's error: it may hold an API key.
func discreet(err error) error {
	var told *url.Error
	if errors.As(err, &told) {
		return told.Err
	}
	var status rpc.HTTPError
	if errors.As(err, &status) {
		return errors.New("HTTP " + status.Status)
	}
	return err
}

// OutOfTime is the error of a call whose context ended: DEADLINE, or the cancellation as it is.
func OutOfTime(op string, cause error) error {
	if errors.Is(cause, context.Canceled) {
		return fmt.Errorf("%s: %w", op, cause)
	}
	return &messages.GatewayError{Code: messages.CodeDeadline, Op: op, Cause: cause}
}
