package bls_test

import (
	"errors"
	"io"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
)

// claims makes n right claims, each of another key derived from one master.
func claims(tb testing.TB, n int) (bls.PublicKey, []bls.Claim) {
	tb.Helper()
	master := newSigner(tb, seeded(1), "")
	out := make([]bls.Claim, n)
	for i := range out {
		id := []byte{byte(i), byte(i >> 8)}
		delta := must[bls.Scalar](tb)(bls.HashToScalar(id, []byte("delta")))
		key := must[bls.PublicKey](tb)(master.key.Tweak(delta))
		h := must[bls.HashPoint](tb)(bls.HashAugmented(key, id))
		share := must[bls.Share](tb)(master.secret.SignShare(seeded(2), h, delta))
		sig := must[bls.Signature](tb)(share.Check())
		out[i] = bls.Claim{Signature: sig, Hash: h, Delta: delta}
	}
	return master.key, out
}

// Batches on both sides of the switch to buckets, at 64 points.
func TestVerifyBatch(t *testing.T) {
	master, all := claims(t, 70)
	for _, n := range []int{1, 2, 3, 31, 32, 70} {
		ok, err := bls.VerifyBatch(seeded(3), master, all[:n])
		if err != nil || !ok {
			t.Errorf("%d right claims: %v, %v", n, ok, err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "claims")
		batch := append([]bls.Claim(nil), all[:n]...)
		i := rapid.IntRange(0, n-1).Draw(rt, "bad")
		other := all[n]
		switch rapid.IntRange(0, 3).Draw(rt, "kind") {
		case 0:
			batch[i].Signature = other.Signature
		case 1:
			batch[i].Hash = other.Hash
		case 2:
			batch[i].Delta = other.Delta
		case 3:
			batch[i] = bls.Claim{}
		}
		if ok, err := bls.VerifyBatch(seeded(4), master, batch); ok || err != nil {
			rt.Fatalf("claim %d of %d is wrong: %v, %v", i, n, ok, err)
		}
	})
}

// Two errors that cancel in a plain sum must not cancel in the batch.
func TestVerifyBatchIsNotASum(t *testing.T) {
	master, all := claims(t, 2)
	a, b := all[0], all[1]
	pa, pb := rawPoint(t, a.Signature), rawPoint(t, b.Signature)
	noise := rawPoint(t, newSigner(t, seeded(8), "noise").sign(t))
	pa.Add(&pa, &noise)
	pb.Sub(&pb, &noise)
	a.Signature, b.Signature = fromRaw(t, pa), fromRaw(t, pb)
	if ok, err := bls.VerifyBatch(seeded(5), master, []bls.Claim{a, b}); ok || err != nil {
		t.Errorf("cancelling errors: %v, %v", ok, err)
	}
}

func rawPoint(tb testing.TB, s bls.Signature) (p bls12381.G1Affine) {
	tb.Helper()
	b := s.Bytes()
	if _, err := p.SetBytes(b[:]); err != nil {
		tb.Fatal(err)
	}
	return p
}

func fromRaw(tb testing.TB, p bls12381.G1Affine) bls.Signature {
	tb.Helper()
	b := p.Bytes()
	return must[bls.Signature](tb)(bls.ParseSignature(b[:]))
}

func TestEmptyBatchesAreFalse(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	if ok, _ := bls.VerifyBatch(seeded(1), s.key, nil); ok {
		t.Error("no claims verified")
	}
	if ok, _ := bls.CheckShares(seeded(1), s.hash, bls.Scalar{}, nil); ok {
		t.Error("no shares verified")
	}
	claim := bls.Claim{Signature: s.sign(t), Hash: s.hash}
	if ok, _ := bls.VerifyBatch(seeded(1), bls.PublicKey{}, []bls.Claim{claim}); ok {
		t.Error("a claim verified under no key")
	}
	share := bls.ShareClaim{Point: s.sign(t), Public: s.key}
	for name, batch := range map[string][]bls.ShareClaim{
		"no point":  {share, {Public: s.key}},
		"no public": {share, {Point: s.sign(t)}},
	} {
		if ok, _ := bls.CheckShares(seeded(1), s.hash, bls.Scalar{}, batch); ok {
			t.Errorf("%s: verified", name)
		}
	}
}

// Coefficients of zero would make a batch blind; they are drawn again.
func TestBatchDrawsAgainAfterZero(t *testing.T) {
	master, all := claims(t, 2)
	all[0].Signature = all[1].Signature
	zeroes := io.MultiReader(io.LimitReader(zero{}, 64), seeded(6))
	if ok, err := bls.VerifyBatch(zeroes, master, all); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if _, err := bls.VerifyBatch(io.LimitReader(zero{}, 64), master, all); err == nil {
		t.Error("a batch without randomness gave an answer")
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What no pairing sees: the shifted share satisfies the equation, bytes and all checks but that of
// the subgroup notwithstanding.
func TestTorsionPassesPairings(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	share := must[bls.Share](t)(s.secret.SignShare(seeded(2), s.hash, bls.Scalar{}))
	bad := shifted(t, share)
	if bad.Bytes() == share.Bytes() {
		t.Fatal("the shift changed nothing")
	}
	_, _, _, g2 := bls12381.Generators()
	left := must[bls12381.GT](t)(bls12381.Pair(
		[]bls12381.G1Affine{affine(share.Bytes())}, []bls12381.G2Affine{g2}))
	right := must[bls12381.GT](t)(bls12381.Pair(
		[]bls12381.G1Affine{affine(bad.Bytes())}, []bls12381.G2Affine{g2}))
	if !left.Equal(&right) {
		t.Fatal("a pairing sees torsion: the check of the subgroup would be needless")
	}
	if _, err := bad.Check(); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("check: %v, want ErrMalformed", err)
	}
}
