package bls

import (
	"math/big"
	"sync"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// The table of multiples of g2: 32 windows of 8 bits with signed digits, so 128 entries each,
// 786 kB, built in a few milliseconds at first use. It makes t*g2, which every check of an opening
// needs, four times cheaper.
const (
	baseWindows = 32
	windowBits  = 8
	baseEntries = 1 << (windowBits - 1)
)

type baseTable [baseWindows][]bls12381.G2Affine

// baseMultiples is computed once and never changes after that.
var baseMultiples = sync.OnceValue(buildBaseTable)

func buildBaseTable() *baseTable {
	all := make([]bls12381.G2Jac, 0, baseWindows*baseEntries)
	_, step, _, _ := bls12381.Generators()
	for range baseWindows {
		acc := step
		for range baseEntries {
			all = append(all, acc)
			acc.AddAssign(&step)
		}
		for range windowBits {
			step.DoubleAssign()
		}
	}
	flat := toAffineG2(all)
	var t baseTable
	for w := range t {
		t[w] = flat[w*baseEntries : (w+1)*baseEntries]
	}
	return &t
}

// toAffineG2 normalises points, none of them infinity, with one inversion for all (Montgomery's
// trick); the library has this for G1 only.
func toAffineG2(points []bls12381.G2Jac) []bls12381.G2Affine {
	prefix := make([]bls12381.E2, len(points))
	var product bls12381.E2
	product.SetOne()
	for i := range points {
		prefix[i] = product
		product.Mul(&product, &points[i].Z)
	}
	product.Inverse(&product)
	out := make([]bls12381.G2Affine, len(points))
	for i := len(points) - 1; i >= 0; i-- {
		var inverse, square bls12381.E2
		inverse.Mul(&product, &prefix[i])
		product.Mul(&product, &points[i].Z)
		square.Square(&inverse)
		out[i].X.Mul(&points[i].X, &square)
		out[i].Y.Mul(&points[i].Y, &square).Mul(&out[i].Y, &inverse)
	}
	return out
}

// mulBaseG2 returns k*g2 for a public k. The order of the group has 255 bits, so the carry out of
// the last window is always zero.
func mulBaseG2(k *fr.Element) bls12381.G2Jac {
	t := baseMultiples()
	b := k.Bytes()
	var acc bls12381.G2Jac
	carry := 0
	for w := range baseWindows {
		digit := int(b[len(b)-1-w]) + carry
		carry = 0
		if digit > baseEntries {
			digit -= 1 << windowBits
			carry = 1
		}
		switch {
		case digit > 0:
			acc.AddMixed(&t[w][digit-1])
		case digit < 0:
			minus := t[w][-digit-1]
			minus.Neg(&minus)
			acc.AddMixed(&minus)
		}
	}
	return acc
}

// mulPublicG1 returns k*p for a public k, by the library's endomorphism.
func mulPublicG1(p *bls12381.G1Affine, k *fr.Element) bls12381.G1Affine {
	var out bls12381.G1Affine
	if !k.IsZero() {
		out.ScalarMultiplication(p, k.BigInt(new(big.Int)))
	}
	return out
}
