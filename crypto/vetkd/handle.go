package vetkd

// InputID is the identity that a ciphertext is encrypted to; it is known before encryption.
type InputID [32]byte

// Handle names a registered ciphertext on chain.
type Handle [32]byte

// KeyID names a master key.
type KeyID [32]byte

// Input says where an encryption belongs. Salt is 32 fresh random bytes for every attempt: an
// identity's key opens everything that was ever encrypted to it.
type Input struct {
	ChainID uint64
	Gateway Address
	App     Address
	Owner   Address
	Salt    [32]byte
}

// ID returns keccak256(abi.encode(chainid, gateway, app, owner, salt)).
func (in Input) ID() InputID {
	return abiHash(uintWord(in.ChainID), addressWord(in.Gateway), addressWord(in.App),
		addressWord(in.Owner), in.Salt)
}

// HandleOf returns keccak256(abi.encode(inputId, keyId, keccak256(c1), keccak256(c2 || c3), len)),
// where len is the length of the message in bytes.
func HandleOf(input InputID, key KeyID, ct Ciphertext) Handle {
	return HandleOfParts(input, key, ct.C1Hash(), ct.RestHash(), uint64(ct.MessageLen()))
}

// HandleOfParts is HandleOf for who has hashes instead of a ciphertext.
func HandleOfParts(input InputID, key KeyID, c1Hash, restHash [32]byte, length uint64) Handle {
	return abiHash(word(input), word(key), c1Hash, restHash, uintWord(length))
}
