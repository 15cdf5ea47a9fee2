package bls

import (
	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
)

// Domain separation tags of the two BLS schemes this package meets (draft-irtf-cfrg-bls-signature,
// signatures in G1).
const (
	// DSTAugmented is ours and vetKD's: the message is prefixed with the public key.
	DSTAugmented = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_"
	// DSTBasic is drand's; only tests and tools meet it.
	DSTBasic = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
)

// HashToG1 is hash_to_curve of RFC 9380, suite BLS12381G1_XMD:SHA-256_SSWU_RO_, of the
// concatenation of parts. dst is at most 255 bytes; ErrMalformed otherwise, and for the infinity
// that no known message hashes to.
func HashToG1(dst string, parts ...[]byte) (HashPoint, error) {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	msg := make([]byte, 0, n)
	for _, p := range parts {
		msg = append(msg, p...)
	}
	p, err := bls12381.HashToG1(msg, []byte(dst))
	if err != nil || p.IsInfinity() {
		return HashPoint{}, ErrMalformed
	}
	return HashPoint{p}, nil
}

// HashAugmented returns H(k, id): the hash to G1 of compress(k) || id under DSTAugmented.
// ErrMalformed where k is the zero value.
func HashAugmented(k PublicKey, id []byte) (HashPoint, error) {
	if k.IsZero() {
		return HashPoint{}, ErrMalformed
	}
	b := k.Bytes()
	return HashToG1(DSTAugmented, b[:], id)
}
