package bls

import (
	"encoding/hex"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
)

// Sizes of encodings in bytes.
const (
	PublicKeySize = 96  // compressed G2
	SignatureSize = 48  // compressed G1
	ShareSize     = 96  // raw G1, x || y
	ScalarSize    = 32  // big-endian, canonical
	PairingSize   = 576 // an element of the target group
)

// PublicKey is a checked point of G2: in the subgroup of prime order and not infinity.
type PublicKey struct {
	p bls12381.G2Affine
}

// ParsePublicKey decodes 96 compressed bytes. Anything but a canonical encoding of a point of the
// subgroup other than infinity is ErrMalformed.
func ParsePublicKey(b []byte) (PublicKey, error) {
	p, err := decodeG2(b)
	return PublicKey{p}, err
}

// Bytes returns the compressed encoding (x.c1 first).
func (k PublicKey) Bytes() [PublicKeySize]byte { return k.p.Bytes() }

// IsZero reports whether k is the zero value, which is no key.
func (k PublicKey) IsZero() bool { return k.p.IsInfinity() }

// Equal reports whether both are the same point.
func (k PublicKey) Equal(o PublicKey) bool { return k.p.Equal(&o.p) }

// String returns the compressed encoding in hex; a public key is public.
func (k PublicKey) String() string {
	b := k.Bytes()
	return hex.EncodeToString(b[:])
}

// MarshalText is the hex of String.
func (k PublicKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Add returns k + o; ErrMalformed where that is infinity or one of them is the zero value.
func (k PublicKey) Add(o PublicKey) (PublicKey, error) {
	if k.IsZero() || o.IsZero() {
		return PublicKey{}, ErrMalformed
	}
	var sum bls12381.G2Affine
	sum.Add(&k.p, &o.p)
	if sum.IsInfinity() {
		return PublicKey{}, ErrMalformed
	}
	return PublicKey{sum}, nil
}

// Tweak returns k + s*g2; ErrMalformed where that is infinity or k is the zero value.
func (k PublicKey) Tweak(s Scalar) (PublicKey, error) {
	if k.IsZero() {
		return PublicKey{}, ErrMalformed
	}
	acc := mulBaseG2(&s.v)
	acc.AddMixed(&k.p)
	var sum bls12381.G2Affine
	sum.FromJacobian(&acc)
	if sum.IsInfinity() {
		return PublicKey{}, ErrMalformed
	}
	return PublicKey{sum}, nil
}

// Times returns s*k for a public scalar, the zero value for zero. Not constant time.
func (k PublicKey) Times(s Scalar) PublicKey {
	var p bls12381.G2Affine
	if !s.IsZero() && !k.IsZero() {
		p.ScalarMultiplication(&k.p, s.big())
	}
	return PublicKey{p}
}

// TimesBase returns s*g2 for a public scalar; ErrMalformed for zero. Not constant time.
func TimesBase(s Scalar) (PublicKey, error) {
	acc := mulBaseG2(&s.v)
	var p bls12381.G2Affine
	p.FromJacobian(&acc)
	if p.IsInfinity() {
		return PublicKey{}, ErrMalformed
	}
	return PublicKey{p}, nil
}

// Signature is a checked point of G1: in the subgroup of prime order and not infinity. A signature
// on an identity is also the decryption key of that identity, so it prints REDACTED; who means to
// publish it calls Bytes or EVM.
type Signature struct {
	redact
	p bls12381.G1Affine
}

// ParseSignature decodes 48 compressed bytes. Anything but a canonical encoding of a point of the
// subgroup other than infinity is ErrMalformed.
func ParseSignature(b []byte) (Signature, error) {
	p, err := decodeG1(b)
	return Signature{p: p}, err
}

// Bytes returns the compressed encoding.
func (s Signature) Bytes() [SignatureSize]byte { return s.p.Bytes() }

// IsZero reports whether s is the zero value, which is no signature.
func (s Signature) IsZero() bool { return s.p.IsInfinity() }

// Equal reports whether both are the same point.
func (s Signature) Equal(o Signature) bool { return s.p.Equal(&o.p) }

// Share is one party's part of a signature: on the curve and not infinity, but NOT known to be in
// the subgroup. It is not valid until Check and CheckShares say so, and is only good for
// LinearForm.Combine, which checks what comes out. It prints REDACTED.
type Share struct {
	redact
	p bls12381.G1Affine
}

// ParseShare decodes 96 bytes, x || y, each canonical and big-endian. A point off the curve,
// infinity, or another length is ErrMalformed.
func ParseShare(b []byte) (Share, error) {
	p, err := decodeShare(b)
	return Share{p: p}, err
}

// Bytes returns x || y.
func (s Share) Bytes() [ShareSize]byte { return s.p.RawBytes() }

// IsZero reports whether s is the zero value, which is no share.
func (s Share) IsZero() bool { return s.p.IsInfinity() }

// Equal reports whether both are the same point.
func (s Share) Equal(o Share) bool { return s.p.Equal(&o.p) }

// HashPoint is the hash of an identity under a derived key, H(dpk, id): a point of G1 whose
// discrete logarithm nobody knows. It is made by HashToG1 only; there is no decoder for it, so no
// program can sign a point that a stranger chose.
type HashPoint struct {
	p bls12381.G1Affine
}

// IsZero reports whether h is the zero value, which is no point.
func (h HashPoint) IsZero() bool { return h.p.IsInfinity() }

// Bytes returns the compressed encoding.
func (h HashPoint) Bytes() [SignatureSize]byte { return h.p.Bytes() }

// Pair returns e(s, k) as the bytes that key derivation uses: twelve 48-byte big-endian
// coefficients, highest first. ErrMalformed where either is the zero value.
func (s Signature) Pair(k PublicKey) ([PairingSize]byte, error) {
	return pairBytes(&s.p, &k.p)
}

// PairTimes returns e(h, k)^t in the encoding of Signature.Pair; the power is taken on h, where it
// is cheapest. ErrMalformed where a point is the zero value or t is zero.
func (h HashPoint) PairTimes(k PublicKey, t Scalar) ([PairingSize]byte, error) {
	p := mulPublicG1(&h.p, &t.v)
	return pairBytes(&p, &k.p)
}

func pairBytes(p *bls12381.G1Affine, q *bls12381.G2Affine) (out [PairingSize]byte, err error) {
	if p.IsInfinity() || q.IsInfinity() {
		return out, ErrMalformed
	}
	gt, err := bls12381.Pair([]bls12381.G1Affine{*p}, []bls12381.G2Affine{*q})
	if err != nil {
		return out, ErrMalformed
	}
	return gt.Bytes(), nil
}
