package kms

import (
	"context"
	"errors"
	"sync"
	"time"

	"kmsgateway/messages"
)

// caller makes the calls to one party, off the mailbox. Its fields do not change once it is made.
type caller struct {
	party   messages.PartyInfo
	clients []Client // by address; nil where there is none
	errs    []error  // by address: why there is no client
	gauge   *gauge
	clock   messages.Clock
	workers *sync.WaitGroup
}

// put puts the words of a call to one address: which of them, and what they came to.
type put func(ctx context.Context, endpoint int, which []int) []verdict

// shares asks for shares at one address after the other, with hedges, until each word has an answer
// that stands or no address is left.
func (c *caller) shares(ctx context.Context, batch []asked[messages.SignShare]) []verdict {
	endpoints := c.gauge.endpoints()
	order := Route(endpoints)
	return c.race(ctx, order, endpoints, len(batch),
		func(ctx context.Context, endpoint int, which []int) []verdict {
			words := make([]messages.SignShare, len(which))
			for i, w := range which {
				words[i] = batch[w].word
				words[i].Budget = c.left(batch[w].deadline)
			}
			var answers []messages.ShareAnswer
			err := c.timed(ctx, endpoint, func(client Client) (err error) {
				answers, err = client.SignShares(ctx, words)
				return err
			})
			if err == nil {
				return judgeShares(words, answers, endpoint == 0)
			}
			failed := make([]verdict, len(words))
			for i, word := range words {
				failed[i] = noAnswer(word.Request, word.Party, err, endpoint == 0)
			}
			return failed
		})
}

// outcomes asks for a share of an attestation, in the order in which the addresses are listed:
// whichever its operator made the active one gives it, the others refuse.
func (c *caller) outcomes(ctx context.Context, batch []asked[messages.SignOutcomes]) []verdict {
	endpoints := c.gauge.endpoints()
	order := make([]int, len(endpoints))
	for i := range order {
		order[i] = i
	}
	return c.race(ctx, order, endpoints, len(batch),
		func(ctx context.Context, endpoint int, which []int) []verdict {
			verdicts := make([]verdict, len(which))
			for i, w := range which {
				word := batch[w].word
				word.Budget = c.left(batch[w].deadline)
				var answer messages.OutcomeAnswer
				err := c.timed(ctx, endpoint, func(client Client) (err error) {
					answer, err = client.SignOutcomes(ctx, word)
					return err
				})
				verdicts[i] = judgeOutcome(word, answer, endpoint == 0)
				if err != nil {
					verdicts[i] = noAnswer(word.Request, word.Party, err, endpoint == 0)
				}
			}
			return verdicts
		})
}

// race puts words to addresses in order: the next one is asked about the words that are still open
// when all before have answered, or when the last one asked keeps silent for longer than it
// usually does. Calls that are no longer needed are cancelled.
func (c *caller) race(
	ctx context.Context, order []int, endpoints []Endpoint, words int, put put,
) []verdict {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type reply struct {
		which    []int
		verdicts []verdict
	}
	replies := make(chan reply, len(order))
	best := make([]verdict, words)
	hedge := time.NewTimer(HedgeAfter(endpoints[order[0]]))
	defer hedge.Stop()
	next, flying := 0, 0
	launch := func() {
		endpoint, which := order[next], open(best)
		next, flying = next+1, flying+1
		hedge.Reset(HedgeAfter(endpoints[endpoint]))
		c.workers.Go(func() {
			replies <- reply{which: which, verdicts: put(ctx, endpoint, which)}
		})
	}
	for launch(); flying > 0; {
		select {
		case r := <-replies:
			flying--
			for i, w := range r.which {
				if r.verdicts[i].better(best[w]) {
					best[w] = r.verdicts[i]
				}
			}
			if len(open(best)) == 0 {
				return best
			}
			if flying == 0 && next < len(order) && ctx.Err() == nil {
				launch()
			}
		case <-hedge.C:
			if next < len(order) {
				launch()
			}
		}
	}
	return best
}

// open lists the words that have no answer which stands.
func open(best []verdict) (which []int) {
	for i, v := range best {
		if !v.final {
			which = append(which, i)
		}
	}
	return which
}

// timed makes a call and takes note of how long an answer took. Running out of time counts as
// slow; a failure at once does not count as fast.
func (c *caller) timed(ctx context.Context, endpoint int, call func(Client) error) error {
	client := c.clients[endpoint]
	if client == nil {
		return messages.PartyUnreachable(c.party.Index, c.party.Region, c.errs[endpoint])
	}
	began := c.clock()
	err := call(client)
	late := messages.CodeOf(err) == messages.CodeDeadline ||
		errors.Is(ctx.Err(), context.DeadlineExceeded)
	if err == nil || late {
		c.gauge.note(endpoint, c.clock().Sub(began))
	}
	return err
}

// left is the budget that goes with a word, at least what the wire can carry.
func (c *caller) left(deadline time.Time) time.Duration {
	return max(deadline.Sub(c.clock()), minBudget)
}
