package kmstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kmsgateway/actors/kms"
	"kmsgateway/messages"
)

// Factory makes a client of a party that behaves as the scripted one does. It ends what it started
// when the test does.
type Factory func(t *testing.T, party *Party) kms.Client

// patience bounds how long anything in the suite may take that should be prompt.
const patience = 10 * time.Second

// Suite is what every client of a party must do.
func Suite(t *testing.T, connect Factory) {
	rows := []struct {
		name string
		test func(t *testing.T, party *Party, client kms.Client)
	}{
		{"answers every word in order", suiteOrder},
		{"carries a full call", suiteFull},
		{"carries an attestation", suiteOutcomes},
		{"passes refusals on", suiteRefusals},
		{"passes a share on that only its equation gives away", suiteWrongShare},
		{"gives up when its caller does", suiteCancel},
		{"gives up when time is up", suiteDeadline},
		{"says that a party is unreachable and finds it again", suiteUnreachable},
		{"serves many callers at once", suiteConcurrent},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			party := NewParty(3)
			row.test(t, party, connect(t, party))
		})
	}
}

func suiteOrder(t *testing.T, _ *Party, client kms.Client) {
	var words []messages.SignShare
	for n := range 5 {
		words = append(words, SignShare(n, 3, n+1))
	}
	wantShares(t, client, words)
}

// The largest call that a proxy makes must fit through whole.
func suiteFull(t *testing.T, party *Party, client kms.Client) {
	var words []messages.SignShare
	for n := range messages.MaxBatch {
		words = append(words, SignShare(n, 3, messages.MaxHandles))
	}
	wantShares(t, client, words)
	if got := party.Calls(); len(got) != 1 || len(got[0].Shares) != messages.MaxBatch {
		t.Errorf("the party got %d calls", len(got))
	}
}

func suiteOutcomes(t *testing.T, party *Party, client kms.Client) {
	word := SignOutcomes(1, 3)
	answer, err := client.SignOutcomes(soon(t), word)
	if err != nil || answer.Signed == nil || answer.Refused != nil {
		t.Fatalf("got %+v, %v", answer, err)
	}
	if answer.Signed.Request != word.Request || answer.Signed.OutcomesDigest != word.OutcomesDigest ||
		answer.Signed.Share != Share(word.Request, 3, 0) {
		t.Errorf("got %+v", answer.Signed)
	}
	if got := party.Calls(); len(got) != 1 || got[0].Outcomes.OutcomesDigest != word.OutcomesDigest {
		t.Errorf("the party got %+v", got)
	}
}

func suiteRefusals(t *testing.T, party *Party, client kms.Client) {
	party.Fail(Refusing)
	words := []messages.SignShare{SignShare(1, 3, 1), SignShare(2, 3, 1)}
	answers, err := client.SignShares(soon(t), words)
	if err != nil || len(answers) != 2 {
		t.Fatalf("got %+v, %v", answers, err)
	}
	for i, answer := range answers {
		if answer.Refused == nil || answer.Refused.Code != messages.CodeEventNotFinal ||
			answer.Refused.Request != words[i].Request || answer.Refused.Detail != "block 9, final 8" {
			t.Errorf("answer %d is %+v", i, answer)
		}
	}
	outcome, err := client.SignOutcomes(soon(t), SignOutcomes(1, 3))
	if err != nil || outcome.Refused == nil || outcome.Refused.Code != messages.CodeEventNotFinal {
		t.Errorf("got %+v, %v", outcome, err)
	}
}

// A client judges form, not truth: whoever can verify a share must get to see it.
func suiteWrongShare(t *testing.T, party *Party, client kms.Client) {
	party.Fail(WrongShare)
	answers, err := client.SignShares(soon(t), []messages.SignShare{SignShare(1, 3, 1)})
	if err != nil || len(answers) != 1 || answers[0].Signed == nil ||
		answers[0].Signed.Shares[0] == Share(Request(1), 3, 0) {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func suiteCancel(t *testing.T, party *Party, client kms.Client) {
	party.Fail(Silent)
	ctx, cancel := context.WithCancel(soon(t))
	ended := make(chan error)
	go func() {
		_, err := client.SignShares(ctx, []messages.SignShare{SignShare(1, 3, 1)})
		ended <- err
	}()
	if err := party.Await(ctx, 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The time limit is the caller's, far below any that a client has of its own; afterwards the
// client must be as good as before.
func suiteDeadline(t *testing.T, party *Party, client kms.Client) {
	party.Fail(Silent)
	ctx, cancel := context.WithTimeout(soon(t), 50*time.Millisecond)
	defer cancel()
	_, err := client.SignShares(ctx, []messages.SignShare{SignShare(1, 3, 1)})
	if !errors.Is(err, context.DeadlineExceeded) && messages.CodeOf(err) != messages.CodeDeadline {
		t.Errorf("got %v", err)
	}
	party.Fail("")
	wantShares(t, client, []messages.SignShare{SignShare(2, 3, 1)})
}

func suiteUnreachable(t *testing.T, party *Party, client kms.Client) {
	party.Fail(Unreachable)
	_, err := client.SignShares(soon(t), []messages.SignShare{SignShare(1, 3, 1)})
	if messages.CodeOf(err) != messages.CodePartyUnreachable {
		t.Errorf("shares: got %v", err)
	}
	_, err = client.SignOutcomes(soon(t), SignOutcomes(1, 3))
	if messages.CodeOf(err) != messages.CodePartyUnreachable {
		t.Errorf("outcomes: got %v", err)
	}
	party.Fail("")
	wantShares(t, client, []messages.SignShare{SignShare(2, 3, 1)})
}

func suiteConcurrent(t *testing.T, _ *Party, client kms.Client) {
	var group sync.WaitGroup
	for n := range 16 {
		group.Go(func() { wantShares(t, client, []messages.SignShare{SignShare(n, 3, 2)}) })
	}
	group.Wait()
}

// wantShares asks for shares and holds every answer against its word.
func wantShares(t *testing.T, client kms.Client, words []messages.SignShare) {
	t.Helper()
	answers, err := client.SignShares(soon(t), words)
	if err != nil || len(answers) != len(words) {
		t.Errorf("%d answers to %d words, %v", len(answers), len(words), err)
		return
	}
	for i, word := range words {
		if err := fits(word, answers[i]); err != nil {
			t.Errorf("answer %d: %v", i, err)
		}
	}
}

// fits tells what is wrong with the answer to a word.
func fits(word messages.SignShare, answer messages.ShareAnswer) error {
	signed := answer.Signed
	if signed == nil || answer.Refused != nil {
		return fmt.Errorf("not signed: %+v", answer)
	}
	if signed.Request != word.Request || signed.Party != word.Party || signed.Epoch != word.Epoch ||
		len(signed.Shares) != len(word.Inputs) {
		return fmt.Errorf("does not fit its word: %+v", signed)
	}
	for i, share := range signed.Shares {
		if share != Share(word.Request, word.Party, i) {
			return fmt.Errorf("share %d was changed on the way", i)
		}
	}
	return nil
}

// soon is a context that fails the test rather than let it hang.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
