package ethereum_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
)

// The key of all ones and its account, computed with another library.
const (
	someKey     = "0101010101010101010101010101010101010101010101010101010101010101"
	someAccount = "0x1a642f0e3c3af545e7acbd38b07251b3990914f1"
)

func TestSenderKeyIsReadFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sender")
	if err := os.WriteFile(path, []byte("0x"+someKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := ethereum.ReadSenderKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if key.Address().String() != someAccount {
		t.Errorf("account %s", key.Address())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ethereum.ReadSenderKey(path); !errors.Is(err, ethereum.ErrExposed) {
		t.Errorf("open to others: %v", err)
	}
}

func TestSenderKeyRefusesNonsenseWithoutRepeatingIt(t *testing.T) {
	for _, text := range []string{"", someKey[1:], someKey + "00", "z" + someKey[1:],
		strings.Repeat("0", 64), strings.Repeat("f", 64)} {
		_, err := ethereum.ParseSenderKey(text)
		if messages.CodeOf(err) != messages.CodeMalformedInput {
			t.Errorf("%q: %v", text, err)
		}
		if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats %q", text)
		}
	}
}

func TestSenderKeyPrintsNoSecret(t *testing.T) {
	key, err := ethereum.ParseSenderKey(someKey)
	if err != nil {
		t.Fatal(err)
	}
	outlet := ethereum.NewOutlet(nil, key)
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, nil))
	for _, value := range []any{key, &key, outlet, struct{ Key ethereum.SenderKey }{key}} {
		fmt.Fprintf(&out, "%v %+v %#v %s %x %d\n", value, value, value, value, value, value)
		logger.Info("key", "key", value)
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(encoded)
	}
	for _, leak := range []string{someKey, "101010101", "1 1 1 1", "72340172838076673"} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q was printed:\n%s", leak, out.String())
		}
	}
	other, err := ethereum.GenerateSenderKey(rand.Reader)
	if err != nil || other.Address() == key.Address() {
		t.Errorf("generated %s, %v", other.Address(), err)
	}
}
