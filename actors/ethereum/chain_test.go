package ethereum_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	gethlog "github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/rpc"
	"go.uber.org/goleak"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum"
	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) {
	gethlog.SetDefault(gethlog.NewLogger(slog.NewTextHandler(io.Discard, nil)))
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"))
}

// chainID is the simulated chain's.
const chainID = messages.ChainID(1337)

var (
	keyID    = messages.KeyID{0x5e, 0xc1}
	treasury = messages.Address{0x77}
)

// devChain is a chain in this process with real contracts, and the users of it.
type devChain struct {
	t       testing.TB
	backend *simulated.Backend
	node    simulated.Client
	raw     *rpc.Client // of the same node
	made    ethereum.Deployment
	master  bls.Secret
	info    messages.KeyInfo
	deploys ethereum.SenderKey
	app     ethereum.SenderKey
	sender  ethereum.SenderKey
	rival   ethereum.SenderKey

	nonces map[messages.Address]uint64 // the pool's own count lags behind a new block

	mutex  sync.Mutex
	opened map[messages.Handle]messages.HandleOutcome // guarded by mutex
	sent   map[messages.Address]uint64                // guarded by mutex; next nonce of each sender
}

func newDevChain(t testing.TB) *devChain {
	t.Helper()
	d := &devChain{t: t, opened: map[messages.Handle]messages.HandleOutcome{},
		nonces: map[messages.Address]uint64{}, sent: map[messages.Address]uint64{}}
	alloc := types.GenesisAlloc{}
	for _, key := range []*ethereum.SenderKey{&d.deploys, &d.app, &d.sender, &d.rival} {
		var err error
		if *key, err = ethereum.GenerateSenderKey(rand.Reader); err != nil {
			t.Fatal(err)
		}
		coins, _ := new(big.Int).SetString("1000000000000000000000", 10)
		alloc[common.Address(key.Address())] = types.Account{Balance: coins}
	}
	socket := t.TempDir()
	if len(socket) > maxSocketDir {
		socket = shortDir(t)
	}
	socket = filepath.Join(socket, "ipc")
	d.backend = simulated.NewBackend(alloc, osaka, func(c *node.Config, _ *ethconfig.Config) {
		c.IPCPath = socket
	})
	d.node = d.backend.Client()
	t.Cleanup(func() {
		if err := d.backend.Close(); err != nil {
			t.Error(err)
		}
	})
	var err error
	if d.raw, err = rpc.Dial(socket); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.raw.Close)
	d.deal()
	d.deploy()
	return d
}

// maxSocketDir is what a socket's folder may have of the 108 bytes that a Unix socket's path has.
const maxSocketDir = 90

func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "chain")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// osaka keeps the rules to what main networks have; the backend's own are of the future.
func osaka(_ *node.Config, config *ethconfig.Config) {
	rules := *config.Genesis.Config
	rules.BogotaTime, rules.AmsterdamTime = nil, nil
	genesis := *config.Genesis
	genesis.Config = &rules
	config.Genesis = &genesis
}

func (d *devChain) deal() {
	var err error
	if d.master, err = bls.GenerateSecret(rand.Reader); err != nil {
		d.t.Fatal(err)
	}
	public, err := d.master.Public()
	if err != nil {
		d.t.Fatal(err)
	}
	d.info = messages.KeyInfo{Key: keyID, Epoch: 1, Parties: 3, Threshold: 2, Master: public.Bytes()}
}

func (d *devChain) newKey() ethereum.NewKey {
	return ethereum.NewKey{Info: d.info, Treasury: treasury,
		Parties: []messages.Address{{1}, {2}, {3}}}
}

func (d *devChain) deploy() {
	client := d.dial(d.endpoint(), func(c *ethereum.Config) { c.Gateway = messages.Address{} })
	stop := d.mining()
	defer stop()
	var err error
	d.made, err = ethereum.Deploy(d.t.Context(), client, d.deploys,
		ethereum.DeployConfig{Grace: time.Minute, Keys: []ethereum.NewKey{d.newKey()}})
	if err != nil {
		d.t.Fatal(err)
	}
}

// mining mines whenever something waits, for what awaits receipts.
func (d *devChain) mining() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if d.waiting(ctx) {
					d.backend.Commit()
				}
			}
		}
	})
	return func() { cancel(); ended.Wait() }
}

// waiting tells whether a transaction of the deployer waits.
func (d *devChain) waiting(ctx context.Context) bool {
	account := common.Address(d.deploys.Address())
	pending, err := d.node.PendingNonceAt(ctx, account)
	if err != nil {
		return false
	}
	mined, err := d.node.NonceAt(ctx, account, nil)
	return err == nil && pending > mined
}

func (d *devChain) config(urls ...string) ethereum.Config {
	return ethereum.Config{Endpoints: urls, ChainID: chainID, Gateway: d.made.Gateway,
		Registry: d.made.Registry, Finality: chain.Confirmations(0), Timeout: 3 * time.Second,
		Publish: func(context.Context, messages.Fact) {}, Clock: time.Now}
}

// dial makes a client over one endpoint.
func (d *devChain) dial(e *rpcServer, change ...func(*ethereum.Config)) *ethereum.Client {
	d.t.Helper()
	config := d.config(e.url())
	for _, c := range change {
		c(&config)
	}
	return dialed(d.t, config)
}

func dialed(t testing.TB, config ethereum.Config) *ethereum.Client {
	t.Helper()
	client, err := ethereum.Dial(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}
