//go:build npm

package vetkd_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os/exec"
	"slices"
	"sync"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
)

// The published npm package, run by Node, on keys that are fresh in every run. Where Node is
// missing these tests fail; they never skip. They are behind a build tag so that a machine with Go
// alone can run all others.

const npmFolder = "testdata/npm"

// task is one call of the package; see testdata/npm/peer.mjs.
type task struct {
	Do         string `json:"do"`
	Master     string `json:"master,omitempty"`
	App        string `json:"app,omitempty"`
	Context    string `json:"context,omitempty"`
	DPK        string `json:"dpk,omitempty"`
	ID         string `json:"id,omitempty"`
	Key        string `json:"key,omitempty"`
	Message    string `json:"message"`
	Seed       string `json:"seed,omitempty"`
	Ciphertext string `json:"ciphertext,omitempty"`
	Encrypted  string `json:"encrypted,omitempty"`
	Secret     string `json:"secret,omitempty"`
}

type answer struct{ Value, Error string }

// need fails, saying how to get the program, where it is missing.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is missing; install it: apt-get install -y nodejs npm", program)
	}
}

// install puts the package as locked into its folder, once a run.
var install = sync.OnceValues(func() ([]byte, error) {
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = npmFolder
	return npm.CombinedOutput()
})

// ask lets the package do the tasks.
func ask(t *testing.T, tasks ...task) []answer {
	t.Helper()
	need(t, "node")
	need(t, "npm")
	if out, err := install(); err != nil {
		t.Fatalf("npm ci in %s: %v\n%s", npmFolder, err, out)
	}
	peer := exec.Command("node", "peer.mjs")
	peer.Dir = npmFolder
	peer.Stdin = bytes.NewReader(must[[]byte](t)(json.Marshal(tasks)))
	var stderr bytes.Buffer
	peer.Stderr = &stderr
	out, err := peer.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &stderr)
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(tasks) {
		t.Fatalf("%d answers to %d tasks: %v\n%s", len(answers), len(tasks), err, out)
	}
	return answers
}

// fresh is a 3-of-5 key that nobody saw before, with a derived key and the key of one identity.
type fresh struct {
	dealing threshold.Dealing
	app     vetkd.AppID
	derived vetkd.Derived
	id      []byte
	key     bls.Signature
}

func newFresh(t *testing.T) fresh {
	t.Helper()
	f := fresh{id: make([]byte, 32)}
	_, _ = rand.Read(f.id) // never fails
	_, _ = rand.Read(f.app[:])
	dealer := threshold.Dealer{Name: "test"}
	f.dealing = must[threshold.Dealing](t)(dealer.Deal(rand.Reader, 3, 5))
	master := f.dealing.Committee.Master()
	f.derived = must[vetkd.Derived](t)(vetkd.DerivePurpose(master, vetkd.PurposeDecrypt, f.app))
	var shares []threshold.Share
	for _, s := range f.dealing.Shares[2:] {
		p := must[bls.Share](t)(vetkd.SignShare(rand.Reader, s.Secret, f.derived, f.id))
		shares = append(shares, threshold.Share{Index: s.Index, Point: p})
	}
	co := must[threshold.Coefficients](t)(threshold.NewCoefficients([]threshold.Index{3, 4, 5}))
	f.key = must[bls.Signature](t)(co.Combine(shares))
	return f
}

func hexKey(k bls.PublicKey) string { return k.String() }

func hexSignature(s bls.Signature) string {
	b := s.Bytes()
	return hex.EncodeToString(b[:])
}

// refused stands for an answer that is an error.
const refused = "refused"

func expect(t *testing.T, got []answer, want ...string) {
	t.Helper()
	for i, w := range want {
		value := got[i].Value
		if got[i].Error != "" {
			value = refused
		}
		if value != w {
			t.Errorf("answer %d: %q (%s), want %q", i, value, got[i].Error, w)
		}
	}
}

func TestNpmDerivesTheSameKeys(t *testing.T) {
	f := newFresh(t)
	master := f.dealing.Committee.Master()
	var tasks []task
	var want []string
	for _, p := range vetkd.Purposes() {
		context, _ := p.Context()
		tasks = append(tasks, task{Do: "derive", Master: hexKey(master),
			App: hex.EncodeToString(f.app[:]), Context: context})
		d := must[vetkd.Derived](t)(vetkd.DerivePurpose(master, p, f.app))
		want = append(want, hexKey(d.Key()))
	}
	expect(t, ask(t, tasks...), want...)
}

// A key that our quorum combined verifies there, and opens there what we encrypted.
func TestNpmOpensOurCiphertexts(t *testing.T) {
	f := newFresh(t)
	dpk, id := hexKey(f.derived.Key()), hex.EncodeToString(f.id)
	other := hex.EncodeToString(append([]byte{0}, f.id[1:]...))
	tasks := []task{
		{Do: "verify", DPK: dpk, ID: id, Key: hexSignature(f.key)},
		{Do: "verify", DPK: dpk, ID: other, Key: hexSignature(f.key)},
	}
	want := []string{"true", "false"}
	for _, n := range []int{0, 1, 32, 33, vetkd.MaxMessage} {
		message := make([]byte, n)
		_, _ = rand.Read(message)
		seed := must[vetkd.Seed](t)(vetkd.NewSeed(rand.Reader))
		ct := must[vetkd.Ciphertext](t)(vetkd.Encrypt(f.derived.Key(), f.id, seed, message))
		encoded := hex.EncodeToString(ct.Bytes())
		tasks = append(tasks,
			task{Do: "decrypt", Key: hexSignature(f.key), Ciphertext: encoded},
			task{Do: "encrypt", DPK: dpk, ID: id, Message: hex.EncodeToString(message),
				Seed: hex.EncodeToString(seed[:])})
		want = append(want, hex.EncodeToString(message), encoded)
	}
	expect(t, ask(t, tasks...), want...)
}

// What the package encrypts with seeds of its own, our parties' key opens.
func TestWeOpenNpmCiphertexts(t *testing.T) {
	f := newFresh(t)
	var tasks []task
	var messages [][]byte
	for _, n := range []int{1, 32, 100, vetkd.MaxMessage} {
		message := make([]byte, n)
		_, _ = rand.Read(message)
		messages = append(messages, message)
		tasks = append(tasks, task{Do: "encrypt", DPK: hexKey(f.derived.Key()),
			ID: hex.EncodeToString(f.id), Message: hex.EncodeToString(message)})
	}
	for i, got := range ask(t, tasks...) {
		ct, err := vetkd.ParseCiphertext(must[[]byte](t)(hex.DecodeString(got.Value)))
		if err != nil {
			t.Fatalf("%d bytes: %v (%s)", len(messages[i]), err, got.Error)
		}
		o, err := vetkd.Decrypt(f.key, ct)
		if err != nil || !bytes.Equal(o.Plaintext(), messages[i]) {
			t.Errorf("opened to %x (%v), want %x", o.Plaintext(), err, messages[i])
		}
	}
}

// The package refuses what we refuse.
func TestNpmRefusesTheSame(t *testing.T) {
	f := newFresh(t)
	seed := must[vetkd.Seed](t)(vetkd.NewSeed(rand.Reader))
	ct := must[vetkd.Ciphertext](t)(
		vetkd.Encrypt(f.derived.Key(), f.id, seed, []byte("message"))).Bytes()
	key := hexSignature(f.key)
	infinity := hex.EncodeToString(append([]byte{0xc0}, make([]byte, 47)...))
	tasks := []task{{Do: "decrypt", Key: infinity, Ciphertext: hex.EncodeToString(ct)}}
	for _, i := range []int{0, 7, 103, 110, 136} {
		changed := bytes.Clone(ct)
		changed[i] ^= 1
		bad := hex.EncodeToString(changed)
		tasks = append(tasks, task{Do: "decrypt", Key: key, Ciphertext: bad})
	}
	expect(t, ask(t, tasks...), slices.Repeat([]string{refused}, len(tasks))...)
}

// The transport of a key to a user, which the package takes apart and verifies.
func TestNpmTakesATransportedKey(t *testing.T) {
	f := newFresh(t)
	secret := must[bls.Secret](t)(bls.GenerateSecret(rand.Reader))
	r := must[bls.Secret](t)(bls.GenerateSecret(rand.Reader))
	_, _, g1, g2 := bls12381.Generators()
	number := func(s bls.Secret) *big.Int {
		raw := s.Expose()
		return new(big.Int).SetBytes(raw[:])
	}
	var tpk, c1, c3, key bls12381.G1Affine
	var c2 bls12381.G2Affine
	tpk.ScalarMultiplication(&g1, number(secret))
	c1.ScalarMultiplication(&g1, number(r))
	c2.ScalarMultiplication(&g2, number(r))
	raw := f.key.Bytes()
	must[int](t)(key.SetBytes(raw[:]))
	c3.ScalarMultiplication(&tpk, number(r))
	c3.Add(&c3, &key)
	b1, b2, b3 := c1.Bytes(), c2.Bytes(), c3.Bytes()
	encrypted := hex.EncodeToString(append(append(b1[:], b2[:]...), b3[:]...))
	exposed := secret.Expose()
	expect(t, ask(t, task{Do: "transport", Encrypted: encrypted, DPK: hexKey(f.derived.Key()),
		Secret: hex.EncodeToString(exposed[:]), ID: hex.EncodeToString(f.id)}), hexSignature(f.key))
}
