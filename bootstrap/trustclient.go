package bootstrap

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"

	"kmsgateway/messages"
)

// maxTrustReply bounds an answer of the join service, in bytes: a list and a certificate.
const maxTrustReply = 2 * maxRevocations

// trustProblem is a refusal as it travels.
type trustProblem struct {
	Code   messages.Code `json:"code"`
	Op     string        `json:"op,omitempty"`
	Field  string        `json:"field,omitempty"`
	Detail string        `json:"detail,omitempty"`
}

// refuse answers with what the caller may know.
func refuse(w http.ResponseWriter, err error) {
	problem := trustProblem{Code: messages.CodeOf(err)}
	var told *messages.GatewayError
	if errors.As(err, &told) && !private(told.Code) {
		problem.Op, problem.Field, problem.Detail = told.Op, told.Field, told.Detail
	}
	status := http.StatusInternalServerError
	switch problem.Code {
	case messages.CodeMalformedInput:
		status = http.StatusBadRequest
	case messages.CodeIdentityRefused:
		status = http.StatusForbidden
	case messages.CodeConflict:
		status = http.StatusConflict
	case messages.CodeOverloaded:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", "10")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(tell(problem)) // a caller who is gone asks again
}

// malformedWords names what the decoder did not like.
func malformedWords(err error) error { return messages.MalformedField("body", err.Error()) }

// trustClient asks a join service. It follows no redirect and no proxy: the token is for nobody
// else.
type trustClient struct {
	address   string
	http      http.Client
	transport *http.Transport
}

func newTrustClient(address string, config *tls.Config) *trustClient {
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	return &trustClient{address: address, transport: transport,
		http: http.Client{Transport: transport, Timeout: joinTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (c *trustClient) close() { c.transport.CloseIdleConnections() }

func (c *trustClient) post(ctx context.Context, path string, words, into any) error {
	return c.call(ctx, http.MethodPost, path, tell(words), into)
}

func (c *trustClient) get(ctx context.Context, path string, into any) error {
	return c.call(ctx, http.MethodGet, path, nil, into)
}

// call returns the service's own refusal as the error it was there.
func (c *trustClient) call(ctx context.Context, method, path string, body []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, "https://"+c.address+path,
		bytes.NewReader(body))
	if err != nil {
		return messages.MalformedField("address", "want host:port")
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("ask join service: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // read only
	text, err := io.ReadAll(io.LimitReader(response.Body, maxTrustReply))
	if err != nil {
		return fmt.Errorf("hear join service: %w", err)
	}
	if response.StatusCode == http.StatusOK {
		if err := decodeStrict(text, into); err != nil {
			return fmt.Errorf("hear join service: %w", malformedWords(err))
		}
		return nil
	}
	var problem trustProblem
	if err := decodeStrict(text, &problem); err != nil || problem.Code == "" {
		return fmt.Errorf("hear join service: status %d", response.StatusCode)
	}
	return &messages.GatewayError{Code: problem.Code, Op: problem.Op, Field: problem.Field,
		Detail: problem.Detail}
}
