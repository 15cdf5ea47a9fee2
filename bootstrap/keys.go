package bootstrap

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"kmsgateway/actors/ethereum"
	"kmsgateway/bootstrap/admin"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// publicKeyFile is the public side of a key epoch as a JSON file: what the dealer or a ceremony
// publishes, and what nodes and parties are configured with. Points are compressed G2, in hex.
type publicKeyFile struct {
	Key       messages.KeyID `json:"key_id"`
	Epoch     uint32         `json:"epoch"`
	Threshold int            `json:"threshold"`
	Dealer    string         `json:"dealer,omitempty"` // set where one person knew the whole key
	Master    string         `json:"master_public_key"`
	Shares    []string       `json:"public_shares"` // of party 1, 2, ..
}

// EncodePublicKey renders the file that ReadPublicKey reads.
func EncodePublicKey(info messages.KeyInfo, dealer string) ([]byte, error) {
	file := publicKeyFile{Key: info.Key, Epoch: uint32(info.Epoch), Threshold: info.Threshold,
		Dealer: dealer, Master: hex.EncodeToString(info.Master[:])}
	for _, share := range info.Shares {
		file.Shares = append(file.Shares, hex.EncodeToString(share[:]))
	}
	return json.MarshalIndent(file, "", "  ")
}

// ReadPublicKey reads a public key file and checks that its shares lie on one polynomial under the
// master key.
func ReadPublicKey(path string) (messages.KeyInfo, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return messages.KeyInfo{}, badFile("keys", err)
	}
	var file publicKeyFile
	if err := json.Unmarshal(text, &file); err != nil {
		return messages.KeyInfo{}, badFile("keys", fmt.Errorf("%s: %w", path, err))
	}
	info, err := file.info()
	if err != nil {
		return messages.KeyInfo{}, badFile("keys", fmt.Errorf("%s: %w", path, err))
	}
	return info, nil
}

// shownKeys renders keys for people, in the order of the files that they were read from.
func shownKeys(keys []messages.KeyInfo, files []string) (shown []admin.Key, err error) {
	for at, key := range keys {
		dealer, err := dealerOf(files[at])
		if err != nil {
			return nil, err
		}
		shown = append(shown, admin.Key{ID: key.Key.String(), Epoch: uint32(key.Epoch),
			Threshold: key.Threshold, Parties: key.Parties, Dealer: dealer})
	}
	return shown, nil
}

func (f publicKeyFile) info() (messages.KeyInfo, error) {
	info := messages.KeyInfo{Key: f.Key, Epoch: messages.KeyEpoch(f.Epoch),
		Parties: len(f.Shares), Threshold: f.Threshold}
	if f.Epoch == 0 {
		return info, errors.New("epoch is missing")
	}
	master, err := publicPoint("master_public_key", f.Master)
	if err != nil {
		return info, err
	}
	info.Master = master.Bytes()
	var shares []bls.PublicKey
	for at, text := range f.Shares {
		share, err := publicPoint(fmt.Sprintf("public_shares[%d]", at), text)
		if err != nil {
			return info, err
		}
		shares = append(shares, share)
		info.Shares = append(info.Shares, share.Bytes())
	}
	committee, err := threshold.NewCommittee(f.Threshold, master, shares)
	if err != nil {
		return info, err
	}
	if !committee.Check() {
		return info, errors.New("public_shares do not belong to master_public_key")
	}
	return info, nil
}

func publicPoint(field, text string) (bls.PublicKey, error) {
	raw, err := hex.DecodeString(text)
	if err != nil {
		return bls.PublicKey{}, fmt.Errorf("%s: %w", field, err)
	}
	point, err := bls.ParsePublicKey(raw)
	if err != nil {
		return bls.PublicKey{}, fmt.Errorf("%s: %w", field, err)
	}
	return point, nil
}

// KeyInfoOf renders a dealing's public side.
func KeyInfoOf(key messages.KeyID, epoch messages.KeyEpoch,
	c threshold.Committee) messages.KeyInfo {
	info := messages.KeyInfo{Key: key, Epoch: epoch, Parties: c.Size(),
		Threshold: c.Threshold(), Master: c.Master().Bytes()}
	for i := range c.Size() {
		share, _ := c.PublicShare(threshold.Index(i + 1))
		info.Shares = append(info.Shares, share.Bytes())
	}
	return info
}

// KeyBook is what a process knows of keys and of the parties that hold them. It is immutable.
type KeyBook struct {
	keys    map[messages.KeyID]messages.KeyInfo
	parties []messages.PartyInfo
}

// NewKeyBook joins keys and parties; every party of every key must be listed.
func NewKeyBook(keys []messages.KeyInfo, parties []messages.PartyInfo) (KeyBook, error) {
	book := KeyBook{keys: make(map[messages.KeyID]messages.KeyInfo), parties: parties}
	for _, key := range keys {
		if _, twice := book.keys[key.Key]; twice {
			return KeyBook{}, messages.BadConfig("keys", "key "+key.Key.String()+" is listed twice")
		}
		book.keys[key.Key] = key
		for i := range key.Parties {
			index := messages.PartyIndex(i + 1)
			if !slices.ContainsFunc(parties, func(p messages.PartyInfo) bool {
				return p.Index == index
			}) {
				return KeyBook{}, messages.BadConfig("parties",
					fmt.Sprintf("%s of key %s is not listed", index, key.Key))
			}
		}
	}
	return book, nil
}

// Key returns what is known of a key.
func (b KeyBook) Key(id messages.KeyID) (messages.KeyInfo, bool) {
	key, known := b.keys[id]
	return key, known
}

// Parties returns the parties that hold a share of the key.
func (b KeyBook) Parties(id messages.KeyID) []messages.PartyInfo {
	var out []messages.PartyInfo
	for _, party := range b.parties {
		if int(party.Index) <= b.keys[id].Parties {
			out = append(out, party)
		}
	}
	return out
}

// checkRegistered compares each key with the registry: what a node combines must be what the
// contract believes. A key that the registry does not know, or knows otherwise, is refused.
func (b KeyBook) checkRegistered(ctx context.Context, chain *ethereum.Client) error {
	for id, own := range b.keys {
		registered, err := chain.Key(ctx, id, messages.BlockRef{})
		if messages.CodeOf(err) == messages.CodeUnknownKey {
			return messages.BadConfig("keys", "the registry does not know "+id.String())
		} else if err != nil {
			return err
		}
		on := registered.Info
		switch {
		case on.Master != own.Master:
			return messages.BadConfig("keys", "the registry has another master key for "+id.String())
		case on.Epoch != own.Epoch || on.Parties != own.Parties || on.Threshold != own.Threshold:
			return messages.BadConfig("keys", fmt.Sprintf(
				"the registry has epoch %d, %d of %d for %s; the file epoch %d, %d of %d",
				on.Epoch, on.Threshold, on.Parties, id, own.Epoch, own.Threshold, own.Parties))
		}
	}
	return nil
}
