package kms

import (
	"context"
	"time"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// Client calls one address of one party. Calls are safe for concurrent use and return promptly
// when ctx ends. An error says why there is no answer; PARTY_UNREACHABLE, PARTY_GARBAGE,
// CIRCUIT_OPEN, OVERLOADED, DEADLINE and MALFORMED_INPUT are passed on as they are, any other as
// the first of these.
//
// A client may also have Usable() bool, false while calls would be refused without being made, and
// Close() error, which the proxy calls when it stops.
type Client interface {
	// SignShares asks for the shares of up to messages.MaxBatch requests; there is an answer for
	// each, in order.
	SignShares(ctx context.Context, words []messages.SignShare) ([]messages.ShareAnswer, error)
	// SignOutcomes asks for one share of an attestation.
	SignOutcomes(ctx context.Context, word messages.SignOutcomes) (messages.OutcomeAnswer, error)
}

// Dial makes the client of one address: party's Endpoints hold just that one. It must not block.
type Dial func(party messages.PartyInfo) (Client, error)

// Config is what the room is built from. All but Timeout and Clock is required.
type Config struct {
	Parties []messages.PartyInfo
	Client  Dial
	Board   *Board
	Timeout time.Duration // for words without a budget; 0 means DefaultTimeout
	Publish messages.Publish
	Clock   messages.Clock // nil means time.Now
}

// DefaultTimeout is what a word without a budget gets: two endpoints can be tried in it.
const DefaultTimeout = 10 * time.Second

// Restart intensity of a proxy: it holds nothing that is worth much, and without it a party is
// lost to the node.
const (
	restarts      = 10
	restartWindow = time.Minute
)

// Kind describes the proxies of a region's parties; the id is the party's index in decimal.
// Proxies are never put away: they are few, and each holds a connection.
func Kind(config Config, region messages.Region) actors.Kind {
	if config.Timeout <= 0 {
		config.Timeout = DefaultTimeout
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return actors.Kind{
		Name: actors.KindKMS(string(region)), Restarts: restarts, Window: restartWindow,
		New: newProxies(config, region),
	}
}

// Regions lists the regions of parties, each once, in the order of the parties.
func Regions(parties []messages.PartyInfo) (regions []messages.Region) {
	seen := map[messages.Region]bool{}
	for _, party := range parties {
		if !seen[party.Region] {
			seen[party.Region] = true
			regions = append(regions, party.Region)
		}
	}
	return regions
}
