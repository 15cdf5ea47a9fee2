package chaintest_test

import (
	"testing"

	"go.uber.org/goleak"

	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func scripted(t testing.TB) chaintest.World {
	c := chaintest.NewChain()
	return chaintest.World{
		Source: c, Outlet: c.Outlet(messages.Address{1}), Rival: c.Outlet(messages.Address{2}),
		Start: chaintest.Start,
		Request: func(t testing.TB, requests, handles int) {
			if err := c.Request(requests, handles); err != nil {
				t.Fatal(err)
			}
		},
		Settlement: func(_ testing.TB, asked messages.Requested) messages.Settle {
			return c.Settlement(asked)
		},
		Mine:  func(_ testing.TB, blocks int) { c.Mine(blocks) },
		Reorg: func(_ testing.TB, depth int, keep bool) { c.Reorg(depth, keep) },
	}
}

func TestScriptedChainPassesTheSuite(t *testing.T) { chaintest.Suite(t, scripted) }
