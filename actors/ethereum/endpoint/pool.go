package endpoint

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"kmsgateway/actors/circuit"
	"kmsgateway/messages"
)

// Config describes the endpoints of one chain. All but Genesis is required.
type Config struct {
	URLs    []string // http or https; the first that serves is used
	ChainID messages.ChainID
	Genesis messages.Hash // of block 0; the zero hash pins none
	Timeout time.Duration // of one call
	Publish messages.Publish
	Clock   messages.Clock
}

// Pool is the endpoints of one chain, in the order of preference. It is safe for concurrent use.
type Pool struct {
	chainID   messages.ChainID
	genesis   messages.Hash
	endpoints []*Endpoint
	serving   atomic.Int32                      // the endpoint that served last, -1 at first
	anchor    atomic.Pointer[messages.BlockRef] // the highest finalized block seen
}

// Open makes a pool and verifies every endpoint that answers. CONFIG, naming the endpoint, where
// one is of another chain; one that does not answer now is verified when it does.
func Open(ctx context.Context, config Config) (*Pool, error) {
	p := &Pool{chainID: config.ChainID, genesis: config.Genesis}
	p.serving.Store(-1)
	if len(config.URLs) == 0 {
		return nil, messages.BadConfig("endpoints", "none is listed")
	}
	for number := range config.URLs {
		e, err := newEndpoint(ctx, config, number)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.endpoints = append(p.endpoints, e)
	}
	for number, e := range p.endpoints {
		err := p.verify(ctx, number)
		if messages.CodeOf(err) == messages.CodeConfig {
			p.Close()
			return nil, err
		}
		e.verified.Store(err == nil)
	}
	return p, nil
}

// Close ends the connections.
func (p *Pool) Close() {
	for _, e := range p.endpoints {
		e.close()
	}
}

// Health tells which endpoints are usable.
func (p *Pool) Health() messages.Health {
	var resting []string
	for _, e := range p.endpoints {
		if e.circuit.State() == circuit.Open {
			resting = append(resting, e.name)
		}
	}
	health := messages.Health{Room: messages.RoomEthereum, Grade: messages.Healthy}
	switch {
	case len(resting) == len(p.endpoints):
		health.Grade = messages.Down
	case len(resting) > 0:
		health.Grade = messages.Degraded
	default:
		return health
	}
	health.Detail = "failing: " + strings.Join(resting, ", ")
	return health
}

// Anchor remembers the highest finalized block: whatever takes over later must know it.
func (p *Pool) Anchor(finalized messages.BlockRef) {
	for {
		known := p.anchor.Load()
		if known != nil && known.Number >= finalized.Number {
			return
		}
		if p.anchor.CompareAndSwap(known, &finalized) {
			return
		}
	}
}

// First runs fn on one endpoint after the other, in order, until one serves.
func First[T any](
	ctx context.Context, p *Pool, op string, fn func(context.Context, *Endpoint) (T, error),
) (T, error) {
	var none T
	var troubles []error
	for i, e := range p.endpoints {
		err := p.fit(ctx, i)
		if err == nil {
			var value T
			if value, err = fn(ctx, e); err == nil {
				p.serving.Store(int32(i))
				return value, nil
			}
		}
		if ended := ctx.Err(); ended != nil {
			return none, OutOfTime(op, ended)
		}
		var word answer
		if errors.As(err, &word) && word.final {
			return none, err
		}
		troubles = append(troubles, fmt.Errorf("%s: %w", e.name, err))
	}
	for _, trouble := range troubles {
		if Answered(trouble) || messages.CodeOf(trouble) == messages.CodeChainInconsistent {
			return none, trouble // an answer, or a liar's name; the others only did not help
		}
	}
	return none, messages.ChainUnavailable(op, errors.Join(troubles...))
}

// fit makes sure, before an endpoint serves for the first time or takes over, that it is of this
// chain and of the history that was seen.
func (p *Pool) fit(ctx context.Context, number int) error {
	e := p.endpoints[number]
	if !e.verified.Load() {
		if err := p.verify(ctx, number); err != nil {
			return err
		}
		e.verified.Store(true)
	}
	anchor := p.anchor.Load()
	if anchor == nil || p.serving.Load() == int32(number) {
		return nil
	}
	head, err := e.Header(ctx, anchor.Number)
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
func (p *Pool) verify(ctx context.Context, number int) error {
	e := p.endpoints[number]
	id, err := Call[hexutil.Uint64](ctx, e, "eth_chainId")
	if err != nil {
		return err
	}
	field := fmt.Sprintf("endpoints[%d]", number)
	if messages.ChainID(id) != p.chainID {
		return messages.BadConfig(field, fmt.Sprintf("serves chain %d, want %d", id, p.chainID))
	}
	if p.genesis == (messages.Hash{}) {
		return nil
	}
	head, err := e.Header(ctx, 0)
	if err != nil {
		return err
	}
	if got := head.Hash(); got != common.Hash(p.genesis) {
		return messages.BadConfig(field, "genesis is "+got.Hex()+", want "+p.genesis.String())
	}
	return nil
}
