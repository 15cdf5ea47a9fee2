package party_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// sealed is a registered ciphertext with what its encryptor knows.
type sealed struct {
	hint       messages.InputHint
	id         vetkd.InputID
	ciphertext []byte
	plaintext  []byte
}

func (w *world) master() bls.PublicKey { return w.dealing.Committee.Master() }

// seal encrypts a plaintext for app; spoil may change the ciphertext before it is registered.
func (w *world) seal(app messages.Address, plaintext string, spoil func([]byte)) sealed {
	w.t.Helper()
	var salt [32]byte
	if _, err := rand.Read(salt[:]); err != nil {
		w.t.Fatal(err)
	}
	owner := messages.Address{0x0e}
	id := vetkd.Input{ChainID: uint64(chainID), Gateway: vetkd.Address(gateway),
		App: vetkd.Address(app), Owner: vetkd.Address(owner), Salt: salt}.ID()
	derived, err := deriver{}.Derive(w.info.Master, vetkd.PurposeDecrypt, chainID, app)
	if err != nil {
		w.t.Fatal(err)
	}
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	parsed, err := vetkd.Encrypt(derived.Key(), id[:], seed, []byte(plaintext))
	if err != nil {
		w.t.Fatal(err)
	}
	ciphertext := parsed.Bytes()
	if spoil != nil {
		spoil(ciphertext)
	}
	s := sealed{id: id, ciphertext: ciphertext, plaintext: []byte(plaintext)}
	s.hint = messages.InputHint{App: app, Owner: owner, Salt: salt,
		C1Hash: vetkd.Keccak256(ciphertext[8:104]), RestHash: vetkd.Keccak256(ciphertext[104:]),
		Length: uint32(len(plaintext))}
	s.hint.Handle = messages.Handle(vetkd.HandleOfParts(id, vetkd.KeyID(keyID), s.hint.C1Hash,
		s.hint.RestHash, uint64(len(plaintext))))
	return s
}

// request puts a request on the scripted chain, final, and returns what a node would ask.
func (w *world) request(number uint64, inputs ...sealed) messages.SignShare {
	ask := messages.SignShare{
		Request: messages.RequestID{Chain: chainID, Number: number,
			Digest: messages.Hash{byte(number), 9}},
		Party: self, Key: keyID, Epoch: epoch, Budget: 10 * time.Second,
		Place: messages.EventPlace{
			Block: messages.BlockRef{Number: 50, Hash: blockHash(50)}, LogIndex: uint32(number)},
	}
	event := messages.Requested{Request: ask.Request, App: messages.Address{0x77}, Key: keyID,
		Place: ask.Place}
	for _, input := range inputs {
		ask.Inputs = append(ask.Inputs, input.hint)
		event.Handles = append(event.Handles, input.hint.Handle)
	}
	w.chain.set(func(s *script) { s.events[ask.Place] = event })
	return ask
}

func (w *world) ask(asks ...messages.SignShare) []messages.ShareAnswer {
	w.t.Helper()
	reply, err := w.client.SignShares(w.context(), messages.SignSharesToWire(asks))
	if err != nil {
		w.t.Fatal(err)
	}
	answers, err := messages.ShareAnswersFromWire(reply)
	if err != nil {
		w.t.Fatal(err)
	}
	return answers
}

// refused asks one question and returns the code of its refusal, "" where it was answered.
func (w *world) refused(ask messages.SignShare) messages.Code {
	w.t.Helper()
	answer := w.ask(ask)[0]
	if answer.Refused == nil {
		return ""
	}
	return answer.Refused.Code
}

// keyOf combines the key K of an input from the shares of parties 1 and 3: party 2 need not answer.
func (w *world) keyOf(input sealed) [48]byte {
	w.t.Helper()
	derived, err := deriver{}.Derive(w.info.Master, vetkd.PurposeDecrypt, chainID, input.hint.App)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.combine(derived, input.id[:], nil)
}

// combine makes the quorum's signature on id; own, where given, stands for party 2's share.
func (w *world) combine(derived vetkd.Derived, id []byte, own *[96]byte) [48]byte {
	w.t.Helper()
	from := []threshold.Index{1, 3}
	if own != nil {
		from[1] = threshold.Index(self)
	}
	shares := make([]threshold.Share, len(from))
	for k, i := range from {
		share, err := vetkd.SignShare(rand.Reader, w.dealing.Shares[i-1].Secret, derived, id)
		if own != nil && i == threshold.Index(self) {
			share, err = bls.ParseShare(own[:])
		}
		if err != nil {
			w.t.Fatal(err)
		}
		shares[k] = threshold.Share{Index: i, Point: share}
	}
	coefficients, err := threshold.NewCoefficients(from)
	if err != nil {
		w.t.Fatal(err)
	}
	signature, err := coefficients.Combine(shares)
	if err != nil {
		w.t.Fatal(err)
	}
	return signature.Bytes()
}

// outcomes turns a question into the one for an attestation, with the right keys and the digest of
// these statuses.
func (w *world) outcomes(
	ask messages.SignShare, inputs []sealed, statuses ...messages.Status,
) messages.SignOutcomes {
	w.t.Helper()
	out := messages.SignOutcomes{Request: ask.Request, Party: ask.Party, Key: ask.Key,
		Epoch: ask.Epoch, Place: ask.Place, Budget: ask.Budget}
	var verdicts vetkd.Outcomes
	for i, input := range inputs {
		out.Inputs = append(out.Inputs, messages.InputProof{Hint: ask.Inputs[i],
			Key: w.keyOf(input), Ciphertext: bytes.Clone(input.ciphertext)})
		verdict := vetkd.Outcome{Handle: vetkd.Handle(input.hint.Handle), Status: uint8(statuses[i]),
			PlaintextHash: vetkd.Keccak256()}
		if statuses[i] == messages.StatusOpened {
			verdict.PlaintextHash = vetkd.Keccak256(input.plaintext)
		}
		verdicts = append(verdicts, verdict)
	}
	out.OutcomesDigest = verdicts.Digest()
	return out
}

func (w *world) attest(ask messages.SignOutcomes) messages.OutcomeAnswer {
	w.t.Helper()
	reply, err := w.client.SignOutcomes(w.context(),
		&wire.SignOutcomesRequest{Request: messages.SignOutcomesToWire(ask)})
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := messages.OutcomeAnswerFromWire(reply.GetAnswer())
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w *world) attestRefused(ask messages.SignOutcomes) messages.Code {
	w.t.Helper()
	answer := w.attest(ask)
	if answer.Refused == nil {
		return ""
	}
	return answer.Refused.Code
}

// rottenFor replaces a ciphertext's c2 and c3 so that it opens under the holder of public's
// signature on h, and keeps what its handle says in step.
func (w *world) rottenFor(s sealed, h bls.HashPoint, public bls.PublicKey) sealed {
	w.t.Helper()
	seed, err := vetkd.NewSeed(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	ciphertext, err := encryptTo(h, public, seed, s.plaintext)
	if err != nil {
		w.t.Fatal(err)
	}
	s.ciphertext = ciphertext
	s.hint.C1Hash = vetkd.Keccak256(ciphertext[8:104])
	s.hint.RestHash = vetkd.Keccak256(ciphertext[104:])
	s.hint.Handle = messages.Handle(vetkd.HandleOfParts(s.id, vetkd.KeyID(keyID), s.hint.C1Hash,
		s.hint.RestHash, uint64(s.hint.Length)))
	return s
}

// encryptTo is the scheme's encryption with a free choice of point and key: the mask is
// e(h, public)^t instead of e(H(dpk, id), dpk)^t.
func encryptTo(h bls.HashPoint, public bls.PublicKey, seed vetkd.Seed, msg []byte) ([]byte, error) {
	head := []byte("IC IBE\x00\x01")
	t, err := bls.HashToScalar(slices.Concat(head, seed[:], msg),
		[]byte("ic-vetkd-bls12-381-ibe-hash-to-mask"))
	if err != nil {
		return nil, err
	}
	c1, err := bls.TimesBase(t)
	if err != nil {
		return nil, err
	}
	gt, err := h.PairTimes(public, t)
	if err != nil {
		return nil, err
	}
	pad, err := hkdf.Key(sha256.New, gt[:], nil, "ic-vetkd-bls12-381-ibe-mask-seed", 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, seed[:], nil,
		fmt.Sprintf("ic-vetkd-bls12-381-ibe-mask-msg-%020d", len(msg)), 32)
	if err != nil {
		return nil, err
	}
	c2, c3 := make([]byte, 32), make([]byte, len(msg))
	subtle.XORBytes(c2, seed[:], pad)
	subtle.XORBytes(c3, msg, sha3.SumSHAKE256(key, len(msg)))
	point := c1.Bytes()
	return slices.Concat(head, point[:], c2, c3), nil
}
