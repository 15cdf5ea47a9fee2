package content_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"kmsgateway/cluster/content"
	"kmsgateway/messages"
)

func TestContentAsksTheChainOnce(t *testing.T) {
	w := newWorld(t)
	defer w.shut(t)
	for range 5 {
		w.fetch(t, 1)
	}
	w.fetch(t, 2)
	w.wantCalls(t, 1, 1)
	w.wantCalls(t, 2, 1)
	if w.sources[0] != content.FromChain || w.sources[1] == content.FromChain {
		t.Errorf("published as found in %v", w.sources)
	}
	if stats := w.Stats(); stats.Chain != 2 || stats.Memory+stats.Disk != 4 {
		t.Errorf("counted %+v", stats)
	}
}

func TestContentSharesOneFetchAmongAllWhoAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		gate := make(chan struct{})
		w.answer = func(context.Context, messages.Handle, messages.Height) (messages.Registered, error) {
			<-gate
			return registration(1), nil
		}
		first, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error)
		go func() {
			_, err := w.Fetch(first, registration(1).Handle, 1)
			gaveUp <- err
		}()
		synctest.Wait()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { w.fetch(t, 1) })
		}
		synctest.Wait()
		cancel() // whoever came first gives up; the others are served all the same
		if err := <-gaveUp; messages.CodeOf(err) != messages.CodeDeadline ||
			!errors.Is(err, context.Canceled) {
			t.Errorf("the caller who gave up got %v", err)
		}
		close(gate)
		group.Wait()
		w.wantCalls(t, 1, 1)
		w.shut(t)
	})
}

func TestContentForgetsAfterItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.shut(t)
		w.config.TTL = time.Hour
		w.open(t)
		w.fetch(t, 1)
		pass(59 * time.Minute)
		w.fetch(t, 1)
		w.wantCalls(t, 1, 1)
		pass(2 * time.Minute)
		w.fetch(t, 1)
		w.wantCalls(t, 1, 2)
		w.shut(t)

		pass(2 * time.Hour)
		w.open(t)
		w.fetch(t, 1)
		w.wantCalls(t, 1, 3)
		w.shut(t)
	})
}

func TestContentSurvivesReopening(t *testing.T) {
	w := newWorld(t)
	for n := range 50 {
		w.fetch(t, n)
	}
	w.shut(t)
	w.open(t)
	for n := range 50 {
		w.fetch(t, n)
		w.wantCalls(t, n, 1)
	}
	if stats := w.Stats(); stats.Disk != 50 {
		t.Errorf("counted %+v", stats)
	}
	w.shut(t)
}

func TestContentRefusesARegistrationThatDoesNotRehash(t *testing.T) {
	rows := map[string]func(r *messages.Registered){
		"c1 changed":       func(r *messages.Registered) { r.Ciphertext[20] ^= 1 },
		"c2 changed":       func(r *messages.Registered) { r.Ciphertext[110] ^= 1 },
		"c3 changed":       func(r *messages.Registered) { r.Ciphertext[150] ^= 1 },
		"header changed":   func(r *messages.Registered) { r.Ciphertext[7] = 2 },
		"truncated":        func(r *messages.Registered) { r.Ciphertext = r.Ciphertext[:167] },
		"longer":           func(r *messages.Registered) { r.Ciphertext = append(r.Ciphertext, 0) },
		"shorter than any": func(r *messages.Registered) { r.Ciphertext = r.Ciphertext[:135] },
		"longer than any":  func(r *messages.Registered) { r.Ciphertext = make([]byte, 1161) },
		"none":             func(r *messages.Registered) { r.Ciphertext = nil },
		"another app":      func(r *messages.Registered) { r.App[0]++ },
		"another owner":    func(r *messages.Registered) { r.Owner[0]++ },
		"another salt":     func(r *messages.Registered) { r.Salt[0]++ },
		"another key":      func(r *messages.Registered) { r.Key[0]++ },
		"another's":        func(r *messages.Registered) { *r = registration(2) },
	}
	for name, spoil := range rows {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			lies := true
			w.answer = func(context.Context, messages.Handle, messages.Height) (messages.Registered, error) {
				r := registration(1)
				if lies {
					spoil(&r)
				}
				return r, nil
			}
			_, err := w.Fetch(t.Context(), registration(1).Handle, 1)
			if messages.CodeOf(err) != messages.CodeChainInconsistent {
				t.Fatalf("got %v", err)
			}
			lies = false
			w.fetch(t, 1)
			w.wantCalls(t, 1, 2)
			w.shut(t)
		})
	}
}

func TestContentDoesNotTrustItsOwnDisk(t *testing.T) {
	for name, rot := range map[string]func(record []byte) []byte{
		"a flipped bit":    func(record []byte) []byte { record[len(record)-1] ^= 1; return record },
		"a cut record":     func(record []byte) []byte { return record[:20] },
		"another version":  func(record []byte) []byte { record[0] = 9; return record },
		"an empty record":  func([]byte) []byte { return nil },
		"a foreign record": func(record []byte) []byte { record[9] ^= 1; return record },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fetch(t, 1)
			w.shut(t)
			db, err := bbolt.Open(w.config.Path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			handle := registration(1).Handle
			err = db.Update(func(tx *bbolt.Tx) error {
				records := tx.Bucket([]byte("records"))
				return records.Put(handle[:], rot(bytes.Clone(records.Get(handle[:]))))
			})
			if err = errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
			w.open(t)
			w.fetch(t, 1)
			w.wantCalls(t, 1, 2)
			w.shut(t)
			w.open(t)
			w.fetch(t, 1)
			w.wantCalls(t, 1, 2) // the sound record has taken the rotten one's place
			w.shut(t)
		})
	}
}

func TestContentKeepsABoundedNumberOfRecordsTheOldestLeaveFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.shut(t)
		w.config.Records = 10
		w.open(t)
		for n := range 30 {
			w.fetch(t, n)
			pass(time.Second)
		}
		w.shut(t)
		w.open(t)
		for n := 20; n < 30; n++ {
			w.fetch(t, n)
			w.wantCalls(t, n, 1)
		}
		w.fetch(t, 19)
		w.wantCalls(t, 19, 2)
		w.shut(t)
	})
}

func TestContentKeepsLittleInMemoryWhereItMayNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.shut(t)
		w.config.Memory = 2 << 10
		w.open(t)
		for n := range 40 {
			w.fetch(t, n)
		}
		pass(time.Second) // all are written
		for n := range 40 {
			w.fetch(t, n)
			w.wantCalls(t, n, 1)
		}
		if stats := w.Stats(); stats.Disk < 30 {
			t.Errorf("2 KiB of memory served all but %d of 40", stats.Disk)
		}
		w.shut(t)
	})
}

func TestContentPassesOnWhyTheChainFailed(t *testing.T) {
	down := messages.ChainUnavailable("read logs", nil)
	rows := []struct {
		name string
		err  error
		code messages.Code
	}{
		{"the chain's own reason", down, messages.CodeChainUnavailable},
		{"any other error", errors.New("odd"), messages.CodeCiphertextMissing},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			defer w.shut(t)
			failing := true
			w.answer = func(context.Context, messages.Handle, messages.Height) (messages.Registered, error) {
				if failing {
					return messages.Registered{}, row.err
				}
				return registration(1), nil
			}
			_, err := w.Fetch(t.Context(), registration(1).Handle, 1)
			if messages.CodeOf(err) != row.code || !errors.Is(err, row.err) {
				t.Errorf("got %v", err)
			}
			failing = false
			w.fetch(t, 1) // a failure is not remembered
		})
	}
}

func TestContentBoundsTheFetchesUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answer = func(ctx context.Context, _ messages.Handle, _ messages.Height) (
			messages.Registered, error) {
			<-ctx.Done()
			return messages.Registered{}, ctx.Err()
		}
		var group sync.WaitGroup
		for n := range 256 {
			group.Go(func() {
				_, err := w.Fetch(t.Context(), registration(n).Handle, messages.Height(n))
				if messages.CodeOf(err) != messages.CodeCiphertextMissing ||
					!errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("a fetch that never ends gave %v", err)
				}
			})
		}
		synctest.Wait()
		_, err := w.Fetch(t.Context(), registration(300).Handle, 300)
		if messages.CodeOf(err) != messages.CodeOverloaded {
			t.Errorf("the fetch beyond the bound got %v", err)
		}
		group.Wait() // each ends by the store's own time limit
		w.shut(t)
	})
}

func TestContentCloseEndsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.fetch(t, 1)
		w.answer = func(ctx context.Context, _ messages.Handle, _ messages.Height) (
			messages.Registered, error) {
			<-ctx.Done()
			return messages.Registered{}, ctx.Err()
		}
		ended := make(chan error)
		go func() {
			_, err := w.Fetch(t.Context(), registration(2).Handle, 2)
			ended <- err
		}()
		synctest.Wait()
		began := time.Now()
		w.shut(t)
		if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(began) > 0 {
			t.Errorf("the running fetch ended after %s with %v", time.Since(began), err)
		}
		_, err := w.Fetch(t.Context(), registration(3).Handle, 3)
		if messages.CodeOf(err) != messages.CodeShuttingDown {
			t.Errorf("a closed store answered %v", err)
		}
		w.shut(t) // a second close does no harm
	})
}

func TestContentSaysWhatIsWrongWithItsFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		_, err := content.Open(w.config)
		if messages.CodeOf(err) != messages.CodeStorage || !strings.Contains(err.Error(), "in use") {
			t.Errorf("a file in use: %v", err)
		}
		w.shut(t)
		if err := os.WriteFile(w.config.Path, bytes.Repeat([]byte{1}, 1<<16), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = content.Open(w.config)
		if messages.CodeOf(err) != messages.CodeStorage ||
			!strings.Contains(err.Error(), "may be removed") {
			t.Errorf("a broken file: %v", err)
		}
	})
}
