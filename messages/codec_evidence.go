package messages

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// Domains keep a signature over one kind of answer from passing as one over another.
const (
	domainShares   = "kmsgateway/evidence/shares/v1"
	domainOutcomes = "kmsgateway/evidence/outcomes/v1"
)

// EvidenceDigest is what a party's identity key signs with its shares, so that a bad share can be
// shown to others: SHA-256 over domain, chain, number, digest, party, epoch, the count of shares
// and the shares, integers of 8 bytes big-endian.
func (s ShareSigned) EvidenceDigest() Hash {
	h := evidence(domainShares, s.Request, s.Party, s.Epoch)
	number(h, uint64(len(s.Shares)))
	for _, share := range s.Shares {
		h.Write(share[:])
	}
	return Hash(h.Sum(nil))
}

// EvidenceDigest is what a party's identity key signs with its share of an attestation: SHA-256
// over domain, chain, number, digest, party, epoch, outcomes digest and share.
func (s OutcomesSigned) EvidenceDigest() Hash {
	h := evidence(domainOutcomes, s.Request, s.Party, s.Epoch)
	h.Write(s.OutcomesDigest[:])
	h.Write(s.Share[:])
	return Hash(h.Sum(nil))
}

// evidence begins a digest with its domain, after the domain's length, and what every answer names.
func evidence(domain string, request RequestID, party PartyIndex, epoch KeyEpoch) hash.Hash {
	h := sha256.New()
	number(h, uint64(len(domain)))
	h.Write([]byte(domain))
	number(h, uint64(request.Chain))
	number(h, request.Number)
	h.Write(request.Digest[:])
	number(h, uint64(party))
	number(h, uint64(epoch))
	return h
}

func number(h hash.Hash, n uint64) {
	h.Write(binary.BigEndian.AppendUint64(nil, n))
}
