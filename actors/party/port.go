package party

import (
	"context"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// Chain is the party's own view of one chain. Errors are *messages.GatewayError: CHAIN_UNAVAILABLE
// where no endpoint answers, CHAIN_INCONSISTENT where the answers do not prove each other.
type Chain interface {
	// Final returns the highest block that is final by the party's own setting.
	Final(ctx context.Context) (messages.BlockRef, error)
	// RequestedAt returns the DecryptionRequested event at a place: proven by the receipts root of
	// the header that is canonical at that height. EVENT_MISMATCH where that header is another or
	// the log is not this request's.
	RequestedAt(ctx context.Context, request messages.RequestID, at messages.EventPlace) (
		messages.Requested, error)
}

// Custody signs with the party's shares; vault.Vault is one.
type Custody interface {
	// Sign returns the share of the signature on the identity behind h under the key derived by
	// delta. UNKNOWN_KEY or WRONG_EPOCH where there is no such share.
	Sign(key messages.KeyID, epoch messages.KeyEpoch, delta bls.Scalar, h bls.HashPoint) (
		bls.Share, error)
}

// Deriver derives keys and points from names. Implementations may cache.
type Deriver interface {
	// Derive derives the key of a contract for a purpose from a compressed master key.
	Derive(master [96]byte, purpose vetkd.Purpose, chain messages.ChainID,
		app messages.Address) (vetkd.Derived, error)
	// Hash hashes an identity under a derived key.
	Hash(d vetkd.Derived, id []byte) (bls.HashPoint, error)
}
