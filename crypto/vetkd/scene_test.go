package vetkd_test

import (
	"math/rand/v2"
	"testing"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
)

// scene is one committee, one identity, one ciphertext to it, and all parties' shares as they
// arrive: bytes. Tests and benchmarks play in it.
type scene struct {
	dealing    threshold.Dealing
	derived    vetkd.Derived
	statement  threshold.Statement
	id         []byte
	message    []byte
	seed       vetkd.Seed
	ciphertext []byte
	shares     [][bls.ShareSize]byte
	picks      *rand.Rand
}

func newScene(tb testing.TB, t, n int) *scene {
	tb.Helper()
	random := rand.NewChaCha8([32]byte{byte(t), byte(n)})
	input := vetkd.Input{ChainID: 1, Gateway: a(1), App: a(2), Owner: a(3), Salt: b(4)}
	id := input.ID()
	s := &scene{
		picks: rand.New(random), id: id[:], seed: vetkd.Seed(b(100)),
		message: []byte("a bid of thirty-two bytes, sealed"),
	}
	dealer := threshold.Dealer{Name: "test"}
	s.dealing = must[threshold.Dealing](tb)(dealer.Deal(random, t, n))
	app := vetkd.NewAppID(input.ChainID, input.App)
	master := s.dealing.Committee.Master()
	s.derived = must[vetkd.Derived](tb)(vetkd.DerivePurpose(master, vetkd.PurposeDecrypt, app))
	ct := must[vetkd.Ciphertext](tb)(vetkd.Encrypt(s.derived.Key(), s.id, s.seed, s.message))
	s.ciphertext = ct.Bytes()
	s.statement = threshold.Statement{
		Hash: must[bls.HashPoint](tb)(s.derived.Hash(s.id)),
		Key:  s.derived.Key(), Delta: s.derived.Delta(),
	}
	for _, share := range s.dealing.Shares {
		p := must[bls.Share](tb)(vetkd.SignShare(random, share.Secret, s.derived, s.id))
		s.shares = append(s.shares, p.Bytes())
	}
	return s
}

// signers draws t parties, and coefficients for them as a cache would hold them.
func (s *scene) signers(tb testing.TB) threshold.Coefficients {
	tb.Helper()
	var picked []threshold.Index
	for _, i := range s.picks.Perm(len(s.shares))[:s.dealing.Committee.Threshold()] {
		picked = append(picked, threshold.Index(i+1))
	}
	return must[threshold.Coefficients](tb)(threshold.NewCoefficients(picked))
}

// received parses the shares of these signers.
func (s *scene) received(tb testing.TB, co threshold.Coefficients) []threshold.Share {
	tb.Helper()
	var out []threshold.Share
	for _, i := range co.Signers() {
		p := must[bls.Share](tb)(bls.ParseShare(s.shares[i-1][:]))
		out = append(out, threshold.Share{Index: i, Point: p})
	}
	return out
}

// key combines the identity's key from a random quorum.
func (s *scene) key(tb testing.TB) bls.Signature {
	tb.Helper()
	co := s.signers(tb)
	return must[bls.Signature](tb)(co.Combine(s.received(tb, co)))
}

// signWhole is the key of any identity under any derived key, from a fresh quorum's shares.
func (s *scene) signWhole(tb testing.TB, d vetkd.Derived, id []byte) bls.Signature {
	tb.Helper()
	co := s.signers(tb)
	var shares []threshold.Share
	for _, i := range co.Signers() {
		secret := s.dealing.Shares[i-1].Secret
		p := must[bls.Share](tb)(vetkd.SignShare(rand.NewChaCha8([32]byte{}), secret, d, id))
		shares = append(shares, threshold.Share{Index: i, Point: p})
	}
	return must[bls.Signature](tb)(co.Combine(shares))
}

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func parse(tb testing.TB, b []byte) vetkd.Ciphertext {
	tb.Helper()
	return must[vetkd.Ciphertext](tb)(vetkd.ParseCiphertext(b))
}
