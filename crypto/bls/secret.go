package bls

import (
	"io"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// Secret is a private scalar, never zero. It is a reference: copies share the same memory, so Wipe
// reaches all of them, and printing a struct that holds one shows at most an address. The zero
// value is no secret; every function refuses it.
type Secret struct {
	redact
	v *fr.Element
}

// ParseSecret decodes 32 big-endian bytes, canonical and not zero; ErrMalformed otherwise. The
// caller wipes b.
func ParseSecret(b []byte) (Secret, error) {
	v := new(fr.Element)
	if len(b) != ScalarSize || v.SetBytesCanonical(b) != nil || v.IsZero() {
		return Secret{}, ErrMalformed
	}
	return Secret{v: v}, nil
}

// GenerateSecret draws a uniform secret from rand; the only error is rand's.
func GenerateSecret(rand io.Reader) (Secret, error) {
	v, err := randomScalar(rand)
	if err != nil {
		return Secret{}, err
	}
	return Secret{v: &v}, nil
}

// EvalPolynomial returns the value at x of the polynomial with these coefficients, constant first:
// how a dealer makes a share. ErrMalformed for a missing coefficient or a value of zero.
func EvalPolynomial(coefficients []Secret, x uint64) (Secret, error) {
	sum, at := new(fr.Element), new(fr.Element).SetUint64(x)
	for i := len(coefficients) - 1; i >= 0; i-- {
		if coefficients[i].IsZero() {
			return Secret{}, ErrMalformed
		}
		sum.Mul(sum, at).Add(sum, coefficients[i].v)
	}
	if sum.IsZero() {
		return Secret{}, ErrMalformed
	}
	return Secret{v: sum}, nil
}

// IsZero reports whether s is the zero value or was wiped.
func (s Secret) IsZero() bool { return s.v == nil || s.v.IsZero() }

// Expose returns the 32 big-endian bytes, for custody (a vault's envelope) and nothing else. The
// caller wipes them.
func (s Secret) Expose() [ScalarSize]byte {
	if s.v == nil {
		return [ScalarSize]byte{}
	}
	return s.v.Bytes()
}

// Wipe overwrites the scalar, for every copy of s.
func (s Secret) Wipe() {
	if s.v != nil {
		s.v.SetZero()
	}
}

// Public returns s*g2, through the seam. ErrMalformed for no secret.
func (s Secret) Public() (PublicKey, error) {
	if s.IsZero() {
		return PublicKey{}, ErrMalformed
	}
	p, err := secretBaseG2(s.v)
	return PublicKey{p}, err
}

// SignShare returns s*h + delta*h: this party's share of the signature on the identity behind h
// under the key derived by delta. The first term goes through the seam (constant time where
// ConstantTime says so), the second is public. rand blinds the first term where it is not constant
// time. ErrMalformed where s or h is the zero value or the sum is infinity.
func (s Secret) SignShare(rand io.Reader, h HashPoint, delta Scalar) (Share, error) {
	if s.IsZero() || h.IsZero() {
		return Share{}, ErrMalformed
	}
	private, err := secretTimesG1(rand, s.v, &h.p)
	if err != nil {
		return Share{}, err
	}
	public := mulPublicG1(&h.p, &delta.v)
	var sum bls12381.G1Affine
	sum.Add(&private, &public)
	if sum.IsInfinity() {
		return Share{}, ErrMalformed
	}
	return Share{p: sum}, nil
}

// Sign returns s*h, a whole signature by one holder of a whole key. ErrMalformed where s or h is
// the zero value.
func (s Secret) Sign(rand io.Reader, h HashPoint) (Signature, error) {
	share, err := s.SignShare(rand, h, Scalar{})
	return Signature(share), err
}
