package content

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"

	"kmsgateway/messages"
)

func TestContentServesOnWithoutItsDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		s, err := Open(Config{
			Path:    filepath.Join(t.TempDir(), "content.db"),
			Check:   func(messages.Registered) error { return nil },
			Publish: func(context.Context, messages.Fact) {},
			Fetch: func(_ context.Context, handle messages.Handle, _ messages.Height) (
				messages.Registered, error) {
				calls++
				return messages.Registered{Handle: handle}, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.disk.close(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := s.Fetch(t.Context(), messages.Handle{1}, 1); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if calls != 1 {
			t.Errorf("%d fetches from the chain, want 1", calls)
		}
		if health := s.Health(); health.Grade != messages.Degraded {
			t.Errorf("health without a disk: %+v", health)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
