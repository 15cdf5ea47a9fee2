package bls

import (
	"io"
	"math/big"
	"sync"

	"github.com/consensys/gnark-crypto/ecc"
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

// ShareClaim says that Share is the one of the party whose public share is Public.
type ShareClaim struct {
	Share  Share
	Public PublicKey
}

// InSubgroup reports whether the share is in the subgroup, the part of its validity that no pairing
// sees. It takes about 41 us.
func (s Share) InSubgroup() bool { return !s.IsZero() && s.p.IsInSubGroup() }

// VerifyShare reports whether the claim holds for the identity behind h and the key derived by
// delta: the share is in the subgroup and e(share, g2) = e(h, Public + delta*g2).
func VerifyShare(h HashPoint, delta Scalar, c ShareClaim) bool {
	if h.IsZero() || !c.Share.InSubgroup() {
		return false
	}
	k, err := c.Public.Tweak(delta)
	return err == nil && pairingsEqual(&c.Share.p, &h.p, &k.p)
}

// CheckShares reports whether all claims hold, with two pairings in all and fresh 128-bit
// coefficients. It checks the subgroup of every share first, for a random combination cannot see
// torsion. False for an empty batch; the only error is rand's.
func CheckShares(rand io.Reader, h HashPoint, delta Scalar, claims []ShareClaim) (bool, error) {
	if len(claims) == 0 || h.IsZero() {
		return false, nil
	}
	for _, c := range claims {
		if c.Public.IsZero() || !c.Share.InSubgroup() {
			return false, nil
		}
	}
	rs, err := randomCoefficients(rand, len(claims))
	if err != nil {
		return false, err
	}
	shares := make([]bls12381.G1Affine, len(claims))
	publics := make([]bls12381.G2Affine, len(claims))
	var total fr.Element
	for i, c := range claims {
		shares[i], publics[i] = c.Share.p, c.Public.p
		total.Add(&total, &rs[i])
	}
	left := sumG1(shares, rs)
	acc := mulBaseG2(total.Mul(&total, &delta.v))
	keys, err := sumG2(publics, rs)
	if err != nil {
		return false, nil
	}
	acc.AddAssign(&keys)
	var right bls12381.G2Affine
	right.FromJacobian(&acc)
	return pairingsEqual(&left, &h.p, &right), nil
}

// pippengerFrom is the number of points from which the library's bucket method beats interleaving.
const pippengerFrom = 64

// sumG1 returns the sum of scalars[i]*points[i], all public and all in the subgroup.
func sumG1(points []bls12381.G1Affine, scalars []fr.Element) bls12381.G1Affine {
	var out bls12381.G1Affine
	if len(points) >= pippengerFrom {
		// The only error is a difference in lengths.
		if _, err := out.MultiExp(points, scalars, ecc.MultiExpConfig{NbTasks: 1}); err == nil {
			return out
		}
	}
	rows := make([]row, 0, 2*len(points))
	for i := range scalars {
		halves := rowsByHalves(&scalars[i], wideWidth)
		rows = append(rows, halves[0], halves[1])
	}
	acc := interleave(rows, withImages(oddMultiples(points, wideWidth)))
	return *out.FromJacobian(&acc)
}

// sumG2 returns the sum of scalars[i]*points[i], all public.
func sumG2(points []bls12381.G2Affine, scalars []fr.Element) (bls12381.G2Jac, error) {
	var acc bls12381.G2Jac
	if len(points) == 1 {
		acc.FromAffine(&points[0])
		acc.ScalarMultiplication(&acc, scalars[0].BigInt(new(big.Int)))
		return acc, nil
	}
	_, err := acc.MultiExp(points, scalars, ecc.MultiExpConfig{NbTasks: 1})
	return acc, err
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
