package party

import (
	"context"
	"crypto/sha256"
	"time"

	"kmsgateway/actors/party/journal"
	"kmsgateway/messages"
)

// result is a party's answer to one question: one field is set.
type result struct {
	shares   *messages.ShareSigned
	outcomes *messages.OutcomesSigned
	err      error
}

// numbered is a result with its place in a batch.
type numbered struct {
	index  int
	result result
}

// waiter is whoever asked; the channel has room for every answer of its batch.
type waiter struct {
	index   int
	answers chan<- numbered
}

// taskKey tells equal questions, which are worked on once.
type taskKey struct {
	request messages.RequestID
	content messages.Hash
}

// task is the work on one question.
type task struct {
	question
	key      taskKey
	subject  messages.Hash          // question.digest()
	outcomes *messages.SignOutcomes // nil where shares are asked for
	began    time.Time
	ctx      context.Context
	cancel   context.CancelFunc

	// Of the mailbox alone:
	waiters []waiter
	proven  journal.Record // what the release rests on, once it is decided
	again   bool           // it was decided before
}

// newTask prepares the work on a question. It is not the mailbox's job: it hashes.
func newTask(q question, outcomes *messages.SignOutcomes) *task {
	t := &task{question: q, outcomes: outcomes, subject: q.digest()}
	t.key = taskKey{request: q.request, content: t.subject}
	if outcomes != nil {
		h := sha256.New()
		h.Write(t.subject[:])
		h.Write(outcomes.OutcomesDigest[:])
		for _, input := range outcomes.Inputs {
			h.Write(input.Key[:])
			h.Write(input.Ciphertext) // its length is in the hint; a wrong one is refused
		}
		t.key.content = messages.Hash(h.Sum(nil))
	}
	return t
}

// anchor starts the clock of a task: it ends after budget, or when life does, but not when the one
// who asked goes away, for others may have joined and the answer will be asked for again.
func (t *task) anchor(ctx, life context.Context, now time.Time, budget time.Duration) {
	t.began = now
	ctx, cancel := context.WithTimeout(
		messages.About(context.WithoutCancel(ctx), t.request), budget)
	stop := context.AfterFunc(life, cancel)
	t.ctx, t.cancel = ctx, func() { stop(); cancel() }
}

// memory is the newest releases, bounded; the oldest is forgotten first.
type memory struct {
	records map[messages.RequestID]journal.Record
	order   []messages.RequestID // a ring once it is full
	next    int
}

func newMemory() *memory { return &memory{records: map[messages.RequestID]journal.Record{}} }

// recall finds what was decided about a question.
func (m *memory) recall(id messages.RequestID, subject messages.Hash) (journal.Record, bool) {
	r, found := m.records[id]
	return r, found && r.Subject == subject
}

// remember keeps a release, in place of an older one of the same request.
func (m *memory) remember(id messages.RequestID, r journal.Record) {
	if _, known := m.records[id]; known {
		m.records[id] = r
		return
	}
	if len(m.order) < maxRemembered {
		m.order = append(m.order, id)
	} else {
		delete(m.records, m.order[m.next])
		m.order[m.next] = id
		m.next = (m.next + 1) % maxRemembered
	}
	m.records[id] = r
}

// lane lets a bounded number of jobs run and queues the others, which maxTasks bounds.
type lane struct {
	limit   int
	running int
	queue   []func()
}

// start runs a job in its own goroutine, now or when its turn comes.
func (l *lane) start(job func()) {
	if l.running >= l.limit {
		l.queue = append(l.queue, job)
		return
	}
	l.running++
	go job()
}

// end is told of a job's end and starts the next. After a restart of the mailbox jobs end that the
// new lane never started.
func (l *lane) end() {
	if len(l.queue) > 0 {
		job := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		go job()
		return
	}
	l.running = max(0, l.running-1)
}
