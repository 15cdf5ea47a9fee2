package request_test

import (
	"crypto/ed25519"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// member is one scripted party with a real share. It answers like an honest one unless share or
// outcomes say otherwise; a script that returns nil is silent.
type member struct {
	index    messages.PartyIndex
	secret   bls.Secret
	identity ed25519.PrivateKey
	share    func(*world, messages.SignShare) any
	outcomes func(*world, messages.SignOutcomes) any
}

// answer lets the script answer, or an honest party.
func (m *member) answer(w *world, word any) any {
	switch word := word.(type) {
	case messages.SignShare:
		if m.share != nil {
			return m.share(w, word)
		}
		return m.sign(w, word)
	case messages.SignOutcomes:
		if m.outcomes != nil {
			return m.outcomes(w, word)
		}
		return m.attest(w, word)
	}
	return nil
}

// sign is what an honest party answers.
func (m *member) sign(w *world, word messages.SignShare) messages.ShareSigned {
	out := messages.ShareSigned{Request: word.Request, Party: m.index, Epoch: word.Epoch}
	for _, hint := range word.Inputs {
		id := inputID(hint)
		share, err := vetkd.SignShare(w.random, m.secret,
			w.derive(vetkd.PurposeDecrypt, hint.App), id[:])
		if err != nil {
			w.t.Error(err)
		}
		out.Shares = append(out.Shares, share.Bytes())
	}
	return m.seal(out)
}

func (m *member) seal(out messages.ShareSigned) messages.ShareSigned {
	digest := out.EvidenceDigest()
	out.Signature = ed25519.Sign(m.identity, digest[:])
	return out
}

// attest recomputes the outcomes as an honest party does, and refuses others.
func (m *member) attest(w *world, word messages.SignOutcomes) any {
	var outcomes vetkd.Outcomes
	for _, in := range word.Inputs {
		o := vetkd.Outcome{Handle: vetkd.Handle(in.Hint.Handle),
			Status: uint8(messages.StatusMalformed), PlaintextHash: vetkd.Keccak256()}
		key, err := bls.ParseSignature(in.Key[:])
		d, id := w.derive(vetkd.PurposeDecrypt, in.Hint.App), inputID(in.Hint)
		h, _ := d.Hash(id[:])
		if err != nil || !bls.Verify(d.Key(), h, key) {
			return messages.ShareRefused{Request: word.Request, Party: m.index,
				Code: messages.CodeOutcomeMismatch}
		}
		if ct, err := vetkd.ParseCiphertext(in.Ciphertext); err == nil {
			if opening, err := vetkd.Decrypt(key, ct); err == nil {
				o.Status = uint8(messages.StatusOpened)
				o.PlaintextHash = vetkd.Keccak256(opening.Plaintext())
			}
		}
		outcomes = append(outcomes, o)
	}
	if outcomes.Digest() != word.OutcomesDigest {
		return messages.ShareRefused{Request: word.Request, Party: m.index,
			Code: messages.CodeOutcomeMismatch}
	}
	return m.vote(w, word)
}

func (m *member) vote(w *world, word messages.SignOutcomes) messages.OutcomesSigned {
	id := w.attestation(word.OutcomesDigest).ID()
	share, err := vetkd.SignShare(w.random, m.secret, w.derive(vetkd.PurposeAttest, gateway), id[:])
	if err != nil {
		w.t.Error(err)
	}
	out := messages.OutcomesSigned{Request: word.Request, Party: m.index, Epoch: word.Epoch,
		OutcomesDigest: word.OutcomesDigest, Share: share.Bytes()}
	digest := out.EvidenceDigest()
	out.Signature = ed25519.Sign(m.identity, digest[:])
	return out
}

func (w *world) attestation(digest messages.Hash) vetkd.Attestation {
	return vetkd.Attestation{ChainID: uint64(chain), Gateway: vetkd.Address(gateway),
		RequestID: w.requested.Request.Number, RequestDigest: w.requested.Request.Digest,
		KeyID: vetkd.KeyID(keyID), OutcomesDigest: digest}
}

// shifted adds the 3-torsion point (0, 2), which no pairing sees, to the first share.
func shifted(s messages.ShareSigned) messages.ShareSigned {
	var p, torsion bls12381.G1Affine
	p.X.SetBytes(s.Shares[0][:48])
	p.Y.SetBytes(s.Shares[0][48:])
	torsion.Y.SetUint64(2)
	p.Add(&p, &torsion)
	s.Shares[0] = p.RawBytes()
	return s
}
