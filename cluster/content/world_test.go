package content_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kmsgateway/cluster/content"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const chainID = 31337

var gateway = messages.Address{1: 7}

// registration makes the n-th registration of the test's contract, with its true handle.
func registration(n int) messages.Registered {
	r := messages.Registered{App: messages.Address{1}, Owner: messages.Address{2}, Key: messages.KeyID{3}}
	binary.BigEndian.PutUint64(r.Salt[:], uint64(n))
	r.Ciphertext = append([]byte("IC IBE\x00\x01"), bytes.Repeat([]byte{byte(n)}, 128+32)...)
	r.Place = messages.EventPlace{Tx: messages.Hash{9}, LogIndex: 4,
		Block: messages.BlockRef{Number: messages.Height(n), Hash: messages.Hash{8}}}
	id := vetkd.Input{ChainID: chainID, Gateway: vetkd.Address(gateway), App: vetkd.Address(r.App),
		Owner: vetkd.Address(r.Owner), Salt: r.Salt}.ID()
	r.Handle = messages.Handle(vetkd.HandleOfParts(id, vetkd.KeyID(r.Key),
		vetkd.Keccak256(r.Ciphertext[8:104]), vetkd.Keccak256(r.Ciphertext[104:]), 32))
	return r
}

// world is a chain that counts what it is asked, and a store before it.
type world struct {
	*content.Store
	config  content.Config
	mu      sync.Mutex
	asked   map[messages.Handle]int
	sources []string
	answer  func(context.Context, messages.Handle, messages.Height) (messages.Registered, error)
}

func newWorld(t *testing.T) *world {
	w := &world{asked: map[messages.Handle]int{}}
	w.answer = func(_ context.Context, _ messages.Handle, at messages.Height) (
		messages.Registered, error) {
		return registration(int(at)), nil
	}
	w.config = content.Config{
		Path:  filepath.Join(t.TempDir(), "content.db"),
		Check: content.Rehash(chainID, gateway),
		Fetch: func(ctx context.Context, handle messages.Handle, at messages.Height) (
			messages.Registered, error) {
			w.mu.Lock()
			w.asked[handle]++
			w.mu.Unlock()
			return w.answer(ctx, handle, at)
		},
		Publish: func(_ context.Context, fact messages.Fact) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sources = append(w.sources, fact.Detail)
		},
	}
	w.open(t)
	return w
}

func (w *world) open(t *testing.T) {
	t.Helper()
	var err error
	if w.Store, err = content.Open(w.config); err != nil {
		t.Fatal(err)
	}
}

func (w *world) shut(t *testing.T) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// fetch asks for the n-th registration and fails the test unless it comes.
func (w *world) fetch(t *testing.T, n int) {
	t.Helper()
	want := registration(n)
	got, err := w.Fetch(t.Context(), want.Handle, messages.Height(n))
	if err != nil {
		t.Fatalf("registration %d: %v", n, err)
	}
	if got.Handle != want.Handle || !bytes.Equal(got.Ciphertext, want.Ciphertext) ||
		got.Place != want.Place || got.Owner != want.Owner || got.App != want.App ||
		got.Key != want.Key || got.Salt != want.Salt {
		t.Fatalf("registration %d came back as %+v", n, got)
	}
}

func (w *world) calls(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked[registration(n).Handle]
}

func (w *world) wantCalls(t *testing.T, n, calls int) {
	t.Helper()
	if got := w.calls(n); got != calls {
		t.Errorf("registration %d was fetched %d times from the chain, want %d", n, got, calls)
	}
}

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }
