package aggregator

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// arithmetic answers the room's questions. It keeps nothing between them.
type arithmetic struct {
	derive  Deriver
	gateway messages.Address
	rand    io.Reader
}

// errQuestion says that the asker's question has no answer; it is a bug of ours, not of a party.
var errQuestion = errors.New("not a question that can be answered")

// open answers a Combine: the outcomes, or the parties whose shares are invalid (sorted), or an
// error that is nobody's fault.
//
// For each input the shares are combined, the sum checked to be in the subgroup, the ciphertext
// decrypted: where it opens, the key is taken as right. Where it does not, or where prove says so,
// the key is verified by the pairing; a right key makes the ciphertext malformed, a wrong one makes
// the culprits known. All inputs are looked at, so that all culprits are named at once.
func (a arithmetic) open(q messages.Combine, prove bool) (
	messages.Opened, []messages.PartyIndex, error,
) {
	co, err := a.signers(q.Key, q.Parties)
	if err != nil {
		return messages.Opened{}, nil, err
	}
	if len(q.Inputs) == 0 || len(q.Inputs) > messages.MaxHandles {
		return messages.Opened{}, nil, fmt.Errorf("%w: %d inputs", errQuestion, len(q.Inputs))
	}
	out := messages.Opened{Request: q.Request}
	var culprits []messages.PartyIndex
	for _, in := range q.Inputs {
		outcome, key, bad, err := a.openOne(q, co, in, prove)
		if err != nil {
			return messages.Opened{}, nil, fmt.Errorf("handle %s: %w", in.Hint.Handle, err)
		}
		culprits = append(culprits, bad...)
		out.Outcomes = append(out.Outcomes, outcome)
		out.Keys = append(out.Keys, key)
	}
	if len(culprits) > 0 {
		return messages.Opened{}, unique(culprits), nil
	}
	return out, nil, nil
}

// openOne is open for one input.
func (a arithmetic) openOne(
	q messages.Combine, co threshold.Coefficients, in messages.CombineInput, prove bool,
) (outcome messages.HandleOutcome, key [48]byte, culprits []messages.PartyIndex, err error) {
	shares, garbage, err := parseShares(q.Parties, in.Shares)
	if err != nil {
		return outcome, key, nil, err
	}
	outcome, ct, err := frame(in)
	if err != nil {
		return outcome, key, nil, err
	}
	// The healthy path: no verification, no derived key, no hash of the identity.
	if len(garbage) == 0 && !prove && ct != nil {
		combined, err := co.Combine(shares)
		if err == nil && reveal(&outcome, combined, *ct) {
			return outcome, combined.Bytes(), nil, nil
		}
	}
	c, st, err := a.statement(q, in)
	if err != nil {
		return outcome, key, nil, err
	}
	right, culprits, err := a.judge(c, st, co, shares, garbage)
	if err != nil || len(culprits) > 0 {
		return outcome, key, culprits, err
	}
	outcome.Status = messages.StatusMalformed
	if ct != nil {
		reveal(&outcome, right, *ct)
	}
	return outcome, right.Bytes(), nil, nil
}

// frame fills in what an outcome says of its ciphertext, opened or not. The ciphertext is nil where
// it does not parse: then no key opens it.
func frame(in messages.CombineInput) (messages.HandleOutcome, *vetkd.Ciphertext, error) {
	const c1From, c1To = messages.CiphertextHead - vetkd.SeedSize - bls.PublicKeySize,
		messages.CiphertextHead - vetkd.SeedSize
	outcome := messages.HandleOutcome{Handle: in.Hint.Handle, InputID: in.InputID}
	if len(in.Ciphertext) < messages.CiphertextHead ||
		len(in.Ciphertext) > messages.MaxCiphertext {
		return outcome, nil, fmt.Errorf("%w: ciphertext of %d bytes",
			errQuestion, len(in.Ciphertext))
	}
	outcome.C1 = [bls.PublicKeySize]byte(in.Ciphertext[c1From:c1To])
	outcome.RestHash = vetkd.Keccak256(in.Ciphertext[c1To:])
	ct, err := vetkd.ParseCiphertext(in.Ciphertext)
	if err != nil {
		return outcome, nil, nil
	}
	return outcome, &ct, nil
}

// reveal opens the ciphertext into the outcome; false where it does not open.
func reveal(outcome *messages.HandleOutcome, key bls.Signature, ct vetkd.Ciphertext) bool {
	opening, err := vetkd.Decrypt(key, ct)
	if err != nil {
		return false
	}
	outcome.Status = messages.StatusOpened
	outcome.Seed, outcome.Plaintext = opening.Seed(), opening.Plaintext()
	return true
}

// judge returns the key, verified by the pairing, or the parties whose shares are invalid.
func (a arithmetic) judge(
	c threshold.Committee, st threshold.Statement, co threshold.Coefficients,
	shares []threshold.Share, garbage []messages.PartyIndex,
) (bls.Signature, []messages.PartyIndex, error) {
	if len(garbage) > 0 {
		// No sum to verify: the others are looked at as well, so that one answer names all.
		bad, err := c.FindBad(a.rand, st, shares)
		return bls.Signature{}, append(garbage, parties(bad)...), err
	}
	verdict, err := c.Blame(a.rand, st, co, shares)
	return verdict.Right, parties(verdict.Culprits), err
}

// statement prepares what only verification needs: the committee, the derived key, the hash.
func (a arithmetic) statement(q messages.Combine, in messages.CombineInput) (
	c threshold.Committee, st threshold.Statement, err error,
) {
	if c, err = committee(q.Key); err != nil {
		return c, st, err
	}
	d, err := a.derive.Derive(
		q.Key.Master, vetkd.PurposeDecrypt, q.Request.Chain, in.Hint.App)
	if err != nil {
		return c, st, fmt.Errorf("derive the app's key: %w", err)
	}
	st, err = a.state(d, in.InputID)
	return c, st, err
}

// state is statement for a key that is derived already.
func (a arithmetic) state(d vetkd.Derived, id messages.Hash) (threshold.Statement, error) {
	h, err := a.derive.Hash(d, id[:])
	if err != nil {
		return threshold.Statement{}, fmt.Errorf("hash the identity: %w", err)
	}
	return threshold.Statement{Hash: h, Key: d.Key(), Delta: d.Delta()}, nil
}

// signers checks that the parties are a quorum of the key and returns their coefficients.
func (a arithmetic) signers(key messages.KeyInfo, who []messages.PartyIndex) (
	threshold.Coefficients, error,
) {
	if len(who) != key.Threshold || len(who) == 0 || int(slices.Max(who)) > key.Parties {
		return threshold.Coefficients{}, fmt.Errorf("%w: signers %v of %d of %d",
			errQuestion, who, key.Threshold, key.Parties)
	}
	return a.derive.Coefficients(who)
}

// vote is what is known of a CombineAttestation on its way.
type vote struct {
	shares    []threshold.Share
	garbage   []messages.PartyIndex
	co        threshold.Coefficients
	state     threshold.Statement
	master    bls.PublicKey
	signature bls.Signature // combined, not verified; zero where that failed
}

// attested is the answer to one CombineAttestation: exactly one of its fields says something.
type attested struct {
	signature [48]byte
	culprits  []messages.PartyIndex
	err       error
}

// attest answers a batch: all combined signatures under one master key are verified at once, with
// two pairings, and only where that fails each by itself.
func (a arithmetic) attest(batch []messages.CombineAttestation) []attested {
	out := make([]attested, len(batch))
	votes := make([]vote, len(batch))
	claims := make(map[[96]byte][]bls.Claim)
	for i, q := range batch {
		votes[i], out[i].err = a.vote(q)
		if v := &votes[i]; out[i].err == nil && !v.signature.IsZero() {
			claims[q.Key.Master] = append(claims[q.Key.Master], bls.Claim{
				Signature: v.signature, Hash: v.state.Hash, Delta: v.state.Delta})
		}
	}
	// One verification for each master key; in practice a node has one or two.
	right := make(map[[96]byte]bool, len(claims))
	for i, q := range batch {
		key := q.Key.Master
		if _, done := right[key]; done || votes[i].signature.IsZero() {
			continue
		}
		right[key], out[i].err = bls.VerifyBatch(a.rand, votes[i].master, claims[key])
	}
	for i, q := range batch {
		v := &votes[i]
		switch {
		case out[i].err != nil:
		case !v.signature.IsZero() && right[q.Key.Master]:
			out[i].signature = v.signature.Bytes()
		default:
			out[i] = a.judgeVote(q, *v)
		}
	}
	return out
}

// vote parses and combines one attestation's shares.
func (a arithmetic) vote(q messages.CombineAttestation) (v vote, err error) {
	if v.co, err = a.signers(q.Key, q.Parties); err != nil {
		return v, err
	}
	if v.shares, v.garbage, err = parseShares(q.Parties, q.Shares); err != nil {
		return v, err
	}
	d, err := a.derive.Derive(q.Key.Master, vetkd.PurposeAttest, q.Request.Chain, a.gateway)
	if err != nil {
		return v, fmt.Errorf("derive the attestation key: %w", err)
	}
	v.master = d.Master()
	id := vetkd.Attestation{
		ChainID: uint64(q.Request.Chain), Gateway: vetkd.Address(a.gateway),
		RequestID: q.Request.Number, RequestDigest: q.Request.Digest,
		KeyID: vetkd.KeyID(q.Key.Key), OutcomesDigest: q.OutcomesDigest,
	}.ID()
	if v.state, err = a.state(d, id); err != nil {
		return v, err
	}
	if len(v.garbage) == 0 {
		// A sum that is no signature stays zero, and is judged share by share.
		v.signature, _ = v.co.Combine(v.shares)
	}
	return v, nil
}

// judgeVote decides one attestation by itself, because its batch failed or its sum is no point.
func (a arithmetic) judgeVote(q messages.CombineAttestation, v vote) attested {
	c, err := committee(q.Key)
	if err != nil {
		return attested{err: err}
	}
	right, culprits, err := a.judge(c, v.state, v.co, v.shares, v.garbage)
	if err != nil || len(culprits) > 0 {
		return attested{culprits: unique(culprits), err: err}
	}
	return attested{signature: right.Bytes()}
}

// parseShares decodes one share of each party; garbage are the parties whose bytes are no point.
func parseShares(who []messages.PartyIndex, raw [][96]byte) (
	shares []threshold.Share, garbage []messages.PartyIndex, err error,
) {
	if len(raw) != len(who) {
		return nil, nil, fmt.Errorf("%w: %d shares of %d parties",
			errQuestion, len(raw), len(who))
	}
	for i, party := range who {
		point, err := bls.ParseShare(raw[i][:])
		if err != nil {
			garbage = append(garbage, party)
			continue
		}
		shares = append(shares, threshold.Share{Index: threshold.Index(party), Point: point})
	}
	return shares, garbage, nil
}

// committee decodes the public side of a key. It takes about 0.2 ms a party, and only where a
// share is in doubt.
func committee(key messages.KeyInfo) (threshold.Committee, error) {
	master, err := bls.ParsePublicKey(key.Master[:])
	if err != nil {
		return threshold.Committee{}, fmt.Errorf("master key: %w", err)
	}
	publics := make([]bls.PublicKey, len(key.Shares))
	for i := range key.Shares {
		if publics[i], err = bls.ParsePublicKey(key.Shares[i][:]); err != nil {
			return threshold.Committee{}, fmt.Errorf("public share %d: %w", i+1, err)
		}
	}
	return threshold.NewCommittee(key.Threshold, master, publics)
}

func parties(indices []threshold.Index) []messages.PartyIndex {
	out := make([]messages.PartyIndex, len(indices))
	for i, index := range indices {
		out[i] = messages.PartyIndex(index)
	}
	return out
}

func unique(who []messages.PartyIndex) []messages.PartyIndex {
	slices.Sort(who)
	return slices.Compact(who)
}
