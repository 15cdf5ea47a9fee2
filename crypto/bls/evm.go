package bls

import (
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// Sizes of EIP-2537 encodings: each base-field element is 64 bytes, big-endian, 16 of them zero.
const (
	evmFieldSize = 64
	EVMG1Size    = 2 * evmFieldSize // x, y
	EVMG2Size    = 4 * evmFieldSize // x.c0, x.c1, y.c0, y.c1
)

// EVM returns the point as the precompiles of EIP-2537 take it; unlike the compressed form, x.c0
// comes first.
func (k PublicKey) EVM() (out [EVMG2Size]byte) {
	putField(out[0*evmFieldSize:], &k.p.X.A0)
	putField(out[1*evmFieldSize:], &k.p.X.A1)
	putField(out[2*evmFieldSize:], &k.p.Y.A0)
	putField(out[3*evmFieldSize:], &k.p.Y.A1)
	return out
}

// EVM returns the point as the precompiles of EIP-2537 take it.
func (s Signature) EVM() (out [EVMG1Size]byte) {
	putField(out[:], &s.p.X)
	putField(out[evmFieldSize:], &s.p.Y)
	return out
}

// EVM returns the point as the precompiles of EIP-2537 take it.
func (h HashPoint) EVM() (out [EVMG1Size]byte) { return Signature{p: h.p}.EVM() }

func putField(out []byte, e *fp.Element) {
	b := e.Bytes()
	copy(out[evmFieldSize-fp.Bytes:], b[:])
}
