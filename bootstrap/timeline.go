package bootstrap

import (
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// Bounds of what a process remembers of requests. A usual request has twenty facts of a hundred
// bytes: 45 MB in all, 70 MB if every one had trouble.
const (
	maxLives      = 10_000          // requests
	maxMoments    = 64              // facts of each, the latest
	maxMoment     = 200             // bytes of a fact's detail
	timelineTopic = "timeline"      // of questions between nodes
	gatherTime    = 2 * time.Second // for all other nodes to answer
)

// Timeline remembers the recent facts of recent requests, for people who ask what became of one. It
// is memory alone and never on disk: after a restart it begins anew, the audit log and the chain
// are what lasts. Facts carry no secret, so it holds none. It is safe for concurrent use.
type Timeline struct {
	node string

	mu    sync.Mutex
	lives map[messages.RequestID]*life // guarded by mu
	open  list.List                    // guarded by mu: of *life, the oldest first
	ended list.List                    // guarded by mu: likewise
}

// life is what is remembered of one request.
type life struct {
	request messages.RequestID
	place   *list.Element // in open or ended
	outcome string        // "" while it is open
	first   time.Time
	last    time.Time // of the closing, once there is one
	stage   messages.FactName
	code    messages.Code // of what hinders it
	moments []moment
	dropped int
}

// moment is a fact, made small.
type moment struct {
	name   messages.FactName
	room   messages.Room
	at     time.Time
	took   time.Duration
	party  messages.PartyIndex
	region messages.Region
	code   messages.Code
	detail string
}

// NewTimeline makes the memory of the process called node.
func NewTimeline(node string) *Timeline {
	return &Timeline{node: node, lives: make(map[messages.RequestID]*life)}
}

// Relay returns the relay for an observer: it remembers each fact and hands it to next, which may
// be nil.
func (t *Timeline) Relay(next messages.Publish) messages.Publish {
	return func(ctx context.Context, fact messages.Fact) {
		t.Publish(ctx, fact)
		if next != nil {
			next(ctx, fact)
		}
	}
}

// Publish remembers a fact that is about a request and says something of it.
func (t *Timeline) Publish(_ context.Context, fact messages.Fact) {
	// A call that went well is one of many and says nothing of the request.
	if fact.Request.IsZero() || fact.Name == messages.FactCallDone && fact.Code == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l, known := t.lives[fact.Request]
	if !known {
		t.forget()
		l = &life{request: fact.Request, first: fact.At.Add(-fact.Took)}
		l.place = t.open.PushBack(l)
		t.lives[fact.Request] = l
	}
	t.file(l, fact)
	l.live(fact)
}

// forget makes room for one more: the oldest that has ended goes first, for those that have not are
// what people look for.
func (t *Timeline) forget() {
	if len(t.lives) < maxLives {
		return
	}
	from := &t.ended
	if from.Len() == 0 {
		from = &t.open
	}
	oldest := from.Remove(from.Front()).(*life)
	delete(t.lives, oldest.request)
}

// file moves a request between those that are open and those that have ended; a reorganisation of
// the chain makes an ended one open again.
func (t *Timeline) file(l *life, fact messages.Fact) {
	switch {
	case l.outcome == "" && fact.Name == messages.FactRequestClosed:
		t.open.Remove(l.place)
		l.place = t.ended.PushBack(l)
	case l.outcome != "" && reopens(fact.Name):
		t.ended.Remove(l.place)
		l.place = t.open.PushBack(l)
	}
}

func reopens(name messages.FactName) bool {
	return name == messages.FactRequestAdmitted || name == messages.FactDecryptPosted
}

// live adds a fact.
func (l *life) live(fact messages.Fact) {
	switch {
	case fact.Name == messages.FactRequestClosed:
		l.outcome, l.code = fact.Detail, ""
	case l.outcome != "" && reopens(fact.Name):
		l.outcome = ""
	}
	// What straggles in behind the end is kept, and is no stage of the request.
	if l.outcome == "" || fact.Name == messages.FactRequestClosed {
		l.last = fact.At
		l.hinder(fact)
	}
	if len(l.moments) == maxMoments {
		l.moments = slices.Delete(l.moments, 0, 1)
		l.dropped++
	}
	l.moments = append(l.moments, moment{name: fact.Name, room: fact.Room, at: fact.At,
		took: fact.Took, party: fact.Party, region: fact.Region, code: fact.Code,
		detail: clipped(fact.Detail)})
}

// hinder keeps the stage and what hinders the request at it.
func (l *life) hinder(fact messages.Fact) {
	if fact.Name != messages.FactCallDone {
		l.stage = fact.Name
	}
	switch {
	case fact.Code != "":
		l.code = fact.Code
	case fact.Name == messages.FactThresholdReached, fact.Name == messages.FactRequestOpened:
		l.code = ""
	}
}

// clipped copies the start of a detail, so that the rest of it is let go of.
func clipped(detail string) string {
	if len(detail) <= maxMoment {
		return detail
	}
	return strings.ToValidUTF8(strings.Clone(detail[:maxMoment]), "") + ".."
}

// Requests lists requests, the latest heard of first; MALFORMED_INPUT for a state that none has.
func (t *Timeline) Requests(filter admin.Filter, limit int) ([]admin.Line, error) {
	states := []string{"", admin.StateOpen, "closed"}
	for o := messages.OutcomeFulfilled; o <= messages.OutcomeAnswered; o++ {
		states = append(states, o.String())
	}
	if !slices.Contains(states, filter.State) {
		return nil, messages.MalformedField("state", "want "+strings.Join(states[1:], ", "))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := []admin.Line{}
	for _, l := range t.lives {
		if l.matches(filter.State) {
			lines = append(lines, l.line())
		}
	}
	slices.SortFunc(lines, func(a, b admin.Line) int {
		if order := b.First.Compare(a.First); order != 0 {
			return order
		}
		return strings.Compare(a.Request, b.Request)
	})
	return lines[:min(limit, len(lines))], nil
}

func (l *life) matches(state string) bool {
	switch state {
	case "":
		return true
	case admin.StateOpen:
		return l.outcome == ""
	case "closed":
		return l.outcome != ""
	default:
		return l.outcome == state
	}
}

func (l *life) line() admin.Line {
	line := admin.Line{Request: l.request.String(), State: l.outcome, Stage: string(l.stage),
		First: l.first, Last: l.last, Took: l.last.Sub(l.first), Code: string(l.code)}
	if line.State == "" {
		line.State = admin.StateOpen
	}
	shares := make(map[messages.PartyIndex]bool)
	for _, m := range l.moments {
		if m.name == messages.FactShareReceived {
			shares[m.party] = true
		}
	}
	line.Shares = len(shares)
	return line
}

// Request tells what this process remembers of one request, by its whole id, its number, or the
// start of its digest. admin.ErrNotFound where it is nothing, CONFLICT where the id is that of
// several.
func (t *Timeline) Request(id string) (admin.Timeline, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l, err := t.find(id)
	if err != nil {
		return admin.Timeline{}, err
	}
	told := admin.Timeline{Line: l.line(), Dropped: l.dropped, Asked: []string{t.node},
		Silent: []string{}, Events: []admin.Event{}}
	for _, m := range l.moments {
		told.Events = append(told.Events, admin.Event{Stage: string(m.name), At: m.at, Node: t.node,
			Room: string(m.room), Party: uint16(m.party), Region: string(m.region),
			Code: string(m.code), Detail: m.detail, Took: m.took})
	}
	return admin.Merge(told), nil
}

// minDigest is how much of a digest names a request, 0x and 8 hex digits.
const minDigest = 10

func (t *Timeline) find(id string) (*life, error) {
	if whole, err := messages.ParseRequestID(id); err == nil {
		if l, known := t.lives[whole]; known {
			return l, nil
		}
		return nil, fmt.Errorf("request %s: %w", id, admin.ErrNotFound)
	}
	number, err := strconv.ParseUint(id, 10, 64)
	byNumber := err == nil && number > 0 // user requests have number 0 and are many
	if !byNumber && (!strings.HasPrefix(id, "0x") || len(id) < minDigest) {
		return nil, messages.MalformedField("request", "want chain/number/digest, a number, or a "+
			"digest's 0x and at least 8 hex digits")
	}
	var found *life
	for _, l := range t.lives {
		if byNumber && l.request.Number != number ||
			!byNumber && !strings.HasPrefix(l.request.Digest.String(), strings.ToLower(id)) {
			continue
		}
		if found != nil {
			return nil, messages.Refused(messages.CodeConflict, "find request",
				fmt.Sprintf("%s and %s are both meant by %s", found.request, l.request, id))
		}
		found = l
	}
	if found == nil {
		return nil, fmt.Errorf("request %s: %w", id, admin.ErrNotFound)
	}
	return found, nil
}

// answer tells another node what this one remembers of a request, null where it is nothing.
func (t *Timeline) answer(_ context.Context, _ string, body []byte) ([]byte, error) {
	told, err := t.Request(string(body))
	if errors.Is(err, admin.ErrNotFound) {
		return json.Marshal(nil)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(told)
}

// Serve makes this memory answer the other nodes.
func (t *Timeline) Serve(peers cluster.Peers) { peers.Answer(timelineTopic, t.answer) }

// Gather tells what this node and the named others remember of a request: its actor may have lived
// on any of them. A node that does not answer in time is named as silent.
func (t *Timeline) Gather(ctx context.Context, peers cluster.Peers, others []string, id string) (
	admin.Timeline, error) {
	mine, err := t.Request(id)
	switch {
	case err == nil:
		id = mine.Request // an abbreviation could mean another one there
	case !errors.Is(err, admin.ErrNotFound):
		return mine, err
	}
	ctx, cancel := context.WithTimeout(ctx, gatherTime)
	defer cancel()
	told := make([]*admin.Timeline, len(others))
	silent := make([]bool, len(others))
	var asked sync.WaitGroup
	for i, node := range others {
		asked.Go(func() { told[i], silent[i] = t.ask(ctx, peers, node, id) })
	}
	asked.Wait()
	var all []admin.Timeline
	if err == nil {
		all = append(all, mine)
	}
	quiet := []string{}
	for i, node := range others {
		if told[i] != nil {
			all = append(all, *told[i])
		}
		if silent[i] {
			quiet = append(quiet, node)
		}
	}
	if len(all) == 0 {
		return admin.Timeline{}, err
	}
	merged := admin.Merge(all...)
	merged.Silent = quiet
	return merged, nil
}

// ask asks one node; it told nothing, and was not silent, where it remembers nothing.
func (t *Timeline) ask(ctx context.Context, peers cluster.Peers, node, id string) (
	told *admin.Timeline, silent bool) {
	text, err := peers.Ask(ctx, node, timelineTopic, []byte(id))
	if err == nil {
		err = decodeStrict(text, &told)
	}
	return told, err != nil
}
