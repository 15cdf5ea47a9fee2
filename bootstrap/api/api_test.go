package api

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kmsgateway/messages"
)

func TestReadinessFollowsTheRooms(t *testing.T) {
	grade := messages.Healthy
	server, err := Start(Config{Listen: "127.0.0.1:0",
		Health: func() []messages.Health {
			return []messages.Health{{Room: messages.RoomKMS, Grade: messages.Healthy},
				{Room: messages.RoomLedger, Grade: grade, Detail: "why"}}
		},
		Metrics: http.NotFoundHandler(),
		Status:  func() any { return map[string]int{"open": 3} },
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		response, err := http.Get("http://" + server.Addr() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	for _, row := range []struct {
		grade  messages.Grade
		status int
	}{
		{messages.Healthy, http.StatusOK}, {messages.Degraded, http.StatusOK},
		{messages.Down, http.StatusServiceUnavailable},
	} {
		grade = row.grade
		status, body := get("/readyz")
		if status != row.status || !strings.Contains(body, `"grade":"`+row.grade.String()+`","detail":"why"`) {
			t.Errorf("%s: %d %s", row.grade, status, body)
		}
		if status, _ := get("/livez"); status != http.StatusOK {
			t.Errorf("a process with a room %s is not alive: %d", row.grade, status)
		}
	}
	if status, body := get("/v1/status"); status != http.StatusOK || !strings.Contains(body, `"open":3`) {
		t.Errorf("status: %d %s", status, body)
	}
	if status, _ := get("/v1/nothing"); status != http.StatusNotFound {
		t.Errorf("an unknown path answers %d", status)
	}
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Get("http://" + server.Addr() + "/livez"); err == nil {
		t.Error("the server still answers")
	}
}
