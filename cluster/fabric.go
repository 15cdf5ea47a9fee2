package cluster

import (
	"context"

	"github.com/hashicorp/memberlist"
	"github.com/hashicorp/raft"

	"kmsgateway/messages"
)

// Fabric is a node's network: real sockets in NewFabric, simulated ones in simulations. All methods
// are safe for concurrent use.
type Fabric interface {
	// Ledger carries raft's packets; it dials raft.ServerAddress as the NAME of a node.
	Ledger() raft.Transport
	// Gossip carries memberlist's packets and streams.
	Gossip() memberlist.NodeAwareTransport
	// Peers carries questions and answers.
	Peers() Peers
	// Carrier carries words between virtual actors.
	Carrier() Carrier
	// Addresses returns the host:port where others reach this node: for raft, gossip and
	// questions, and for words.
	Addresses() (address, remote string)
	// Learn takes the committed table: names are found there from now on, and where it does not
	// know them in the configured seeds.
	Learn(messages.MemberTable)
	// Close ends every connection and returns when all goroutines have ended.
	Close() error
}

// Peers asks other nodes questions, and answers theirs.
type Peers interface {
	// Ask sends a question at most once and waits for its answer; what the other side answers
	// with a *messages.GatewayError keeps its code, detail and whether to retry.
	Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error)
	// Answer makes how answer the questions of a topic; from is the name in the certificate of
	// the peer that asks.
	Answer(topic string,
		how func(ctx context.Context, from string, body []byte) ([]byte, error))
}

// Carrier carries words to other nodes. A word is a hint: it may be lost.
type Carrier interface {
	// Carry sends an envelope to a member of the table; it never blocks.
	Carry(node string, envelope []byte)
	// Receive hands arriving envelopes to how; from is "" where the carrier does not know.
	Receive(how func(from string, envelope []byte))
}
