package cluster

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kmsgateway/messages"
)

// server is a connection whose peer asks.
type server struct {
	asker *asker
	link  *link
	slots chan struct{} // of the questions under way
	life  context.Context

	writing sync.Mutex // held for one frame, so that answers do not mix
}

// serve answers a peer's questions until it goes; the work on those still open is cancelled then.
func (a *asker) serve(l *link) {
	life, end := context.WithCancel(a.fabric.life)
	s := &server{asker: a, link: l, slots: make(chan struct{}, maxServed), life: life}
	var work sync.WaitGroup
	for {
		f, err := readFrame(l)
		if err != nil || f.kind != kindQuestion || !s.take(&work, f) {
			break
		}
	}
	end()
	_ = l.Close()
	work.Wait()
}

// take begins to answer a question; it reports false where the peer may ask no more.
func (s *server) take(work *sync.WaitGroup, f frame) bool {
	if err := s.asker.fabric.check(s.link); err != nil {
		s.reply(frame{kind: kindRefusal, id: f.id, why: refusalOf(err)})
		return false
	}
	s.asker.lock.Lock()
	how := s.asker.topics[f.topic]
	s.asker.lock.Unlock()
	if how == nil {
		return s.reply(frame{kind: kindRefusal, id: f.id,
			why: messages.Refused(messages.CodeOverloaded, "ask", "nobody answers "+f.topic+" yet")})
	}
	// Nobody waits for a place: the asker has a deadline, and can ask again or elsewhere.
	for _, slots := range []chan struct{}{s.slots, s.asker.answering} {
		select {
		case slots <- struct{}{}:
			continue
		default:
		}
		if slots != s.slots {
			<-s.slots
		}
		return s.reply(frame{kind: kindRefusal, id: f.id,
			why: messages.Refused(messages.CodeOverloaded, "answer "+f.topic, "")})
	}
	work.Go(func() {
		s.reply(s.answer(how, f))
		<-s.slots
		<-s.asker.answering
	})
	return true
}

// answer works on a question for as long as the asker waits.
func (s *server) answer(how answerer, f frame) frame {
	ctx, cancel := context.WithTimeout(s.life, f.budget)
	defer cancel()
	body, err := s.safely(ctx, how, f)
	if err == nil && len(body) > maxAskBody {
		err = messages.Refused(messages.CodeInternal, "answer "+f.topic,
			fmt.Sprintf("%d bytes are more than an answer holds", len(body)))
	}
	if err != nil {
		return frame{kind: kindRefusal, id: f.id, why: refusalOf(err)}
	}
	return frame{kind: kindAnswer, id: f.id, body: body}
}

// safely turns a panic of an answerer into INTERNAL: one bad question must not end the node.
func (s *server) safely(ctx context.Context, how answerer, f frame) (body []byte, err error) {
	defer func() {
		reason := recover()
		if reason == nil {
			return
		}
		err = messages.Refused(messages.CodeInternal, "answer "+f.topic, "it panicked")
		fabric := s.asker.fabric
		fabric.config.Publish(fabric.life, messages.Fact{Name: messages.FactActorFailed,
			Room: messages.RoomMembers, At: fabric.config.Clock(), Code: messages.CodeInternal,
			Detail: clipDetail(fmt.Sprintf("answer to %s of %s panicked: %v", f.topic, s.link.peer,
				reason))})
	}()
	return how(ctx, s.link.peer, f.body)
}

// reply writes an answer; it reports false where the connection is of no more use.
func (s *server) reply(f frame) bool {
	encoded := f.encode()
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.link.SetWriteDeadline(time.Now().Add(writeWait))
	if _, err := s.link.Write(encoded); err != nil {
		_ = s.link.Close()
		return false
	}
	return true
}
