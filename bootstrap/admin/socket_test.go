package admin_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/admin/admintest"
	"kmsgateway/messages"
)

func TestOnlyTheOwnerMayOpen(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	d := opened(t, folder, admintest.New())
	for path, want := range map[string]fs.FileMode{folder: 0o700, d.path: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 { // socket and lock
		t.Errorf("the folder holds %v", entries)
	}
}

// TestASocketOfTheDeadIsReplaced, and one of the living is not.
func TestASocketOfTheDeadIsReplaced(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, admin.SocketName)
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as a kill leaves it
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Dial(path); !errors.Is(err, admin.ErrAway) {
		t.Errorf("dialing the dead: %v", err)
	}
	opened(t, folder, admintest.New())
	if _, err := dialed(t, path).Status(t.Context()); err != nil {
		t.Error(err)
	}
	_, err = admin.Start(admin.Config{Path: path, Operator: admintest.New()})
	wantCode(t, err, messages.CodeConflict)
	if _, err := dialed(t, path).Status(t.Context()); err != nil {
		t.Errorf("after the refused second process: %v", err)
	}
	_, err = admin.ClaimFolder(folder)
	wantCode(t, err, messages.CodeConflict)
}

func TestAFileInTheWayIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), admin.SocketName)
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := admin.Start(admin.Config{Path: path, Operator: admintest.New()})
	wantCode(t, err, messages.CodeConflict)
	if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, []byte("precious")) {
		t.Errorf("the file now says %q, %v", text, err)
	}
	claim, err := admin.ClaimFolder(filepath.Dir(path))
	if err != nil {
		t.Fatalf("the refused process kept the folder: %v", err)
	}
	if err := claim.Release(); err != nil {
		t.Error(err)
	}
}

// TestNobodyIsThere: one line that says what to do.
func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", admin.SocketName)
	_, err := admin.Dial(path)
	if want := "no node answers at " + path + ": is it running?"; !errors.Is(err, admin.ErrAway) ||
		err.Error() != want {
		t.Errorf("have %v, want %q", err, want)
	}
	d := open(t)
	client := dialed(t, d.path)
	if err := d.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Status(t.Context()); !errors.Is(err, admin.ErrAway) {
		t.Errorf("have %v, want away", err)
	}
	if err := client.AwaitEnd(t.Context(), time.Millisecond); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(d.path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

func TestAwaitEndHasABound(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	wantCode(t, dialed(t, d.path).AwaitEnd(ctx, time.Millisecond), messages.CodeDeadline)
}

// TestALongPath: a folder deeper than a socket's address may be.
func TestALongPath(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), strings.Repeat("deep/", 40))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	d := opened(t, folder, admintest.New())
	if _, err := dialed(t, d.path).Status(t.Context()); err != nil {
		t.Error(err)
	}
}
