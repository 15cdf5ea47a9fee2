package bootstrap

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"kmsgateway/messages"
)

// The words of renewal.
type (
	renewRequest struct {
		Request []byte `json:"request"` // PKCS #10, DER, by the key of the certificate shown
	}
	renewReply struct {
		Certificate []byte `json:"certificate,omitempty"` // DER
		Revocations []byte `json:"revocations,omitempty"` // as signed; absent before the first
	}
)

// renewalDue is when two thirds of a certificate's life are over: a third is left to mend what
// hinders.
func renewalDue(leaf *x509.Certificate) time.Time {
	begin := leaf.NotBefore.Add(clockSkew)
	return begin.Add(leaf.NotAfter.Sub(begin) * 2 / 3)
}

// renew certifies a member's key anew. The member proves itself by the certificate it shows; what
// it is stays as it was admitted.
func (s *JoinService) renew(r *http.Request, body []byte) (any, error) {
	leaf, err := memberOf(r)
	if err != nil {
		return nil, err
	}
	var words renewRequest
	if err := decodeStrict(body, &words); err != nil {
		return nil, malformedWords(err)
	}
	name, public, err := checkRequest(words.Request)
	if err != nil {
		return nil, err
	}
	who, err := holderOf(leaf)
	if err != nil {
		return nil, messages.IdentityRefused("renew", err.Error())
	}
	if name != who.name || !public.Equal(leaf.PublicKey) {
		return nil, messages.IdentityRefused("renew", "the request is not by the holder of what is shown")
	}
	reply := renewReply{}
	err = locked(s.trust.dir, func() error {
		if err := s.stillMember(who, leaf, public); err != nil {
			return err
		}
		reply.Certificate, err = s.trust.authority.certify(public, who, s.config.TTL)
		return err
	})
	if err != nil {
		return nil, err
	}
	reply.Revocations = s.revoked.Signed()
	s.config.Publish(r.Context(), messages.Fact{Name: messages.FactCertificateRenewed,
		Room: messages.RoomTrust, At: s.config.Clock(), Detail: string(who.role) + " " + who.name})
	return reply, nil
}

// stillMember compares a holder with the record, and with what is revoked at this very moment: the
// connection may be older.
func (s *JoinService) stillMember(who holder, leaf *x509.Certificate,
	public ed25519.PublicKey) error {
	if err := s.known().Check(leaf); err != nil {
		return err
	}
	member, err := s.trust.member(who.name)
	if errors.Is(err, ErrNotMember) {
		return messages.IdentityRefused("renew", who.name+" never joined here")
	}
	if err != nil {
		return err
	}
	digest, err := keyDigest(public)
	if err != nil {
		return err
	}
	if member.Key != digest || member.Role != who.role {
		return messages.IdentityRefused("renew", who.name+" is somebody else now")
	}
	return nil
}

// Renewal keeps the certificate of a running process fresh, and its list of revocations.
type Renewal struct {
	config RenewalConfig
	cancel context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	fault error // guarded by mu: of the last attempt; nil when it went well
}

// RenewalConfig says whose certificate is renewed and by whom.
type RenewalConfig struct {
	Identity  *Identity
	Files     TLSSection       // where the identity was loaded from
	Addresses func() []string  // of join services, host:port, asked in this order
	Tick      <-chan time.Time // when to look; about every minute, with jitter
	Publish   messages.Publish
	Clock     messages.Clock
}

// StartRenewal looks at every tick: it asks what is revoked and, when two thirds of the
// certificate's life are over, has it renewed, on disk and for the next handshake. Connections that
// stand are left alone. What fails is tried again at the next tick.
func StartRenewal(config RenewalConfig) *Renewal {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Renewal{config: config, cancel: cancel, done: make(chan struct{})}
	go r.run(ctx)
	return r
}

// Stop ends it, after what is under way.
func (r *Renewal) Stop() {
	r.cancel()
	<-r.done
}

// Health is degraded when renewal is due and fails, down when the certificate has expired.
func (r *Renewal) Health() messages.Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	leaf := r.config.Identity.Leaf()
	now := r.config.Clock()
	health := messages.Health{Room: messages.RoomTrust, Grade: messages.Healthy,
		Detail: "certificate until " + leaf.NotAfter.UTC().Format(time.RFC3339)}
	switch {
	case now.After(leaf.NotAfter):
		health.Grade = messages.Down
		health.Detail = "certificate expired: join again with a fresh token"
	case r.fault != nil && !now.Before(renewalDue(leaf)):
		health.Grade = messages.Degraded
		health.Detail += ", not renewed: " + r.fault.Error()
	}
	return health
}

func (r *Renewal) run(ctx context.Context) {
	defer close(r.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.config.Tick:
			err := r.Look(ctx)
			r.mu.Lock()
			r.fault = err
			r.mu.Unlock()
		}
	}
}

// Look does once what every tick does; it returns why the first join services did not do it, unless
// a later one did.
func (r *Renewal) Look(ctx context.Context) error {
	var failed error
	for _, address := range r.config.Addresses() {
		err := r.ask(ctx, address)
		if err == nil {
			return nil
		}
		failed = errors.Join(failed, fmt.Errorf("%s: %w", address, err))
	}
	return failed
}

func (r *Renewal) ask(ctx context.Context, address string) error {
	identity := r.config.Identity
	client := newTrustClient(address, identity.ClientTLS(joinServerName, RoleJoin))
	defer client.close()
	var reply renewReply
	if r.config.Clock().Before(renewalDue(identity.Leaf())) {
		if err := client.get(ctx, "/v1/revocations", &reply); err != nil {
			return err
		}
		return r.heed(ctx, reply.Revocations)
	}
	request, err := certificateRequest(identity.Name, identity.key)
	if err != nil {
		return err
	}
	if err := client.post(ctx, "/v1/renew", renewRequest{Request: request}, &reply); err != nil {
		return err
	}
	if err := r.adopt(reply.Certificate); err != nil {
		return err
	}
	r.config.Publish(ctx, messages.Fact{Name: messages.FactCertificateRenewed,
		Room: messages.RoomTrust, At: r.config.Clock(), Detail: identity.Name})
	return r.heed(ctx, reply.Revocations)
}

// adopt shows a renewed certificate from the next handshake on; the disk has it first.
func (r *Renewal) adopt(der []byte) error {
	identity := r.config.Identity
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return messages.MalformedField("certificate", err.Error())
	}
	is, err := identity.vouched(leaf)
	if err != nil {
		return err
	}
	was, err := holderOf(identity.Leaf())
	if err != nil || is.name != was.name || is.role != was.role || !is.joined.Equal(was.joined) {
		return messages.IdentityRefused("renew", "the certificate is for somebody else")
	}
	if err := replaceFile(r.config.Files.Certificate, pemBlock("CERTIFICATE", der)); err != nil {
		return err
	}
	identity.show(leaf)
	return nil
}

// heed takes over what is revoked. A service that is behind what is known here is no fault: it
// learns from others.
func (r *Renewal) heed(ctx context.Context, signed []byte) error {
	if len(signed) == 0 {
		return nil
	}
	list := r.config.Identity.revoked
	was := list.Sequence()
	err := list.Accept(signed)
	if messages.CodeOf(err) == messages.CodeConflict {
		err = nil
	}
	tellRevocations(ctx, r.config.Publish, r.config.Clock, list, was, err)
	return err
}
