package messages

import (
	"bytes"
	"fmt"

	"kmsgateway/messages/wire"
)

// RequestedToWire encodes the contract's event.
func RequestedToWire(r Requested) *wire.Requested {
	w := &wire.Requested{Request: RequestIDToWire(r.Request), App: r.App[:], Key: r.Key[:],
		Handles: handlesToWire(r.Handles), Selector: r.Selector[:],
		Options: &wire.Options{Proof: wire.Proof(r.Options.Proof),
			CallbackGasLimit: r.Options.CallbackGasLimit, Deadline: r.Options.Deadline,
			RefundTo: r.Options.RefundTo[:]},
		Fee: bytes.TrimLeft(r.Fee[:], "\x00"), BlockTime: r.BlockTime,
		Place: placeToWire(r.Place)}
	for _, height := range r.RegisteredAt {
		w.RegisteredAt = append(w.RegisteredAt, uint64(height))
	}
	return w
}

// handlesToWire and handles carry the handles of one request.
func handlesToWire(handles []Handle) [][]byte {
	return each(handles, func(handle Handle) []byte { return handle[:] })
}

func (p *part) handles(from [][]byte) []Handle {
	return many(p, "handles", from, 1, MaxHandles, func(p *part, from []byte) (handle Handle) {
		p.fixed("", handle[:], from)
		return handle
	})
}

// RequestedFromWire decodes the contract's event.
func RequestedFromWire(w *wire.Requested) (Requested, error) {
	p := whole("requested")
	return settled(p, requested(p, w))
}

func requested(p *part, w *wire.Requested) (r Requested) {
	r.Request = p.requestID(w.GetRequest())
	p.number("request.number", r.Request.Number, 1, 1<<64-1)
	p.fixed("app", r.App[:], w.GetApp())
	p.fixed("key", r.Key[:], w.GetKey())
	r.Handles = p.handles(w.GetHandles())
	if len(w.GetRegisteredAt()) != len(w.GetHandles()) {
		p.refuse("registered_at", fmt.Sprintf("want %d, one a handle, got %d",
			len(w.GetHandles()), len(w.GetRegisteredAt())))
	}
	for _, height := range w.GetRegisteredAt() {
		r.RegisteredAt = append(r.RegisteredAt, Height(height))
	}
	p.fixed("selector", r.Selector[:], w.GetSelector())
	r.Options = options(p.in("options", w.GetOptions() != nil), w.GetOptions())
	r.Fee = p.fee(w.GetFee())
	r.BlockTime = w.GetBlockTime()
	r.Place = p.place(w.GetPlace())
	return r
}

func options(p *part, w *wire.Options) (o Options) {
	o.Proof = Proof(p.number("proof", uint64(w.GetProof()), uint64(ProofOpening),
		uint64(ProofQuorum)))
	o.CallbackGasLimit = w.GetCallbackGasLimit()
	o.Deadline = w.GetDeadline()
	p.fixed("refund_to", o.RefundTo[:], w.GetRefundTo())
	return o
}

// fee decodes an amount; one amount has one form, so leading zeros are refused.
func (p *part) fee(from []byte) (fee Wei) {
	from = p.between("fee", from, 0, len(fee))
	if len(from) > 0 && from[0] == 0 {
		p.refuse("fee", "leading zeros")
	}
	copy(fee[len(fee)-len(from):], from)
	return fee
}

// outcome decodes how a request ended; an open one has no outcome.
func (p *part) outcome(field string, from wire.Outcome) Outcome {
	return Outcome(p.number(field, uint64(from), uint64(OutcomeFulfilled),
		uint64(OutcomeAnswered)))
}

// OutcomeFromWire decodes how a request ended.
func OutcomeFromWire(w wire.Outcome) (Outcome, error) {
	p := whole("outcome")
	return settled(p, p.outcome("value", w))
}

// EventToWire encodes an event of the contract.
func EventToWire(e Event) *wire.Event {
	switch {
	case e.Requested != nil:
		return &wire.Event{Event: &wire.Event_Requested{Requested: RequestedToWire(*e.Requested)}}
	case e.Ended != nil:
		return &wire.Event{Event: &wire.Event_Ended{Ended: &wire.Ended{
			Request: RequestIDToWire(e.Ended.Request), Outcome: wire.Outcome(e.Ended.Outcome),
			Called: e.Ended.Called, Place: placeToWire(e.Ended.Place)}}}
	default:
		return &wire.Event{}
	}
}

// EventFromWire decodes an event of the contract.
func EventFromWire(w *wire.Event) (Event, error) {
	p := whole("event")
	return settled(p, event(p, w))
}

func event(p *part, w *wire.Event) (e Event) {
	switch inner := w.GetEvent().(type) {
	case *wire.Event_Requested:
		decoded := requested(p.in("requested", inner.Requested != nil), inner.Requested)
		e.Requested = &decoded
	case *wire.Event_Ended:
		decoded := ended(p.in("ended", inner.Ended != nil), inner.Ended)
		e.Ended = &decoded
	default:
		p.refuse("event", "want requested or ended")
	}
	return e
}

func ended(p *part, w *wire.Ended) Ended {
	return Ended{
		Request: p.requestID(w.GetRequest()),
		Outcome: p.outcome("outcome", w.GetOutcome()),
		Called:  w.GetCalled(),
		Place:   p.place(w.GetPlace()),
	}
}

// DecryptToWire encodes a Decrypt; its budget is rounded down to whole milliseconds.
func DecryptToWire(d Decrypt) *wire.Decrypt {
	return &wire.Decrypt{Requested: RequestedToWire(d.Requested), Attempt: d.Attempt,
		BudgetMs: budgetToWire(d.Budget)}
}

// DecryptFromWire decodes a Decrypt.
func DecryptFromWire(w *wire.Decrypt) (Decrypt, error) {
	p := whole("decrypt")
	return settled(p, decrypt(p, w))
}

func decrypt(p *part, w *wire.Decrypt) Decrypt {
	return Decrypt{
		Requested: requested(p.in("requested", w.GetRequested() != nil), w.GetRequested()),
		Attempt:   p.attempt(w.GetAttempt()),
		Budget:    p.budget("budget_ms", w.GetBudgetMs()),
	}
}

// attempt decodes a count from 1.
func (p *part) attempt(from uint32) uint32 {
	return uint32(p.number("attempt", uint64(from), 1, 1<<32-1))
}

// DecryptDeferredToWire encodes a DecryptDeferred.
func DecryptDeferredToWire(d DecryptDeferred) *wire.DecryptDeferred {
	return &wire.DecryptDeferred{Request: RequestIDToWire(d.Request), Attempt: d.Attempt,
		Code: string(d.Code), Detail: clip(d.Detail)}
}

// DecryptDeferredFromWire decodes a DecryptDeferred.
func DecryptDeferredFromWire(w *wire.DecryptDeferred) (DecryptDeferred, error) {
	p := whole("decrypt_deferred")
	return settled(p, decryptDeferred(p, w))
}

func decryptDeferred(p *part, w *wire.DecryptDeferred) DecryptDeferred {
	return DecryptDeferred{
		Request: p.requestID(w.GetRequest()),
		Attempt: p.attempt(w.GetAttempt()),
		Code:    p.code("code", w.GetCode()),
		Detail:  p.text("detail", w.GetDetail(), MaxDetail),
	}
}

// handleOutcomeToWire and handleOutcome carry one line of a settlement. Seed and plaintext are of
// public decryptions only, so they may cross between nodes.
func handleOutcomeToWire(o HandleOutcome) *wire.HandleOutcome {
	return &wire.HandleOutcome{Handle: o.Handle[:], Status: wire.Status(o.Status),
		InputId: o.InputID[:], Seed: o.Seed[:], Plaintext: o.Plaintext, C1: o.C1[:],
		RestHash: o.RestHash[:]}
}

func handleOutcome(p *part, w *wire.HandleOutcome) (o HandleOutcome) {
	p.fixed("handle", o.Handle[:], w.GetHandle())
	o.Status = Status(p.number("status", uint64(w.GetStatus()), uint64(StatusOpened),
		uint64(StatusPolicy)))
	p.fixed("input_id", o.InputID[:], w.GetInputId())
	p.fixed("seed", o.Seed[:], w.GetSeed())
	o.Plaintext = p.between("plaintext", w.GetPlaintext(), 0, MaxPlaintext)
	p.fixed("c1", o.C1[:], w.GetC1())
	p.fixed("rest_hash", o.RestHash[:], w.GetRestHash())
	return o
}

// SettleToWire encodes a Settle.
func SettleToWire(s Settle) *wire.Settle {
	w := &wire.Settle{Requested: RequestedToWire(s.Requested),
		Outcomes: each(s.Outcomes, handleOutcomeToWire)}
	if s.Attestation != nil {
		w.Attestation = s.Attestation[:]
	}
	return w
}

// SettleFromWire decodes a Settle; there must be one outcome for each handle of the request, in
// order.
func SettleFromWire(w *wire.Settle) (Settle, error) {
	p := whole("settle")
	return settled(p, settle(p, w))
}

func settle(p *part, w *wire.Settle) Settle {
	s := Settle{
		Requested: requested(p.in("requested", w.GetRequested() != nil), w.GetRequested()),
		Outcomes:  many(p, "outcomes", w.GetOutcomes(), 1, MaxHandles, handleOutcome),
	}
	if len(s.Outcomes) != len(s.Requested.Handles) {
		p.refuse("outcomes", fmt.Sprintf("want %d, one a handle, got %d",
			len(s.Requested.Handles), len(s.Outcomes)))
		return s
	}
	for i, outcome := range s.Outcomes {
		if outcome.Handle != s.Requested.Handles[i] {
			p.item("outcomes", i).refuse("handle", "not the handle at this place")
		}
	}
	if len(w.GetAttestation()) > 0 {
		s.Attestation = new([48]byte)
		p.fixed("attestation", s.Attestation[:], w.GetAttestation())
	}
	return s
}
