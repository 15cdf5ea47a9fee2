package demo

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"

	"kmsgateway/bootstrap"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/messages"
)

// RaiseFleet brings a fleet up as an operator would, and returns when every process is ready. What
// has started is ended again where a later step fails. A folder whose fleet still runs is refused
// with CONFLICT; what an earlier fleet left in it is gone.
func RaiseFleet(ctx context.Context, options FleetOptions) (*Fleet, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	f, err := layOut(options)
	if err != nil {
		return nil, err
	}
	if err := f.raise(ctx, options); err != nil {
		return nil, err
	}
	return f, nil
}

// raise does what the plan says.
func (f *Fleet) raise(ctx context.Context, options FleetOptions) error {
	steps := []struct {
		name string
		do   func(context.Context, FleetOptions) error
	}{
		{"start the chain", f.startChain},
		{"deal the key", f.dealKey},
		{"deploy the contracts", f.deployContracts},
		{"found the cluster", f.found},
		{"admit the members", f.admit},
		{"start the members", f.startMembers},
	}
	for _, step := range steps {
		if err := step.do(ctx, options); err != nil {
			_, cleared := f.Down(context.WithoutCancel(ctx))
			return errors.Join(fmt.Errorf("%s: %w", step.name, err), cleared)
		}
	}
	f.say("all %d processes are ready", len(f.plan.Members))
	return nil
}

// layOut makes the folder of a fleet and decides who listens where.
func layOut(options FleetOptions) (*Fleet, error) {
	dir, err := filepath.Abs(options.Data)
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	earlier, err := OpenFleet(dir, options.Progress)
	if err == nil {
		err = earlier.clear()
	} else if errors.Is(err, ErrNoFleet) {
		err = refuseFull(dir)
	}
	if err != nil {
		return nil, err
	}
	if options.Binary == "" {
		if options.Binary, err = os.Executable(); err != nil {
			return nil, fmt.Errorf("find this program: %w", err)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, messages.StorageFailed("make folder", err)
	}
	f := &Fleet{dir: dir, progress: options.Progress, started: time.Now()}
	if f.plan, err = choosePlan(dir, options); err != nil {
		return nil, err
	}
	return f, f.save()
}

// refuseFull keeps a fleet out of a folder that is somebody else's.
func refuseFull(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		return messages.Refused(messages.CodeConflict, "bring up",
			dir+" is not empty and holds no fleet")
	}
	return nil
}

// clear removes what the fleet made, and nothing else.
func (f *Fleet) clear() error {
	for _, member := range f.plan.Members {
		if f.Alive(member.Name) {
			return messages.Refused(messages.CodeConflict, "bring up",
				member.Name+" runs: take the fleet down first")
		}
	}
	var failures []error
	remove := func(path string) { failures = append(failures, os.RemoveAll(path)) }
	for _, member := range f.plan.Members {
		remove(f.path(member.Name))
		remove(f.logPath(member.Name))
		remove(f.pidPath(member.Name))
	}
	remove(f.path(accountsFolder))
	remove(f.path(keysFolder))
	remove(f.path(fleetFile))
	if err := errors.Join(failures...); err != nil {
		return messages.StorageFailed("clear folder", err)
	}
	return nil
}

// keysFolder is where the dealer puts the key, below the fleet's folder.
const keysFolder = "keys"

func (f *Fleet) publicKey() string { return f.path(keysFolder, "public.json") }

func (f *Fleet) chainURL() string { return "http://" + f.plan.Members[0].HTTP }

func (f *Fleet) startChain(ctx context.Context, _ FleetOptions) error {
	if err := f.Start(roleChain); err != nil {
		return err
	}
	client, err := ethclient.DialContext(ctx, f.chainURL())
	if err != nil {
		return fmt.Errorf("dial chain: %w", err)
	}
	defer client.Close()
	err = f.await(ctx, roleChain, func() bool {
		_, err := client.ChainID(ctx)
		return err == nil
	})
	f.say("an EVM chain runs at %s, a block every %s", f.chainURL(), f.plan.Period)
	return err
}

func (f *Fleet) dealKey(_ context.Context, options FleetOptions) error {
	dealt, err := bootstrap.Deal(rand.Reader, f.path(keysFolder), DevChainID,
		threshold.Dealer{Name: "dev", AllowLarge: true}, options.Threshold, options.Parties)
	if err != nil {
		return err
	}
	dealt.Wipe()
	f.say("DEALER KEY: %d shares, any %d of which can sign", options.Parties, options.Threshold)
	return nil
}

func (f *Fleet) deployContracts(ctx context.Context, _ FleetOptions) error {
	deployed, err := bootstrap.Deploy(ctx, rand.Reader, bootstrap.Deploying{RPC: f.chainURL(),
		Chain: DevChainID, SenderKey: f.path(accountFile(1)), PublicKey: f.publicKey(), Grace: grace})
	if err != nil {
		return err
	}
	f.plan.Gateway, f.plan.Registry = deployed.Gateway.String(), deployed.Registry.String()
	f.plan.Start = uint64(deployed.Start)
	f.say("contracts deployed: gateway %s, the key is in its registry", f.plan.Gateway)
	return f.save()
}

// found makes the cluster's authority and starts the first node, which admits the others.
func (f *Fleet) found(ctx context.Context, options FleetOptions) error {
	first := f.of(roleNode)[0]
	_, err := bootstrap.Init(bootstrap.InitConfig{Cluster: "dev", Name: first.Name,
		Region: first.Region, Data: f.path(first.Name), Join: f.plan.Join, Clock: time.Now})
	if err != nil {
		return err
	}
	if err := f.configure(first, options); err != nil {
		return err
	}
	if err := f.Start(first.Name); err != nil {
		return err
	}
	f.say("%s holds the cluster's authority and admits members at %s", first.Name, f.plan.Join)
	return f.await(ctx, first.Name, func() bool { return f.answers(ctx, first, "/livez") })
}

// admit has everybody else join, each by a token of its own.
func (f *Fleet) admit(ctx context.Context, options FleetOptions) error {
	first := f.of(roleNode)[0]
	for _, member := range f.plan.Members {
		if member.Role == roleChain || member.Name == first.Name {
			continue
		}
		if err := f.join(ctx, member, options); err != nil {
			return fmt.Errorf("%s: %w", member.Name, err)
		}
	}
	f.say("%d nodes and %d parties are members, each by a token of its own", options.Nodes,
		options.Parties)
	return nil
}

// join makes a member by a token of the first node, and configures it.
func (f *Fleet) join(ctx context.Context, member Member, options FleetOptions) error {
	role := bootstrap.Role(member.Role)
	invitation, err := bootstrap.CreateToken(f.path(f.of(roleNode)[0].Name), bootstrap.TokenConfig{
		Role: role, Name: member.Name, TTL: invitationTime, Clock: time.Now})
	if err != nil {
		return err
	}
	_, err = bootstrap.Join(ctx, bootstrap.JoinConfig{Address: invitation.Join,
		Token: invitation.Token, Pin: invitation.Pin, Name: member.Name, Role: role,
		Region: member.Region, Data: f.path(member.Name), Clock: time.Now})
	if err != nil {
		return err
	}
	return f.configure(member, options)
}

func (f *Fleet) startMembers(ctx context.Context, _ FleetOptions) error {
	for _, member := range f.plan.Members {
		if f.Alive(member.Name) {
			continue
		}
		if err := f.Start(member.Name); err != nil {
			return err
		}
	}
	if err := f.AwaitReady(ctx); err != nil {
		return err
	}
	if len(f.of(roleNode)) < leastVoters {
		return nil
	}
	if err := f.AwaitVoters(ctx); err != nil {
		return err
	}
	f.say("any one node may die: %d of them elect the leader", leastVoters)
	return nil
}

// configure writes the configuration of a node or party.
func (f *Fleet) configure(member Member, options FleetOptions) error {
	var config any
	if member.Role == roleNode {
		config = f.nodeConfig(member, options)
	} else {
		config = f.partyConfig(member, options)
	}
	return writeConfig(f.path(configFile(member.Name, member.Role)), config)
}

// writeConfig renders a configuration as the YAML that the program reads.
func writeConfig(path string, config any) error {
	layers := koanf.New(".")
	if err := layers.Load(structs.Provider(config, "koanf"), nil); err != nil {
		return fmt.Errorf("render configuration: %w", err)
	}
	text, err := layers.Marshal(yaml.Parser())
	if err != nil {
		return fmt.Errorf("render configuration: %w", err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return messages.StorageFailed("write configuration", err)
	}
	return nil
}

func (f *Fleet) nodeConfig(member Member, options FleetOptions) bootstrap.NodeConfig {
	first := f.of(roleNode)[0]
	config := bootstrap.DefaultNodeConfig()
	config.Node = bootstrap.NodeSection{Name: member.Name, Region: member.Region,
		Data: f.path(member.Name), HTTP: member.HTTP}
	config.Chain = f.chainSection()
	config.Sender = bootstrap.SenderSection{KeyFile: f.path(member.Account)}
	config.Keys = []string{f.publicKey()}
	config.TLS = f.tlsFiles(member)
	config.Log.Level = cmp.Or(options.LogLevel, config.Log.Level)
	for at, party := range f.of(roleParty) {
		config.Parties = append(config.Parties, bootstrap.PartySection{Index: uint16(at + 1),
			Region: party.Region, Name: party.Name, Endpoints: []string{party.Listen}})
	}
	if member.Name == first.Name {
		config.Trust.Serve = f.plan.Join
	} else {
		config.Trust.Renew = []string{f.plan.Join}
	}
	if options.Nodes > 1 {
		config.Cluster = bootstrap.ClusterSection{Listen: member.Listen, Words: member.Words,
			First: member.Name == first.Name, Keyring: f.path(member.Name, "tls", "gossip.key"),
			Profile: options.Profile}
		for _, other := range f.of(roleNode) {
			if other.Name != member.Name {
				config.Cluster.Seeds = append(config.Cluster.Seeds,
					bootstrap.SeedSection{Name: other.Name, Address: other.Listen})
			}
		}
	}
	return config
}

func (f *Fleet) partyConfig(member Member, options FleetOptions) bootstrap.PartyConfig {
	index := 0
	for at, party := range f.of(roleParty) {
		if party.Name == member.Name {
			index = at + 1
		}
	}
	config := bootstrap.DefaultPartyConfig()
	config.Party = bootstrap.PartyOwnSection{Index: uint16(index), Region: member.Region,
		Data: f.path(member.Name), Listen: member.Listen, HTTP: member.HTTP,
		AllowBlinded: !bls.ConstantTime}
	config.Custody = bootstrap.Custody(f.path(keysFolder), index)
	config.Chain = f.chainSection()
	config.Keys = []string{f.publicKey()}
	config.TLS = f.tlsFiles(member)
	config.Trust.Renew = []string{f.plan.Join}
	config.Log.Level = cmp.Or(options.LogLevel, config.Log.Level)
	return config
}

// fleetPoll is how often a fleet's processes look for new blocks.
const fleetPoll = 100 * time.Millisecond

func (f *Fleet) chainSection() bootstrap.ChainSection {
	section := bootstrap.DefaultNodeConfig().Chain
	section.ID = DevChainID
	section.Gateway, section.Registry = f.plan.Gateway, f.plan.Registry
	section.Start = f.plan.Start
	section.Finality = "confirmations:1"
	section.Poll = fleetPoll
	section.Endpoints = []bootstrap.EndpointSection{{URL: f.chainURL(), Operator: "dev"}}
	return section
}

// tlsFiles names the files that init and join made.
func (f *Fleet) tlsFiles(member Member) bootstrap.TLSSection {
	below := func(parts ...string) string { return f.path(append([]string{member.Name}, parts...)...) }
	files := bootstrap.TLSSection{CA: below("tls", "ca.pem"),
		Certificate: below("tls", member.Name+".pem"), Key: below("tls", member.Name+".key")}
	if member.Name == f.of(roleNode)[0].Name {
		files.CA = below("ca", "ca.pem") // the authority's own
	}
	return files
}
