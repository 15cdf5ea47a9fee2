package kmstest

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// Server puts a scripted party behind gRPC. A fault of the party that the wire cannot carry
// (Empty) goes out as an empty answer; Unreachable becomes the status of a server that is going
// away.
type Server struct {
	wire.UnimplementedPartyServer
	Party *Party
}

// SignShares implements wire.PartyServer.
func (s *Server) SignShares(
	ctx context.Context, call *wire.SignSharesRequest,
) (*wire.SignSharesReply, error) {
	words, err := messages.SignSharesFromWire(call)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	answers, err := s.Party.SignShares(ctx, words)
	if err != nil {
		return nil, away(err)
	}
	return messages.ShareAnswersToWire(answers), nil
}

// SignOutcomes implements wire.PartyServer.
func (s *Server) SignOutcomes(
	ctx context.Context, call *wire.SignOutcomesRequest,
) (*wire.SignOutcomesReply, error) {
	word, err := messages.SignOutcomesFromWire(call.GetRequest())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	answer, err := s.Party.SignOutcomes(ctx, word)
	if err != nil {
		return nil, away(err)
	}
	return &wire.SignOutcomesReply{Answer: messages.OutcomeAnswerToWire(answer)}, nil
}

// Describe implements wire.PartyServer.
func (s *Server) Describe(context.Context, *wire.DescribeRequest) (*wire.Description, error) {
	return messages.DescriptionToWire(messages.PartyDescription{Party: s.Party.Index,
		Region: "eu-west", Keys: []messages.HeldKey{{Key: messages.KeyID{7}, Epoch: 2}}, Final: 9,
		Chain: 1, Gateway: messages.Address{6}}), nil
}

// away is the status of a server that does not answer: its caller's time is up, or it goes away.
func away(err error) error {
	if said := status.FromContextError(err); said.Code() != codes.Unknown {
		return said.Err()
	}
	return status.Error(codes.Unavailable, err.Error())
}
