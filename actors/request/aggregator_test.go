package request_test

import (
	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// aggregator stands for the real one, which lives in another room: slow, strict, and right.
func (w *world) aggregator(ctx actor.Context) {
	var answer any
	switch word := ctx.Message().(type) {
	case messages.Combine:
		answer = w.combine(word)
	case messages.CombineAttestation:
		answer = w.combineVotes(word)
	default:
		return
	}
	w.mu.Lock()
	w.combined = append(w.combined, ctx.Message())
	script := w.aggregate
	w.mu.Unlock()
	if script != nil {
		answer = script(ctx.Message())
	}
	if answer != nil {
		ctx.Respond(answer)
	}
}

func (w *world) combine(word messages.Combine) any {
	out := messages.Opened{Request: word.Request}
	var culprits []messages.PartyIndex
	for _, in := range word.Inputs {
		d := w.derive(vetkd.PurposeDecrypt, in.Hint.App)
		key, bad := w.join(d, in.InputID, word.Parties, in.Shares)
		culprits = append(culprits, bad...)
		if len(bad) > 0 {
			continue
		}
		o := messages.HandleOutcome{Handle: in.Hint.Handle, InputID: in.InputID,
			Status: messages.StatusMalformed, RestHash: in.Hint.RestHash}
		if ct, err := vetkd.ParseCiphertext(in.Ciphertext); err == nil {
			if opening, err := vetkd.Decrypt(key, ct); err == nil {
				o.Status, o.C1 = messages.StatusOpened, ct.C1()
				o.Seed, o.Plaintext = opening.Seed(), opening.Plaintext()
			}
		}
		out.Outcomes = append(out.Outcomes, o)
		out.Keys = append(out.Keys, key.Bytes())
	}
	if len(culprits) > 0 {
		return messages.Blamed{Request: word.Request, Parties: culprits}
	}
	return out
}

func (w *world) combineVotes(word messages.CombineAttestation) any {
	id := w.attestation(word.OutcomesDigest).ID()
	key, bad := w.join(w.derive(vetkd.PurposeAttest, gateway), id, word.Parties, word.Shares)
	if len(bad) > 0 {
		return messages.Blamed{Request: word.Request, Parties: bad}
	}
	return messages.Attested{Request: word.Request, Signature: key.Bytes()}
}

// join checks every share by itself and combines them.
func (w *world) join(
	d vetkd.Derived, id messages.Hash, who []messages.PartyIndex, raw [][96]byte,
) (key bls.Signature, bad []messages.PartyIndex) {
	h, err := d.Hash(id[:])
	if err != nil {
		w.t.Error(err)
	}
	st := threshold.Statement{Hash: h, Key: d.Key(), Delta: d.Delta()}
	var shares []threshold.Share
	var indices []threshold.Index
	for i, party := range who {
		point, err := bls.ParseShare(raw[i][:])
		share := threshold.Share{Index: threshold.Index(party), Point: point}
		if err != nil || !w.committee.VerifyShare(st, share) {
			bad = append(bad, party)
		}
		shares, indices = append(shares, share), append(indices, share.Index)
	}
	if len(bad) > 0 {
		return key, bad
	}
	co, err := threshold.NewCoefficients(indices)
	if err != nil {
		w.t.Error(err)
	}
	if key, err = co.Combine(shares); err != nil {
		w.t.Error(err)
	}
	return key, nil
}
