package bootstrap

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"kmsgateway/messages"
)

// NodeConfig configures `gateway run`. Every key is listed in the example configs in nodes/.
type NodeConfig struct {
	Node      NodeSection      `koanf:"node"`
	Chain     ChainSection     `koanf:"chain"`
	Sender    SenderSection    `koanf:"sender"`
	Keys      []string         `koanf:"keys" validate:"min=1,dive,required"` // public key files
	Parties   []PartySection   `koanf:"parties" validate:"min=1,dive"`
	TLS       TLSSection       `koanf:"tls"`
	Trust     TrustSection     `koanf:"trust"`
	Cluster   ClusterSection   `koanf:"cluster"`
	Log       LogSection       `koanf:"log"`
	Telemetry TelemetrySection `koanf:"telemetry"`
}

// PartyConfig configures `gateway party run`.
type PartyConfig struct {
	Party     PartyOwnSection  `koanf:"party"`
	Custody   CustodySection   `koanf:"custody"`
	Chain     ChainSection     `koanf:"chain"`
	Keys      []string         `koanf:"keys" validate:"min=1,dive,required"`
	TLS       TLSSection       `koanf:"tls"`
	Trust     RenewSection     `koanf:"trust"`
	Log       LogSection       `koanf:"log"`
	Telemetry TelemetrySection `koanf:"telemetry"`
}

// NodeSection names the node and says where it keeps and shows things.
type NodeSection struct {
	Name   string `koanf:"name" validate:"required,hostname_rfc1123"`
	Region string `koanf:"region" validate:"required,hostname_rfc1123"`
	Data   string `koanf:"data" validate:"required"`          // folder, created if need be
	HTTP   string `koanf:"http" validate:"required,hostport"` // health, metrics, status
}

// ClusterSection says how the node meets the others. Without listen it is a node by itself, and
// the rest means nothing.
type ClusterSection struct {
	Listen  string        `koanf:"listen" validate:"omitempty,hostport"` // ledger, gossip, questions
	Words   string        `koanf:"words" validate:"required_with=Listen,omitempty,hostport"`
	First   bool          `koanf:"first"` // makes the cluster's ledger where there is none
	Seeds   []SeedSection `koanf:"seeds" validate:"dive"`
	Keyring string        `koanf:"keyring" validate:"required_with=Listen"` // keys of the gossip
	Voters  int           `koanf:"voters" validate:"omitempty,oneof=3 5"`
	Profile string        `koanf:"profile" validate:"omitempty,oneof=lan wan"`
}

// SeedSection is a node to ask while the committed table is not known yet.
type SeedSection struct {
	Name    string `koanf:"name" validate:"required,hostname_rfc1123"` // in its certificate
	Address string `koanf:"address" validate:"required,hostport"`      // its cluster.listen
}

// seeds names the nodes to ask.
func (c ClusterSection) seeds() (names []string) {
	for _, seed := range c.Seeds {
		names = append(names, seed.Name)
	}
	return names
}

// ChainSection says which deployment to serve and through which endpoints.
type ChainSection struct {
	ID        uint64            `koanf:"id" validate:"required"`
	Genesis   string            `koanf:"genesis" validate:"omitempty,hash"` // pinned block 0
	Gateway   string            `koanf:"gateway" validate:"required,address"`
	Registry  string            `koanf:"registry" validate:"required,address"`
	Start     uint64            `koanf:"start"` // deployment block
	Finality  string            `koanf:"finality" validate:"required,finality"`
	Poll      time.Duration     `koanf:"poll" validate:"min=10ms,max=1m"`
	Timeout   time.Duration     `koanf:"timeout" validate:"min=100ms,max=2m"` // of one call
	Endpoints []EndpointSection `koanf:"endpoints" validate:"min=1,dive"`
}

// EndpointSection is one JSON-RPC endpoint.
type EndpointSection struct {
	URL      string `koanf:"url" validate:"required,url"`
	Operator string `koanf:"operator" validate:"required"` // whom one trusts by asking it
}

// SenderSection is the account that pays for settlements.
type SenderSection struct {
	KeyFile string `koanf:"key_file" validate:"required"` // 64 hex digits, mode 600
}

// PartySection is a party as a node knows it.
type PartySection struct {
	Index     uint16   `koanf:"index" validate:"min=1"`
	Region    string   `koanf:"region" validate:"required,hostname_rfc1123"`
	Name      string   `koanf:"name" validate:"required"` // in its certificate
	Endpoints []string `koanf:"endpoints" validate:"min=1,dive,hostport"`
}

// PartyOwnSection is a party as it knows itself.
type PartyOwnSection struct {
	Index        uint16 `koanf:"index" validate:"min=1"`
	Region       string `koanf:"region" validate:"required,hostname_rfc1123"`
	Data         string `koanf:"data" validate:"required"`
	Listen       string `koanf:"listen" validate:"required,hostport"`
	HTTP         string `koanf:"http" validate:"required,hostport"`
	AllowBlinded bool   `koanf:"allow_blinded"` // sign without the constant-time library
	Standby      bool   `koanf:"standby"`       // give shares, attest nothing
}

// CustodySection says where the party's share lies.
type CustodySection struct {
	Folder   string `koanf:"folder" validate:"required"`   // one sealed file a share
	Identity string `koanf:"identity" validate:"required"` // age identity file that opens them
}

// TLSSection names PEM files.
type TLSSection struct {
	CA          string `koanf:"ca" validate:"required"`
	Certificate string `koanf:"certificate" validate:"required"`
	Key         string `koanf:"key" validate:"required"`
}

// TrustSection says who admits members and keeps certificates fresh.
type TrustSection struct {
	Serve string   `koanf:"serve" validate:"omitempty,hostport"` // admit by the authority in node.data
	Renew []string `koanf:"renew" validate:"dive,hostport"`      // join services to be renewed by
}

// RenewSection says who keeps the certificate fresh.
type RenewSection struct {
	Renew []string `koanf:"renew" validate:"dive,hostport"` // join services, asked in this order
}

// LogSection configures the structured log on standard error.
type LogSection struct {
	Level  string `koanf:"level" validate:"oneof=debug info warn error"`
	Format string `koanf:"format" validate:"oneof=json text"`
}

// TelemetrySection configures the export of traces; metrics are always served over HTTP.
type TelemetrySection struct {
	OTLP string `koanf:"otlp" validate:"omitempty,hostport"` // gRPC endpoint of a collector
}

// DefaultNodeConfig returns what holds where a node's configuration is silent.
func DefaultNodeConfig() NodeConfig {
	return NodeConfig{
		Node:  NodeSection{HTTP: "127.0.0.1:8080"},
		Chain: defaultChain(),
		Log:   LogSection{Level: "info", Format: "json"},
	}
}

// DefaultPartyConfig returns what holds where a party's configuration is silent.
func DefaultPartyConfig() PartyConfig {
	return PartyConfig{
		Party: PartyOwnSection{Listen: "127.0.0.1:9090", HTTP: "127.0.0.1:9091"},
		Chain: defaultChain(),
		Log:   LogSection{Level: "info", Format: "json"},
	}
}

func defaultChain() ChainSection {
	return ChainSection{Finality: "finalized", Poll: time.Second, Timeout: 5 * time.Second}
}

// Validate checks each key and the relations between them; the error names the key at fault.
func (c NodeConfig) Validate() error {
	if err := validate(c); err != nil {
		return err
	}
	seen := make(map[uint16]bool)
	for at, party := range c.Parties {
		if seen[party.Index] {
			return messages.BadConfig(fmt.Sprintf("parties[%d].index", at),
				fmt.Sprintf("party %d is listed twice", party.Index))
		}
		seen[party.Index] = true
	}
	if c.Cluster.Listen != "" && !c.Cluster.First && len(c.Cluster.Seeds) == 0 {
		return messages.BadConfig("cluster.seeds", "name a node to join, or set cluster.first")
	}
	return c.Chain.validateRelations()
}

// Validate checks each key and the relations between them; the error names the key at fault.
func (c PartyConfig) Validate() error {
	if err := validate(c); err != nil {
		return err
	}
	if c.Party.Listen == c.Party.HTTP && !anyPort(c.Party.Listen) {
		return messages.BadConfig("party.http", "is the same as party.listen")
	}
	return c.Chain.validateRelations()
}

func (c ChainSection) validateRelations() error {
	if c.Gateway == c.Registry {
		return messages.BadConfig("chain.registry", "is the same as chain.gateway")
	}
	return nil
}

func anyPort(address string) bool {
	_, port, err := net.SplitHostPort(address)
	return err == nil && port == "0"
}

// parseFinality reads "latest", "safe", "finalized" or "confirmations:N".
func parseFinality(text string) (kind string, confirmations uint64, err error) {
	switch text {
	case "latest", "safe", "finalized":
		return text, 0, nil
	}
	count, found := strings.CutPrefix(text, "confirmations:")
	if found {
		confirmations, err = strconv.ParseUint(count, 10, 16)
	}
	if !found || err != nil {
		return "", 0, messages.BadConfig("chain.finality",
			"want finalized, safe, latest or confirmations:N")
	}
	return "latest", confirmations, nil
}
