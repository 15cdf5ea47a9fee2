package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"kmsgateway/messages"
)

// problemType is the media type of a refusal (RFC 9457).
const problemType = "application/problem+json"

// problem is a refusal as it travels.
type problem struct {
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail,omitempty"`
	Code      messages.Code `json:"code,omitempty"`
	Op        string        `json:"op,omitempty"`
	Field     string        `json:"field,omitempty"`
	Request   string        `json:"request,omitempty"`
	Party     uint16        `json:"party,omitempty"`
	Region    string        `json:"region,omitempty"`
	Retryable bool          `json:"retryable"`
	Remedy    string        `json:"remedy,omitempty"`
}

// problemOf renders an error. The caller owns the process, so what lies beneath is told too.
func problemOf(err error) problem {
	if errors.Is(err, ErrNotFound) {
		return problem{Title: ErrNotFound.Error(), Status: http.StatusNotFound, Detail: err.Error()}
	}
	var told *messages.GatewayError
	if !errors.As(err, &told) {
		told = &messages.GatewayError{Code: messages.CodeInternal, Detail: err.Error()}
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			told.Code = messages.CodeDeadline
		}
	}
	reason := messages.ReasonOf(told.Code)
	p := problem{Title: reason.Short, Status: statusOf(told.Code), Detail: told.Detail,
		Code: told.Code, Op: told.Op, Field: told.Field, Party: uint16(told.Party),
		Region: string(told.Region), Retryable: reason.Class == messages.Transient,
		Remedy: reason.Remedy}
	if !told.Request.IsZero() {
		p.Request = told.Request.String()
	}
	if told.Cause != nil && p.Detail != "" {
		p.Detail += ": "
	}
	if told.Cause != nil {
		p.Detail += told.Cause.Error()
	}
	return p
}

// statusOf maps a code to the status of HTTP that says the same.
func statusOf(code messages.Code) int {
	switch code {
	case messages.CodeMalformedInput:
		return http.StatusBadRequest
	case messages.CodeIdentityRefused, messages.CodePolicy, messages.CodeACLDenied:
		return http.StatusForbidden
	case messages.CodeConflict:
		return http.StatusConflict
	case messages.CodeOverloaded:
		return http.StatusTooManyRequests
	case messages.CodeDeadline:
		return http.StatusGatewayTimeout
	case messages.CodeNotLeader, messages.CodeBelowThreshold, messages.CodeShuttingDown,
		messages.CodeChainUnavailable, messages.CodeStorage:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// error makes the refusal what it was at the other side.
func (p problem) error() error {
	if p.Status == http.StatusNotFound {
		return foundNothing{p.Detail}
	}
	told := &messages.GatewayError{Code: p.Code, Op: p.Op, Field: p.Field, Detail: p.Detail,
		Party: messages.PartyIndex(p.Party), Region: messages.Region(p.Region)}
	if p.Request != "" {
		request, err := messages.ParseRequestID(p.Request)
		if err != nil {
			return fmt.Errorf("hear refusal: %w", err)
		}
		told.Request = request
	}
	return told
}

// foundNothing is an ErrNotFound that came through the door, in the words of the other side.
type foundNothing struct{ says string }

func (f foundNothing) Error() string        { return f.says }
func (f foundNothing) Is(target error) bool { return target == ErrNotFound }

// refuse answers with the problem.
func refuse(w http.ResponseWriter, err error) {
	p := problemOf(err)
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a caller who is gone asks again
}
