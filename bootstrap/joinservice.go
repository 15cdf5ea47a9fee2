package bootstrap

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kmsgateway/messages"
)

// joinServerName is whom the join service's certificate names; no member has its role.
const joinServerName = "join"

// Bounds of the join service: everything that a stranger can make it hold or do.
const (
	maxTrustWords   = 16 << 10         // of a request, in bytes
	maxTrustHeader  = 8 << 10          // of its head, in bytes
	maxTrustConns   = 256              // at once
	trustReadTime   = 10 * time.Second // for a request, handshake included
	trustWriteTime  = 10 * time.Second // for its answer
	trustIdleTime   = time.Minute      // between two of one connection
	rateBurst       = 64               // requests of one address at once: a whole machine joins
	ratePerSecond   = 8.0              // and from then on
	maxRateSubjects = 4096             // addresses remembered
)

// JoinServiceConfig says where to admit members.
type JoinServiceConfig struct {
	Listen  string        // host:port
	Data    string        // folder whose authority is served
	TTL     time.Duration // of certificates; 0 is 24 h
	Seed    SeedSection   // whom new nodes ask for a seat; zero where nodes are by themselves
	Publish messages.Publish
	Clock   messages.Clock
}

// JoinService admits members by token, renews their certificates, and tells them what is revoked.
type JoinService struct {
	config   JoinServiceConfig
	trust    *trust
	revoked  *Revocations
	pool     *x509.CertPool
	rate     rateLimit
	server   *http.Server
	listener net.Listener
	served   chan struct{} // closed when the server has ended
	conns    atomic.Int64

	mu   sync.Mutex
	leaf *tls.Certificate // guarded by mu: the service's own, made anew when it ages
}

// StartJoinService serves the authority below config.Data until Stop.
func StartJoinService(config JoinServiceConfig) (*JoinService, error) {
	if config.TTL == 0 {
		config.TTL = certificateTTL
	}
	t, err := openTrust(config.Data, config.Clock)
	if err != nil {
		return nil, err
	}
	s := &JoinService{config: config, trust: t, pool: x509.NewCertPool(),
		rate: rateLimit{now: config.Clock}, served: make(chan struct{})}
	s.pool.AddCert(t.authority.certificate)
	if s.revoked, err = t.revocations(); err != nil {
		return nil, err
	}
	if s.listener, err = net.Listen("tcp", config.Listen); err != nil {
		return nil, fmt.Errorf("listen for members: %w", err)
	}
	s.server = &http.Server{Handler: s.routes(), ReadTimeout: trustReadTime,
		WriteTimeout: trustWriteTime, IdleTimeout: trustIdleTime, MaxHeaderBytes: maxTrustHeader,
		ConnState: s.count,
		// Strangers' broken handshakes are no news; what is refused afterwards is published.
		ErrorLog: log.New(io.Discard, "", 0)}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(tls.NewListener(s.listener, s.tls())) // it ends by Stop
	}()
	return s, nil
}

// Addr is where members reach the service.
func (s *JoinService) Addr() string { return s.listener.Addr().String() }

// Health says where members are admitted.
func (s *JoinService) Health() messages.Health {
	return messages.Health{Room: messages.RoomTrust, Grade: messages.Healthy,
		Detail: "admits members at " + s.Addr()}
}

// Stop finishes what is under way, within ctx.
func (s *JoinService) Stop(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.server.Close())
	}
	<-s.served
	return err
}

// count closes connections above the bound before they cost a handshake.
func (s *JoinService) count(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if s.conns.Add(1) > maxTrustConns {
			_ = conn.Close() // a stranger's: nothing is lost
		}
	case http.StateClosed, http.StateHijacked:
		s.conns.Add(-1)
	}
}

// tls asks for a certificate without insisting: who joins has none yet, who renews must show one.
func (s *JoinService) tls() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return s.certificate()
		},
		ClientAuth:             tls.VerifyClientCertIfGiven,
		ClientCAs:              s.pool,
		Time:                   s.config.Clock,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 {
				return nil
			}
			return s.known().Check(state.PeerCertificates[0])
		},
	}
}

// known is the list as the command line may have left it a moment ago.
func (s *JoinService) known() *Revocations {
	was := s.revoked.Sequence()
	err := s.revoked.Reload()
	tellRevocations(context.Background(), s.config.Publish, s.config.Clock, s.revoked, was, err)
	return s.revoked
}

// certificate returns the service's own, which lives in memory only.
func (s *JoinService) certificate() (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Clock()
	if s.leaf != nil && now.Before(renewalDue(s.leaf.Leaf)) && !now.Before(s.leaf.Leaf.NotBefore) {
		return s.leaf, nil
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	authority := s.trust.authority
	der, err := authority.certify(public, holder{joinServerName, RoleJoin, now}, s.config.TTL)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parse certificate: %w", err)
	}
	s.leaf = &tls.Certificate{Certificate: [][]byte{der, authority.certificate.Raw},
		PrivateKey: key, Leaf: leaf}
	return s.leaf, nil
}

func (s *JoinService) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/join", s.answer(s.join))
	mux.HandleFunc("POST /v1/renew", s.answer(s.renew))
	mux.HandleFunc("GET /v1/revocations", s.answer(s.tellRevoked))
	return mux
}

// answer bounds, limits and refuses for every route; how returns the words to send.
func (s *JoinService) answer(how func(*http.Request, []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		words, err := s.hear(how, w, r)
		if err != nil {
			s.config.Publish(r.Context(), messages.Fact{Name: messages.FactMemberRefused,
				Room: messages.RoomTrust, At: s.config.Clock(), Code: messages.CodeOf(err),
				Detail: r.URL.Path + ": " + err.Error()})
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(tell(words)) // a caller who is gone asks again
	}
}

func (s *JoinService) hear(how func(*http.Request, []byte) (any, error), w http.ResponseWriter,
	r *http.Request) (any, error) {
	if !s.rate.allow(r.RemoteAddr) {
		return nil, messages.Refused(messages.CodeOverloaded, "answer", "too many requests")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxTrustWords))
	if err != nil {
		return nil, messages.MalformedField("body", fmt.Sprintf("want at most %d bytes", maxTrustWords))
	}
	return how(r, body)
}

// join admits a member whose token and certificate request hold.
func (s *JoinService) join(r *http.Request, body []byte) (any, error) {
	var words joinRequest
	if err := decodeStrict(body, &words); err != nil {
		return nil, malformedWords(err)
	}
	token, err := ParseToken(words.Token)
	if err != nil {
		return nil, err
	}
	name, public, err := checkRequest(words.Request)
	if err != nil {
		return nil, err
	}
	var reply joinReply
	var who holder
	err = locked(s.trust.dir, func() error {
		who, err = s.admit(token, words.Role, name, public)
		if err != nil {
			return err
		}
		reply.Certificate, err = s.trust.authority.certify(public, who, s.config.TTL)
		return err
	})
	if err != nil {
		return nil, err
	}
	reply.Revocations = s.known().Signed()
	if who.role == RoleNode {
		key, err := readSecret(gossipKeyPath(s.config.Data), maxSmallFile)
		if err != nil {
			return nil, messages.StorageFailed("read gossip key", err)
		}
		reply.GossipKey, _, _ = strings.Cut(strings.TrimSpace(string(key)), "\n") // in use now
		reply.SeedName, reply.SeedAddress = s.config.Seed.Name, s.config.Seed.Address
	}
	s.config.Publish(r.Context(), messages.Fact{Name: messages.FactMemberJoined,
		Room: messages.RoomTrust, At: s.config.Clock(), Detail: string(who.role) + " " + name})
	return reply, nil
}

// admit spends the token for a place in the cluster. The token survives every refusal: it is the
// operator's to correct the name.
func (s *JoinService) admit(token Token, wanted Role, name string, public ed25519.PublicKey) (
	holder, error) {
	kept, err := s.trust.checkToken(token)
	if err != nil {
		return holder{}, err
	}
	if wanted != "" && wanted != kept.Role {
		return holder{}, refusedToken(fmt.Sprintf("for role %s, not %s", kept.Role, wanted))
	}
	if kept.Name != "" && kept.Name != name {
		return holder{}, refusedToken("for another name than " + name)
	}
	who := holder{name: name, role: kept.Role}
	if who.joined, err = s.placeFor(who, public); err != nil {
		return holder{}, err
	}
	if err := s.trust.spendToken(token.id, kept); err != nil {
		return holder{}, err
	}
	return who, s.trust.record(who, public)
}

// placeFor tells since when the holder is a member. A name belongs to one key until it is revoked;
// then another key may have it, never the revoked one.
func (s *JoinService) placeFor(who holder, public ed25519.PublicKey) (time.Time, error) {
	digest, err := keyDigest(public)
	if err != nil {
		return time.Time{}, err
	}
	now := s.config.Clock()
	member, err := s.trust.member(who.name)
	if errors.Is(err, ErrNotMember) {
		return now, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	before, listed := s.known().known.Load().before[who.name]
	revoked := listed && member.Joined <= before
	switch {
	case revoked && member.Key == digest:
		return time.Time{}, messages.IdentityRefused("join", "the key of "+who.name+
			" was revoked: remove it, so that another is made")
	case revoked:
		return time.Unix(max(now.Unix(), before+1), 0), nil
	case member.Key != digest || member.Role != who.role:
		return time.Time{}, messages.Refused(messages.CodeConflict, "join",
			who.name+" is a member already, as "+string(member.Role)+": revoke it, or take another name")
	}
	return time.Unix(member.Joined, 0), nil
}

// tellRevoked gives the list to any member.
func (s *JoinService) tellRevoked(r *http.Request, _ []byte) (any, error) {
	if _, err := memberOf(r); err != nil {
		return nil, err
	}
	return renewReply{Revocations: s.known().Signed()}, nil
}

// memberOf returns the certificate of a caller whom the handshake has verified.
func memberOf(r *http.Request) (*x509.Certificate, error) {
	if len(r.TLS.PeerCertificates) == 0 {
		return nil, messages.IdentityRefused("answer", "only members are told: show a certificate")
	}
	if checkRole(*r.TLS, RoleNode) != nil && checkRole(*r.TLS, RoleParty) != nil {
		return nil, messages.IdentityRefused("answer", "only nodes and parties are told")
	}
	return r.TLS.PeerCertificates[0], nil
}

// rateLimit gives each address a bucket of requests that fills again with time.
type rateLimit struct {
	now     messages.Clock
	mu      sync.Mutex
	buckets map[netip.Prefix]bucket // guarded by mu
	swept   time.Time               // guarded by mu: when full buckets were last dropped
}

type bucket struct {
	left float64
	at   time.Time
}

// allow takes one request from the bucket of the caller's address; in IPv6 of its /64, which one
// person has whole.
func (l *rateLimit) allow(remote string) bool {
	address, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	bits := 32
	if address.Addr().Unmap().Is6() {
		bits = 64
	}
	subject, err := address.Addr().Unmap().WithZone("").Prefix(bits)
	if err != nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.buckets == nil {
		l.buckets = make(map[netip.Prefix]bucket)
	}
	was, known := l.buckets[subject]
	if !known && len(l.buckets) >= maxRateSubjects && now.Sub(l.swept) >= time.Second {
		l.forget(now)
		l.swept = now
	}
	if !known && len(l.buckets) >= maxRateSubjects {
		return false
	}
	left := float64(rateBurst)
	if known {
		left = was.filled(now)
	}
	if left < 1 {
		return false
	}
	l.buckets[subject] = bucket{left: left - 1, at: now}
	return true
}

func (b bucket) filled(now time.Time) float64 {
	return min(rateBurst, b.left+max(0, now.Sub(b.at).Seconds())*ratePerSecond)
}

// forget drops the buckets that are full again: they say nothing.
func (l *rateLimit) forget(now time.Time) {
	for subject, bucket := range l.buckets {
		if bucket.filled(now) >= rateBurst {
			delete(l.buckets, subject)
		}
	}
}

// private codes are told by name only: what lies beneath is the operator's to read.
func private(code messages.Code) bool {
	return slices.Contains([]messages.Code{messages.CodeInternal, messages.CodeStorage,
		messages.CodeConfig}, code)
}
