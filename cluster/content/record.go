package content

import (
	"encoding/binary"
	"errors"
	"time"

	"kmsgateway/messages"
)

// recordVersion leads every record; one of another version is a miss.
const recordVersion = 1

// recordHead is the bytes before the ciphertext: version, expiry, handle, app, owner, salt, key,
// block number and hash, transaction, position of the log.
const recordHead = 1 + 8 + 32 + 20 + 20 + 32 + 32 + 8 + 32 + 32 + 4

var errRecord = errors.New("malformed record")

// encode renders a registration with the moment it expires. All integers are big-endian.
func encode(r messages.Registered, expires time.Time) []byte {
	b := make([]byte, 0, recordHead+len(r.Ciphertext))
	b = append(b, recordVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(expires.UnixNano()))
	b = append(b, r.Handle[:]...)
	b = append(b, r.App[:]...)
	b = append(b, r.Owner[:]...)
	b = append(b, r.Salt[:]...)
	b = append(b, r.Key[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Place.Block.Number))
	b = append(b, r.Place.Block.Hash[:]...)
	b = append(b, r.Place.Tx[:]...)
	b = binary.BigEndian.AppendUint32(b, r.Place.LogIndex)
	return append(b, r.Ciphertext...)
}

// decode reads what encode wrote; it keeps no reference to b.
func decode(b []byte) (r messages.Registered, expires time.Time, err error) {
	if len(b) < recordHead || b[0] != recordVersion {
		return r, expires, errRecord
	}
	b = b[1:]
	take := func(into []byte) { b = b[copy(into, b):] }
	number := func() uint64 {
		var n [8]byte
		take(n[:])
		return binary.BigEndian.Uint64(n[:])
	}
	expires = time.Unix(0, int64(number()))
	take(r.Handle[:])
	take(r.App[:])
	take(r.Owner[:])
	take(r.Salt[:])
	take(r.Key[:])
	r.Place.Block.Number = messages.Height(number())
	take(r.Place.Block.Hash[:])
	take(r.Place.Tx[:])
	r.Place.LogIndex = binary.BigEndian.Uint32(b)
	r.Ciphertext = append([]byte(nil), b[4:]...)
	return r, expires, nil
}
