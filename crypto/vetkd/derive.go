package vetkd

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"kmsgateway/crypto/bls"
)

// Domain separators of key derivation, fixed by the published format.
const (
	appDST     = "ic-vetkd-bls12-381-g2-canister-id"
	contextDST = "ic-vetkd-bls12-381-g2-context"
)

// ErrPurpose is returned for a purpose that is not on the list.
var ErrPurpose = errors.New("unknown purpose")

// Derived is a key derived from a master key: Key = master + Delta*g2. It is made by Derive and
// DerivePurpose only; the zero value is no key.
type Derived struct {
	master bls.PublicKey
	key    bls.PublicKey
	delta  bls.Scalar
}

// Key returns the derived public key.
func (d Derived) Key() bls.PublicKey { return d.key }

// Master returns the key it was derived from.
func (d Derived) Master() bls.PublicKey { return d.master }

// Delta returns the public scalar between the master key and the derived one.
func (d Derived) Delta() bls.Scalar { return d.delta }

// Derive derives the key of an application (any bytes) and a context. An empty context leaves the
// application's key as it is; the service never uses one, and DerivePurpose cannot.
// bls.ErrMalformed where the master key is the zero value.
func Derive(master bls.PublicKey, appID []byte, context string) (Derived, error) {
	if master.IsZero() {
		return Derived{}, bls.ErrMalformed
	}
	delta, key, err := step(master, appID, appDST)
	if err != nil {
		return Derived{}, fmt.Errorf("derive the application's key: %w", err)
	}
	if context != "" {
		var more bls.Scalar
		if more, key, err = step(key, []byte(context), contextDST); err != nil {
			return Derived{}, fmt.Errorf("derive the context's key: %w", err)
		}
		delta = delta.Add(more)
	}
	return Derived{master: master, key: key, delta: delta}, nil
}

// DerivePurpose derives the key of a contract for a purpose: the only derivation that the service
// and its parties use. ErrPurpose for a purpose that is not on the list.
func DerivePurpose(master bls.PublicKey, p Purpose, app AppID) (Derived, error) {
	context, ok := p.Context()
	if !ok {
		return Derived{}, fmt.Errorf("%w: %s", ErrPurpose, p)
	}
	return Derive(master, app[:], context)
}

// SubKey derives a context's key from an application's key, for tools that hold only the latter. An
// empty context leaves the key as it is.
func SubKey(appKey bls.PublicKey, context string) (bls.PublicKey, error) {
	if context == "" {
		return appKey, nil
	}
	_, key, err := step(appKey, []byte(context), contextDST)
	return key, err
}

// step is one level: delta = xmd(lp(compress(k), name)), and k + delta*g2.
func step(k bls.PublicKey, name []byte, dst string) (bls.Scalar, bls.PublicKey, error) {
	compressed := k.Bytes()
	delta, err := bls.HashToScalar(lengthPrefixed(compressed[:], name), []byte(dst))
	if err != nil {
		return bls.Scalar{}, bls.PublicKey{}, err
	}
	next, err := k.Tweak(delta)
	return delta, next, err
}

// lengthPrefixed returns u64be(len) || bytes for each part, so that no two lists of parts have the
// same encoding.
func lengthPrefixed(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint64(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

// Hash returns H(dpk, id), the point that parties sign. About 76 us; worth caching under HashKey.
// bls.ErrMalformed where d is the zero value.
func (d Derived) Hash(id []byte) (bls.HashPoint, error) { return bls.HashAugmented(d.key, id) }

// SignShare returns a party's share of the signature on id under d: its secret times H(dpk, id),
// plus delta times it. It hashes id itself; a caller cannot bring a point. rand is used where
// bls.ConstantTime is false. bls.ErrMalformed where secret or d is the zero value.
func SignShare(rand io.Reader, secret bls.Secret, d Derived, id []byte) (bls.Share, error) {
	h, err := d.Hash(id)
	if err != nil {
		return bls.Share{}, err
	}
	return secret.SignShare(rand, h, d.delta)
}

// CacheKey is a short comparable name for what a derivation or a hash depends on.
type CacheKey [sha256.Size]byte

// String returns the key's bytes, for caches that want a string.
func (k CacheKey) String() string { return string(k[:]) }

// DeriveKey returns the cache key of DerivePurpose with these arguments.
func DeriveKey(master bls.PublicKey, p Purpose, app AppID) CacheKey {
	b := master.Bytes()
	return sha256.Sum256(lengthPrefixed([]byte("derive"), b[:], []byte{byte(p)}, app[:]))
}

// HashKey returns the cache key of Hash with this identity.
func (d Derived) HashKey(id []byte) CacheKey {
	b := d.key.Bytes()
	return sha256.Sum256(lengthPrefixed([]byte("hash"), b[:], id))
}
