package demo

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// blockPoll is the resolution of the latencies that the demo reports.
const blockPoll = 20 * time.Millisecond

// blockWatch notes when each block was first seen: block time counts in seconds, too coarse for
// latencies.
type blockWatch struct {
	client *ethclient.Client
	done   chan struct{}

	mu   sync.Mutex
	seen map[common.Hash]time.Time // guarded by mu
}

func watchBlocks(ctx context.Context, client *ethclient.Client) *blockWatch {
	w := &blockWatch{client: client, done: make(chan struct{}), seen: map[common.Hash]time.Time{}}
	go w.run(ctx)
	return w
}

func (w *blockWatch) run(ctx context.Context) {
	defer close(w.done)
	tick := time.NewTicker(blockPoll)
	defer tick.Stop()
	next := int64(1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		head, err := w.client.HeaderByNumber(ctx, nil)
		if err != nil {
			continue // the chain stops before its watcher does
		}
		// A reorg replaces blocks that were seen: look a little further back each time.
		latest := head.Number.Int64()
		for next = max(1, min(next, latest-reorgDepth)); next <= latest; next++ {
			w.note(ctx, next)
		}
	}
}

func (w *blockWatch) note(ctx context.Context, number int64) {
	header, err := w.client.HeaderByNumber(ctx, big.NewInt(number))
	if err != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.seen[header.Hash()]; !known {
		w.seen[header.Hash()] = time.Now()
	}
}

// seenAt is when the block was first seen, zero where it was not.
func (w *blockWatch) seenAt(block common.Hash) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen[block]
}

// await waits until every request has ended, or patience does.
func (s *stage) await(ctx context.Context) (*ledgerOfChain, error) {
	err := s.awaitEnded(ctx, s.options.Requests)
	if err != nil && !errors.Is(err, errImpatient) {
		return nil, err
	}
	chain, readErr := s.read(ctx)
	if readErr != nil {
		return nil, readErr
	}
	if err != nil {
		s.say("not everything ended within %s", patience)
	}
	return chain, nil
}

// errImpatient says that what was waited for had not happened when patience ended.
var errImpatient = errors.New("out of patience")

// awaitEnded waits until the chain shows count requests as ended.
func (s *stage) awaitEnded(ctx context.Context, count int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	last := 0
	var failed error
	err := waitFor(ctx, awaitPoll, func() bool {
		ended, err := s.countEnded(ctx)
		failed = err // the chain's index may lag behind a burst of blocks: asked again
		if ended > last {
			last = ended
			s.say("%d of %d requests have ended", ended, s.options.Requests)
		}
		return ended >= count
	})
	return errors.Join(failed, err)
}

// countEnded counts the endings on the canonical chain.
func (s *scene) countEnded(ctx context.Context) (int, error) {
	logs, err := s.logs(ctx)
	if err != nil {
		return 0, err
	}
	chain := &ledgerOfChain{ended: make(map[messages.RequestID]ending)}
	gateway := contracts.NewGatewayContract()
	for _, log := range logs {
		chain.end(gateway, log)
	}
	return len(chain.order), nil
}

// awaitTime waits for a block at or after the given block time.
func (s *stage) awaitTime(ctx context.Context, seconds uint64) error {
	var failed error
	err := waitFor(ctx, awaitPoll, func() bool {
		head, err := s.user.client.HeaderByNumber(ctx, nil)
		if err != nil {
			failed = fmt.Errorf("read head: %w", err)
			return true
		}
		return head.Time >= seconds
	})
	return errors.Join(failed, err)
}

// waitFor asks until the answer is yes, or ctx ends.
func waitFor(ctx context.Context, every time.Duration, met func() bool) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !met() {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
	return nil
}

// ciphertextOf reads a registered ciphertext back from the chain.
func (s *stage) ciphertextOf(handle messages.Handle) (vetkd.Ciphertext, error) {
	event := contracts.GatewayContractCiphertextRegistered{}
	gateway, err := contracts.GatewayContractMetaData.ParseABI()
	if err != nil {
		return vetkd.Ciphertext{}, fmt.Errorf("parse ABI: %w", err)
	}
	topic := gateway.Events[event.ContractEventName()].ID
	logs, err := s.user.client.FilterLogs(context.Background(), ethereum.FilterQuery{
		FromBlock: new(big.Int), Addresses: []common.Address{s.gateway},
		Topics: [][]common.Hash{{topic}, {common.Hash(handle)}},
	})
	if err != nil || len(logs) != 1 {
		return vetkd.Ciphertext{}, fmt.Errorf("read registration of %s: %d logs: %w", handle,
			len(logs), err)
	}
	registered, err := contracts.NewGatewayContract().UnpackCiphertextRegisteredEvent(&logs[0])
	if err != nil {
		return vetkd.Ciphertext{}, fmt.Errorf("decode registration: %w", err)
	}
	return vetkd.ParseCiphertext(registered.Ciphertext)
}

// refusal calls the gateway as of a block and names the custom error that it reverts with.
func (s *stage) refusal(ctx context.Context, data []byte, at *big.Int) string {
	_, err := s.user.client.CallContract(ctx,
		ethereum.CallMsg{From: s.user.address, To: &s.gateway, Data: data}, at)
	if err == nil {
		return "success"
	}
	var withData rpc.DataError
	if !errors.As(err, &withData) {
		return err.Error()
	}
	raw, _ := withData.ErrorData().(string)
	gateway, parseErr := contracts.GatewayContractMetaData.ParseABI()
	if parseErr != nil {
		return parseErr.Error()
	}
	selector := common.FromHex(raw)
	if len(selector) < 4 {
		return err.Error()
	}
	known, unknown := gateway.ErrorByID([4]byte(selector[:4]))
	if unknown != nil {
		return raw
	}
	return known.Name
}
