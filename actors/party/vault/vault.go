package vault

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"

	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
)

// Held says which share the vault holds; all of it is public.
type Held struct {
	Key    messages.KeyID
	Epoch  messages.KeyEpoch
	Index  messages.PartyIndex
	Public bls.PublicKey // the secret times g2
}

// slot names a share within one party.
type slot struct {
	key   messages.KeyID
	epoch messages.KeyEpoch
}

// opened is a share in memory.
type opened struct {
	secret bls.Secret
	held   Held
}

// Vault holds unsealed shares. It is safe for concurrent use.
type Vault struct {
	rand io.Reader

	mutex  sync.RWMutex
	shares map[slot]opened // guarded by mutex; the set is fixed, Close wipes it
}

// Open unseals every share in the folder. rand blinds signing where bls.ConstantTime is false. An
// empty folder gives an empty vault. Errors: ErrLocked, ErrDamaged, ErrExposed, or the file
// system's; none opens half a vault.
func Open(dir string, lock Lock, rand io.Reader) (*Vault, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return nil, fmt.Errorf("list the vault: %w", err)
	}
	v := &Vault{rand: rand, shares: make(map[slot]opened, len(paths))}
	for _, path := range paths {
		share, err := load(path, lock)
		if err != nil {
			v.Close()
			return nil, fmt.Errorf("open the vault: %w", err)
		}
		public, err := share.Secret.Public()
		if err != nil {
			v.Close()
			return nil, fmt.Errorf("open the vault: %s: %w", path, ErrDamaged)
		}
		v.shares[slot{share.Key, share.Epoch}] = opened{share.Secret,
			Held{Key: share.Key, Epoch: share.Epoch, Index: share.Index, Public: public}}
	}
	return v, nil
}

// Held lists the shares by key and epoch.
func (v *Vault) Held() []Held {
	v.mutex.RLock()
	defer v.mutex.RUnlock()
	held := make([]Held, 0, len(v.shares))
	for _, share := range v.shares {
		held = append(held, share.held)
	}
	slices.SortFunc(held, func(a, b Held) int {
		return cmp.Or(slices.Compare(a.Key[:], b.Key[:]), cmp.Compare(a.Epoch, b.Epoch))
	})
	return held
}

// Sign returns the share of the signature on the identity behind h under the key derived by delta.
// UNKNOWN_KEY where no share of the key is held, WRONG_EPOCH where none of this epoch is.
func (v *Vault) Sign(
	key messages.KeyID, epoch messages.KeyEpoch, delta bls.Scalar, h bls.HashPoint,
) (bls.Share, error) {
	v.mutex.RLock()
	defer v.mutex.RUnlock()
	share, found := v.shares[slot{key, epoch}]
	if found {
		signed, err := share.secret.SignShare(v.rand, h, delta)
		if err != nil {
			return bls.Share{}, fmt.Errorf("sign a share: %w", err)
		}
		return signed, nil
	}
	for other := range v.shares {
		if other.key == key {
			return bls.Share{}, messages.Refused(messages.CodeWrongEpoch, "sign share",
				fmt.Sprintf("no share of epoch %d", epoch))
		}
	}
	return bls.Share{}, messages.UnknownKey(key)
}

// Close wipes every secret; Sign knows no key after it.
func (v *Vault) Close() {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	for _, share := range v.shares {
		share.secret.Wipe()
	}
	clear(v.shares)
}
