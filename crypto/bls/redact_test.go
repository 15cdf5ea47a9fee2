package bls_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"kmsgateway/crypto/bls"
)

// forms are the ways in which bytes could stand in a text.
func forms(b []byte) []string {
	return []string{
		hex.EncodeToString(b), strings.ToUpper(hex.EncodeToString(b)),
		new(big.Int).SetBytes(b).String(), base64.StdEncoding.EncodeToString(b),
		fmt.Sprint(b), string(b),
	}
}

// printings are the ways in which Go prints a value.
func printings(tb testing.TB, v any) map[string]string {
	tb.Helper()
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o"} {
		out[verb] = fmt.Sprintf(verb, v)
	}
	out["json"] = string(must[[]byte](tb)(json.Marshal(v)))
	var text, object bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
	slog.New(slog.NewJSONHandler(&object, nil)).Info("m", "v", v)
	out["slog text"], out["slog json"] = text.String(), object.String()
	out["error"] = fmt.Errorf("with %v", v).Error()
	return out
}

func TestSecretsPrintRedacted(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	share := must[bls.Share](t)(s.secret.SignShare(seeded(2), s.hash, bls.Scalar{}))
	sig := s.sign(t)
	secretBytes, shareBytes, sigBytes := s.secret.Expose(), share.Bytes(), sig.Bytes()
	for name, c := range map[string]struct {
		value any
		bytes []byte
	}{
		"secret":               {s.secret, secretBytes[:]},
		"pointer to secret":    {&s.secret, secretBytes[:]},
		"share":                {share, shareBytes[:]},
		"half of share":        {share, shareBytes[:48]},
		"signature":            {sig, sigBytes[:]},
		"in an exported field": {struct{ S bls.Secret }{s.secret}, secretBytes[:]},
		"in a slice":           {[]bls.Secret{s.secret}, secretBytes[:]},
		"in a map":             {map[string]bls.Share{"k": share}, shareBytes[:]},
	} {
		for how, text := range printings(t, c.value) {
			for _, form := range forms(c.bytes) {
				if strings.Contains(text, form) {
					t.Errorf("%s by %s prints its bytes: %s", name, how, text)
				}
			}
			if !strings.Contains(text, bls.Redacted) {
				t.Errorf("%s by %s: %s, want %s", name, how, text, bls.Redacted)
			}
		}
	}
}

// fmt cannot call the methods of an unexported field; there, a secret shows an address and no more.
func TestSecretInUnexportedFieldShowsNoScalar(t *testing.T) {
	s := newSigner(t, seeded(1), "id").secret
	raw := s.Expose()
	holder := struct{ s bls.Secret }{s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d"} {
		text := fmt.Sprintf(verb, holder)
		for _, form := range forms(raw[:]) {
			if strings.Contains(text, form) {
				t.Errorf("%s prints the scalar: %s", verb, text)
			}
		}
		if len(text) > 200 {
			t.Errorf("%s prints more than an address: %s", verb, text)
		}
	}
}

func TestPublicKeyPrintsHex(t *testing.T) {
	k := newSigner(t, seeded(1), "id").key
	b := k.Bytes()
	if got := fmt.Sprint(k); got != hex.EncodeToString(b[:]) {
		t.Errorf("%s, want %x", got, b)
	}
	if got := string(must[[]byte](t)(json.Marshal(k))); got != `"`+k.String()+`"` {
		t.Errorf("json %s", got)
	}
}
