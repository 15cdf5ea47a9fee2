package vetkd_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
)

// Any message to any identity opens with its key, from any quorum, and with no other.
func TestEncryptThenDecrypt(t *testing.T) {
	s := newScene(t, 3, 5)
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(rt, "identity")
		msg := rapid.SliceOfN(rapid.Byte(), 0, 2*vetkd.MaxMessage).Draw(rt, "message")
		seed := vetkd.Seed(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(rt, "seed"))
		ct, err := vetkd.Encrypt(s.derived.Key(), id, seed, msg)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := vetkd.ParseCiphertext(ct.Bytes())
		if err != nil || got.MessageLen() != len(msg) {
			rt.Fatalf("%d bytes of message, parsed %d (%v)", len(msg), got.MessageLen(), err)
		}
		o, err := vetkd.Decrypt(s.signWhole(t, s.derived, id), got)
		if err != nil || !bytes.Equal(o.Plaintext(), msg) || o.Seed() != seed || !o.Opens(ct) {
			rt.Fatalf("opened to %x (%v), want %x", o.Plaintext(), err, msg)
		}
		wrong := s.signWhole(t, s.derived, append(id, 0))
		if _, err := vetkd.Decrypt(wrong, got); !errors.Is(err, vetkd.ErrDoesNotOpen) {
			rt.Fatalf("another identity's key: %v, want ErrDoesNotOpen", err)
		}
	})
}

func TestParseCiphertextRefuses(t *testing.T) {
	good := newScene(t, 2, 3).ciphertext
	change := func(f func([]byte)) []byte {
		c := bytes.Clone(good)
		f(c)
		return c
	}
	infinity := make([]byte, bls.PublicKeySize)
	infinity[0] = 0xc0
	for name, b := range map[string][]byte{
		"nil":             nil,
		"header alone":    good[:8],
		"cut in c1":       good[:100],
		"cut in c2":       good[:135],
		"another magic":   change(func(b []byte) { b[0] ^= 1 }),
		"another version": change(func(b []byte) { b[7] = 2 }),
		"c1 infinity":     change(func(b []byte) { copy(b[8:], infinity) }),
		"c1 uncompressed": change(func(b []byte) { b[8] &^= 0x80 }),
		"c1 zero":         change(func(b []byte) { clear(b[8:104]) }),
		"c1 not canonical": change(func(b []byte) {
			copy(b[8:], bytes.Repeat([]byte{0xff}, 96))
			b[8] = 0x9f
		}),
		"header twice": append(bytes.Clone(good[:8]), good...),
	} {
		if _, err := vetkd.ParseCiphertext(b); !errors.Is(err, vetkd.ErrCiphertext) {
			t.Errorf("%s: %v, want ErrCiphertext", name, err)
		}
	}
	empty, err := vetkd.ParseCiphertext(good[:vetkd.Overhead])
	if err != nil || empty.MessageLen() != 0 {
		t.Errorf("no message: %d, %v", empty.MessageLen(), err)
	}
}

// Every single flipped bit behind c1 makes it not open; in c1 it mostly does not even parse.
func TestChangedCiphertextDoesNotOpen(t *testing.T) {
	s := newScene(t, 2, 3)
	key := s.key(t)
	if _, err := vetkd.Decrypt(key, parse(t, s.ciphertext)); err != nil {
		t.Fatal(err)
	}
	for i := 8; i < len(s.ciphertext); i++ {
		changed := bytes.Clone(s.ciphertext)
		changed[i] ^= 1 << (i % 8)
		ct, err := vetkd.ParseCiphertext(changed)
		if err == nil {
			_, err = vetkd.Decrypt(key, ct)
		}
		if !errors.Is(err, vetkd.ErrDoesNotOpen) && !errors.Is(err, vetkd.ErrCiphertext) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	for _, b := range [][]byte{s.ciphertext[:len(s.ciphertext)-1], append(s.ciphertext, 0)} {
		if _, err := vetkd.Decrypt(key, parse(t, b)); !errors.Is(err, vetkd.ErrDoesNotOpen) {
			t.Errorf("%d bytes: %v, want ErrDoesNotOpen", len(b), err)
		}
	}
	_, err := vetkd.Decrypt(bls.Signature{}, parse(t, s.ciphertext))
	if !errors.Is(err, vetkd.ErrDoesNotOpen) {
		t.Errorf("no key: %v, want ErrDoesNotOpen", err)
	}
}

// Why an identity is used once: the key of the bid that was opened opens the replaced one too. A
// fresh salt is another identity, and its ciphertext stays closed.
func TestIdentityReuseLeaks(t *testing.T) {
	s := newScene(t, 2, 3)
	dpk := s.derived.Key()
	replaced := must[vetkd.Ciphertext](t)(
		vetkd.Encrypt(dpk, s.id, vetkd.Seed(b(1)), []byte("withdrawn bid")))
	key := s.key(t)
	leaked, err := vetkd.Decrypt(key, replaced)
	if err != nil || string(leaked.Plaintext()) != "withdrawn bid" {
		t.Errorf("the same identity: %q (%v), want the leak", leaked.Plaintext(), err)
	}
	input := vetkd.Input{ChainID: 1, Gateway: a(1), App: a(2), Owner: a(3), Salt: b(5)}
	fresh := input.ID()
	if bytes.Equal(fresh[:], s.id) {
		t.Fatal("another salt is the same identity")
	}
	safe := must[vetkd.Ciphertext](t)(
		vetkd.Encrypt(dpk, fresh[:], vetkd.Seed(b(1)), []byte("withdrawn bid")))
	if _, err := vetkd.Decrypt(key, safe); !errors.Is(err, vetkd.ErrDoesNotOpen) {
		t.Errorf("a fresh salt: %v, want ErrDoesNotOpen", err)
	}
}

// Honest c1 and rotten c2: nobody's key opens it, and yet its maker can show an opening that any
// checker accepts. An opening does not show that others could open, nor that a quorum released it.
func TestRottenC2OpensForItsMakerOnly(t *testing.T) {
	s := newScene(t, 2, 3)
	rotten := bytes.Clone(s.ciphertext)
	rotten[110] ^= 0xff // inside c2
	ct := parse(t, rotten)
	if _, err := vetkd.Decrypt(s.key(t), ct); !errors.Is(err, vetkd.ErrDoesNotOpen) {
		t.Errorf("the quorum's key: %v, want ErrDoesNotOpen", err)
	}
	his := must[vetkd.Opening](t)(vetkd.NewOpening(s.seed[:], s.message))
	if !his.Opens(ct) {
		t.Error("the maker's opening is refused; the chain cannot do so")
	}
}

// Only the one cut of seed || plaintext opens: other lengths of seed are refused, and a plaintext
// of another length than c3 does not check.
func TestOtherCutsDoNotOpen(t *testing.T) {
	s := newScene(t, 2, 3)
	ct := parse(t, s.ciphertext)
	both := append(bytes.Clone(s.seed[:]), s.message...)
	for cut := range len(both) + 1 {
		o, err := vetkd.NewOpening(both[:cut], both[cut:])
		if cut == vetkd.SeedSize {
			if err != nil || !o.Opens(ct) {
				t.Errorf("the right cut: %v", err)
			}
			continue
		}
		if !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("a seed of %d bytes: %v, want ErrMalformed", cut, err)
		}
	}
	right := must[vetkd.Opening](t)(vetkd.NewOpening(s.seed[:], s.message))
	for _, n := range []int{0, len(s.message) - 1, len(s.message) + 1} {
		if right.Check(ct.C1(), n) {
			t.Errorf("checks for a message of %d bytes", n)
		}
	}
	for name, o := range map[string]vetkd.Opening{
		"another seed":      must[vetkd.Opening](t)(vetkd.NewOpening(make([]byte, 32), s.message)),
		"another plaintext": must[vetkd.Opening](t)(vetkd.NewOpening(s.seed[:], make([]byte, 33))),
		"nothing":           {},
	} {
		if o.Opens(ct) {
			t.Errorf("%s opens", name)
		}
	}
	if right.Check([bls.PublicKeySize]byte{0xc0}, len(s.message)) {
		t.Error("opens infinity")
	}
}

func TestOpeningsAndSeedsPrintRedacted(t *testing.T) {
	s := newScene(t, 2, 3)
	o := must[vetkd.Opening](t)(vetkd.Decrypt(s.key(t), parse(t, s.ciphertext)))
	seed := fmt.Sprintf("%x", [32]byte(s.seed))
	for _, v := range []any{o, &o, s.seed, struct{ O vetkd.Opening }{o}} {
		var out strings.Builder
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			out.WriteString(fmt.Sprintf(verb, v))
		}
		text := out.String()
		for _, leak := range []string{seed, string(s.message), fmt.Sprint(s.message), seed[:16],
			fmt.Sprint([32]byte(s.seed))} {
			if strings.Contains(text, leak) {
				t.Errorf("%T prints %q", v, leak)
			}
		}
		if !strings.Contains(text, bls.Redacted) {
			t.Errorf("%T: %s", v, text)
		}
	}
}

func TestNewSeed(t *testing.T) {
	r := rand.NewChaCha8([32]byte{1})
	x, y := must[vetkd.Seed](t)(vetkd.NewSeed(r)), must[vetkd.Seed](t)(vetkd.NewSeed(r))
	if x == y {
		t.Error("two seeds are one")
	}
	if _, err := vetkd.NewSeed(io.LimitReader(r, 31)); err == nil {
		t.Error("a short stream made a seed")
	}
}

func TestEncryptRefusesNoKey(t *testing.T) {
	_, err := vetkd.Encrypt(bls.PublicKey{}, []byte("id"), vetkd.Seed{}, nil)
	if !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("%v, want ErrMalformed", err)
	}
}

func FuzzParseCiphertext(f *testing.F) {
	s := newScene(f, 2, 3)
	key := s.key(f)
	f.Add(s.ciphertext)
	f.Add(s.ciphertext[:vetkd.Overhead])
	f.Add(s.ciphertext[:vetkd.Overhead-1])
	for _, i := range []int{0, 7, 8, 103, 104, 136} {
		changed := bytes.Clone(s.ciphertext)
		changed[i] ^= 0x40
		f.Add(changed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ct, err := vetkd.ParseCiphertext(b)
		if err != nil {
			if !errors.Is(err, vetkd.ErrCiphertext) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		if !bytes.Equal(ct.Bytes(), b) || ct.MessageLen() != len(b)-vetkd.Overhead {
			t.Fatalf("%x became %x", b, ct.Bytes())
		}
		o, err := vetkd.Decrypt(key, ct)
		switch {
		case err == nil && !bytes.Equal(b, s.ciphertext):
			t.Fatalf("%x opens to %x", b, o.Plaintext())
		case err != nil && !errors.Is(err, vetkd.ErrDoesNotOpen):
			t.Fatalf("another error: %v", err)
		}
	})
}
