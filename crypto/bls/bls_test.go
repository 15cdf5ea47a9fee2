package bls_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"kmsgateway/crypto/bls"
)

// seeded is a reproducible stream of bytes: tests must fail the same way twice.
func seeded(n byte) io.Reader { return rand.NewChaCha8([32]byte{n}) }

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	return must[[]byte](tb)(hex.DecodeString(s))
}

func loadJSON(tb testing.TB, name string, into any) {
	tb.Helper()
	raw := must[[]byte](tb)(os.ReadFile(filepath.Join("testdata", name)))
	if err := json.Unmarshal(raw, into); err != nil {
		tb.Fatal(err)
	}
}

// signer is a fresh key with an identity that it signs.
type signer struct {
	secret bls.Secret
	key    bls.PublicKey
	hash   bls.HashPoint
}

func newSigner(tb testing.TB, r io.Reader, id string) signer {
	tb.Helper()
	s := must[bls.Secret](tb)(bls.GenerateSecret(r))
	k := must[bls.PublicKey](tb)(s.Public())
	h := must[bls.HashPoint](tb)(bls.HashAugmented(k, []byte(id)))
	return signer{s, k, h}
}

func (s signer) sign(tb testing.TB) bls.Signature {
	tb.Helper()
	return must[bls.Signature](tb)(s.secret.Sign(seeded(9), s.hash))
}

// torsion is (0, 2): a point of order three, on the curve and outside the subgroup.
func torsion() bls12381.G1Affine {
	var p bls12381.G1Affine
	p.Y.SetUint64(2)
	return p
}

// affine reads 96 raw bytes without any check.
func affine(b [bls.ShareSize]byte) bls12381.G1Affine {
	var p bls12381.G1Affine
	p.X.SetBytes(b[:fp.Bytes])
	p.Y.SetBytes(b[fp.Bytes:])
	return p
}

// shifted adds torsion to a share.
func shifted(tb testing.TB, s bls.Share) bls.Share {
	tb.Helper()
	p, t := affine(s.Bytes()), torsion()
	p.Add(&p, &t)
	raw := p.RawBytes()
	return must[bls.Share](tb)(bls.ParseShare(raw[:]))
}

func TestSignThenVerify(t *testing.T) {
	a, b := newSigner(t, seeded(1), "one"), newSigner(t, seeded(2), "one")
	sig := a.sign(t)
	for name, c := range map[string]struct {
		key  bls.PublicKey
		hash bls.HashPoint
		sig  bls.Signature
		want bool
	}{
		"right":            {a.key, a.hash, sig, true},
		"another key":      {b.key, a.hash, sig, false},
		"another identity": {a.key, b.hash, sig, false},
		"another signer's": {a.key, a.hash, b.sign(t), false},
		"no key":           {bls.PublicKey{}, a.hash, sig, false},
		"no hash":          {a.key, bls.HashPoint{}, sig, false},
		"no signature":     {a.key, a.hash, bls.Signature{}, false},
		"nothing at all":   {},
	} {
		if got := bls.Verify(c.key, c.hash, c.sig); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestZeroValuesAreRefused(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	one := bls.ScalarFromUint64(1)
	var (
		noKey    bls.PublicKey
		noSecret bls.Secret
		noHash   bls.HashPoint
		noSig    bls.Signature
		zero     bls.Scalar
		rnd      = seeded(1)
		gap      = []bls.Secret{{}}
	)
	for name, run := range map[string]func() error{
		"hash with no key":    func() error { _, err := bls.HashAugmented(noKey, nil); return err },
		"tweak of no key":     func() error { _, err := noKey.Tweak(one); return err },
		"sum with no key":     func() error { _, err := s.key.Add(noKey); return err },
		"zero times base":     func() error { _, err := bls.TimesBase(zero); return err },
		"public of no secret": func() error { _, err := noSecret.Public(); return err },
		"share of no secret":  func() error { _, err := noSecret.Sign(rnd, s.hash); return err },
		"share of no hash":    func() error { _, err := s.secret.Sign(rnd, noHash); return err },
		"pairing with no key": func() error { _, err := s.sign(t).Pair(noKey); return err },
		"pairing of nothing":  func() error { _, err := noSig.Pair(s.key); return err },
		"pairing times zero":  func() error { _, err := s.hash.PairTimes(s.key, zero); return err },
		"check of no share":   func() error { _, err := bls.Share{}.Check(); return err },
		"broken polynomial":   func() error { _, err := bls.EvalPolynomial(gap, 1); return err },
		"empty polynomial":    func() error { _, err := bls.EvalPolynomial(nil, 1); return err },
	} {
		if err := run(); !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
}

func TestSumsThatVanishAreRefused(t *testing.T) {
	last := unhex(t, orderHex)
	last[31]-- // r - 1
	minusOne := must[bls.Scalar](t)(bls.ParseScalar(last))
	base := must[bls.PublicKey](t)(bls.TimesBase(bls.ScalarFromUint64(1)))
	if _, err := base.Tweak(minusOne); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("g2 - 1*g2: %v, want ErrMalformed", err)
	}
	minusBase := must[bls.PublicKey](t)(bls.TimesBase(minusOne))
	if _, err := base.Add(minusBase); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("g2 + (-g2): %v, want ErrMalformed", err)
	}
	one := edited(make([]byte, bls.ScalarSize), func(b []byte) { b[31] = 1 })
	s := must[bls.Secret](t)(bls.ParseSecret(one))
	h := newSigner(t, seeded(1), "id").hash
	if _, err := s.SignShare(seeded(1), h, minusOne); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("1*H + (-1)*H: %v, want ErrMalformed", err)
	}
}

func TestShareIsSecretPlusDeltaTimesHash(t *testing.T) {
	s := newSigner(t, seeded(3), "id")
	delta := must[bls.Scalar](t)(bls.HashToScalar([]byte("d"), []byte("dst")))
	share := must[bls.Share](t)(s.secret.SignShare(seeded(4), s.hash, delta))
	point := must[bls.Signature](t)(share.Check())
	key := must[bls.PublicKey](t)(s.key.Tweak(delta))
	if !bls.Verify(key, s.hash, point) {
		t.Error("share does not verify under the tweaked key")
	}
	again := must[bls.Share](t)(s.secret.SignShare(seeded(5), s.hash, delta))
	if !again.Equal(share) {
		t.Error("another stream of randomness gives another share")
	}
}

func TestSecretPublicAgreesWithTheTable(t *testing.T) {
	r := seeded(6)
	for range 20 {
		s := must[bls.Secret](t)(bls.GenerateSecret(r))
		raw := s.Expose()
		scalar := must[bls.Scalar](t)(bls.ParseScalar(raw[:]))
		public := must[bls.PublicKey](t)(bls.TimesBase(scalar))
		if got := must[bls.PublicKey](t)(s.Public()); !got.Equal(public) {
			t.Fatalf("seam %s, table %s", got, public)
		}
	}
}

func TestWipeReachesEveryCopy(t *testing.T) {
	s := must[bls.Secret](t)(bls.GenerateSecret(seeded(7)))
	copied := s
	s.Wipe()
	if !copied.IsZero() || copied.Expose() != [bls.ScalarSize]byte{} {
		t.Error("a copy survives Wipe")
	}
}

func TestGenerateSecretReportsItsReader(t *testing.T) {
	if _, err := bls.GenerateSecret(io.LimitReader(seeded(1), 10)); err == nil {
		t.Error("a short stream made a secret")
	}
}
