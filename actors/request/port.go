package request

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// Ciphertexts brings the registration of a handle, made in the block at that height.
type Ciphertexts interface {
	Fetch(ctx context.Context, handle messages.Handle, at messages.Height) (
		messages.Registered, error)
}

// Keys knows the keys and who holds their shares. It answers at once, from memory.
type Keys interface {
	// Key returns what is published about a key in its present epoch; false for an unknown key.
	Key(messages.KeyID) (messages.KeyInfo, bool)
	// Parties returns the holders of the key's present epoch, in any order.
	Parties(messages.KeyID) []messages.PartyInfo
}

// Config is what the room is built from. Every field is needed but Home.
type Config struct {
	Poster      actors.Poster
	Ciphertexts Ciphertexts
	Keys        Keys
	States      func() []messages.PartyState // the parties' form, from memory
	Home        messages.Region              // where this node lives
	Aggregator  *actor.PID                   // this node's
	Chain       messages.ChainID
	Gateway     messages.Address // the contract
	Publish     messages.Publish
	Clock       messages.Clock
}

func (c Config) validate() error {
	for _, needed := range []struct {
		key     string
		missing bool
	}{
		{"request.poster", c.Poster == nil},
		{"request.ciphertexts", c.Ciphertexts == nil},
		{"request.keys", c.Keys == nil},
		{"request.states", c.States == nil},
		{"request.aggregator", c.Aggregator == nil},
		{"request.chain", c.Chain == 0},
		{"request.gateway", c.Gateway == messages.Address{}},
		{"request.publish", c.Publish == nil},
		{"request.clock", c.Clock == nil},
	} {
		if needed.missing {
			return messages.BadConfig(needed.key, "is missing")
		}
	}
	return nil
}
