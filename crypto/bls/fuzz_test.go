package bls_test

import (
	"bytes"
	"errors"
	"testing"

	"kmsgateway/crypto/bls"
)

// seeds adds to a corpus a good encoding and its neighbours: one bit off, cut, extended, infinity.
func seeds(f *testing.F, good []byte) {
	f.Helper()
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(append(bytes.Clone(good), 0))
	for _, bit := range []int{0, 5, 6, 7, 8, 8*len(good) - 1} {
		f.Add(edited(good, func(b []byte) { b[bit/8] ^= 1 << (bit % 8) }))
	}
	f.Add(append([]byte{0xc0}, make([]byte, len(good)-1)...))
	f.Add(bytes.Repeat([]byte{0xff}, len(good)))
}

// refused reports whether a decoder said no, and fails on any other error than the one.
func refused(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && !errors.Is(err, bls.ErrMalformed) {
		t.Fatalf("another error: %v", err)
	}
	return err != nil
}

func FuzzParseSignature(f *testing.F) {
	sig := newSigner(f, seeded(1), "id").sign(f).Bytes()
	seeds(f, sig[:])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := bls.ParseSignature(b)
		if ours, theirs := !refused(t, err), compressedG1(b); ours != theirs {
			t.Fatalf("ours %v, circl %v", ours, theirs)
		}
		if got := s.Bytes(); err == nil && !bytes.Equal(got[:], b) {
			t.Fatalf("%x became %x", b, got)
		}
	})
}

// compressedG1 is circl's opinion; circl also reads the uncompressed form, which we never do.
func compressedG1(b []byte) bool { return len(b) == bls.SignatureSize && circlAcceptsG1(b) }

func FuzzParsePublicKey(f *testing.F) {
	key := newSigner(f, seeded(1), "id").key.Bytes()
	seeds(f, key[:])
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := bls.ParsePublicKey(b)
		theirs := len(b) == bls.PublicKeySize && circlAcceptsG2(b)
		if ours := !refused(t, err); ours != theirs {
			t.Fatalf("ours %v, circl %v", ours, theirs)
		}
		if got := k.Bytes(); err == nil && !bytes.Equal(got[:], b) {
			t.Fatalf("%x became %x", b, got)
		}
	})
}

func FuzzParseShare(f *testing.F) {
	s := newSigner(f, seeded(1), "id")
	share := must[bls.Share](f)(s.secret.SignShare(seeded(2), s.hash, bls.Scalar{}))
	good, bad := share.Bytes(), shifted(f, share).Bytes()
	seeds(f, good[:])
	f.Add(bad[:])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := bls.ParseShare(b)
		if refused(t, err) {
			return
		}
		if got := s.Bytes(); !bytes.Equal(got[:], b) {
			t.Fatalf("%x became %x", b, got)
		}
		_, err = s.Check()
		if ours, theirs := !refused(t, err), circlAcceptsG1(b); ours != theirs {
			t.Fatalf("in the subgroup: ours %v, circl %v", ours, theirs)
		}
	})
}

func FuzzParseSecret(f *testing.F) {
	f.Add(unhex(f, orderHex))
	seeds(f, bytes.Repeat([]byte{1}, bls.ScalarSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := bls.ParseSecret(b)
		order := unhex(t, orderHex)
		canonical := len(b) == len(order) && bytes.Compare(b, order) < 0 &&
			!bytes.Equal(b, make([]byte, len(b)))
		if ours := !refused(t, err); ours != canonical {
			t.Fatalf("%x: accepted %v, canonical %v", b, ours, canonical)
		}
		if got := s.Expose(); err == nil && !bytes.Equal(got[:], b) {
			t.Fatalf("%x became %x", b, got)
		}
	})
}
