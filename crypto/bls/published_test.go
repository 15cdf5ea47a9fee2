package bls_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"testing"

	"kmsgateway/crypto/bls"
)

func TestRFC9380HashToG1(t *testing.T) {
	var file struct {
		DST     string
		Vectors []struct{ Msg, X, Y string }
	}
	loadJSON(t, "rfc9380.json", &file)
	if len(file.Vectors) != 5 {
		t.Fatalf("%d vectors, want the suite's 5", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		h := must[bls.HashPoint](t)(bls.HashToG1(file.DST, []byte(v.Msg)))
		got := h.EVM()
		x, y := hex.EncodeToString(got[16:64]), hex.EncodeToString(got[80:])
		if x != v.X || y != v.Y {
			t.Errorf("%.20q: (%s, %s), want (%s, %s)", v.Msg, x, y, v.X, v.Y)
		}
		split := must[bls.HashPoint](t)(bls.HashToG1(file.DST, nil, []byte(v.Msg[:len(v.Msg)/2]),
			[]byte(v.Msg[len(v.Msg)/2:])))
		if split.Bytes() != h.Bytes() {
			t.Errorf("%.20q: in parts another point", v.Msg)
		}
	}
}

func TestDrandQuicknet(t *testing.T) {
	var file struct {
		PublicKey string `json:"public_key"`
		Beacons   []struct {
			Round      uint64
			Randomness string
			Signature  string
		}
	}
	loadJSON(t, "drand_quicknet.json", &file)
	key := must[bls.PublicKey](t)(bls.ParsePublicKey(unhex(t, file.PublicKey)))
	for _, b := range file.Beacons {
		raw := unhex(t, b.Signature)
		if r := sha256.Sum256(raw); hex.EncodeToString(r[:]) != b.Randomness {
			t.Fatalf("round %d: randomness is not the hash of the signature", b.Round)
		}
		sig := must[bls.Signature](t)(bls.ParseSignature(raw))
		for round, want := range map[uint64]bool{b.Round: true, b.Round + 1: false} {
			message := sha256.Sum256(binary.BigEndian.AppendUint64(nil, round))
			h := must[bls.HashPoint](t)(bls.HashToG1(bls.DSTBasic, message[:]))
			if got := bls.Verify(key, h, sig); got != want {
				t.Errorf("signature %d as of round %d: %v, want %v", b.Round, round, got, want)
			}
		}
	}
}

// eip2537 is the file of precompile vectors.
type eip2537 struct {
	G1, G2         []struct{ Name, Input, Output string }
	G1Fail, G2Fail []struct{ Name, Input, Error string }
}

func loadEIP2537(t *testing.T) (file eip2537) {
	t.Helper()
	loadJSON(t, "eip2537.json", &struct {
		G1     any `json:"g1_mul"`
		G2     any `json:"g2_mul"`
		G1Fail any `json:"g1_mul_fail"`
		G2Fail any `json:"g2_mul_fail"`
	}{&file.G1, &file.G2, &file.G1Fail, &file.G2Fail})
	return file
}

// limbs strips the padding of 64-byte field elements.
func limbs(b []byte) (out [][]byte) {
	for ; len(b) >= 64; b = b[64:] {
		out = append(out, b[16:64])
	}
	return out
}

// Multiplications that the precompiles document, through our share decoder, linear form and
// encoder for the EVM.
func TestEIP2537G1(t *testing.T) {
	for _, v := range loadEIP2537(t).G1 {
		in := unhex(t, v.Input)
		l := limbs(in[:bls.EVMG1Size])
		share, err := bls.ParseShare(append(append([]byte{}, l[0]...), l[1]...))
		scalar := new(big.Int).SetBytes(in[bls.EVMG1Size:])
		want := unhex(t, v.Output)
		if err != nil || scalar.Sign() == 0 {
			if new(big.Int).SetBytes(want).Sign() != 0 {
				t.Errorf("%s: refused, but the product is not infinity", v.Name)
			}
			continue
		}
		form := must[bls.LinearForm](t)(bls.NewLinearForm([]*big.Int{scalar}, big.NewInt(1)))
		product := must[bls.Signature](t)(form.Combine([]bls.Share{share}))
		if got := product.EVM(); hex.EncodeToString(got[:]) != v.Output {
			t.Errorf("%s: %x, want %s", v.Name, got, v.Output)
		}
	}
}

// compressG2 turns an uncompressed point into the form that our decoder reads; the sign is tried.
func compressG2(b []byte) [2][]byte {
	l := limbs(b)
	plain := append(append([]byte{}, l[1]...), l[0]...)
	plain[0] |= 0x80
	larger := append([]byte{}, plain...)
	larger[0] |= 0x20
	return [2][]byte{plain, larger}
}

func TestEIP2537G2(t *testing.T) {
	for _, v := range loadEIP2537(t).G2 {
		in := unhex(t, v.Input)
		var key bls.PublicKey
		for _, b := range compressG2(in[:bls.EVMG2Size]) {
			k, err := bls.ParsePublicKey(b)
			if e := k.EVM(); err == nil && string(e[:]) == string(in[:bls.EVMG2Size]) {
				key = k
			}
		}
		scalar := bls.ScalarFromBig(new(big.Int).SetBytes(in[bls.EVMG2Size:]))
		product := key.Times(scalar)
		if got := product.EVM(); hex.EncodeToString(got[:]) != v.Output {
			t.Errorf("%s: %x, want %s", v.Name, got, v.Output)
		}
	}
}

// Points that the precompiles refuse are refused here: by the decoder, or, for a share outside the
// subgroup, by its check.
func TestEIP2537Failures(t *testing.T) {
	file := loadEIP2537(t)
	for _, v := range file.G1Fail {
		in := unhex(t, v.Input)
		if len(in) != bls.EVMG1Size+bls.ScalarSize || v.Error == "invalid field element top bytes" {
			continue // lengths and padding are the precompile's own, not our encoding's
		}
		l := limbs(in[:bls.EVMG1Size])
		share, err := bls.ParseShare(append(append([]byte{}, l[0]...), l[1]...))
		if err == nil {
			_, err = share.Check()
		}
		if err == nil {
			t.Errorf("%s: accepted", v.Name)
		}
	}
	for _, v := range file.G2Fail {
		in := unhex(t, v.Input)
		if len(in) != bls.EVMG2Size+bls.ScalarSize || v.Error == "invalid field element top bytes" {
			continue
		}
		for _, b := range compressG2(in[:bls.EVMG2Size]) {
			k, err := bls.ParsePublicKey(b)
			if e := k.EVM(); err == nil && string(e[:]) == string(in[:bls.EVMG2Size]) {
				t.Errorf("%s: accepted", v.Name)
			}
		}
	}
}
