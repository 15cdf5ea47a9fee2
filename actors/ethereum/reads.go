package ethereum

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// Final returns the highest block that is final by the client's own setting.
func (c *Client) Final(ctx context.Context) (messages.BlockRef, error) {
	return together(ctx, c, "final", func(ctx context.Context) (messages.BlockRef, error) {
		heads, err := c.tips(ctx)
		if err != nil {
			return messages.BlockRef{}, err
		}
		height := c.finality.Height(heads.tip())
		for _, head := range []*types.Header{heads.latest, heads.safe, heads.finalized} {
			if head != nil && endpoint.RefOf(head).Number == height {
				return endpoint.RefOf(head), nil
			}
		}
		head, err := c.Head(ctx, height)
		return head.Ref, err
	})
}

// RequestedAt returns the DecryptionRequested event at a place, proven by the receipts root of the
// header that is canonical at that height. EVENT_MISMATCH where that header is another than the one
// named, or the log is not this request's. The place's transaction is not compared.
func (c *Client) RequestedAt(
	ctx context.Context, request messages.RequestID, at messages.EventPlace,
) (messages.Requested, error) {
	found, err := c.blockAt(ctx, at.Block.Number)
	if err != nil {
		return messages.Requested{}, err
	}
	if found.ref != at.Block {
		return messages.Requested{}, messages.EventMismatch(request, fmt.Sprintf(
			"block %d is %s, not %s", at.Block.Number, found.ref.Hash, at.Block.Hash))
	}
	for _, log := range found.logs {
		if log.Place.LogIndex != at.LogIndex {
			continue
		}
		event, _, err := c.event(log)
		if err != nil {
			return messages.Requested{}, messages.EventMismatch(request, err.Error())
		}
		if event.Requested == nil || event.Requested.Request != request {
			break
		}
		return *event.Requested, nil
	}
	return messages.Requested{}, messages.EventMismatch(request, fmt.Sprintf(
		"log %d of block %d is not its event", at.LogIndex, at.Block.Number))
}

// Registration returns the registration of a handle in the block at a height, proven as above.
// CIPHERTEXT_MISSING where that block does not hold it.
func (c *Client) Registration(
	ctx context.Context, handle messages.Handle, at messages.Height,
) (messages.Registered, error) {
	found, err := c.blockAt(ctx, at)
	if err != nil {
		return messages.Registered{}, err
	}
	for _, log := range found.logs {
		registered, ours, err := c.registered(log, handle)
		if err != nil {
			return messages.Registered{}, messages.CiphertextMissing(handle, err)
		}
		if ours {
			return registered, nil
		}
	}
	return messages.Registered{}, messages.CiphertextMissing(handle,
		fmt.Errorf("block %d does not register it", at))
}

// KeyStatus is where a key is in the registry.
type KeyStatus uint8

// The states of a key, as the registry numbers them.
const (
	KeyStaged  KeyStatus = iota + 1 // announced, not yet usable
	KeyActive                       // in use
	KeyRetired                      // registers nothing new
)

// RegisteredKey is what the registry knows of a key.
type RegisteredKey struct {
	Info    messages.KeyInfo // without the public shares, which are not on chain
	Status  KeyStatus
	Parties []messages.Address // of the parties 1 to n
	Attest  [96]byte           // the key under which its quorum attests for this gateway
}

// Key reads a key from the registry as of a block, the latest one where at is zero. UNKNOWN_KEY
// where it was never staged.
func (c *Client) Key(
	ctx context.Context, id messages.KeyID, at messages.BlockRef,
) (RegisteredKey, error) {
	registry := contracts.NewKMSRegistry()
	output, err := c.callContract(ctx, c.registry, registry.PackKeyOf(id), at)
	if err != nil {
		return RegisteredKey{}, plain("read key", err)
	}
	raw, err := registry.UnpackKeyOf(output)
	if err != nil {
		return RegisteredKey{}, messages.ChainInconsistent("read key", err.Error())
	}
	if raw.Status == 0 {
		return RegisteredKey{}, messages.UnknownKey(id)
	}
	key := RegisteredKey{Status: KeyStatus(raw.Status), Info: messages.KeyInfo{Key: id,
		Epoch: messages.KeyEpoch(raw.Epoch), Parties: int(raw.N), Threshold: int(raw.Threshold)}}
	if uint64(key.Info.Epoch) != raw.Epoch ||
		copy(key.Info.Master[:], raw.Mpk) != len(key.Info.Master) ||
		copy(key.Attest[:], raw.AttestKey) != len(key.Attest) {
		return RegisteredKey{}, messages.ChainInconsistent("read key", "a field is out of range")
	}
	for _, party := range raw.Parties {
		key.Parties = append(key.Parties, messages.Address(party))
	}
	return key, nil
}

// plain gives an endpoint's answer that nobody expected here the form of a GatewayError.
func plain(op string, err error) error {
	if endpoint.Answered(err) {
		return messages.ChainUnavailable(op, err)
	}
	return err
}
