package party

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// question is what both kinds of asking have in common.
type question struct {
	request messages.RequestID
	party   messages.PartyIndex
	key     messages.KeyID
	epoch   messages.KeyEpoch
	place   messages.EventPlace
	inputs  []messages.InputHint
}

// questionOfShare is what a request for shares has to pass.
func questionOfShare(ask messages.SignShare) question {
	return question{ask.Request, ask.Party, ask.Key, ask.Epoch, ask.Place, ask.Inputs}
}

// questionOfOutcomes is the same for an attestation: whoever may not have the shares may not have
// the outcome attested either.
func questionOfOutcomes(ask messages.SignOutcomes) question {
	inputs := make([]messages.InputHint, len(ask.Inputs))
	for i, input := range ask.Inputs {
		inputs[i] = input.Hint
	}
	return question{ask.Request, ask.Party, ask.Key, ask.Epoch, ask.Place, inputs}
}

// digest names what a release is about: key and inputs. The request is the journal's key; place and
// epoch are hints that a repetition may give differently.
func (q question) digest() messages.Hash {
	h := sha256.New()
	h.Write(q.key[:])
	for _, hint := range q.inputs {
		h.Write(hint.Handle[:])
		h.Write(hint.App[:])
		h.Write(hint.Owner[:])
		h.Write(hint.Salt[:])
		h.Write(hint.C1Hash[:])
		h.Write(hint.RestHash[:])
		h.Write(binary.BigEndian.AppendUint32(nil, hint.Length))
	}
	return messages.Hash(h.Sum(nil))
}

// admissible refuses what needs no look at the chain: a question for another party, of a deployment
// that is not on the list, under a key or an epoch that this party does not sign for.
func (s *settings) admissible(q question) error {
	if q.party != s.index {
		return messages.MalformedField("party", fmt.Sprintf("this is %s", s.index))
	}
	if _, listed := s.deployments[q.request.Chain]; !listed {
		return messages.Refused(messages.CodePolicy, "check deployment",
			fmt.Sprintf("chain %d is not on this party's list", q.request.Chain))
	}
	key, known := s.keys[q.key]
	if !known {
		return messages.UnknownKey(q.key)
	}
	if q.epoch != key.info.Epoch {
		return messages.Refused(messages.CodeWrongEpoch, "check key",
			fmt.Sprintf("asked for epoch %d, signing for %d", q.epoch, key.info.Epoch))
	}
	return nil
}

// final refuses a place above the party's own final height.
func (q question) final(final messages.BlockRef) error {
	if q.place.Block.Number > final.Number {
		return messages.EventNotFinal(q.request, q.place.Block.Number, final.Number)
	}
	return nil
}

// release decides whether the party may act on a question: the proven event must be the named
// request, final, under the named key, and every input must re-hash to the event's handle in its
// place. It returns the identity of each input. Everything of the question is a hint; gateway is
// the party's own setting.
func release(
	q question, event messages.Requested, final messages.BlockRef, gateway messages.Address,
) ([]vetkd.InputID, error) {
	switch {
	case event.Request != q.request:
		return nil, messages.EventMismatch(q.request, "the event is of "+event.Request.String())
	case event.Place.Block != q.place.Block || event.Place.LogIndex != q.place.LogIndex:
		return nil, messages.EventMismatch(q.request, "the event stands at another place")
	case event.Key != q.key:
		return nil, messages.EventMismatch(q.request, "the event names key "+event.Key.String())
	case len(event.Handles) != len(q.inputs):
		return nil, messages.EventMismatch(q.request, fmt.Sprintf("%d inputs for %d handles",
			len(q.inputs), len(event.Handles)))
	}
	if err := q.final(final); err != nil {
		return nil, err
	}
	ids := make([]vetkd.InputID, len(q.inputs))
	for i, hint := range q.inputs {
		if hint.Handle != event.Handles[i] {
			return nil, mismatchedHandle(q.request, hint.Handle, "it is not the event's")
		}
		ids[i] = inputID(q.request.Chain, gateway, hint)
		if handleOf(ids[i], q.key, hint) != hint.Handle {
			return nil, mismatchedHandle(q.request, hint.Handle, "the hints do not hash to it")
		}
	}
	return ids, nil
}

// mismatchedHandle names the handle, for a request may have sixteen.
func mismatchedHandle(
	request messages.RequestID, handle messages.Handle, detail string,
) *messages.GatewayError {
	err := messages.EventMismatch(request, detail)
	err.Handle = handle
	return err
}

// inputID recomputes the identity that the contract gave to a ciphertext.
func inputID(
	chain messages.ChainID, gateway messages.Address, hint messages.InputHint,
) vetkd.InputID {
	return vetkd.Input{
		ChainID: uint64(chain),
		Gateway: vetkd.Address(gateway),
		App:     vetkd.Address(hint.App),
		Owner:   vetkd.Address(hint.Owner),
		Salt:    hint.Salt,
	}.ID()
}

// handleOf recomputes the handle that the contract gave to a ciphertext.
func handleOf(id vetkd.InputID, key messages.KeyID, hint messages.InputHint) messages.Handle {
	return messages.Handle(vetkd.HandleOfParts(id, vetkd.KeyID(key), hint.C1Hash, hint.RestHash,
		uint64(hint.Length)))
}
