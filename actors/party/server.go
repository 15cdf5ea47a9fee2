package party

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// MaxMessage bounds a call's request in bytes, for the server that Register is given: a full batch
// of full questions is 64 * 16 * 200 bytes.
const MaxMessage = 512 << 10

// server answers the RPC. What is wrong with a call as a whole is a gRPC status; what is wrong with
// a question is a refusal in its answer.
type server struct {
	wire.UnimplementedPartyServer
	*Party
}

// Register puts the party behind a gRPC server, which must do mutual TLS and bound messages by
// MaxMessage.
func (p *Party) Register(registrar grpc.ServiceRegistrar) {
	wire.RegisterPartyServer(registrar, &server{Party: p})
}

// SignShares answers up to MaxBatch questions, spread over the party's workers.
func (s *server) SignShares(
	ctx context.Context, call *wire.SignSharesRequest,
) (reply *wire.SignSharesReply, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave(&err)
	asks, err := messages.SignSharesFromWire(call)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	tasks := make([]*task, len(asks))
	budgets := make([]time.Duration, len(asks))
	for i, ask := range asks {
		tasks[i] = newTask(questionOfShare(ask), nil)
		budgets[i] = ask.Budget
	}
	results := s.ask(ctx, tasks, budgets)
	answers := make([]messages.ShareAnswer, len(asks))
	for i, r := range results {
		answers[i] = messages.ShareAnswer{Signed: r.shares}
		if r.err != nil {
			answers[i].Refused = s.refusal(asks[i].Request, r.err)
		}
	}
	return messages.ShareAnswersToWire(answers), nil
}

// SignOutcomes answers one question.
func (s *server) SignOutcomes(
	ctx context.Context, call *wire.SignOutcomesRequest,
) (reply *wire.SignOutcomesReply, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave(&err)
	ask, err := messages.SignOutcomesFromWire(call.GetRequest())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	tasks := []*task{newTask(questionOfOutcomes(ask), &ask)}
	r := s.ask(ctx, tasks, []time.Duration{ask.Budget})[0]
	answer := messages.OutcomeAnswer{Signed: r.outcomes}
	if r.err != nil {
		answer.Refused = s.refusal(ask.Request, r.err)
	}
	return &wire.SignOutcomesReply{Answer: messages.OutcomeAnswerToWire(answer)}, nil
}

// Describe says who the party is and how far it sees the first of its chains.
func (s *server) Describe(
	ctx context.Context, _ *wire.DescribeRequest,
) (reply *wire.Description, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave(&err)
	description := messages.PartyDescription{
		Party: s.index, Region: s.region, Keys: s.held,
		Chain: s.first.Chain, Gateway: s.first.Gateway,
	}
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	final, err := s.first.Source.Final(limited)
	s.pulse.looked(err)
	if err == nil {
		description.Final = final.Number // else 0: it sees nothing now
	}
	return messages.DescriptionToWire(description), nil
}

// enter checks the caller and takes one of the places; leave gives it back and turns a panic of the
// handler into an error.
func (s *server) enter(ctx context.Context) (leave func(*error), err error) {
	if err := s.authorize(ctx); err != nil {
		return nil, status.Error(codes.PermissionDenied, err.Error())
	}
	select {
	case s.calls <- struct{}{}:
	default:
		return nil, status.Error(codes.ResourceExhausted,
			fmt.Sprintf("%s: %d calls are being served", messages.CodeOverloaded, cap(s.calls)))
	}
	return func(err *error) {
		<-s.calls
		if caught := recover(); caught != nil {
			*err = status.Error(codes.Internal, fmt.Sprint(messages.CodeInternal, ": panic: ", caught))
		}
	}, nil
}

// answerGrace is what a caller waits beyond a question's time; only a bug uses it up.
const answerGrace = time.Second

// ask hands questions to the mailbox and waits for all answers, or until the caller is gone.
func (s *server) ask(ctx context.Context, tasks []*task, budgets []time.Duration) []result {
	results := make([]result, len(tasks))
	answers := make(chan numbered, len(tasks))
	now := s.clock()
	limited, cancel := context.WithTimeout(ctx, s.timeout+answerGrace)
	defer cancel()
	asking := 0
	for i, t := range tasks {
		results[i].err = messages.Refused(messages.CodeDeadline, "sign share", "no time is left")
		if budgets[i] <= 0 {
			continue
		}
		t.anchor(ctx, s.life, now, min(budgets[i], s.timeout))
		s.root.Send(s.pid, asked{task: t, waiter: waiter{i, answers}})
		asking++
	}
	for range asking {
		select {
		case answer := <-answers:
			results[answer.index] = answer.result
		case <-limited.Done():
			return results
		}
	}
	return results
}

// refusal tells a node why, but not what lies beneath: causes name the party's own endpoints and
// files. They are in the party's facts.
func (s *server) refusal(request messages.RequestID, err error) *messages.ShareRefused {
	refused := &messages.ShareRefused{
		Request: request, Party: s.index, Code: messages.CodeOf(err),
		Detail: messages.ReasonOf(messages.CodeOf(err)).Short,
	}
	var told *messages.GatewayError
	if errors.As(err, &told) {
		outer := *told
		outer.Cause = nil
		refused.Detail = outer.Error()
	}
	return refused
}
