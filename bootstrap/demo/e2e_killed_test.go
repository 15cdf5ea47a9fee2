//go:build verify

package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/bootstrap"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// doomedVariable names the file that makes this program a node that dies, not a test.
const doomedVariable = "GATEWAY_DOOMED_NODE"

// TestMain is a node where the test of killed nodes has started this program a second time.
func TestMain(m *testing.M) {
	if path := os.Getenv(doomedVariable); path != "" {
		_, _ = fmt.Fprintln(os.Stderr, "the doomed node:", live(path)) // it dies before
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// doom is a node's configuration and the facts, in order, at the last of which it is killed.
type doom struct {
	Config bootstrap.NodeConfig
	Omens  []omen
}

// omen is a fact by its name and what its detail ends in.
type omen struct {
	Fact   messages.FactName
	Detail string
}

// live is the life of a doomed node. It also ends when its parent does: then its input ends.
func live(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var fate doom
	if err := json.Unmarshal(text, &fate); err != nil {
		return err
	}
	var one sync.Mutex
	relay := func(_ context.Context, fact messages.Fact) {
		one.Lock()
		defer one.Unlock()
		next := fate.Omens[0]
		if fact.Name != next.Fact || !strings.HasSuffix(fact.Detail, next.Detail) {
			return
		}
		if fate.Omens = fate.Omens[1:]; len(fate.Omens) == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // whoever published goes no further
		}
	}
	env := bootstrap.Env{Clock: time.Now, Rand: rand.Reader, Log: io.Discard, Relay: relay}
	if _, err := bootstrap.StartNode(context.Background(), env, fate.Config); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, errors.New("outlived its parent"))
}

// killAt runs the stage's node as a process of its own until it is killed at the last omen. Blocks
// come before it and after it, so that whatever the node's ledger takes is about a request.
func (s *stage) killAt(ctx context.Context, t *testing.T, omens []omen) {
	t.Helper()
	fate := doom{Config: must(s.nodeConfig())(t), Omens: omens}
	path := s.path("doom.json")
	if err := os.WriteFile(path, must(json.Marshal(fate))(t), 0o600); err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(ctx, must(os.Executable())(t))
	node.Env = append(os.Environ(), doomedVariable+"="+path)
	node.Stderr = t.Output()
	input := must(node.StdinPipe())(t)
	defer func() { _ = input.Close() }() // the process has ended
	var died *exec.ExitError
	var err error
	s.undisturbed(func(mine func()) {
		mine()
		mine()
		err = node.Run()
	})
	if !errors.As(err, &died) || ctx.Err() != nil {
		t.Fatalf("the node ended with %v", err)
	}
	if status, ok := died.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the node ended with %v", died)
	}
}

func TestANodeKilledAtAnyMomentLosesNothingAndPaysOnce(t *testing.T) {
	t.Parallel()
	s, ctx := hurriedStage(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	if err := s.node.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	moments := []struct {
		name     string
		omens    []omen
		journals bool // whether a settlement is journaled by then
		tells    bool // whether it is told to the chain by then
	}{
		{"when it has admitted a request", []omen{{messages.FactRequestAdmitted, ""}}, false, false},
		{"when it has opened a ciphertext", []omen{{messages.FactRequestOpened, ""}}, false, false},
		{"when it has journaled a settlement and told nobody",
			[]omen{{messages.FactCallDone, "eth_estimateGas"}, {messages.FactEntryApplied, ""}},
			true, false},
		{"when it has told the chain and nobody else",
			[]omen{{messages.FactCallDone, "eth_sendRawTransaction"}}, true, true},
	}
	var notes []secret
	for _, moment := range moments {
		t.Run(moment.name, func(t *testing.T) {
			for range 2 {
				note := must(s.writeNote(ctx, s.user, randomText(t, 32)))(t)
				must(s.user.receipt(ctx, must(s.openNote(ctx, note))(t)))(t)
				notes = append(notes, note)
			}
			s.killAt(ctx, t, moment.omens)
			told := must(s.user.client.PendingNonceAt(ctx, s.payers[0].address))(t)
			if journaled := s.journaled(t); (journaled > 0) != moment.journals || (told > 0) != moment.tells {
				t.Errorf("%d settlements are journaled, %d told to the chain", journaled, told)
			}
		})
	}
	if err := s.startNode(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.awaitEnded(ctx, len(notes)); err != nil {
		t.Fatal(err)
	}
	chain := must(s.read(ctx))(t)
	if wrong := chain.wrong(notes); wrong != 0 {
		t.Errorf("%d of %d plaintexts are not what was encrypted", wrong, len(notes))
	}
	s.keepsLaws(ctx, t, len(notes))
	s.checkPaidOnce(ctx, t)
	if err := waitFor(ctx, awaitPoll, func() bool { return s.node.Status().Open == 0 }); err != nil {
		t.Errorf("rows stay open: %+v", s.node.Status())
	}
}

// journaled counts the settlements in the ledger that a dead node left behind.
func (s *stage) journaled(t *testing.T) (count int) {
	t.Helper()
	left := must(ledger.Open(ledger.Config{Dir: s.path("node-1/ledger"), Node: "node-1",
		Clock: time.Now, Publish: func(context.Context, messages.Fact) {}}))(t)
	<-left.Leadership() // its first term begins when all that was durable has been applied
	left.Journal(func(messages.JournaledTx) bool { count++; return true })
	if err := left.Close(); err != nil {
		t.Error(err)
	}
	return count
}

// checkPaidOnce looks at every transaction that the node's account ever sent: each succeeded and
// none of them had anything to skip.
func (s *stage) checkPaidOnce(ctx context.Context, t *testing.T) {
	t.Helper()
	gateway := contracts.NewGatewayContract()
	head := must(s.user.client.BlockNumber(ctx))(t)
	var sent uint64
	for number := uint64(1); number <= head; number++ {
		block := must(s.user.client.BlockByNumber(ctx, new(big.Int).SetUint64(number)))(t)
		for _, tx := range block.Transactions() {
			from := must(types.Sender(types.LatestSignerForChainID(tx.ChainId()), tx))(t)
			if from != s.payers[0].address {
				continue
			}
			sent++
			receipt := must(s.user.receipt(ctx, tx.Hash()))(t)
			if receipt.Status != types.ReceiptStatusSuccessful {
				t.Errorf("transaction %s failed", tx.Hash())
			}
			for _, log := range receipt.Logs {
				if skipped, err := gateway.UnpackSettlementSkippedEvent(log); err == nil {
					t.Errorf("request %d is settled again", skipped.RequestId)
				}
			}
		}
	}
	if nonce := must(s.user.client.PendingNonceAt(ctx, s.payers[0].address))(t); sent == 0 || nonce != sent {
		t.Errorf("%d of %d transactions are mined", sent, nonce)
	}
}
