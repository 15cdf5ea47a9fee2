package bootstrap

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// scripted makes parts that write down what is done to them; those in failing fail.
func scripted(done *[]string, failing ...string) func(name string) part {
	act := func(what string) func(context.Context) error {
		return func(context.Context) error {
			*done = append(*done, what)
			if slices.Contains(failing, what) {
				return errors.New(what + " fails")
			}
			return nil
		}
	}
	return func(name string) part {
		return part{name: name, start: act("start " + name), stop: act("stop " + name)}
	}
}

func TestPartsStopInReverse(t *testing.T) {
	t.Parallel()
	var done []string
	plan := scripted(&done)
	var p parts
	list := []part{plan("ledger"), {name: "nothing to do"}, plan("place"), plan("api")}
	if err := p.start(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second stop changes nothing
		if err := p.stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := "start ledger, start place, start api, stop api, stop place, stop ledger"
	if got := strings.Join(done, ", "); got != want {
		t.Errorf("have %s\nwant %s", got, want)
	}
}

func TestAHalfStartedListIsStoppedAgain(t *testing.T) {
	t.Parallel()
	var done []string
	plan := scripted(&done, "start api", "stop ledger")
	var p parts
	err := p.start(t.Context(), []part{plan("ledger"), plan("place"), plan("api"), plan("never")})
	want := "start ledger, start place, start api, stop place, stop ledger"
	if got := strings.Join(done, ", "); got != want {
		t.Errorf("have %s\nwant %s", got, want)
	}
	if err == nil || !strings.Contains(err.Error(), "start api: start api fails") ||
		!strings.Contains(err.Error(), "stop ledger: stop ledger fails") {
		t.Errorf("the error is %v", err)
	}
}

func TestStopTellsEveryFailure(t *testing.T) {
	t.Parallel()
	var done []string
	plan := scripted(&done, "stop ledger", "stop api")
	var p parts
	if err := p.start(t.Context(), []part{plan("ledger"), plan("place"), plan("api")}); err != nil {
		t.Fatal(err)
	}
	err := p.stop(t.Context())
	if err == nil || !strings.Contains(err.Error(), "stop api fails") ||
		!strings.Contains(err.Error(), "stop ledger fails") || len(done) != 6 {
		t.Errorf("after %v the error is %v", done, err)
	}
}
