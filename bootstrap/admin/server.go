package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"kmsgateway/messages"
)

// room names the door in facts; it is no part of the process's work and has no health of its own.
const room messages.Room = "admin"

// Bounds of the door: who knocks owns the process, and can still err.
const (
	maxBody   = 4 << 10          // of what is told, in bytes
	maxHeader = 8 << 10          // of its head, in bytes
	maxCalls  = 16               // at once
	readTime  = 5 * time.Second  // for a call to arrive
	lookTime  = 10 * time.Second // for an answer from memory, and from other nodes' memory
	actTime   = time.Minute      // for what changes the cluster
	idleTime  = time.Minute      // between two calls of one connection
	// MaxLines bounds a list of requests; DefaultLines is its length where nobody says.
	MaxLines     = 1000
	DefaultLines = 20
)

// Config says where the door is and what is behind it.
type Config struct {
	Path     string   // of the socket, admin.sock in the data folder, which exists
	Operator Operator // what the process does
	Publish  messages.Publish
	Clock    messages.Clock
}

// Server is the door while it is open.
type Server struct {
	config Config
	claim  *Claim
	http   *http.Server
	calls  chan struct{} // one for each call under way
	served chan error
	stop   sync.Once
}

// Start opens the door: CONFLICT where a living process has one there, STORAGE where it cannot be
// made. A socket that a dead process left is replaced.
func Start(config Config) (*Server, error) {
	claim, err := ClaimFolder(filepath.Dir(config.Path))
	if err != nil {
		return nil, err
	}
	listener, err := listen(config.Path)
	if err != nil {
		return nil, errors.Join(err, claim.Release())
	}
	s := &Server{config: config, claim: claim, calls: make(chan struct{}, maxCalls),
		served: make(chan error, 1)}
	s.http = &http.Server{Handler: s.routes(), ReadTimeout: readTime,
		WriteTimeout: readTime + actTime + lookTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0)} // callers who go away are no news
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// Stop ends what is under way, within ctx, and closes the door. A second call changes nothing.
func (s *Server) Stop(ctx context.Context) (err error) {
	s.stop.Do(func() { err = s.close(ctx) })
	return err
}

func (s *Server) close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return errors.Join(err, os.Remove(s.config.Path), s.claim.Release())
}

// nothing is what is told where there is nothing to tell.
type nothing struct{}

// named is whom an act is about.
type named struct {
	Name string `json:"name"`
}

func (s *Server) routes() http.Handler {
	do := s.config.Operator
	mux := http.NewServeMux()
	look := func(path string, how func(context.Context, *http.Request) (any, error)) {
		mux.HandleFunc("GET "+path, s.answer(lookTime, how))
	}
	look("/v1/status", func(ctx context.Context, r *http.Request) (any, error) {
		return do.Status(ctx)
	})
	look("/v1/members", func(ctx context.Context, r *http.Request) (any, error) {
		return do.Members(ctx)
	})
	look("/v1/seats", func(ctx context.Context, r *http.Request) (any, error) {
		return do.Seats(ctx)
	})
	look("/v1/requests", s.requests)
	look("/v1/request", func(ctx context.Context, r *http.Request) (any, error) {
		return do.Request(ctx, r.URL.Query().Get("id"))
	})
	mux.HandleFunc("POST /v1/drain", act(s, "drain", func(ctx context.Context, _ nothing) (any, error) {
		return nothing{}, do.Drain(ctx)
	}))
	mux.HandleFunc("POST /v1/snapshot", act(s, "snapshot",
		func(ctx context.Context, _ nothing) (any, error) { return nothing{}, do.Snapshot(ctx) }))
	mux.HandleFunc("POST /v1/leader", act(s, "transfer leadership",
		func(ctx context.Context, to named) (any, error) {
			leader, err := do.TransferLeader(ctx, to.Name)
			return named{leader}, err
		}))
	mux.HandleFunc("POST /v1/remove", act(s, "remove node",
		func(ctx context.Context, who named) (any, error) {
			if who.Name == "" {
				return nil, messages.MalformedField("name", "want the name of a node")
			}
			return nothing{}, do.RemoveNode(ctx, who.Name)
		}))
	mux.HandleFunc("POST /v1/keyring", act(s, "rotate keyring",
		func(ctx context.Context, _ nothing) (any, error) { return do.RotateKeyring(ctx) }))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, ErrNotFound))
	})
	return mux
}

// requests reads the filter and the limit of a list.
func (s *Server) requests(ctx context.Context, r *http.Request) (any, error) {
	query := r.URL.Query()
	limit := DefaultLines
	if text := query.Get("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > MaxLines {
			return nil, messages.MalformedField("limit", fmt.Sprintf("want 1 to %d", MaxLines))
		}
	}
	return s.config.Operator.Requests(ctx, Filter{State: query.Get("state")}, limit)
}

// answer bounds a call in number and time; how returns what to tell.
func (s *Server) answer(within time.Duration,
	how func(context.Context, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.calls <- struct{}{}:
			defer func() { <-s.calls }()
		default:
			refuse(w, messages.Refused(messages.CodeOverloaded, "answer",
				fmt.Sprintf("%d calls are under way", maxCalls)))
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		words, err := how(ctx, r)
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(words) // a caller who is gone asks again
	}
}

// act reads what the act is about, does it, and publishes that somebody did: who may do anything
// here leaves a trace of it.
func act[T any](s *Server, name string, how func(context.Context, T) (any, error)) http.HandlerFunc {
	return s.answer(actTime, func(ctx context.Context, r *http.Request) (any, error) {
		var about T
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		if err != nil || len(body) > maxBody {
			return nil, messages.MalformedField("body", fmt.Sprintf("want at most %d bytes", maxBody))
		}
		if err := decode(body, &about); err != nil {
			return nil, messages.MalformedField("body", err.Error())
		}
		began := s.config.Clock()
		words, err := how(ctx, about)
		fact := messages.Fact{Name: messages.FactOperatorActed, Room: room, At: s.config.Clock(),
			Took: s.config.Clock().Sub(began), Code: messages.CodeOf(err), Detail: name}
		if who, is := any(about).(named); is && who.Name != "" {
			fact.Detail += " " + who.Name
		}
		s.config.Publish(ctx, fact)
		return words, err
	})
}

// decode reads one JSON value: no unknown field, nothing behind it.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}
