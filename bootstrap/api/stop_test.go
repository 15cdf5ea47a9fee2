package api

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"kmsgateway/messages"
)

// slow serves a status that is not told before release is closed; asked is closed by the question.
func slow(t *testing.T) (server *Server, asked, release chan struct{}) {
	t.Helper()
	asked, release = make(chan struct{}), make(chan struct{})
	server, err := Start(Config{Listen: "127.0.0.1:0", Metrics: http.NotFoundHandler(),
		Health: func() []messages.Health { return nil },
		Status: func() any {
			close(asked)
			<-release
			return "told"
		}})
	if err != nil {
		t.Fatal(err)
	}
	return server, asked, release
}

// ask asks for the status and returns the body, or why there is none.
func ask(server *Server) <-chan string {
	said := make(chan string, 1)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	go func() {
		response, err := client.Get("http://" + server.Addr() + "/v1/status")
		if err != nil {
			said <- err.Error()
			return
		}
		defer func() { _ = response.Body.Close() }() // read to its end
		body, err := io.ReadAll(response.Body)
		if err != nil {
			body = []byte(err.Error())
		}
		said <- strings.TrimSpace(string(body))
	}()
	return said
}

func TestStopFinishesTheAnswersUnderWay(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	server, asked, release := slow(t)
	said := ask(server)
	<-asked
	stopped := make(chan error, 1)
	go func() { stopped <- server.Stop(t.Context()) }()
	select {
	case err := <-server.done: // it takes nothing new, and has not ended
		server.done <- err
	case err := <-stopped:
		t.Fatalf("the server stopped under an answer: %v", err)
	}
	close(release)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := <-said; got != `"told"` {
		t.Errorf("the answer is %s", got)
	}
}

func TestStopCutsWhatOutlastsItsTime(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	server, asked, release := slow(t)
	said := ask(server)
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := server.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stopping says %v", err)
	}
	if got := <-said; !strings.Contains(got, "EOF") {
		t.Errorf("the connection was not cut: %s", got)
	}
	close(release)
}

func TestATakenPortIsTold(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }() // it was only to be in the way
	_, err = Start(Config{Listen: taken.Addr().String()})
	if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("the error is %v", err)
	}
}

func TestOnlyQuestionsAreAnswered(t *testing.T) {
	t.Parallel()
	server, _, release := slow(t)
	close(release)
	defer func() {
		if err := server.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	for _, path := range []string{"/livez", "/readyz", "/v1/status", "/metrics"} {
		response, err := http.Post("http://"+server.Addr()+path, "text/plain", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close() // only the status counts
		if response.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s answers %d", path, response.StatusCode)
		}
	}
}
