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

// affine and jacobian are what interleaving needs of the two groups' coordinates.
type affine[A any] interface {
	*A
	Neg(*A) *A
}

type jacobian[A, J any] interface {
	*J
	FromAffine(*A) *J
	DoubleAssign() *J
	AddAssign(*J) *J
	AddMixed(*A) *J
}

// oddMultiples returns for each point the multiples 1, 3, 5 .. that a wNAF of this width uses;
// normalise turns them all into affine points at once.
func oddMultiples[A, J any, PJ jacobian[A, J]](
	points []A, width uint, normalise func([]J) []A,
) [][]A {
	per := 1 << (width - 2)
	out := make([][]A, len(points))
	if per == 1 {
		for i := range points {
			out[i] = points[i : i+1]
		}
		return out
	}
	all := make([]J, 0, per*len(points))
	for i := range points {
		var acc J
		PJ(&acc).FromAffine(&points[i])
		twice := acc
		PJ(&twice).DoubleAssign()
		all = append(all, acc)
		for range per - 1 {
			PJ(&acc).AddAssign(&twice)
			all = append(all, acc)
		}
	}
	flat := normalise(all)
	for i := range out {
		out[i] = flat[i*per : (i+1)*per]
	}
	return out
}

// interleave sums rows[i] * (the point of tables[i]).
func interleave[A, J any, PA affine[A], PJ jacobian[A, J]](rows []row, tables [][]A) J {
	top := 0
	for _, r := range rows {
		top = max(top, len(r))
	}
	var acc J
	for bit := top - 1; bit >= 0; bit-- {
		PJ(&acc).DoubleAssign()
		for i, r := range rows {
			if bit >= len(r) || r[bit] == 0 {
				continue
			}
			if digit := r[bit]; digit > 0 {
				PJ(&acc).AddMixed(&tables[i][digit>>1])
			} else {
				minus := tables[i][(-digit)>>1]
				PA(&minus).Neg(&minus)
				PJ(&acc).AddMixed(&minus)
			}
		}
	}
	return acc
}

// tablesG1 and tablesG2 are oddMultiples of the two groups.
func tablesG1(points []bls12381.G1Affine, width uint) [][]bls12381.G1Affine {
	return oddMultiples(points, width, bls12381.BatchJacobianToAffineG1)
}

func tablesG2(points []bls12381.G2Affine, width uint) [][]bls12381.G2Affine {
	return oddMultiples(points, width, toAffineG2)
}

// withImages returns the tables followed each by its image under the endomorphism: those of p0, of
// p0's image, of p1, of p1's image ..
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
	acc := interleave[bls12381.G1Affine, bls12381.G1Jac](
		rows, withImages(tablesG1(points, wideWidth)))
	return *out.FromJacobian(&acc)
}

// sumG2 returns the sum of scalars[i]*points[i], all public. It is meant for scalars of 128 bits,
// which an endomorphism would not help.
func sumG2(points []bls12381.G2Affine, scalars []fr.Element) bls12381.G2Jac {
	if len(points) >= pippengerFrom {
		var acc bls12381.G2Jac
		if _, err := acc.MultiExp(points, scalars, ecc.MultiExpConfig{NbTasks: 1}); err == nil {
			return acc
		}
	}
	rows := make([]row, len(points))
	for i := range scalars {
		rows[i] = recode(scalars[i].BigInt(new(big.Int)), wideWidth)
	}
	return interleave[bls12381.G2Affine, bls12381.G2Jac](rows, tablesG2(points, wideWidth))
}
