package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"kmsgateway/messages"
)

// writeWait is how long a frame may take to leave: a mebibyte over a slow line, and some more.
const writeWait = 10 * time.Second

// errEnded is what is left of questions whose connection ended.
var errEnded = errors.New("the connection ended")

// line is a connection that carries questions to a peer, many at a time, and their answers back in
// whatever order.
type line struct {
	*link
	queue chan *question // maxAsked slots, so that no question waits to be queued
	ended chan struct{}  // closed when nothing more is read

	lock    sync.Mutex
	last    uint64               // lock; the number of the last question
	open    map[uint64]*question // lock; without an answer yet
	retired bool                 // lock; it ends with the last answer
	fault   error                // lock; why it ended
}

// question is one that waits for its answer.
type question struct {
	encoded []byte
	sent    atomic.Bool // it is being written, or was wholly
	answer  chan frame  // one slot
}

func newLine(l *link) *line {
	return &line{link: l, queue: make(chan *question, maxAsked), ended: make(chan struct{}),
		open: map[uint64]*question{}}
}

// ask sends a question and waits. Where heard is false the peer cannot have read the question.
func (l *line) ask(ctx context.Context, topic string, body []byte) (answer []byte, heard bool,
	err error) {
	q := &question{answer: make(chan frame, 1)}
	f := frame{kind: kindQuestion, topic: topic, body: body}
	if deadline, ok := ctx.Deadline(); ok {
		f.budget = time.Until(deadline)
	}
	if err := l.begin(q, &f); err != nil {
		return nil, false, err
	}
	defer l.forget(f.id)
	select {
	case f := <-q.answer:
		return f.body, true, refused(f)
	case <-ctx.Done():
		return nil, q.sent.Load(), ctx.Err()
	case <-l.ended:
	}
	select {
	case f := <-q.answer: // it came last
		return f.body, true, refused(f)
	default:
		return nil, q.sent.Load(), l.why()
	}
}

// begin numbers a question and queues it.
func (l *line) begin(q *question, f *frame) error {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.fault != nil || l.retired {
		return errors.Join(errEnded, l.fault)
	}
	l.last++
	f.id = l.last
	q.encoded = f.encode()
	select {
	case l.queue <- q:
		l.open[f.id] = q
		return nil
	default: // questions that were given up are still on their way
		return messages.Refused(messages.CodeOverloaded, "ask "+l.peer, "the line is full")
	}
}

// forget gives up on a question.
func (l *line) forget(id uint64) {
	l.lock.Lock()
	delete(l.open, id)
	over := l.retired && len(l.open) == 0
	l.lock.Unlock()
	if over {
		_ = l.Close()
	}
}

// retire takes no more questions, and ends the line when none is open.
func (l *line) retire() {
	l.lock.Lock()
	l.retired = true
	l.lock.Unlock()
	l.forget(0)
}

func (l *line) why() error {
	l.lock.Lock()
	defer l.lock.Unlock()
	return errors.Join(errEnded, l.fault)
}

// run writes questions and reads answers until the connection ends.
func (l *line) run() {
	var writer sync.WaitGroup
	writer.Go(l.write)
	err := l.read()
	_ = l.Close()
	l.lock.Lock()
	l.fault = errors.Join(l.fault, err)
	l.lock.Unlock()
	close(l.ended)
	writer.Wait()
}

func (l *line) write() {
	for {
		select {
		case <-l.ended:
			return
		case q := <-l.queue:
			q.sent.Store(true)
			_ = l.SetWriteDeadline(time.Now().Add(writeWait))
			if _, err := l.Write(q.encoded); err != nil {
				q.sent.Store(false) // what is not whole is not read
				l.lock.Lock()
				l.fault = err
				l.lock.Unlock()
				_ = l.Close() // which ends read
				return
			}
		}
	}
}

func (l *line) read() error {
	for {
		f, err := readFrame(l.link)
		if err != nil {
			return err
		}
		if f.kind != kindAnswer && f.kind != kindRefusal {
			return fmt.Errorf("%w: kind %d from who answers", errFrame, f.kind)
		}
		l.lock.Lock()
		q := l.open[f.id]
		delete(l.open, f.id) // a second answer is none
		l.lock.Unlock()
		if q != nil {
			q.answer <- f
		}
	}
}

// refused is the error of a refusal, nil of an answer.
func refused(f frame) error {
	if f.kind == kindRefusal {
		return f.why
	}
	return nil
}
