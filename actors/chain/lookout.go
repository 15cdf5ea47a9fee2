package chain

import (
	"context"
	"sync"
	"time"

	"kmsgateway/messages"
)

// LookoutConfig is what a lookout is made of; all fields but Poll are required.
type LookoutConfig struct {
	Tip   func(context.Context) (Tip, error) // as Source.Tip
	Blind func() bool                        // every circuit to the chain is open; must not block
	Poll  time.Duration                      // from the end of one look to the next; 1 s if 0
}

// Lookout keeps an eye on the chain's newest block, on every node, whether it leads or not: by that
// leaders are compared. It is no actor: it hears nothing and says nothing.
type Lookout struct {
	config LookoutConfig
	cancel context.CancelFunc
	wg     sync.WaitGroup

	lock   sync.Mutex
	newest messages.Height // lock
	blind  bool            // lock
}

// StartLookout looks at the chain from now on until Stop. CONFIG names what is missing.
func StartLookout(config LookoutConfig) (*Lookout, error) {
	if config.Tip == nil || config.Blind == nil {
		return nil, messages.BadConfig("lookout", "needs a tip and a word for blindness")
	}
	if config.Poll <= 0 {
		config.Poll = time.Second
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &Lookout{config: config, cancel: cancel}
	l.wg.Go(func() { l.run(ctx) })
	return l, nil
}

// Seen is the newest block by the last look that saw one, 0 before the first, and whether the last
// look found every circuit open. It may go back, with a reorg or to an endpoint that lags: then so
// does what this node could do as the leader. It does not block, and any goroutine may call it.
func (l *Lookout) Seen() (newest messages.Height, blind bool) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.newest, l.blind
}

// Stop ends the looking and returns when it has ended; stopping twice is nothing.
func (l *Lookout) Stop() {
	l.cancel()
	l.wg.Wait()
}

func (l *Lookout) run(ctx context.Context) {
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-next.C:
			l.look(ctx)
			next.Reset(l.config.Poll)
		case <-ctx.Done():
			return
		}
	}
}

// look asks once. A circuit that tries whether the trouble is over counts as open until the try has
// succeeded: between two looks nothing changes.
func (l *Lookout) look(ctx context.Context) {
	tip, err := l.config.Tip(ctx)
	blind := err != nil && l.config.Blind()
	if ctx.Err() != nil {
		return
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	l.blind = blind
	if err == nil {
		l.newest = tip.Latest
	}
}
