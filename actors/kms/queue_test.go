package kms

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kmsgateway/messages"
)

// Whatever comes when, no word is lost, doubled or overtaken, no call is too large, and not too
// many are under way.
func TestQueueHandsOutEveryWordOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(0, 0)
		q := queue[messages.SignShare]{most: rapid.IntRange(1, 5).Draw(t, "most")}
		added, seen := 0, 0
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				budget := time.Duration(rapid.IntRange(0, 9).Draw(t, "budget")) * time.Millisecond
				a := asked[messages.SignShare]{came: now, deadline: anchor(now, budget, time.Second)}
				a.word.Request.Number = uint64(added)
				if q.add(a) {
					added++
				}
			},
			"pass": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 3).Draw(t, "ms")) * time.Millisecond)
			},
			"land": func(*rapid.T) { q.flying = max(0, q.flying-1) },
			"take": func(t *rapid.T) {
				flying := q.flying
				batch, late := q.take(now)
				if len(batch) > q.most || q.flying > maxCalls {
					t.Fatalf("a call of %d words, %d under way", len(batch), q.flying)
				}
				if (len(batch) > 0) != (q.flying == flying+1) {
					t.Fatalf("%d words, calls under way from %d to %d", len(batch), flying, q.flying)
				}
				numbers := map[uint64]bool{}
				for _, a := range append(batch, late...) {
					numbers[a.word.Request.Number] = true
				}
				for i := range len(numbers) {
					if !numbers[uint64(seen+i)] {
						t.Fatalf("word %d was left out of %v", seen+i, numbers)
					}
				}
				seen += len(numbers)
				for _, a := range batch {
					if !a.deadline.After(now) {
						t.Fatal("a word whose time is up is sent")
					}
				}
			},
			"": func(t *rapid.T) {
				if seen+len(q.words) != added {
					t.Fatalf("%d added, %d handed out, %d waiting", added, seen, len(q.words))
				}
			},
		})
	})
}

func TestQueueWaitsForCompanyButNotForLong(t *testing.T) {
	now := time.Unix(0, 0)
	q := queue[messages.SignShare]{most: 3}
	one := func() asked[messages.SignShare] {
		return asked[messages.SignShare]{came: now, deadline: now.Add(time.Second)}
	}
	q.add(one())
	if batch, _ := q.take(now.Add(linger - 1)); len(batch) != 0 {
		t.Error("a word did not wait for company")
	}
	if batch, _ := q.take(now.Add(linger)); len(batch) != 1 {
		t.Error("a word waited for too long")
	}
	for range 3 {
		q.add(one())
	}
	if batch, _ := q.take(now); len(batch) != 3 {
		t.Error("a full call waited")
	}
}
