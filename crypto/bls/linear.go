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

// Widths of the wNAF, by the length of the scalar in bits: a wider one wants a table of multiples.
const (
	narrowWidth = 2 // no table: for coefficients of a few bits
	middleWidth = 3
	wideWidth   = 5 // for halves of 128 bits
	narrowBits  = 12
)

// NewLinearForm compiles sum(coefficients[i]*P_i) / divisor. Coefficients may be negative; divisor
// is positive and not a multiple of the group order; ErrMalformed otherwise or for no coefficients.
//
// Two ways are compared by counting additions and doublings: small integers and one division at the
// end, or each quotient in the field, split by the endomorphism.
func NewLinearForm(coefficients []*big.Int, divisor *big.Int) (LinearForm, error) {
	var d fr.Element
	if len(coefficients) == 0 || divisor.Sign() <= 0 || d.SetBigInt(divisor).IsZero() {
		return LinearForm{}, ErrMalformed
	}
	var inverse fr.Element
	inverse.Inverse(&d)
	integer := integerForm(coefficients, &inverse)
	field := fieldForm(coefficients, &inverse)
	if integer.cost() <= field.cost() {
		return integer, nil
	}
	return field, nil
}

func integerForm(coefficients []*big.Int, inverse *fr.Element) LinearForm {
	longest := 0
	for _, c := range coefficients {
		longest = max(longest, c.BitLen())
	}
	f := LinearForm{terms: len(coefficients), width: narrowWidth}
	if longest > narrowBits {
		f.width = middleWidth
	}
	for _, c := range coefficients {
		f.rows = append(f.rows, recode(c, f.width))
	}
	if !inverse.IsOne() {
		halves := rowsByHalves(inverse, wideWidth)
		f.divide = &halves
	}
	return f
}

func fieldForm(coefficients []*big.Int, inverse *fr.Element) LinearForm {
	f := LinearForm{terms: len(coefficients), width: wideWidth, halves: true}
	for _, c := range coefficients {
		var q fr.Element
		q.SetBigInt(c).Mul(&q, inverse)
		halves := rowsByHalves(&q, wideWidth)
		f.rows = append(f.rows, halves[0], halves[1])
	}
	return f
}

// cost estimates Combine in tenths of an addition: doublings take 7, additions of an affine point
// 10, entries of a table 14.
func (f LinearForm) cost() int {
	total := chainCost(f.rows)
	if f.width > narrowWidth {
		total += 14 * f.terms << (f.width - 2)
	}
	if f.divide != nil {
		total += chainCost(f.divide[:]) + 14<<(wideWidth-2) + 60
	}
	return total
}

func chainCost(rows []row) int {
	doublings, additions := 0, 0
	for _, r := range rows {
		doublings = max(doublings, len(r))
		for _, digit := range r {
			if digit != 0 {
				additions++
			}
		}
	}
	return 7*doublings + 10*additions
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
