package threshold_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
)

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		t, n  int
		large bool
		names string // what the refusal must name; empty where it is allowed
	}{
		{2, 3, false, ""}, {3, 4, false, ""}, {3, 5, false, ""}, {5, 7, false, ""},
		{9, 13, false, ""}, {34, 50, false, ""}, {7, 10, false, ""},
		{1, 2, false, "threshold t = 1"}, {1, 2, true, "threshold t = 1"},
		{2, 4, false, "threshold t = 2"}, {2, 4, true, "threshold t = 2"},
		{6, 13, false, "threshold t = 6"},
		{1, 1, false, "t = n = 1"}, {1, 1, true, ""},
		{3, 3, false, "t = n = 3"}, {3, 3, true, ""},
		{10, 13, false, "n - f = 9"}, {10, 13, true, ""}, {13, 13, true, ""},
		{4, 3, true, "threshold t = 4"}, {0, 3, true, "threshold t = 0"},
		{-1, 3, true, "threshold t = -1"}, {1, 0, true, "parties n = 0"},
		{1, -1, true, "parties n = -1"}, {40000, 65536, true, "parties n = 65536"},
		{40000, 65535, true, ""},
	} {
		err := threshold.Validate(c.t, c.n, c.large)
		if (err == nil) != (c.names == "") {
			t.Errorf("%d of %d, large %v: %v", c.t, c.n, c.large, err)
			continue
		}
		if err != nil && (!errors.Is(err, threshold.ErrThreshold) ||
			!strings.Contains(err.Error(), c.names)) {
			t.Errorf("%d of %d: %q does not name %q", c.t, c.n, err, c.names)
		}
	}
}

func TestUniqueQuorums(t *testing.T) {
	for _, c := range []struct {
		t, n, f int
		want    bool
	}{
		{2, 3, 0, true}, {3, 4, 1, true}, {3, 5, 1, false}, {4, 5, 1, true},
		{5, 7, 2, true}, {9, 13, 4, true}, {8, 13, 4, false},
	} {
		if f := threshold.MaxFaulty(c.n); f != c.f {
			t.Errorf("f of %d: %d, want %d", c.n, f, c.f)
		}
		if got := threshold.UniqueQuorums(c.t, c.n); got != c.want {
			t.Errorf("%d of %d: %v, want %v", c.t, c.n, got, c.want)
		}
	}
	if threshold.MaxFaulty(0) != 0 || threshold.MaxFaulty(-5) != 0 {
		t.Error("f of no parties is not 0")
	}
}

func TestDealtSharesMatchTheirCommitments(t *testing.T) {
	for _, c := range sizes {
		e := deal(t, c.t, c.n, 1)
		if len(e.Commitments) != c.t || e.Dealer != "test" {
			t.Errorf("%d commitments by %q, want %d", len(e.Commitments), e.Dealer, c.t)
		}
		if !e.Commitments[0].Equal(e.Committee.Master()) {
			t.Error("the first commitment is not the master key")
		}
		if c.n <= 13 && !e.Committee.Check() {
			t.Errorf("%d of %d: the committee fails its check", c.t, c.n)
		}
		for _, s := range e.Shares {
			own := must[bls.PublicKey](t)(s.Secret.Public())
			at := must[bls.PublicKey](t)(threshold.PublicShareAt(e.Commitments, s.Index))
			listed, ok := e.Committee.PublicShare(s.Index)
			if !ok || !own.Equal(at) || !own.Equal(listed) {
				t.Fatalf("%d of %d, party %d: public shares differ", c.t, c.n, s.Index)
			}
		}
	}
}

func TestCommitteeCheckSeesOneWrongShare(t *testing.T) {
	e := deal(t, 3, 5, 1)
	for wrong := range 5 {
		publics := make([]bls.PublicKey, 5)
		for i := range publics {
			publics[i], _ = e.Committee.PublicShare(threshold.Index(i + 1))
		}
		publics[wrong] = publics[(wrong+1)%5]
		c := must[threshold.Committee](t)(threshold.NewCommittee(3, e.Committee.Master(), publics))
		if c.Check() {
			t.Errorf("public share %d is wrong and passes", wrong+1)
		}
	}
	if (threshold.Committee{}).Check() {
		t.Error("no committee passes")
	}
}

func TestNewCommitteeRefuses(t *testing.T) {
	e := deal(t, 2, 3, 1)
	k := e.Committee.Master()
	all := []bls.PublicKey{k, k, k}
	for name, c := range map[string]struct {
		t       int
		master  bls.PublicKey
		publics []bls.PublicKey
		want    error
	}{
		"no parties":   {1, k, nil, threshold.ErrThreshold},
		"t = 0":        {0, k, all, threshold.ErrThreshold},
		"t above n":    {4, k, all, threshold.ErrThreshold},
		"no master":    {2, bls.PublicKey{}, all, bls.ErrMalformed},
		"missing part": {2, k, []bls.PublicKey{k, {}, k}, bls.ErrMalformed},
	} {
		if _, err := threshold.NewCommittee(c.t, c.master, c.publics); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for _, i := range []threshold.Index{0, 4, 65535} {
		if _, ok := e.Committee.PublicShare(i); ok {
			t.Errorf("party %d has a public share", i)
		}
	}
	for name, run := range map[string]func() (bls.PublicKey, error){
		"no commitments": func() (bls.PublicKey, error) { return threshold.PublicShareAt(nil, 1) },
		"index 0": func() (bls.PublicKey, error) {
			return threshold.PublicShareAt(e.Commitments, 0)
		},
	} {
		if _, err := run(); !errors.Is(err, bls.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
}

func TestDealRefuses(t *testing.T) {
	_, err := threshold.Dealer{}.Deal(seeded(1), 2, 3)
	if !errors.Is(err, threshold.ErrNameless) {
		t.Errorf("no name: %v, want ErrNameless", err)
	}
	d := threshold.Dealer{Name: "test"}
	if _, err := d.Deal(seeded(1), 3, 3); !errors.Is(err, threshold.ErrThreshold) {
		t.Errorf("t = n without the flag: %v, want ErrThreshold", err)
	}
	if _, err := d.Deal(io.LimitReader(seeded(1), 50), 2, 3); err == nil {
		t.Error("a short stream made a key")
	}
}

func TestDealingPrintsNoSecret(t *testing.T) {
	e := deal(t, 2, 3, 1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
		text := fmt.Sprintf(verb, e.Dealing)
		for _, s := range e.Shares {
			raw := s.Secret.Expose()
			if strings.Contains(text, fmt.Sprintf("%x", raw)) ||
				strings.Contains(text, fmt.Sprint(raw)) {
				t.Errorf("%s prints share %d", verb, s.Index)
			}
		}
		if !strings.Contains(text, bls.Redacted) {
			t.Errorf("%s does not say %s", verb, bls.Redacted)
		}
	}
}
