package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"

	"kmsgateway/crypto/bls"
)

// ErrExposed is returned for a secret file that others than its owner may read or write.
var ErrExposed = errors.New("file is open to others than its owner: chmod 600 it")

// DefaultWork is the base-2 logarithm of scrypt's work factor: about a second per file.
const DefaultWork = 18

// maxSecretFile bounds what is read from a passphrase or identity file, in bytes.
const maxSecretFile = 16 << 10

// redact gives the type that embeds it every way of printing that Go knows.
type redact struct{}

// Format writes REDACTED for every verb.
func (redact) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, bls.Redacted) }

// MarshalText returns REDACTED; JSON and structured logs use it too.
func (redact) MarshalText() ([]byte, error) { return []byte(bls.Redacted), nil }

// Passphrase is what a person remembers, or a file holds, to open the vault. It prints REDACTED.
type Passphrase struct {
	redact
	text string
}

// NewPassphrase takes the passphrase as it is.
func NewPassphrase(text string) Passphrase { return Passphrase{text: text} }

// ReadPassphrase reads the first line of a file that only its owner may read. Errors: ErrExposed,
// or the file system's.
func ReadPassphrase(path string) (Passphrase, error) {
	content, err := readPrivate(path, maxSecretFile)
	if err != nil {
		return Passphrase{}, fmt.Errorf("read the passphrase: %w", err)
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return NewPassphrase(string(bytes.TrimSuffix(line, []byte("\r")))), nil
}

// Lock seals and unseals custody files. It prints REDACTED.
type Lock struct {
	redact
	recipient  age.Recipient
	identities []age.Identity
}

// PassphraseLock seals with scrypt. work is the base-2 logarithm of the work factor, 0 for
// DefaultWork; a file sealed with more than DefaultWork does not open. The passphrase must not be
// empty.
func PassphraseLock(passphrase Passphrase, work int) (Lock, error) {
	recipient, err := age.NewScryptRecipient(passphrase.text)
	if err != nil {
		return Lock{}, fmt.Errorf("take the passphrase: %w", err)
	}
	identity, err := age.NewScryptIdentity(passphrase.text)
	if err != nil {
		return Lock{}, fmt.Errorf("take the passphrase: %w", err)
	}
	identity.SetMaxWorkFactor(DefaultWork)
	if work == 0 {
		work = DefaultWork
	}
	if work < 1 || work > DefaultWork {
		return Lock{}, fmt.Errorf("work factor 2^%d is not within 2^1 and 2^%d", work, DefaultWork)
	}
	recipient.SetWorkFactor(work)
	return Lock{recipient: recipient, identities: []age.Identity{identity}}, nil
}

// NewIdentity writes a fresh age identity (X25519) to a new file that only its owner may read. It
// refuses a name that is taken.
func NewIdentity(path string) error {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return fmt.Errorf("make an identity: %w", err)
	}
	text := []byte(identity.String() + "\n")
	defer clear(text)
	if err := claim(path, text); err != nil {
		return fmt.Errorf("write the identity: %w", err)
	}
	return nil
}

// IdentityLock seals to the identity in a file that only its owner may read: the format of
// age-keygen, with exactly one X25519 identity. Errors: ErrExposed, or what is wrong with the file.
func IdentityLock(path string) (Lock, error) {
	content, err := readPrivate(path, maxSecretFile)
	if err != nil {
		return Lock{}, fmt.Errorf("read the identity: %w", err)
	}
	defer clear(content)
	identities, err := age.ParseIdentities(bytes.NewReader(content))
	if err != nil {
		// The library's error may quote the line, which may be a key with a slip in it.
		return Lock{}, errors.New("read the identity: not an age identity file")
	}
	identity, ok := identities[0].(*age.X25519Identity)
	if !ok || len(identities) != 1 {
		return Lock{}, errors.New("read the identity: want exactly one X25519 identity")
	}
	return Lock{recipient: identity.Recipient(), identities: identities}, nil
}

// readPrivate reads a file of at most limit bytes that nobody but its owner may touch.
func readPrivate(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrExposed)
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%s: longer than %d bytes", path, limit)
	}
	return content, err
}
