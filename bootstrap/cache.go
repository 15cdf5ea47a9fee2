package bootstrap

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/dgraph-io/ristretto/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// Sizes of the caches, in items. A derived key is about 500 bytes, a hashed identity 200, the
// coefficients of a signer set up to 2 KB: together below 30 MB when full.
const (
	derivedItems      = 10_000
	hashItems         = 50_000
	coefficientsItems = 2_000
)

// cacheTTL bounds how long an item stays unused by sizes; what is cached never becomes wrong.
const cacheTTL = time.Hour

// countersPerItem is what the library advises for its admission sketch.
const countersPerItem = 10

// Derivations derives keys, hashes identities and computes signer-set coefficients, and remembers
// them: of a busy app the same derived key is used for every request. It serves the aggregator and
// the party.
type Derivations struct {
	derived      *ristretto.Cache[string, vetkd.Derived]
	hashes       *ristretto.Cache[string, bls.HashPoint]
	coefficients *ristretto.Cache[string, threshold.Coefficients]
}

// NewDerivations makes empty caches.
func NewDerivations() (*Derivations, error) {
	derived, err := newCache[vetkd.Derived](derivedItems)
	if err != nil {
		return nil, err
	}
	hashes, err := newCache[bls.HashPoint](hashItems)
	if err != nil {
		return nil, err
	}
	coefficients, err := newCache[threshold.Coefficients](coefficientsItems)
	if err != nil {
		return nil, err
	}
	return &Derivations{derived: derived, hashes: hashes, coefficients: coefficients}, nil
}

// ratios are the caches' hit ratios by name, for watchRatios.
func (d *Derivations) ratios() map[string]func() float64 {
	return map[string]func() float64{
		"derived_keys": d.derived.Metrics.Ratio,
		"hashes":       d.hashes.Metrics.Ratio,
		"coefficients": d.coefficients.Metrics.Ratio,
	}
}

func newCache[V any](items int64) (*ristretto.Cache[string, V], error) {
	cache, err := ristretto.NewCache(&ristretto.Config[string, V]{
		NumCounters:        items * countersPerItem,
		MaxCost:            items,
		BufferItems:        64,
		Metrics:            true,
		IgnoreInternalCost: true,
	})
	if err != nil {
		return nil, fmt.Errorf("make cache: %w", err)
	}
	return cache, nil
}

// Derive derives the key of a contract for a purpose.
func (d *Derivations) Derive(master [96]byte, purpose vetkd.Purpose, chain messages.ChainID,
	app messages.Address) (vetkd.Derived, error) {
	name := append(make([]byte, 0, 128), master[:]...)
	name = append(name, byte(purpose))
	name = binary.BigEndian.AppendUint64(name, uint64(chain))
	key := string(append(name, app[:]...))
	return remember(d.derived, key, func() (vetkd.Derived, error) {
		point, err := bls.ParsePublicKey(master[:])
		if err != nil {
			return vetkd.Derived{}, fmt.Errorf("master key: %w", err)
		}
		appID := vetkd.NewAppID(uint64(chain), vetkd.Address(app))
		return vetkd.DerivePurpose(point, purpose, appID)
	})
}

// Hash hashes an identity under a derived key.
func (d *Derivations) Hash(key vetkd.Derived, id []byte) (bls.HashPoint, error) {
	return remember(d.hashes, key.HashKey(id).String(), func() (bls.HashPoint, error) {
		return key.Hash(id)
	})
}

// Coefficients computes the Lagrange coefficients of a signer set.
func (d *Derivations) Coefficients(signers []messages.PartyIndex) (threshold.Coefficients, error) {
	indices := make([]threshold.Index, len(signers))
	for i, signer := range signers {
		indices[i] = threshold.Index(signer)
	}
	key := string(threshold.KeyOf(indices))
	return remember(d.coefficients, key, func() (threshold.Coefficients, error) {
		return threshold.NewCoefficients(indices)
	})
}

// Close ends the caches.
func (d *Derivations) Close() {
	d.derived.Close()
	d.hashes.Close()
	d.coefficients.Close()
}

func remember[V any](cache *ristretto.Cache[string, V], key string, make func() (V, error)) (
	V, error) {
	if value, hit := cache.Get(key); hit {
		return value, nil
	}
	value, err := make()
	if err == nil {
		cache.SetWithTTL(key, value, 1, cacheTTL)
	}
	return value, err
}

// watchRatios registers the hit ratio of each cache, between 0 and 1, as a gauge: once a process,
// since the library heeds the first callback of a name only.
func watchRatios(meters metric.MeterProvider, ratios map[string]func() float64) error {
	_, err := meters.Meter(scope).Float64ObservableGauge("gateway.cache.hit.ratio",
		metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
			for name, ratio := range ratios {
				o.Observe(ratio(), metric.WithAttributes(attribute.String("cache", name)))
			}
			return nil
		}))
	if err != nil {
		return fmt.Errorf("make cache gauge: %w", err)
	}
	return nil
}
