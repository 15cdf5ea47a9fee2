package bootstrap

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

func dealt(t *testing.T) Dealt {
	t.Helper()
	made, err := Deal(rand.Reader, t.TempDir(), 1337, threshold.Dealer{Name: "test"}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestPublicKeyFileNamesTheFieldAtFault(t *testing.T) {
	made := dealt(t)
	other := dealt(t)
	if info, err := ReadPublicKey(made.Public); err != nil || info.Key != made.Info.Key {
		t.Fatalf("read %+v, %v", info, err)
	}
	for _, row := range []struct {
		says  string
		spoil func(*publicKeyFile)
	}{
		{"epoch", func(f *publicKeyFile) { f.Epoch = 0 }},
		{"master_public_key", func(f *publicKeyFile) { f.Master = f.Master[2:] }},
		{"master_public_key", func(f *publicKeyFile) { f.Master = "zz" }},
		{"public_shares[1]", func(f *publicKeyFile) { f.Shares[1] = "c0" + strings.Repeat("0", 190) }},
		{"do not belong", func(f *publicKeyFile) { f.Shares[0], f.Shares[1] = f.Shares[1], f.Shares[0] }},
		{"do not belong", func(f *publicKeyFile) { f.Threshold = 1 }},
		{"do not belong", func(f *publicKeyFile) {
			text := other.Dealing.Committee.Master().String()
			f.Master = strings.TrimPrefix(text, "0x")
		}},
		{"threshold", func(f *publicKeyFile) { f.Threshold = 4 }},
	} {
		text, err := os.ReadFile(made.Public)
		if err != nil {
			t.Fatal(err)
		}
		var file publicKeyFile
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		row.spoil(&file)
		if text, err = json.Marshal(file); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "spoilt.json")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = ReadPublicKey(path)
		if messages.CodeOf(err) != messages.CodeConfig || !strings.Contains(err.Error(), row.says) {
			t.Errorf("want %q named: %v", row.says, err)
		}
	}
}

func TestKeyBookWantsEveryParty(t *testing.T) {
	key := dealt(t).Info
	parties := []messages.PartyInfo{{Index: 1}, {Index: 2}, {Index: 3}, {Index: 4}}
	book, err := NewKeyBook([]messages.KeyInfo{key}, parties)
	if err != nil || len(book.Parties(key.Key)) != 3 {
		t.Fatalf("%d parties, %v", len(book.Parties(key.Key)), err)
	}
	if _, err := NewKeyBook([]messages.KeyInfo{key}, parties[:2]); err == nil ||
		!strings.Contains(err.Error(), "party-3") {
		t.Errorf("a missing party is told as %v", err)
	}
	if _, err := NewKeyBook([]messages.KeyInfo{key, key}, parties); err == nil ||
		!strings.Contains(err.Error(), "twice") {
		t.Errorf("a double key is told as %v", err)
	}
}

func TestDerivationsRememberTheTruth(t *testing.T) {
	made := dealt(t)
	cached, err := NewDerivations()
	if err != nil {
		t.Fatal(err)
	}
	defer cached.Close()
	master := made.Dealing.Committee.Master()
	direct, err := vetkd.DerivePurpose(master, vetkd.PurposeDecrypt,
		vetkd.NewAppID(5, vetkd.Address{7}))
	if err != nil {
		t.Fatal(err)
	}
	point, err := direct.Hash([]byte("id"))
	if err != nil {
		t.Fatal(err)
	}
	// A write may become visible late, so ask until the second hit of each cache is told.
	for round := 0; cached.ratios()["hashes"]() == 0 || cached.ratios()["derived_keys"]() == 0; round++ {
		if round > 1_000_000 {
			t.Fatal("nothing is ever remembered")
		}
		derived, err := cached.Derive(made.Info.Master, vetkd.PurposeDecrypt, 5, messages.Address{7})
		if err != nil || !derived.Key().Equal(direct.Key()) {
			t.Fatalf("derived another key: %v", err)
		}
		hash, err := cached.Hash(derived, []byte("id"))
		if err != nil || hash.Bytes() != point.Bytes() {
			t.Fatalf("hashed to another point: %v", err)
		}
	}
	if _, err := cached.Derive([96]byte{1}, vetkd.PurposeDecrypt, 5, messages.Address{7}); err == nil {
		t.Error("a master key that is no point is taken")
	}
	if _, err := cached.Coefficients([]messages.PartyIndex{1, 1}); err == nil {
		t.Error("a double signer is taken")
	}
}
