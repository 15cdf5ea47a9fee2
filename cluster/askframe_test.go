package cluster

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

func samples() []frame {
	return []frame{
		{kind: kindQuestion, id: 1, budget: 1500 * time.Millisecond, topic: "ledger.propose", body: []byte("entry")},
		{kind: kindQuestion, id: 1<<64 - 1, budget: messages.MaxBudget, topic: strings.Repeat("t", maxWord), body: []byte{}},
		{kind: kindAnswer, id: 7, body: bytes.Repeat([]byte{1}, maxAskBody)},
		{kind: kindRefusal, id: 9, why: &messages.GatewayError{Code: messages.CodeNotLeader, Op: "propose",
			Field: "batch", Detail: strings.Repeat("ü", messages.MaxDetail/2)}},
	}
}

func TestFramesComeBack(t *testing.T) {
	for _, f := range samples() {
		got, err := readFrame(bytes.NewReader(f.encode()))
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Errorf("kind %d, id %d: %v", f.kind, f.id, err)
		}
	}
}

func TestFramesEndEarly(t *testing.T) {
	for _, f := range samples() {
		encoded := f.encode()
		for _, end := range []int{0, 3, 4, 12, len(encoded) - 1} {
			if _, err := readFrame(bytes.NewReader(encoded[:end])); err == nil {
				t.Errorf("kind %d cut to %d of %d bytes is read", f.kind, end, len(encoded))
			}
		}
	}
}

func TestRefusalsFitTheirFrame(t *testing.T) {
	long := strings.Repeat("ü", 3000)
	f := frame{kind: kindRefusal, id: 1, why: refusalOf(&messages.GatewayError{Code: messages.CodeStorage,
		Op: long, Field: "\xff", Detail: long, Cause: errors.New(long)})}
	got, err := readFrame(bytes.NewReader(f.encode()))
	if err != nil || got.why.Code != messages.CodeStorage || got.why.Field != "?" ||
		len(got.why.Op) > maxWord || len(got.why.Detail) > messages.MaxDetail || len(got.why.Detail) < 1000 {
		t.Errorf("%+v, %v", got.why, err)
	}
}

func FuzzFrame(f *testing.F) {
	for _, sample := range samples() {
		if len(sample.body) < 100 {
			f.Add(sample.encode())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readFrame(bytes.NewReader(data))
		if err != nil {
			return
		}
		if len(got.body) > maxAskBody || len(got.topic) > maxWord || got.budget > messages.MaxBudget {
			t.Errorf("beyond its bounds: %d bytes, topic %q, %v", len(got.body), got.topic, got.budget)
		}
		if again, err := readFrame(bytes.NewReader(got.encode())); err != nil ||
			again.id != got.id || !bytes.Equal(again.body, got.body) || again.topic != got.topic {
			t.Errorf("read again: %+v, %v", again, err)
		}
	})
}
