package party

import (
	"testing"

	"kmsgateway/actors/party/journal"
	"kmsgateway/messages"
)

func TestMemoryForgetsTheOldest(t *testing.T) {
	m := newMemory()
	for i := range maxRemembered + 2 {
		m.remember(messages.RequestID{Number: uint64(i)}, journal.Record{Final: messages.Height(i)})
	}
	m.remember(messages.RequestID{Number: 5}, journal.Record{Final: 500})
	for number, want := range map[uint64]bool{0: false, 1: false, 2: true, maxRemembered + 1: true} {
		if _, found := m.recall(messages.RequestID{Number: number}, messages.Hash{}); found != want {
			t.Errorf("request %d: remembered %v", number, found)
		}
	}
	if r, _ := m.recall(messages.RequestID{Number: 5}, messages.Hash{}); r.Final != 500 {
		t.Errorf("the newer release of a request: %+v", r)
	}
	if len(m.records) != maxRemembered {
		t.Errorf("%d remembered", len(m.records))
	}
}
