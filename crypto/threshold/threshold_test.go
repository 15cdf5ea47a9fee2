package threshold_test

import (
	"io"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
)

// sizes are the committees that properties are tested at.
var sizes = []struct{ t, n int }{{1, 1}, {2, 3}, {3, 5}, {5, 7}, {9, 13}, {34, 50}}

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

// epoch is a dealt key with a statement under a tweaked key and everybody's share of it.
type epoch struct {
	threshold.Dealing
	st     threshold.Statement
	shares []threshold.Share
}

// deal makes a t of n key; another seed makes another key.
func deal(tb testing.TB, t, n int, seed byte) epoch {
	tb.Helper()
	dealer := threshold.Dealer{Name: "test", AllowLarge: true}
	e := epoch{Dealing: must[threshold.Dealing](tb)(dealer.Deal(seeded(seed), t, n))}
	delta := must[bls.Scalar](tb)(bls.HashToScalar([]byte("delta"), []byte("test")))
	key := must[bls.PublicKey](tb)(e.Committee.Master().Tweak(delta))
	h := must[bls.HashPoint](tb)(bls.HashAugmented(key, []byte("identity")))
	e.st = threshold.Statement{Hash: h, Key: key, Delta: delta}
	for _, s := range e.Shares {
		p := must[bls.Share](tb)(s.Secret.SignShare(seeded(1), h, delta))
		e.shares = append(e.shares, threshold.Share{Index: s.Index, Point: p})
	}
	return e
}

// pick draws k different parties' shares, in random order.
func (e epoch) pick(rt *rapid.T, k int) []threshold.Share {
	return rapid.Permutation(e.shares).Draw(rt, "signers")[:k]
}

func indices(shares []threshold.Share) []threshold.Index {
	out := make([]threshold.Index, len(shares))
	for i, s := range shares {
		out[i] = s.Index
	}
	return out
}

// combine computes coefficients for exactly these shares and applies them.
func combine(tb testing.TB, shares []threshold.Share) (bls.Signature, error) {
	tb.Helper()
	co := must[threshold.Coefficients](tb)(threshold.NewCoefficients(indices(shares)))
	return co.Combine(shares)
}

// Any t, and any more, of n parties make the same 48 bytes, and these verify.
func TestAnyQuorumGivesTheSameBytes(t *testing.T) {
	for _, c := range sizes {
		e := deal(t, c.t, c.n, 1)
		want := must[bls.Signature](t)(combine(t, e.shares[:c.t]))
		if !bls.Verify(e.st.Key, e.st.Hash, want) {
			t.Fatalf("%d of %d: the combined key does not verify", c.t, c.n)
		}
		rapid.Check(t, func(rt *rapid.T) {
			k := rapid.IntRange(c.t, c.n).Draw(rt, "signers")
			got, err := combine(t, e.pick(rt, k))
			if err != nil || got.Bytes() != want.Bytes() {
				rt.Fatalf("%d of %d: %x (%v), want %x", c.t, c.n, got.Bytes(), err, want.Bytes())
			}
		})
	}
}

// Fewer than t shares combine to a point, and never to the key.
func TestFewerThanThresholdNeverVerify(t *testing.T) {
	for _, c := range sizes[1:] {
		e := deal(t, c.t, c.n, 2)
		want := must[bls.Signature](t)(combine(t, e.shares[:c.t]))
		rapid.Check(t, func(rt *rapid.T) {
			k := rapid.IntRange(1, c.t-1).Draw(rt, "signers")
			got, err := combine(t, e.pick(rt, k))
			if err != nil {
				rt.Fatal(err)
			}
			if got.Equal(want) {
				rt.Fatalf("%d of %d signers made the key of threshold %d", k, c.n, c.t)
			}
		})
		got := must[bls.Signature](t)(combine(t, e.shares[:c.t-1]))
		if bls.Verify(e.st.Key, e.st.Hash, got) {
			t.Errorf("t-1 = %d shares verify", c.t-1)
		}
	}
}

func TestEveryShareVerifies(t *testing.T) {
	e := deal(t, 3, 5, 3)
	for _, s := range e.shares {
		if !e.Committee.VerifyShare(e.st, s) {
			t.Errorf("share %d is refused", s.Index)
		}
		stranger := threshold.Share{Index: s.Index%5 + 1, Point: s.Point}
		if e.Committee.VerifyShare(e.st, stranger) {
			t.Errorf("share %d is accepted as that of %d", s.Index, stranger.Index)
		}
	}
	for _, i := range []threshold.Index{0, 6} {
		if e.Committee.VerifyShare(e.st, threshold.Share{Index: i, Point: e.shares[0].Point}) {
			t.Errorf("a share of party %d is accepted", i)
		}
	}
}
