package messages

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Sizes of the fixed-width identities, in bytes.
const (
	HashSize     = 32
	AddressSize  = 20
	SelectorSize = 4
)

// Hash is a 32-byte digest: keccak-256 on the chain's side, SHA-256 on ours.
type Hash [HashSize]byte

// Address is a 20-byte EVM account or contract address.
type Address [AddressSize]byte

// Selector is the first four bytes of the keccak-256 of a Solidity function signature.
type Selector [SelectorSize]byte

// ChainID is the EVM chain id (EIP-155).
type ChainID uint64

// Height is a block number.
type Height uint64

// Handle names one registered ciphertext; the contract binds it to identity, key and ciphertext:
// keccak256(abi.encode(inputId, keyId, keccak256(c1), keccak256(c2 || c3), len)).
type Handle [HashSize]byte

// KeyID names one master key of the KMS. It never changes, whatever epoch the shares are in.
type KeyID [HashSize]byte

// KeyEpoch counts the resharings of a key, from 1. Shares of different epochs do not combine.
type KeyEpoch uint32

// PartyIndex is the evaluation point of a party's share, from 1. Index 0 would be the secret.
type PartyIndex uint16

// Region tags where a party or a node lives, such as "eu-west".
type Region string

// BlockRef pins a block by number and hash; the zero value means "no block yet".
type BlockRef struct {
	Number Height
	Hash   Hash
}

// RequestID names one request. Digest makes it proof against reorgs: after one, the same number
// may be another request. Number is 0 for user requests, which are named by digest alone.
type RequestID struct {
	Chain  ChainID
	Number uint64
	Digest Hash
}

// IsZero reports whether no block is named.
func (b BlockRef) IsZero() bool { return b == BlockRef{} }

// String renders number and hash, "12:0xab..".
func (b BlockRef) String() string { return fmt.Sprintf("%d:%s", b.Number, b.Hash) }

// String renders 0x and lower-case hex.
func (h Hash) String() string { return prefixed(h[:]) }

// String renders 0x and lower-case hex.
func (a Address) String() string { return prefixed(a[:]) }

// String renders 0x and lower-case hex.
func (s Selector) String() string { return prefixed(s[:]) }

// String renders 0x and lower-case hex.
func (h Handle) String() string { return prefixed(h[:]) }

// String renders 0x and lower-case hex.
func (k KeyID) String() string { return prefixed(k[:]) }

// String renders "party-3".
func (p PartyIndex) String() string { return "party-" + strconv.Itoa(int(p)) }

// IsZero reports whether no request is named.
func (r RequestID) IsZero() bool { return r == RequestID{} }

// String renders "chain/number/digest", the form that ParseRequestID reads and that names the
// request's virtual actor.
func (r RequestID) String() string {
	return fmt.Sprintf("%d/%d/%s", r.Chain, r.Number, r.Digest)
}

// ParseRequestID reads the form that String writes.
func ParseRequestID(text string) (RequestID, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return RequestID{}, MalformedField("request id", "want chain/number/digest")
	}
	chain, err := strconv.ParseUint(parts[0], 10, 64)
	if err != nil {
		return RequestID{}, MalformedField("request id", "chain is not a number")
	}
	number, err := strconv.ParseUint(parts[1], 10, 64)
	if err != nil {
		return RequestID{}, MalformedField("request id", "number is not a number")
	}
	id := RequestID{Chain: ChainID(chain), Number: number}
	return id, id.Digest.UnmarshalText([]byte(parts[2]))
}

// MarshalText renders 0x and lower-case hex.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads exactly 64 hex digits after 0x.
func (h *Hash) UnmarshalText(text []byte) error { return parseFixed("hash", h[:], text) }

// MarshalText renders 0x and lower-case hex.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads exactly 40 hex digits after 0x.
func (a *Address) UnmarshalText(text []byte) error { return parseFixed("address", a[:], text) }

// MarshalText renders 0x and lower-case hex.
func (s Selector) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads exactly 8 hex digits after 0x.
func (s *Selector) UnmarshalText(text []byte) error { return parseFixed("selector", s[:], text) }

// MarshalText renders 0x and lower-case hex.
func (h Handle) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads exactly 64 hex digits after 0x.
func (h *Handle) UnmarshalText(text []byte) error { return parseFixed("handle", h[:], text) }

// MarshalText renders 0x and lower-case hex.
func (k KeyID) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads exactly 64 hex digits after 0x.
func (k *KeyID) UnmarshalText(text []byte) error { return parseFixed("key id", k[:], text) }

// MarshalText renders the form of String.
func (r RequestID) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the form of ParseRequestID.
func (r *RequestID) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRequestID(string(text))
	return err
}

func prefixed(b []byte) string { return "0x" + hex.EncodeToString(b) }

func parseFixed(field string, into, text []byte) error {
	digits, found := strings.CutPrefix(string(text), "0x")
	if !found || len(digits) != hex.EncodedLen(len(into)) {
		return MalformedField(field, fmt.Sprintf("want 0x and %d hex digits", 2*len(into)))
	}
	if _, err := hex.Decode(into, []byte(digits)); err != nil {
		return MalformedField(field, "not hexadecimal")
	}
	return nil
}
