package aggregator_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// Each benchmark times its work and one pairing of the library in turns, on one core, and reports
// the ratio of the two medians as "pairings": a busy machine disturbs that least. The signers are
// drawn anew each time, since the first t parties have far smaller coefficients than others.

var committees = []struct{ k, n int }{{2, 3}, {9, 13}}

// remembering is direct with the memory that a node has.
type remembering struct {
	direct
	coefficients map[threshold.SetKey]threshold.Coefficients
	derived      map[vetkd.CacheKey]vetkd.Derived
}

func newRemembering() remembering {
	return remembering{coefficients: map[threshold.SetKey]threshold.Coefficients{},
		derived: map[vetkd.CacheKey]vetkd.Derived{}}
}

func (r remembering) Coefficients(signers []messages.PartyIndex) (
	threshold.Coefficients, error,
) {
	indices := make([]threshold.Index, len(signers))
	for i, s := range signers {
		indices[i] = threshold.Index(s)
	}
	key := threshold.KeyOf(indices)
	if co, ok := r.coefficients[key]; ok {
		return co, nil
	}
	co, err := r.direct.Coefficients(signers)
	r.coefficients[key] = co
	return co, err
}

func (r remembering) Derive(
	master [96]byte, p vetkd.Purpose, chain messages.ChainID, app messages.Address,
) (vetkd.Derived, error) {
	key := vetkd.CacheKey{byte(p), app[0], app[1]}
	if d, ok := r.derived[key]; ok {
		return d, nil
	}
	d, err := r.direct.Derive(master, p, chain, app)
	r.derived[key] = d
	return d, err
}

// compare runs prepare outside and work inside the clock, and reports work in pairings, divided
// by share.
func compare[Q any](b *testing.B, share int, prepare func() Q, work func(Q)) {
	_, _, g1, g2 := bls12381.Generators()
	var works, pairings []time.Duration
	for b.Loop() {
		q := prepare()
		start := time.Now()
		work(q)
		works = append(works, time.Since(start))
		start = time.Now()
		if _, err := bls12381.Pair([]bls12381.G1Affine{g1}, []bls12381.G2Affine{g2}); err != nil {
			b.Fatal(err)
		}
		pairings = append(pairings, time.Since(start))
	}
	slices.Sort(works)
	slices.Sort(pairings)
	one, pair := works[len(works)/2]/time.Duration(share), pairings[len(pairings)/2]
	b.ReportMetric(float64(one.Microseconds()), "us/request")
	b.ReportMetric(float64(pair.Microseconds()), "us/pairing")
	b.ReportMetric(float64(one)/float64(pair), "pairings")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkOpen: t received shares and a ciphertext, as bytes, to the checked plaintext.
func BenchmarkOpen(b *testing.B) {
	for _, c := range committees {
		b.Run(fmt.Sprintf("%d-of-%d", c.k, c.n), func(b *testing.B) {
			s := newStage(b, c.k, c.n, newRemembering())
			compare(b, 1, s.drawn(b), func(q messages.Combine) {
				if opened, _, err := s.room.Open(q); err != nil || len(opened.Outcomes) != 1 {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkBlame: the same with one bad share, to the name of the culprit.
func BenchmarkBlame(b *testing.B) {
	for _, c := range committees {
		b.Run(fmt.Sprintf("%d-of-%d", c.k, c.n), func(b *testing.B) {
			s := newStage(b, c.k, c.n, newRemembering())
			draw := s.drawn(b)
			compare(b, 1, func() messages.Combine {
				q := draw()
				bad := &q.Inputs[0].Shares[len(q.Parties)/2]
				*bad = plus(*bad, generator())
				return q
			}, func(q messages.Combine) {
				if _, culprits, err := s.room.Open(q); err != nil || len(culprits) != 1 {
					b.Fatal(culprits, err)
				}
			})
		})
	}
}

// drawn returns a source of questions about one ciphertext by random quorums, whose coefficients
// are known.
func (s *stage) drawn(b *testing.B) func() messages.Combine {
	b.Helper()
	picks := rand.New(rand.NewPCG(1, 2))
	var everyone parties
	for i := range s.key.Parties {
		everyone = append(everyone, messages.PartyIndex(i+1))
	}
	all := s.combine(everyone, s.seal(1, "thirty-two bytes of a sealed bid"))
	return func() messages.Combine {
		q := all
		q.Parties = quorum(picks, s.key.Threshold, s.key.Parties)
		in := all.Inputs[0]
		in.Shares = nil
		for _, p := range q.Parties {
			in.Shares = append(in.Shares, all.Inputs[0].Shares[p-1])
		}
		q.Inputs = []messages.CombineInput{in}
		if _, _, err := s.room.Open(q); err != nil { // warms what a node remembers
			b.Fatal(err)
		}
		return q
	}
}

// BenchmarkAttest: t received shares as bytes to the verified signature of the quorum, for each
// request of a batch.
func BenchmarkAttest(b *testing.B) {
	for _, c := range committees {
		for _, size := range []int{1, 64} {
			b.Run(fmt.Sprintf("%d-of-%d/batch-%d", c.k, c.n, size), func(b *testing.B) {
				s := newStage(b, c.k, c.n, newRemembering())
				picks := rand.New(rand.NewPCG(1, 2))
				var batch []messages.CombineAttestation
				for i := range size {
					batch = append(batch, s.attestation(uint64(i+1), quorum(picks, c.k, c.n)))
				}
				if s.room.Attest(batch) > 0 {
					b.Fatal("does not attest")
				}
				compare(b, size, func() []messages.CombineAttestation { return batch },
					func(batch []messages.CombineAttestation) { s.room.Attest(batch) })
			})
		}
	}
}
