package bls

import (
	"math/big"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// LinearForm is a compiled sum: coefficients over a common divisor, recoded once, to be applied to
// the shares of many requests by the same signers. It is immutable and safe for concurrent use.
type LinearForm struct {
	terms  int
	width  uint
	rows   []row // one per term, or two where byHalves
	halves bool
	divide *[2]row // by the common divisor, at the end; nil where that is one
}

// wideWidth is the wNAF width for single halves of 128 bits.
const wideWidth = 5

// NewLinearForm compiles sum(coefficients[i]*P_i) / divisor. Coefficients may be negative; divisor
// is positive and not a multiple of the group order; ErrMalformed otherwise or for no coefficients.
//
// Two ways, each at several widths of the wNAF, are compared by estimating their operations: small
// integers and one division at the end, or each quotient in the field, split by the endomorphism.
func NewLinearForm(coefficients []*big.Int, divisor *big.Int) (LinearForm, error) {
	var d fr.Element
	if len(coefficients) == 0 || divisor.Sign() <= 0 || d.SetBigInt(divisor).IsZero() {
		return LinearForm{}, ErrMalformed
	}
	var inverse fr.Element
	inverse.Inverse(&d)
	longest, total := 0, 0
	for _, c := range coefficients {
		longest, total = max(longest, c.BitLen()), total+c.BitLen()
	}
	points := len(coefficients)
	width, cost := bestWidth(points, longest, total)
	if !inverse.IsOne() {
		cost += divisionCost
	}
	splitWidth, splitCost := bestWidth(points, halfBits, 2*points*halfBits)
	if cost <= splitCost {
		return integerForm(coefficients, &inverse, width), nil
	}
	return fieldForm(coefficients, &inverse, splitWidth), nil
}

func integerForm(coefficients []*big.Int, inverse *fr.Element, width uint) LinearForm {
	f := LinearForm{terms: len(coefficients), width: width}
	for _, c := range coefficients {
		f.rows = append(f.rows, recode(c, width))
	}
	if !inverse.IsOne() {
		halves := rowsByHalves(inverse, wideWidth)
		f.divide = &halves
	}
	return f
}

func fieldForm(coefficients []*big.Int, inverse *fr.Element, width uint) LinearForm {
	f := LinearForm{terms: len(coefficients), width: width, halves: true}
	for _, c := range coefficients {
		var q fr.Element
		q.SetBigInt(c).Mul(&q, inverse)
		halves := rowsByHalves(&q, width)
		f.rows = append(f.rows, halves[0], halves[1])
	}
	return f
}

// Costs of operations in tenths of an addition of an affine point, as measured.
const (
	costDouble    = 7
	costAdd       = 10
	costEntry     = 21 // an entry of a table: added, and made affine with its neighbours
	costInversion = 60

	// halfBits is the length of half a scalar, of which a division takes two.
	halfBits     = 128
	divisionCost = costDouble*halfBits + costAdd*2*halfBits/(wideWidth+1) +
		costEntry<<(wideWidth-2) + 2*costInversion
)

// bestWidth returns the width of wNAF at which scalars of so many bits, the longest and all
// together, are multiplied cheapest, and the estimated cost. A wNAF of width w has one digit in w+1
// that is not zero, and wants a table of 2^(w-2) multiples of each point.
func bestWidth(points, longest, total int) (width uint, cost int) {
	for w := uint(2); w <= wideWidth; w++ {
		c := costDouble*longest + costAdd*total/int(w+1)
		if w > 2 { // at width 2 the points are the table
			c += costInversion + costEntry*points<<(w-2)
		}
		if width == 0 || c < cost {
			width, cost = w, c
		}
	}
	return width, cost
}

// Terms returns how many shares Combine takes.
func (f LinearForm) Terms() int { return f.terms }

// Combine applies the form to shares, in the order of the coefficients. What comes out is checked
// to be in the subgroup and not infinity before it is called a Signature; ErrMalformed otherwise
// and for another number of shares. Whether it is the right signature is for the caller to verify.
//
// A share outside the subgroup may be cancelled by the endomorphism instead of surviving into the
// sum: then the sum is right, and nothing was accepted that should not be.
func (f LinearForm) Combine(shares []Share) (Signature, error) {
	if len(shares) != f.terms || f.terms == 0 {
		return Signature{}, ErrMalformed
	}
	points := make([]bls12381.G1Affine, len(shares))
	for i := range shares {
		if shares[i].IsZero() {
			return Signature{}, ErrMalformed
		}
		points[i] = shares[i].p
	}
	sum := f.apply(points)
	if sum.IsInfinity() || !sum.IsInSubGroup() {
		return Signature{}, ErrMalformed
	}
	return Signature{p: sum}, nil
}

func (f LinearForm) apply(points []bls12381.G1Affine) bls12381.G1Affine {
	tables := tablesG1(points, f.width)
	if f.halves {
		tables = withImages(tables)
	}
	acc := interleave[bls12381.G1Affine, bls12381.G1Jac](f.rows, tables)
	var sum bls12381.G1Affine
	sum.FromJacobian(&acc)
	if f.divide == nil {
		return sum
	}
	tables = withImages(tablesG1([]bls12381.G1Affine{sum}, wideWidth))
	acc = interleave[bls12381.G1Affine, bls12381.G1Jac](f.divide[:], tables)
	return *sum.FromJacobian(&acc)
}
