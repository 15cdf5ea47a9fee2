package threshold_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
)

// seeded is a reproducible stream of bytes: tests must fail the same way twice.
func seeded(n byte) io.Reader { return rand.NewChaCha8([32]byte{n}) }

// quorum is a dealt key with everything that a test wants to sign with.
type quorum struct {
	threshold.Dealing
	st threshold.Statement
}

// deal makes a t of n key and a statement under a tweaked key.
func deal(tb testing.TB, t, n int) quorum {
	tb.Helper()
	d, err := threshold.Dealer{Name: "test", AllowLarge: true}.Deal(seeded(byte(t+n)), t, n)
	if err != nil {
		tb.Fatal(err)
	}
	delta, err := bls.HashToScalar([]byte("delta"), []byte("test"))
	if err != nil {
		tb.Fatal(err)
	}
	key, err := d.Committee.Master().Tweak(delta)
	if err != nil {
		tb.Fatal(err)
	}
	h, err := bls.HashAugmented(key, []byte("identity"))
	if err != nil {
		tb.Fatal(err)
	}
	return quorum{d, threshold.Statement{Hash: h, Key: key, Delta: delta}}
}

func (q quorum) sign(tb testing.TB, signers ...threshold.Index) []threshold.Share {
	tb.Helper()
	out := make([]threshold.Share, 0, len(signers))
	for _, i := range signers {
		p, err := q.Shares[i-1].Secret.SignShare(seeded(1), q.st.Hash, q.st.Delta)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, threshold.Share{Index: i, Point: p})
	}
	return out
}

func combine(tb testing.TB, shares []threshold.Share) (bls.Signature, error) {
	tb.Helper()
	co, err := threshold.NewCoefficients(indices(shares))
	if err != nil {
		tb.Fatal(err)
	}
	return co.Combine(shares)
}

func indices(shares []threshold.Share) []threshold.Index {
	out := make([]threshold.Index, len(shares))
	for i, s := range shares {
		out[i] = s.Index
	}
	return out
}

// subset draws k different parties of n.
func subset(rt *rapid.T, k, n int) []threshold.Index {
	all := make([]threshold.Index, n)
	for i := range all {
		all[i] = threshold.Index(i + 1)
	}
	return rapid.Permutation(all).Draw(rt, "signers")[:k]
}

func TestAnyQuorumGivesTheSameBytes(t *testing.T) {
	for _, c := range []struct{ t, n int }{{1, 1}, {2, 3}, {3, 5}, {5, 7}, {9, 13}, {34, 50}} {
		q := deal(t, c.t, c.n)
		want, err := combine(t, q.sign(t, subsetOf(c.n, c.t)...))
		if err != nil || !bls.Verify(q.st.Key, q.st.Hash, want) {
			t.Fatalf("%v: %v", c, err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			got, err := combine(t, q.sign(t, subset(rt, c.t, c.n)...))
			if err != nil {
				rt.Fatal(err)
			}
			if got.Bytes() != want.Bytes() {
				rt.Fatalf("%x, want %x", got.Bytes(), want.Bytes())
			}
		})
	}
}

// subsetOf returns the parties 1..k.
func subsetOf(_, k int) []threshold.Index {
	out := make([]threshold.Index, k)
	for i := range out {
		out[i] = threshold.Index(i + 1)
	}
	return out
}

var _ = slices.Sort[[]int]
var _ = errors.Is
