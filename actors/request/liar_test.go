package request_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

func TestCulpritIsNamedAndOthersServe(t *testing.T) {
	for name, lie := range map[string]func(messages.ShareSigned) messages.ShareSigned{
		"no point": func(s messages.ShareSigned) messages.ShareSigned {
			s.Shares[0][95] ^= 1
			return s
		},
		"a point, but not its share": func(s messages.ShareSigned) messages.ShareSigned {
			s.Shares[0], s.Shares[1] = s.Shares[1], s.Shares[0]
			return s
		},
		"its share shifted by torsion": shifted,
		"another epoch": func(s messages.ShareSigned) messages.ShareSigned {
			s.Epoch++
			return s
		},
		"fewer shares than handles": func(s messages.ShareSigned) messages.ShareSigned {
			s.Shares = s.Shares[:1]
			return s
		},
	} {
		for _, c := range []struct{ k, n int }{{2, 3}, {9, 13}} {
			t.Run(fmt.Sprintf("%s, %d of %d", name, c.k, c.n), func(t *testing.T) {
				play(t, c.k, c.n, 2, func(t *testing.T, w *world) {
					var sent messages.ShareSigned
					// The first of the home region is always asked.
					liar := w.members[0]
					liar.share = func(w *world, word messages.SignShare) any {
						sent = liar.seal(lie(liar.sign(w, word)))
						return sent
					}
					w.decrypt(1, budget)
					w.wantSettled(1)
					blames := w.blames()
					if len(blames) != 1 {
						t.Fatalf("blamed %+v, want party 1 alone", blames)
					}
					b := blames[0]
					if b.Party != 1 || b.Region != regions[0] || b.Code != messages.CodePartyGarbage {
						t.Errorf("blamed %+v", b)
					}
					if string(b.Evidence) != string(sent.Signature) || b.Digest != sent.EvidenceDigest() {
						t.Error("the evidence is not what the liar signed")
					}
				})
			})
		}
	}
}

func TestBlamedPartyIsNotAskedAgain(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.members[0].share = func(w *world, word messages.SignShare) any {
			return shifted(w.members[0].sign(w, word))
		}
		w.members[1].share = refuse(messages.CodePartyUnreachable)
		w.decrypt(1, budget)
		if d := w.deferrals(); len(d) != 1 || !strings.Contains(d[0].Detail, "waiting for [party-2]") ||
			!strings.Contains(d[0].Detail, "blamed [party-1]") {
			t.Fatalf("deferred %+v", d)
		}
		before := len(w.asked)
		w.decrypt(2, budget)
		if got := w.askedFor(false, before); !slices.Equal(got, []messages.PartyIndex{2}) {
			t.Errorf("asked %v", got)
		}
		w.members[1].share = nil
		w.decrypt(3, budget)
		w.wantSettled(1)
	})
}

func TestMalformedCiphertextIsAttestedAndSpoilsNoOther(t *testing.T) {
	play(t, 2, 3, 2, func(t *testing.T, w *world) {
		salt := messages.Hash{0xee}
		ct, err := vetkd.Encrypt(w.derive(vetkd.PurposeDecrypt, app).Key(), []byte("elsewhere"),
			vetkd.Seed{1}, []byte("never to be read"))
		if err != nil {
			t.Fatal(err)
		}
		w.register(salt, ct)
		w.decrypt(1, budget)
		settled := w.wantSettled(1)
		if got := settled.Outcomes[2].Status; got != messages.StatusMalformed {
			t.Errorf("status %d of the malformed one", got)
		}
		w.wantAttested(settled)
	})
}

func TestLiarAmongAttestersIsNamedAndReplaced(t *testing.T) {
	for name, lie := range map[string]func(*messages.OutcomesSigned){
		"no point":       func(v *messages.OutcomesSigned) { v.Share[95] ^= 1 },
		"other outcomes": func(v *messages.OutcomesSigned) { v.OutcomesDigest[0] ^= 1 },
		"another epoch":  func(v *messages.OutcomesSigned) { v.Epoch++ },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, 2, 3, 1, func(t *testing.T, w *world) {
				w.requested.Options.Proof = messages.ProofQuorum
				liar := w.members[0]
				liar.outcomes = func(w *world, word messages.SignOutcomes) any {
					vote := liar.vote(w, word)
					lie(&vote)
					return vote
				}
				w.decrypt(1, budget)
				w.wantAttested(w.wantSettled(1))
				if b := w.blames(); len(b) != 1 || b[0].Party != 1 || len(b[0].Evidence) == 0 {
					t.Errorf("blamed %+v", b)
				}
			})
		})
	}
}

// An encryptor who holds a share can make his ciphertext open with a wrong key of his choice; the
// attesting parties see that, and the request asks the aggregator to look closer.
func TestOutcomesThatPartiesDoubtAreCombinedAgain(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.requested.Options.Proof = messages.ProofQuorum
		w.aggregate = func(word any) any {
			combine, ok := word.(messages.Combine)
			if !ok || len(w.combined) > 1 {
				return w.honest(word)
			}
			opened := w.combine(combine).(messages.Opened)
			opened.Keys[0] = [48]byte{1}
			opened.Outcomes[0].Plaintext = []byte("not what is inside")
			return opened
		}
		w.decrypt(1, budget)
		w.wantAttested(w.wantSettled(1))
	})
}

func (w *world) honest(word any) any {
	if combine, ok := word.(messages.Combine); ok {
		return w.combine(combine)
	}
	return w.combineVotes(word.(messages.CombineAttestation))
}

func TestPartiesThatKeepDoubtingDeferTheRequest(t *testing.T) {
	play(t, 2, 3, 1, func(t *testing.T, w *world) {
		w.requested.Options.Proof = messages.ProofQuorum
		for _, m := range w.members[1:] {
			m.outcomes = func(_ *world, word messages.SignOutcomes) any {
				return messages.ShareRefused{Request: word.Request, Party: word.Party,
					Code: messages.CodeOutcomeMismatch}
			}
		}
		w.decrypt(1, budget)
		d := w.deferrals()
		if len(d) != 1 || d[0].Code != messages.CodeBelowThreshold ||
			!strings.Contains(d[0].Detail, "party-2 says OUTCOME_MISMATCH") {
			t.Errorf("deferred %+v", d)
		}
		if len(w.combined) != 2 {
			t.Errorf("combined %d times, want twice", len(w.combined))
		}
	})
}
