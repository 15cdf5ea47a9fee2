package vault

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
)

// Errors of custody files.
var (
	// ErrHeld is returned where a share of the same key and epoch is there already.
	ErrHeld = errors.New("a share of this key and epoch is held already")
	// ErrLocked is returned where the passphrase or identity does not unseal a file.
	ErrLocked = errors.New("the passphrase or identity does not open it")
	// ErrDamaged is returned for a file whose content is not what its name says.
	ErrDamaged = errors.New("the file is damaged")
)

// The sealed content: version, key id, epoch, index, secret; integers are big-endian.
const (
	contentVersion = 1
	contentSize    = 1 + messages.HashSize + 4 + 2 + bls.ScalarSize
	suffix         = ".share.age"
	// maxSealed bounds a custody file in bytes; age adds a few hundred to the content.
	maxSealed = 4 << 10
)

// Share is one party's share of a key in one epoch.
type Share struct {
	Key    messages.KeyID
	Epoch  messages.KeyEpoch
	Index  messages.PartyIndex
	Secret bls.Secret
}

// name is the file's, made of what tells shares of one party apart.
func (s Share) name() string {
	return fmt.Sprintf("%s.%d%s", hex.EncodeToString(s.Key[:]), s.Epoch, suffix)
}

// Add seals a share into the vault's folder, which is made if it is not there. When it returns nil
// the share is on disk; ErrHeld where one of the same key and epoch is there, whatever it is.
func Add(dir string, lock Lock, share Share) error {
	if share.Secret.IsZero() || share.Index == 0 || share.Epoch == 0 {
		return fmt.Errorf("add a share: %w", bls.ErrMalformed)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the vault: %w", err)
	}
	var sealed bytes.Buffer
	if err := seal(&sealed, lock, share); err != nil {
		return fmt.Errorf("seal a share: %w", err)
	}
	err := claim(filepath.Join(dir, share.name()), sealed.Bytes())
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("add a share of key %s epoch %d: %w", share.Key, share.Epoch, ErrHeld)
	}
	if err != nil {
		return fmt.Errorf("add a share: %w", err)
	}
	return nil
}

// seal encrypts the content; what it made of the secret is overwritten before it returns.
func seal(to io.Writer, lock Lock, share Share) error {
	content := make([]byte, 0, contentSize)
	defer func() { clear(content[:contentSize]) }()
	content = append(content, contentVersion)
	content = append(content, share.Key[:]...)
	content = binary.BigEndian.AppendUint32(content, uint32(share.Epoch))
	content = binary.BigEndian.AppendUint16(content, uint16(share.Index))
	secret := share.Secret.Expose()
	content = append(content, secret[:]...)
	clear(secret[:])
	writer, err := age.Encrypt(to, lock.recipient)
	if err != nil {
		return err
	}
	if _, err := writer.Write(content); err != nil {
		return err
	}
	return writer.Close()
}

// load unseals one custody file and compares its content with its name.
func load(path string, lock Lock) (Share, error) {
	sealed, err := readPrivate(path, maxSealed)
	if err != nil {
		return Share{}, err
	}
	reader, err := age.Decrypt(bytes.NewReader(sealed), lock.identities...)
	var mismatch *age.NoIdentityMatchError
	if errors.As(err, &mismatch) {
		return Share{}, fmt.Errorf("%s: %w", path, ErrLocked)
	}
	if err != nil {
		return Share{}, fmt.Errorf("%s: %w", path, ErrDamaged)
	}
	content := make([]byte, contentSize)
	defer clear(content)
	if _, err := io.ReadFull(reader, content); err != nil {
		return Share{}, fmt.Errorf("%s: %w", path, ErrDamaged)
	}
	// The end of the stream must be read: age proves there that nothing was cut off.
	if n, err := reader.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return Share{}, fmt.Errorf("%s: %w", path, ErrDamaged)
	}
	share, err := parseContent(content)
	if err != nil || share.name() != filepath.Base(path) {
		return Share{}, fmt.Errorf("%s: %w", path, ErrDamaged)
	}
	return share, nil
}

// parseContent reads the form that seal writes; ParseSecret refuses zero and what is not canonical.
func parseContent(content []byte) (share Share, err error) {
	if content[0] != contentVersion {
		return Share{}, ErrDamaged
	}
	rest := content[1:]
	rest = rest[copy(share.Key[:], rest):]
	share.Epoch = messages.KeyEpoch(binary.BigEndian.Uint32(rest))
	share.Index = messages.PartyIndex(binary.BigEndian.Uint16(rest[4:]))
	share.Secret, err = bls.ParseSecret(rest[6:])
	return share, err
}

// claim writes content to a new file in one step that survives a crash: a temporary file, synced,
// linked to its name, and the folder synced. The link fails with os.ErrExist where the name is
// taken; a rename would overwrite.
func claim(path string, content []byte) error {
	dir := filepath.Dir(path)
	temporary, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(content)
	if err == nil {
		err = temporary.Sync()
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Link(temporary.Name(), path)
	}
	if err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
