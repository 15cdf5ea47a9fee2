package threshold

import (
	"errors"
	"fmt"
	"io"

	"kmsgateway/crypto/bls"
)

// Index names a party within its committee, from 1 to n. It is the point at which the party's
// share was evaluated, so 0, where the master secret sits, is not an index.
type Index uint16

// Dealer is whoever makes a key alone and so knew the whole of it once. The name is written into
// what it deals: a key of a dealer is only as secret as the dealer is honest.
type Dealer struct {
	// Name says who dealt, for the record.
	Name string
	// AllowLarge admits thresholds above n - f, see Validate.
	AllowLarge bool
}

// KeyShare is one party's private part of a key. Secret prints REDACTED.
type KeyShare struct {
	Index  Index
	Secret bls.Secret
}

// Dealing is a key split among n parties, of whom any t can sign.
type Dealing struct {
	Dealer string
	// Commitments are t points a_k*g2 to the polynomial's coefficients; the first is the master
	// key.
	Commitments []bls.PublicKey
	// Shares are private, one per party, in order of index; each goes to its party only.
	Shares []KeyShare
	// Committee is the public side.
	Committee Committee
}

// ErrNameless is returned for a dealer without a name.
var ErrNameless = errors.New("dealer has no name")

// Deal makes a fresh key and splits it t of n. The polynomial is wiped before Deal returns. Errors:
// ErrNameless, ErrThreshold, or rand's.
func (d Dealer) Deal(rand io.Reader, t, n int) (Dealing, error) {
	if d.Name == "" {
		return Dealing{}, ErrNameless
	}
	if err := Validate(t, n, d.AllowLarge); err != nil {
		return Dealing{}, err
	}
	polynomial, err := randomPolynomial(rand, t)
	defer wipe(polynomial)
	if err != nil {
		return Dealing{}, err
	}
	out := Dealing{Dealer: d.Name}
	for _, a := range polynomial {
		c, err := a.Public()
		if err != nil {
			return Dealing{}, fmt.Errorf("commit to the polynomial: %w", err)
		}
		out.Commitments = append(out.Commitments, c)
	}
	publics := make([]bls.PublicKey, n)
	for i := range n {
		s, err := bls.EvalPolynomial(polynomial, uint64(i+1))
		if err != nil {
			return Dealing{}, fmt.Errorf("evaluate the polynomial at %d: %w", i+1, err)
		}
		out.Shares = append(out.Shares, KeyShare{Index: Index(i + 1), Secret: s})
		if publics[i], err = s.Public(); err != nil {
			return Dealing{}, fmt.Errorf("public share %d: %w", i+1, err)
		}
	}
	out.Committee, err = NewCommittee(t, out.Commitments[0], publics)
	return out, err
}

func randomPolynomial(rand io.Reader, t int) ([]bls.Secret, error) {
	out := make([]bls.Secret, 0, t)
	for range t {
		a, err := bls.GenerateSecret(rand)
		if err != nil {
			return out, fmt.Errorf("draw the polynomial: %w", err)
		}
		out = append(out, a)
	}
	return out, nil
}

func wipe(secrets []bls.Secret) {
	for _, s := range secrets {
		s.Wipe()
	}
}

// PublicShareAt returns the public share of a party, evaluated from the commitments to a
// polynomial: what the party compares with its secret's Public before it trusts a dealing.
// bls.ErrMalformed for no commitments, index 0, or a result of infinity.
func PublicShareAt(commitments []bls.PublicKey, i Index) (bls.PublicKey, error) {
	if len(commitments) == 0 || i == 0 {
		return bls.PublicKey{}, bls.ErrMalformed
	}
	acc := commitments[len(commitments)-1]
	for k := len(commitments) - 2; k >= 0; k-- {
		var err error
		acc, err = acc.Times(bls.ScalarFromUint64(uint64(i))).Add(commitments[k])
		if err != nil {
			return bls.PublicKey{}, err
		}
	}
	return acc, nil
}
