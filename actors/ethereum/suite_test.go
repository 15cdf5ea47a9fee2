package ethereum_test

import (
	"testing"

	"kmsgateway/actors/chain/chaintest"
	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
)

func TestEthereumPassesTheSuite(t *testing.T) { chaintest.Suite(t, suiteWorld) }

func suiteWorld(t testing.TB) chaintest.World {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	return chaintest.World{
		Source: client, Start: d.made.Block,
		Outlet: ethereum.NewOutlet(client, d.sender), Rival: ethereum.NewOutlet(client, d.rival),
		Request: func(_ testing.TB, requests, handles int) {
			all := d.inputs(requests*handles, 32)
			for i := range requests {
				d.request(messages.ProofOpening, all[i*handles:(i+1)*handles]...)
			}
		},
		Settlement: func(_ testing.TB, asked messages.Requested) messages.Settle {
			return d.settlement(asked)
		},
		Mine: func(_ testing.TB, blocks int) {
			for range blocks {
				d.mine()
			}
		},
		Reorg: func(_ testing.TB, depth int, keep bool) { d.reorg(depth, keep) },
	}
}
