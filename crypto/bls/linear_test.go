package bls_test

import (
	"errors"
	"math/big"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
)

// unit is the form that returns its only share.
func unit() (bls.LinearForm, error) {
	return bls.NewLinearForm([]*big.Int{big.NewInt(1)}, big.NewInt(1))
}

// randomShares returns n points of the subgroup with no known relation.
func randomShares(tb testing.TB, n int) []bls.Share {
	tb.Helper()
	out := make([]bls.Share, n)
	for i := range out {
		h := must[bls.HashPoint](tb)(bls.HashToG1("test", []byte{byte(i), byte(i >> 8)}))
		s := must[bls.Secret](tb)(bls.GenerateSecret(seeded(byte(i))))
		out[i] = must[bls.Share](tb)(s.SignShare(seeded(0), h, bls.Scalar{}))
	}
	return out
}

// naive computes the same sum one library multiplication at a time.
func naive(shares []bls.Share, coefficients []*big.Int, divisor *big.Int) bls12381.G1Affine {
	order, _ := new(big.Int).SetString(orderHex, 16)
	inverse := new(big.Int).ModInverse(divisor, order)
	var sum bls12381.G1Affine
	for i, s := range shares {
		k := new(big.Int).Mul(coefficients[i], inverse)
		p := affine(s.Bytes())
		p.ScalarMultiplication(&p, k.Mod(k, order))
		sum.Add(&sum, &p)
	}
	return sum
}

// Coefficients from one bit to wider than the group order, so that both ways of compiling a form
// are taken, with and without a divisor.
func TestCombineEqualsNaiveSum(t *testing.T) {
	all := randomShares(t, 40)
	rapid.Check(t, func(rt *rapid.T) {
		shares := all[:rapid.IntRange(1, len(all)).Draw(rt, "terms")]
		width := rapid.SampledFrom([]int{1, 2, 8, 12, 13, 40, 127, 255, 300}).Draw(rt, "bits")
		coefficients := make([]*big.Int, len(shares))
		for i := range coefficients {
			b := rapid.SliceOfN(rapid.Byte(), width/8+1, width/8+1).Draw(rt, "coefficient")
			coefficients[i] = new(big.Int).SetBytes(b)
			coefficients[i].Rsh(coefficients[i], uint(8*len(b)-width))
			if rapid.Bool().Draw(rt, "negative") {
				coefficients[i].Neg(coefficients[i])
			}
		}
		divisor := big.NewInt(rapid.Int64Range(1, 1<<40).Draw(rt, "divisor"))
		if rapid.Bool().Draw(rt, "no division") {
			divisor.SetInt64(1)
		}
		form, err := bls.NewLinearForm(coefficients, divisor)
		if err != nil {
			rt.Fatal(err)
		}
		want := naive(shares, coefficients, divisor)
		got, err := form.Combine(shares)
		if want.IsInfinity() {
			if !errors.Is(err, bls.ErrMalformed) {
				rt.Fatalf("infinity: %v, want ErrMalformed", err)
			}
			return
		}
		if err != nil || got.Bytes() != want.Bytes() {
			rt.Fatalf("%x (%v), want %x", got.Bytes(), err, want.Bytes())
		}
	})
}

func TestLinearFormRefuses(t *testing.T) {
	one, order := big.NewInt(1), new(big.Int).SetBytes(unhex(t, orderHex))
	for name, c := range map[string]struct {
		coefficients []*big.Int
		divisor      *big.Int
	}{
		"no coefficients":              {nil, one},
		"divisor zero":                 {[]*big.Int{one}, new(big.Int)},
		"negative divisor":             {[]*big.Int{one}, big.NewInt(-1)},
		"divisor is zero in the field": {[]*big.Int{one}, order},
	} {
		_, err := bls.NewLinearForm(c.coefficients, c.divisor)
		if !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
	shares := randomShares(t, 2)
	form := must[bls.LinearForm](t)(bls.NewLinearForm([]*big.Int{one, big.NewInt(-1)}, one))
	for name, in := range map[string][]bls.Share{
		"too few": shares[:1], "too many": append(shares, shares[0]), "none": nil,
		"a zero value": {shares[0], {}}, "a sum of zero": {shares[0], shares[0]},
	} {
		if _, err := form.Combine(in); !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
	if _, err := (bls.LinearForm{}).Combine(nil); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("the zero form: %v, want ErrMalformed", err)
	}
}
