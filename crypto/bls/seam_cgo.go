//go:build cgo

package bls

import (
	"io"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	blst "github.com/supranational/blst/bindings/go"
)

// ConstantTime reports whether multiplication by a secret scalar is constant time in this build:
// here it is blst's. Without cgo it is blinded gnark, and a party refuses to run by default.
const ConstantTime = true

// secretBits is the width of a secret, fixed so that the loop does not depend on its value.
const secretBits = 255

// secretTimesG1 is the seam: the only place where a secret meets a point of G1. The affine result
// is read back through the share decoder, which also catches a faulty multiplication that left the
// curve. rand is not needed here.
func secretTimesG1(
	_ io.Reader, x *fr.Element, p *bls12381.G1Affine,
) (bls12381.G1Affine, error) {
	raw := p.RawBytes()
	var point blst.P1Affine
	if point.Deserialize(raw[:]) == nil {
		return bls12381.G1Affine{}, ErrMalformed
	}
	k := littleEndian(x)
	defer clear(k[:])
	var acc blst.P1
	acc.FromAffine(&point)
	acc.MultAssign(k[:], secretBits)
	return decodeShare(acc.Serialize())
}

// secretBaseG2 is the seam's other half: a secret times g2.
func secretBaseG2(x *fr.Element) (bls12381.G2Affine, error) {
	k := littleEndian(x)
	defer clear(k[:])
	acc := *blst.P2Generator()
	acc.MultAssign(k[:], secretBits)
	return decodeG2(acc.Compress())
}

func littleEndian(x *fr.Element) [ScalarSize]byte {
	b := x.Bytes()
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return b
}
