package aggregator

import (
	"io"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// Deriver computes what depends only on public names and so is worth remembering. It is called by
// all workers at once.
type Deriver interface {
	// Derive returns the key of a contract for a purpose; the error says that master is no key.
	Derive(
		master [96]byte, purpose vetkd.Purpose, chain messages.ChainID, app messages.Address,
	) (vetkd.Derived, error)
	// Hash returns H(dpk, id).
	Hash(d vetkd.Derived, id []byte) (bls.HashPoint, error)
	// Coefficients returns the Lagrange coefficients at zero of a set of signers.
	Coefficients(signers []messages.PartyIndex) (threshold.Coefficients, error)
}

// Config is what the room is built from. Every field is needed but Workers.
type Config struct {
	Derive  Deriver
	Gateway messages.Address // the contract: attestations are made for it
	Workers int              // how many cores it uses; all of them where it is 0
	Publish messages.Publish
	Clock   messages.Clock
	Rand    io.Reader // cryptographic, and safe for concurrent use
}

func (c Config) validate() error {
	for _, needed := range []struct {
		key     string
		missing bool
	}{
		{"aggregator.derive", c.Derive == nil},
		{"aggregator.gateway", c.Gateway == messages.Address{}},
		{"aggregator.publish", c.Publish == nil},
		{"aggregator.clock", c.Clock == nil},
		{"aggregator.rand", c.Rand == nil},
	} {
		if needed.missing {
			return messages.BadConfig(needed.key, "is missing")
		}
	}
	if c.Workers < 0 || c.Workers > maxWorkers {
		return messages.BadConfig("aggregator.workers", "is not a number of cores")
	}
	return nil
}
