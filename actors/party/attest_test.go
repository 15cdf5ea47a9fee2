package party_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"testing"

	"kmsgateway/actors/party"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

func rotC2(ciphertext []byte) { ciphertext[110] ^= 1 }

// rotC1 leaves the flags that the contract checks, and no point of the curve.
func rotC1(ciphertext []byte) {
	for i := 9; i < 104; i++ {
		ciphertext[i] = 0xff
	}
}

func TestPartyAttestsOpenedAndMalformed(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{
		w.seal(app, "an honest bid", nil),
		w.seal(app, "rotten c2", rotC2),
		w.seal(app, "rotten c1", rotC1),
	}
	ask := w.outcomes(w.request(1, inputs...), inputs,
		messages.StatusOpened, messages.StatusMalformed, messages.StatusMalformed)

	answer := w.attest(ask)
	if answer.Signed == nil {
		t.Fatalf("refused: %+v", answer.Refused)
	}
	statement := vetkd.Attestation{ChainID: uint64(chainID), Gateway: vetkd.Address(gateway),
		RequestID: 1, RequestDigest: ask.Request.Digest, KeyID: vetkd.KeyID(keyID),
		OutcomesDigest: ask.OutcomesDigest}
	derived, err := statement.Derive(w.master())
	if err != nil {
		t.Fatal(err)
	}
	id := statement.ID()
	combined := w.combine(derived, id[:], &answer.Signed.Share)
	signature, err := bls.ParseSignature(combined[:])
	if err != nil {
		t.Fatal(err)
	}
	if !statement.Verify(w.master(), signature) {
		t.Error("the party's share does not make the quorum's signature")
	}
	digest := answer.Signed.EvidenceDigest()
	if !ed25519.Verify(w.public, digest[:], answer.Signed.Signature) {
		t.Error("the evidence is not signed by the party's identity")
	}
	signed := w.facts.named(messages.FactOutcomeSigned)
	if len(signed) != 1 || signed[0].Digest != ask.OutcomesDigest || signed[0].Final != 100 {
		t.Errorf("facts: %+v", signed)
	}
}

func TestPartyAttestsOnlyWhatFollows(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{w.seal(app, "one", nil), w.seal(app, "two", nil)}
	good := w.outcomes(w.request(1, inputs...), inputs, messages.StatusOpened, messages.StatusOpened)
	cases := map[string]struct {
		bend func(*messages.SignOutcomes)
		want messages.Code
	}{
		"malformed, though it opens": {func(a *messages.SignOutcomes) {
			a.OutcomesDigest = w.outcomes(messages.SignShare{Request: a.Request,
				Inputs: []messages.InputHint{a.Inputs[0].Hint, a.Inputs[1].Hint}}, inputs,
				messages.StatusOpened, messages.StatusMalformed).OutcomesDigest
		}, messages.CodeOutcomeMismatch},
		"another digest": {
			func(a *messages.SignOutcomes) { a.OutcomesDigest[0] ^= 1 }, messages.CodeOutcomeMismatch},
		"the key of the other input": {
			func(a *messages.SignOutcomes) { a.Inputs[0].Key = a.Inputs[1].Key },
			messages.CodeOutcomeMismatch},
		"a key that is no point": {
			func(a *messages.SignOutcomes) { a.Inputs[0].Key = [48]byte{} }, messages.CodeMalformedInput},
		"another ciphertext": {
			func(a *messages.SignOutcomes) { a.Inputs[0].Ciphertext[120] ^= 1 },
			messages.CodeEventMismatch},
		"a spoilt header, to make it malformed": {
			func(a *messages.SignOutcomes) { a.Inputs[0].Ciphertext[0] ^= 1 },
			messages.CodeEventMismatch},
		"a longer ciphertext": {func(a *messages.SignOutcomes) {
			a.Inputs[0].Ciphertext = append(a.Inputs[0].Ciphertext, 0)
		}, messages.CodeEventMismatch},
		"hints that do not hash to the handle": {
			func(a *messages.SignOutcomes) { a.Inputs[0].Hint.App[0] ^= 1 },
			messages.CodeEventMismatch},
		"another request": {
			func(a *messages.SignOutcomes) { a.Request.Digest[0] ^= 1 }, messages.CodeEventMismatch},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bent := w.outcomes(messages.SignShare{Request: good.Request, Party: good.Party,
				Key: good.Key, Epoch: good.Epoch, Place: good.Place, Budget: good.Budget,
				Inputs: []messages.InputHint{good.Inputs[0].Hint, good.Inputs[1].Hint}},
				inputs, messages.StatusOpened, messages.StatusOpened)
			c.bend(&bent)
			if got := w.attestRefused(bent); got != c.want {
				t.Errorf("got %q, want %s", got, c.want)
			}
		})
	}
	if got := w.attestRefused(good); got != "" {
		t.Errorf("the good one is refused after the bent ones: %s", got)
	}
}

// An encryptor may build c2 for a false key of his own: it opens, correctly as far as c1 tells,
// under that key and under nothing else. The quorum must not vouch for such an opening.
func TestPartyDoesNotVouchForAnOpeningUnderAFalseKey(t *testing.T) {
	w := newWorld(t)
	input := w.seal(app, "free option", nil)
	derived, err := deriver{}.Derive(w.info.Master, vetkd.PurposeDecrypt, chainID, app)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := bls.GenerateSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h, err := derived.Hash(input.id[:])
	if err != nil {
		t.Fatal(err)
	}
	falseKey, err := secret.Sign(rand.Reader, h)
	if err != nil {
		t.Fatal(err)
	}
	// A ciphertext to the false key: encrypt under the public key that falseKey is a signature of.
	public, err := secret.Public()
	if err != nil {
		t.Fatal(err)
	}
	rotten := w.rottenFor(input, h, public)
	opening, err := openWith(falseKey, rotten.ciphertext)
	if err != nil || string(opening.Plaintext()) != string(rotten.plaintext) {
		t.Fatalf("the test's own ciphertext does not open under the false key: %v", err)
	}
	ask := w.request(1, rotten)
	opened := w.outcomes(ask, []sealed{rotten}, messages.StatusOpened)
	opened.Inputs[0].Key = falseKey.Bytes()
	if got := w.attestRefused(opened); got != messages.CodeOutcomeMismatch {
		t.Errorf("under the false key: %q", got)
	}
	malformed := w.outcomes(ask, []sealed{rotten}, messages.StatusMalformed)
	if got := w.attestRefused(malformed); got != "" {
		t.Errorf("malformed under the right key: %s", got)
	}
}

func openWith(key bls.Signature, ciphertext []byte) (vetkd.Opening, error) {
	parsed, err := vetkd.ParseCiphertext(ciphertext)
	if err != nil {
		return vetkd.Opening{}, err
	}
	return vetkd.Decrypt(key, parsed)
}

func TestPartyNeverAttestsASecondOutcome(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{w.seal(app, "one", nil)}
	ask := w.request(1, inputs...)
	first := w.outcomes(ask, inputs, messages.StatusOpened)
	answer := w.attest(first)
	if answer.Signed == nil {
		t.Fatalf("refused: %+v", answer.Refused)
	}
	second := w.outcomes(ask, inputs, messages.StatusMalformed)
	for _, when := range []string{"at once", "after a restart"} {
		if got := w.attestRefused(second); got != messages.CodeEquivocation {
			t.Errorf("%s: got %q", when, got)
		}
		w.restart()
	}
	w.chain.set(func(s *script) { s.err = errors.New("must not be asked") })
	again := w.attest(first)
	if again.Signed == nil || again.Signed.Share != answer.Signed.Share {
		t.Errorf("the first outcome again, after a restart: %+v", again)
	}
}

// A standby gives its party's shares and leaves the attestation to the active address, until its
// operator makes it that.
func TestStandbyGivesSharesAndAttestsNothing(t *testing.T) {
	w := newWorld(t, func(c *party.Config) { c.Standby = true })
	inputs := []sealed{w.seal(app, "one", nil)}
	ask := w.request(1, inputs...)
	if answer := w.ask(ask)[0]; answer.Signed == nil {
		t.Errorf("the shares are refused: %+v", answer.Refused)
	}
	outcomes := w.outcomes(ask, inputs, messages.StatusOpened)
	if got := w.attestRefused(outcomes); got != messages.CodeStandby {
		t.Errorf("a standby answers %q", got)
	}
	w.config.Standby = false
	w.restart()
	if answer := w.attest(outcomes); answer.Signed == nil {
		t.Errorf("the active address refuses: %+v", answer.Refused)
	}
}

// The journal as it is on disk when the share arrives, without the process ending in order, must
// already forbid another outcome.
func TestPartyHasWrittenWhatItAttestedBeforeItAnswers(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{w.seal(app, "one", nil)}
	ask := w.request(1, inputs...)
	if got := w.attestRefused(w.outcomes(ask, inputs, messages.StatusOpened)); got != "" {
		t.Fatal(got)
	}
	onDisk, err := os.ReadFile(w.config.Journal)
	if err != nil {
		t.Fatal(err)
	}
	w.stop()
	if err := os.WriteFile(w.config.Journal, onDisk, 0o600); err != nil {
		t.Fatal(err)
	}
	w.start()
	second := w.outcomes(ask, inputs, messages.StatusMalformed)
	if got := w.attestRefused(second); got != messages.CodeEquivocation {
		t.Errorf("after a crash: %q", got)
	}
}

func TestPartyAttestsOneOutcomeOfManyAtOnce(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{w.seal(app, "one", nil)}
	good := w.outcomes(w.request(1, inputs...), inputs, messages.StatusOpened)
	answers := make(chan messages.OutcomeAnswer)
	const many = 16
	for i := range many {
		ask := good
		if i%2 == 1 {
			ask.OutcomesDigest[0] ^= byte(i)
		}
		go func() { answers <- w.attest(ask) }()
	}
	for range many {
		answer := <-answers
		switch {
		case answer.Signed != nil && answer.Signed.OutcomesDigest != good.OutcomesDigest:
			t.Errorf("attested %s", answer.Signed.OutcomesDigest)
		case answer.Refused != nil && answer.Refused.Code != messages.CodeOutcomeMismatch &&
			answer.Refused.Code != messages.CodeEquivocation:
			t.Errorf("refused: %+v", answer.Refused)
		}
	}
	if n := len(w.facts.named(messages.FactOutcomeSigned)); n == 0 {
		t.Error("the good one was not attested")
	}
}

func TestPartyAttestsWithoutALookAtWhatItReleased(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{w.seal(app, "one", nil)}
	ask := w.request(1, inputs...)
	if got := w.refused(ask); got != "" {
		t.Fatal(got)
	}
	w.chain.set(func(s *script) { s.err = errors.New("must not be asked") })
	if got := w.attestRefused(w.outcomes(ask, inputs, messages.StatusOpened)); got != "" {
		t.Errorf("refused: %s", got)
	}
}
