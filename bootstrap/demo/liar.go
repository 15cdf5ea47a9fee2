package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// maxRPC bounds one JSON-RPC message that passes the liar, in bytes.
const maxRPC = 64 << 20

// liar is a chain endpoint that answers truly but for receipts, which it forges: each transaction
// that succeeded is said to have failed. Whoever recomputes the receipts root finds out.
type liar struct {
	behind string
	server *http.Server
}

// startLiar puts a liar before the chain and returns its URL; it ends with the stage.
func (s *stage) startLiar() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start lying endpoint: %w", err)
	}
	s.liar = &liar{behind: s.chain.URL()}
	s.liar.server = &http.Server{Handler: s.liar, ReadHeaderTimeout: time.Second}
	go func() { _ = s.liar.server.Serve(listener) }() // it ends by Close
	s.say("fault: party 1's chain endpoint forges receipts")
	return "http://" + listener.Addr().String(), nil
}

// ServeHTTP passes a call on and forges what it must.
func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRPC))
	if err != nil {
		http.Error(w, "read", http.StatusBadRequest)
		return
	}
	answer, err := l.forward(r.Context(), body)
	if err != nil {
		http.Error(w, "forward", http.StatusBadGateway)
		return
	}
	if bytes.Contains(body, []byte("Receipt")) {
		answer = bytes.ReplaceAll(answer, []byte(`"status":"0x1"`), []byte(`"status":"0x0"`))
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer) // the caller has gone; nobody to tell
}

func (l *liar) forward(ctx context.Context, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.behind,
		bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // read to its end below
	return io.ReadAll(io.LimitReader(response.Body, maxRPC))
}
