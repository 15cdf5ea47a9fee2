package bls_test

import (
	"crypto"
	"math/big"
	"testing"

	circl "github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/expander"
	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
)

// circl is a second implementation, in pure Go: same inputs, same bytes.

func circlAcceptsG1(b []byte) bool {
	var p circl.G1
	return p.SetBytes(b) == nil && !p.IsIdentity()
}

func circlAcceptsG2(b []byte) bool {
	var p circl.G2
	return p.SetBytes(b) == nil && !p.IsIdentity()
}

func TestCirclHashesTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		msg := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(rt, "message")
		dst := rapid.SliceOfN(rapid.Byte(), 1, 255).Draw(rt, "dst")
		ours, err := bls.HashToG1(string(dst), msg)
		if err != nil {
			rt.Fatal(err)
		}
		var theirs circl.G1
		theirs.Hash(msg, dst)
		if b := ours.Bytes(); string(b[:]) != string(theirs.BytesCompressed()) {
			rt.Fatalf("point %x, circl %x", b, theirs.BytesCompressed())
		}
		scalar, err := bls.HashToScalar(msg, dst)
		if err != nil {
			rt.Fatal(err)
		}
		wide := expander.NewExpanderMD(crypto.SHA256, dst).Expand(msg, 48)
		want := new(big.Int).Mod(new(big.Int).SetBytes(wide), new(big.Int).SetBytes(circl.Order()))
		if b := scalar.Bytes(); new(big.Int).SetBytes(b[:]).Cmp(want) != 0 {
			rt.Fatalf("scalar %x, circl's expander %x", b, want)
		}
	})
}

func TestCirclSignsAndVerifiesTheSame(t *testing.T) {
	r := seeded(11)
	for i := range 10 {
		s := newSigner(t, r, string(rune('a'+i)))
		sig := s.sign(t).Bytes()
		raw := s.secret.Expose()
		var k circl.Scalar
		k.SetBytes(raw[:])
		var h, want circl.G1
		hash := s.hash.Bytes()
		if err := h.SetBytes(hash[:]); err != nil {
			t.Fatal(err)
		}
		want.ScalarMult(&k, &h)
		if string(want.BytesCompressed()) != string(sig[:]) {
			t.Fatalf("signature %x, circl %x", sig, want.BytesCompressed())
		}
		var key circl.G2
		keyRaw := s.key.Bytes()
		if err := key.SetBytes(keyRaw[:]); err != nil {
			t.Fatal(err)
		}
		theirs := circl.ProdPairFrac([]*circl.G1{&want, &h},
			[]*circl.G2{circl.G2Generator(), &key}, []int{1, -1}).IsIdentity()
		if ours := bls.Verify(s.key, s.hash, s.sign(t)); !ours || !theirs {
			t.Errorf("verify: ours %v, circl %v", ours, theirs)
		}
	}
}

// Both decoders say the same about encodings one bit away from a good one, most of which are bad.
func TestCirclDecodesTheSame(t *testing.T) {
	s := newSigner(t, seeded(12), "id")
	sig, key := s.sign(t).Bytes(), s.key.Bytes()
	for bit := range 8 * len(sig) {
		b := edited(sig[:], func(b []byte) { b[bit/8] ^= 1 << (bit % 8) })
		_, err := bls.ParseSignature(b)
		if ours, theirs := err == nil, circlAcceptsG1(b); ours != theirs {
			t.Errorf("signature, bit %d: ours %v, circl %v", bit, ours, theirs)
		}
	}
	for bit := range 8 * len(key) {
		b := edited(key[:], func(b []byte) { b[bit/8] ^= 1 << (bit % 8) })
		_, err := bls.ParsePublicKey(b)
		if ours, theirs := err == nil, circlAcceptsG2(b); ours != theirs {
			t.Errorf("key, bit %d: ours %v, circl %v", bit, ours, theirs)
		}
	}
}
