//go:build !race

// The actor library's remoting races with itself, so these tests stay out of the race detector.

package cluster_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func TestPlacesOverTheWire(t *testing.T) {
	for _, row := range crossings {
		t.Run(row.name, func(t *testing.T) {
			f := newFleet(t, newWires(t))
			row.test(t, f)
			f.close(t)
		})
	}
}

// The library would take all of these: stop its own mailboxes, or bring the process down.
func TestWireTakesNothingButLetters(t *testing.T) {
	w, n1, n2, got := twoWires(t)
	w.learn(tableOf("n1", "n2", "n3"))
	conn := w.rogue(t, "n3", "node", n2.Address())
	letter := letterFrom(t, "n3", "word")
	const kind = "kmsgateway.Letter"
	for name, message := range map[string][]byte{
		"a system word to the mailbox":   batch("mail", "actor.Stop", nil),
		"poison to the mailbox":          batch("mail", "actor.PoisonPill", nil),
		"the end of an actor":            batch("mail", "actor.Terminated", nil),
		"a type that nobody knows":       batch("mail", "no.Such", nil),
		"another type of ours":           batch("mail", "kmsgateway.Envelope", nil),
		"a type index out of range":      batch("mail", kind, letter, count(1, 7)...),
		"a negative type index":          batch("mail", kind, letter, count(1, 1<<64-1)...),
		"another serializer":             batch("mail", kind, letter, count(5, 1)...),
		"a letter that is too long":      batch("mail", kind, make([]byte, 70<<10)),
		"a letter that is none":          batch("mail", kind, []byte("garbage")),
		"a request to spawn":             batch("activator", "remote.ActorPidRequest", nil),
		"a client's greeting":            field(2, field(1)...),
		"a greeting of no kind":          field(2),
		"an answer to a greeting":        field(3),
		"nothing":                        nil,
		"more than a message may have":   make([]byte, 4<<20),
		"bytes that are no such message": []byte("garbage"),
	} {
		if err := speak(t, conn, message); err == nil || status.Code(err) == codes.DeadlineExceeded {
			t.Errorf("%s: the stream ended with %v", name, err)
		}
	}
	for _, call := range []string{"ListProcesses", "GetProcessDiagnostics"} {
		err := conn.Invoke(t.Context(), "/remote.Remoting/"+call, []byte{}, new([]byte))
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("%s: %v", call, err)
		}
	}
	arrives(t, n1, "after all that", got)
}

func TestWireKnowsThePeerByItsCertificate(t *testing.T) {
	w, n1, n2, got := twoWires(t)
	w.learn(tableOf("n1", "n2", "n3"))
	refused := n2.Counts().Refused
	const kind = "kmsgateway.Letter"
	// Wherever it is addressed, a letter lands in the one mailbox, with the name of who sends it.
	say3 := func(from, mailbox string) {
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		stream, err := w.rogue(t, "n3", "node", n2.Address()).NewStream(ctx,
			&grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, "/remote.Remoting/Receive")
		if err == nil {
			err = stream.SendMsg(batch(mailbox, kind, letterFrom(t, from, "word")))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	say3("n3", "activator")
	if heard := <-got; heard != "n3 word" {
		t.Errorf("heard %q", heard)
	}
	say3("n1", "mail")
	until(t, "a letter in another's name is refused", func() bool {
		return n2.Counts().Refused == refused+1
	})
	w.learn(tableOf("n1", "n2", "-n3"))
	say3("n3", "mail")
	until(t, "a letter of no member is refused", func() bool {
		return n2.Counts().Refused == refused+2
	})
	if err := speak(t, w.rogue(t, "n3", "party", n2.Address())); status.Code(err) !=
		codes.Unavailable {
		t.Errorf("a party's stream ended with %v", err)
	}
	stranger := newWires(t)
	if err := speak(t, stranger.rogue(t, "n1", "node", n2.Address())); status.Code(err) !=
		codes.Unavailable {
		t.Errorf("a stranger's stream ended with %v", err)
	}
	arrives(t, n1, "as ever", got)
}

func TestWireForgetsWhoeverIsRevoked(t *testing.T) {
	w, n1, n2, got := twoWires(t)
	arrives(t, n1, "before", got)
	w.lock.Lock()
	w.revoked = "n1" // as n2 learns it; n1 does not judge itself
	w.lock.Unlock()
	until(t, "n2 refuses, and tells of it", func() bool {
		n1.Carry("n2", []byte("after"))
		w.lock.Lock()
		defer w.lock.Unlock()
		return n2.Counts().Refused > 0 && len(w.facts) > 0 &&
			w.facts[0].Name == messages.FactMemberRefused
	})
	w.lock.Lock()
	w.revoked = "n2"
	w.lock.Unlock()
	before, after := n1.Counts(), n1.Counts()
	for _, more := range []int64{1, 10} { // after the first loss nothing leaves any more
		before = after
		until(t, "what n1 still has to say is lost", func() bool {
			n1.Carry("n2", []byte("after"))
			after = n1.Counts()
			return after.Lost > before.Lost+more
		})
	}
	if after.Sent != before.Sent {
		t.Errorf("%d words were sent to whoever is revoked", after.Sent-before.Sent)
	}
	w.lock.Lock()
	w.revoked = ""
	w.lock.Unlock()
	arrives(t, n1, "pardoned", got)
}

func TestWireSendsToMembersOnlyAndAsTheyAreNow(t *testing.T) {
	w, n1, _, got := twoWires(t)
	arrives(t, n1, "first", got)
	n1.Carry("n9", []byte("to nobody"))
	n1.Carry("n1", []byte("to myself"))
	n1.Carry("n2", make([]byte, messages.MaxEnvelope+1))
	if counts := n1.Counts(); counts.Refused != 3 {
		t.Errorf("counts %+v", counts)
	}
	// n2 starts again, elsewhere.
	w.leave(t, "n2")
	w.join(t, "n2")
	w.open["n2"].Receive(func(from string, envelope []byte) { got <- from + " " + string(envelope) })
	w.learn(tableOf("n1", "n2"))
	arrives(t, n1, "second", got)
	// Another listens where n2 did: it is not believed.
	w.leave(t, "n2")
	config := w.config("n3", w.authority.issue(t, "n3", "node", time.Hour))
	config.Listen = w.open["n2"].Address()
	impostor, err := cluster.NewWire(config)
	if err != nil {
		t.Fatal(err)
	}
	defer impostor.Close()
	impostor.Receive(func(string, []byte) { t.Error("a word went to an impostor") })
	impostor.Learn(tableOf("n1", "n3"))
	lost := n1.Counts().Lost
	until(t, "what n1 says is lost", func() bool {
		n1.Carry("n2", []byte("third"))
		return n1.Counts().Lost > lost+2
	})
}

func TestWireBringsManyWordsInOrder(t *testing.T) {
	_, n1, n2, got := twoWires(t)
	const words, ahead = 3000, 90 // no more than the channel holds
	next := 0
	hear := func() {
		select {
		case heard := <-got:
			if want := fmt.Sprintf("n1 %d", next); heard != want {
				t.Fatalf("heard %q, want %q", heard, want)
			}
			next++
		case <-time.After(20 * time.Second):
			t.Fatalf("%d words arrived of %d: %+v", next, words, n1.Counts())
		}
	}
	for word := range words {
		n1.Carry("n2", fmt.Appendf(nil, "%d", word))
		if word-next >= ahead {
			hear()
		}
	}
	for next < words {
		hear()
	}
	if sent, came := n1.Counts(), n2.Counts(); sent.Sent != words || came.Received != words ||
		sent.Lost+sent.Refused+came.Refused != 0 {
		t.Errorf("n1 %+v, n2 %+v", sent, came)
	}
}

// Whoever says a word to a peer that does not answer is not held up, and what waits is bounded.
func TestWireLosesWordsRatherThanWait(t *testing.T) {
	w, n1, _, _ := twoWires(t)
	deaf, err := newDeaf(t)
	if err != nil {
		t.Fatal(err)
	}
	table := tableOf("n1", "n2", "n3")
	table.Members[2].Remote = deaf
	n1.Learn(table)
	const words = 3000
	began := time.Now()
	for range words {
		n1.Carry("n3", []byte("hello"))
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("%d words held up whoever said them for %s", words, took)
	}
	if lost := n1.Counts().Lost; lost < words-1024-2 {
		t.Errorf("%d of %d words are lost: the others wait somewhere", lost, words)
	}
	until(t, "all are given up", func() bool { return n1.Counts().Lost == words })
	w.learn(tableOf("n1", "n2"))
}

func TestWireSaysWhatIsWrongWithItsAddress(t *testing.T) {
	w, n1, _, _ := twoWires(t)
	certificate := w.authority.issue(t, "n3", "node", time.Hour)
	for listen, advertise := range map[string]string{"nowhere": "", n1.Address(): "",
		"127.0.0.1:0": "no port", "0.0.0.0:0": "", "127.0.0.1:x": ""} {
		config := w.config("n3", certificate)
		config.Listen, config.Advertise = listen, advertise
		if opened, err := cluster.NewWire(config); err == nil {
			t.Errorf("listens at %q as %q", listen, opened.Address())
			_ = opened.Close()
		}
	}
	config := w.config("n3", certificate)
	config.Listen, config.Advertise = "0.0.0.0:0", "n3.example.org:7002"
	opened, err := cluster.NewWire(config)
	if err != nil || opened.Address() != "n3.example.org:7002" {
		t.Fatalf("error %v", err)
	}
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
	opened.Learn(tableOf("n1"))
	opened.Carry("n1", []byte("too late"))
	if err := opened.Close(); err != nil || opened.Counts().Refused != 1 {
		t.Errorf("a second close: %v, counts %+v", err, opened.Counts())
	}
}
