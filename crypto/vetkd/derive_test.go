package vetkd_test

import (
	"encoding/binary"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
)

func TestPurposesAreTheClosedList(t *testing.T) {
	want := []string{"kmsgateway/decrypt/v1", "kmsgateway/attest/v1", "kmsgateway/beacon/v1",
		"kmsgateway/canary/v1", "kmsgateway/epoch/v1"}
	got := vetkd.Purposes()
	if len(got) != len(want) {
		t.Fatalf("%d purposes, want %d", len(got), len(want))
	}
	for i, p := range got {
		if context, ok := p.Context(); !ok || context != want[i] {
			t.Errorf("%s: %q, want %q", p, context, want[i])
		}
	}
	master := newScene(t, 2, 3).dealing.Committee.Master()
	for _, p := range []vetkd.Purpose{0, 6, 255} {
		_, err := vetkd.DerivePurpose(master, p, vetkd.AppID{})
		if _, ok := p.Context(); ok || !errors.Is(err, vetkd.ErrPurpose) {
			t.Errorf("%s: %v, want ErrPurpose", p, err)
		}
	}
}

func TestAppID(t *testing.T) {
	id := vetkd.NewAppID(0x0102030405060708, a(7))
	chain, address := new(big.Int).SetBytes(id[:32]), id[32:]
	if chain.Uint64() != 0x0102030405060708 || !chain.IsUint64() {
		t.Errorf("chain %s", chain)
	}
	if want := a(7); string(address) != string(want[:]) {
		t.Errorf("address %x", address)
	}
}

// Every purpose, chain and contract has a key of its own, and each is the master key plus delta.
func TestDerivedKeysDiffer(t *testing.T) {
	master := newScene(t, 2, 3).dealing.Committee.Master()
	seen := map[bls.PublicKey]string{}
	cached := map[vetkd.CacheKey]string{}
	for _, p := range vetkd.Purposes() {
		for _, chain := range []uint64{1, 2, 1 << 40} {
			for _, app := range []vetkd.Address{a(1), a(2)} {
				id := vetkd.NewAppID(chain, app)
				d := must[vetkd.Derived](t)(vetkd.DerivePurpose(master, p, id))
				name := p.String() + string(id[:])
				if other, twice := seen[d.Key()]; twice {
					t.Errorf("%q and %q have one key", name, other)
				}
				seen[d.Key()] = name
				sum := must[bls.PublicKey](t)(master.Tweak(d.Delta()))
				if !sum.Equal(d.Key()) || !d.Master().Equal(master) {
					t.Errorf("%q: delta does not lead from the master key", name)
				}
				key := vetkd.DeriveKey(master, p, id)
				if other, twice := cached[key]; twice {
					t.Errorf("%q and %q have one cache key", name, other)
				}
				cached[key] = name
			}
		}
	}
}

// Names are length-prefixed: no two different splits of the same bytes meet.
func TestAppAndContextDoNotRunTogether(t *testing.T) {
	master := newScene(t, 2, 3).dealing.Committee.Master()
	x := must[vetkd.Derived](t)(vetkd.Derive(master, []byte("ab"), "c"))
	y := must[vetkd.Derived](t)(vetkd.Derive(master, []byte("a"), "bc"))
	z := must[vetkd.Derived](t)(vetkd.Derive(master, []byte("abc"), ""))
	if x.Key().Equal(y.Key()) || x.Key().Equal(z.Key()) || y.Key().Equal(z.Key()) {
		t.Error("two splits have one key")
	}
}

// A share made for one purpose, app or identity is worth nothing for another: the party derives
// everything from names, so a node that asks for a canary cannot obtain a decryption.
func TestShareOfOnePurposeOpensNoOther(t *testing.T) {
	s := newScene(t, 2, 3)
	master := s.dealing.Committee.Master()
	ct := parse(t, s.ciphertext)
	if _, err := vetkd.Decrypt(s.signWhole(t, s.derived, s.id), ct); err != nil {
		t.Fatalf("the right key: %v", err)
	}
	for _, p := range vetkd.Purposes()[1:] {
		d := must[vetkd.Derived](t)(vetkd.DerivePurpose(master, p, vetkd.NewAppID(1, a(2))))
		_, err := vetkd.Decrypt(s.signWhole(t, d, s.id), ct)
		if !errors.Is(err, vetkd.ErrDoesNotOpen) {
			t.Errorf("purpose %s: %v, want ErrDoesNotOpen", p, err)
		}
	}
	other := must[vetkd.Derived](t)(
		vetkd.DerivePurpose(master, vetkd.PurposeDecrypt, vetkd.NewAppID(1, a(9))))
	_, err := vetkd.Decrypt(s.signWhole(t, other, s.id), ct)
	if !errors.Is(err, vetkd.ErrDoesNotOpen) {
		t.Errorf("another app: %v, want ErrDoesNotOpen", err)
	}
	// The derived key is hashed with the identity, so not even delta of the right key added to the
	// signature of a wrong one helps: the points differ.
	if h := must[bls.HashPoint](t)(other.Hash(s.id)); h.Bytes() == s.statement.Hash.Bytes() {
		t.Error("two derived keys hash an identity to one point")
	}
}

func TestDeriveRefusesNoKey(t *testing.T) {
	_, err := vetkd.Derive(bls.PublicKey{}, []byte("app"), "c")
	if !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("no master key: %v, want ErrMalformed", err)
	}
	if _, err := (vetkd.Derived{}).Hash([]byte("id")); !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("hash under no key: %v, want ErrMalformed", err)
	}
	s := newScene(t, 2, 3)
	random := rand.NewChaCha8([32]byte{})
	secret := s.dealing.Shares[0].Secret
	_, err = vetkd.SignShare(random, secret, vetkd.Derived{}, s.id)
	if !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("share under no key: %v, want ErrMalformed", err)
	}
	_, err = vetkd.SignShare(random, bls.Secret{}, s.derived, s.id)
	if !errors.Is(err, bls.ErrMalformed) {
		t.Errorf("share of no secret: %v, want ErrMalformed", err)
	}
}

func TestHashKeysDiffer(t *testing.T) {
	s := newScene(t, 2, 3)
	seen := map[string]bool{}
	for i := range uint64(100) {
		id := binary.BigEndian.AppendUint64(nil, i)
		seen[s.derived.HashKey(id).String()] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d cache keys for 100 identities", len(seen))
	}
	again := must[vetkd.Derived](t)(vetkd.DerivePurpose(s.derived.Master(),
		vetkd.PurposeDecrypt, vetkd.NewAppID(1, a(2))))
	if again.HashKey(s.id) != s.derived.HashKey(s.id) {
		t.Error("a cache key changes")
	}
}
