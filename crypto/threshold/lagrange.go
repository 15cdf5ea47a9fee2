package threshold

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"kmsgateway/crypto/bls"
)

// ErrSigners is wrapped by every refusal of a set of signers: index 0, a double, the wrong number,
// or shares of other parties than the coefficients are for.
var ErrSigners = errors.New("not a set of signers")

// Share is a party's share of one signature.
type Share struct {
	Index Index
	Point bls.Share
}

// SetKey names a set of signers; it is comparable, and the same for every order of the same
// indices.
type SetKey string

// KeyOf returns the cache key of a set of signers. It does not check the set.
func KeyOf(signers []Index) SetKey {
	sorted := slices.Sorted(slices.Values(signers))
	b := make([]byte, 0, 2*len(sorted))
	for _, i := range sorted {
		b = binary.BigEndian.AppendUint16(b, uint16(i))
	}
	return SetKey(b)
}

// Coefficients are the Lagrange coefficients at zero of one set of signers, compiled for Combine.
// They are public, immutable, and worth caching: computing them costs about as much as one use.
type Coefficients struct {
	signers []Index // sorted
	form    bls.LinearForm
}

// NewCoefficients computes the coefficients of a set of signers, in any order. ErrSigners for an
// empty set, index 0 or a double: inverting zero would turn either into silent nonsense.
func NewCoefficients(signers []Index) (Coefficients, error) {
	sorted := slices.Sorted(slices.Values(signers))
	if err := checkSigners(sorted); err != nil {
		return Coefficients{}, err
	}
	form, err := bls.NewLinearForm(lagrange(sorted, 0))
	if err != nil {
		return Coefficients{}, fmt.Errorf("compile coefficients: %w", err)
	}
	return Coefficients{signers: sorted, form: form}, nil
}

func checkSigners(sorted []Index) error {
	if len(sorted) == 0 {
		return fmt.Errorf("%w: empty", ErrSigners)
	}
	for k, i := range sorted {
		if i == 0 {
			return fmt.Errorf("%w: index 0", ErrSigners)
		}
		if k > 0 && sorted[k-1] == i {
			return fmt.Errorf("%w: index %d twice", ErrSigners, i)
		}
	}
	return nil
}

// lagrange returns the coefficients of the value at x, as integers and their common denominator.
func lagrange(signers []Index, x int64) (numerators []*big.Int, common *big.Int) {
	quotients := make([]*big.Rat, len(signers))
	common = big.NewInt(1)
	for k, i := range signers {
		num, den := big.NewInt(1), big.NewInt(1)
		for _, j := range signers {
			if j != i {
				num.Mul(num, big.NewInt(x-int64(j)))
				den.Mul(den, big.NewInt(int64(i)-int64(j)))
			}
		}
		quotients[k] = new(big.Rat).SetFrac(num, den)
		common = lcm(common, quotients[k].Denom())
	}
	numerators = make([]*big.Int, len(signers))
	for k, q := range quotients {
		scale := new(big.Int).Quo(common, q.Denom())
		numerators[k] = scale.Mul(scale, q.Num())
	}
	return numerators, common
}

func lcm(a, b *big.Int) *big.Int {
	gcd := new(big.Int).GCD(nil, nil, a, b)
	return gcd.Mul(gcd.Quo(a, gcd), b)
}

// Signers returns the indices that the coefficients are for, sorted.
func (c Coefficients) Signers() []Index { return slices.Clone(c.signers) }

// Key is the cache key of this set.
func (c Coefficients) Key() SetKey { return KeyOf(c.signers) }

// Combine joins the shares, in any order, into a signature. What comes out is in the subgroup and
// not infinity; whether it is right must be verified before any use. ErrSigners where the shares
// are not those of exactly this set; bls.ErrMalformed where the sum is not a signature at all.
func (c Coefficients) Combine(shares []Share) (bls.Signature, error) {
	points, err := c.arrange(shares)
	if err != nil {
		return bls.Signature{}, err
	}
	return c.form.Combine(points)
}

// arrange puts the points in the order of c.signers.
func (c Coefficients) arrange(shares []Share) ([]bls.Share, error) {
	if len(shares) != len(c.signers) || len(shares) == 0 {
		return nil, fmt.Errorf("%w: %d shares for %d signers",
			ErrSigners, len(shares), len(c.signers))
	}
	points := make([]bls.Share, len(shares))
	for _, s := range shares {
		k, ok := slices.BinarySearch(c.signers, s.Index)
		if !ok {
			return nil, fmt.Errorf("%w: index %d is not in it", ErrSigners, s.Index)
		}
		if !points[k].IsZero() {
			return nil, fmt.Errorf("%w: index %d twice", ErrSigners, s.Index)
		}
		points[k] = s.Point
	}
	return points, nil
}
