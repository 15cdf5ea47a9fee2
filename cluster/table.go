package cluster

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"kmsgateway/actors"
	"kmsgateway/messages"
)

// Table says which node a virtual actor lives on: the up member with the highest random weight for
// it (rendezvous hashing: Thaler and Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998).
// It depends on the names and regions of the up members alone, so that all nodes with one committed
// table agree, and when a member comes or goes only the actors that it wins or leaves move. Two
// versions of the program must agree too: the weights never change. It is never written after
// NewTable.
type Table struct {
	seats []seat
}

// seat is an up member as placement sees it.
type seat struct {
	name   string
	region messages.Region
	hash   uint64
}

// NewTable reads the up members of a committed table.
func NewTable(members messages.MemberTable) *Table {
	t := &Table{}
	for _, member := range members.Members {
		if !member.Down {
			sum := sha256.Sum256([]byte(member.Name))
			t.seats = append(t.seats, seat{name: member.Name, region: member.Region,
				hash: binary.BigEndian.Uint64(sum[:])})
		}
	}
	return t
}

// Up tells whether a node of that name is an up member.
func (t *Table) Up(node string) bool {
	for _, s := range t.seats {
		if s.name == node {
			return true
		}
	}
	return false
}

// Owner names the node where the actor lives, "" where no member is up. The proxies of a region's
// parties live in that region while any of its members is up.
func (t *Table) Owner(kind, id string) string {
	key := keyOf(kind, id)
	region, near := strings.CutPrefix(kind, actors.KindKMS(""))
	if near {
		if name := t.heaviest(key, func(s seat) bool {
			return s.region == messages.Region(region)
		}); name != "" {
			return name
		}
	}
	return t.heaviest(key, func(seat) bool { return true })
}

// heaviest names the seat of the highest weight among those that fit; of equals the first by name.
func (t *Table) heaviest(key uint64, fits func(seat) bool) (name string) {
	var most uint64
	for _, s := range t.seats {
		if !fits(s) {
			continue
		}
		weight := mix(key ^ s.hash)
		if name == "" || weight > most || weight == most && s.name < name {
			name, most = s.name, weight
		}
	}
	return name
}

// keyOf hashes an actor's name; the length keeps kind and id apart.
func keyOf(kind, id string) uint64 {
	buffer := make([]byte, 0, 256) // on the stack
	buffer = binary.BigEndian.AppendUint64(buffer, uint64(len(kind)))
	buffer = append(append(buffer, kind...), id...)
	sum := sha256.Sum256(buffer)
	return binary.BigEndian.Uint64(sum[:])
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a bijection, each of
// whose output bits depends on all input bits.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
