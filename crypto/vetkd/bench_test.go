package vetkd_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
)

// Benchmarks of what an aggregator does for one request, with fresh random signers each time, since
// the first t parties have far smaller coefficients than others. Each also times one pairing
// of the library in the same run; "pairings" is the ratio of the two medians, which a noisy machine
// disturbs least.

var committees = []struct{ t, n int }{{2, 3}, {5, 7}, {9, 13}, {34, 50}}

// besidePairing times op and one pairing in turns and reports the ratio of their medians. prepare
// is not timed. The clock is the thread's own where there is one, so that other load does not count.
func besidePairing[T any](b *testing.B, prepare func() T, op func(T)) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_, _, g1, g2 := bls12381.Generators()
	var ours, theirs []time.Duration
	for b.Loop() {
		input := prepare()
		start := threadTime()
		op(input)
		ours = append(ours, threadTime()-start)
		start = threadTime()
		if _, err := bls12381.Pair([]bls12381.G1Affine{g1}, []bls12381.G2Affine{g2}); err != nil {
			b.Fatal(err)
		}
		theirs = append(theirs, threadTime()-start)
	}
	own, pairing := median(ours), median(theirs)
	b.ReportMetric(float64(own.Nanoseconds())/1e3, "us/median")
	b.ReportMetric(float64(pairing.Nanoseconds())/1e3, "us/pairing")
	b.ReportMetric(float64(own)/float64(pairing), "pairings")
	b.ReportMetric(0, "ns/op") // it would count both
}

func median(ds []time.Duration) time.Duration {
	slices.Sort(ds)
	return ds[len(ds)/2]
}

// eachCommittee runs the benchmark at the sizes of committees.
func eachCommittee(b *testing.B, run func(*testing.B, *scene)) {
	for _, c := range committees {
		b.Run(fmt.Sprintf("%d-of-%d", c.t, c.n), func(b *testing.B) {
			run(b, newScene(b, c.t, c.n))
		})
	}
}

// BenchmarkOpen is the healthy path: bytes of t shares and of a ciphertext to a checked plaintext.
func BenchmarkOpen(b *testing.B) {
	eachCommittee(b, func(b *testing.B, s *scene) {
		besidePairing(b, func() threshold.Coefficients { return s.signers(b) },
			func(co threshold.Coefficients) {
				key, err := co.Combine(s.received(b, co))
				if err != nil {
					b.Fatal(err)
				}
				ct, err := vetkd.ParseCiphertext(s.ciphertext)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := vetkd.Decrypt(key, ct); err != nil {
					b.Fatal(err)
				}
			})
	})
}

// received is what a stage after parsing works on.
type received struct {
	co     threshold.Coefficients
	shares []threshold.Share
}

// BenchmarkCombine is the combination alone, subgroup check included.
func BenchmarkCombine(b *testing.B) {
	eachCommittee(b, func(b *testing.B, s *scene) {
		besidePairing(b, func() received {
			co := s.signers(b)
			return received{co, s.received(b, co)}
		}, func(r received) {
			if _, err := r.co.Combine(r.shares); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// BenchmarkCoefficients is what the cache of coefficients saves.
func BenchmarkCoefficients(b *testing.B) {
	eachCommittee(b, func(b *testing.B, s *scene) {
		besidePairing(b, func() []threshold.Index { return s.signers(b).Signers() },
			func(signers []threshold.Index) {
				if _, err := threshold.NewCoefficients(signers); err != nil {
					b.Fatal(err)
				}
			})
	})
}

// BenchmarkBlame names one bad share, a valid one of another identity.
func BenchmarkBlame(b *testing.B) {
	eachCommittee(b, func(b *testing.B, s *scene) {
		other, err := s.derived.Hash([]byte("other"))
		if err != nil {
			b.Fatal(err)
		}
		random := rand.NewChaCha8([32]byte{1})
		besidePairing(b, func() received {
			co := s.signers(b)
			shares := s.received(b, co)
			bad := s.picks.IntN(len(shares))
			shares[bad].Point = s.foreign(b, random, other, shares[bad].Index)
			return received{co, shares}
		}, func(r received) {
			v, err := s.dealing.Committee.Blame(random, s.statement, r.co, r.shares)
			if err != nil || len(v.Culprits) != 1 {
				b.Fatal(v.Culprits, err)
			}
		})
	})
}

func (s *scene) foreign(
	b *testing.B, random io.Reader, h bls.HashPoint, i threshold.Index,
) bls.Share {
	b.Helper()
	p, err := s.dealing.Shares[i-1].Secret.SignShare(random, h, s.derived.Delta())
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkSignShare is a party's work on one identity, hash included.
func BenchmarkSignShare(b *testing.B) {
	s := newScene(b, 2, 3)
	random := rand.NewChaCha8([32]byte{2})
	secret := s.dealing.Shares[0].Secret
	besidePairing(b, func() []byte { return binaryID(s.picks) }, func(id []byte) {
		if _, err := vetkd.SignShare(random, secret, s.derived, id); err != nil {
			b.Fatal(err)
		}
	})
}

func binaryID(r *rand.Rand) []byte {
	id := make([]byte, 32)
	for i := range id {
		id[i] = byte(r.Uint32())
	}
	return id
}

// BenchmarkCheckOpening is what a submitter does before it sends.
func BenchmarkCheckOpening(b *testing.B) {
	s := newScene(b, 2, 3)
	ct, err := vetkd.ParseCiphertext(s.ciphertext)
	if err != nil {
		b.Fatal(err)
	}
	besidePairing(b, func() vetkd.Opening {
		o, err := vetkd.NewOpening(s.seed[:], s.message)
		if err != nil {
			b.Fatal(err)
		}
		return o
	}, func(o vetkd.Opening) {
		if !o.Opens(ct) {
			b.Fatal("does not open")
		}
	})
}
