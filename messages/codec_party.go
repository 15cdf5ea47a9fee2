package messages

import "kmsgateway/messages/wire"

// HeldKey is a key of which a party holds a share.
type HeldKey struct {
	Key   KeyID
	Epoch KeyEpoch
}

// PartyDescription is what a party says of itself.
type PartyDescription struct {
	Party   PartyIndex
	Region  Region
	Keys    []HeldKey
	Final   Height // its own final height
	Chain   ChainID
	Gateway Address // the contract that it serves
}

// hintToWire and hintFromWire carry how a handle came to be.
func hintToWire(hint InputHint) *wire.InputHint {
	return &wire.InputHint{Handle: hint.Handle[:], App: hint.App[:], Owner: hint.Owner[:],
		Salt: hint.Salt[:], C1Hash: hint.C1Hash[:], RestHash: hint.RestHash[:],
		Length: hint.Length}
}

func hintFromWire(p *part, w *wire.InputHint) (hint InputHint) {
	p.fixed("handle", hint.Handle[:], w.GetHandle())
	p.fixed("app", hint.App[:], w.GetApp())
	p.fixed("owner", hint.Owner[:], w.GetOwner())
	p.fixed("salt", hint.Salt[:], w.GetSalt())
	p.fixed("c1_hash", hint.C1Hash[:], w.GetC1Hash())
	p.fixed("rest_hash", hint.RestHash[:], w.GetRestHash())
	hint.Length = uint32(p.number("length", uint64(w.GetLength()), 0, MaxPlaintext))
	return hint
}

// SignShareToWire encodes a SignShare; its budget is rounded down to whole milliseconds.
func SignShareToWire(s SignShare) *wire.SignShare {
	return &wire.SignShare{Request: RequestIDToWire(s.Request), Party: uint32(s.Party),
		Key: s.Key[:], Epoch: uint32(s.Epoch), Place: placeToWire(s.Place),
		Inputs: each(s.Inputs, hintToWire), BudgetMs: budgetToWire(s.Budget)}
}

// SignShareFromWire decodes a SignShare.
func SignShareFromWire(w *wire.SignShare) (SignShare, error) {
	p := whole("sign_share")
	return settled(p, signShare(p, w))
}

func signShare(p *part, w *wire.SignShare) (s SignShare) {
	s.Request = p.requestID(w.GetRequest())
	s.Party = p.party("party", w.GetParty())
	p.fixed("key", s.Key[:], w.GetKey())
	s.Epoch = p.epoch("epoch", w.GetEpoch())
	s.Place = p.place(w.GetPlace())
	s.Inputs = many(p, "inputs", w.GetInputs(), 1, MaxHandles, hintFromWire)
	s.Budget = p.budget("budget_ms", w.GetBudgetMs())
	return s
}

// SignSharesToWire encodes up to MaxBatch requests of one call.
func SignSharesToWire(requests []SignShare) *wire.SignSharesRequest {
	return &wire.SignSharesRequest{Requests: each(requests, SignShareToWire)}
}

// SignSharesFromWire decodes the requests of one call; one that is malformed spoils the call.
func SignSharesFromWire(w *wire.SignSharesRequest) ([]SignShare, error) {
	p := whole("sign_shares")
	return settled(p, many(p, "requests", w.GetRequests(), 1, MaxBatch, signShare))
}

// shareToBytes and shareFromBytes carry the coordinates of a point. Whether they are one is for the
// hardened decoder of crypto/bls to say.
func shareToBytes(share [96]byte) []byte { return share[:] }

func shareFromBytes(p *part, from []byte) (share [96]byte) {
	p.fixed("", share[:], from)
	return share
}

// ShareAnswerToWire encodes a party's answer.
func ShareAnswerToWire(a ShareAnswer) *wire.ShareAnswer {
	switch {
	case a.Signed != nil:
		return &wire.ShareAnswer{Answer: &wire.ShareAnswer_Signed{
			Signed: shareSignedToWire(*a.Signed)}}
	case a.Refused != nil:
		return &wire.ShareAnswer{Answer: &wire.ShareAnswer_Refused{
			Refused: refusedToWire(*a.Refused)}}
	default:
		return &wire.ShareAnswer{}
	}
}

// ShareAnswerFromWire decodes a party's answer.
func ShareAnswerFromWire(w *wire.ShareAnswer) (ShareAnswer, error) {
	p := whole("share_answer")
	return settled(p, shareAnswer(p, w))
}

func shareAnswer(p *part, w *wire.ShareAnswer) (a ShareAnswer) {
	switch answer := w.GetAnswer().(type) {
	case *wire.ShareAnswer_Signed:
		a.Signed = shareSigned(p.in("signed", answer.Signed != nil), answer.Signed)
	case *wire.ShareAnswer_Refused:
		a.Refused = shareRefused(p.in("refused", answer.Refused != nil), answer.Refused)
	default:
		p.refuse("answer", "want signed or refused")
	}
	return a
}

// shareSignedToWire and shareSigned carry a party's shares.
func shareSignedToWire(s ShareSigned) *wire.ShareSigned {
	return &wire.ShareSigned{Request: RequestIDToWire(s.Request), Party: uint32(s.Party),
		Epoch: uint32(s.Epoch), Shares: each(s.Shares, shareToBytes), Signature: s.Signature}
}

func shareSigned(p *part, w *wire.ShareSigned) *ShareSigned {
	return &ShareSigned{
		Request:   p.requestID(w.GetRequest()),
		Party:     p.party("party", w.GetParty()),
		Epoch:     p.epoch("epoch", w.GetEpoch()),
		Shares:    many(p, "shares", w.GetShares(), 1, MaxHandles, shareFromBytes),
		Signature: p.between("signature", w.GetSignature(), signatureSize, signatureSize),
	}
}

// refusedToWire and shareRefused carry a refusal; long sentences are clipped on the way out.
func refusedToWire(r ShareRefused) *wire.ShareRefused {
	return &wire.ShareRefused{Request: RequestIDToWire(r.Request), Party: uint32(r.Party),
		Code: string(r.Code), Detail: clip(r.Detail)}
}

func shareRefused(p *part, w *wire.ShareRefused) *ShareRefused {
	return &ShareRefused{
		Request: p.requestID(w.GetRequest()),
		Party:   p.party("party", w.GetParty()),
		Code:    p.code("code", w.GetCode()),
		Detail:  p.text("detail", w.GetDetail(), MaxDetail),
	}
}

// ShareAnswersToWire encodes the answers of one call, in the order of its requests.
func ShareAnswersToWire(answers []ShareAnswer) *wire.SignSharesReply {
	return &wire.SignSharesReply{Answers: each(answers, ShareAnswerToWire)}
}

// ShareAnswersFromWire decodes the answers of one call; one that is malformed spoils the reply.
func ShareAnswersFromWire(w *wire.SignSharesReply) ([]ShareAnswer, error) {
	p := whole("sign_shares_reply")
	return settled(p, many(p, "answers", w.GetAnswers(), 1, MaxBatch, shareAnswer))
}

// proofToWire and inputProof carry what shows an outcome.
func proofToWire(proof InputProof) *wire.InputProof {
	return &wire.InputProof{Hint: hintToWire(proof.Hint), Key: proof.Key[:],
		Ciphertext: proof.Ciphertext}
}

func inputProof(p *part, w *wire.InputProof) (proof InputProof) {
	proof.Hint = hintFromWire(p.in("hint", w.GetHint() != nil), w.GetHint())
	p.fixed("key", proof.Key[:], w.GetKey())
	proof.Ciphertext = p.between("ciphertext", w.GetCiphertext(), CiphertextHead, MaxCiphertext)
	return proof
}

// SignOutcomesToWire encodes a SignOutcomes; its budget is rounded down to whole milliseconds.
func SignOutcomesToWire(s SignOutcomes) *wire.SignOutcomes {
	return &wire.SignOutcomes{Request: RequestIDToWire(s.Request), Party: uint32(s.Party),
		Key: s.Key[:], Epoch: uint32(s.Epoch), Place: placeToWire(s.Place),
		Inputs: each(s.Inputs, proofToWire), OutcomesDigest: s.OutcomesDigest[:],
		BudgetMs: budgetToWire(s.Budget)}
}

// SignOutcomesFromWire decodes a SignOutcomes.
func SignOutcomesFromWire(w *wire.SignOutcomes) (SignOutcomes, error) {
	p := whole("sign_outcomes")
	return settled(p, signOutcomes(p, w))
}

func signOutcomes(p *part, w *wire.SignOutcomes) (s SignOutcomes) {
	s.Request = p.requestID(w.GetRequest())
	s.Party = p.party("party", w.GetParty())
	p.fixed("key", s.Key[:], w.GetKey())
	s.Epoch = p.epoch("epoch", w.GetEpoch())
	s.Place = p.place(w.GetPlace())
	s.Inputs = many(p, "inputs", w.GetInputs(), 1, MaxHandles, inputProof)
	p.fixed("outcomes_digest", s.OutcomesDigest[:], w.GetOutcomesDigest())
	s.Budget = p.budget("budget_ms", w.GetBudgetMs())
	return s
}

// OutcomeAnswerToWire encodes a party's answer.
func OutcomeAnswerToWire(a OutcomeAnswer) *wire.OutcomeAnswer {
	switch {
	case a.Signed != nil:
		return &wire.OutcomeAnswer{Answer: &wire.OutcomeAnswer_Signed{
			Signed: outcomesSignedToWire(*a.Signed)}}
	case a.Refused != nil:
		return &wire.OutcomeAnswer{Answer: &wire.OutcomeAnswer_Refused{
			Refused: refusedToWire(*a.Refused)}}
	default:
		return &wire.OutcomeAnswer{}
	}
}

// OutcomeAnswerFromWire decodes a party's answer.
func OutcomeAnswerFromWire(w *wire.OutcomeAnswer) (OutcomeAnswer, error) {
	p := whole("outcome_answer")
	var a OutcomeAnswer
	switch answer := w.GetAnswer().(type) {
	case *wire.OutcomeAnswer_Signed:
		a.Signed = outcomesSigned(p.in("signed", answer.Signed != nil), answer.Signed)
	case *wire.OutcomeAnswer_Refused:
		a.Refused = shareRefused(p.in("refused", answer.Refused != nil), answer.Refused)
	default:
		p.refuse("answer", "want signed or refused")
	}
	return settled(p, a)
}

// outcomesSignedToWire and outcomesSigned carry a party's share of an attestation.
func outcomesSignedToWire(s OutcomesSigned) *wire.OutcomesSigned {
	return &wire.OutcomesSigned{Request: RequestIDToWire(s.Request), Party: uint32(s.Party),
		Epoch: uint32(s.Epoch), OutcomesDigest: s.OutcomesDigest[:], Share: s.Share[:],
		Signature: s.Signature}
}

func outcomesSigned(p *part, w *wire.OutcomesSigned) *OutcomesSigned {
	s := &OutcomesSigned{
		Request:   p.requestID(w.GetRequest()),
		Party:     p.party("party", w.GetParty()),
		Epoch:     p.epoch("epoch", w.GetEpoch()),
		Signature: p.between("signature", w.GetSignature(), signatureSize, signatureSize),
	}
	p.fixed("outcomes_digest", s.OutcomesDigest[:], w.GetOutcomesDigest())
	p.fixed("share", s.Share[:], w.GetShare())
	return s
}

// DescriptionToWire encodes what a party says of itself.
func DescriptionToWire(d PartyDescription) *wire.Description {
	return &wire.Description{Party: uint32(d.Party), Region: string(d.Region),
		Keys: each(d.Keys, func(k HeldKey) *wire.HeldKey {
			return &wire.HeldKey{Key: k.Key[:], Epoch: uint32(k.Epoch)}
		}),
		Final: uint64(d.Final), Chain: uint64(d.Chain), Gateway: d.Gateway[:]}
}

// DescriptionFromWire decodes what a party says of itself.
func DescriptionFromWire(w *wire.Description) (PartyDescription, error) {
	p := whole("description")
	d := PartyDescription{
		Party:  p.party("party", w.GetParty()),
		Region: Region(p.text("region", w.GetRegion(), maxRegion)),
		Keys: many(p, "keys", w.GetKeys(), 0, maxHeldKeys,
			func(p *part, w *wire.HeldKey) (k HeldKey) {
				p.fixed("key", k.Key[:], w.GetKey())
				k.Epoch = p.epoch("epoch", w.GetEpoch())
				return k
			}),
		Final: Height(w.GetFinal()),
		Chain: ChainID(p.number("chain", w.GetChain(), 1, 1<<64-1)),
	}
	p.fixed("gateway", d.Gateway[:], w.GetGateway())
	return settled(p, d)
}
