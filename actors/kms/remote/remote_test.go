package remote_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"kmsgateway/actors/kms"
	"kmsgateway/actors/kms/kmstest"
	"kmsgateway/actors/kms/remote"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const partyName = "party-3.example"

var _ kms.Client = (*remote.Client)(nil)

// serve runs a gRPC server of a party until the test ends and returns its address.
func serve(t *testing.T, secure *tls.Config, party wire.PartyServer) string {
	t.Helper()
	return listen(t, secure, func(to grpc.ServiceRegistrar) {
		wire.RegisterPartyServer(to, party)
	}, 1<<20)
}

// listen runs a gRPC server, which takes messages of most bytes, until the test ends.
func listen(t *testing.T, secure *tls.Config, register func(grpc.ServiceRegistrar), most int) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(secure)), grpc.MaxRecvMsgSize(most))
	register(server)
	ended := make(chan error)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// config describes a party at an address, known by partyName.
func config(address string, secure *tls.Config) remote.Config {
	return remote.Config{TLS: secure, Timeout: 5 * time.Second,
		Party: messages.PartyInfo{Index: 3, Region: "eu-west", Endpoints: []string{address},
			Name: partyName},
		Publish: func(context.Context, messages.Fact) {}}
}

func dial(t *testing.T, config remote.Config) *remote.Client {
	t.Helper()
	client, err := remote.Dial(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func ask(t *testing.T, client kms.Client) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	answers, err := client.SignShares(ctx, []messages.SignShare{kmstest.SignShare(1, 3, 1)})
	if err == nil && (len(answers) != 1 || answers[0].Signed == nil) {
		t.Errorf("got %+v", answers)
	}
	return err
}

func TestRemoteDoesWhatEveryClientMust(t *testing.T) {
	kmstest.Suite(t, func(t *testing.T, party *kmstest.Party) kms.Client {
		ca := kmstest.NewAuthority(t)
		address := serve(t, ca.Server(t, partyName), &kmstest.Server{Party: party})
		return dial(t, config(address, ca.Client(t, "node", partyName)))
	})
}

func TestRemoteAsksAPartyWhoItIs(t *testing.T) {
	ca := kmstest.NewAuthority(t)
	address := serve(t, ca.Server(t, partyName), &kmstest.Server{Party: kmstest.NewParty(3)})
	client := dial(t, config(address, ca.Client(t, "node", partyName)))
	got, err := client.Describe(t.Context())
	if err != nil || got.Party != 3 || got.Region != "eu-west" || got.Final != 9 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRemoteSpeaksToThePartyAndNobodyElse(t *testing.T) {
	ca, other := kmstest.NewAuthority(t), kmstest.NewAuthority(t)
	old := ca.Server(t, partyName)
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	rows := []struct {
		name   string
		server *tls.Config
		says   string
	}{
		{"a certificate of another authority", other.Server(t, partyName), "unknown authority"},
		{"a certificate of another name", ca.Server(t, "party-4.example"), "party-4.example"},
		{"TLS 1.2", old, "protocol version"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			party := kmstest.NewParty(3)
			row.server.ClientAuth = tls.NoClientCert
			address := serve(t, row.server, &kmstest.Server{Party: party})
			client := ca.Client(t, "node", partyName)
			client.MinVersion, client.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 // is overruled
			err := ask(t, dial(t, config(address, client)))
			if messages.CodeOf(err) != messages.CodePartyUnreachable ||
				!strings.Contains(err.Error(), row.says) {
				t.Errorf("got %v", err)
			}
			if len(party.Calls()) != 0 {
				t.Error("the impostor was asked")
			}
		})
	}
}

func TestRemoteIsTurnedAwayWithoutACertificateThatThePartyTrusts(t *testing.T) {
	ca, other := kmstest.NewAuthority(t), kmstest.NewAuthority(t)
	nobody := ca.Client(t, "node", partyName)
	nobody.Certificates = nil
	nobody.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &tls.Certificate{}, nil
	}
	foreign := ca.Client(t, "node", partyName)
	foreign.Certificates = other.Client(t, "node", partyName).Certificates
	for name, client := range map[string]*tls.Config{
		"no certificate": nobody, "a certificate of another authority": foreign,
	} {
		t.Run(name, func(t *testing.T) {
			party := kmstest.NewParty(3)
			address := serve(t, ca.Server(t, partyName), &kmstest.Server{Party: party})
			err := ask(t, dial(t, config(address, client)))
			if messages.CodeOf(err) != messages.CodePartyUnreachable || len(party.Calls()) != 0 {
				t.Errorf("%d calls, %v", len(party.Calls()), err)
			}
		})
	}
}

func TestRemoteRefusesAConfigurationThatProtectsNothing(t *testing.T) {
	ca := kmstest.NewAuthority(t)
	rows := []struct {
		name, field string
		spoil       func(c *remote.Config)
	}{
		{"no address", "party.endpoints", func(c *remote.Config) { c.Party.Endpoints = nil }},
		{"no name", "party.name", func(c *remote.Config) { c.Party.Name = "" }},
		{"no TLS", "tls.ca", func(c *remote.Config) { c.TLS = nil }},
		{"the system's authorities", "tls.ca", func(c *remote.Config) { c.TLS.RootCAs = nil }},
		{"no certificate", "tls.certificate", func(c *remote.Config) { c.TLS.Certificates = nil }},
		{"no verification", "tls", func(c *remote.Config) { c.TLS.InsecureSkipVerify = true }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			c := config("127.0.0.1:1", ca.Client(t, "node", partyName))
			row.spoil(&c)
			_, err := remote.Dial(c)
			var known *messages.GatewayError
			if !errors.As(err, &known) || known.Code != messages.CodeConfig || known.Field != row.field {
				t.Errorf("got %v", err)
			}
		})
	}
}

// rogue is a party that answers what it likes.
type rogue struct {
	wire.UnimplementedPartyServer
	shares   func() (*wire.SignSharesReply, error)
	outcomes func() (*wire.SignOutcomesReply, error)
}

func (r *rogue) SignShares(context.Context, *wire.SignSharesRequest) (
	*wire.SignSharesReply, error) {
	return r.shares()
}

func (r *rogue) SignOutcomes(context.Context, *wire.SignOutcomesRequest) (
	*wire.SignOutcomesReply, error) {
	return r.outcomes()
}

func TestRemoteNamesAPartyThatAnswersGarbage(t *testing.T) {
	signed := func(change func(*wire.ShareSigned)) *wire.SignSharesReply {
		request := kmstest.Request(1)
		reply := messages.ShareAnswersToWire([]messages.ShareAnswer{{Signed: &messages.ShareSigned{
			Request: request, Party: 3, Epoch: 2, Signature: make([]byte, 64),
			Shares: [][96]byte{kmstest.Share(request, 3, 0)}}}})
		change(reply.Answers[0].GetSigned())
		return reply
	}
	rows := []struct {
		name  string
		reply *wire.SignSharesReply
		err   error
		code  messages.Code
	}{
		{"nothing at all", &wire.SignSharesReply{}, nil, messages.CodePartyGarbage},
		{"an empty answer", &wire.SignSharesReply{Answers: []*wire.ShareAnswer{{}}}, nil,
			messages.CodePartyGarbage},
		{"a truncated share", signed(func(s *wire.ShareSigned) { s.Shares[0] = s.Shares[0][:95] }), nil,
			messages.CodePartyGarbage},
		{"no shares", signed(func(s *wire.ShareSigned) { s.Shares = nil }), nil,
			messages.CodePartyGarbage},
		{"too many shares", signed(func(s *wire.ShareSigned) {
			for len(s.Shares) < 17 {
				s.Shares = append(s.Shares, s.Shares[0])
			}
		}), nil, messages.CodePartyGarbage},
		{"no signature", signed(func(s *wire.ShareSigned) { s.Signature = nil }), nil,
			messages.CodePartyGarbage},
		{"no request", signed(func(s *wire.ShareSigned) { s.Request = nil }), nil,
			messages.CodePartyGarbage},
		{"party zero", signed(func(s *wire.ShareSigned) { s.Party = 0 }), nil,
			messages.CodePartyGarbage},
		{"a flood", signed(func(s *wire.ShareSigned) { s.Signature = make([]byte, 1<<20) }), nil,
			messages.CodePartyGarbage},
		{"a reason that nobody knows", &wire.SignSharesReply{Answers: []*wire.ShareAnswer{{
			Answer: &wire.ShareAnswer_Refused{Refused: &wire.ShareRefused{
				Request: messages.RequestIDToWire(kmstest.Request(1)), Party: 3, Code: "BECAUSE"}}}}},
			nil, messages.CodePartyGarbage},
		{"another service", nil, status.Error(codes.Unimplemented, "what?"), messages.CodePartyGarbage},
		{"its own failure", nil, status.Error(codes.Internal, "panic"), messages.CodePartyGarbage},
		{"that it is full", nil, status.Error(codes.ResourceExhausted, "full"),
			messages.CodeOverloaded},
		{"that the question is malformed", nil, status.Error(codes.InvalidArgument, "length"),
			messages.CodeMalformedInput},
		{"that it does not want us", nil, status.Error(codes.PermissionDenied, "no"),
			messages.CodePartyUnreachable},
	}
	ca := kmstest.NewAuthority(t)
	party := &rogue{}
	address := serve(t, ca.Server(t, partyName), party)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			party.shares = func() (*wire.SignSharesReply, error) { return row.reply, row.err }
			err := ask(t, dial(t, config(address, ca.Client(t, "node", partyName))))
			var known *messages.GatewayError
			if !errors.As(err, &known) || known.Code != row.code || known.Party != 3 {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("an attestation that is none", func(t *testing.T) {
		party.outcomes = func() (*wire.SignOutcomesReply, error) { return &wire.SignOutcomesReply{}, nil }
		client := dial(t, config(address, ca.Client(t, "node", partyName)))
		_, err := client.SignOutcomes(t.Context(), kmstest.SignOutcomes(1, 3))
		if messages.CodeOf(err) != messages.CodePartyGarbage {
			t.Errorf("got %v", err)
		}
	})
}

func TestRemoteStopsCallingAPartyThatIsAwayAndFindsItAgain(t *testing.T) {
	ca := kmstest.NewAuthority(t)
	party := kmstest.NewParty(3)
	address := serve(t, ca.Server(t, partyName), &kmstest.Server{Party: party})
	var mu sync.Mutex
	changes := make(chan string, 8)
	c := config(address, ca.Client(t, "node", partyName))
	c.Failures, c.Rest = 3, 50*time.Millisecond
	c.Publish = func(_ context.Context, fact messages.Fact) {
		mu.Lock()
		defer mu.Unlock()
		if fact.Name == messages.FactCircuitChanged && fact.Party == 3 && fact.Region == "eu-west" {
			changes <- fact.Detail
		}
	}
	client := dial(t, c)
	party.Fail(kmstest.Unreachable)
	for range 3 {
		if err := ask(t, client); messages.CodeOf(err) != messages.CodePartyUnreachable {
			t.Fatalf("got %v", err)
		}
	}
	if got := <-changes; got != "party-3 "+address+" open" {
		t.Errorf("published %q", got)
	}
	party.Fail("")
	for {
		err := ask(t, client)
		if err == nil {
			break
		}
		if messages.CodeOf(err) != messages.CodeCircuitOpen {
			t.Fatalf("while the circuit is open: %v", err)
		}
		<-time.After(5 * time.Millisecond)
	}
	if !client.Usable() || len(party.Calls()) != 4 {
		t.Errorf("usable %t, the party got %d calls", client.Usable(), len(party.Calls()))
	}
}

func TestRemoteSaysThatNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	ca := kmstest.NewAuthority(t)
	err = ask(t, dial(t, config(address, ca.Client(t, "node", partyName))))
	if messages.CodeOf(err) != messages.CodePartyUnreachable ||
		!strings.Contains(err.Error(), "party-3 (eu-west)") {
		t.Errorf("got %v", err)
	}
}
