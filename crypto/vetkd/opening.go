package vetkd

import (
	"bytes"
	"fmt"
	"io"

	"kmsgateway/crypto/bls"
)

// Opening is a seed and a plaintext that claim to be inside a ciphertext. Check proves it without
// any key, on chain with one call of a precompile. It prints REDACTED: until its request settles,
// it is a secret.
type Opening struct {
	seed      Seed
	plaintext []byte
}

// NewOpening joins what was received. bls.ErrMalformed unless the seed has exactly 32 bytes:
// otherwise another cut of seed || plaintext would open the same commitment.
func NewOpening(seed, plaintext []byte) (Opening, error) {
	if len(seed) != SeedSize {
		return Opening{}, fmt.Errorf("seed of %d bytes: %w", len(seed), bls.ErrMalformed)
	}
	return Opening{seed: Seed(seed), plaintext: bytes.Clone(plaintext)}, nil
}

// Seed returns the seed.
func (o Opening) Seed() Seed { return o.seed }

// Plaintext returns a copy of the plaintext.
func (o Opening) Plaintext() []byte { return append([]byte{}, o.plaintext...) }

// Check reports whether the opening is the one of the commitment c1 (compressed) in a ciphertext
// whose message has messageLen bytes. About 41 us.
func (o Opening) Check(c1 [bls.PublicKeySize]byte, messageLen int) bool {
	if len(o.plaintext) != messageLen {
		return false
	}
	t, err := maskScalar(o.seed, o.plaintext)
	if err != nil {
		return false
	}
	p, err := bls.TimesBase(t)
	return err == nil && p.Bytes() == c1
}

// Opens reports whether the opening is the one of this ciphertext's commitment.
func (o Opening) Opens(ct Ciphertext) bool { return o.Check(ct.c1Bytes, len(ct.c3)) }

// Format writes REDACTED for every verb.
func (Opening) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, bls.Redacted) }

// MarshalText returns REDACTED; JSON uses it too.
func (Opening) MarshalText() ([]byte, error) { return []byte(bls.Redacted), nil }

// Format writes REDACTED for every verb.
func (Seed) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, bls.Redacted) }

// MarshalText returns REDACTED; JSON uses it too.
func (Seed) MarshalText() ([]byte, error) { return []byte(bls.Redacted), nil }
