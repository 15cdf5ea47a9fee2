// Package api is the HTTP face of a process: liveness, readiness, status and metrics. It answers
// from what the rooms know and makes no call of its own.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kmsgateway/messages"
)

// Timeouts of the server; every answer is small and made from memory.
const (
	readTimeout  = 5 * time.Second
	writeTimeout = 10 * time.Second
	idleTimeout  = time.Minute
	maxHeader    = 16 << 10 // bytes
)

// Config says what to serve.
type Config struct {
	Listen  string                   // host:port; port 0 picks a free one
	Health  func() []messages.Health // each room's contribution, at once
	Metrics http.Handler
	Status  func() any // rendered as JSON
}

// Server serves until Stop.
type Server struct {
	http     *http.Server
	listener net.Listener
	done     chan error
}

// Start listens and serves.
func Start(config Config) (*Server, error) {
	listener, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", config.Listen, err)
	}
	server := &Server{
		http: &http.Server{
			Handler:        routes(config),
			ReadTimeout:    readTimeout,
			WriteTimeout:   writeTimeout,
			IdleTimeout:    idleTimeout,
			MaxHeaderBytes: maxHeader,
		},
		listener: listener,
		done:     make(chan error, 1),
	}
	go func() { server.done <- server.http.Serve(listener) }()
	return server, nil
}

// Addr is where the server listens.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Stop finishes the answers under way and ends; what ctx does not leave the time for is cut.
func (s *Server) Stop(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func routes(config Config) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		rooms := config.Health()
		reply(w, readiness(rooms), map[string]any{"rooms": render(rooms)})
	})
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, config.Status())
	})
	mux.Handle("GET /metrics", config.Metrics)
	return mux
}

// readiness is 503 while any room is down; a degraded room still does its work.
func readiness(rooms []messages.Health) int {
	for _, room := range rooms {
		if room.Grade == messages.Down {
			return http.StatusServiceUnavailable
		}
	}
	return http.StatusOK
}

type roomHealth struct {
	Room   string `json:"room"`
	Grade  string `json:"grade"`
	Detail string `json:"detail,omitempty"`
}

func render(rooms []messages.Health) []roomHealth {
	out := make([]roomHealth, 0, len(rooms))
	for _, room := range rooms {
		out = append(out, roomHealth{string(room.Room), room.Grade.String(), room.Detail})
	}
	return out
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone; there is nobody to tell
}
