package bootstrap

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"kmsgateway/messages"
)

// Role says what a certificate's holder may do; it stands in the certificate as a URI
// "urn:kmsgateway:role:<role>", so that a node's certificate can never serve as a party.
type Role string

// The roles.
const (
	RoleNode  Role = "node"
	RoleParty Role = "party"
	// RoleJoin is the join service's own: only the holder of the authority's key can show it.
	RoleJoin Role = "join"
)

// What our certificates say beyond X.509, as URIs of scheme urn: the role, and when the holder
// joined, in Unix seconds. A renewed certificate keeps the second, so that revoking a member
// reaches every certificate that descends from the one it joined with.
const (
	roleURI   = "kmsgateway:role:"
	joinedURI = "kmsgateway:joined:"
)

// clockSkew is how far clocks of two machines may differ at a certificate's start.
const clockSkew = time.Minute

// Authority is the cluster's certificate authority: an Ed25519 key and its self-signed certificate.
type Authority struct {
	certificate *x509.Certificate
	key         ed25519.PrivateKey
	now         messages.Clock
}

// Identity is what a process shows its peers: its own key and certificate, and the authority that
// it believes. The certificate changes while the process runs, the key never: evidence that a
// party signed stays its own.
type Identity struct {
	Name    string
	key     ed25519.PrivateKey
	leaf    atomic.Pointer[tls.Certificate]
	pool    *x509.CertPool
	revoked *Revocations
	now     messages.Clock
}

// NewAuthority makes a certificate authority valid for ttl. Keys always come from crypto/rand.
func NewAuthority(cluster string, ttl time.Duration, now messages.Clock) (*Authority, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority key: %w", err)
	}
	template, err := template("kmsgateway "+cluster+" authority", ttl, now())
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		return nil, fmt.Errorf("sign authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	return &Authority{certificate: certificate, key: key, now: now}, err
}

// Issue makes a key and a certificate for name in role, valid for ttl.
func (a *Authority) Issue(role Role, name string, ttl time.Duration) (*Identity, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key of %s: %w", name, err)
	}
	der, err := a.certify(public, holder{name: name, role: role, joined: a.now()}, ttl)
	if err != nil {
		return nil, err
	}
	return newIdentity(key, der, []*x509.Certificate{a.certificate}, a.now)
}

// certify signs a certificate that says what the authority knows of the holder, and nothing else.
func (a *Authority) certify(public ed25519.PublicKey, who holder, ttl time.Duration) (
	[]byte, error) {
	template, err := template(who.name, ttl, a.now())
	if err != nil {
		return nil, err
	}
	template.DNSNames = []string{who.name}
	template.URIs = []*url.URL{
		{Scheme: "urn", Opaque: roleURI + string(who.role)},
		{Scheme: "urn", Opaque: joinedURI + strconv.FormatInt(who.joined.Unix(), 10)},
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{
		x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, public, a.key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate of %s: %w", who.name, err)
	}
	return der, nil
}

// newIdentity joins a key with its certificate and the authorities to believe.
func newIdentity(key ed25519.PrivateKey, der []byte, authorities []*x509.Certificate,
	now messages.Clock) (*Identity, error) {
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parse certificate: %w", err)
	}
	identity := &Identity{Name: leaf.Subject.CommonName, key: key, pool: x509.NewCertPool(),
		revoked: newRevocations("", authorities), now: now}
	for _, authority := range authorities {
		identity.pool.AddCert(authority)
	}
	identity.show(leaf)
	return identity, nil
}

// show makes leaf what peers see from their next handshake on.
func (i *Identity) show(leaf *x509.Certificate) {
	i.leaf.Store(&tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: i.key, Leaf: leaf})
}

// Certificate renders the authority's certificate as PEM.
func (a *Authority) Certificate() []byte { return pemBlock("CERTIFICATE", a.certificate.Raw) }

func template(name string, ttl time.Duration, now time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("draw serial: %w", err)
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-clockSkew),
		NotAfter:     now.Add(ttl),
	}, nil
}

// PEM renders the identity's certificate and private key; the second is a secret.
func (i *Identity) PEM() (certificate, key []byte, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		return nil, nil, fmt.Errorf("encode key of %s: %w", i.Name, err)
	}
	return pemBlock("CERTIFICATE", i.Leaf().Raw), pemBlock("PRIVATE KEY", der), nil
}

// LoadIdentity reads PEM files: the authority's certificate, and the process's own pair, whose
// key must be Ed25519. Beside the authority's certificate lies what it has revoked.
func LoadIdentity(ca, certificate, key string, now messages.Clock) (*Identity, error) {
	leaf, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, badFile("tls.certificate", err)
	}
	private, ok := leaf.PrivateKey.(ed25519.PrivateKey)
	if !ok {
		return nil, messages.BadConfig("tls.key", "want an Ed25519 key")
	}
	roots, err := os.ReadFile(ca)
	if err != nil {
		return nil, badFile("tls.ca", err)
	}
	authorities, err := parseCertificates(roots)
	if err != nil {
		return nil, badFile("tls.ca", err)
	}
	if len(authorities) == 0 {
		return nil, messages.BadConfig("tls.ca", "no certificate in "+ca)
	}
	identity, err := newIdentity(private, leaf.Certificate[0], authorities, now)
	if err != nil {
		return nil, badFile("tls.certificate", err)
	}
	identity.revoked, err = openRevocations(revocationsBeside(ca), authorities)
	return identity, err
}

// parseCertificates reads every certificate of a PEM text.
func parseCertificates(text []byte) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		found = append(found, certificate)
	}
	return found, nil
}

// badFile names the configuration key whose file cannot be used.
func badFile(key string, cause error) error {
	bad := messages.BadConfig(key, "cannot be used")
	bad.Cause = cause
	return bad
}

// Signer returns the identity's key for signatures over evidence.
func (i *Identity) Signer() ed25519.PrivateKey { return i.key }

// Public returns the identity's public key.
func (i *Identity) Public() crypto.PublicKey { return i.key.Public() }

// Leaf returns the certificate that peers see now.
func (i *Identity) Leaf() *x509.Certificate { return i.leaf.Load().Leaf }

// Revocations returns what this process knows to be revoked.
func (i *Identity) Revocations() *Revocations { return i.revoked }

// ServerTLS is mutual TLS 1.3 that admits only peers of the given role. Tickets are off, so that
// every connection shows the certificates of its own time.
func (i *Identity) ServerTLS(peers Role) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return i.leaf.Load(), nil
		},
		ClientAuth:             tls.RequireAndVerifyClientCert,
		ClientCAs:              i.pool,
		Time:                   i.now,
		SessionTicketsDisabled: true,
		VerifyConnection:       func(state tls.ConnectionState) error { return i.Admit(state, peers) },
	}
}

// ClientTLS is mutual TLS 1.3 towards the peer called name in the given role.
func (i *Identity) ClientTLS(name string, role Role) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return i.leaf.Load(), nil
		},
		RootCAs:          i.pool,
		ServerName:       name,
		Time:             i.now,
		VerifyConnection: func(state tls.ConnectionState) error { return i.Admit(state, role) },
	}
}

// Admit judges a connection whose chain was verified: the peer holds the role and is not revoked.
// Whoever keeps a connection asks again when Revocations change.
func (i *Identity) Admit(state tls.ConnectionState, peers Role) error {
	if err := checkRole(state, peers); err != nil {
		return err
	}
	return i.revoked.Check(state.PeerCertificates[0])
}

func checkRole(state tls.ConnectionState, want Role) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("peer shows no certificate")
	}
	leaf := state.PeerCertificates[0]
	holds := slices.ContainsFunc(leaf.URIs, func(u *url.URL) bool {
		return u.Scheme == "urn" && u.Opaque == roleURI+string(want)
	})
	if !holds {
		return fmt.Errorf("certificate of %q lacks the role %s", leaf.Subject.CommonName, want)
	}
	return nil
}

// holder is whom one of our certificates is for.
type holder struct {
	name   string
	role   Role
	joined time.Time // when the first certificate of this line was given
}

// holderOf reads a certificate of ours; one that does not say all of it once is none.
func holderOf(leaf *x509.Certificate) (holder, error) {
	who := holder{name: leaf.Subject.CommonName}
	for _, uri := range leaf.URIs {
		if role, is := strings.CutPrefix(uri.Opaque, roleURI); is && who.role == "" {
			who.role = Role(role)
			continue
		}
		text, is := strings.CutPrefix(uri.Opaque, joinedURI)
		seconds, err := strconv.ParseInt(text, 10, 64)
		if !is || err != nil || !who.joined.IsZero() {
			return holder{}, fmt.Errorf("certificate of %q says %q", who.name, uri)
		}
		who.joined = time.Unix(seconds, 0)
	}
	if who.name == "" || who.role == "" || who.joined.IsZero() {
		return holder{}, fmt.Errorf("certificate of %q lacks name, role or time of joining", who.name)
	}
	return who, nil
}

// AuthorizeNode admits a gRPC caller whose connection was verified as a node's, unless it has been
// revoked since: a call on an old connection is judged by what is known now.
func (i *Identity) AuthorizeNode(ctx context.Context) error {
	state, err := connectionOf(ctx)
	if err != nil {
		return err
	}
	return i.Admit(state, RoleNode)
}

func connectionOf(ctx context.Context) (tls.ConnectionState, error) {
	caller, ok := peer.FromContext(ctx)
	if !ok {
		return tls.ConnectionState{}, errors.New("no peer")
	}
	info, ok := caller.AuthInfo.(credentials.TLSInfo)
	if !ok {
		return tls.ConnectionState{}, errors.New("connection is not TLS")
	}
	return info.State, nil
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
