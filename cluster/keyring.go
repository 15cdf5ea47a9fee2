package cluster

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/memberlist"

	"kmsgateway/messages"
)

// GossipKeySize is that of an AES-256-GCM key, in bytes.
const GossipKeySize = 32

// maxKeys bounds a keyring: a rotation needs two, and each that stopped half-way leaves one.
const maxKeys = 8

// Keyring holds the keys that gossip is encrypted with: it encrypts with the first, the primary,
// and decrypts with any. Its file, where it has one, has a key a line in hex, the primary first.
// All methods are safe for concurrent use; no key is ever in an error or a text.
type Keyring struct {
	path string // "" keeps nothing

	lock sync.Mutex
	ring *memberlist.Keyring // lock, for changes; memberlist reads it at any time
}

// NewKeyring makes a keyring without a file; the first key is the primary.
func NewKeyring(keys ...[]byte) (*Keyring, error) {
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil, fmt.Errorf("make keyring: want 1 to %d keys, got %d", maxKeys, len(keys))
	}
	mine := make([][]byte, len(keys))
	for i, key := range keys {
		if err := checkKey(key); err != nil {
			return nil, err
		}
		mine[i] = bytes.Clone(key)
	}
	ring, err := memberlist.NewKeyring(mine[1:], mine[0])
	if err != nil {
		return nil, fmt.Errorf("make keyring: %w", err)
	}
	return &Keyring{ring: ring}, nil
}

// OpenKeyring reads a file of keys that nobody but its owner may read.
func OpenKeyring(path string) (*Keyring, error) {
	keys, err := readKeys(path)
	if err != nil {
		return nil, err
	}
	k, err := NewKeyring(keys...)
	if err != nil {
		return nil, err
	}
	k.path = path
	return k, nil
}

// readKeys reads a bounded file.
func readKeys(path string) ([][]byte, error) {
	const limit = maxKeys * (2*GossipKeySize + 2)
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("open keyring: %s is readable by others: chmod 600", path)
	}
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	if len(text) > limit {
		return nil, fmt.Errorf("read keyring: %s holds more than %d keys", path, maxKeys)
	}
	var keys [][]byte
	for number, line := range strings.Fields(string(text)) {
		key, err := hex.DecodeString(line)
		if err != nil || checkKey(key) != nil { // whose text could hold a part of the key
			return nil, fmt.Errorf("read keyring: line %d of %s is no key", number+1, path)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// checkKey never says what it was given.
func checkKey(key []byte) error {
	if len(key) != GossipKeySize {
		return messages.MalformedField("gossip_key", fmt.Sprintf("want %d bytes", GossipKeySize))
	}
	return nil
}

// Install adds a key to decrypt with. It is no error to install one twice.
func (k *Keyring) Install(key []byte) error {
	k.lock.Lock()
	defer k.lock.Unlock()
	return k.install(key)
}

// install is Install; of these three the caller holds the lock.
func (k *Keyring) install(key []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	keys := k.keys()
	if holds(keys, key) {
		return nil
	}
	if len(keys) >= maxKeys {
		return messages.Refused(messages.CodeOverloaded, "install gossip key",
			fmt.Sprintf("%d keys are all that a keyring holds: remove one", maxKeys))
	}
	if err := k.save(append(keys, key)); err != nil {
		return err
	}
	return k.ring.AddKey(bytes.Clone(key))
}

// Use makes an installed key the primary, the one to encrypt with.
func (k *Keyring) Use(key []byte) error {
	k.lock.Lock()
	defer k.lock.Unlock()
	return k.use(key)
}

func (k *Keyring) use(key []byte) error {
	keys := k.keys()
	if bytes.Equal(keys[0], key) {
		return nil
	}
	if !holds(keys, key) {
		return messages.Refused(messages.CodeConflict, "use gossip key", "it is not installed")
	}
	if err := k.save(append([][]byte{key}, without(keys, key)...)); err != nil {
		return err
	}
	return k.ring.UseKey(key)
}

// Remove forgets a key; the primary stays. It is no error to remove one that is not there.
func (k *Keyring) Remove(key []byte) error {
	k.lock.Lock()
	defer k.lock.Unlock()
	return k.remove(key)
}

func (k *Keyring) remove(key []byte) error {
	keys := k.keys()
	if bytes.Equal(keys[0], key) {
		return messages.Refused(messages.CodeConflict, "remove gossip key", "it is in use")
	}
	if !holds(keys, key) {
		return nil
	}
	if err := k.save(without(keys, key)); err != nil {
		return err
	}
	// The library shifts keys in a slice that its readers hold, unless the last one goes: those
	// behind are taken off first and put back.
	at := slices.IndexFunc(keys, func(one []byte) bool { return bytes.Equal(one, key) })
	for _, one := range slices.Backward(keys[at:]) {
		if err := k.ring.RemoveKey(one); err != nil {
			return fmt.Errorf("remove gossip key: %w", err)
		}
	}
	for _, one := range keys[at+1:] {
		if err := k.ring.AddKey(one); err != nil {
			return fmt.Errorf("remove gossip key: %w", err)
		}
	}
	return nil
}

// Fingerprints names the keys, the primary first, by the first 8 bytes of their SHA-256 in hex.
func (k *Keyring) Fingerprints() (names []string) {
	k.lock.Lock()
	defer k.lock.Unlock()
	for _, key := range k.keys() {
		names = append(names, fingerprint(key))
	}
	return names
}

// String names the primary, never a key.
func (k *Keyring) String() string { return "keyring " + k.Fingerprints()[0] }

// GoString is String: %#v shows no key either.
func (k *Keyring) GoString() string { return k.String() }

func fingerprint(key []byte) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// keys is a copy of the list; the caller holds the lock.
func (k *Keyring) keys() [][]byte { return slices.Clone(k.ring.GetKeys()) }

// holds tells whether a key is among keys.
func holds(keys [][]byte, key []byte) bool { return len(without(keys, key)) < len(keys) }

// without copies keys but one.
func without(keys [][]byte, key []byte) (rest [][]byte) {
	for _, one := range keys {
		if !bytes.Equal(one, key) {
			rest = append(rest, one)
		}
	}
	return rest
}

// save puts the keys on disk before anybody acts on them: a crash leaves the old file or the new.
func (k *Keyring) save(keys [][]byte) error {
	if k.path == "" {
		return nil
	}
	var text strings.Builder
	for _, key := range keys {
		text.WriteString(hex.EncodeToString(key) + "\n")
	}
	folder := filepath.Dir(k.path)
	part, err := os.CreateTemp(folder, "."+filepath.Base(k.path)+".*") // mode 0600
	if err != nil {
		return messages.StorageFailed("write keyring", err)
	}
	_, err = part.WriteString(text.String())
	err = errors.Join(err, part.Sync(), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), k.path)
	}
	if err != nil {
		return messages.StorageFailed("write keyring", errors.Join(err, os.Remove(part.Name())))
	}
	handle, err := os.Open(folder)
	if err == nil {
		err = errors.Join(handle.Sync(), handle.Close())
	}
	if err != nil {
		return messages.StorageFailed("write keyring", err)
	}
	return nil
}
