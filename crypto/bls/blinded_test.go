//go:build !cgo

package bls_test

import (
	"io"
	"testing"

	"kmsgateway/crypto/bls"
)

func TestBlindedSeamSaysSo(t *testing.T) {
	if bls.ConstantTime {
		t.Error("no cgo, and the seam claims to be constant time")
	}
}

func TestBlindedSeamNeedsRandomness(t *testing.T) {
	s := newSigner(t, seeded(1), "id")
	_, err := s.secret.SignShare(io.LimitReader(seeded(1), 10), s.hash, bls.Scalar{})
	if err == nil {
		t.Error("a share was made without blinding")
	}
}
