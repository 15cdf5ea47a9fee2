package vetkd_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"kmsgateway/crypto/vetkd"
)

// b and a are the counting values that testdata/abi.json is made of.
func b(n byte) (out [32]byte) {
	for i := range out {
		out[i] = n + byte(i)
	}
	return out
}

func a(n byte) (out vetkd.Address) {
	for i := range out {
		out[i] = n + byte(i)
	}
	return out
}

const abiChain = 0x0102030405060708

// What the contract hashes, we hash: values of another implementation of the ABI.
func TestABIDigests(t *testing.T) {
	raw, err := os.ReadFile("testdata/abi.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]string
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	got := map[string][32]byte{
		"tag": vetkd.AttestTag(),
		"input_id": vetkd.Input{
			ChainID: abiChain, Gateway: a(1), App: a(2), Owner: a(3), Salt: b(4),
		}.ID(),
		"handle": vetkd.HandleOfParts(b(5), b(6), b(7), b(8), 1024),
		"attestation_id": vetkd.Attestation{
			ChainID: abiChain, Gateway: a(14), RequestID: 0x1112131415161718,
			RequestDigest: b(15), KeyID: b(16), OutcomesDigest: b(17),
		}.ID(),
	}
	request := vetkd.Request{
		App: a(10), Selector: [4]byte{1, 2, 3, 4},
		Options: vetkd.Options{
			Proof: 1, CallbackGasLimit: 0x01020304, Deadline: abiChain, RefundTo: a(11),
		},
	}
	var outcomes vetkd.Outcomes
	for k := range 3 {
		got[fmt.Sprintf("request_digest_%d", k)] = request.Digest()
		got[fmt.Sprintf("outcomes_digest_%d", k)] = outcomes.Digest()
		request.Handles = append(request.Handles, b(byte(20*k+9)))
		outcomes = append(outcomes, vetkd.Outcome{
			Handle: b(byte(20*k + 12)), Status: uint8(k + 1), PlaintextHash: b(byte(20*k + 13)),
		})
	}
	for name, sum := range got {
		if hex.EncodeToString(sum[:]) != want[name] {
			t.Errorf("%s: %x, want %s", name, sum, want[name])
		}
	}
	if len(got) != len(want)-1 { // beside the source
		t.Errorf("%d digests, the file has %d", len(got), len(want)-1)
	}
}

// The handle of a ciphertext is that of its parts, and covers every byte of it but the header.
func TestHandleCoversTheCiphertext(t *testing.T) {
	s := newScene(t, 2, 3)
	ct := parse(t, s.ciphertext)
	handle := vetkd.HandleOf(b(1), b(2), ct)
	parts := vetkd.HandleOfParts(b(1), b(2), ct.C1Hash(), ct.RestHash(), uint64(ct.MessageLen()))
	if handle != parts {
		t.Error("the handle of the parts is another")
	}
	c1 := ct.C1()
	rest := vetkd.Keccak256(s.ciphertext[104:])
	if ct.C1Hash() != vetkd.Keccak256(c1[:]) || ct.RestHash() != rest {
		t.Error("the parts are not c1 and what follows it")
	}
	for _, i := range []int{104, 135, 136, len(s.ciphertext) - 1} {
		changed := append([]byte{}, s.ciphertext...)
		changed[i] ^= 1
		if vetkd.HandleOf(b(1), b(2), parse(t, changed)) == handle {
			t.Errorf("byte %d does not count", i)
		}
	}
	longer := parse(t, append(append([]byte{}, s.ciphertext...), 0))
	if vetkd.HandleOf(b(1), b(2), longer) == handle || vetkd.HandleOf(b(3), b(2), ct) == handle ||
		vetkd.HandleOf(b(1), b(3), ct) == handle {
		t.Error("another length, input or key has the same handle")
	}
}
