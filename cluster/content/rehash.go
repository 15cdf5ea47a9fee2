package content

import (
	"fmt"
	"strings"

	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// header opens every ciphertext. The handle does not bind it, the contract requires it.
const header = "IC IBE\x00\x01"

// Where a ciphertext's c1 lies, a compressed point of G2; what follows is c2 || c3.
const (
	c1Start = len(header)
	c1End   = c1Start + 96
)

// Rehash returns the check of registrations with one gateway contract: the ciphertext has the form
// that the contract accepts, and the registration hashes to its handle. Whether c1 is a point is
// not asked: the chain does not either, and it is for the quorum to call it malformed.
func Rehash(chain messages.ChainID, gateway messages.Address) func(messages.Registered) error {
	return func(r messages.Registered) error {
		size := len(r.Ciphertext)
		if size < messages.CiphertextHead || size > messages.MaxCiphertext {
			return messages.MalformedField("ciphertext", fmt.Sprintf("want %d to %d bytes, got %d",
				messages.CiphertextHead, messages.MaxCiphertext, size))
		}
		if !strings.HasPrefix(string(r.Ciphertext[:c1End]), header) {
			return messages.MalformedField("ciphertext", "has another header")
		}
		input := vetkd.Input{ChainID: uint64(chain), Gateway: vetkd.Address(gateway),
			App: vetkd.Address(r.App), Owner: vetkd.Address(r.Owner), Salt: r.Salt}
		handle := vetkd.HandleOfParts(input.ID(), vetkd.KeyID(r.Key),
			vetkd.Keccak256(r.Ciphertext[c1Start:c1End]), vetkd.Keccak256(r.Ciphertext[c1End:]),
			uint64(size-messages.CiphertextHead))
		if messages.Handle(handle) != r.Handle {
			return messages.MalformedField("ciphertext", "does not hash to the handle")
		}
		return nil
	}
}
