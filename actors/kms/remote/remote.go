package remote

import (
	"context"
	"crypto/tls"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// Bounds of a connection.
const (
	// DefaultTimeout of one call leaves a party time for a read of its chain in another region.
	DefaultTimeout = 4 * time.Second
	// maxReply holds a full call: 64 answers of 16 shares of 96 bytes, and as much again.
	maxReply = 256 << 10
	// connectTimeout is for TCP and TLS together, between the farthest of regions.
	connectTimeout = 3 * time.Second
	// maxBackoff keeps a party that has come back from waiting long for us.
	maxBackoff = 3 * time.Second
	// quiet is after how long without traffic a connection is probed, so that one that broke
	// silently is noticed before the next call needs it.
	quiet = 30 * time.Second
)

// Config describes the connection to one address of a party. Party, TLS and Publish are required.
type Config struct {
	Party    messages.PartyInfo // its first endpoint is called, under its Name
	TLS      *tls.Config        // own certificate and trusted authorities; cloned
	Timeout  time.Duration      // of one call; 0 means DefaultTimeout
	Rest     time.Duration      // of an open breaker; 0 means circuit.DefaultRest
	Failures uint               // that open the breaker; 0 means circuit.DefaultFailures
	Publish  messages.Publish
	Clock    messages.Clock // nil means time.Now
}

// Client calls one address of a party; it satisfies kms.Client. It is safe for concurrent use.
type Client struct {
	info       messages.PartyInfo
	connection *grpc.ClientConn
	party      wire.PartyClient
	circuit    *circuit.Circuit
}

// Dial makes a client; the connection is made by the first call. CONFIG where the TLS
// configuration would let anybody pass for the party, or show the party no certificate.
func Dial(config Config) (*Client, error) {
	secure, err := harden(config)
	if err != nil {
		return nil, err
	}
	if config.Timeout <= 0 {
		config.Timeout = DefaultTimeout
	}
	target := config.Party.Endpoints[0]
	connection, err := grpc.NewClient("dns:///"+target,
		grpc.WithTransportCredentials(credentials.NewTLS(secure)),
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: connectTimeout,
			Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2,
				MaxDelay: maxBackoff}}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: quiet, Timeout: connectTimeout}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReply)),
		grpc.WithDisableServiceConfig(), // DNS has no say in how a party is called
		grpc.WithDisableRetry(),         // the proxy decides what is asked again
		grpc.WithNoProxy(),
	)
	if err != nil {
		return nil, messages.BadConfig("party.endpoints", err.Error())
	}
	return &Client{info: config.Party, connection: connection,
		party: wire.NewPartyClient(connection),
		circuit: circuit.New(circuit.Config{
			Name: config.Party.Index.String() + " " + target, Room: messages.RoomKMS,
			Party: config.Party.Index, Region: config.Party.Region,
			Timeout: config.Timeout, Rest: config.Rest, Failures: config.Failures,
			Answered: answered, Publish: config.Publish, Clock: config.Clock,
		})}, nil
}

// SignShares asks for the shares of up to messages.MaxBatch requests, in one call.
func (c *Client) SignShares(
	ctx context.Context, words []messages.SignShare,
) ([]messages.ShareAnswer, error) {
	return circuit.Get(ctx, c.circuit, "sign shares",
		func(ctx context.Context) ([]messages.ShareAnswer, error) {
			reply, err := c.party.SignShares(ctx, messages.SignSharesToWire(words))
			if err != nil {
				return nil, c.failure(err)
			}
			answers, err := messages.ShareAnswersFromWire(reply)
			return answers, c.garbage(err)
		})
}

// SignOutcomes asks for one share of an attestation.
func (c *Client) SignOutcomes(
	ctx context.Context, word messages.SignOutcomes,
) (messages.OutcomeAnswer, error) {
	return circuit.Get(ctx, c.circuit, "sign outcomes",
		func(ctx context.Context) (messages.OutcomeAnswer, error) {
			reply, err := c.party.SignOutcomes(ctx,
				&wire.SignOutcomesRequest{Request: messages.SignOutcomesToWire(word)})
			if err != nil {
				return messages.OutcomeAnswer{}, c.failure(err)
			}
			answer, err := messages.OutcomeAnswerFromWire(reply.GetAnswer())
			return answer, c.garbage(err)
		})
}

// Describe asks the party who it is and how far it sees.
func (c *Client) Describe(ctx context.Context) (messages.PartyDescription, error) {
	return circuit.Get(ctx, c.circuit, "describe",
		func(ctx context.Context) (messages.PartyDescription, error) {
			reply, err := c.party.Describe(ctx, &wire.DescribeRequest{})
			if err != nil {
				return messages.PartyDescription{}, c.failure(err)
			}
			description, err := messages.DescriptionFromWire(reply)
			return description, c.garbage(err)
		})
}

// Usable reports whether a call would be made: the breaker is not open.
func (c *Client) Usable() bool { return c.circuit.Usable() }

// Close ends the connection and every call on it.
func (c *Client) Close() error { return c.connection.Close() }

// failure says what the status of a call means.
func (c *Client) failure(err error) error {
	said := status.Convert(err)
	switch said.Code() {
	case codes.InvalidArgument:
		return &messages.GatewayError{Code: messages.CodeMalformedInput, Op: "call party",
			Party: c.info.Index, Region: c.info.Region, Detail: said.Message()}
	case codes.ResourceExhausted:
		if strings.HasPrefix(said.Message(), "grpc: received message") {
			return c.garbage(err)
		}
		return &messages.GatewayError{Code: messages.CodeOverloaded, Op: "call party",
			Party: c.info.Index, Region: c.info.Region, Detail: said.Message()}
	case codes.DeadlineExceeded:
		return &messages.GatewayError{Code: messages.CodeDeadline, Op: "call party",
			Party: c.info.Index, Region: c.info.Region, Detail: "no answer in time", Cause: err}
	case codes.Internal, codes.Unknown, codes.Unimplemented, codes.DataLoss:
		return c.garbage(err)
	default:
		return messages.PartyUnreachable(c.info.Index, c.info.Region, err)
	}
}

// garbage says that what came back is no answer; nil for nil.
func (c *Client) garbage(err error) error {
	if err == nil {
		return nil
	}
	return messages.PartyGarbage(c.info.Index, c.info.Region, err.Error())
}

// answered reports errors that a party in good health gives.
func answered(err error) bool { return messages.CodeOf(err) == messages.CodeMalformedInput }

// harden returns the TLS configuration of a connection to the party and to nobody else.
func harden(config Config) (*tls.Config, error) {
	switch {
	case len(config.Party.Endpoints) == 0:
		return nil, messages.BadConfig("party.endpoints", "name no address")
	case config.Party.Name == "":
		return nil, messages.BadConfig("party.name", "a party is known by the name in its certificate")
	case config.TLS == nil || config.TLS.RootCAs == nil:
		return nil, messages.BadConfig("tls.ca", "no authority is trusted to name parties")
	case len(config.TLS.Certificates) == 0 && config.TLS.GetClientCertificate == nil:
		return nil, messages.BadConfig("tls.certificate", "a party wants to see one")
	case config.TLS.InsecureSkipVerify:
		return nil, messages.BadConfig("tls", "the party's certificate must be verified")
	}
	secure := config.TLS.Clone()
	secure.MinVersion = tls.VersionTLS13
	secure.MaxVersion = 0
	secure.ServerName = config.Party.Name
	return secure, nil
}
