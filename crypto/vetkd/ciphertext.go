package vetkd

import (
	"bytes"
	"errors"

	"golang.org/x/crypto/sha3"

	"kmsgateway/crypto/bls"
)

// Layout of a ciphertext: header, c1 (a point of G2), c2 (the masked seed), c3 (the masked
// message).
const (
	headerSize = 8
	SeedSize   = 32
	// Overhead is what encryption adds to a message, in bytes.
	Overhead = headerSize + bls.PublicKeySize + SeedSize
	// MaxMessage is the longest message that the gateway's contract registers, in bytes. The format
	// itself has no limit, and ParseCiphertext sets none.
	MaxMessage = 1024
)

// header is "IC IBE", a zero byte and the version.
var header = [headerSize]byte{'I', 'C', ' ', 'I', 'B', 'E', 0, 1}

// ErrCiphertext is the one answer to bytes that are not a ciphertext: too short, another header, or
// a c1 that is not a point of the subgroup other than infinity (whose mask would be public).
var ErrCiphertext = errors.New("malformed ciphertext")

// Ciphertext is a message encrypted to one identity, checked as far as that is possible without
// the key.
type Ciphertext struct {
	c1      bls.PublicKey
	c1Bytes [bls.PublicKeySize]byte
	c2      [SeedSize]byte
	c3      []byte
}

// ParseCiphertext decodes a ciphertext, all of b; it keeps no reference to b. ErrCiphertext
// otherwise. That a ciphertext parses does not say that it opens.
func ParseCiphertext(b []byte) (Ciphertext, error) {
	if len(b) < Overhead || !bytes.Equal(b[:headerSize], header[:]) {
		return Ciphertext{}, ErrCiphertext
	}
	var ct Ciphertext
	rest := b[headerSize:]
	rest = rest[copy(ct.c1Bytes[:], rest):]
	rest = rest[copy(ct.c2[:], rest):]
	ct.c3 = bytes.Clone(rest)
	var err error
	if ct.c1, err = bls.ParsePublicKey(ct.c1Bytes[:]); err != nil {
		return Ciphertext{}, ErrCiphertext
	}
	return ct, nil
}

// Bytes returns the encoding.
func (ct Ciphertext) Bytes() []byte {
	out := make([]byte, 0, Overhead+len(ct.c3))
	out = append(out, header[:]...)
	out = append(out, ct.c1Bytes[:]...)
	out = append(out, ct.c2[:]...)
	return append(out, ct.c3...)
}

// MessageLen returns the length of the message in bytes, which the encoding does not hide.
func (ct Ciphertext) MessageLen() int { return len(ct.c3) }

// C1 returns the compressed commitment to seed and message: what an opening is checked against.
func (ct Ciphertext) C1() [bls.PublicKeySize]byte { return ct.c1Bytes }

// C1Hash returns keccak256(c1).
func (ct Ciphertext) C1Hash() [32]byte { return Keccak256(ct.c1Bytes[:]) }

// RestHash returns keccak256(c2 || c3).
func (ct Ciphertext) RestHash() [32]byte { return Keccak256(ct.c2[:], ct.c3) }

// Keccak256 is the EVM's hash of the concatenation of parts.
func Keccak256(parts ...[]byte) (out [32]byte) {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		_, _ = h.Write(p) // a hash never fails
	}
	h.Sum(out[:0])
	return out
}
