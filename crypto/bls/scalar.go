package bls

import (
	"io"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// Scalar is a public element of the scalar field. Arithmetic on it is not constant time; a private
// scalar is a Secret.
type Scalar struct {
	v fr.Element
}

// ParseScalar decodes 32 big-endian bytes below the group order; ErrMalformed otherwise. Zero is a
// scalar.
func ParseScalar(b []byte) (Scalar, error) {
	var s Scalar
	if len(b) != ScalarSize || s.v.SetBytesCanonical(b) != nil {
		return Scalar{}, ErrMalformed
	}
	return s, nil
}

// ScalarFromUint64 returns n as a scalar.
func ScalarFromUint64(n uint64) Scalar {
	var s Scalar
	s.v.SetUint64(n)
	return s
}

// ScalarFromBig returns n, of any size and sign, modulo the group order.
func ScalarFromBig(n *big.Int) Scalar {
	var s Scalar
	s.v.SetBigInt(n)
	return s
}

// HashToScalar is hash_to_field of RFC 9380 (expand_message_xmd, SHA-256, L = 48) for one element
// of the scalar field. dst is at most 255 bytes; ErrMalformed otherwise.
func HashToScalar(msg, dst []byte) (Scalar, error) {
	e, err := fr.Hash(msg, dst, 1)
	if err != nil {
		return Scalar{}, ErrMalformed
	}
	return Scalar{e[0]}, nil
}

// Bytes returns the canonical big-endian encoding.
func (s Scalar) Bytes() [ScalarSize]byte { return s.v.Bytes() }

// IsZero reports whether s is zero.
func (s Scalar) IsZero() bool { return s.v.IsZero() }

// Equal reports whether both are the same scalar.
func (s Scalar) Equal(o Scalar) bool { return s.v.Equal(&o.v) }

// Add returns s + o.
func (s Scalar) Add(o Scalar) Scalar {
	var r Scalar
	r.v.Add(&s.v, &o.v)
	return r
}

func (s Scalar) big() *big.Int { return s.v.BigInt(new(big.Int)) }

// wideScalarSize makes a reduction modulo the group order uniform to 2^-128.
const wideScalarSize = 48

// randomScalar draws a uniform scalar that is not zero.
func randomScalar(rand io.Reader) (fr.Element, error) {
	var buf [wideScalarSize]byte
	var e fr.Element
	for e.IsZero() {
		if _, err := io.ReadFull(rand, buf[:]); err != nil {
			return fr.Element{}, err
		}
		e.SetBytes(buf[:])
	}
	clear(buf[:])
	return e, nil
}

// coefficientSize is the width of the coefficients of a random linear combination: a false batch
// passes with probability 2^-128.
const coefficientSize = 16

// randomCoefficients draws n non-zero 128-bit scalars. It must be called after the inputs that they
// multiply are fixed, or whoever chose the inputs could make the errors cancel.
func randomCoefficients(rand io.Reader, n int) ([]fr.Element, error) {
	buf := make([]byte, coefficientSize)
	out := make([]fr.Element, n)
	for i := range out {
		for out[i].IsZero() {
			if _, err := io.ReadFull(rand, buf); err != nil {
				return nil, err
			}
			out[i].SetBytes(buf)
		}
	}
	return out, nil
}
