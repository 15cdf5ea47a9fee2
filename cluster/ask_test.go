package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func ask(t testing.TB, from cluster.Fabric, to, topic string, body []byte) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return from.Peers().Ask(ctx, to, topic, body)
}

func echo(_ context.Context, from string, body []byte) ([]byte, error) {
	return append([]byte(from+" says "), body...), nil
}

func TestAskTellsWhoAsks(t *testing.T) {
	nodes := newTown(t).opened("n1", "n2")
	nodes["n2"].Peers().Answer("echo", echo)
	nodes["n1"].Peers().Answer("echo", echo)
	for from, to := range map[string]string{"n1": "n2", "n2": "n1"} {
		answer, err := ask(t, nodes[from], to, "echo", []byte("hello"))
		if err != nil || string(answer) != from+" says hello" {
			t.Errorf("%s asks %s: %q, %v", from, to, answer, err)
		}
	}
	if answer, err := ask(t, nodes["n1"], "n1", "echo", nil); err != nil || string(answer) != "n1 says " {
		t.Errorf("n1 asks itself: %q, %v", answer, err)
	}
}

func TestAskKeepsRefusals(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	cases := map[string]struct {
		err  error
		want messages.GatewayError
	}{
		"a code": {messages.NotLeader("propose"),
			messages.GatewayError{Code: messages.CodeNotLeader, Op: "propose"}},
		"a field": {messages.MalformedField("batch", "want less"),
			messages.GatewayError{Code: messages.CodeMalformedInput, Op: "decode", Field: "batch", Detail: "want less"}},
		"a cause": {messages.StorageFailed("write", errors.New("disk full")),
			messages.GatewayError{Code: messages.CodeStorage, Op: "write", Detail: "disk full"}},
		"a wrapped one": {fmt.Errorf("while: %w", messages.Refused(messages.CodeOverloaded, "join", "wait")),
			messages.GatewayError{Code: messages.CodeOverloaded, Op: "join", Detail: "wait"}},
		"any other error": {errors.New("surprise"),
			messages.GatewayError{Code: messages.CodeInternal, Detail: "surprise"}},
		"a code of a newer program": {messages.Refused("BRAND_NEW", "x", "y"),
			messages.GatewayError{Code: messages.CodeInternal, Op: "x", Detail: "y"}},
	}
	for name, c := range cases {
		nodes["n2"].Peers().Answer(name, func(context.Context, string, []byte) ([]byte, error) {
			return nil, c.err
		})
		_, err := ask(t, nodes["n1"], "n2", name, nil)
		var got *messages.GatewayError
		if !errors.As(err, &got) || *got != c.want {
			t.Errorf("%s: %#v, want %#v", name, err, c.want)
		}
	}
	if _, err := ask(t, nodes["n1"], "n2", "nobody's", nil); messages.CodeOf(err) != messages.CodeOverloaded {
		t.Errorf("a topic that nobody answers yet: %v", err)
	}
	nodes["n2"].Peers().Answer("panic", func(context.Context, string, []byte) ([]byte, error) { panic("oh") })
	if _, err := ask(t, nodes["n1"], "n2", "panic", nil); messages.CodeOf(err) != messages.CodeInternal {
		t.Errorf("a panic: %v", err)
	}
	if fact := town.told(messages.FactActorFailed); fact.Detail != "answer to panic of n1 panicked: oh" {
		t.Errorf("a panic is told as %q", fact.Detail)
	}
	nodes["n2"].Peers().Answer("echo", echo)
	if _, err := ask(t, nodes["n1"], "n2", "echo", nil); err != nil {
		t.Errorf("after the panic: %v", err)
	}
}

func TestAskBoundsBodies(t *testing.T) {
	nodes := newTown(t).opened("n1", "n2")
	nodes["n2"].Peers().Answer("echo", func(_ context.Context, _ string, body []byte) ([]byte, error) {
		return body, nil
	})
	nodes["n2"].Peers().Answer("huge", func(context.Context, string, []byte) ([]byte, error) {
		return make([]byte, 2<<20), nil
	})
	whole := bytes.Repeat([]byte("x"), messages.MaxEntry)
	if answer, err := ask(t, nodes["n1"], "n2", "echo", whole); err != nil || !bytes.Equal(answer, whole) {
		t.Errorf("an entry of full size: %d bytes, %v", len(answer), err)
	}
	if _, err := ask(t, nodes["n1"], "n2", "echo", make([]byte, 2<<20)); messages.CodeOf(err) != messages.CodeMalformedInput {
		t.Errorf("a huge question: %v", err)
	}
	if _, err := ask(t, nodes["n1"], "n2", "huge", nil); messages.CodeOf(err) != messages.CodeInternal {
		t.Errorf("a huge answer: %v", err)
	}
}

func TestAskCarriesTheDeadline(t *testing.T) {
	nodes := newTown(t).opened("n1", "n2")
	left := make(chan time.Duration, 1)
	released := make(chan struct{})
	nodes["n2"].Peers().Answer("slow", func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		deadline, _ := ctx.Deadline()
		left <- time.Until(deadline)
		<-ctx.Done() // ends with the asker's patience
		close(released)
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	_, err := nodes["n1"].Peers().Ask(ctx, "n2", "slow", nil)
	if messages.CodeOf(err) != messages.CodeDeadline {
		t.Errorf("asker: %v", err)
	}
	if d := <-left; d <= 0 || d > 300*time.Millisecond {
		t.Errorf("the other side had %v of 300 ms", d)
	}
	<-released
}

func TestAskManyAtOnce(t *testing.T) {
	nodes := newTown(t).opened("n1", "n2")
	nodes["n2"].Peers().Answer("echo", echo)
	gate, held := make(chan struct{}), atomic.Int32{}
	nodes["n2"].Peers().Answer("hold", func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		held.Add(1)
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return nil, ctx.Err()
	})
	var all sync.WaitGroup
	for i := range 200 { // more than the peer works on at once: they take turns
		all.Go(func() {
			topic := []string{"echo", "hold"}[i%2]
			if _, err := ask(t, nodes["n1"], "n2", topic, []byte{byte(i)}); err != nil {
				t.Errorf("question %d: %v", i, err)
			}
		})
	}
	soon(t, 5*time.Second, "a full house", func() bool { return held.Load() >= 32 })
	close(gate)
	all.Wait()
}

func TestAskFindsAPeerThatCameBack(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	nodes["n2"].Peers().Answer("echo", echo)
	if _, err := ask(t, nodes["n1"], "n2", "echo", nil); err != nil {
		t.Fatal(err)
	}
	if err := nodes["n2"].Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, nodes["n1"], "n2", "echo", nil); err == nil {
		t.Fatal("a closed node answers")
	}
	if _, err := ask(t, nodes["n2"], "n1", "echo", nil); messages.CodeOf(err) != messages.CodeShuttingDown {
		t.Errorf("a closed node asks: %v", err)
	}
	town.open("n2").Peers().Answer("echo", echo)
	if _, err := ask(t, nodes["n1"], "n2", "echo", nil); err != nil {
		t.Errorf("at the old address: %v", err)
	}
	town.lock.Lock()
	delete(town.seeds, "n2")
	town.lock.Unlock()
	town.open("n2").Peers().Answer("echo", func(context.Context, string, []byte) ([]byte, error) {
		return []byte("moved"), nil
	})
	nodes["n1"].Learn(town.table("n1", "n2"))
	town.part("n1", "n2") // what was open is lost
	town.heal()
	soon(t, 5*time.Second, "an answer from the new address", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		answer, err := nodes["n1"].Peers().Ask(ctx, "n2", "echo", nil)
		return err == nil && string(answer) == "moved"
	})
	if _, err := ask(t, nodes["n1"], "n9", "echo", nil); err == nil {
		t.Error("somebody nobody knows answers")
	}
}

func TestAskTurnsToWhereAPeerIsNow(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	says := func(word string) func(context.Context, string, []byte) ([]byte, error) {
		return func(context.Context, string, []byte) ([]byte, error) { return []byte(word), nil }
	}
	nodes["n2"].Peers().Answer("echo", says("the older"))
	if answer, err := ask(t, nodes["n1"], "n2", "echo", nil); err != nil || string(answer) != "the older" {
		t.Fatalf("%q, %v", answer, err)
	}
	town.lock.Lock()
	delete(town.seeds, "n2") // another process of that name, elsewhere, while the older lives
	town.lock.Unlock()
	town.open("n2").Peers().Answer("echo", says("the newer"))
	nodes["n1"].Learn(town.table("n1", "n2"))
	soon(t, 5*time.Second, "an answer of the newer process", func() bool {
		answer, err := ask(t, nodes["n1"], "n2", "echo", nil)
		return err == nil && string(answer) == "the newer"
	})
}

func BenchmarkAsk(b *testing.B) {
	nodes := newTown(b).opened("n1", "n2")
	nodes["n2"].Peers().Answer("echo", echo)
	for _, size := range []int{100, 64 << 10} {
		b.Run(fmt.Sprintf("%d_bytes", size), func(b *testing.B) {
			body := make([]byte, size)
			for b.Loop() {
				if _, err := ask(b, nodes["n1"], "n2", "echo", body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
