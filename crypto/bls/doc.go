// Package bls holds the points of BLS12-381 as this system uses them: signatures and shares in
// G1, public keys in G2.
//
// A value of PublicKey or Signature is proof that its bytes were checked: exact length, canonical,
// on the curve, in the subgroup of prime order, not infinity. Share is the one exception: it is on
// the curve and not infinity, and nothing more, because the point combined from t shares is checked
// once instead. A zero value of any of them is "no point"; every function refuses it.
//
//	ParsePublicKey, ParseSignature, ParseShare     the hardened decoder, one error: ErrMalformed
//	HashToG1, HashToScalar                         RFC 9380 with SHA-256
//	Secret                                         a private scalar; prints REDACTED
//	Secret.SignShare                               x*H + delta*H: the only use of a secret with a
//	                                               foreign point, behind the seam of seam_*.go
//	LinearForm.Combine                             sum of c_i*share_i, checked, as a Signature
//	Verify, VerifyBatch, CheckShares               pairing equations, one or many at once
//
// The package reads no clock and starts no goroutine of its own; randomness comes in as an
// io.Reader, which must be cryptographic.
package bls
