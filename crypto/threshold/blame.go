package threshold

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"kmsgateway/crypto/bls"
)

// Statement is what shares are shares of: the signature on the identity behind Hash under Key,
// which is the committee's master key tweaked by Delta.
type Statement struct {
	Hash  bls.HashPoint
	Key   bls.PublicKey
	Delta bls.Scalar
}

// VerifyShare reports whether a share is valid: its party exists, the point is in the subgroup, and
// the pairing equation holds.
func (c Committee) VerifyShare(st Statement, s Share) bool {
	public, ok := c.PublicShare(s.Index)
	point, err := s.Point.Check()
	if !ok || err != nil {
		return false
	}
	// One claim takes no randomness and so gives no error.
	claim := []bls.ShareClaim{{Point: point, Public: public}}
	ok, err = bls.CheckShares(nil, st.Hash, st.Delta, claim)
	return ok && err == nil
}

// Verdict is what Blame found: either the combined key is right, so whatever did not open with it
// is malformed and nobody is to blame, or some shares are bad.
type Verdict struct {
	// Right is the verified key; the zero value where there are culprits.
	Right bls.Signature
	// Culprits are the parties whose share is invalid, sorted; their shares, as they were signed,
	// are the evidence.
	Culprits []Index
}

// KeyIsRight reports whether nobody is to blame.
func (v Verdict) KeyIsRight() bool { return !v.Right.IsZero() }

// ErrInconsistent says that every share is valid and still the key is not: the public shares are
// not those of the master key, so the committee's data are wrong, not a party.
var ErrInconsistent = errors.New("public shares do not belong to the master key")

// Blame finds out why a combination of shares did not open. In this order: (a) is the combined key
// right after all? (b) which shares are outside the subgroup? (c) which fail the pairing equation,
// by random combinations, halved with fresh coefficients wherever one fails. A right key acquits
// everybody, although two bad shares may cancel in it; FindBad would still name them. Errors:
// ErrSigners, ErrInconsistent, or rand's.
func (c Committee) Blame(
	rand io.Reader, st Statement, co Coefficients, shares []Share,
) (Verdict, error) {
	points, err := co.arrange(shares)
	if err != nil {
		return Verdict{}, err
	}
	key, err := co.form.Combine(points)
	if err == nil && bls.Verify(st.Key, st.Hash, key) {
		return Verdict{Right: key}, nil
	}
	culprits, err := c.FindBad(rand, st, shares)
	if err != nil {
		return Verdict{}, err
	}
	if len(culprits) == 0 {
		return Verdict{}, ErrInconsistent
	}
	return Verdict{Culprits: culprits}, nil
}

// FindBad returns the parties whose share is invalid, sorted, among any number of shares: steps (b)
// and (c) of Blame. The only error is rand's.
func (c Committee) FindBad(rand io.Reader, st Statement, shares []Share) ([]Index, error) {
	var bad []Index
	var rest []suspect
	for _, s := range shares {
		public, ok := c.PublicShare(s.Index)
		point, err := s.Point.Check()
		if !ok || err != nil {
			bad = append(bad, s.Index)
			continue
		}
		claim := bls.ShareClaim{Point: point, Public: public}
		rest = append(rest, suspect{index: s.Index, claim: claim})
	}
	guilty, err := bisect(rand, st, rest)
	if err != nil {
		return nil, fmt.Errorf("draw coefficients: %w", err)
	}
	bad = append(bad, guilty...)
	slices.Sort(bad)
	return slices.Compact(bad), nil
}

// suspect is a share in the subgroup whose equation is not known to hold.
type suspect struct {
	index Index
	claim bls.ShareClaim
}

// bisect returns the indices among the suspects whose equation fails. A batch that fails has a bad
// share in it for certain, so where its left half passes, the right half needs no check of its own.
func bisect(rand io.Reader, st Statement, suspects []suspect) ([]Index, error) {
	ok, err := allHold(rand, st, suspects)
	if err != nil || ok {
		return nil, err
	}
	return bisectBad(rand, st, suspects)
}

// bisectBad is bisect for suspects among whom there is a bad one.
func bisectBad(rand io.Reader, st Statement, suspects []suspect) ([]Index, error) {
	if len(suspects) == 1 {
		return []Index{suspects[0].index}, nil
	}
	left, right := suspects[:len(suspects)/2], suspects[len(suspects)/2:]
	ok, err := allHold(rand, st, left)
	if err != nil {
		return nil, err
	}
	if ok {
		return bisectBad(rand, st, right)
	}
	bad, err := bisectBad(rand, st, left)
	if err != nil {
		return nil, err
	}
	more, err := bisect(rand, st, right)
	return append(bad, more...), err
}

// allHold checks the equations of the suspects with fresh coefficients; none at all hold.
func allHold(rand io.Reader, st Statement, suspects []suspect) (bool, error) {
	if len(suspects) == 0 {
		return true, nil
	}
	claims := make([]bls.ShareClaim, len(suspects))
	for i, s := range suspects {
		claims[i] = s.claim
	}
	return bls.CheckShares(rand, st.Hash, st.Delta, claims)
}
