package party

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"kmsgateway/actors/party/journal"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// look is what a worker found about a question: that it was decided before, or the proven event
// with the final block it was compared with.
type look struct {
	decided *journal.Record
	event   messages.Requested
	final   messages.BlockRef
	err     error
}

// lookUp asks the journal, then the chain. final is what the mailbox knows already: what was final
// once stays so, and a place below it needs no other look at the tip.
func (s *settings) lookUp(t *task, final messages.BlockRef) (found look) {
	defer s.rescue(t, &found.err)
	found.final = final
	decided, err := s.decidedBefore(t)
	if err != nil || decided != nil {
		return look{decided: decided, final: final, err: err}
	}
	source := s.deployments[t.request.Chain].Source
	if t.place.Block.Number > final.Number || final.IsZero() {
		now, err := source.Final(t.ctx)
		s.pulse.looked(err)
		if err != nil {
			found.err = err
			return found
		}
		found.final = now
	}
	// Above it there is nothing to read yet, and another node may still see another fork.
	if found.err = t.question.final(found.final); found.err != nil {
		return found
	}
	found.event, found.err = source.RequestedAt(t.ctx, t.request, t.place)
	s.pulse.looked(found.err)
	return found
}

// decidedBefore finds a release of the same inputs, or an attestation of the same outcomes, in the
// journal. EQUIVOCATION where other outcomes were attested.
func (s *settings) decidedBefore(t *task) (*journal.Record, error) {
	if t.outcomes != nil {
		attested, err := s.attestedBefore(t)
		if attested != nil || err != nil {
			return attested, err
		}
	}
	released, found, err := s.journal.Released(t.request)
	if err != nil || !found || released.Subject != t.subject {
		return nil, err
	}
	return &released, nil
}

// attestedBefore finds the same attestation, nil where there is none; EQUIVOCATION for another.
func (s *settings) attestedBefore(t *task) (*journal.Record, error) {
	attested, found, err := s.journal.Attested(t.request)
	if err != nil || !found {
		return nil, err
	}
	if attested.Subject != t.outcomes.OutcomesDigest || attested.Key != t.question.key {
		return nil, equivocation(t.request)
	}
	return &attested, nil
}

// sign does what was granted. proven is what the grant rests on, for the journal; again says that
// it is there already.
func (s *settings) sign(t *task, proven journal.Record, again bool) (r result) {
	defer s.rescue(t, &r.err)
	if err := s.inTime(t); err != nil {
		return result{err: err}
	}
	if t.outcomes != nil {
		return s.signOutcomes(t, proven)
	}
	inputs, err := s.derive(t)
	if err != nil {
		return result{err: err}
	}
	answer := &messages.ShareSigned{Request: t.request, Party: s.index, Epoch: t.epoch}
	for _, input := range inputs {
		share, err := s.custody.Sign(t.question.key, t.epoch, input.key.Delta(), input.hash)
		if err != nil {
			return result{err: err}
		}
		answer.Shares = append(answer.Shares, share.Bytes())
	}
	digest := answer.EvidenceDigest()
	answer.Signature = ed25519.Sign(s.identity, digest[:])
	if !again {
		s.journal.Release(t.request, proven)
	}
	return result{shares: answer}
}

// signOutcomes recomputes the outcomes, makes them durable, and only then signs.
func (s *settings) signOutcomes(t *task, proven journal.Record) result {
	attested, err := s.attestedBefore(t)
	if err != nil {
		return result{err: err}
	}
	if attested == nil {
		if err := s.attest(t, proven); err != nil {
			return result{err: err}
		}
	}
	statement := attestationOf(t.request, s.deployments[t.request.Chain].Gateway, t.question.key,
		t.outcomes.OutcomesDigest)
	derived, err := s.deriver.Derive(s.keys[t.question.key].info.Master, vetkd.PurposeAttest,
		t.request.Chain, messages.Address(statement.Gateway))
	if err != nil {
		return result{err: fmt.Errorf("derive the attestation key: %w", err)}
	}
	id := statement.ID()
	hash, err := s.deriver.Hash(derived, id[:])
	if err != nil {
		return result{err: fmt.Errorf("hash the attestation: %w", err)}
	}
	share, err := s.custody.Sign(t.question.key, t.epoch, derived.Delta(), hash)
	if err != nil {
		return result{err: err}
	}
	answer := &messages.OutcomesSigned{Request: t.request, Party: s.index, Epoch: t.epoch,
		OutcomesDigest: t.outcomes.OutcomesDigest, Share: share.Bytes()}
	digest := answer.EvidenceDigest()
	answer.Signature = ed25519.Sign(s.identity, digest[:])
	return result{outcomes: answer}
}

// attest verifies what is to be attested and writes it to the journal.
func (s *settings) attest(t *task, proven journal.Record) error {
	inputs, err := s.derive(t)
	if err != nil {
		return err
	}
	outcomes, err := outcomesOf(s.rand, t.request, t.outcomes.Inputs, inputs)
	if err != nil {
		return err
	}
	if outcomes != t.outcomes.OutcomesDigest {
		return &messages.GatewayError{Code: messages.CodeOutcomeMismatch, Op: "attest",
			Request: t.request, Detail: "recomputed " + outcomes.String()}
	}
	if err := s.inTime(t); err != nil {
		return err
	}
	return s.journal.Attest(t.request, journal.Record{
		Subject: outcomes, Key: t.question.key, Block: proven.Block, Final: proven.Final,
	})
}

// derive derives key and point of every input from names alone: the key's id, the purpose, the
// chain, the app that the handle binds, the identity that the handle binds.
func (s *settings) derive(t *task) ([]derivedInput, error) {
	gateway := s.deployments[t.request.Chain].Gateway
	inputs := make([]derivedInput, len(t.inputs))
	for i, hint := range t.inputs {
		id := inputID(t.request.Chain, gateway, hint)
		key, err := s.deriver.Derive(s.keys[t.question.key].info.Master, vetkd.PurposeDecrypt,
			t.request.Chain, hint.App)
		if err != nil {
			return nil, fmt.Errorf("derive the key of %s: %w", hint.App, err)
		}
		hash, err := s.deriver.Hash(key, id[:])
		if err != nil {
			return nil, fmt.Errorf("hash the identity: %w", err)
		}
		inputs[i] = derivedInput{id: id, key: key, hash: hash}
	}
	return inputs, nil
}

// inTime refuses work whose time is up.
func (s *settings) inTime(t *task) error {
	if t.ctx.Err() == nil {
		return nil
	}
	return s.outOfTime(t)
}

// outOfTime tells a stopping party from a question that took too long.
func (s *settings) outOfTime(t *task) error {
	if s.life.Err() != nil {
		return messages.Refused(messages.CodeShuttingDown, "sign share", "the party is stopping")
	}
	return &messages.GatewayError{Code: messages.CodeDeadline, Op: "sign share", Request: t.request,
		Cause: context.Cause(t.ctx)}
}

// rescue turns a worker's panic into a refusal, and an error that only says that time is up into
// one that says why.
func (s *settings) rescue(t *task, err *error) {
	if caught := recover(); caught != nil {
		*err = messages.Refused(messages.CodeInternal, "sign share", fmt.Sprint("panic: ", caught))
		return
	}
	late := errors.Is(*err, context.Canceled) || errors.Is(*err, context.DeadlineExceeded)
	var told *messages.GatewayError
	if late && !errors.As(*err, &told) {
		*err = s.outOfTime(t)
	}
}

// equivocation is the refusal that a correct node never sees.
func equivocation(request messages.RequestID) error {
	return &messages.GatewayError{Code: messages.CodeEquivocation, Op: "attest", Request: request}
}
