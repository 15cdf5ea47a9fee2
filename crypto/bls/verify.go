package bls

import (
	"io"
	"sync"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// Verify reports whether s is the signature on h under k: e(s, g2) = e(h, k). False where one of
// them is the zero value. One check of two pairings.
func Verify(k PublicKey, h HashPoint, s Signature) bool {
	if k.IsZero() || h.IsZero() || s.IsZero() {
		return false
	}
	return pairingsEqual(&s.p, &h.p, &k.p)
}

// Claim says that Signature is the one on Hash under the batch's master key tweaked by Delta.
type Claim struct {
	Signature Signature
	Hash      HashPoint
	Delta     Scalar
}

// VerifyBatch reports whether every claim holds, for keys derived from one master key, with two
// pairings in all: e(sum r*(K - delta*H), g2) = e(sum r*H, master) with fresh 128-bit r. A false
// claim passes with probability 2^-128. False for an empty batch or a zero value inside; the only
// error is rand's.
func VerifyBatch(rand io.Reader, master PublicKey, claims []Claim) (bool, error) {
	if len(claims) == 0 || master.IsZero() {
		return false, nil
	}
	for _, c := range claims {
		if c.Signature.IsZero() || c.Hash.IsZero() {
			return false, nil
		}
	}
	rs, err := randomCoefficients(rand, len(claims))
	if err != nil {
		return false, err
	}
	m := len(claims)
	points := make([]bls12381.G1Affine, 2*m)
	scalars := make([]fr.Element, 2*m)
	for i, c := range claims {
		points[i], points[m+i] = c.Signature.p, c.Hash.p
		scalars[i] = rs[i]
		scalars[m+i].Mul(&rs[i], &c.Delta.v)
		scalars[m+i].Neg(&scalars[m+i])
	}
	left := sumG1(points, scalars)
	right := sumG1(points[m:], rs)
	return pairingsEqual(&left, &right, &master.p), nil
}

// Check returns the share as a point known to be in the subgroup, the part of its validity that no
// pairing sees; ErrMalformed where it is not, or for the zero value. About 41 us.
func (s Share) Check() (Signature, error) {
	if s.IsZero() || !s.p.IsInSubGroup() {
		return Signature{}, ErrMalformed
	}
	return Signature{p: s.p}, nil
}

// ShareClaim says that Point, a share after its Check, is the one of the party whose public share
// is Public.
type ShareClaim struct {
	Point  Signature
	Public PublicKey
}

// CheckShares reports whether all claims hold for the identity behind h and the key derived by
// delta: e(Point, g2) = e(h, Public + delta*g2), with two pairings in all and fresh 128-bit
// coefficients. False for an empty batch or a zero value inside; the only error is rand's.
func CheckShares(rand io.Reader, h HashPoint, delta Scalar, claims []ShareClaim) (bool, error) {
	if len(claims) == 0 || h.IsZero() {
		return false, nil
	}
	for _, c := range claims {
		if c.Public.IsZero() || c.Point.IsZero() {
			return false, nil
		}
	}
	if len(claims) == 1 {
		k, err := claims[0].Public.Tweak(delta)
		return err == nil && pairingsEqual(&claims[0].Point.p, &h.p, &k.p), nil
	}
	rs, err := randomCoefficients(rand, len(claims))
	if err != nil {
		return false, err
	}
	points := make([]bls12381.G1Affine, len(claims))
	publics := make([]bls12381.G2Affine, len(claims))
	var total fr.Element
	for i, c := range claims {
		points[i], publics[i] = c.Point.p, c.Public.p
		total.Add(&total, &rs[i])
	}
	left := sumG1(points, rs)
	acc := mulBaseG2(total.Mul(&total, &delta.v))
	keys := sumG2(publics, rs)
	acc.AddAssign(&keys)
	var right bls12381.G2Affine
	right.FromJacobian(&acc)
	return pairingsEqual(&left, &h.p, &right), nil
}

// negBase is -g2, computed once.
var negBase = sync.OnceValue(func() bls12381.G2Affine {
	_, _, _, g := bls12381.Generators()
	return *g.Neg(&g)
})

// pairingsEqual reports whether e(a, g2) = e(b, q). It makes no subgroup check: the types of its
// callers' arguments are the proof of it.
func pairingsEqual(a, b *bls12381.G1Affine, q *bls12381.G2Affine) bool {
	ok, err := bls12381.PairingCheck(
		[]bls12381.G1Affine{*a, *b},
		[]bls12381.G2Affine{negBase(), *q},
	)
	return err == nil && ok
}
