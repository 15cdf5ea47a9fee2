package bls_test

import (
	"bytes"
	"errors"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"kmsgateway/crypto/bls"
)

// modulus of the base field, and order of the group.
const (
	fieldHex = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624" +
		"1eabfffeb153ffffb9feffffffffaaab"
	orderHex = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"
)

// edited returns a copy of b with one change.
func edited(b []byte, change func([]byte)) []byte {
	c := bytes.Clone(b)
	change(c)
	return c
}

// flagged sets flags in the leading byte.
func flagged(b []byte, flags byte) []byte {
	return edited(b, func(b []byte) { b[0] |= flags })
}

// checkDecoder feeds rows of bad bytes to a decoder and expects the one error.
func checkDecoder(t *testing.T, parse func([]byte) error, good []byte, bad map[string][]byte) {
	t.Helper()
	if err := parse(good); err != nil {
		t.Errorf("a good encoding: %v", err)
	}
	bad["nil"] = nil
	bad["one byte short"] = good[:len(good)-1]
	bad["trailing byte"] = append(bytes.Clone(good), 0)
	bad["twice"] = append(bytes.Clone(good), good...)
	bad["zeroes"] = make([]byte, len(good))
	bad["ones"] = bytes.Repeat([]byte{0xff}, len(good))
	for name, b := range bad {
		if err := parse(b); !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
}

func TestDecodeSignature(t *testing.T) {
	sig := newSigner(t, seeded(1), "id").sign(t).Bytes()
	good := sig[:]
	outside := torsion()
	outsideBytes := outside.Bytes()
	raw := affineOf(t, good)
	uncompressed := raw.RawBytes()
	checkDecoder(t, func(b []byte) error { _, err := bls.ParseSignature(b); return err }, good,
		map[string][]byte{
			"infinity":                   append([]byte{0xc0}, make([]byte, 47)...),
			"infinity with a sign":       append([]byte{0xe0}, make([]byte, 47)...),
			"infinity flag on a point":   edited(good, func(b []byte) { b[0] |= 0x40 }),
			"compression flag clear":     edited(good, func(b []byte) { b[0] &^= 0x80 }),
			"uncompressed":               uncompressed[:],
			"first half of that":         uncompressed[:48],
			"x is the modulus":           flagged(unhex(t, fieldHex), 0x80),
			"x = 0 plus the modulus":     flagged(unhex(t, fieldHex), 0xa0),
			"x = 1, not in the subgroup": flagged(append(make([]byte, 47), 1), 0x80),
			"torsion (0, 2)":             outsideBytes[:],
			"torsion shifted":            shiftedCompressed(t, good),
			"a public key":               keyBytes(t),
			"first half of a public key": keyBytes(t)[:48],
		})
}

func affineOf(t *testing.T, compressed []byte) bls12381.G1Affine {
	t.Helper()
	var p bls12381.G1Affine
	if _, err := p.SetBytes(compressed); err != nil {
		t.Fatal(err)
	}
	return p
}

func shiftedCompressed(t *testing.T, compressed []byte) []byte {
	t.Helper()
	p, q := affineOf(t, compressed), torsion()
	p.Add(&p, &q)
	b := p.Bytes()
	return b[:]
}

func keyBytes(t *testing.T) []byte {
	t.Helper()
	b := newSigner(t, seeded(2), "id").key.Bytes()
	return b[:]
}

func TestDecodePublicKey(t *testing.T) {
	good := keyBytes(t)
	var p bls12381.G2Affine
	if _, err := p.SetBytes(good); err != nil {
		t.Fatal(err)
	}
	uncompressed := p.RawBytes()
	outside := bls12381.GeneratePointNotInG2(bls12381.E2{A0: fp.NewElement(3)})
	var q bls12381.G2Affine
	q.FromJacobian(&outside)
	if q.IsInSubGroup() || !q.IsOnCurve() {
		t.Fatal("the point meant to be outside the subgroup is not")
	}
	outsideBytes := q.Bytes()
	sig := newSigner(t, seeded(1), "id").sign(t).Bytes()
	checkDecoder(t, func(b []byte) error { _, err := bls.ParsePublicKey(b); return err }, good,
		map[string][]byte{
			"infinity":                 append([]byte{0xc0}, make([]byte, 95)...),
			"infinity with a sign":     append([]byte{0xe0}, make([]byte, 95)...),
			"infinity flag on a point": edited(good, func(b []byte) { b[0] |= 0x40 }),
			"compression flag clear":   edited(good, func(b []byte) { b[0] &^= 0x80 }),
			"uncompressed":             uncompressed[:],
			"first half of that":       uncompressed[:96],
			"x.c1 is the modulus": edited(append(unhex(t, fieldHex), good[48:]...),
				func(b []byte) { b[0] |= 0x80 }),
			"x.c0 is the modulus":     append(bytes.Clone(good[:48]), unhex(t, fieldHex)...),
			"flags inside x.c0":       edited(good, func(b []byte) { b[48] |= 0xe0 }),
			"not in the subgroup":     outsideBytes[:],
			"a signature":             sig[:],
			"a signature, then zeros": append(sig[:], make([]byte, 48)...),
		})
}

func TestDecodeShare(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	share := must[bls.Share](t)(s.secret.SignShare(seeded(2), s.hash, bls.Scalar{}))
	raw := share.Bytes()
	good := raw[:]
	checkDecoder(t, func(b []byte) error { _, err := bls.ParseShare(b); return err }, good,
		map[string][]byte{
			"infinity with its flag": append([]byte{0x40}, make([]byte, 95)...),
			"flagged compressed":     edited(good, func(b []byte) { b[0] |= 0x80 }),
			"not on the curve":       edited(good, func(b []byte) { b[95] ^= 1 }),
			"x is the modulus":       append(unhex(t, fieldHex), good[48:]...),
			"y is the modulus":       append(bytes.Clone(good[:48]), unhex(t, fieldHex)...),
			"x and y swapped":        append(bytes.Clone(good[48:]), good[:48]...),
			"compressed":             good[:48],
			"a public key":           keyBytes(t),
		})
}

// A share outside the subgroup is let in by its decoder, the one documented exception, and stopped
// by Check and by what Combine gives out.
func TestShareOutsideTheSubgroupIsStoppedLater(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	share := must[bls.Share](t)(s.secret.SignShare(seeded(2), s.hash, bls.Scalar{}))
	bad := shifted(t, share)
	if _, err := bad.Check(); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("check: %v, want ErrMalformed", err)
	}
	if _, err := must[bls.LinearForm](t)(unit()).Combine([]bls.Share{bad}); err == nil {
		t.Error("combining gave a signature outside the subgroup")
	}
}

func TestDecodeScalars(t *testing.T) {
	order := unhex(t, orderHex)
	below := edited(order, func(b []byte) { b[31]-- })
	above := edited(order, func(b []byte) { b[31]++ })
	rows := map[string][]byte{"the order": order, "above the order": above}
	checkDecoder(t, func(b []byte) error { _, err := bls.ParseSecret(b); return err }, below, rows)
	for name, b := range map[string][]byte{
		"the order": order, "above it": above, "short": order[1:], "empty": nil,
		"long": append([]byte{0}, below...),
	} {
		if _, err := bls.ParseScalar(b); !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("scalar, %s: %v, want ErrMalformed", name, err)
		}
	}
	for _, b := range [][]byte{below, make([]byte, bls.ScalarSize)} {
		s := must[bls.Scalar](t)(bls.ParseScalar(b))
		if got := s.Bytes(); !bytes.Equal(got[:], b) {
			t.Errorf("scalar %x became %x", b, got)
		}
	}
}
