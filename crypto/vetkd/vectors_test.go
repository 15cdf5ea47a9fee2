package vetkd_test

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
)

// vectors are published values that nobody here wrote; every row was checked against the npm
// package.
type vectors struct {
	Derivation []struct {
		Master  hexBytes `json:"master_public_key"`
		AppID   string   `json:"app_id_utf8"`
		Context string   `json:"context_utf8"`
		AppKey  hexBytes `json:"app_key"`
		Derived hexBytes `json:"derived_public_key"`
	} `json:"derivation"`
	SecondLevel []struct {
		AppKey  hexBytes `json:"app_key"`
		Context string   `json:"context_utf8"`
		Derived hexBytes `json:"derived_public_key"`
	} `json:"second_level_derivation"`
	Signatures []struct {
		Derived   hexBytes `json:"derived_public_key"`
		Message   string   `json:"message_utf8"`
		Wrong     string   `json:"wrong_message_utf8"`
		Signature hexBytes `json:"signature"`
	} `json:"bls_signature"`
	User []struct {
		TransportSecret hexBytes `json:"transport_secret_key"`
		TransportPublic hexBytes `json:"transport_public_key"`
		Derived         hexBytes `json:"derived_public_key"`
		EncryptedKey    hexBytes `json:"encrypted_key"`
		Identity        hexBytes `json:"identity"`
		Key             hexBytes `json:"vetkey"`
		Plaintext       hexBytes `json:"plaintext"`
		Seed            hexBytes `json:"seed"`
		Ciphertext      hexBytes `json:"ciphertext"`
	} `json:"user_decryption"`
}

type hexBytes []byte

func (h *hexBytes) UnmarshalText(b []byte) (err error) {
	*h, err = hex.DecodeString(string(b))
	return err
}

func loadVectors(t *testing.T) vectors {
	t.Helper()
	raw, err := os.ReadFile("testdata/vetkeys.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func mustKey(t testing.TB, b []byte) bls.PublicKey {
	t.Helper()
	return must[bls.PublicKey](t)(bls.ParsePublicKey(b))
}

func mustSignature(t testing.TB, b []byte) bls.Signature {
	t.Helper()
	return must[bls.Signature](t)(bls.ParseSignature(b))
}

func checkKey(t *testing.T, got bls.PublicKey, want []byte) {
	t.Helper()
	if b := got.Bytes(); string(b[:]) != string(want) {
		t.Errorf("key %x, want %x", b, want)
	}
}

func TestVectorsDerivation(t *testing.T) {
	for _, row := range loadVectors(t).Derivation {
		master := mustKey(t, row.Master)
		app, err := vetkd.Derive(master, []byte(row.AppID), "")
		if err != nil {
			t.Fatal(err)
		}
		checkKey(t, app.Key(), row.AppKey)
		d, err := vetkd.Derive(master, []byte(row.AppID), row.Context)
		if err != nil {
			t.Fatal(err)
		}
		checkKey(t, d.Key(), row.Derived)
		tweaked, err := master.Tweak(d.Delta())
		if err != nil {
			t.Fatal(err)
		}
		checkKey(t, tweaked, row.Derived)
	}
}

func TestVectorsSecondLevel(t *testing.T) {
	for _, row := range loadVectors(t).SecondLevel {
		app := mustKey(t, row.AppKey)
		got, err := vetkd.SubKey(app, row.Context)
		if err != nil {
			t.Fatal(err)
		}
		checkKey(t, got, row.Derived)
		same, err := vetkd.SubKey(app, "")
		if err != nil {
			t.Fatal(err)
		}
		checkKey(t, same, row.AppKey)
	}
}

func TestVectorsSignature(t *testing.T) {
	for _, row := range loadVectors(t).Signatures {
		key, sig := mustKey(t, row.Derived), mustSignature(t, row.Signature)
		for message, want := range map[string]bool{row.Message: true, row.Wrong: false} {
			h, err := bls.HashAugmented(key, []byte(message))
			if err != nil {
				t.Fatal(err)
			}
			if got := bls.Verify(key, h, sig); got != want {
				t.Errorf("verify %q: %v, want %v", message, got, want)
			}
		}
	}
}

func TestVectorsCiphertext(t *testing.T) {
	for _, row := range loadVectors(t).User {
		ct, err := vetkd.ParseCiphertext(row.Ciphertext)
		if err != nil {
			t.Fatal(err)
		}
		o, err := vetkd.Decrypt(mustSignature(t, row.Key), ct)
		if err != nil {
			t.Fatal(err)
		}
		if string(o.Plaintext()) != string(row.Plaintext) {
			t.Errorf("plaintext %x, want %x", o.Plaintext(), row.Plaintext)
		}
		if seed := o.Seed(); string(seed[:]) != string(row.Seed) {
			t.Errorf("seed %x, want %x", [32]byte(seed), row.Seed)
		}
		again, err := vetkd.Encrypt(mustKey(t, row.Derived), row.Identity,
			vetkd.Seed(row.Seed), row.Plaintext)
		if err != nil {
			t.Fatal(err)
		}
		if string(again.Bytes()) != string(row.Ciphertext) {
			t.Errorf("encrypt: %x, want %x", again.Bytes(), row.Ciphertext)
		}
	}
}

// A key encrypted to a user's transport key, (c1, c2, c3) = (r*g1, r*g2, r*tpk + K): what the user
// takes out of it is the key that verifies.
func TestVectorsUserDecryption(t *testing.T) {
	for _, row := range loadVectors(t).User {
		secret := new(big.Int).SetBytes(row.TransportSecret)
		_, _, g1, _ := bls12381.Generators()
		var tpk, c1, c3 bls12381.G1Affine
		tpk.ScalarMultiplication(&g1, secret)
		if got := tpk.Bytes(); string(got[:]) != string(row.TransportPublic) {
			t.Errorf("transport key %x, want %x", got, row.TransportPublic)
		}
		mustSignature(t, row.EncryptedKey[:48])
		mustKey(t, row.EncryptedKey[48:144])
		mustSignature(t, row.EncryptedKey[144:])
		must[int](t)(c1.SetBytes(row.EncryptedKey[:48]))
		must[int](t)(c3.SetBytes(row.EncryptedKey[144:]))
		c3.Sub(&c3, c1.ScalarMultiplication(&c1, secret))
		got := c3.Bytes()
		if string(got[:]) != string(row.Key) {
			t.Errorf("key %x, want %x", got, row.Key)
		}
		dpk := mustKey(t, row.Derived)
		h := must[bls.HashPoint](t)(bls.HashAugmented(dpk, row.Identity))
		if !bls.Verify(dpk, h, mustSignature(t, got[:])) {
			t.Error("the key does not verify")
		}
	}
}
