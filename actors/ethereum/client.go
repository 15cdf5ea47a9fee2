package ethereum

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"golang.org/x/sync/singleflight"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// DefaultTimeout bounds one call to an endpoint.
const DefaultTimeout = 4 * time.Second

// quantity is a number as JSON-RPC writes it.
type quantity = hexutil.Uint64

// server is one endpoint while a read runs on it.
type server = endpoint.Endpoint

// Config describes one chain with one gateway contract. Endpoints, ChainID, Publish and Clock are
// required.
type Config struct {
	Endpoints []string // http or https URLs; the first that serves is used, the own node first
	ChainID   messages.ChainID
	Genesis   messages.Hash    // of block 0; the zero hash pins none
	Gateway   messages.Address // zero only for who deploys
	Registry  messages.Address // of the gateway; zero is not checked
	Finality  chain.Finality   // what Final goes by; the zero value finds nothing final
	Timeout   time.Duration    // of one call; 0 means DefaultTimeout
	Publish   messages.Publish
	Clock     messages.Clock
}

// Client reads one chain through several endpoints. It is safe for concurrent use. Its errors are
// *messages.GatewayError: CHAIN_UNAVAILABLE where no endpoint serves, CHAIN_INCONSISTENT where one
// contradicts itself and no other serves, DEADLINE where the caller's time is up.
type Client struct {
	chainID  messages.ChainID
	gateway  messages.Address
	registry messages.Address
	finality chain.Finality
	pool     *endpoint.Pool
	contract *contracts.GatewayContract
	topics   topics
	proven   *provenBlocks      // small: the blocks parties and content ask about
	flights  singleflight.Group // equal reads at the same time
	reads    sync.WaitGroup     // of flights
	life     context.Context    // ends at Close
	cancel   context.CancelFunc
}

// Dial makes a client. CONFIG, naming the endpoint, where one that answers is of another chain, and
// where the gateway contract is not there or belongs to another registry; CHAIN_UNAVAILABLE where
// none answers. One that does not answer now is verified when it does.
func Dial(ctx context.Context, config Config) (*Client, error) {
	if config.Timeout == 0 {
		config.Timeout = DefaultTimeout
	}
	c := &Client{
		chainID: config.ChainID, gateway: config.Gateway,
		registry: config.Registry, finality: config.Finality,
		contract: contracts.NewGatewayContract(), proven: newProvenBlocks(),
	}
	c.topics = topicsOf(c.contract)
	c.life, c.cancel = context.WithCancel(context.Background())
	var err error
	c.pool, err = endpoint.Open(ctx, endpoint.Config{URLs: config.Endpoints,
		ChainID: config.ChainID, Genesis: config.Genesis, Timeout: config.Timeout,
		Publish: config.Publish, Clock: config.Clock})
	if err != nil {
		c.cancel()
		return nil, err
	}
	if err := c.check(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// check compares the deployment with the chain.
func (c *Client) check(ctx context.Context) error {
	if c.gateway == (messages.Address{}) {
		_, err := c.Tip(ctx)
		return err
	}
	output, err := c.callContract(ctx, c.gateway, c.contract.PackRegistry(), messages.BlockRef{})
	if endpoint.Answered(err) || err == nil && len(output) == 0 {
		return messages.BadConfig("gateway", "no gateway contract at "+c.gateway.String())
	}
	if err != nil {
		return err
	}
	registry, err := c.contract.UnpackRegistry(output)
	if err != nil {
		return messages.BadConfig("gateway", "no gateway contract at "+c.gateway.String())
	}
	if c.registry == (messages.Address{}) {
		c.registry = messages.Address(registry)
	}
	if messages.Address(registry) != c.registry {
		return messages.BadConfig("registry", fmt.Sprintf("the gateway's registry is %s, want %s",
			messages.Address(registry), c.registry))
	}
	return nil
}

// Close ends what is being read, and the connections. A client is not used after it.
func (c *Client) Close() error {
	c.cancel()
	c.reads.Wait()
	c.pool.Close()
	return nil
}

// Gateway is the contract that the client reads.
func (c *Client) Gateway() messages.Address { return c.gateway }

// Registry is the gateway's registry of keys.
func (c *Client) Registry() messages.Address { return c.registry }

// Health tells which endpoints are usable. Safe to call from any goroutine.
func (c *Client) Health() messages.Health {
	return c.pool.Health()
}

// Blind reports whether every endpoint's circuit is open. Safe to call from any goroutine.
func (c *Client) Blind() bool { return c.pool.Health().Grade == messages.Down }

// callMessage is the argument of eth_call and eth_estimateGas.
type callMessage struct {
	From *common.Address `json:"from,omitempty"`
	To   *common.Address `json:"to,omitempty"`
	Data hexutil.Bytes   `json:"input,omitempty"`
}

// blockArgument names a block by hash, which must be canonical, or the latest one where ref is zero
// (EIP-1898).
func blockArgument(ref messages.BlockRef) any {
	if ref.IsZero() {
		return "latest"
	}
	return map[string]any{"blockHash": ref.Hash, "requireCanonical": true}
}

// callContract makes an eth_call as of a block. A revert is an answer.
func (c *Client) callContract(
	ctx context.Context, to messages.Address, data []byte, at messages.BlockRef,
) ([]byte, error) {
	address := common.Address(to)
	read := func(ctx context.Context, e *server) ([]byte, error) {
		return endpoint.Ask[hexutil.Bytes](ctx, e, "eth_call", callMessage{To: &address, Data: data},
			blockArgument(at))
	}
	return endpoint.First(ctx, c.pool, "call contract", read)
}
