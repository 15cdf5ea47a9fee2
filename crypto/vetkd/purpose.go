package vetkd

import (
	"encoding/binary"
	"fmt"
)

// Purpose is what a derived key is for. The list is closed, and each purpose has its own context in
// the derivation, so that a signature made for one is worth nothing for another.
type Purpose uint8

// The purposes. The zero value is none.
const (
	PurposeDecrypt Purpose = iota + 1 // keys of identities: they open ciphertexts
	PurposeAttest                     // outcomes of requests, signed by a quorum
	PurposeBeacon                     // public randomness
	PurposeCanary                     // dry runs and readiness, released to nobody
	PurposeEpoch                      // proof that a new key epoch can sign
)

// Purposes returns all purposes.
func Purposes() []Purpose {
	return []Purpose{PurposeDecrypt, PurposeAttest, PurposeBeacon, PurposeCanary, PurposeEpoch}
}

// String returns the purpose's name, as in its context.
func (p Purpose) String() string {
	switch p {
	case PurposeDecrypt:
		return "decrypt"
	case PurposeAttest:
		return "attest"
	case PurposeBeacon:
		return "beacon"
	case PurposeCanary:
		return "canary"
	case PurposeEpoch:
		return "epoch"
	}
	return fmt.Sprintf("purpose(%d)", uint8(p))
}

// Context returns the context string of the derivation, for example kmsgateway/decrypt/v1; false
// for anything that is not a purpose.
func (p Purpose) Context() (string, bool) {
	if p < PurposeDecrypt || p > PurposeEpoch {
		return "", false
	}
	return "kmsgateway/" + p.String() + "/v1", true
}

// Address is an account on an EVM chain.
type Address [20]byte

// AppIDSize is the length of an AppID in bytes.
const AppIDSize = 52

// AppID names the owner of derived keys: the chain's id as uint256, then a contract's address.
type AppID [AppIDSize]byte

// NewAppID returns the AppID of a contract. For attestations the contract is the gateway. Chain ids
// are below 2^63 (EIP-2294).
func NewAppID(chainID uint64, app Address) AppID {
	var id AppID
	binary.BigEndian.PutUint64(id[24:32], chainID)
	copy(id[32:], app[:])
	return id
}
