package bootstrap

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"kmsgateway/messages"
)

// Verdict grades a check.
type Verdict string

// The verdicts, from good to bad.
const (
	VerdictOK   Verdict = "ok"
	VerdictWarn Verdict = "warn" // works, with a margin gone
	VerdictFail Verdict = "fail" // the process will not start, or not do its work
)

// Check is one thing that was looked at.
type Check struct {
	Name    string  `json:"check"` // what was looked at: disk, certificate, port 127.0.0.1:8080
	Verdict Verdict `json:"verdict"`
	Says    string  `json:"says"`             // what was found; never a secret
	Remedy  string  `json:"remedy,omitempty"` // what to do, unless it is ok
}

func fine(name, says string, values ...any) Check {
	return Check{Name: name, Verdict: VerdictOK, Says: fmt.Sprintf(says, values...)}
}

func doubtful(name, remedy, says string, values ...any) Check {
	return Check{Name: name, Verdict: VerdictWarn, Says: fmt.Sprintf(says, values...), Remedy: remedy}
}

func broken(name, remedy, says string, values ...any) Check {
	return Check{Name: name, Verdict: VerdictFail, Says: fmt.Sprintf(says, values...), Remedy: remedy}
}

// DoctorConfig says whom to examine.
type DoctorConfig struct {
	Path  string // of the configuration, of either role
	Clock messages.Clock
	Rand  io.Reader     // cryptographic; it blinds what the custody is tried with
	Bound time.Duration // of each examination; 0 means 10 s
}

// examineTime bounds an examination: beside it a healthy one takes a blink.
const examineTime = 10 * time.Second

// patient is a process as its configuration describes it, of either role.
type patient struct {
	role Role
	name string // of a node; "" for a party, which has an index
	data string
	addresses
	chain   ChainSection
	keys    []string
	tls     TLSSection
	renewed bool // somebody renews the certificate

	node  *NodeConfig // nil for a party
	party *PartyConfig
	clock messages.Clock
	rand  io.Reader
}

// addresses are where the process listens, by configuration key.
type addresses [][2]string

// examination is one line of the list: it looks at one thing and reports all that it saw of it.
type examination struct {
	name string
	look func(context.Context) []Check
}

// Doctor examines what a process needs to start and to do its work, whether it runs or not, and
// returns what it saw in a fixed order. A configuration that does not hold is its error.
func Doctor(ctx context.Context, config DoctorConfig) ([]Check, error) {
	p, err := admit(config)
	if err != nil {
		return nil, err
	}
	if config.Bound == 0 {
		config.Bound = examineTime
	}
	list := p.examinations()
	seen := make([][]Check, len(list))
	var all sync.WaitGroup
	for i, e := range list {
		all.Go(func() { seen[i] = e.within(ctx, config.Bound) })
	}
	all.Wait()
	var checks []Check
	for _, of := range seen {
		checks = append(checks, of...)
	}
	return checks, nil
}

// within looks, and gives up on what does not come back: a disk or a name server may hang for ever.
func (e examination) within(ctx context.Context, bound time.Duration) []Check {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	done := make(chan []Check, 1)
	go func() { done <- e.look(ctx) }()
	select {
	case checks := <-done:
		return checks
	case <-ctx.Done():
	}
	select { // what came back at the bound still counts
	case checks := <-done:
		return checks
	case <-time.After(graceTime):
		return []Check{broken(e.name, "find out what hangs", "no result in %v", bound)}
	}
}

// graceTime is how long an examination may take to notice that its time is up.
const graceTime = 200 * time.Millisecond

// admit reads the configuration of either role.
func admit(config DoctorConfig) (*patient, error) {
	role, err := RoleOf(config.Path)
	if err != nil {
		return nil, err
	}
	p := &patient{role: role, clock: config.Clock, rand: config.Rand}
	if role == RoleParty {
		c, err := LoadParty(config.Path)
		p.party, p.data = &c, c.Party.Data
		p.chain, p.keys, p.tls, p.renewed = c.Chain, c.Keys, c.TLS, len(c.Trust.Renew) > 0
		p.addresses = addresses{{"party.listen", c.Party.Listen}, {"party.http", c.Party.HTTP}}
		return p, err
	}
	c, err := LoadNode(config.Path)
	p.node, p.name, p.data = &c, c.Node.Name, c.Node.Data
	p.chain, p.keys, p.tls, p.renewed = c.Chain, c.Keys, c.TLS, len(c.Trust.Renew) > 0
	p.addresses = addresses{{"node.http", c.Node.HTTP}, {"trust.serve", c.Trust.Serve},
		{"cluster.listen", c.Cluster.Listen}, {"cluster.words", c.Cluster.Words}}
	return p, err
}

// examinations is the list for the role.
func (p *patient) examinations() []examination {
	list := []examination{
		{"chain", p.lookAtChain},
		{"ports", p.lookAtPorts},
		{"disk", p.lookAtDisk},
		{"certificate", p.lookAtCertificate},
		{"keys", p.lookAtKeyFiles},
	}
	if p.role == RoleParty {
		return append(list, examination{"custody", p.lookAtCustody})
	}
	return append(list,
		examination{"sender", p.lookAtSender},
		examination{"gossip key", p.lookAtGossip},
		examination{"seeds", p.lookAtSeeds},
		examination{"parties", p.lookAtParties})
}
