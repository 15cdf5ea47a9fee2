package ledger

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"kmsgateway/messages"
)

// The history of one request: who holds it is the sender of the open transaction that settles it.

// deed is what a client asks of the ledger.
type deed struct {
	request uint64
	sender  messages.Address // which has this one transaction only
	frees   bool             // supersedes it
	reads   bool             // asks who holds the request
}

// result is what it heard.
type result struct {
	code   messages.Code    // "" applied, CONFLICT refused; NOT_LEADER not proposed; else unknown
	holder messages.Address // of a read
}

// once is the law: a request has one holder at a time, and an answer tells what happened.
func once() porcupine.Model {
	model := porcupine.NondeterministicModel{
		Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
			byRequest := map[uint64][]porcupine.Operation{}
			for _, one := range all {
				number := one.Input.(deed).request
				byRequest[number] = append(byRequest[number], one)
			}
			var parts [][]porcupine.Operation
			for _, part := range byRequest {
				parts = append(parts, part)
			}
			return parts
		},
		Init: func() []any { return []any{messages.Address{}} },
		Step: func(state, input, output any) []any {
			return outcomesOf(state.(messages.Address), input.(deed), output.(result))
		},
	}
	return model.ToModel()
}

func outcomesOf(holder messages.Address, d deed, r result) []any {
	if d.reads {
		if r.holder == holder {
			return []any{holder}
		}
		return nil
	}
	after, accepted := d.sender, holder == messages.Address{}
	if d.frees {
		after, accepted = messages.Address{}, holder == d.sender
	}
	switch r.code {
	case "":
		if accepted {
			return []any{after}
		}
		return nil
	case messages.CodeConflict:
		if accepted {
			return nil
		}
		return []any{holder}
	case messages.CodeNotLeader, messages.CodeOverloaded:
		return []any{holder}
	default:
		if accepted {
			return []any{holder, after}
		}
		return []any{holder}
	}
}

// history is written by all clients.
type history struct {
	lock   sync.Mutex
	all    []porcupine.Operation // lock
	began  time.Time
	sender atomic.Uint64
}

func (h *history) do(client int, d deed, work func() result) result {
	call := time.Since(h.began).Nanoseconds()
	r := work()
	back := time.Since(h.began).Nanoseconds()
	switch r.code {
	case "", messages.CodeConflict, messages.CodeNotLeader, messages.CodeOverloaded:
	default:
		back = int64(time.Hour) // it may still happen
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	h.all = append(h.all, porcupine.Operation{ClientId: client, Input: d, Call: call, Output: r,
		Return: back})
	return r
}

// hold is a client's transaction. It may be superseded by a node that has seen a block since.
type hold struct {
	sender messages.Address
	since  messages.Height
}

// blocks moves the cursor on, without which nothing can be superseded.
func (h *history) blocks(w *world, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		for _, l := range w.opened() {
			if cursor := l.Cursor(); l.Leader() {
				_ = l.Propose(context.Background(), // or the next time
					admit(cursor, at(cursor.Number+1)))
			}
		}
		runtime.Gosched()
	}
}

// client sends requests and frees them again, through whichever node lives.
func (h *history) client(w *world, number int, requests uint64, stop <-chan struct{}) {
	random := rand.New(rand.NewPCG(uint64(number), 1))
	holds := map[uint64]hold{}
	for {
		select {
		case <-stop:
			return
		default:
		}
		opened := w.opened()
		via := opened[random.IntN(len(opened))]
		d := deed{request: 1 + random.Uint64N(requests)}
		var entry messages.Entry
		if held, ok := holds[d.request]; ok {
			if via.Cursor().Number <= held.since {
				runtime.Gosched()
				continue
			}
			d.sender, d.frees = held.sender, true
			entry = messages.Supersede{Sender: held.sender, After: 1}
		} else {
			binary.BigEndian.PutUint64(d.sender[:], h.sender.Add(1))
			entry = sent(d.sender, 0, id(d.request))
		}
		r := h.do(number, d, func() result {
			return result{code: messages.CodeOf(via.Propose(context.Background(), entry))}
		})
		switch {
		case d.frees:
			delete(holds, d.request)
		case r.code == "":
			holds[d.request] = hold{d.sender, via.Cursor().Number}
		}
	}
}

// TestNothingHappensTwiceAcrossLeaders kills leaders and loses answers while clients on all nodes
// contend for the same requests, and holds what they heard to the law.
func TestNothingHappensTwiceAcrossLeaders(t *testing.T) {
	const requests, clients, kills = 6, 4, 3
	w := trio(t, nil)
	var events []messages.Event
	for n := uint64(1); n <= requests; n++ {
		events = append(events, asked(n, at(10)))
	}
	propose(t, w.leader(), admit(messages.BlockRef{}, at(10), events...))
	h := &history{began: time.Now()}
	stop := make(chan struct{})
	var working sync.WaitGroup
	working.Go(func() { h.blocks(w, stop) })
	for number := range clients {
		working.Go(func() { h.client(w, number, requests, stop) })
	}
	for range kills {
		before := h.sender.Load()
		w.until("progress", func() bool { return h.sender.Load() > before+20 })
		w.lock.Lock()
		w.lossy = 2
		w.lock.Unlock()
		w.until("lost answers", func() bool {
			w.lock.Lock()
			defer w.lock.Unlock()
			return w.lossy == 0
		})
		name := w.leader().LeaderName()
		w.kill(name)
		before = h.sender.Load()
		w.leader()
		w.until("progress without it", func() bool { return h.sender.Load() > before+20 })
		w.seat(name, "n1", "n2", "n3")
	}
	close(stop)
	working.Wait()
	leader := w.leader()
	w.agreed()
	for n := uint64(1); n <= requests; n++ {
		h.do(clients, deed{request: n, reads: true}, func() (r result) {
			for tx := range leader.Journal {
				if !tx.Superseded && tx.Requests[0] == id(n) {
					r.holder = tx.Sender
				}
			}
			return r
		})
	}
	unknown := 0
	for _, one := range h.all {
		if one.Return == int64(time.Hour) {
			unknown++
		}
	}
	t.Logf("%d operations, %d of unknown outcome", len(h.all), unknown)
	answer := porcupine.CheckOperationsTimeout(once(), h.all, 10*time.Second)
	if answer != porcupine.Ok {
		t.Errorf("the history of some request is %s", answer)
	}
}

// TestLawCatches shows that the law above is one.
func TestLawCatches(t *testing.T) {
	first, second := messages.Address{1}, messages.Address{2}
	for _, row := range []struct {
		name string
		all  []porcupine.Operation
	}{
		{"two holders", []porcupine.Operation{
			{Input: deed{request: 1, sender: first}, Call: 1, Output: result{}, Return: 2},
			{Input: deed{request: 1, sender: second}, Call: 3, Output: result{}, Return: 4}}},
		{"not proposed, and yet applied", []porcupine.Operation{
			{Input: deed{request: 1, sender: first}, Call: 1,
				Output: result{code: messages.CodeNotLeader}, Return: 2},
			{Input: deed{request: 1, reads: true}, Call: 3, Output: result{holder: first}, Return: 4}}},
		{"refused for nothing", []porcupine.Operation{
			{Input: deed{request: 1, sender: first}, Call: 1,
				Output: result{code: messages.CodeConflict}, Return: 2}}},
	} {
		if porcupine.CheckOperations(once(), row.all) {
			t.Errorf("%s is accepted", row.name)
		}
	}
}
