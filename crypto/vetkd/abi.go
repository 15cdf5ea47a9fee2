package vetkd

import "encoding/binary"

// wordSize is the unit of Solidity's ABI encoding in bytes.
const wordSize = 32

type word [wordSize]byte

func uintWord(n uint64) (w word) {
	binary.BigEndian.PutUint64(w[wordSize-8:], n)
	return w
}

func addressWord(a Address) (w word) {
	copy(w[wordSize-len(a):], a[:])
	return w
}

// selectorWord is a bytes4, which the ABI pads on the right.
func selectorWord(s [4]byte) (w word) {
	copy(w[:], s[:])
	return w
}

func abiEncode(words ...word) []byte {
	out := make([]byte, 0, wordSize*len(words))
	for _, w := range words {
		out = append(out, w[:]...)
	}
	return out
}

func abiHash(words ...word) [32]byte { return Keccak256(abiEncode(words...)) }
