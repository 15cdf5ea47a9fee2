package request

import (
	"context"
	"errors"
	"fmt"

	"github.com/asynkron/protoactor-go/actor"
	"golang.org/x/sync/errgroup"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// The place of c1 within a ciphertext: after the header of 8 bytes, a compressed point of G2. The
// bytes are hashed as they are; whether they are a point is for the opening to find out.
const (
	c1From = 8
	c1To   = c1From + 96
)

// input is one handle's ciphertext with the identity that it was encrypted to.
type input struct {
	hint       messages.InputHint
	id         messages.Hash
	ciphertext []byte
}

// fetched is the worker's answer to the mailbox that started it.
type fetched struct {
	round  uint64 // which fetch of this actor
	inputs []input
	err    error
}

// fetch brings all ciphertexts of a request and sends them to self, unless ctx ends first: then
// nobody waits for them.
func (r *Room) fetch(
	ctx context.Context, system *actor.ActorSystem, self *actor.PID,
	round uint64, requested messages.Requested,
) {
	select {
	case r.fetches <- struct{}{}:
		defer func() { <-r.fetches }()
	case <-ctx.Done():
		return
	}
	inputs, err := r.fetchAll(ctx, requested)
	if ctx.Err() == nil {
		system.Root.Send(self, fetched{round: round, inputs: inputs, err: err})
	}
}

func (r *Room) fetchAll(ctx context.Context, requested messages.Requested) ([]input, error) {
	out := make([]input, len(requested.Handles))
	group, ctx := errgroup.WithContext(messages.About(ctx, requested.Request))
	group.SetLimit(handlesAtOnce)
	for i, handle := range requested.Handles {
		group.Go(func() (err error) {
			out[i], err = r.fetchOne(ctx, requested.Key, handle, requested.RegisteredAt[i])
			return err
		})
	}
	return out, group.Wait()
}

// fetchOne turns a panic below into an error: it must not take the node down.
func (r *Room) fetchOne(
	ctx context.Context, key messages.KeyID, handle messages.Handle, at messages.Height,
) (in input, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = messages.Refused(messages.CodeInternal, "fetch ciphertext", fmt.Sprint(p))
		}
	}()
	registered, err := r.cfg.Ciphertexts.Fetch(ctx, handle, at)
	if err != nil {
		var known *messages.GatewayError
		if errors.As(err, &known) {
			return input{}, err
		}
		return input{}, messages.CiphertextMissing(handle, err)
	}
	return makeInput(r.cfg.Chain, r.cfg.Gateway, key, handle, registered)
}

// makeInput derives identity and hint, and refuses a registration that does not hash to the handle.
func makeInput(
	chain messages.ChainID, gateway messages.Address, key messages.KeyID,
	handle messages.Handle, registered messages.Registered,
) (input, error) {
	ct := registered.Ciphertext
	if len(ct) < messages.CiphertextHead || len(ct) > messages.MaxCiphertext {
		return input{}, messages.CiphertextMissing(handle,
			fmt.Errorf("registration holds %d bytes", len(ct)))
	}
	id := vetkd.Input{
		ChainID: uint64(chain),
		Gateway: vetkd.Address(gateway),
		App:     vetkd.Address(registered.App),
		Owner:   vetkd.Address(registered.Owner),
		Salt:    registered.Salt,
	}.ID()
	hint := messages.InputHint{
		Handle:   handle,
		App:      registered.App,
		Owner:    registered.Owner,
		Salt:     registered.Salt,
		C1Hash:   vetkd.Keccak256(ct[c1From:c1To]),
		RestHash: vetkd.Keccak256(ct[c1To:]),
		Length:   uint32(len(ct) - messages.CiphertextHead),
	}
	if vetkd.HandleOfParts(id, vetkd.KeyID(key), hint.C1Hash, hint.RestHash,
		uint64(hint.Length)) != vetkd.Handle(handle) {
		return input{}, messages.CiphertextMissing(handle,
			errors.New("registration does not hash to the handle"))
	}
	return input{hint: hint, id: messages.Hash(id), ciphertext: ct}, nil
}
