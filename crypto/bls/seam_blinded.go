//go:build !cgo

package bls

import (
	"bytes"
	"crypto/sha512"
	"io"
	"math/big"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// ConstantTime reports whether multiplication by a secret scalar is constant time in this build:
// without cgo it is gnark's, blinded, and a party refuses to run so by default.
const ConstantTime = false

// secretTimesG1 is the seam: the only place where a secret meets a point of G1. The library's
// multiplication is not constant time, so the secret is split afresh each time, x = b + (x-b), and
// neither half says anything about x.
func secretTimesG1(
	rand io.Reader, x *fr.Element, p *bls12381.G1Affine,
) (bls12381.G1Affine, error) {
	blind, err := randomScalar(rand)
	if err != nil {
		return bls12381.G1Affine{}, err
	}
	a, b := split(x, &blind)
	defer wipe(a, b)
	var left, right bls12381.G1Affine
	left.ScalarMultiplication(p, a)
	right.ScalarMultiplication(p, b)
	left.Add(&left, &right)
	return left, nil
}

// publicLabel separates the blinding of secretBaseG2 from any other use of the hash.
const publicLabel = "kmsgateway/blind/v1"

// secretBaseG2 is the seam's other half: a secret times g2. The base is fixed and the call is rare
// (once when a share is loaded), so the blinding is derived from the secret itself.
func secretBaseG2(x *fr.Element) (bls12381.G2Affine, error) {
	k := x.Bytes()
	h := sha512.New()
	_, _ = h.Write([]byte(publicLabel))
	_, _ = h.Write(k[:])
	clear(k[:])
	blind, err := randomScalar(bytes.NewReader(h.Sum(nil)))
	if err != nil {
		return bls12381.G2Affine{}, err
	}
	a, b := split(x, &blind)
	defer wipe(a, b)
	var left, right bls12381.G2Affine
	left.ScalarMultiplicationBase(a)
	right.ScalarMultiplicationBase(b)
	left.Add(&left, &right)
	if left.IsInfinity() {
		return bls12381.G2Affine{}, ErrMalformed
	}
	return left, nil
}

func split(x, blind *fr.Element) (*big.Int, *big.Int) {
	var rest fr.Element
	rest.Sub(x, blind)
	a, b := rest.BigInt(new(big.Int)), blind.BigInt(new(big.Int))
	rest.SetZero()
	blind.SetZero()
	return a, b
}

func wipe(ns ...*big.Int) {
	for _, n := range ns {
		clear(n.Bits())
	}
}
