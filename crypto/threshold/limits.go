package threshold

import (
	"errors"
	"fmt"
)

// ErrThreshold is wrapped by every refusal of Validate.
var ErrThreshold = errors.New("threshold not allowed")

// MaxParties bounds n: an Index has 16 bits, and 0 is not one.
const MaxParties = 1<<16 - 1

// MaxFaulty returns f = floor((n-1)/3), how many parties may lie or be absent.
func MaxFaulty(n int) int {
	if n < 1 {
		return 0
	}
	return (n - 1) / 3
}

// Validate reports why (t, n) is not allowed, naming the field, or nil. Fewer than half of the
// parties must never suffice (n < 2t), and without allowLarge the honest ones alone must always
// suffice (t <= n - f). allowLarge, an operator's explicit flag, admits any larger t up to n.
func Validate(t, n int, allowLarge bool) error {
	switch {
	case n < 1 || n > MaxParties:
		return fmt.Errorf("%w: parties n = %d, want 1 to %d", ErrThreshold, n, MaxParties)
	case t < 1 || t > n:
		return fmt.Errorf("%w: threshold t = %d, want 1 to n = %d", ErrThreshold, t, n)
	case n >= 2*t:
		return fmt.Errorf("%w: threshold t = %d, want more than half of n = %d",
			ErrThreshold, t, n)
	case allowLarge:
		return nil
	case t == n:
		return fmt.Errorf("%w: threshold t = n = %d needs every party; "+
			"allow it explicitly or lower t", ErrThreshold, t)
	case t > n-MaxFaulty(n):
		return fmt.Errorf("%w: threshold t = %d is more than n - f = %d (f = %d); "+
			"allow it explicitly or lower t", ErrThreshold, t, n-MaxFaulty(n), MaxFaulty(n))
	}
	return nil
}

// UniqueQuorums reports whether any two quorums share an honest party (2t - n > f), which proofs
// of kind QUORUM and rejections by policy rest on. 2-of-3 tolerates no equivocator: f is 0 there.
func UniqueQuorums(t, n int) bool { return 2*t-n > MaxFaulty(n) }
