package bls

import (
	"math/big"
	"sync"

	"github.com/consensys/gnark-crypto/ecc"
	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// Straus' interleaved multiplication: one chain of doublings shared by all points, each scalar
// recoded once into a wNAF of the chosen width, odd multiples in a table of affine points.

// row is the wNAF of one scalar, least significant digit first; digits are odd or zero.
type row []int8

// recode returns the wNAF of k, which may be negative.
func recode(k *big.Int, width uint) row {
	abs := new(big.Int).Abs(k)
	digits := make(row, abs.BitLen()+1)
	digits = digits[:ecc.WnafDecomposition(abs, width, digits)]
	if k.Sign() < 0 {
		for i := range digits {
			digits[i] = -digits[i]
		}
	}
	return digits
}

// endomorphism holds what (x, y) -> (beta*x, y) needs: on the subgroup it multiplies by lambda,
// which is z^2-1 for the curve's seed z and has half the bits of the order, so any scalar is
// k1 + k2*lambda with two halves of at most 128 bits.
type endomorphism struct {
	beta   fp.Element
	lambda *big.Int
}

// curveEndomorphism is computed once and never changes after that.
var curveEndomorphism = sync.OnceValue(func() endomorphism {
	z := new(big.Int).SetUint64(curveSeed)
	var e endomorphism
	e.lambda = new(big.Int).Mul(z, z)
	e.lambda.Sub(e.lambda, big.NewInt(1))
	// A third root of unity is (-1+sqrt(-3))/2; of the two, the one that acts as lambda.
	e.beta.SetInt64(-3)
	e.beta.Sqrt(&e.beta)
	var one fp.Element
	one.SetOne()
	e.beta.Sub(&e.beta, &one)
	e.beta.Halve()
	_, _, g, _ := bls12381.Generators()
	var want bls12381.G1Affine
	want.ScalarMultiplication(&g, e.lambda)
	if got := e.apply(&g); !got.Equal(&want) {
		e.beta.Square(&e.beta)
	}
	return e
})

// curveSeed is |z| of BLS12-381; its sign does not matter for z^2.
const curveSeed = 0xd201000000010000

func (e endomorphism) apply(p *bls12381.G1Affine) bls12381.G1Affine {
	q := *p
	q.X.Mul(&q.X, &e.beta)
	return q
}

// halves splits k >= 0 into k1 + k2*lambda.
func (e endomorphism) halves(k *big.Int) (k1, k2 *big.Int) {
	k2, k1 = new(big.Int).DivMod(k, e.lambda, new(big.Int))
	return k1, k2
}

// rowsByHalves recodes k as two rows, for a point and its image.
func rowsByHalves(k *fr.Element, width uint) [2]row {
	k1, k2 := curveEndomorphism().halves(k.BigInt(new(big.Int)))
	return [2]row{recode(k1, width), recode(k2, width)}
}

// oddMultiples returns for each point the multiples 1, 3, 5 .. that a wNAF of this width uses.
func oddMultiples(points []bls12381.G1Affine, width uint) [][]bls12381.G1Affine {
	per := 1 << (width - 2)
	out := make([][]bls12381.G1Affine, len(points))
	if per == 1 {
		for i := range points {
			out[i] = points[i : i+1]
		}
		return out
	}
	all := make([]bls12381.G1Jac, 0, per*len(points))
	for i := range points {
		var acc, twice bls12381.G1Jac
		acc.FromAffine(&points[i])
		twice.Double(&acc)
		all = append(all, acc)
		for range per - 1 {
			acc.AddAssign(&twice)
			all = append(all, acc)
		}
	}
	flat := bls12381.BatchJacobianToAffineG1(all)
	for i := range out {
		out[i] = flat[i*per : (i+1)*per]
	}
	return out
}

// withImages returns the tables followed by each table's image under the endomorphism:
// p0, image of p0, p1, image of p1 ..
func withImages(tables [][]bls12381.G1Affine) [][]bls12381.G1Affine {
	e := curveEndomorphism()
	out := make([][]bls12381.G1Affine, 0, 2*len(tables))
	for _, t := range tables {
		image := make([]bls12381.G1Affine, len(t))
		for i := range t {
			image[i] = e.apply(&t[i])
		}
		out = append(out, t, image)
	}
	return out
}

// interleave sums rows[i] * (the point of tables[i]).
func interleave(rows []row, tables [][]bls12381.G1Affine) bls12381.G1Jac {
	top := 0
	for _, r := range rows {
		top = max(top, len(r))
	}
	var acc bls12381.G1Jac
	for bit := top - 1; bit >= 0; bit-- {
		acc.DoubleAssign()
		for i, r := range rows {
			if bit < len(r) && r[bit] != 0 {
				addDigit(&acc, tables[i], r[bit])
			}
		}
	}
	return acc
}

func addDigit(acc *bls12381.G1Jac, table []bls12381.G1Affine, digit int8) {
	if digit > 0 {
		acc.AddMixed(&table[digit>>1])
		return
	}
	minus := table[(-digit)>>1]
	minus.Neg(&minus)
	acc.AddMixed(&minus)
}
