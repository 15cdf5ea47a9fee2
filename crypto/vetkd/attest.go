package vetkd

import (
	"kmsgateway/crypto/bls"
)

// attestLabel is hashed into the tag that leads every attestation.
const attestLabel = "kmsgateway/outcomes/v1"

// AttestTag returns TAG = keccak256("kmsgateway/outcomes/v1").
func AttestTag() [32]byte { return Keccak256([]byte(attestLabel)) }

// Options are what a request asks for beside its handles; the order of fields is the contract's.
type Options struct {
	Proof            uint8
	CallbackGasLimit uint32
	Deadline         uint64 // block time, seconds
	RefundTo         Address
}

// Request is what a decryption request says, as far as its digest binds it.
type Request struct {
	App      Address
	Handles  []Handle
	Selector [4]byte
	Options  Options
}

// Digest returns keccak256(abi.encode(app, handles, selector, options)). After a reorganisation the
// same number may be another request; the digest then differs.
func (r Request) Digest() [32]byte {
	const headWords = 7 // app, offset, selector and the four options inline
	words := []word{
		addressWord(r.App),
		uintWord(headWords * wordSize),
		selectorWord(r.Selector),
		uintWord(uint64(r.Options.Proof)),
		uintWord(uint64(r.Options.CallbackGasLimit)),
		uintWord(r.Options.Deadline),
		addressWord(r.Options.RefundTo),
		uintWord(uint64(len(r.Handles))),
	}
	for _, h := range r.Handles {
		words = append(words, word(h))
	}
	return abiHash(words...)
}

// Outcome is what became of one handle. PlaintextHash is keccak256 of the plaintext, which is empty
// where there is none.
type Outcome struct {
	Handle        Handle
	Status        uint8
	PlaintextHash [32]byte
}

// Outcomes are those of one request, in the order of its handles.
type Outcomes []Outcome

// Digest returns keccak256(abi.encode(outcomes)).
func (os Outcomes) Digest() [32]byte {
	words := []word{uintWord(wordSize), uintWord(uint64(len(os)))}
	for _, o := range os {
		words = append(words, word(o.Handle), uintWord(uint64(o.Status)), o.PlaintextHash)
	}
	return abiHash(words...)
}

// Attestation is the statement that a quorum signs: these are the outcomes of this request.
type Attestation struct {
	ChainID        uint64
	Gateway        Address
	RequestID      uint64
	RequestDigest  [32]byte
	KeyID          KeyID
	OutcomesDigest [32]byte
}

// ID returns the identity that is signed, keccak256(abi.encode(TAG, chainId, gateway, requestId,
// requestDigest, keyId, outcomesDigest)).
func (a Attestation) ID() [32]byte {
	return abiHash(AttestTag(), uintWord(a.ChainID), addressWord(a.Gateway),
		uintWord(a.RequestID), a.RequestDigest, word(a.KeyID), a.OutcomesDigest)
}

// Derive returns the key under which the attestation is signed: PurposeAttest, of the gateway.
func (a Attestation) Derive(master bls.PublicKey) (Derived, error) {
	return DerivePurpose(master, PurposeAttest, NewAppID(a.ChainID, a.Gateway))
}

// Verify reports whether sig is the quorum's signature on the attestation. One check of two
// pairings.
func (a Attestation) Verify(master bls.PublicKey, sig bls.Signature) bool {
	d, err := a.Derive(master)
	if err != nil {
		return false
	}
	id := a.ID()
	h, err := d.Hash(id[:])
	return err == nil && bls.Verify(d.key, h, sig)
}
