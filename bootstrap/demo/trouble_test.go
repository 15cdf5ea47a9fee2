package demo

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/bootstrap"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
	"kmsgateway/messages/wire"
	"kmsgateway/simulations/laws"
)

// stageFor raises a stage that ends with the test.
func stageFor(t *testing.T, options Options) (*stage, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), playTime)
	t.Cleanup(cancel)
	options.Progress, options.Log, options.LogLevel = t.Output(), io.Discard, "error"
	options.Nodes = max(options.Nodes, 1)
	s, err := raise(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s, ctx
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// replace kills a party and puts another server in its place, with the party's own certificate.
func (s *stage) replace(t *testing.T, index int, by func(*bootstrap.Identity) wire.PartyServer) {
	t.Helper()
	address, tls := s.parties[index-1].Addr(), s.tls(partyName(index))
	s.parties[index-1].Kill()
	identity := must(bootstrap.LoadIdentity(tls.CA, tls.Certificate, tls.Key, time.Now))(t)
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(identity.ServerTLS(bootstrap.RoleNode))))
	wire.RegisterPartyServer(server, by(identity))
	listener := must(net.Listen("tcp", address))(t)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := server.Serve(listener); err != nil {
			t.Errorf("the impostor: %v", err)
		}
	}()
	t.Cleanup(func() { server.Stop(); <-served })
}

// impersonate puts a scripted party in the real one's place.
func (s *stage) impersonate(t *testing.T, index int, fault kmstest.Fault) {
	t.Helper()
	scripted := kmstest.NewParty(messages.PartyIndex(index))
	scripted.Fail(fault)
	s.replace(t, index, func(*bootstrap.Identity) wire.PartyServer {
		return &kmstest.Server{Party: scripted}
	})
}

// leaveOne stops every party but the first.
func (s *stage) leaveOne(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, gone := range s.parties[1:] {
		if err := gone.Stop(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPartyThatAnswersGarbageIsNamedAndOthersServe(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 3, Parties: 5, Threshold: 3})
	s.impersonate(t, 1, kmstest.WrongShare)
	report := must(s.play(ctx))(t)
	if !report.Passed() || !slices.Contains(report.Blamed, "party-1") {
		t.Errorf("blamed %v in %+v", report.Blamed, report)
	}
}

func TestAPartyThatSaysNothingHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 3, Parties: 5, Threshold: 3})
	s.impersonate(t, 1, kmstest.Silent)
	if report := must(s.play(ctx))(t); !report.Passed() {
		t.Errorf("the run broke a promise: %+v", report)
	}
}

func TestAPartyWhoseEndpointIsDeadRefusesWhileOthersServe(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 3, Parties: 3, Threshold: 2, Fault: RPCLies})
	if err := s.liar.server.Close(); err != nil {
		t.Fatal(err)
	}
	report := must(s.play(ctx))(t)
	dead := slices.ContainsFunc(report.Refused, func(refused string) bool {
		return refused == "party-1 CHAIN_UNAVAILABLE" || refused == "party-1 CIRCUIT_OPEN"
	})
	if !report.Passed() || !dead {
		t.Errorf("refused %v in %+v", report.Refused, report)
	}
}

// ask registers a secret of the user, who is his own app, and requests it.
func (s *stage) ask(ctx context.Context, t *testing.T, lifetime uint64) (messages.Requested, secret) {
	t.Helper()
	sealed, ciphertext, err := s.seal(s.user, s.user.address, []byte("of the user himself"))
	if err != nil {
		t.Fatal(err)
	}
	gateway := contracts.NewGatewayContract()
	register := gateway.PackRegister(s.user.address, sealed.salt, s.key.Key, ciphertext)
	must(s.user.do(ctx, &s.gateway, nil, gasRegister, register))(t)
	head := must(s.user.client.HeaderByNumber(ctx, nil))(t)
	request := gateway.PackRequestDecryption([][32]byte{sealed.handle}, [4]byte{},
		s.optionsUntil(head.Time+lifetime))
	receipt := must(s.user.do(ctx, &s.gateway, fee(), gasRequest, request))(t)
	for _, log := range receipt.Logs {
		if e, err := gateway.UnpackDecryptionRequestedEvent(log); err == nil {
			return messages.Requested{Request: requestID(e.RequestId, e.RequestDigest)}, sealed
		}
	}
	t.Fatal("the transaction made no request")
	return messages.Requested{}, secret{}
}

func (s *stage) optionsUntil(deadline uint64) contracts.Options {
	return contracts.Options{Proof: uint8(messages.ProofOpening), CallbackGasLimit: 50_000,
		Deadline: deadline, RefundTo: s.user.address}
}

// awaitFact waits for a fact about a request, with what its detail must say.
func (s *stage) awaitFact(ctx context.Context, name messages.FactName, id messages.RequestID,
	says ...string) error {
	return waitFor(ctx, awaitPoll, func() bool {
		return slices.ContainsFunc(s.facts.history(), func(fact messages.Fact) bool {
			return fact.Name == name && fact.Request == id &&
				!slices.ContainsFunc(says, func(part string) bool {
					return !strings.Contains(fact.Detail, part)
				})
		})
	})
}

func TestBelowThresholdTheAwaitedAreNamedAndTheFeeReturns(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	s.leaveOne(ctx, t)
	requested, sealed := s.ask(ctx, t, 30)
	err := s.awaitFact(ctx, messages.FactDecryptDeferred, requested.Request, "party-2", "party-3")
	if err != nil {
		t.Fatalf("nobody says whom the request waits for: %v", err)
	}

	t.Run("expire refunds", func(t *testing.T) {
		s.leap(t, grace+time.Minute)
		gateway := contracts.NewGatewayContract()
		before := s.credit(ctx, t)
		options := must(s.requestOptions(ctx, requested.Request))(t)
		expire := gateway.PackExpire(new(big.Int).SetUint64(requested.Request.Number),
			contracts.Request{App: s.user.address, KeyId: s.key.Key, Options: options},
			[][32]byte{sealed.handle})
		must(s.bidders[0].do(ctx, &s.gateway, nil, gasSettle, expire))(t)
		if got := new(big.Int).Sub(s.credit(ctx, t), before); got.Cmp(fee()) != 0 {
			t.Errorf("%s wei are credited, want %s", got, fee())
		}
		must(s.user.do(ctx, &s.gateway, nil, gasSettle, gateway.PackWithdraw()))(t)
		err := waitFor(ctx, awaitPoll, func() bool { return s.node.Status().Expired == 1 })
		if err != nil {
			t.Errorf("the ledger keeps the row open: %+v", s.node.Status())
		}
	})
	t.Run("a party that returns is asked again", func(t *testing.T) {
		pending, _ := s.ask(ctx, t, 3600)
		err := s.awaitFact(ctx, messages.FactDecryptDeferred, pending.Request, "party-2", "party-3")
		if err != nil {
			t.Fatal(err)
		}
		s.revive(ctx, t, 2)
		if err := s.awaitFact(ctx, messages.FactRequestClosed, pending.Request, "fulfilled"); err != nil {
			t.Errorf("the request is not fulfilled: %v", err)
		}
	})
}

// leap moves block time forward.
func (s *stage) leap(t *testing.T, by time.Duration) {
	t.Helper()
	s.chain.mu.Lock()
	defer s.chain.mu.Unlock()
	s.chain.beacon.Commit() // the library leaps only over an empty pool
	if err := s.chain.beacon.AdjustTime(by); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) credit(ctx context.Context, t *testing.T) *big.Int {
	t.Helper()
	gateway := contracts.NewGatewayContract()
	raw := must(s.user.call(ctx, s.gateway, gateway.PackCreditOf(s.user.address)))(t)
	return must(gateway.UnpackCreditOf(raw))(t)
}

// requestOptions reads back what a request was made with.
func (s *stage) requestOptions(ctx context.Context, id messages.RequestID) (contracts.Options, error) {
	raw, err := s.user.call(ctx, s.gateway,
		contracts.NewGatewayContract().PackStatusOf(new(big.Int).SetUint64(id.Number)))
	if err != nil {
		return contracts.Options{}, err
	}
	status, err := contracts.NewGatewayContract().UnpackStatusOf(raw)
	return s.optionsUntil(status.Arg3), err
}

// revive starts a stopped party again on what it left behind, at its old address.
func (s *stage) revive(ctx context.Context, t *testing.T, index int) {
	t.Helper()
	config := must(s.partyConfig(index-1, s.dealing.Shares[index-1]))(t)
	config.Party.Listen = s.parties[index-1].Addr()
	s.parties[index-1] = must(bootstrap.StartParty(ctx, s.env(), config))(t)
}

func TestWhatIsAskedOnABusyDayIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	const crowd = 50
	s, ctx := stageFor(t, Options{Requests: crowd + 5, Parties: 3, Threshold: 2})
	var notes []secret
	for i := range crowd + 5 {
		notes = append(notes, must(s.writeNote(ctx, s.user, fmt.Appendf(nil, "note %03d", i)))(t))
	}
	t.Run("fifty requests in one block", func(t *testing.T) {
		s.chain.mu.Lock()
		s.chain.beacon.Commit() // the notes
		var last common.Hash
		for _, note := range notes[:crowd] {
			last = must(s.openNote(ctx, note))(t)
		}
		s.chain.beacon.Commit()
		s.chain.mu.Unlock()
		receipt := must(s.user.receipt(ctx, last))(t)
		block := must(s.user.client.BlockByHash(ctx, receipt.BlockHash))(t)
		if len(block.Transactions()) < crowd {
			t.Fatalf("%d transactions share the block", len(block.Transactions()))
		}
		if err := s.awaitEnded(ctx, crowd); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a node that was away", func(t *testing.T) {
		if err := s.node.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		for _, note := range notes[crowd:] {
			must(s.openNote(ctx, note))(t)
		}
		if err := s.startNode(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.awaitEnded(ctx, crowd+5); err != nil {
			t.Fatal(err)
		}
	})
	chain := must(s.read(ctx))(t)
	if wrong := chain.wrong(notes); wrong != 0 {
		t.Errorf("%d plaintexts are not what was encrypted", wrong)
	}
	if breaches := laws.Check(s.historyOf(chain, s.facts.history())); len(breaches) != 0 {
		t.Errorf("broken laws: %v", breaches)
	}
	if err := waitFor(ctx, awaitPoll, func() bool { return s.node.Status().Open == 0 }); err != nil {
		t.Errorf("rows stay open: %+v", s.node.Status())
	}
}

func TestWhatCannotBeOpenedIsRefusedOrRejected(t *testing.T) {
	t.Parallel()
	s, ctx := stageFor(t, Options{Requests: 1, Parties: 3, Threshold: 2})
	gateway := contracts.NewGatewayContract()
	head := must(s.user.client.HeaderByNumber(ctx, nil))(t)
	options := s.optionsUntil(head.Time + 3600)
	t.Run("an unknown handle", func(t *testing.T) {
		data := gateway.PackRequestDecryption([][32]byte{{1}}, [4]byte{}, options)
		if got := s.refusal(ctx, data, nil); got != "GatewayUnknownHandle" {
			t.Errorf("the contract says %s", got)
		}
	})
	note := must(s.writeNote(ctx, s.user, []byte("not for everyone")))(t)
	t.Run("a handle that the ACL denies", func(t *testing.T) {
		s.chain.Mine()
		data := gateway.PackRequestDecryption([][32]byte{note.handle}, [4]byte{}, options)
		if got := s.refusal(ctx, data, nil); got != "GatewayAclDenied" {
			t.Errorf("the contract says %s", got)
		}
	})
	t.Run("an honest c1 with a rotten c2", func(t *testing.T) {
		sealed, ciphertext, err := s.seal(s.user, s.notes, []byte("the free option"))
		if err != nil {
			t.Fatal(err)
		}
		ciphertext[messages.CiphertextHead-1] ^= 1 // the last byte of c2
		data := contracts.NewSecretNote().PackWrite(sealed.salt, s.key.Key, ciphertext)
		must(s.user.do(ctx, &s.notes, nil, gasRegister, data))(t)
		must(s.openNote(ctx, sealed))(t)
		if err := s.awaitEnded(ctx, 1); err != nil {
			t.Fatal(err)
		}
		chain := must(s.read(ctx))(t)
		if end := chain.order[0]; end.Outcome != messages.OutcomeRejected {
			t.Errorf("the request ended %s", end.Outcome)
		}
		history := s.historyOf(chain, s.facts.history())
		if breaches := laws.Check(history); len(breaches) != 0 {
			t.Errorf("broken laws: %v", breaches)
		}
		if got := chain.settlements[0].Outcomes[0].Status; got != messages.StatusMalformed {
			t.Errorf("the quorum attested status %d", got)
		}
	})
	t.Run("a copied ciphertext", func(t *testing.T) {
		ciphertext := must(s.ciphertextOf(note.handle))(t)
		thief := s.bidders[0]
		copied := secret{author: thief, app: s.notes, salt: note.salt}
		data := contracts.NewSecretNote().PackWrite(copied.salt, s.key.Key, ciphertext.Bytes())
		must(thief.do(ctx, &s.notes, nil, gasRegister, data))(t)
		must(s.openNote(ctx, copied))(t)
		if err := s.awaitEnded(ctx, 2); err != nil {
			t.Fatal(err)
		}
		chain := must(s.read(ctx))(t)
		if end := chain.order[1]; end.Outcome != messages.OutcomeRejected {
			t.Errorf("the thief's request ended %s", end.Outcome)
		}
	})
}
