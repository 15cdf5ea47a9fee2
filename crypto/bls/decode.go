package bls

import (
	"errors"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
)

// ErrMalformed is the one answer of every decoder and of every operation that would yield infinity:
// which check failed is nobody's business, and the caller's reaction is the same.
var ErrMalformed = errors.New("malformed curve point or scalar")

// The three flag bits that lead a compressed encoding: compressed, infinity, y is the larger root.
const (
	flagMask       = 0xe0
	flagCompressed = 0x80
	flagSign       = 0x20
)

// compressedFlags reports whether the leading byte says "compressed, not infinity".
func compressedFlags(b byte) bool {
	return b&(flagMask&^flagSign) == flagCompressed
}

// decodeG1 wraps the library's decoder, which by itself accepts infinity, the uncompressed form and
// trailing bytes: the length and the flags are pinned before it sees the input.
func decodeG1(b []byte) (bls12381.G1Affine, error) {
	var p bls12381.G1Affine
	if len(b) != SignatureSize || !compressedFlags(b[0]) {
		return bls12381.G1Affine{}, ErrMalformed
	}
	if _, err := p.SetBytes(b); err != nil || p.IsInfinity() {
		return bls12381.G1Affine{}, ErrMalformed
	}
	return p, nil
}

// decodeG2 is decodeG1 for 96 bytes.
func decodeG2(b []byte) (bls12381.G2Affine, error) {
	var p bls12381.G2Affine
	if len(b) != PublicKeySize || !compressedFlags(b[0]) {
		return bls12381.G2Affine{}, ErrMalformed
	}
	if _, err := p.SetBytes(b); err != nil || p.IsInfinity() {
		return bls12381.G2Affine{}, ErrMalformed
	}
	return p, nil
}

// decodeShare reads x || y. Both must be below the modulus, which also rejects every flag bit: the
// modulus has its top three bits clear. The library is not asked to decode, because it would spend
// 41 us on the subgroup that the share path checks later, once for all.
func decodeShare(b []byte) (bls12381.G1Affine, error) {
	var p bls12381.G1Affine
	if len(b) != ShareSize {
		return p, ErrMalformed
	}
	if p.X.SetBytesCanonical(b[:ShareSize/2]) != nil ||
		p.Y.SetBytesCanonical(b[ShareSize/2:]) != nil {
		return bls12381.G1Affine{}, ErrMalformed
	}
	if p.IsInfinity() || !p.IsOnCurve() {
		return bls12381.G1Affine{}, ErrMalformed
	}
	return p, nil
}
