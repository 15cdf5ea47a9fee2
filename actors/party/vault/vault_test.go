package vault_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
)

// quick is a work factor for tests; a real vault uses vault.DefaultWork.
const quick = 4

func passphraseLock(t *testing.T, text string) vault.Lock {
	t.Helper()
	lock, err := vault.PassphraseLock(vault.NewPassphrase(text), quick)
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

func identityLock(t *testing.T) (vault.Lock, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "identity")
	if err := vault.NewIdentity(path); err != nil {
		t.Fatal(err)
	}
	lock, err := vault.IdentityLock(path)
	if err != nil {
		t.Fatal(err)
	}
	return lock, path
}

func newShare(t *testing.T, key byte, epoch messages.KeyEpoch) vault.Share {
	t.Helper()
	secret, err := bls.GenerateSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return vault.Share{Key: messages.KeyID{key}, Epoch: epoch, Index: 3, Secret: secret}
}

func add(t *testing.T, dir string, lock vault.Lock, shares ...vault.Share) {
	t.Helper()
	for _, share := range shares {
		if err := vault.Add(dir, lock, share); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t *testing.T, dir string, lock vault.Lock) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir, lock, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

func TestVaultSignsWithWhatWasAdded(t *testing.T) {
	byIdentity, _ := identityLock(t)
	for name, lock := range map[string]vault.Lock{
		"passphrase": passphraseLock(t, "correct horse"), "identity": byIdentity,
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "vault")
			first, second := newShare(t, 1, 1), newShare(t, 1, 2)
			add(t, dir, lock, second, first)
			v := open(t, dir, lock)

			held := v.Held()
			if len(held) != 2 || held[0].Epoch != 1 || held[1].Epoch != 2 || held[0].Index != 3 {
				t.Fatalf("held %+v", held)
			}
			h, err := bls.HashToG1(bls.DSTAugmented, []byte("identity"))
			if err != nil {
				t.Fatal(err)
			}
			delta := bls.ScalarFromUint64(7)
			share, err := v.Sign(second.Key, 2, delta, h)
			if err != nil {
				t.Fatal(err)
			}
			if !valid(t, h, delta, share, held[1].Public) {
				t.Error("the share does not verify under its public share")
			}
			if valid(t, h, delta, share, held[0].Public) {
				t.Error("the share verifies under another epoch's public share")
			}
		})
	}
}

func valid(
	t *testing.T, h bls.HashPoint, delta bls.Scalar, share bls.Share, public bls.PublicKey,
) bool {
	t.Helper()
	point, err := share.Check()
	if err != nil {
		t.Fatal(err)
	}
	ok, err := bls.CheckShares(rand.Reader, h, delta, []bls.ShareClaim{{Point: point, Public: public}})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestVaultNamesWhatItLacks(t *testing.T) {
	lock, _ := identityLock(t)
	dir := t.TempDir()
	add(t, dir, lock, newShare(t, 1, 1))
	v := open(t, dir, lock)
	h, err := bls.HashToG1(bls.DSTAugmented, []byte("identity"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Sign(messages.KeyID{9}, 1, bls.Scalar{}, h); messages.CodeOf(err) !=
		messages.CodeUnknownKey {
		t.Errorf("unknown key: %v", err)
	}
	if _, err := v.Sign(messages.KeyID{1}, 2, bls.Scalar{}, h); messages.CodeOf(err) !=
		messages.CodeWrongEpoch {
		t.Errorf("unknown epoch: %v", err)
	}
	v.Close()
	if _, err := v.Sign(messages.KeyID{1}, 1, bls.Scalar{}, h); messages.CodeOf(err) !=
		messages.CodeUnknownKey {
		t.Errorf("after Close: %v", err)
	}
}

func TestVaultNeverOverwrites(t *testing.T) {
	lock, _ := identityLock(t)
	dir := t.TempDir()
	share := newShare(t, 1, 1)
	add(t, dir, lock, share)
	before := open(t, dir, lock).Held()

	if err := vault.Add(dir, lock, newShare(t, 1, 1)); !errors.Is(err, vault.ErrHeld) {
		t.Fatalf("a second share of the same key and epoch: %v", err)
	}
	after := open(t, dir, lock).Held()
	if len(after) != 1 || !after[0].Public.Equal(before[0].Public) {
		t.Fatal("the first share is gone")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the refused share left something behind: %v %v", entries, err)
	}
}

func TestVaultIdentityIsNeverOverwritten(t *testing.T) {
	_, path := identityLock(t)
	if err := vault.NewIdentity(path); !errors.Is(err, os.ErrExist) {
		t.Fatalf("a second identity under the same name: %v", err)
	}
}

func TestVaultStaysShut(t *testing.T) {
	right := passphraseLock(t, "correct horse")
	other, _ := identityLock(t)
	for name, lock := range map[string]vault.Lock{
		"wrong passphrase": passphraseLock(t, "battery staple"), "wrong kind of lock": other,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			add(t, dir, right, newShare(t, 1, 1))
			if _, err := vault.Open(dir, lock, rand.Reader); !errors.Is(err, vault.ErrLocked) {
				t.Fatalf("want ErrLocked, got %v", err)
			}
		})
	}
}

func TestVaultDetectsDamage(t *testing.T) {
	lock, _ := identityLock(t)
	damage := map[string]func(t *testing.T, path string){
		"a flipped bit": func(t *testing.T, path string) {
			rewrite(t, path, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
		},
		"cut short": func(t *testing.T, path string) {
			rewrite(t, path, func(b []byte) []byte { return b[:len(b)-1] })
		},
		"empty": func(t *testing.T, path string) {
			rewrite(t, path, func([]byte) []byte { return nil })
		},
		"under another epoch's name": func(t *testing.T, path string) {
			if err := os.Rename(path, strings.Replace(path, ".1.share", ".2.share", 1)); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, spoil := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			add(t, dir, lock, newShare(t, 1, 1))
			paths, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil || len(paths) != 1 {
				t.Fatal(paths, err)
			}
			spoil(t, paths[0])
			if _, err := vault.Open(dir, lock, rand.Reader); !errors.Is(err, vault.ErrDamaged) {
				t.Fatalf("want ErrDamaged, got %v", err)
			}
		})
	}
}

func rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVaultRefusesFilesOpenToOthers(t *testing.T) {
	lock, identity := identityLock(t)
	dir := t.TempDir()
	add(t, dir, lock, newShare(t, 1, 1))
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	passphrase := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(passphrase, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{identity, paths[0], passphrase} {
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := vault.IdentityLock(identity); !errors.Is(err, vault.ErrExposed) {
		t.Errorf("identity: %v", err)
	}
	if _, err := vault.Open(dir, lock, rand.Reader); !errors.Is(err, vault.ErrExposed) {
		t.Errorf("share: %v", err)
	}
	if _, err := vault.ReadPassphrase(passphrase); !errors.Is(err, vault.ErrExposed) {
		t.Errorf("passphrase: %v", err)
	}
}

func TestPassphraseFileGivesItsFirstLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(path, []byte("correct horse\r\nnot this\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	passphrase, err := vault.ReadPassphrase(path)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := vault.PassphraseLock(passphrase, quick)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	add(t, dir, lock, newShare(t, 1, 1))
	open(t, dir, passphraseLock(t, "correct horse"))
}

func TestLockRefusesNonsense(t *testing.T) {
	if _, err := vault.PassphraseLock(vault.NewPassphrase(""), quick); err == nil {
		t.Error("an empty passphrase was taken")
	}
	if _, err := vault.PassphraseLock(vault.NewPassphrase("x"), vault.DefaultWork+1); err == nil {
		t.Error("a work factor that no vault would open was taken")
	}
	path := filepath.Join(t.TempDir(), "identity")
	slip := "AGE-SECRET-KEY-1QQQQQQQQQQQQ"
	if err := os.WriteFile(path, []byte(slip+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.IdentityLock(path); err == nil || strings.Contains(err.Error(), slip) {
		t.Errorf("a mistyped identity: %v", err)
	}
}

func TestVaultPrintsNoSecret(t *testing.T) {
	text := "correct horse battery staple"
	passphrase := vault.NewPassphrase(text)
	lock := passphraseLock(t, text)
	share := newShare(t, 1, 1)
	secret := share.Secret.Expose()

	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	for _, value := range []any{passphrase, &passphrase, lock, &lock, share, &share} {
		fmt.Fprintf(&out, "%v %+v %#v %s %x\n", value, value, value, value, value)
		logger.Info("value", "value", value)
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(encoded)
	}
	for _, leak := range []string{
		text, hex.EncodeToString([]byte(text)), hex.EncodeToString(secret[:]), fmt.Sprint(secret[:]),
	} {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(leak)) {
			t.Errorf("%q was printed", leak)
		}
	}
	if !strings.Contains(out.String(), bls.Redacted) {
		t.Error("nothing says REDACTED")
	}
}
