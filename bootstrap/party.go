package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"kmsgateway/actors/ethereum"
	"kmsgateway/actors/party"
	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/api"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// Party is a running KMS party.
type Party struct {
	config   PartyConfig
	identity *Identity
	observed *observed
	keys     []messages.KeyInfo
	derive   *Derivations
	chain    *ethereum.Client
	member   membership
	party    *party.Party
	listener net.Listener
	server   *grpc.Server
	api      *api.Server
	doorway  doorway
	shown    []admin.Key // for the operator
	parts    parts
}

// StartParty brings a party to life: its list of parts, in order.
func StartParty(ctx context.Context, env Env, config PartyConfig) (*Party, error) {
	p := &Party{config: config, doorway: newDoorway(config.name())}
	err := p.parts.start(ctx, []part{
		{"folder", p.makeFolder, nil},
		{"identity", func(context.Context) error { return p.loadIdentity(env) }, nil},
		{"telemetry", func(ctx context.Context) error { return p.observe(ctx, env) }, p.unobserve},
		{"membership", func(context.Context) error {
			p.member.start(p.identity, config.TLS, config.Trust.Renew, p.observed.publish, env.Clock)
			return nil
		}, p.member.stop},
		{"caches", p.makeCaches, func(context.Context) error { p.derive.Close(); return nil }},
		{"chain client", func(ctx context.Context) error { return p.dial(ctx, env) },
			func(context.Context) error { return p.chain.Close() }},
		{"party", func(context.Context) error { return p.open(env) }, func(ctx context.Context) error {
			return p.party.Close(ctx)
		}},
		{"server", p.serve, p.drain},
		{"health and metrics", p.startAPI, func(ctx context.Context) error { return p.api.Stop(ctx) }},
		{"operator's door", func(context.Context) error { return p.openDoor(env) }, p.doorway.close},
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Addr is where nodes reach the party.
func (p *Party) Addr() string { return p.listener.Addr().String() }

// HTTP is where the party serves health, metrics and status.
func (p *Party) HTTP() string { return p.api.Addr() }

// Stop drains the party within ctx and stops it. A second call changes nothing.
func (p *Party) Stop(ctx context.Context) error { return p.parts.stop(ctx) }

// Kill cuts the party off as a crash would: no answer under way is finished.
func (p *Party) Kill() { p.server.Stop() }

func (p *Party) makeFolder(context.Context) error {
	return makeFolder(p.config.Party.Data)
}

func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return messages.StorageFailed("make data folder", err)
	}
	return nil
}

func (p *Party) loadIdentity(env Env) (err error) {
	p.identity, err = LoadIdentity(p.config.TLS.CA, p.config.TLS.Certificate, p.config.TLS.Key,
		env.Clock)
	if err != nil {
		return err
	}
	for _, path := range p.config.Keys {
		key, err := ReadPublicKey(path)
		if err != nil {
			return err
		}
		p.keys = append(p.keys, key)
	}
	p.shown, err = shownKeys(p.keys, p.config.Keys)
	return err
}

func (p *Party) observe(ctx context.Context, env Env) (err error) {
	env.Relay = p.doorway.timeline.Relay(env.Relay)
	p.observed, err = observe(ctx, env, p.config.name(), p.config.Party.Data, p.config.Log,
		p.config.Telemetry)
	return err
}

func (p *Party) unobserve(ctx context.Context) error { return p.observed.stop(ctx) }

func (p *Party) makeCaches(context.Context) (err error) {
	if p.derive, err = NewDerivations(); err != nil {
		return err
	}
	return watchRatios(p.observed.telemetry.meters, p.derive.ratios())
}

func (p *Party) dial(ctx context.Context, env Env) (err error) {
	p.chain, err = dialChain(ctx, env, p.config.Chain, p.observed.publish)
	return err
}

// open makes the party itself, which checks that the custody holds the share of each key.
func (p *Party) open(env Env) error {
	shares, err := openCustody(p.config.Custody, env.Rand)
	if err != nil {
		return err
	}
	gateway, registry, err := p.config.Chain.contracts()
	if err != nil {
		return err
	}
	p.party, err = party.New(party.Config{
		Index:  messages.PartyIndex(p.config.Party.Index),
		Region: messages.Region(p.config.Party.Region),
		Deployments: []party.Deployment{{Chain: messages.ChainID(p.config.Chain.ID),
			Gateway: gateway, Registry: registry, Source: p.chain}},
		Keys: p.keys, Vault: shares,
		Journal:  filepath.Join(p.config.Party.Data, "journal.db"),
		Identity: p.identity.Signer(), Deriver: p.derive, System: cluster.NewSystem(""),
		Publish: p.observed.publish, Clock: env.Clock, Rand: env.Rand,
		Authorize:    p.identity.AuthorizeNode,
		AllowBlinded: p.config.Party.AllowBlinded,
		Standby:      p.config.Party.Standby,
	})
	if err != nil {
		shares.Close()
	}
	return err
}

func (p *Party) serve(context.Context) error {
	listener, err := net.Listen("tcp", p.config.Party.Listen)
	if err != nil {
		return fmt.Errorf("listen for nodes: %w", err)
	}
	p.listener = listener
	p.server = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(p.identity.ServerTLS(RoleNode))),
		grpc.MaxRecvMsgSize(party.MaxMessage))
	p.party.Register(p.server)
	alive := health.NewServer()
	healthpb.RegisterHealthServer(p.server, alive)
	go func() { _ = p.server.Serve(listener) }() // it ends by Stop; a failure shows in calls
	return nil
}

// drain lets calls under way end, within ctx.
func (p *Party) drain(ctx context.Context) error {
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		p.server.GracefulStop()
	}()
	select {
	case <-drained:
		return nil
	case <-ctx.Done():
		p.server.Stop()
		<-drained
		return ctx.Err()
	}
}

func (p *Party) startAPI(context.Context) (err error) {
	p.api, err = startAPI(p.config.Party.HTTP, p.observed, p.health, p.status)
	return err
}

func (p *Party) health() []messages.Health {
	return append(p.member.health(), p.party.Health(), p.chain.Health())
}

// name is how the party is called in logs and to its operator.
func (c PartyConfig) name() string { return "party-" + strconv.Itoa(int(c.Party.Index)) }

func (p *Party) openDoor(env Env) error {
	return p.doorway.open(p.config.Party.Data, admin.OfParty(partyOperator{&p.doorway, p}),
		p.observed.publish, env.Clock)
}

// Drained is closed when the operator orders the party to drain: whoever runs it stops it then.
func (p *Party) Drained() <-chan struct{} { return p.doorway.drained }

// partyOperator is the operator's side of a party.
type partyOperator struct {
	*doorway
	party *Party
}

// Status implements admin.Process.
func (o partyOperator) Status(context.Context) (admin.Status, error) {
	p := o.party
	return admin.Status{Kind: admin.KindParty, Name: p.config.name(), Region: p.config.Party.Region,
		Draining: o.draining(), Chain: p.config.Chain.ID,
		Rooms: admin.RoomsOf(p.observed.health(p.health())), Keys: p.shown,
		Certificate: shownCertificate(p.identity)}, nil
}

// Request implements admin.Process.
func (o partyOperator) Request(_ context.Context, id string) (admin.Timeline, error) {
	return o.timeline.Request(id)
}

// PartyStatus is what a party tells over HTTP.
type PartyStatus struct {
	Party  uint16   `json:"party"`
	Region string   `json:"region"`
	Chain  uint64   `json:"chain"`
	Keys   []string `json:"keys"`
}

func (p *Party) status() any {
	status := PartyStatus{Party: p.config.Party.Index, Region: p.config.Party.Region,
		Chain: p.config.Chain.ID}
	for _, key := range p.keys {
		status.Keys = append(status.Keys, key.Key.String())
	}
	return status
}

// observed is the telemetry of a process with its observer and audit log.
type observed struct {
	telemetry *Telemetry
	audit     *auditLog
	publish   messages.Publish
}

func observe(ctx context.Context, env Env, name, folder string, log LogSection,
	section TelemetrySection) (*observed, error) {
	telemetry, err := NewTelemetry(ctx, name, log, section, env.Log, env.Spans)
	if err != nil {
		return nil, err
	}
	audit, err := openAudit(filepath.Join(folder, "audit.jsonl"), name)
	if err != nil {
		return nil, errors.Join(err, telemetry.Stop(ctx))
	}
	observer, err := NewObserver(telemetry.log, telemetry.meters, telemetry.traces, audit, env.Relay)
	if err != nil {
		return nil, errors.Join(err, audit.Close(), telemetry.Stop(ctx))
	}
	return &observed{telemetry: telemetry, audit: audit, publish: observer.Publish}, nil
}

func (o *observed) stop(ctx context.Context) error {
	return errors.Join(o.audit.Close(), o.telemetry.Stop(ctx))
}

// roomAudit names the audit log in health, the only place where it speaks for itself.
const roomAudit messages.Room = "audit"

// health adds the audit log to the rooms' contributions once it has failed: a process that cannot
// say what it released is not ready.
func (o *observed) health(rooms []messages.Health) []messages.Health {
	if err := o.audit.Err(); err != nil {
		return append(rooms, messages.Health{Room: roomAudit, Grade: messages.Down,
			Detail: err.Error()})
	}
	return rooms
}

// startAPI serves health, metrics and status of a process.
func startAPI(listen string, o *observed, rooms func() []messages.Health, status func() any) (
	*api.Server, error) {
	health := func() []messages.Health { return o.health(rooms()) }
	if err := watchHealth(o.telemetry.meters, health); err != nil {
		return nil, err
	}
	return api.Start(api.Config{Listen: listen, Health: health, Metrics: o.telemetry.handler,
		Status: status})
}
