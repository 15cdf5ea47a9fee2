package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/messages"
)

// numbered is a request with a digest that begins with its number.
func numbered(n uint64) messages.RequestID {
	return messages.RequestID{Chain: 1337, Number: n, Digest: messages.Hash{byte(n >> 8), byte(n), 1}}
}

// fact is something that happened to a request some seconds after the start.
func factOf(n uint64, name messages.FactName, seconds int, edit func(*messages.Fact)) messages.Fact {
	fact := messages.Fact{Name: name, Room: messages.RoomRequest, Request: numbered(n),
		At: realmStart.Add(time.Duration(seconds) * time.Second)}
	if edit != nil {
		edit(&fact)
	}
	return fact
}

func ofParty(party messages.PartyIndex, code messages.Code, detail string) func(*messages.Fact) {
	return func(f *messages.Fact) {
		f.Party, f.Region, f.Code, f.Detail = party, "eu-west", code, detail
	}
}

func closedAs(outcome messages.Outcome) func(*messages.Fact) {
	return func(f *messages.Fact) { f.Detail = outcome.String() }
}

func live(t *Timeline, facts ...messages.Fact) {
	for _, fact := range facts {
		t.Publish(context.Background(), fact)
	}
}

// aLife is a request of three parties: one answers, one is refused first, one never answers.
func aLife(n uint64) []messages.Fact {
	took := func(f *messages.Fact) {
		ofParty(1, "", "")(f)
		f.Took = 40 * time.Millisecond
	}
	return []messages.Fact{
		factOf(n, messages.FactRequestSeen, 0, nil),
		factOf(n, messages.FactShareAsked, 1, ofParty(1, "", "")),
		factOf(n, messages.FactShareAsked, 1, ofParty(2, "", "")),
		factOf(n, messages.FactShareAsked, 1, ofParty(3, "", "")),
		factOf(n, messages.FactShareReceived, 2, took),
		factOf(n, messages.FactShareDenied, 2, ofParty(2, messages.CodeACLDenied, "no grant")),
		factOf(n, messages.FactCallDone, 2, ofParty(3, "", "party-3 sign")),
	}
}

func TestTimelineTellsWhoAnsweredAndWhoNot(t *testing.T) {
	t.Parallel()
	timeline := NewTimeline("node-1")
	live(timeline, aLife(7)...)
	told, err := timeline.Request(numbered(7).String())
	if err != nil {
		t.Fatal(err)
	}
	want := []admin.Answer{
		{Party: 1, Region: "eu-west", State: "share", Asked: 1, Took: 40 * time.Millisecond,
			At: realmStart.Add(2 * time.Second)},
		{Party: 2, Region: "eu-west", State: "refused", Asked: 1, Code: "ACL_DENIED",
			Detail: "no grant", At: realmStart.Add(2 * time.Second)},
		{Party: 3, Region: "eu-west", State: "awaited", Asked: 1, At: realmStart.Add(time.Second)},
	}
	if !reflect.DeepEqual(told.Answers, want) {
		t.Errorf("answers %+v\nwant %+v", told.Answers, want)
	}
	if len(told.Events) != 6 { // a call that went well says nothing
		t.Errorf("events %+v", told.Events)
	}
	if told.State != "open" || told.Stage != "share_denied" || told.Code != "ACL_DENIED" ||
		told.Shares != 1 || told.Took != 2*time.Second {
		t.Errorf("line %+v", told.Line)
	}
	live(timeline, factOf(7, messages.FactThresholdReached, 3, nil),
		factOf(7, messages.FactRequestClosed, 4, closedAs(messages.OutcomeFulfilled)),
		factOf(7, messages.FactShareReceived, 9, ofParty(3, "", "")))
	told, err = timeline.Request("7")
	if err != nil {
		t.Fatal(err)
	}
	if told.State != "fulfilled" || told.Stage != "request_closed" || told.Code != "" ||
		told.Took != 4*time.Second || told.Shares != 2 {
		t.Errorf("a share behind the end: line %+v", told.Line)
	}
}

func TestTimelineFindsByParts(t *testing.T) {
	t.Parallel()
	timeline := NewTimeline("node-1")
	orphan := factOf(7, messages.FactRequestSeen, 0, nil)
	orphan.Request.Digest[31] = 9
	live(timeline, factOf(6, messages.FactRequestSeen, 0, nil),
		factOf(7, messages.FactRequestSeen, 0, nil), orphan)
	for _, row := range []struct {
		id   string
		code messages.Code
	}{
		{"6", ""}, {numbered(6).String(), ""}, {numbered(6).Digest.String()[:10], ""},
		{numbered(7).String(), ""}, {"7", messages.CodeConflict},
		{numbered(7).Digest.String()[:20], messages.CodeConflict},
		{"", messages.CodeMalformedInput}, {"0", messages.CodeMalformedInput},
		{"0x0006", messages.CodeMalformedInput}, {"1/2/3/4", messages.CodeMalformedInput},
	} {
		if _, err := timeline.Request(row.id); messages.CodeOf(err) != row.code {
			t.Errorf("%q: %v, want %q", row.id, err, row.code)
		}
	}
	for _, id := range []string{"8", numbered(8).String(), numbered(8).Digest.String()} {
		if _, err := timeline.Request(id); !errors.Is(err, admin.ErrNotFound) {
			t.Errorf("%q: %v, want not found", id, err)
		}
	}
}

func TestTimelineLists(t *testing.T) {
	t.Parallel()
	timeline := NewTimeline("node-1")
	live(timeline, factOf(1, messages.FactRequestSeen, 1, nil),
		factOf(2, messages.FactRequestSeen, 2, nil), factOf(3, messages.FactRequestSeen, 3, nil),
		factOf(1, messages.FactRequestClosed, 4, closedAs(messages.OutcomeFulfilled)),
		factOf(2, messages.FactRequestClosed, 4, closedAs(messages.OutcomeExpired)),
		messages.Fact{Name: messages.FactBlockScanned, At: realmStart}) // about no request
	for _, row := range []struct {
		state string
		limit int
		want  []uint64
	}{
		{"", 9, []uint64{3, 2, 1}}, {"", 2, []uint64{3, 2}}, {"open", 9, []uint64{3}},
		{"closed", 9, []uint64{2, 1}}, {"expired", 9, []uint64{2}}, {"rejected", 9, nil},
	} {
		lines, err := timeline.Requests(admin.Filter{State: row.state}, row.limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []uint64
		for _, line := range lines {
			id, err := messages.ParseRequestID(line.Request)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, id.Number)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%q: %v, want %v", row.state, got, row.want)
		}
	}
	_, err := timeline.Requests(admin.Filter{State: "lost"}, 1)
	wantCode(t, err, messages.CodeMalformedInput)
}

// TestTimelineIsBounded: the ended go first, then the oldest; of one request the latest facts stay.
func TestTimelineIsBounded(t *testing.T) {
	t.Parallel()
	timeline := NewTimeline("node-1")
	for n := range uint64(maxLives) {
		live(timeline, factOf(n+1, messages.FactRequestSeen, int(n), nil))
	}
	live(timeline, factOf(500, messages.FactRequestClosed, maxLives,
		closedAs(messages.OutcomeFulfilled)))
	gone := func(n uint64) bool {
		_, err := timeline.Request(numbered(n).String())
		return errors.Is(err, admin.ErrNotFound)
	}
	live(timeline, factOf(maxLives+1, messages.FactRequestSeen, 0, nil))
	if !gone(500) || gone(1) {
		t.Error("an open request went before one that has ended")
	}
	live(timeline, factOf(maxLives+2, messages.FactRequestSeen, 0, nil))
	if !gone(1) || gone(2) || gone(maxLives+2) || len(timeline.lives) != maxLives {
		t.Error("not the oldest went")
	}
	for n := range maxMoments + 10 {
		live(timeline, factOf(2, messages.FactThresholdAwaited, n, func(f *messages.Fact) {
			f.Detail = fmt.Sprint(n, strings.Repeat("x", 2*maxMoment))
		}))
	}
	told, err := timeline.Request("2")
	if err != nil {
		t.Fatal(err)
	}
	last := told.Events[len(told.Events)-1].Detail
	if len(told.Events) != maxMoments || told.Dropped != 11 || // with request_seen
		!strings.HasPrefix(last, "73xxx") || len(last) > maxMoment+2 {
		t.Errorf("%d events, %d dropped, the last says %q", len(told.Events), told.Dropped, last)
	}
}

func TestTimelineReopensAfterAReorganisation(t *testing.T) {
	t.Parallel()
	timeline := NewTimeline("node-1")
	live(timeline, factOf(1, messages.FactRequestSeen, 0, nil),
		factOf(1, messages.FactRequestClosed, 1, closedAs(messages.OutcomeFulfilled)),
		factOf(1, messages.FactDecryptPosted, 2, nil))
	told, err := timeline.Request("1")
	if err != nil || told.State != "open" || told.Stage != "decrypt_posted" {
		t.Errorf("%+v, %v", told.Line, err)
	}
	if timeline.open.Len() != 1 || timeline.ended.Len() != 0 {
		t.Error("it is not among the open ones")
	}
}

func TestTimelineRelays(t *testing.T) {
	t.Parallel()
	timeline := NewTimeline("node-1")
	var book factBook
	relay := timeline.Relay(book.publish)
	relay(t.Context(), factOf(1, messages.FactRequestSeen, 0, nil))
	timeline.Relay(nil)(t.Context(), factOf(1, messages.FactRequestAdmitted, 0, nil))
	if len(book.of(messages.FactRequestSeen)) != 1 {
		t.Error("the next relay heard nothing")
	}
	if told, err := timeline.Request("1"); err != nil || len(told.Events) != 2 {
		t.Errorf("%+v, %v", told, err)
	}
}

// nodes are the memories of other nodes; one that is nil does not answer.
type nodes map[string]*Timeline

func (n nodes) Answer(string, func(context.Context, string, []byte) ([]byte, error)) {}

func (n nodes) Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error) {
	if n[node] == nil {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if topic != timelineTopic {
		return nil, messages.Refused(messages.CodeInternal, "ask", topic)
	}
	return n[node].answer(ctx, "node-1", body)
}

// TestTimelineGathers: the leader saw it, another node asked the parties, a third is silent.
func TestTimelineGathers(t *testing.T) {
	t.Parallel()
	one, two, three := NewTimeline("node-1"), NewTimeline("node-2"), NewTimeline("node-3")
	life := aLife(7)
	live(one, life[0], factOf(7, messages.FactRequestClosed, 5, closedAs(messages.OutcomeFulfilled)))
	live(two, life[1:]...)
	live(three, aLife(8)...)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	peers := nodes{"node-1": one, "node-2": two, "node-3": three, "node-4": nil}
	for _, from := range []*Timeline{one, three} { // who remembers some of it, who nothing
		others := slices.DeleteFunc([]string{"node-1", "node-2", "node-3", "node-4"},
			func(name string) bool { return name == from.node })
		told, err := from.Gather(ctx, peers, others, numbered(7).String())
		if err != nil {
			t.Fatal(err)
		}
		var of []string
		for _, e := range told.Events {
			of = append(of, e.Node)
		}
		want := []string{"node-1", "node-2", "node-2", "node-2", "node-2", "node-2", "node-1"}
		if !slices.Equal(of, want) {
			t.Errorf("events of %v, want %v", of, want)
		}
		if told.State != "fulfilled" || told.Shares != 1 || len(told.Answers) != 3 ||
			told.Took != 5*time.Second ||
			!slices.Equal(told.Asked, []string{"node-1", "node-2"}) ||
			!slices.Equal(told.Silent, []string{"node-4"}) {
			t.Errorf("gathered %+v", told)
		}
	}
	_, err := one.Gather(ctx, peers, []string{"node-2"}, "9")
	if !errors.Is(err, admin.ErrNotFound) {
		t.Errorf("nobody remembers it: %v", err)
	}
	_, err = one.Gather(ctx, peers, []string{"node-2"}, "nonsense")
	wantCode(t, err, messages.CodeMalformedInput)
}

// BenchmarkTimelineMemory prints what a full memory of usual requests takes.
func BenchmarkTimelineMemory(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		timeline := NewTimeline("node-1")
		for n := range uint64(maxLives) {
			for range 3 {
				live(timeline, aLife(n+1)...)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
		runtime.KeepAlive(timeline)
	}
}
