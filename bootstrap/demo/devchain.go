package demo

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/catalyst"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"
)

// DevChainID is the chain id of the in-process chain, one that wallets know as a test chain.
const DevChainID = 1337

// never is a block period, in seconds, so long that the library makes no block by itself: it has no
// lock, and a reorg must not meet a block in the making.
const never = 1 << 30

// DevChain is a full EVM node in this process, reached over HTTP like any other. It
// keeps its chain in memory.
type DevChain struct {
	node *node.Node
	eth  *eth.Ethereum
	stop chan struct{} // closed by Close
	done chan struct{} // closed when the block producer has ended

	mu     sync.Mutex
	beacon *catalyst.SimulatedBeacon // guarded by mu: one block at a time
}

// StartDevChain starts a chain with the rules of Osaka and a block a period on a free port of
// loopback; period 0 means that only Mine makes blocks. Each of the funded accounts starts with a
// million coins.
func StartDevChain(period time.Duration, funded ...common.Address) (*DevChain, error) {
	return StartDevChainOn("127.0.0.1", 0, period, funded...)
}

// StartDevChainOn is StartDevChain at a host and port of the caller's; port 0 picks a free one.
func StartDevChainOn(host string, port int, period time.Duration, funded ...common.Address) (
	*DevChain, error) {
	config := node.DefaultConfig
	config.DataDir = ""
	config.HTTPHost, config.HTTPPort = host, port
	config.WSHost, config.WSPort = "", 0
	config.AuthAddr, config.AuthPort = "127.0.0.1", 0
	config.HTTPModules = []string{"eth", "net", "web3"}
	config.IPCPath = ""
	config.P2P.NoDiscovery, config.P2P.ListenAddr, config.P2P.MaxPeers = true, "", 0
	stack, err := node.New(&config)
	if err != nil {
		return nil, fmt.Errorf("make chain node: %w", err)
	}
	chain := &DevChain{node: stack, stop: make(chan struct{}), done: make(chan struct{})}
	if err := chain.start(funded); err != nil {
		_ = stack.Close() // the first error tells more
		return nil, err
	}
	go chain.produce(period)
	return chain, nil
}

func (c *DevChain) start(funded []common.Address) error {
	service := ethconfig.Defaults
	service.Genesis = genesis(service.Miner.GasCeil, funded)
	service.SyncMode = ethconfig.FullSync
	service.NoPruning = true
	service.TxPool.NoLocals = true
	service.TxPool.Journal = ""
	var err error
	if c.eth, err = eth.New(c.node, &service); err != nil {
		return fmt.Errorf("make chain service: %w", err)
	}
	filter := filters.NewFilterSystem(c.eth.APIBackend, filters.Config{})
	c.node.RegisterAPIs([]rpc.API{{Namespace: "eth", Service: filters.NewFilterAPI(filter)}})
	c.beacon, err = catalyst.NewSimulatedBeacon(never, common.Address{}, c.eth)
	if err != nil {
		return fmt.Errorf("make block producer: %w", err)
	}
	if err := c.node.Start(); err != nil {
		return fmt.Errorf("start chain node: %w", err)
	}
	return nil
}

func genesis(gasLimit uint64, funded []common.Address) *core.Genesis {
	rules := *params.AllDevChainProtocolChanges
	rules.BogotaTime, rules.AmsterdamTime = nil, nil
	million := new(big.Int).Mul(big.NewInt(1_000_000), big.NewInt(params.Ether))
	alloc := maps.Clone(core.SystemContractAllocs())
	for _, account := range funded {
		alloc[account] = types.Account{Balance: million}
	}
	return &core.Genesis{
		Config:     &rules,
		GasLimit:   gasLimit,
		BaseFee:    big.NewInt(params.InitialBaseFee),
		Difficulty: new(big.Int),
		Alloc:      alloc,
	}
}

// URL is the chain's JSON-RPC endpoint.
func (c *DevChain) URL() string { return c.node.HTTPEndpoint() }

// Mine makes one block of what waits in the pool and returns its hash.
func (c *DevChain) Mine() common.Hash {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.beacon.Commit()
}

// produce makes a block a period until Close.
func (c *DevChain) produce(period time.Duration) {
	defer close(c.done)
	if period <= 0 {
		<-c.stop
		return
	}
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-tick.C:
			c.Mine()
		}
	}
}

// Reorg goes depth blocks back and mines depth+1 others in their place. Where keep is set the
// orphaned transactions are mined again, else they are dropped.
func (c *DevChain) Reorg(depth uint64, keep bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.fork(depth); err != nil {
		return err
	}
	if !keep {
		c.beacon.Rollback()
	}
	for range depth + 1 {
		c.beacon.Commit()
	}
	return nil
}

// epoch is the number of blocks after which the library calls one final; no reorg may cross it.
const epoch = 32

// forkTries bounds how often fork makes room: between two tries a client may have sent more.
const forkTries = 20

// fork goes back. The library refuses while the pool holds a transaction, and a node rightly halts
// where what is final is orphaned: in both cases another block is mined first.
func (c *DevChain) fork(depth uint64) (err error) {
	for range forkTries {
		head := c.eth.BlockChain().CurrentBlock().Number.Uint64()
		if depth > head {
			return fmt.Errorf("reorg of %d blocks on a chain of %d", depth, head)
		}
		if depth > 0 && (head-depth)/epoch != head/epoch {
			err = errors.New("an epoch's first block is final and lies between")
			c.beacon.Commit()
			continue
		}
		ancestor := c.eth.BlockChain().GetCanonicalHash(head - depth)
		if err = c.beacon.Fork(ancestor); err == nil {
			return nil
		}
		c.beacon.Commit()
	}
	return fmt.Errorf("fork: %w", err)
}

// Close stops the chain; what it held is gone.
func (c *DevChain) Close() error {
	close(c.stop)
	<-c.done
	return c.node.Close()
}
