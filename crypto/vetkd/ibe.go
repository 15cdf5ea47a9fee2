package vetkd

import (
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"kmsgateway/crypto/bls"
)

// Domain separators of identity-based encryption, fixed by the published format.
const (
	maskDST     = "ic-vetkd-bls12-381-ibe-hash-to-mask"
	seedInfo    = "ic-vetkd-bls12-381-ibe-mask-seed"
	messageInfo = "ic-vetkd-bls12-381-ibe-mask-msg-"
)

// ErrDoesNotOpen says that this key does not open this ciphertext: the key is another identity's,
// or the ciphertext is not what an honest encryptor makes. Which of the two, only a verification of
// the key can tell.
var ErrDoesNotOpen = errors.New("ciphertext does not open with this key")

// Seed is the randomness of one encryption. It opens the ciphertext, so it prints REDACTED, and it
// must never be used twice.
type Seed [SeedSize]byte

// NewSeed draws a seed; the only error is rand's.
func NewSeed(rand io.Reader) (Seed, error) {
	var s Seed
	if _, err := io.ReadFull(rand, s[:]); err != nil {
		return Seed{}, fmt.Errorf("draw a seed: %w", err)
	}
	return s, nil
}

// Encrypt encrypts msg to an identity under a derived key. Same arguments, same bytes. The caller
// makes both the seed and the identity fresh for every call. Not constant time: it belongs into
// the encryptor's own process. bls.ErrMalformed where dpk is the zero value.
func Encrypt(dpk bls.PublicKey, id []byte, seed Seed, msg []byte) (Ciphertext, error) {
	h, err := bls.HashAugmented(dpk, id)
	if err != nil {
		return Ciphertext{}, err
	}
	t, err := maskScalar(seed, msg)
	if err != nil {
		return Ciphertext{}, err
	}
	gt, err := h.PairTimes(dpk, t)
	if err != nil {
		return Ciphertext{}, err
	}
	var ct Ciphertext
	if ct.c1, err = bls.TimesBase(t); err != nil {
		return Ciphertext{}, err
	}
	ct.c1Bytes = ct.c1.Bytes()
	if ct.c2, err = maskSeed(seed, gt); err != nil {
		return Ciphertext{}, err
	}
	ct.c3, err = maskMessage(seed, msg)
	return ct, err
}

// Decrypt opens a ciphertext with the key of its identity and checks the opening against c1, so
// what it returns is what the encryptor committed to, whoever made the key. ErrDoesNotOpen
// otherwise. One pairing and one fixed-base multiplication.
func Decrypt(key bls.Signature, ct Ciphertext) (Opening, error) {
	gt, err := key.Pair(ct.c1)
	if err != nil {
		return Opening{}, ErrDoesNotOpen
	}
	var o Opening
	if o.seed, err = maskSeed(ct.c2, gt); err != nil {
		return Opening{}, err
	}
	if o.plaintext, err = maskMessage(o.seed, ct.c3); err != nil {
		return Opening{}, err
	}
	if !o.Check(ct.c1Bytes, len(ct.c3)) {
		return Opening{}, ErrDoesNotOpen
	}
	return o, nil
}

// maskScalar is t, the discrete logarithm of c1: it binds seed and message.
func maskScalar(seed Seed, msg []byte) (bls.Scalar, error) {
	in := make([]byte, 0, headerSize+SeedSize+len(msg))
	in = append(in, header[:]...)
	in = append(in, seed[:]...)
	return bls.HashToScalar(append(in, msg...), []byte(maskDST))
}

// maskSeed masks or unmasks a seed under an element of the target group.
func maskSeed(seed [SeedSize]byte, gt [bls.PairingSize]byte) (out [SeedSize]byte, err error) {
	pad, err := hkdf.Key(sha256.New, gt[:], nil, seedInfo, SeedSize)
	if err != nil {
		return out, fmt.Errorf("derive the mask of the seed: %w", err)
	}
	subtle.XORBytes(out[:], seed[:], pad)
	return out, nil
}

// maskMessage masks or unmasks a message under a seed.
func maskMessage(seed Seed, msg []byte) ([]byte, error) {
	info := fmt.Sprintf("%s%020d", messageInfo, len(msg))
	key, err := hkdf.Key(sha256.New, seed[:], nil, info, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive the mask of the message: %w", err)
	}
	out := sha3.SumSHAKE256(key, len(msg))
	subtle.XORBytes(out, out, msg)
	return out, nil
}
