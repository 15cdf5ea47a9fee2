package chain_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

func TestALookoutFollowsTheChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chaintest.NewChain()
		var open atomic.Bool
		lookout, err := chain.StartLookout(chain.LookoutConfig{Tip: c.Tip, Blind: open.Load,
			Poll: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		defer lookout.Stop()
		sees := func(what string, height messages.Height, blind bool) {
			t.Helper()
			synctest.Wait()
			if newest, is := lookout.Seen(); newest != height || is != blind {
				t.Errorf("%s: sees %d, blind %v; want %d, %v", what, newest, is, height, blind)
			}
		}
		sees("at once", 1, false)
		c.Mine(5)
		sees("before the next look", 1, false)
		<-time.After(time.Second)
		sees("at the next look", 6, false)
		dead := errors.New("connection refused")
		c.Fault(func(context.Context, chaintest.Call) error { return dead })
		c.Mine(1)
		<-time.After(time.Second)
		sees("one endpoint fails, another may serve", 6, false)
		open.Store(true)
		<-time.After(time.Second)
		sees("all circuits are open", 6, true)
		open.Store(false) // as while a circuit tries
		sees("between two looks", 6, true)
		open.Store(true)
		c.Fault(nil)
		<-time.After(time.Second)
		sees("one try succeeded", 7, false)
	})
}

func TestALookoutStopsInTheMiddleOfALook(t *testing.T) {
	looking := make(chan struct{})
	lookout, err := chain.StartLookout(chain.LookoutConfig{
		Tip: func(ctx context.Context) (chain.Tip, error) {
			close(looking)
			<-ctx.Done()
			return chain.Tip{}, ctx.Err()
		},
		Blind: func() bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	<-looking
	lookout.Stop()
	lookout.Stop()
	if newest, blind := lookout.Seen(); newest != 0 || blind {
		t.Errorf("sees %d, blind %v", newest, blind)
	}
}

func TestLookoutConfigIsChecked(t *testing.T) {
	for name, config := range map[string]chain.LookoutConfig{
		"no tip":   {Blind: func() bool { return false }},
		"no blind": {Tip: chaintest.NewChain().Tip},
	} {
		if _, err := chain.StartLookout(config); messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
}
