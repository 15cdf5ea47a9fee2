package bootstrap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"kmsgateway/messages"
)

// replaceFile puts content at path, readable by the owner only: a crash leaves the old content or
// the new, never a part. When it returns nil the content is on disk.
func replaceFile(path string, content []byte) error {
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return messages.StorageFailed("write "+filepath.Base(path), err)
	}
	_, err = part.Write(content)
	err = errors.Join(err, part.Sync(), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err == nil {
		return syncFolder(filepath.Dir(path))
	}
	err = errors.Join(err, os.Remove(part.Name()))
	return messages.StorageFailed("write "+filepath.Base(path), err)
}

// syncFolder makes what was created, renamed or removed in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err == nil {
		err = errors.Join(folder.Sync(), folder.Close())
	}
	if err != nil {
		return messages.StorageFailed("sync folder", err)
	}
	return nil
}

// readBounded reads a whole file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only: nothing can be lost
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%s is longer than %d bytes", filepath.Base(path), limit)
	}
	return content, err
}

// readSecret reads a file that nobody but its owner may read.
func readSecret(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s is readable by others: chmod 600", path)
	}
	return readBounded(path, limit)
}

// exists tells whether anything is at path; what cannot be looked at counts as there.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// decodeStrict reads one JSON value: no unknown field, nothing behind it.
func decodeStrict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// locked runs do while no other process holds the folder's lock: the command line writes beside a
// running service.
func locked(folder string, do func() error) error {
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return messages.StorageFailed("lock folder", err)
	}
	defer func() { _ = lock.Close() }() // which gives the lock back
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return messages.StorageFailed("lock folder", err)
	}
	return do()
}
