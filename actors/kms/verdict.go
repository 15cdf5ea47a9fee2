package kms

import (
	"context"
	"errors"
	"fmt"

	"kmsgateway/messages"
)

// verdict is what a word came to at one address.
type verdict struct {
	word   any  // messages.ShareSigned, messages.OutcomesSigned or messages.ShareRefused
	final  bool // no other address need be asked
	active bool // the party's active address gave it
}

// better reports whether v replaces what was known before.
func (v verdict) better(before verdict) bool {
	if before.word == nil || v.final {
		return !before.final
	}
	return !before.final && (v.active || !before.active)
}

// judgeShare holds a party's answer against what it was asked.
func judgeShare(ask messages.SignShare, answer messages.ShareAnswer, active bool) verdict {
	signed, refused := answer.Signed, answer.Refused
	switch {
	case (signed == nil) == (refused == nil):
		return garbage(ask.Request, ask.Party, "neither shares nor a refusal", active)
	case refused != nil:
		return judgeRefusal(ask.Request, ask.Party, *refused, active)
	case signed.Request != ask.Request:
		return garbage(ask.Request, ask.Party, "shares of another request", active)
	case signed.Party != ask.Party:
		return garbage(ask.Request, ask.Party, "shares of "+signed.Party.String(), active)
	case signed.Epoch != ask.Epoch:
		return garbage(ask.Request, ask.Party,
			fmt.Sprintf("shares of epoch %d, asked for %d", signed.Epoch, ask.Epoch), active)
	case len(signed.Shares) != len(ask.Inputs):
		return garbage(ask.Request, ask.Party,
			fmt.Sprintf("%d shares for %d inputs", len(signed.Shares), len(ask.Inputs)), active)
	default:
		return verdict{word: *signed, final: true, active: active}
	}
}

// judgeShares holds a whole reply against what was asked: one answer for each word.
func judgeShares(
	asks []messages.SignShare, answers []messages.ShareAnswer, active bool,
) []verdict {
	verdicts := make([]verdict, len(asks))
	for i, ask := range asks {
		if len(answers) != len(asks) {
			verdicts[i] = garbage(ask.Request, ask.Party,
				fmt.Sprintf("%d answers to %d words", len(answers), len(asks)), active)
			continue
		}
		verdicts[i] = judgeShare(ask, answers[i], active)
	}
	return verdicts
}

// judgeOutcome holds a party's share of an attestation against what it was asked.
func judgeOutcome(ask messages.SignOutcomes, answer messages.OutcomeAnswer, active bool) verdict {
	signed, refused := answer.Signed, answer.Refused
	switch {
	case (signed == nil) == (refused == nil):
		return garbage(ask.Request, ask.Party, "neither a signature nor a refusal", active)
	case refused != nil:
		return judgeRefusal(ask.Request, ask.Party, *refused, active)
	case signed.Request != ask.Request:
		return garbage(ask.Request, ask.Party, "signature for another request", active)
	case signed.Party != ask.Party:
		return garbage(ask.Request, ask.Party, "signature of "+signed.Party.String(), active)
	case signed.Epoch != ask.Epoch:
		return garbage(ask.Request, ask.Party,
			fmt.Sprintf("signature of epoch %d, asked for %d", signed.Epoch, ask.Epoch), active)
	case signed.OutcomesDigest != ask.OutcomesDigest:
		return garbage(ask.Request, ask.Party, "signature over other outcomes", active)
	default:
		return verdict{word: *signed, final: true, active: active}
	}
}

func judgeRefusal(
	request messages.RequestID, party messages.PartyIndex, refused messages.ShareRefused,
	active bool,
) verdict {
	switch {
	case refused.Request != request:
		return garbage(request, party, "refusal of another request", active)
	case refused.Party != party:
		return garbage(request, party, "refusal by "+refused.Party.String(), active)
	case messages.ReasonOf(refused.Code).Code != refused.Code:
		return garbage(request, party, "refusal for no known reason", active)
	}
	refused.Detail = refused.Detail[:min(len(refused.Detail), messages.MaxDetail)]
	return verdict{word: refused, final: Final(refused.Code, active), active: active}
}

func garbage(
	request messages.RequestID, party messages.PartyIndex, detail string, active bool,
) verdict {
	return verdict{active: active, word: messages.ShareRefused{Request: request, Party: party,
		Code: messages.CodePartyGarbage, Detail: detail}}
}

// noAnswer turns the failure of a call into a refusal on the party's behalf.
func noAnswer(
	request messages.RequestID, party messages.PartyIndex, err error, active bool,
) verdict {
	code := messages.CodeOf(err)
	switch code {
	case messages.CodePartyGarbage, messages.CodeCircuitOpen, messages.CodeOverloaded,
		messages.CodeDeadline, messages.CodeMalformedInput:
	default:
		code = messages.CodePartyUnreachable
		if errors.Is(err, context.DeadlineExceeded) {
			code = messages.CodeDeadline
		}
	}
	return verdict{active: active, final: Final(code, active), word: messages.ShareRefused{
		Request: request, Party: party, Code: code, Detail: sentence(err)}}
}

// sentence is what an error says beyond its code.
func sentence(err error) string {
	text := err.Error()
	var known *messages.GatewayError
	if errors.As(err, &known) && known.Cause == nil && known.Detail != "" {
		text = known.Detail
	}
	return text[:min(len(text), messages.MaxDetail)]
}
