package threshold_test

import (
	"errors"
	"io"
	"slices"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
)

// spoil is one way to hand in a share that is not valid: given all honest shares and the position
// of the liar, the point that he sends instead.
type spoil struct {
	name string
	bad  func(tb testing.TB, e epoch, liar threshold.Index) bls.Share
}

var spoils = []spoil{
	{"wrong scalar", func(tb testing.TB, e epoch, _ threshold.Index) bls.Share {
		s := must[bls.Secret](tb)(bls.GenerateSecret(seeded(77)))
		return must[bls.Share](tb)(s.SignShare(seeded(1), e.st.Hash, e.st.Delta))
	}},
	{"another epoch's share", func(tb testing.TB, e epoch, liar threshold.Index) bls.Share {
		old := deal(tb, e.Committee.Threshold(), e.Committee.Size(), 78)
		secret := old.Shares[liar-1].Secret
		return must[bls.Share](tb)(secret.SignShare(seeded(1), e.st.Hash, e.st.Delta))
	}},
	{"another party's share", func(_ testing.TB, e epoch, liar threshold.Index) bls.Share {
		return e.shares[int(liar)%len(e.shares)].Point
	}},
	{"another identity's share", func(tb testing.TB, e epoch, liar threshold.Index) bls.Share {
		h := must[bls.HashPoint](tb)(bls.HashAugmented(e.st.Key, []byte("other")))
		return must[bls.Share](tb)(e.Shares[liar-1].Secret.SignShare(seeded(1), h, e.st.Delta))
	}},
	{"delta forgotten", func(tb testing.TB, e epoch, liar threshold.Index) bls.Share {
		secret := e.Shares[liar-1].Secret
		return must[bls.Share](tb)(secret.SignShare(seeded(1), e.st.Hash, bls.Scalar{}))
	}},
	{"random point of the subgroup", func(tb testing.TB, _ epoch, liar threshold.Index) bls.Share {
		h := must[bls.HashPoint](tb)(bls.HashToG1("test", []byte{byte(liar)}))
		one := must[bls.Secret](tb)(bls.ParseSecret(append(make([]byte, 31), 1)))
		return must[bls.Share](tb)(one.SignShare(seeded(1), h, bls.Scalar{}))
	}},
	{"random point of the curve", func(tb testing.TB, _ epoch, liar threshold.Index) bls.Share {
		p := bls12381.GeneratePointNotInG1(fp.NewElement(uint64(liar)))
		var a bls12381.G1Affine
		return share(tb, *a.FromJacobian(&p))
	}},
	{"torsion-shifted", func(tb testing.TB, e epoch, liar threshold.Index) bls.Share {
		return shift(tb, e.shares[liar-1].Point)
	}},
	{"negated", func(tb testing.TB, e epoch, liar threshold.Index) bls.Share {
		p := affine(e.shares[liar-1].Point)
		return share(tb, *p.Neg(&p))
	}},
}

func share(tb testing.TB, p bls12381.G1Affine) bls.Share {
	tb.Helper()
	raw := p.RawBytes()
	return must[bls.Share](tb)(bls.ParseShare(raw[:]))
}

func affine(s bls.Share) (p bls12381.G1Affine) {
	b := s.Bytes()
	p.X.SetBytes(b[:fp.Bytes])
	p.Y.SetBytes(b[fp.Bytes:])
	return p
}

// shift adds (0, 2), of order three: no pairing sees the difference.
func shift(tb testing.TB, s bls.Share) bls.Share {
	tb.Helper()
	p := affine(s)
	var torsion bls12381.G1Affine
	torsion.Y.SetUint64(2)
	return share(tb, *p.Add(&p, &torsion))
}

// blame asks whose fault a combination is.
func blame(tb testing.TB, e epoch, shares []threshold.Share) (threshold.Verdict, error) {
	tb.Helper()
	co := must[threshold.Coefficients](tb)(threshold.NewCoefficients(indices(shares)))
	return e.Committee.Blame(seeded(5), e.st, co, shares)
}

// fatal is what both *testing.T and *rapid.T can do.
type fatal interface{ Fatalf(string, ...any) }

// checkNamed expects exactly these liars from FindBad, and from Blame too, unless the key came out
// right in spite of them: torsion has order three, and so a coefficient that is a multiple of
// three swallows it.
func checkNamed(
	tb testing.TB, f fatal, e epoch, shares []threshold.Share, liars ...threshold.Index,
) {
	tb.Helper()
	found, err := e.Committee.FindBad(seeded(6), e.st, shares)
	if err != nil || !slices.Equal(found, liars) {
		f.Fatalf("liars %v, FindBad says %v (%v)", liars, found, err)
	}
	v, err := blame(tb, e, shares)
	if err != nil {
		f.Fatalf("liars %v: %v", liars, err)
	}
	if v.KeyIsRight() {
		if !bls.Verify(e.st.Key, e.st.Hash, v.Right) || v.Culprits != nil {
			f.Fatalf("liars %v: a wrong key is called right", liars)
		}
		return
	}
	if !slices.Equal(v.Culprits, liars) {
		f.Fatalf("liars %v, Blame says %v", liars, v.Culprits)
	}
}

// Each kind of bad share alone, handed in by each party of a quorum in turn.
func TestBlameNamesEachKindOfBadShare(t *testing.T) {
	e := deal(t, 3, 5, 4)
	for _, kind := range spoils {
		for _, first := range []int{0, 2} { // coefficients 3, -3, 1 and 10, -15, 6
			for liar := range e.Committee.Threshold() {
				shares := slices.Clone(e.shares[first : first+3])
				index := shares[liar].Index
				shares[liar].Point = kind.bad(t, e, index)
				checkNamed(t, t, e, shares, index)
				if e.Committee.VerifyShare(e.st, shares[liar]) {
					t.Errorf("%s by %d: the share verifies by itself", kind.name, index)
				}
			}
		}
	}
}

// A torsion-shifted share, for which no pairing equation is wrong, spoils the key and is named.
func TestBlameNamesTorsion(t *testing.T) {
	e := deal(t, 2, 3, 12)
	shares := slices.Clone(e.shares[:2])
	shares[1].Point = shift(t, shares[1].Point)
	if key, err := combine(t, shares); !errors.Is(err, bls.ErrMalformed) {
		t.Fatalf("combined to %x (%v), outside the subgroup", key.Bytes(), err)
	}
	v, err := blame(t, e, shares)
	if err != nil || !slices.Equal(v.Culprits, []threshold.Index{2}) {
		t.Errorf("named %v (%v), want 2", v.Culprits, err)
	}
}

// Any mixture of bad shares by any liars: all of them are named, and nobody else. In the largest
// committee there are few liars, for each costs several pairings.
func TestBlameNamesAllLiars(t *testing.T) {
	for _, c := range []struct{ t, n, most int }{{2, 3, 2}, {5, 7, 5}, {9, 13, 2}} {
		e := deal(t, c.t, c.n, 5)
		bad := map[threshold.Index][]bls.Share{}
		for _, s := range e.shares {
			for _, kind := range spoils {
				bad[s.Index] = append(bad[s.Index], kind.bad(t, e, s.Index))
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			shares := slices.Clone(e.pick(rt, c.t))
			liars := rapid.Permutation(indices(shares)).
				Draw(rt, "liars")[:rapid.IntRange(1, c.most).Draw(rt, "count")]
			for i, s := range shares {
				if slices.Contains(liars, s.Index) {
					shares[i].Point = rapid.SampledFrom(bad[s.Index]).Draw(rt, "share")
				}
			}
			slices.Sort(liars)
			checkNamed(t, rt, e, shares, liars...)
		})
	}
}

// Errors that cancel in the plain combination, or in any fixed combination: both liars are named.
func TestBlameNamesColludingLiars(t *testing.T) {
	e := deal(t, 3, 5, 6)
	shares := slices.Clone(e.shares[:3])
	noise := affine(e.shares[4].Point)
	a, b := affine(shares[0].Point), affine(shares[1].Point)
	shares[0].Point = share(t, *a.Add(&a, &noise))
	shares[1].Point = share(t, *b.Sub(&b, &noise))
	v, err := blame(t, e, shares)
	if err != nil || !slices.Equal(v.Culprits, []threshold.Index{1, 2}) {
		t.Errorf("named %v (%v), want 1 and 2", v.Culprits, err)
	}
}

// A right key means that the ciphertext is at fault; nobody is blamed, even where two bad shares
// cancelled, for "the key is right" never meant "each share is".
func TestBlameWithARightKeyNamesNobody(t *testing.T) {
	e := deal(t, 2, 3, 7)
	want := must[bls.Signature](t)(combine(t, e.shares[:2]))
	v, err := blame(t, e, e.shares[:2])
	if err != nil || !v.KeyIsRight() || !v.Right.Equal(want) || v.Culprits != nil {
		t.Errorf("honest shares: %v, %v", v.Culprits, err)
	}
	// The coefficients of {1, 2} are 2 and -1: noise and twice the noise cancel.
	shares := slices.Clone(e.shares[:2])
	noise := affine(e.shares[2].Point)
	a, b := affine(shares[0].Point), affine(shares[1].Point)
	a.Add(&a, &noise)
	b.Add(&b, &noise)
	b.Add(&b, &noise)
	shares[0].Point, shares[1].Point = share(t, a), share(t, b)
	v, err = blame(t, e, shares)
	if err != nil || !v.KeyIsRight() || !v.Right.Equal(want) {
		t.Errorf("cancelling shares: %v, %v", v.Culprits, err)
	}
	bad := must[[]threshold.Index](t)(e.Committee.FindBad(seeded(1), e.st, shares))
	if !slices.Equal(bad, []threshold.Index{1, 2}) {
		t.Errorf("FindBad: %v, want both", bad)
	}
}

func TestFindBadKnowsTheCommittee(t *testing.T) {
	e := deal(t, 2, 3, 8)
	shares := append(slices.Clone(e.shares), threshold.Share{Index: 4, Point: e.shares[0].Point},
		threshold.Share{Index: 0, Point: e.shares[0].Point}, threshold.Share{Index: 2})
	bad := must[[]threshold.Index](t)(e.Committee.FindBad(seeded(1), e.st, shares))
	if !slices.Equal(bad, []threshold.Index{0, 2, 4}) {
		t.Errorf("named %v, want 0, 2 (the empty one) and 4", bad)
	}
	none := must[[]threshold.Index](t)(e.Committee.FindBad(seeded(1), e.st, nil))
	if len(none) != 0 {
		t.Errorf("nobody's shares: named %v", none)
	}
}

// Public shares of another key: every share is valid by them, the key is not, and no party is
// blamed for it.
func TestBlameReportsAnInconsistentCommittee(t *testing.T) {
	e, other := deal(t, 2, 3, 9), deal(t, 2, 3, 10)
	publics := make([]bls.PublicKey, 3)
	for i := range publics {
		publics[i], _ = e.Committee.PublicShare(threshold.Index(i + 1))
	}
	mixed := must[threshold.Committee](t)(
		threshold.NewCommittee(2, other.Committee.Master(), publics))
	if mixed.Check() {
		t.Error("a committee of two keys passes its check")
	}
	st := e.st
	st.Key = other.st.Key
	co := must[threshold.Coefficients](t)(threshold.NewCoefficients([]threshold.Index{1, 2}))
	_, err := mixed.Blame(seeded(1), st, co, e.shares[:2])
	if !errors.Is(err, threshold.ErrInconsistent) {
		t.Errorf("%v, want ErrInconsistent", err)
	}
}

func TestBlameReportsItsReader(t *testing.T) {
	e := deal(t, 3, 5, 11)
	shares := slices.Clone(e.shares[:3])
	shares[0].Point = shares[1].Point
	co := must[threshold.Coefficients](t)(threshold.NewCoefficients(indices(shares)))
	_, err := e.Committee.Blame(io.LimitReader(seeded(1), 3), e.st, co, shares)
	if err == nil {
		t.Error("a verdict without randomness")
	}
	_, err = e.Committee.Blame(seeded(1), e.st, co, e.shares[:2])
	if !errors.Is(err, threshold.ErrSigners) {
		t.Errorf("other signers: %v, want ErrSigners", err)
	}
}
