package ethereum

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
)

const (
	// endpointFailures of endpointWindow calls open an endpoint's circuit: sooner than the default,
	// for there are others.
	endpointFailures = 3
	endpointWindow   = 6
	// endpointCalls bounds the calls in flight to one endpoint: a party's full house of reads, a
	// scan and a settlement.
	endpointCalls = 128
	// maxAnswer bounds one HTTP answer in bytes; the receipts of a full block stay far below.
	maxAnswer = 128 << 20
	// idleConnections kept to one endpoint: as many as a scan uses at once, and a few more.
	idleConnections = 16
)

// endpoint is one JSON-RPC server with its circuit.
type endpoint struct {
	name      string // number and host: paths and queries of URLs hold API keys
	client    *rpc.Client
	transport *http.Transport
	circuit   *circuit.Circuit
	verified  atomic.Bool // it is of the right chain
}

// newEndpoint makes no connection yet.
func newEndpoint(ctx context.Context, config Config, number int) (*endpoint, error) {
	field := fmt.Sprintf("endpoints[%d]", number)
	parsed, err := url.Parse(config.Endpoints[number])
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, messages.BadConfig(field, "want an http or https URL")
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: idleConnections, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: config.Timeout,
	}
	client, err := rpc.DialOptions(ctx, config.Endpoints[number],
		rpc.WithHTTPClient(&http.Client{Transport: bounded{transport}}))
	if err != nil {
		return nil, messages.BadConfig(field, "not usable as a JSON-RPC endpoint")
	}
	name := fmt.Sprintf("chain endpoint %d %s", number+1, parsed.Host)
	return &endpoint{
		name: name, client: client, transport: transport,
		circuit: circuit.New(circuit.Config{
			Name: name, Room: messages.RoomEthereum, Timeout: config.Timeout,
			Failures: endpointFailures, Window: endpointWindow, Calls: endpointCalls,
			Answered: healthy, Publish: config.Publish, Clock: config.Clock,
		}),
	}, nil
}

func (e *endpoint) close() {
	e.client.Close()
	e.transport.CloseIdleConnections()
}

// bounded refuses to read an endless answer.
type bounded struct{ http.RoundTripper }

// RoundTrip bounds the body of what the endpoint answers.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	}
	return response, err
}

// errMissing says that the endpoint, in good health, has no such block: another may.
var errMissing = errors.New("the endpoint has no such block")

// answer is what a server in good health says instead of a result. A final one, such as a revert,
// any other server would say too; the others are tried where it is not.
type answer struct {
	error
	final bool
}

func (a answer) Unwrap() error { return a.error }

// codeReverted is the code that servers give to a revert.
const codeReverted = 3

// JSON-RPC reserves these codes for faults of the server or of the call itself, and by custom for
// limits of the service.
const (
	lowestReserved  = -32700
	highestReserved = -32600
	codeLimited     = -32005
)

// worded makes an answer of a server's error, where it is one.
func worded(err error) error {
	var word rpc.Error
	if !errors.As(err, &word) {
		return err
	}
	code := word.ErrorCode()
	if code == codeLimited || code >= lowestReserved && code <= highestReserved {
		return err
	}
	return answer{error: err, final: code == codeReverted}
}

func answered(err error) bool {
	var word answer
	return errors.As(err, &word)
}

func healthy(err error) bool { return answered(err) || errors.Is(err, errMissing) }

// discreet drops the URL from a transport's error: it may hold an API key.
func discreet(err error) error {
	var told *url.Error
	if errors.As(err, &told) {
		return told.Err
	}
	var status rpc.HTTPError
	if errors.As(err, &status) {
		return errors.New("HTTP " + status.Status)
	}
	return err
}

// call makes one call under the endpoint's circuit.
func call[T any](
	ctx context.Context, e *endpoint, method string, arguments ...any,
) (result T, err error) {
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) (result T, err error) {
		return result, discreet(e.client.CallContext(ctx, &result, method, arguments...))
	})
}

// ask is call for methods whose server errors are answers.
func ask[T any](
	ctx context.Context, e *endpoint, method string, arguments ...any,
) (result T, err error) {
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) (result T, err error) {
		return result, worded(discreet(e.client.CallContext(ctx, &result, method, arguments...)))
	})
}

// batch makes several calls in one HTTP request under the endpoint's circuit; check judges them.
// The error of a single call is its element's, for check to read.
func (e *endpoint) batch(
	ctx context.Context, op string, calls []rpc.BatchElem, check func() error,
) error {
	return e.circuit.Do(ctx, op, func(ctx context.Context) error {
		if err := e.client.BatchCallContext(ctx, calls); err != nil {
			return discreet(err)
		}
		return check()
	})
}

// failover runs fn on one endpoint after the other, in order, until one serves.
func failover[T any](
	ctx context.Context, c *Client, op string, fn func(context.Context, *endpoint) (T, error),
) (T, error) {
	var none T
	var troubles []error
	for i, e := range c.endpoints {
		err := c.fit(ctx, i)
		if err == nil {
			var value T
			if value, err = fn(ctx, e); err == nil {
				c.serving.Store(int32(i))
				return value, nil
			}
		}
		if ended := ctx.Err(); ended != nil {
			return none, outOfTime(op, ended)
		}
		var word answer
		if errors.As(err, &word) && word.final {
			return none, err
		}
		troubles = append(troubles, fmt.Errorf("%s: %w", e.name, err))
	}
	for _, trouble := range troubles {
		if answered(trouble) || messages.CodeOf(trouble) == messages.CodeChainInconsistent {
			return none, trouble // an answer, or a liar's name; the others only did not help
		}
	}
	return none, messages.ChainUnavailable(op, errors.Join(troubles...))
}

func outOfTime(op string, cause error) error {
	if errors.Is(cause, context.Canceled) {
		return fmt.Errorf("%s: %w", op, cause)
	}
	return &messages.GatewayError{Code: messages.CodeDeadline, Op: op, Cause: cause}
}

// fit makes sure, before an endpoint serves for the first time or takes over, that it is of this
// chain and of the history that was seen.
func (c *Client) fit(ctx context.Context, number int) error {
	e := c.endpoints[number]
	if !e.verified.Load() {
		if err := c.verify(ctx, number); err != nil {
			return err
		}
		e.verified.Store(true)
	}
	anchor := c.anchor.Load()
	if anchor == nil || c.serving.Load() == int32(number) {
		return nil
	}
	head, err := e.header(ctx, anchor.Number)
	if err != nil {
		return err
	}
	if messages.Hash(head.Hash()) != anchor.Hash {
		return messages.ChainInconsistent("take over", fmt.Sprintf(
			"finalized block %d has another hash there", anchor.Number))
	}
	return nil
}

// verify compares chain id and genesis. CONFIG where one is another chain's: no retry helps.
func (c *Client) verify(ctx context.Context, number int) error {
	e := c.endpoints[number]
	id, err := call[quantity](ctx, e, "eth_chainId")
	if err != nil {
		return err
	}
	field := fmt.Sprintf("endpoints[%d]", number)
	if messages.ChainID(id) != c.chainID {
		return messages.BadConfig(field, fmt.Sprintf("serves chain %d, want %d", id, c.chainID))
	}
	if c.genesis == (messages.Hash{}) {
		return nil
	}
	head, err := e.header(ctx, 0)
	if err != nil {
		return err
	}
	if got := head.Hash(); got != common.Hash(c.genesis) {
		return messages.BadConfig(field, "genesis is "+got.Hex()+", want "+c.genesis.String())
	}
	return nil
}
