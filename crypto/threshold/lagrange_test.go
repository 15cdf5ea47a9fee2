package threshold_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
)

func TestSignerSetsAreChecked(t *testing.T) {
	for name, set := range map[string][]threshold.Index{
		"empty": {}, "nil": nil, "index 0": {0, 1}, "only 0": {0}, "a double": {1, 2, 1},
		"all the same": {3, 3, 3},
	} {
		if _, err := threshold.NewCoefficients(set); !errors.Is(err, threshold.ErrSigners) {
			t.Errorf("%s: %v, want ErrSigners", name, err)
		}
	}
}

func TestCombineWantsExactlyItsSigners(t *testing.T) {
	e := deal(t, 2, 3, 1)
	co := must[threshold.Coefficients](t)(threshold.NewCoefficients([]threshold.Index{2, 1}))
	s := e.shares
	for name, shares := range map[string][]threshold.Share{
		"none": nil, "one": s[:1], "three": s[:3], "another party": {s[0], s[2]},
		"a double":     {s[0], s[0]},
		"unknown zero": {s[0], {Index: 0, Point: s[1].Point}},
	} {
		if _, err := co.Combine(shares); !errors.Is(err, threshold.ErrSigners) {
			t.Errorf("%s: %v, want ErrSigners", name, err)
		}
	}
	missing := []threshold.Share{s[0], {Index: 2}}
	if _, err := co.Combine(missing); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("a share without a point: %v, want ErrMalformed", err)
	}
	if _, err := (threshold.Coefficients{}).Combine(nil); !errors.Is(err, threshold.ErrSigners) {
		t.Errorf("the zero value: %v, want ErrSigners", err)
	}
	ab := must[bls.Signature](t)(co.Combine([]threshold.Share{s[0], s[1]}))
	ba := must[bls.Signature](t)(co.Combine([]threshold.Share{s[1], s[0]}))
	if !ab.Equal(ba) {
		t.Error("the order of the shares matters")
	}
}

// The cache key is the same for every order and different for every set.
func TestSetKey(t *testing.T) {
	draw := func(rt *rapid.T, label string) []threshold.Index {
		return rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) threshold.Index {
			return threshold.Index(rapid.Uint16Range(1, 600).Draw(rt, "index"))
		}), 1, 8, rapid.ID).Draw(rt, label)
	}
	rapid.Check(t, func(rt *rapid.T) {
		a, b := draw(rt, "a"), draw(rt, "b")
		if threshold.KeyOf(a) != threshold.KeyOf(rapid.Permutation(a).Draw(rt, "again")) {
			rt.Fatal("the order matters")
		}
		same := slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
		if (threshold.KeyOf(a) == threshold.KeyOf(b)) != same {
			rt.Fatalf("%v and %v", a, b)
		}
		co := must[threshold.Coefficients](t)(threshold.NewCoefficients(a))
		if co.Key() != threshold.KeyOf(co.Signers()) || co.Key() != threshold.KeyOf(a) {
			rt.Fatal("coefficients under another key")
		}
	})
}

// Cached coefficients serve many requests at once and stay what they were.
func TestCoefficientsAreReusable(t *testing.T) {
	e := deal(t, 5, 7, 2)
	shares := []threshold.Share{e.shares[6], e.shares[1], e.shares[3], e.shares[4], e.shares[0]}
	co := must[threshold.Coefficients](t)(threshold.NewCoefficients(indices(shares)))
	first := must[bls.Signature](t)(co.Combine(shares))
	co.Signers()[0] = 99 // a copy: changing it changes nothing
	done := make(chan bls.Signature)
	for range 4 {
		go func() {
			got, _ := co.Combine(shares)
			done <- got
		}()
	}
	for range 4 {
		if got := <-done; !got.Equal(first) {
			t.Error("another result")
		}
	}
}
