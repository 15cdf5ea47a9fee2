package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

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

// Endpoint is one JSON-RPC server with its circuit. It is safe for concurrent use.
type Endpoint struct {
	name      string // number and host: paths and queries of URLs hold API keys
	client    *rpc.Client
	transport *http.Transport
	circuit   *circuit.Circuit
	verified  atomic.Bool // it is of the right chain
}

// newEndpoint makes no connection yet.
func newEndpoint(ctx context.Context, config Config, number int) (*Endpoint, error) {
	field := fmt.Sprintf("endpoints[%d]", number)
	parsed, err := url.Parse(config.URLs[number])
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, messages.BadConfig(field, "want an http or https URL")
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: idleConnections, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: config.Timeout,
	}
	client, err := rpc.DialOptions(ctx, config.URLs[number],
		rpc.WithHTTPClient(&http.Client{Transport: bounded{transport}}))
	if err != nil {
		return nil, messages.BadConfig(field, "not usable as a JSON-RPC endpoint")
	}
	name := fmt.Sprintf("chain endpoint %d %s", number+1, parsed.Host)
	return &Endpoint{
		name: name, client: client, transport: transport,
		circuit: circuit.New(circuit.Config{
			Name: name, Room: messages.RoomEthereum, Timeout: config.Timeout,
			Failures: endpointFailures, Window: endpointWindow, Calls: endpointCalls,
			Answered: healthy, Publish: config.Publish, Clock: config.Clock,
		}),
	}, nil
}

// close lets go of idle connections; the HTTP client of the library keeps them otherwise.
func (e *Endpoint) close() {
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

// Call makes one call under the endpoint's circuit.
func Call[T any](
	ctx context.Context, e *Endpoint, method string, arguments ...any,
) (result T, err error) {
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) (result T, err error) {
		return result, discreet(e.client.CallContext(ctx, &result, method, arguments...))
	})
}

// Ask is Call for methods whose server errors are answers: they tell of the call, not of the
// endpoint's health.
func Ask[T any](
	ctx context.Context, e *Endpoint, method string, arguments ...any,
) (result T, err error) {
	return circuit.Get(ctx, e.circuit, method, func(ctx context.Context) (result T, err error) {
		return result, Worded(discreet(e.client.CallContext(ctx, &result, method, arguments...)))
	})
}

// Batch makes several calls in one HTTP request under the endpoint's circuit; check judges them.
// The error of a single call is its element's, for check to read.
func (e *Endpoint) Batch(
	ctx context.Context, op string, calls []rpc.BatchElem, check func() error,
) error {
	return e.circuit.Do(ctx, op, func(ctx context.Context) error {
		if err := e.client.BatchCallContext(ctx, calls); err != nil {
			return discreet(err)
		}
		return check()
	})
}
