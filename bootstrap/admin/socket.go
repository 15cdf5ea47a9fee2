package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"kmsgateway/messages"
)

// SocketName is the socket's name in a data folder.
const SocketName = "admin.sock"

// lockName is the file that a living process holds the lock of. The lock ends with the process,
// however it ends, so that a socket without it is a dead one's.
const lockName = "admin.lock"

// maxSocketPath is what every system takes as the address of a unix socket, in bytes.
const maxSocketPath = 100

// Claim is the right to be the process of a data folder.
type Claim struct{ lock *os.File }

// ClaimFolder takes the right to be the process of a data folder; CONFLICT while another lives
// there. Who works on the files of a process that must be stopped claims its folder meanwhile.
func ClaimFolder(folder string) (*Claim, error) {
	lock, err := os.OpenFile(filepath.Join(folder, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, messages.StorageFailed("lock data folder", err)
	}
	err = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		_ = lock.Close() // nothing was written
		return nil, messages.Refused(messages.CodeConflict, "lock data folder",
			"a process runs in "+folder+": stop it first")
	}
	if err != nil {
		return nil, messages.StorageFailed("lock data folder", errors.Join(err, lock.Close()))
	}
	return &Claim{lock}, nil
}

// Release gives the right back.
func (c *Claim) Release() error { return c.lock.Close() }

// listen makes the socket, which nobody but this user can open at any moment: it is born in a
// folder of its own and moved to its place when its mode is set. The folder is claimed.
func listen(path string) (net.Listener, error) {
	folder := filepath.Dir(path)
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket == 0 {
		return nil, messages.Refused(messages.CodeConflict, "listen", path+" is no socket")
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		return nil, messages.StorageFailed("close data folder to others", err)
	}
	cradle, err := os.MkdirTemp(folder, ".admin.*")
	if err != nil {
		return nil, messages.StorageFailed("make socket", err)
	}
	defer func() { _ = os.RemoveAll(cradle) }() // empty by then
	born := filepath.Join(cradle, "s")
	listener, err := bind(born)
	if err != nil {
		return nil, messages.StorageFailed("make socket", err)
	}
	err = os.Chmod(born, 0o600)
	if err == nil {
		err = os.Rename(born, path)
	}
	if err != nil {
		return nil, messages.StorageFailed("make socket", errors.Join(err, listener.Close()))
	}
	return listener, nil
}

// bind listens at a path, which is not the listener's to remove.
func bind(path string) (net.Listener, error) {
	var listener *net.UnixListener
	err := reach(path, func(address *net.UnixAddr) (err error) {
		listener, err = net.ListenUnix("unix", address)
		return err
	})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	return listener, nil
}

// reach gives do an address of the path that is short enough for a socket: where the path is not,
// the way through this process's hold on the folder, which Linux has.
func reach(path string, do func(*net.UnixAddr) error) error {
	if len(path) <= maxSocketPath {
		return do(&net.UnixAddr{Name: path, Net: "unix"})
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // read only
	through := fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), filepath.Base(path))
	return do(&net.UnixAddr{Name: through, Net: "unix"})
}
