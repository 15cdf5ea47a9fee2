// Package threshold splits a master key among parties and joins their shares of a signature.
//
//	Validate            which (t, n) are allowed
//	Dealer.Deal         a trusted dealer's split: for the first key of a demo or a test network
//	Committee           the public side of one key epoch: t, n, master key, public shares
//	NewCoefficients     Lagrange at zero for one set of signers; cache it under Key
//	Coefficients.Combine   t shares -> the one signature, subgroup-checked
//	Committee.Blame     who spoiled it, when it does not verify
//
// The master secret is never put together again: there is no function for it.
//
// Combine is optimistic. Its result is a point of the subgroup, not yet the right one: an opening
// (package vetkd) or bls.Verify says so, and Blame is asked only when they say no. A right result
// does not mean that each share was valid, so nobody earns credit by it.
package threshold
