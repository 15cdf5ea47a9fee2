package demo

import (
	"context"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"testing"
	"time"
)

func TestDevChainMinesAndReorgs(t *testing.T) {
	account := common.HexToAddress("0x00000000000000000000000000000000000000aa")
	chain, err := StartDevChain(0, account)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := chain.Close(); err != nil {
			t.Error(err)
		}
	}()
	client, err := ethclient.Dial(chain.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	first := chain.Mine()
	second := chain.Mine()
	if err := chain.Reorg(1, false); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	head, err := client.HeaderByNumber(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if head.Number.Uint64() != 3 {
		t.Errorf("head is block %d, want 3", head.Number)
	}
	if h, _ := client.HeaderByNumber(ctx, common.Big2); h.Hash() == second {
		t.Error("block 2 survived the reorg")
	}
	if h, _ := client.HeaderByNumber(ctx, common.Big1); h.Hash() != first {
		t.Error("block 1 did not survive")
	}
}

// TestReorgCrossesNoFinalBlock reorganises at every height around an epoch's first block, which the
// chain calls final.
func TestReorgCrossesNoFinalBlock(t *testing.T) {
	chain, err := StartDevChain(0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := chain.Close(); err != nil {
			t.Error(err)
		}
	}()
	for range epoch - 2 {
		chain.Mine()
	}
	for range 3 {
		final := chain.eth.BlockChain().CurrentFinalBlock()
		if err := chain.Reorg(reorgDepth, true); err != nil {
			t.Fatal(err)
		}
		if final == nil {
			continue
		}
		if got := chain.eth.BlockChain().GetCanonicalHash(final.Number.Uint64()); got != final.Hash() {
			t.Errorf("final block %d was orphaned", final.Number)
		}
	}
	if final := chain.eth.BlockChain().CurrentFinalBlock(); final == nil || final.Number.Uint64() != epoch {
		t.Errorf("the chain never reached its final block %d: %v", epoch, final)
	}
}
