//go:build cgo

package bls_test

import (
	"testing"

	blst "github.com/supranational/blst/bindings/go"

	"kmsgateway/crypto/bls"
)

// blst is a third implementation. It makes the shares where cgo is, so here it only verifies and
// signs whole, through its own interface.

func TestBlstVerifiesOurSignatures(t *testing.T) {
	r := seeded(21)
	for i := range 10 {
		id := []byte{byte(i)}
		s := newSigner(t, r, string(id))
		sig, key := s.sign(t).Bytes(), s.key.Bytes()
		message := append(key[:], id...)
		verify := func(message []byte) bool {
			return new(blst.P1Affine).VerifyCompressed(sig[:], true, key[:], true,
				message, []byte(bls.DSTAugmented))
		}
		if !verify(message) {
			t.Errorf("key %d: blst refuses our signature", i)
		}
		if verify(message[:len(message)-1]) {
			t.Errorf("key %d: blst accepts it for another message", i)
		}
	}
}

func TestWeVerifyBlstSignatures(t *testing.T) {
	for i := range byte(10) {
		secret := blst.KeyGen(append(make([]byte, 31), i))
		key := new(blst.P2Affine).From(secret).Compress()
		id := []byte{i}
		sig := new(blst.P1Affine).Sign(secret, append(key, id...), []byte(bls.DSTAugmented))
		k := must[bls.PublicKey](t)(bls.ParsePublicKey(key[:bls.PublicKeySize]))
		h := must[bls.HashPoint](t)(bls.HashAugmented(k, id))
		s := must[bls.Signature](t)(bls.ParseSignature(sig.Compress()))
		if !bls.Verify(k, h, s) {
			t.Errorf("key %d: we refuse blst's signature", i)
		}
		ours := must[bls.Secret](t)(bls.ParseSecret(secret.Serialize()))
		if got := must[bls.Signature](t)(ours.Sign(seeded(1), h)); !got.Equal(s) {
			t.Errorf("key %d: another signature than blst's", i)
		}
	}
}

func TestBlstDecodesTheSame(t *testing.T) {
	s := newSigner(t, seeded(22), "id")
	sig, key := s.sign(t).Bytes(), s.key.Bytes()
	for bit := range 8 * len(sig) {
		b := edited(sig[:], func(b []byte) { b[bit/8] ^= 1 << (bit % 8) })
		p := new(blst.P1Affine).Uncompress(b)
		_, err := bls.ParseSignature(b)
		if ours, theirs := err == nil, p != nil && p.SigValidate(true); ours != theirs {
			t.Errorf("signature, bit %d: ours %v, blst %v", bit, ours, theirs)
		}
	}
	for bit := range 8 * len(key) {
		b := edited(key[:], func(b []byte) { b[bit/8] ^= 1 << (bit % 8) })
		p := new(blst.P2Affine).Uncompress(b)
		_, err := bls.ParsePublicKey(b)
		if ours, theirs := err == nil, p != nil && p.KeyValidate(); ours != theirs {
			t.Errorf("key, bit %d: ours %v, blst %v", bit, ours, theirs)
		}
	}
}

func TestConstantTimeWithCgo(t *testing.T) {
	if !bls.ConstantTime {
		t.Error("cgo is here and the seam is not constant time")
	}
}
