package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// FleetOptions say what a fleet is made of.
type FleetOptions struct {
	Data      string        // folder of everything: made if need be, and made anew by RaiseFleet
	Binary    string        // the program that runs; "" for the one that is running
	Nodes     int           // 1 to 9
	Parties   int           // n, 1 to 64
	Threshold int           // t
	Period    time.Duration // between blocks
	Profile   string        // of the cluster, lan or wan; "" means lan
	LogLevel  string        // of every process; "" means info
	Progress  io.Writer     // what happens, as it happens
}

// Validate checks the options; the error names the flag at fault.
func (o FleetOptions) Validate() error {
	switch {
	case o.Data == "":
		return messages.MalformedField("--data", "want a folder")
	case o.Nodes < 1 || o.Nodes > maxNodes:
		return messages.MalformedField("--nodes", fmt.Sprintf("want 1 to %d", maxNodes))
	case o.Parties < 1 || o.Parties > maxParties:
		return messages.MalformedField("--parties", fmt.Sprintf("want 1 to %d", maxParties))
	case o.Period < minPeriod || o.Period > maxPeriod:
		return messages.MalformedField("--period", fmt.Sprintf("want %s to %s", minPeriod, maxPeriod))
	}
	if err := threshold.Validate(o.Threshold, o.Parties, true); err != nil {
		return messages.MalformedField("--threshold", err.Error())
	}
	return nil
}

// Bounds of the time between blocks: below the first the chain is slower than its clock, above the
// second a person would take it for dead.
const (
	minPeriod = 20 * time.Millisecond
	maxPeriod = time.Minute
)

// Roles of a fleet's members.
const (
	roleChain = "chain"
	roleNode  = "node"
	roleParty = "party"
)

// Member is one process of a fleet.
type Member struct {
	Name    string   `json:"name"`
	Role    string   `json:"role"`             // chain, node or party
	Region  string   `json:"region,omitempty"` // none for the chain
	HTTP    string   `json:"http"`             // host:port of health and status; the chain's JSON-RPC
	Listen  string   `json:"listen,omitempty"` // of a party for nodes, of a node for the cluster
	Words   string   `json:"words,omitempty"`  // of a node, for words between actors
	Args    []string `json:"args"`             // of the program
	Within  []string `json:"within,omitempty"` // a command that runs the program in its place
	Account string   `json:"account,omitempty"`
}

// Fleet is a gateway of real processes on this machine: a development chain, nodes and parties.
// All that is known of it lies below its folder, so that another process can take it up.
type Fleet struct {
	dir      string
	plan     fleetPlan
	progress io.Writer
	started  time.Time
}

// fleetPlan is what the fleet's folder says of it, in fleet.json.
type fleetPlan struct {
	Binary   string        `json:"binary"`
	Period   time.Duration `json:"period_ns"`
	Join     string        `json:"join"` // of the first node's join service
	Members  []Member      `json:"members"`
	Gateway  string        `json:"gateway,omitempty"` // on the chain, once it is there
	Registry string        `json:"registry,omitempty"`
	Start    uint64        `json:"start,omitempty"`
}

// fleetFile marks a folder as a fleet's.
const fleetFile = "fleet.json"

// OpenFleet takes up the fleet of a folder; ErrNoFleet where there is none.
func OpenFleet(dir string, progress io.Writer) (*Fleet, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	f := &Fleet{dir: dir, progress: progress, started: time.Now()}
	text, err := os.ReadFile(f.path(fleetFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoFleet)
	}
	if err == nil {
		err = json.Unmarshal(text, &f.plan)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", fleetFile, err)
	}
	return f, nil
}

// ErrNoFleet says that a folder holds no fleet.
var ErrNoFleet = errors.New("no fleet here")

// Members lists the fleet's processes: the chain, then nodes, then parties.
func (f *Fleet) Members() []Member { return slices.Clone(f.plan.Members) }

func (f *Fleet) member(name string) (Member, error) {
	for _, member := range f.plan.Members {
		if member.Name == name {
			return member, nil
		}
	}
	return Member{}, messages.Refused(messages.CodeMalformedInput, "find member",
		fmt.Sprintf("the fleet has no %q", name))
}

func (f *Fleet) of(role string) (members []Member) {
	for _, member := range f.plan.Members {
		if member.Role == role {
			members = append(members, member)
		}
	}
	return members
}

func (f *Fleet) path(parts ...string) string {
	return filepath.Join(append([]string{f.dir}, parts...)...)
}

func (f *Fleet) save() error {
	text, err := json.MarshalIndent(f.plan, "", "  ")
	if err != nil {
		return fmt.Errorf("encode fleet: %w", err)
	}
	if err := os.WriteFile(f.path(fleetFile), append(text, '\n'), 0o600); err != nil {
		return messages.StorageFailed("write fleet", err)
	}
	return nil
}

func (f *Fleet) say(format string, args ...any) {
	_, _ = fmt.Fprintf(f.progress, "%6.1fs  %s\n", // a story nobody hears goes on
		time.Since(f.started).Seconds(), fmt.Sprintf(format, args...))
}

// ---- where the processes listen --------------------------------------------------------------

// A fleet has a block of ports of its own. Blocks lie below the ports that systems give to outgoing
// connections: a process that was killed must find its ports free when it comes back.
const (
	firstPort   = 16384
	portBlock   = 256
	portBlocks  = 64
	nodePorts   = 10  // of a node, from 10 on
	partyOffset = 120 // where the parties' ports begin, two each
)

// planFleet lays the fleet out from a first port on: nodes and parties in the regions in turn.
func planFleet(options FleetOptions, base int) fleetPlan {
	at := func(offset int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(base+offset)) }
	plan := fleetPlan{Binary: options.Binary, Period: options.Period, Join: at(nodePorts + 1)}
	chain := Member{Name: roleChain, Role: roleChain, HTTP: at(0), Args: []string{"dev", "chain",
		"--listen", at(0), "--period", options.Period.String(), "--accounts", accountsFolder,
		"--count", strconv.Itoa(options.Nodes + 2)}}
	plan.Members = append(plan.Members, chain)
	for i := 1; i <= options.Nodes; i++ {
		name := nodeName(i)
		plan.Members = append(plan.Members, Member{Name: name, Role: roleNode,
			Region: string(regions[(i-1)%len(regions)]), HTTP: at(nodePorts * i),
			Listen: at(nodePorts*i + 2), Words: at(nodePorts*i + 3),
			Account: accountFile(i + 2), Args: []string{"run", "--config", configFile(name, roleNode)}})
	}
	for i := 1; i <= options.Parties; i++ {
		name := partyName(i)
		plan.Members = append(plan.Members, Member{Name: name, Role: roleParty,
			Region: string(regions[(i-1)%len(regions)]), HTTP: at(partyOffset + 2*i),
			Listen: at(partyOffset + 2*i + 1),
			Args:   []string{"party", "run", "--config", configFile(name, roleParty)}})
	}
	return plan
}

// configFile is where init and join put a member's configuration, below the fleet's folder.
func configFile(name, role string) string { return filepath.Join(name, role+".yaml") }

// choosePlan takes the block of ports that the folder's name leads to, or the next one whose ports
// are free: the same folder has the same addresses each time, as far as that can be.
func choosePlan(dir string, options FleetOptions) (fleetPlan, error) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(dir)) // it never fails
	first := int(hash.Sum32() % portBlocks)
	for i := range portBlocks {
		plan := planFleet(options, firstPort+(first+i)%portBlocks*portBlock)
		if plan.free() {
			return plan, nil
		}
	}
	return fleetPlan{}, messages.Refused(messages.CodeOverloaded, "find ports",
		"no block of ports is free on 127.0.0.1")
}

func (p fleetPlan) free() bool {
	addresses := []string{p.Join}
	for _, member := range p.Members {
		addresses = append(addresses, member.HTTP, member.Listen, member.Words)
	}
	for _, address := range addresses {
		if address == "" {
			continue
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return false
		}
		_ = listener.Close() // it was never used
	}
	return true
}
