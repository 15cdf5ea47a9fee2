package bootstrap

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
)

// What the clock and the endpoints may differ by before it is worth a word.
const (
	clockAhead    = 2 * time.Second  // of the head: proposers' clocks are no better
	clockWrong    = 30 * time.Second // of the head, which nobody may make that far in the future
	headStale     = 2 * time.Minute  // of the head: ten slots without a block are rare
	headsApart    = 5                // blocks that one endpoint may be behind another
	remedyReplace = "replace the endpoint, or correct the chain section"
)

// opinion is what one endpoint says.
type opinion struct {
	name   string // operator and host: paths and queries of URLs hold keys
	client *ethereum.Client
	tip    chain.Tip
	head   chain.Head // at the tip
	took   time.Duration
	err    error
}

// lookAtChain asks each endpoint by itself, compares them, and asks the first good one for the
// clock and the keys.
func (p *patient) lookAtChain(ctx context.Context) []Check {
	opinions := make([]opinion, len(p.chain.Endpoints))
	var asked sync.WaitGroup
	for i, endpoint := range p.chain.Endpoints {
		asked.Go(func() { opinions[i] = p.askEndpoint(ctx, endpoint) })
	}
	asked.Wait()
	var checks []Check
	var good []opinion
	for _, o := range opinions {
		name := "endpoint " + o.name
		if o.err != nil {
			checks = append(checks, broken(name, remedyReplace, "%v", o.err))
			continue
		}
		defer o.client.Close()
		good = append(good, o)
		checks = append(checks, fine(name, "chain %d, block %d, final %d, in %v", p.chain.ID,
			o.tip.Latest, o.tip.Finalized, o.took.Round(time.Millisecond)))
	}
	if len(good) == 0 {
		return append(checks, broken("clock", "see the endpoints", "no endpoint tells the time"))
	}
	checks = append(checks, p.agreement(ctx, good)...)
	checks = append(checks, clockAgainst(newest(good).head, p.clock()))
	return append(checks, p.registered(ctx, good[0].client)...)
}

func newest(opinions []opinion) opinion {
	return slices.MaxFunc(opinions, func(a, b opinion) int {
		return int(a.head.Time) - int(b.head.Time)
	})
}

// askEndpoint dials one endpoint, which checks chain id, genesis and deployment, and reads its head.
func (p *patient) askEndpoint(ctx context.Context, endpoint EndpointSection) (o opinion) {
	o.name = endpoint.Operator + " " + hostOf(endpoint.URL)
	section := p.chain
	section.Endpoints = []EndpointSection{endpoint}
	began := time.Now()
	o.client, o.err = dialChain(ctx, Env{Clock: p.clock}, section, unheard)
	if o.err == nil {
		if o.tip, o.err = o.client.Tip(ctx); o.err == nil {
			o.head, o.err = o.client.Head(ctx, o.tip.Latest)
		}
		if o.err != nil {
			_ = o.client.Close() // it never fails
		}
	}
	o.took = time.Since(began)
	o.err = discreet(o.err, endpoint.URL)
	return o
}

// dev tells whether it is a chain for development: what would be careless elsewhere is usual there.
func (p *patient) dev() bool { return slices.Contains(devChains, p.chain.ID) }

// unheard takes facts that nobody asked for.
func unheard(context.Context, messages.Fact) {}

func hostOf(text string) string {
	parsed, err := url.Parse(text)
	if err != nil {
		return "?"
	}
	return parsed.Host
}

// discreetError says what an error says, less the URL of the endpoint.
type discreetError struct{ says string }

func (e discreetError) Error() string { return e.says }

// discreet takes from an error what its URL must not tell.
func discreet(err error, address string) error {
	if err == nil {
		return nil
	}
	says := strings.Join(strings.Fields(err.Error()), " ")
	forms := []string{address}
	if parsed, bad := url.Parse(address); bad == nil {
		forms = append(forms, parsed.String(), parsed.Redacted())
	}
	for _, form := range forms {
		says = strings.ReplaceAll(says, form, withoutSecret(address))
	}
	return discreetError{says}
}

// agreement compares the endpoints: how far apart they are, and whether they are on one chain.
func (p *patient) agreement(ctx context.Context, good []opinion) []Check {
	if len(good) == 1 && p.dev() {
		return []Check{fine("heads", "one endpoint, of a development chain")}
	}
	if len(good) == 1 {
		return []Check{doubtful("heads", "add an endpoint of another operator",
			"one endpoint alone is believed")}
	}
	highest := slices.MaxFunc(good, byHeight)
	lowest := slices.MinFunc(good, byHeight)
	checks := []Check{fine("heads", "%d endpoints within %d blocks", len(good),
		highest.tip.Latest-lowest.tip.Latest)}
	if apart := highest.tip.Latest - lowest.tip.Latest; apart > headsApart {
		checks[0] = doubtful("heads", "wait until it has caught up, or replace it",
			"%s is %d blocks behind %s", lowest.name, apart, highest.name)
	}
	want := lowest.head.Ref
	for _, o := range good {
		head, err := o.client.Head(ctx, want.Number)
		if err == nil && head.Ref.Hash != want.Hash {
			checks = append(checks, doubtful("heads", "look again; if it stays, one of them is on a fork",
				"%s and %s have different blocks %d", lowest.name, o.name, want.Number))
		}
	}
	return checks
}

func byHeight(a, b opinion) int { return int(a.tip.Latest) - int(b.tip.Latest) }

// clockAgainst compares the clock with the time of the chain's head. A head may be old for other
// reasons than a wrong clock; one in the future has only that reason.
func clockAgainst(head chain.Head, now time.Time) Check {
	age := now.Sub(time.Unix(int64(head.Time), 0)).Round(time.Second)
	const remedy = "set the clock by NTP"
	switch {
	case age < -clockWrong:
		return broken("clock", remedy, "%v behind the head of the chain", -age)
	case age < -clockAhead:
		return doubtful("clock", remedy, "%v behind the head of the chain", -age)
	case age > headStale:
		return doubtful("clock", remedy+", or see whether the chain moves",
			"%v ahead of the head of the chain", age)
	default:
		return fine("clock", "the head of the chain is %v old", age)
	}
}

// registered compares the key files with the registry.
func (p *patient) registered(ctx context.Context, client *ethereum.Client) []Check {
	book := KeyBook{keys: map[messages.KeyID]messages.KeyInfo{}}
	for _, path := range p.keys {
		if key, err := ReadPublicKey(path); err == nil { // a bad one is the key files' to tell
			book.keys[key.Key] = key
		}
	}
	if len(book.keys) == 0 {
		return []Check{broken("registry", "see the key files", "there is no key to compare")}
	}
	if err := book.checkRegistered(ctx, client); err != nil {
		return []Check{broken("registry",
			"register the key, or configure the file of the registered one", "%v", err)}
	}
	return []Check{fine("registry", "%s as on the chain", counted(len(book.keys), "key"))}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
