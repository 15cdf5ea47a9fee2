package world

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
)

// History is all that a run leaves behind, for the laws and for reports. Times are virtual.
type History struct {
	Seed   uint64
	Began  time.Time // the cluster was ready; a Plan's times count from here
	Healed time.Time // the last fault was over, or zero where one lasted to the end
	Ended  time.Time

	Facts    []Said     // in the order of their publication
	Asked    []Asked    // what users asked
	Happened []Happened // the faults, with whom they met

	Requested   []messages.Requested // of the canonical chain at the end, as the next four
	Endings     []messages.Ended
	Settlements []laws.Settlement
	Heads       []chain.Head
	Mined       []Transaction // of settlements
	Broadcasts  []Transaction // of settlements, each time one reached the chain's pool

	Keys    []messages.KeyInfo
	Gateway messages.Address

	Ledgers  []Ledger // of every node, in the order of the plan
	Troubles []string // errors of the world itself: there should be none
}

// Said is a fact with the host that published it.
type Said struct {
	Host string
	Fact messages.Fact
}

// Asked is a user's request as it went into the pool.
type Asked struct {
	At     time.Time
	Digest messages.Hash // of its RequestID
}

// Happened is a fault as it came about.
type Happened struct {
	Fault
	Hosts    []string // its Targets, resolved
	From, To time.Time
}

// Transaction is a node's transaction on its way to the chain, or mined.
type Transaction struct {
	At       time.Time
	Sender   messages.Address
	Nonce    uint64
	Hash     messages.Hash
	Requests []messages.RequestID
}

// Ledger is what one node had of the ledger.
type Ledger struct {
	Node string
	// Prefixes are digests of all that was applied up to an index, taken now and then through every
	// life of the node. Where two of any nodes have the same Index, they must have the same Digest.
	Prefixes []Prefix
	// Entries are the logs up to the last of these, with what was refused among them.
	Entries []Entry
}

// Prefix is the digest of a ledger up to an index.
type Prefix struct {
	At     time.Time
	Index  uint64
	Digest messages.Hash
}

// Entry is one entry of one log.
type Entry struct {
	Index uint64
	Entry messages.Entry
}

// recorder collects what hosts publish.
type recorder struct {
	mu       sync.Mutex
	facts    []Said     // mu
	asked    []Asked    // mu
	happened []Happened // mu
	troubles []string   // mu
}

// of is where a host publishes.
func (r *recorder) of(host string) messages.Publish {
	return func(_ context.Context, fact messages.Fact) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.facts = append(r.facts, Said{host, fact})
	}
}

// prefix is how far a node's ledger was seen to be applied. It is followed while the node lives, as
// a later look cannot tell what was applied before.
type prefix struct {
	index    uint64
	digest   messages.Hash
	gap      bool // a snapshot took the place of logs that were never seen
	prefixes []Prefix
	entries  []Entry
}

// see follows the node's ledger up to what is applied now.
func (n *Node) see() {
	l := n.life()
	if l == nil {
		return
	}
	until := l.core.Ledger().Applied()
	n.mu.Lock()
	defer n.mu.Unlock()
	p := &n.applied
	if until <= p.index || p.gap {
		return
	}
	for index := p.index + 1; index <= until; index++ {
		log, found := n.disk.peek(index)
		if !found {
			p.gap = true
			return
		}
		p.add(log)
	}
	p.prefixes = append(p.prefixes, Prefix{At: time.Now(), Index: p.index, Digest: p.digest})
}

// add takes the next log.
func (p *prefix) add(log raft.Log) {
	h := sha256.New()
	h.Write(p.digest[:])
	h.Write(binary.BigEndian.AppendUint64(nil, log.Index))
	h.Write(binary.BigEndian.AppendUint64(nil, log.Term))
	h.Write([]byte{byte(log.Type)})
	h.Write(log.Data)
	p.index, p.digest = log.Index, messages.Hash(h.Sum(nil))
	if log.Type != raft.LogCommand {
		return
	}
	entries, err := messages.DecodeEntries(log.Data)
	if err != nil {
		return // the ledger has stopped at it, and said so
	}
	for _, entry := range entries {
		p.entries = append(p.entries, Entry{Index: log.Index, Entry: entry})
	}
}
