package threshold

import (
	"fmt"

	"kmsgateway/crypto/bls"
)

// Committee is the public side of one key epoch. It is immutable.
type Committee struct {
	threshold int
	master    bls.PublicKey
	publics   []bls.PublicKey
}

// NewCommittee joins the threshold, the master key and the public shares of the parties 1 to n in
// order. ErrThreshold where 1 <= t <= n <= MaxParties does not hold (which of these pairs are wise
// is for Validate); bls.ErrMalformed for a missing point.
func NewCommittee(t int, master bls.PublicKey, publics []bls.PublicKey) (Committee, error) {
	if t < 1 || t > len(publics) || len(publics) > MaxParties {
		return Committee{}, fmt.Errorf("%w: t = %d of n = %d", ErrThreshold, t, len(publics))
	}
	if master.IsZero() {
		return Committee{}, fmt.Errorf("master key: %w", bls.ErrMalformed)
	}
	for i, p := range publics {
		if p.IsZero() {
			return Committee{}, fmt.Errorf("public share %d: %w", i+1, bls.ErrMalformed)
		}
	}
	own := append([]bls.PublicKey(nil), publics...)
	return Committee{threshold: t, master: master, publics: own}, nil
}

// Threshold returns t.
func (c Committee) Threshold() int { return c.threshold }

// Size returns n.
func (c Committee) Size() int { return len(c.publics) }

// Master returns the master public key.
func (c Committee) Master() bls.PublicKey { return c.master }

// PublicShare returns the public share of party i; false where there is no such party.
func (c Committee) PublicShare(i Index) (bls.PublicKey, bool) {
	if i == 0 || int(i) > len(c.publics) {
		return bls.PublicKey{}, false
	}
	return c.publics[i-1], true
}

// Check reports whether the public shares lie on one polynomial of degree below t whose value at
// zero is the master key. It interpolates the master key and every party beyond the first t, so it
// costs (n-t+1)*t multiplications in G2: for loading a key epoch, not for a request.
func (c Committee) Check() bool {
	if c.threshold == 0 {
		return false
	}
	first := make([]Index, c.threshold)
	for i := range first {
		first[i] = Index(i + 1)
	}
	if !c.interpolates(first, 0, c.master) {
		return false
	}
	for i := c.threshold; i < len(c.publics); i++ {
		if !c.interpolates(first, int64(i+1), c.publics[i]) {
			return false
		}
	}
	return true
}

// interpolates reports whether the public shares of these parties give want at x.
func (c Committee) interpolates(from []Index, x int64, want bls.PublicKey) bool {
	numerators, common := lagrange(from, x)
	var sum bls.PublicKey
	for k, i := range from {
		term := c.publics[i-1].Times(bls.ScalarFromBig(numerators[k]))
		if k == 0 {
			sum = term
			continue
		}
		var err error
		if sum, err = sum.Add(term); err != nil {
			return false
		}
	}
	return sum.Equal(want.Times(bls.ScalarFromBig(common)))
}
