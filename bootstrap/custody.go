package bootstrap

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// StoreShare puts a party's share into its custody, making the identity that seals it where there
// is none yet. A share that is there already is never overwritten.
func StoreShare(custody CustodySection, key messages.KeyID, epoch messages.KeyEpoch,
	share threshold.KeyShare) error {
	if _, err := os.Stat(custody.Identity); errors.Is(err, fs.ErrNotExist) {
		if err := vault.NewIdentity(custody.Identity); err != nil {
			return fmt.Errorf("make custody identity: %w", err)
		}
	}
	lock, err := vault.IdentityLock(custody.Identity)
	if err != nil {
		return badFile("custody.identity", err)
	}
	return vault.Add(custody.Folder, lock, vault.Share{Key: key, Epoch: epoch,
		Index: messages.PartyIndex(share.Index), Secret: share.Secret})
}

// openCustody unseals the shares of a party.
func openCustody(custody CustodySection, random io.Reader) (*vault.Vault, error) {
	lock, err := vault.IdentityLock(custody.Identity)
	if err != nil {
		return nil, badFile("custody.identity", err)
	}
	shares, err := vault.Open(custody.Folder, lock, random)
	if err != nil {
		return nil, badFile("custody.folder", err)
	}
	return shares, nil
}
