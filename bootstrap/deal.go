package bootstrap

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// devChains are the chain ids that development chains use by default: geth's and anvil's. A key
// that one person dealt is for these only.
var devChains = []uint64{1337, 31337}

// Dealt is a key that a named dealer made, with the files that hold it.
type Dealt struct {
	Info    messages.KeyInfo
	Dealing threshold.Dealing // the shares in clear; Wipe them when done
	Public  string            // path of the public key file
}

// Wipe forgets the shares.
func (d Dealt) Wipe() {
	for i := range d.Dealing.Shares {
		d.Dealing.Shares[i].Secret.Wipe()
	}
}

// Custody is where Deal put a party's share.
func Custody(folder string, party int) CustodySection {
	name := "party-" + strconv.Itoa(party)
	return CustodySection{Folder: filepath.Join(folder, name),
		Identity: filepath.Join(folder, name+".identity")}
}

// Deal makes a fresh key of t of n for a development chain and writes its public side and each
// party's sealed share into folder. It refuses any other chain, and a folder that holds a key.
func Deal(random io.Reader, folder string, chain uint64, dealer threshold.Dealer, t, n int) (
	Dealt, error) {
	if !slices.Contains(devChains, chain) {
		return Dealt{}, messages.MalformedField("chain-id",
			fmt.Sprintf("a dealer's key is for development chains only: %v", devChains))
	}
	public := filepath.Join(folder, "public.json")
	if _, err := os.Stat(public); err == nil {
		return Dealt{}, messages.MalformedField("out", public+" is there already")
	}
	dealing, err := dealer.Deal(random, t, n)
	if err != nil {
		return Dealt{}, messages.MalformedField("threshold", err.Error())
	}
	var id messages.KeyID
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return Dealt{}, fmt.Errorf("draw key id: %w", err)
	}
	dealt := Dealt{Info: KeyInfoOf(id, 1, dealing.Committee), Dealing: dealing, Public: public}
	return dealt, dealt.write(folder)
}

func (d Dealt) write(folder string) error {
	if err := makeFolder(folder); err != nil {
		return err
	}
	for i, share := range d.Dealing.Shares {
		err := StoreShare(Custody(folder, i+1), d.Info.Key, d.Info.Epoch, share)
		if err != nil {
			return fmt.Errorf("store the share of party %d: %w", i+1, err)
		}
	}
	text, err := EncodePublicKey(d.Info, d.Dealing.Dealer)
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.Public, append(text, '\n'), 0o644); err != nil {
		return messages.StorageFailed("write the public key", err)
	}
	return nil
}
