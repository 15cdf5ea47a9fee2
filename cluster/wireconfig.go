package cluster

import (
	"crypto/tls"
	"net"
	"strconv"
	"strings"
	"time"

	"kmsgateway/messages"
)

// WireConfig says who a node is towards other nodes' virtual actors, and whom it believes. Node,
// Listen, Server, Client and Publish are required.
type WireConfig struct {
	Node      string // the name in its certificate
	Listen    string // host:port; port 0 takes a free one
	Advertise string // host:port where others reach it; "" where it listens
	Server    func() *tls.Config
	Client    func(node string) *tls.Config // towards the node of that name
	// Name reads the peer's name; nil takes the common name of its certificate.
	Name func(tls.ConnectionState) (string, error)
	// Check judges an established connection by what is known now; nil admits all that the
	// handshake admitted. It is asked at every word sent and every batch received.
	Check    func(tls.ConnectionState) error
	Patience time.Duration // to connect; 0: DefaultPatience
	Clock    messages.Clock
	Publish  messages.Publish // FactMemberRefused
}

// WireCounts counts words since the start.
type WireCounts struct {
	Sent, Received int64
	Refused        int64 // from or to whoever is not a member, or not in form
	Lost           int64 // for a peer that is slow, or cannot be reached
}

func wireDefaults(config WireConfig) WireConfig {
	if config.Name == nil {
		config.Name = commonName
	}
	if config.Check == nil {
		config.Check = func(tls.ConnectionState) error { return nil }
	}
	if config.Patience == 0 {
		config.Patience = DefaultPatience
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return config
}

func splitAddress(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil {
		return "", 0, messages.BadConfig("listen", "want host:port")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]" // the library joins them with a colon
	}
	return host, port, nil
}

// speaking makes a TLS configuration one for HTTP/2, and for nothing below TLS 1.3.
func speaking(config *tls.Config) *tls.Config {
	config = config.Clone()
	config.MinVersion, config.NextProtos = tls.VersionTLS13, []string{"h2"}
	return config
}
