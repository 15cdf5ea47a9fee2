package dispatch

import (
	"testing"
	"time"

	"kmsgateway/messages"
)

func member(name string, incarnation uint64, down bool) messages.Member {
	return messages.Member{MemberUp: messages.MemberUp{Name: name, Incarnation: incarnation},
		Down: down}
}

func TestLostIsWhoWasUp(t *testing.T) {
	before := []messages.Member{member("a", 1, false), member("b", 4, false), member("c", 2, true)}
	for name, row := range map[string]struct {
		after []messages.Member
		want  bool
	}{
		"nothing new":       {before, false},
		"one more":          {append(before[:3:3], member("d", 1, false)), false},
		"a down one is up":  {[]messages.Member{before[0], before[1], member("c", 3, false)}, false},
		"one is down":       {[]messages.Member{member("a", 1, true), before[1], before[2]}, true},
		"one runs anew":     {[]messages.Member{before[0], member("b", 5, false), before[2]}, true},
		"one is not listed": {before[1:], true},
	} {
		table := messages.MemberTable{Members: row.after}
		if got := lost(messages.MemberTable{Members: before}, table); got != row.want {
			t.Errorf("%s: lost is %v", name, got)
		}
	}
}

// What flies when a node is lost comes again as soon as the others know, however long its backoff
// was, and from then on as if it had just been posted.
func TestFlightsAreHastened(t *testing.T) {
	const rows = 50
	d, now := newDesk(2*rows), noon
	for n := range uint64(rows) {
		d.add(asked(n+1, 1), false, now)
	}
	for range 6 { // until the backoff is long
		d.pump(now)
		now = now.Add(lastRetry)
	}
	d.pump(now)
	d.hasten(now)
	if posts := d.pump(now.Add(aware - 1)); len(posts) != 0 {
		t.Fatalf("%d are posted before the others know", len(posts))
	}
	now = now.Add(2 * aware)
	if posts := d.pump(now); len(posts) != rows {
		t.Fatalf("%d of %d are posted soon after the loss", len(posts), rows)
	}
	if posts := d.pump(now.Add(firstRetry)); len(posts) != rows {
		t.Errorf("%d of %d are posted once more after a second", len(posts), rows)
	}
}

// stuck is a desk whose rows were deferred until their backoff is the longest.
func stuck(rows uint64) (*desk, time.Time) {
	d, now := newDesk(defaultWindow), noon
	for n := range rows {
		d.add(asked(n+1, byte(n%3)), false, now)
	}
	for range 8 {
		now = now.Add(lastRetry)
		for _, id := range d.pump(now) {
			d.deferred(id, d.attempts[id], now)
		}
	}
	return d, now
}

// succeed has a request of the same key settled.
func (d *desk) succeed(now time.Time) {
	one := asked(1_000_000, 9)
	d.add(one, false, now)
	d.pump(now)
	d.pace.sent(one.Request, now)
	d.drop(one.Request)
}

func TestOneSuccessBringsTheDeferredForward(t *testing.T) {
	for _, rows := range []uint64{1, 100, 3000} {
		d, now := stuck(rows)
		d.succeed(now)
		posted, most := 0, 0
		for end := now.Add(favourMost); now.Before(end); {
			now = now.Add(100 * time.Millisecond)
			posts := len(d.pump(now))
			posted, most = posted+posts, max(most, posts)
		}
		if posted != int(rows) {
			t.Errorf("of %d deferred rows %d are posted within %s", rows, posted, favourMost)
		}
		if rows == 3000 && most > 120 {
			t.Errorf("%d rows come at once", most)
		}
	}
}

// Rows that fail for reasons of their own are not tried at every success of others.
func TestFavoursAreBounded(t *testing.T) {
	d, now := stuck(100)
	before := map[messages.RequestID]uint32{}
	for id, attempt := range d.attempts {
		before[id] = attempt
	}
	const minutes = 10
	for end := now.Add(minutes * time.Minute); now.Before(end); now = now.Add(time.Second) {
		d.succeed(now)
		for _, id := range d.pump(now) {
			d.deferred(id, d.attempts[id], now)
		}
	}
	most := uint32(minutes * int(time.Minute/(lastRetry/2)) * (1 + mostFavours))
	for id, attempt := range before {
		if tries := d.attempts[id] - attempt; tries > most || tries < minutes {
			t.Fatalf("%s was tried %d times in %d minutes", id, tries, minutes)
		}
	}
}

func TestOtherKeysAreNotBroughtForward(t *testing.T) {
	d, now := stuck(10)
	other := asked(2_000_000, 9)
	other.Key[0] = 1
	d.add(other, false, now)
	d.pump(now)
	d.pace.sent(other.Request, now)
	if at, some := d.wake(); !some || at.Sub(now) < time.Second {
		t.Errorf("the next post is %s after the success of another key", at.Sub(now))
	}
}

func TestEndedRowsAreNotKeptForASuccess(t *testing.T) {
	d, now := stuck(10)
	d.reread()
	d.forgotten()
	if len(d.stalled) != 0 {
		t.Errorf("%d keys of rows that have ended are kept", len(d.stalled))
	}
	d.succeed(now)
}
