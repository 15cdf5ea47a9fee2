package party

import (
	"errors"
	"fmt"
	"io"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// Layout of a ciphertext up to its message: header, c1, c2.
const (
	header    = "IC IBE\x00\x01"
	headerEnd = len(header)
	c1End     = headerEnd + bls.PublicKeySize
)

// derivedInput is an input with what the party derived for it by itself.
type derivedInput struct {
	id   vetkd.InputID
	key  vetkd.Derived
	hash bls.HashPoint
}

// outcomesOf recomputes what became of each handle and returns the digest that the contract will
// compute. It believes no key before the pairing equation shows that it is the right one: a correct
// opening is not enough here, for whoever encrypted can choose a false key and a c2 that opens
// under it and under nothing else, and the attestation says that a quorum's key opens it.
//
// A ciphertext that is not one, or does not open under the right key, is malformed; that is
// deterministic, so all honest parties say the same. Errors: EVENT_MISMATCH where a ciphertext is
// not the registered one, MALFORMED_INPUT for a key that is no point, OUTCOME_MISMATCH for a wrong
// key; others are rand's.
func outcomesOf(
	rand io.Reader, request messages.RequestID, proofs []messages.InputProof, inputs []derivedInput,
) (messages.Hash, error) {
	keys := make([]bls.Signature, len(proofs))
	claims := make([]bls.Claim, len(proofs))
	for i, proof := range proofs {
		if err := registered(request, proof); err != nil {
			return messages.Hash{}, err
		}
		key, err := bls.ParseSignature(proof.Key[:])
		if err != nil {
			return messages.Hash{}, messages.MalformedField(fmt.Sprintf("inputs[%d].key", i),
				"not a point of the group")
		}
		keys[i] = key
		claims[i] = bls.Claim{Signature: key, Hash: inputs[i].hash, Delta: inputs[i].key.Delta()}
	}
	right, err := bls.VerifyBatch(rand, inputs[0].key.Master(), claims)
	if err != nil {
		return messages.Hash{}, fmt.Errorf("verify the keys: %w", err)
	}
	if !right {
		return messages.Hash{}, &messages.GatewayError{Code: messages.CodeOutcomeMismatch,
			Op: "verify keys", Request: request, Detail: "a key is not the one of its identity"}
	}
	outcomes := make(vetkd.Outcomes, len(proofs))
	for i, proof := range proofs {
		if outcomes[i], err = outcomeOf(proof, keys[i]); err != nil {
			return messages.Hash{}, err
		}
	}
	return outcomes.Digest(), nil
}

// outcomeOf opens one ciphertext with the key that is known to be right.
func outcomeOf(proof messages.InputProof, key bls.Signature) (vetkd.Outcome, error) {
	outcome := vetkd.Outcome{
		Handle:        vetkd.Handle(proof.Hint.Handle),
		Status:        uint8(messages.StatusMalformed),
		PlaintextHash: vetkd.Keccak256(),
	}
	ciphertext, err := vetkd.ParseCiphertext(proof.Ciphertext)
	if errors.Is(err, vetkd.ErrCiphertext) {
		return outcome, nil
	}
	if err != nil {
		return outcome, fmt.Errorf("parse the ciphertext: %w", err)
	}
	opening, err := vetkd.Decrypt(key, ciphertext)
	if errors.Is(err, vetkd.ErrDoesNotOpen) {
		return outcome, nil
	}
	if err != nil {
		return outcome, fmt.Errorf("open the ciphertext: %w", err)
	}
	outcome.Status = uint8(messages.StatusOpened)
	outcome.PlaintextHash = vetkd.Keccak256(opening.Plaintext())
	return outcome, nil
}

// registered compares a ciphertext with the hashes behind its handle, which release has re-hashed.
// No hash covers the header, but the contract registers no other; without this check a node could
// spoil the header and have an honest ciphertext attested as malformed.
func registered(request messages.RequestID, proof messages.InputProof) error {
	sealed, hint := proof.Ciphertext, proof.Hint
	if len(sealed) != messages.CiphertextHead+int(hint.Length) ||
		string(sealed[:headerEnd]) != header ||
		vetkd.Keccak256(sealed[headerEnd:c1End]) != hint.C1Hash ||
		vetkd.Keccak256(sealed[c1End:]) != hint.RestHash {
		return mismatchedHandle(request, hint.Handle, "the ciphertext is not the registered one")
	}
	return nil
}

// attestationOf is the statement that the quorum signs.
func attestationOf(
	request messages.RequestID, gateway messages.Address, key messages.KeyID, outcomes messages.Hash,
) vetkd.Attestation {
	return vetkd.Attestation{
		ChainID:        uint64(request.Chain),
		Gateway:        vetkd.Address(gateway),
		RequestID:      request.Number,
		RequestDigest:  request.Digest,
		KeyID:          vetkd.KeyID(key),
		OutcomesDigest: outcomes,
	}
}
