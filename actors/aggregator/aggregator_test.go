package aggregator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors/aggregator"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

type parties = []messages.PartyIndex

// quorum draws t of n parties.
func quorum(picks *rand.Rand, k, n int) (out parties) {
	for _, i := range picks.Perm(n)[:k] {
		out = append(out, messages.PartyIndex(i+1))
	}
	return out
}

func TestAnyQuorumOpens(t *testing.T) {
	for _, c := range []struct{ k, n, inputs int }{{2, 3, 1}, {2, 3, 16}, {9, 13, 2}} {
		t.Run(fmt.Sprintf("%d of %d, %d inputs", c.k, c.n, c.inputs), func(t *testing.T) {
			s := newStage(t, c.k, c.n, direct{}).run()
			picks := rand.New(rand.NewPCG(1, uint64(c.n)))
			var inputs []sealed
			for i := range c.inputs {
				// One of them is empty, one as long as they come.
				inputs = append(inputs, s.seal(byte(i+1), strings.Repeat("x", i*1024/15)))
			}
			var keys [][48]byte
			for range 4 {
				q := s.combine(quorum(picks, c.k, c.n), inputs...)
				opened := ask[messages.Opened](s, q)
				if opened.Request != q.Request || opened.Took <= 0 {
					t.Errorf("request %v, took %s", opened.Request, opened.Took)
				}
				for i, in := range inputs {
					o := opened.Outcomes[i]
					if o.Status != messages.StatusOpened || !bytes.Equal(o.Plaintext, in.text) ||
						o.Seed != in.seed || o.InputID != in.id || o.Handle != q.Inputs[i].Hint.Handle ||
						!bytes.Equal(o.C1[:], in.raw[8:104]) {
						t.Errorf("outcome %d: %+v", i, o)
					}
					s.wantKey(in, opened.Keys[i])
				}
				if keys != nil && !slices.Equal(keys, opened.Keys) {
					t.Error("another quorum, another key")
				}
				keys = opened.Keys
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if f := s.facts[0]; len(s.facts) != 4 || f.Name != messages.FactRequestOpened || f.Took <= 0 {
				t.Errorf("facts %+v", s.facts)
			}
		})
	}
}

func TestEveryLiarIsNamedAtOnce(t *testing.T) {
	type lie struct {
		input int
		party int // position within the quorum
		how   string
	}
	// Of the coefficients of parties 1 to 9 only the last is not a multiple of 3, so the torsion of
	// all others vanishes in the sum by itself.
	for name, c := range map[string]struct {
		lies []lie
		want parties
	}{
		"no point":                     {[]lie{{0, 1, "garbage"}}, parties{2}},
		"infinity":                     {[]lie{{0, 1, "infinity"}}, parties{2}},
		"torsion":                      {[]lie{{0, 8, "torsion"}}, parties{9}},
		"a wrong point":                {[]lie{{1, 8, "wrong"}}, parties{9}},
		"four in one input":            {[]lie{{0, 0, "wrong"}, {0, 3, "torsion"}, {0, 5, "wrong"}, {0, 8, "garbage"}}, parties{1, 4, 6, 9}},
		"one in each input":            {[]lie{{0, 2, "garbage"}, {1, 3, "wrong"}}, parties{3, 4}},
		"the same twice":               {[]lie{{0, 2, "wrong"}, {1, 2, "wrong"}}, parties{3}},
		"two that cancel in plain sum": {[]lie{{0, 1, "plus"}, {0, 2, "minus"}}, parties{2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, 9, 13, direct{}).run()
			q := s.combine(parties{1, 2, 3, 4, 5, 6, 7, 8, 9}, s.seal(1, "one"), s.seal(2, "two"))
			for _, l := range c.lies {
				share := &q.Inputs[l.input].Shares[l.party]
				g := generator()
				switch l.how {
				case "garbage":
					share[95] ^= 1
				case "infinity":
					*share = [96]byte{0x40}
				case "torsion":
					*share = plus(*share, torsion())
				case "minus":
					*share = plus(*share, *g.Neg(&g))
				default:
					*share = plus(*share, g)
				}
			}
			blamed := ask[messages.Blamed](s, q)
			if !slices.Equal(blamed.Parties, c.want) || blamed.Request != q.Request {
				t.Errorf("blamed %v, want %v", blamed.Parties, c.want)
			}
		})
	}
}

// A torsion point in a share of party 1 is multiplied by nine, and is gone: the key is right, and
// nothing was accepted that should not be.
func TestTorsionThatVanishesDoesNoHarm(t *testing.T) {
	s := newStage(t, 9, 13, direct{}).run()
	c := s.seal(1, "text")
	q := s.combine(parties{1, 2, 3, 4, 5, 6, 7, 8, 9}, c)
	q.Inputs[0].Shares[0] = plus(q.Inputs[0].Shares[0], torsion())
	s.wantKey(c, ask[messages.Opened](s, q).Keys[0])
}

// Every share is valid by the public shares, and still they do not combine to a key of the master:
// what was published is inconsistent, and no party is to blame for that.
func TestInconsistentKeyBlamesNobody(t *testing.T) {
	s := newStage(t, 2, 3, direct{}).run()
	s.key.Master = base()
	refusal := ask[*messages.GatewayError](s, s.combine(parties{1, 3}, s.seal(1, "text")))
	if !errors.Is(refusal, threshold.ErrInconsistent) {
		t.Errorf("refusal %v", refusal)
	}
}

func TestMalformedIsProvenAndNobodyIsBlamed(t *testing.T) {
	for name, spoil := range map[string]func([]byte){
		"rotten c2":               func(raw []byte) { raw[104] ^= 1 },
		"rotten c3":               func(raw []byte) { raw[136] ^= 1 },
		"another header":          func(raw []byte) { raw[7]++ },
		"c1 is no point":          func(raw []byte) { clear(raw[9:104]) },
		"c1 is infinity":          func(raw []byte) { clear(raw[8:104]); raw[8] = 0xc0 },
		"c1 is another's, intact": func(raw []byte) { c1 := base(); copy(raw[8:104], c1[:]) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, 2, 3, direct{}).run()
			good, bad := s.seal(1, "intact"), s.seal(2, "spoiled")
			spoil(bad.raw)
			opened := ask[messages.Opened](s, s.combine(parties{3, 1}, good, bad))
			if opened.Outcomes[0].Status != messages.StatusOpened {
				t.Error("the good one does not open")
			}
			o := opened.Outcomes[1]
			if o.Status != messages.StatusMalformed || o.Seed != [32]byte{} || o.Plaintext != nil {
				t.Errorf("outcome %+v", o)
			}
			s.wantKey(bad, opened.Keys[1])

			liar := s.combine(parties{3, 1}, good, bad)
			liar.Request.Number++
			liar.Inputs[1].Shares[0] = plus(liar.Inputs[1].Shares[0], generator())
			if blamed := ask[messages.Blamed](s, liar); !slices.Equal(blamed.Parties, parties{3}) {
				t.Errorf("blamed %v", blamed.Parties)
			}
		})
	}
}

// base is g2, compressed: a valid c1 whose discrete logarithm is 1.
func base() [96]byte {
	c1, err := bls.TimesBase(bls.ScalarFromUint64(1))
	if err != nil {
		panic(err)
	}
	return c1.Bytes()
}

// The encryptor holds party 1's share and made his ciphertext open with the key that his bad share
// gives. The opening alone is convinced; whoever asks again gets the truth.
func TestAskingAgainProvesTheKey(t *testing.T) {
	s := newStage(t, 2, 3, direct{}).run()
	who := parties{1, 2}
	honest := s.combine(who, s.seal(1, "rigged"))
	shares := slices.Clone(honest.Inputs[0].Shares)
	shares[0] = plus(shares[0], generator())
	rigged := s.rig(s.seal(1, "rigged"), who, shares)

	q := s.combine(who, rigged)
	q.Inputs[0].Shares = shares
	first := ask[messages.Opened](s, q)
	if first.Outcomes[0].Status != messages.StatusOpened {
		t.Fatalf("the rig does not work: %+v", first.Outcomes[0])
	}
	if blamed := ask[messages.Blamed](s, q); !slices.Equal(blamed.Parties, parties{1}) {
		t.Errorf("blamed %v", blamed.Parties)
	}
	last := ask[messages.Opened](s, s.combine(parties{2, 3}, rigged))
	if last.Outcomes[0].Status != messages.StatusMalformed {
		t.Errorf("status %d, want malformed", last.Outcomes[0].Status)
	}
	s.wantKey(rigged, last.Keys[0])
}

func TestAttestation(t *testing.T) {
	for _, c := range []struct{ k, n int }{{2, 3}, {9, 13}} {
		s := newStage(t, c.k, c.n, direct{}).run()
		q := s.attestation(5, quorum(rand.New(rand.NewPCG(1, 1)), c.k, c.n))
		attested := ask[messages.Attested](s, q)
		signature, err := bls.ParseSignature(attested.Signature[:])
		if err != nil || !statement(q).Verify(s.dealing.Committee.Master(), signature) {
			t.Errorf("%d of %d: the signature does not verify: %v", c.k, c.n, err)
		}
		s.mu.Lock()
		f := s.facts[len(s.facts)-1]
		s.mu.Unlock()
		if f.Name != messages.FactOutcomeAttested || f.Digest != q.OutcomesDigest || f.Took <= 0 {
			t.Errorf("fact %+v", f)
		}
		q.Shares[1] = plus(q.Shares[1], torsion())
		q.Shares[0][0] ^= 1
		want := slices.Sorted(slices.Values(q.Parties[:2]))
		if blamed := ask[messages.Blamed](s, q); !slices.Equal(blamed.Parties, want) {
			t.Errorf("%d of %d: blamed %v, want %v", c.k, c.n, blamed.Parties, want)
		}
	}
}

// Both workers wait at their first question while the rest gathers in the queue, to be taken in
// batches.
func TestBatchOfAttestationsSpoiledByOne(t *testing.T) {
	open := make(chan struct{})
	s := newStage(t, 2, 3, direct{hook: func() { <-open }}).run()
	var futures []*actor.Future
	for i := range 40 {
		q := s.attestation(uint64(i+1), parties{1, 3})
		if i == 17 {
			q.Shares[1] = plus(q.Shares[1], generator())
		}
		if i == 23 {
			q.Key.Master = [96]byte{1}
		}
		futures = append(futures, s.system.Root.RequestFuture(s.pid, q, time.Minute))
	}
	close(open)
	for i, f := range futures {
		answer, err := f.Result()
		if err != nil {
			t.Fatal(err)
		}
		switch word := answer.(type) {
		case messages.Attested:
			if i == 17 || i == 23 || word.Request.Number != uint64(i+1) {
				t.Errorf("%d: attested %v", i, word.Request)
			}
		case messages.Blamed:
			if i != 17 || !slices.Equal(word.Parties, parties{3}) {
				t.Errorf("%d: blamed %v", i, word.Parties)
			}
		default:
			if i != 23 {
				t.Errorf("%d: answer %v", i, answer)
			}
		}
	}
}

func TestQuestionsWithoutAnAnswer(t *testing.T) {
	for name, spoil := range map[string]func(*messages.Combine){
		"too few parties":    func(q *messages.Combine) { q.Parties = q.Parties[:1] },
		"index zero":         func(q *messages.Combine) { q.Parties[0] = 0 },
		"a party twice":      func(q *messages.Combine) { q.Parties[0] = q.Parties[1] },
		"no such party":      func(q *messages.Combine) { q.Parties[0] = 4 },
		"no inputs":          func(q *messages.Combine) { q.Inputs = nil },
		"too many inputs":    func(q *messages.Combine) { q.Inputs = make([]messages.CombineInput, 17) },
		"a share is missing": func(q *messages.Combine) { q.Inputs[0].Shares = q.Inputs[0].Shares[:1] },
		"short ciphertext":   func(q *messages.Combine) { q.Inputs[0].Ciphertext = []byte("IC IBE") },
		"no master key": func(q *messages.Combine) {
			q.Inputs[0].Ciphertext[104] ^= 1
			q.Key.Master = [96]byte{}
		},
		"no public shares": func(q *messages.Combine) {
			q.Inputs[0].Shares[0][0] ^= 1
			q.Key.Shares[2] = [96]byte{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, 2, 3, direct{}).run()
			q := s.combine(parties{1, 3}, s.seal(1, "text"))
			spoil(&q)
			refusal := ask[*messages.GatewayError](s, q)
			if refusal.Code != messages.CodeInternal || refusal.Request != q.Request ||
				refusal.Cause == nil {
				t.Errorf("refusal %v", refusal)
			}
		})
	}
}

func TestPanicIsAnAnswerAndNoMore(t *testing.T) {
	panics := true
	s := newStage(t, 2, 3, direct{hook: func() {
		if panics {
			panic("a bug")
		}
	}}).run()
	q := s.combine(parties{1, 3}, s.seal(1, "text"))
	for _, word := range []any{q, s.attestation(1, parties{1, 3})} {
		if refusal := ask[*messages.GatewayError](s, word); refusal.Code != messages.CodeInternal ||
			!strings.Contains(refusal.Error(), "a bug") {
			t.Errorf("refusal %v", refusal)
		}
	}
	panics = false
	ask[messages.Opened](s, q)
}

func TestQueueIsBounded(t *testing.T) {
	open, busy := make(chan struct{}), make(chan struct{}, 8)
	s := newStage(t, 2, 3, direct{hook: func() { busy <- struct{}{}; <-open }}).run()
	q := s.combine(parties{1, 3}, s.seal(1, "text"))
	var futures []*actor.Future
	send := func() {
		futures = append(futures, s.system.Root.RequestFuture(s.pid, q, time.Minute))
	}
	for range 2 { // one for each worker
		send()
		<-busy
	}
	q.Parties = nil // the rest is answered quickly
	for range aggregator.QueueLength + 1 {
		send()
	}
	answer, err := futures[len(futures)-1].Result()
	if refusal, ok := answer.(*messages.GatewayError); err != nil || !ok ||
		refusal.Code != messages.CodeOverloaded || refusal.Request != q.Request {
		t.Fatalf("answer %v, %v", answer, err)
	}
	if h := s.room.Health(); h.Grade != messages.Degraded {
		t.Errorf("health %+v with a full queue", h)
	}
	close(open)
	for _, f := range futures {
		if _, err := f.Result(); err != nil {
			t.Fatal(err)
		}
	}
	if h := s.room.Health(); h.Grade != messages.Healthy {
		t.Errorf("health %+v with an empty queue", h)
	}
}

func TestStopEndsTheWorkers(t *testing.T) {
	s := newStage(t, 2, 3, direct{}).run()
	ask[messages.Opened](s, s.combine(parties{1, 3}, s.seal(1, "text")))
	if err := s.system.Root.StopFuture(s.pid).Wait(); err != nil {
		t.Fatal(err)
	}
	if h := s.room.Health(); h.Grade != messages.Down {
		t.Errorf("health %+v after the stop", h)
	}
}

func TestConfigNamesWhatIsMissing(t *testing.T) {
	_, err := aggregator.New(aggregator.Config{})
	var gatewayError *messages.GatewayError
	if !errors.As(err, &gatewayError) || gatewayError.Field != "aggregator.derive" {
		t.Errorf("got %v", err)
	}
	good := newStage(t, 2, 3, direct{})
	_, err = aggregator.New(aggregator.Config{Derive: direct{}, Gateway: gateway, Workers: -1,
		Clock: time.Now, Rand: good.random, Publish: func(context.Context, messages.Fact) {}})
	if !errors.As(err, &gatewayError) || gatewayError.Field != "aggregator.workers" {
		t.Errorf("got %v", err)
	}
}
