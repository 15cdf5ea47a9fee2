package dispatch_test

import (
	"testing"
	"time"
)

// Terms begin and end in the middle of whatever is due: none posts anything after its end, and the
// next one posts all that is open.
func TestTermsComeAndGo(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		for number := uint64(1); number <= 5; number++ {
			w.admit(asked(number, 1))
		}
		for term := range 50 {
			before, _ := w.posted()
			w.begin(t, 100)
			if after, _ := w.posted(); len(after) < len(before)+5 {
				t.Fatalf("term %d posted %d of 5", term, len(after)-len(before))
			}
			wait(time.Duration(term) * 100 * time.Millisecond)
			if err := w.system.Root.StopFuture(w.pid).Wait(); err != nil {
				t.Fatal(err)
			}
			w.pid = nil
			last, _ := w.posted()
			wait(5 * time.Minute)
			if ghosts, _ := w.posted(); len(ghosts) != len(last) {
				t.Fatalf("term %d posted %d times after its end", term, len(ghosts)-len(last))
			}
		}
	})
}
