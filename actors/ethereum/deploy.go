package ethereum

import (
	"context"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

const (
	// receiptPoll is how often a receipt is asked for.
	receiptPoll = 100 * time.Millisecond
	// deployGas is the gas limit of every transaction here. Later ones rest on earlier ones that are
	// not mined yet, so an estimate is not to be had; what is not used is not paid.
	deployGas = 12 << 20
)

// DeployConfig says how registry and gateway begin.
type DeployConfig struct {
	Governor messages.Address // of the registry; zero means the sender
	Delay    time.Duration    // between announcement and effect; 0 only on development chains
	Grace    time.Duration    // after a deadline; a settlement is still taken
	Keys     []NewKey         // staged at once, and activated where Delay is 0
}

// NewKey is a key to be named in the registry.
type NewKey struct {
	Info     messages.KeyInfo
	Parties  []messages.Address // of the parties 1 to n
	Treasury messages.Address   // receives the key's fees
	FeeRate  messages.Wei       // per unit of gas; below 2^128
}

// Deployment is where registry and gateway stand.
type Deployment struct {
	Gateway  messages.Address
	Registry messages.Address
	Block    messages.Height // of the gateway's birth: where a listener starts
}

// Deploy puts a registry and its gateway on the client's chain, and names keys. The client needs no
// gateway for it. It returns when all is mined; until then ctx bounds it.
func Deploy(
	ctx context.Context, client *Client, key SenderKey, config DeployConfig,
) (Deployment, error) {
	if config.Governor == (messages.Address{}) {
		config.Governor = key.Address()
	}
	nonce, err := client.nonce(ctx, key.Address())
	if err != nil {
		return Deployment{}, err
	}
	sender := common.Address(key.Address())
	made := Deployment{
		Registry: messages.Address(crypto.CreateAddress(sender, nonce)),
		Gateway:  messages.Address(crypto.CreateAddress(sender, nonce+1)),
	}
	works, err := made.works(config)
	if err != nil {
		return Deployment{}, err
	}
	heights, err := client.perform(ctx, key, nonce, works)
	if err != nil {
		return Deployment{}, err
	}
	made.Block = heights[1]
	return made, nil
}

// StageKey announces a key to the registry; the sender must be its governor.
func StageKey(ctx context.Context, client *Client, key SenderKey, fresh NewKey) error {
	work, err := staging(client.registry, fresh)
	if err != nil {
		return err
	}
	return client.performNext(ctx, key, work)
}

// ActivateKey lets apps register under a key whose announcement is old enough.
func ActivateKey(ctx context.Context, client *Client, key SenderKey, id messages.KeyID) error {
	return client.performNext(ctx, key, activation(client.registry, id))
}

// work is one transaction of a deployment.
type work struct {
	name string
	to   *messages.Address // nil makes a contract
	data []byte
}

// works are the transactions in order: the registry takes the sender's next nonce, the gateway the
// one after it, for each knows the other's address.
func (d Deployment) works(config DeployConfig) ([]work, error) {
	registry, gateway := contracts.NewKMSRegistry(), contracts.NewGatewayContract()
	construct := registry.PackConstructor(common.Address(d.Gateway), common.Address(config.Governor),
		uint64(config.Delay/time.Second))
	works := []work{
		{name: "registry", data: append(common.FromHex(contracts.KMSRegistryMetaData.Bin), construct...)},
		{name: "gateway", data: append(common.FromHex(contracts.GatewayContractMetaData.Bin),
			gateway.PackConstructor(common.Address(d.Registry), uint64(config.Grace/time.Second))...)},
	}
	for _, fresh := range config.Keys {
		stage, err := staging(d.Registry, fresh)
		if err != nil {
			return nil, err
		}
		works = append(works, stage)
		if config.Delay == 0 {
			works = append(works, activation(d.Registry, fresh.Info.Key))
		}
	}
	return works, nil
}

// staging announces a key. The registry wants its point in both encodings and compares them.
func staging(registry messages.Address, fresh NewKey) (work, error) {
	master, err := bls.ParsePublicKey(fresh.Info.Master[:])
	if err != nil {
		return work{}, messages.MalformedField("master key", "not a point of the group")
	}
	point := master.EVM()
	parties := make([]common.Address, len(fresh.Parties))
	for i, party := range fresh.Parties {
		parties[i] = common.Address(party)
	}
	data, err := contracts.NewKMSRegistry().TryPackStageKey(contracts.KeyConfig{
		KeyId: fresh.Info.Key, Mpk: fresh.Info.Master[:], MpkPoint: point[:],
		Epoch: uint64(fresh.Info.Epoch), Threshold: uint16(fresh.Info.Threshold), Parties: parties,
		Treasury: common.Address(fresh.Treasury), FeeRate: common.Hash(fresh.FeeRate).Big(),
	})
	if err != nil {
		return work{}, fmt.Errorf("encode a key: %w", err)
	}
	return work{name: "key " + fresh.Info.Key.String(), to: &registry, data: data}, nil
}

// activation ends the wait that a staged key has served.
func activation(registry messages.Address, id messages.KeyID) work {
	return work{name: "activation of key " + id.String(), to: &registry,
		data: contracts.NewKMSRegistry().PackActivateKey(id)}
}

// performNext sends one transaction under the sender's next nonce and awaits it.
func (c *Client) performNext(ctx context.Context, key SenderKey, one work) error {
	nonce, err := c.nonce(ctx, key.Address())
	if err != nil {
		return err
	}
	_, err = c.perform(ctx, key, nonce, []work{one})
	return err
}

// perform sends all transactions, then awaits all; it returns the blocks they are in.
func (c *Client) perform(
	ctx context.Context, key SenderKey, nonce uint64, works []work,
) ([]messages.Height, error) {
	price, err := c.price(ctx)
	if err != nil {
		return nil, err
	}
	hashes := make([]messages.Hash, len(works))
	for i, work := range works {
		signed, err := key.sign(c.chainID, types.DynamicFeeTx{
			Nonce: nonce + uint64(i), To: (*common.Address)(work.to), Data: work.data,
			Gas: deployGas, GasTipCap: price.tip, GasFeeCap: price.cap})
		if err != nil {
			return nil, err
		}
		raw, err := signed.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("encode a transaction: %w", err)
		}
		if err := c.broadcast(ctx, signed, raw); err != nil {
			return nil, fmt.Errorf("send %s: %w", work.name, err)
		}
		hashes[i] = messages.Hash(signed.Hash())
	}
	heights := make([]messages.Height, len(works))
	for i, work := range works {
		if heights[i], err = c.await(ctx, hashes[i]); err != nil {
			return nil, fmt.Errorf("deploy %s: %w", work.name, err)
		}
	}
	return heights, nil
}

// await polls for a receipt until it is there.
func (c *Client) await(ctx context.Context, hash messages.Hash) (messages.Height, error) {
	ticker := time.NewTicker(receiptPoll)
	defer ticker.Stop()
	for {
		receipt, err := c.receipt(ctx, hash)
		if err != nil {
			return 0, err
		}
		if receipt != nil && receipt.BlockNumber != nil && receipt.Status != nil {
			if *receipt.Status == 0 {
				return 0, fmt.Errorf("transaction %s reverted", hash)
			}
			return messages.Height(*receipt.BlockNumber), nil
		}
		select {
		case <-ctx.Done():
			return 0, endpoint.OutOfTime("await receipt", ctx.Err())
		case <-ticker.C:
		}
	}
}
