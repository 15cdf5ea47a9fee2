package world

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"google.golang.org/grpc"

	"kmsgateway/actors/circuit"
	"kmsgateway/actors/kms"
	"kmsgateway/actors/party"
	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

const (
	topicShares   = "party shares"
	topicOutcomes = "party outcomes"
	// epoch is the epoch of the only key.
	epoch messages.KeyEpoch = 1
)

// PartyFault is what is wrong with a party's answers. The zero value is nothing.
type PartyFault struct {
	Silent bool          // it takes every question and answers none
	Slow   time.Duration // added to each answer
	Wrong  bool          // it answers with shares that only their equation gives away
}

// Party is a KMS party: the room of actors/party with its share, behind the network.
type Party struct {
	world *World
	info  messages.PartyInfo
	host  string
	dir   string // of vault and journal
	lock  vault.Lock

	identity ed25519.PrivateKey

	turn    turn // taken while a life begins or ends
	mu      sync.Mutex
	fault   PartyFault // mu
	running *serving   // mu; nil while it is down
}

// serving is one life of a party.
type serving struct {
	station *Station
	room    *party.Party
	server  wire.PartyServer
}

// registrar takes the server that a party would put behind gRPC.
type registrar struct{ server wire.PartyServer }

// RegisterService implements grpc.ServiceRegistrar.
func (r *registrar) RegisterService(_ *grpc.ServiceDesc, implementation any) {
	r.server, _ = implementation.(wire.PartyServer)
}

// newParty gives a party its share and its identity.
func newParty(w *World, info messages.PartyInfo, share threshold.KeyShare) (*Party, error) {
	p := &Party{world: w, info: info, turn: newTurn(), host: info.Endpoints[0],
		dir: filepath.Join(w.dir, info.Endpoints[0])}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a party's folder: %w", err)
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := w.random.Read(seed); err != nil {
		return nil, err
	}
	p.identity = ed25519.NewKeyFromSeed(seed)
	file := filepath.Join(p.dir, "identity")
	if err := vault.NewIdentity(file); err != nil {
		return nil, err
	}
	var err error
	if p.lock, err = vault.IdentityLock(file); err != nil {
		return nil, err
	}
	return p, vault.Add(filepath.Join(p.dir, "vault"), p.lock, vault.Share{Key: w.key.Key,
		Epoch: epoch, Index: info.Index, Secret: share.Secret})
}

// Start begins a life of the party. One that runs goes on.
func (p *Party) Start() error {
	defer p.turn.take()()
	if p.life() != nil {
		return nil
	}
	w := p.world
	opened, err := vault.Open(filepath.Join(p.dir, "vault"), p.lock, w.random)
	if err != nil {
		return err
	}
	s := &serving{station: w.network.Join(p.host)}
	view := w.client(s.station, w.plan.Chain.Parties)
	s.room, err = party.New(party.Config{Index: p.info.Index, Region: p.info.Region,
		Deployments: []party.Deployment{{Chain: ChainID, Gateway: w.contract.address, Source: view}},
		Keys:        []messages.KeyInfo{w.key}, Vault: opened,
		Journal: filepath.Join(p.dir, "journal.db"), Identity: p.identity, Deriver: w.derive,
		System: w.system, Publish: w.history.of(p.host), Clock: time.Now, Rand: w.random,
		Authorize: func(context.Context) error { return nil }, AllowBlinded: true})
	if err != nil {
		s.station.Leave()
		opened.Close()
		return fmt.Errorf("start %s: %w", p.host, err)
	}
	var taken registrar
	s.room.Register(&taken)
	s.server = taken.server
	s.station.Handle(topicShares, serve(p, s, s.server.SignShares, p.spoil))
	s.station.Handle(topicOutcomes, serve(p, s, s.server.SignOutcomes, p.spoilOutcome))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = s
	return nil
}

// Stop ends a life of the party at once; what its journal has written is there in the next one.
func (p *Party) Stop() error {
	defer p.turn.take()()
	s := p.life()
	if s == nil {
		return nil
	}
	p.mu.Lock()
	p.running = nil
	p.mu.Unlock()
	s.station.Leave()
	now, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.room.Close(now)
	s.station.Wait()
	return err
}

func (p *Party) life() *serving {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// Fail sets what is wrong from now on.
func (p *Party) Fail(fault PartyFault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

func (p *Party) wrong() PartyFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault
}

// serve is how a party answers one kind of call, with its faults.
func serve[Ask, Reply any](p *Party, s *serving, how func(context.Context, *Ask) (*Reply, error),
	spoil func(*Reply)) Handler {
	return func(_ string, ask any, answer func(any, error)) {
		fault := p.wrong()
		question, _ := ask.(*Ask)
		if fault.Silent {
			return
		}
		s.station.Go(func(life context.Context) {
			reply, err := how(life, question)
			if err == nil && fault.Wrong {
				spoil(reply)
			}
			if fault.Slow > 0 {
				select {
				case <-time.After(fault.Slow):
				case <-life.Done():
				}
			}
			answer(reply, err)
		})
	}
}

// negated turns a compressed point into its negative: a point of the right group that is no share.
func negated(share [96]byte) [96]byte {
	const sign = 0x20
	share[0] ^= sign
	return share
}

// spoil makes every share wrong, and signs that as the party's own word.
func (p *Party) spoil(reply *wire.SignSharesReply) {
	answers, err := messages.ShareAnswersFromWire(reply)
	if err != nil {
		return
	}
	for _, answer := range answers {
		if answer.Signed == nil {
			continue
		}
		for i, share := range answer.Signed.Shares {
			answer.Signed.Shares[i] = negated(share)
		}
		digest := answer.Signed.EvidenceDigest()
		answer.Signed.Signature = ed25519.Sign(p.identity, digest[:])
	}
	reply.Answers = messages.ShareAnswersToWire(answers).Answers
}

func (p *Party) spoilOutcome(reply *wire.SignOutcomesReply) {
	answer, err := messages.OutcomeAnswerFromWire(reply.GetAnswer())
	if err != nil || answer.Signed == nil {
		return
	}
	answer.Signed.Share = negated(answer.Signed.Share)
	digest := answer.Signed.EvidenceDigest()
	answer.Signed.Signature = ed25519.Sign(p.identity, digest[:])
	reply.Answer = messages.OutcomeAnswerToWire(answer)
}

// partyClient is a node's client of a party over the network, behind the same breaker as the real
// one.
type partyClient struct {
	station *Station
	info    messages.PartyInfo
	circuit *circuit.Circuit
}

// dialer makes the clients of one node.
func dialer(station *Station, publish messages.Publish) kms.Dial {
	return func(info messages.PartyInfo) (kms.Client, error) {
		return &partyClient{station: station, info: info, circuit: circuit.New(circuit.Config{
			Name: info.Index.String(), Room: messages.RoomKMS, Party: info.Index,
			Region: info.Region, Publish: publish, Clock: time.Now,
			Answered: func(err error) bool {
				return messages.CodeOf(err) == messages.CodeMalformedInput
			}})}, nil
	}
}

// SignShares implements kms.Client.
func (c *partyClient) SignShares(ctx context.Context, words []messages.SignShare) (
	[]messages.ShareAnswer, error) {
	return circuit.Get(ctx, c.circuit, "sign shares",
		func(ctx context.Context) ([]messages.ShareAnswer, error) {
			value, err := c.call(ctx, topicShares, messages.SignSharesToWire(words))
			if err != nil {
				return nil, err
			}
			reply, _ := value.(*wire.SignSharesReply)
			answers, err := messages.ShareAnswersFromWire(reply)
			return answers, c.garbage(err)
		})
}

// SignOutcomes implements kms.Client.
func (c *partyClient) SignOutcomes(ctx context.Context, word messages.SignOutcomes) (
	messages.OutcomeAnswer, error) {
	return circuit.Get(ctx, c.circuit, "sign outcomes",
		func(ctx context.Context) (messages.OutcomeAnswer, error) {
			value, err := c.call(ctx, topicOutcomes,
				&wire.SignOutcomesRequest{Request: messages.SignOutcomesToWire(word)})
			if err != nil {
				return messages.OutcomeAnswer{}, err
			}
			reply, _ := value.(*wire.SignOutcomesReply)
			answer, err := messages.OutcomeAnswerFromWire(reply.GetAnswer())
			return answer, c.garbage(err)
		})
}

// Usable reports whether a call would be made.
func (c *partyClient) Usable() bool { return c.circuit.Usable() }

func (c *partyClient) call(ctx context.Context, topic string, ask any) (any, error) {
	value, err := c.station.Call(ctx, c.info.Endpoints[0], topic, ask)
	switch {
	case err == nil:
		return value, nil
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &messages.GatewayError{Code: messages.CodeDeadline, Op: "call party",
			Party: c.info.Index, Region: c.info.Region, Cause: err}
	default:
		return nil, messages.PartyUnreachable(c.info.Index, c.info.Region, err)
	}
}

func (c *partyClient) garbage(err error) error {
	if err == nil {
		return nil
	}
	return messages.PartyGarbage(c.info.Index, c.info.Region, err.Error())
}
