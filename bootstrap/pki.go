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
)

const roleURI = "kmsgateway:role:"

// clockSkew is how far clocks of two machines may differ at a certificate's start.
const clockSkew = time.Minute

// Authority is the cluster's certificate authority: an Ed25519 key and its self-signed certificate.
type Authority struct {
	certificate *x509.Certificate
	key         ed25519.PrivateKey
	now         messages.Clock
}

// Identity is what a process shows its peers: its own key and certificate, and the authority that
// it believes.
type Identity struct {
	Name string
	key  ed25519.PrivateKey
	leaf tls.Certificate
	pool *x509.CertPool
	now  messages.Clock
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
	template, err := template(name, ttl, a.now())
	if err != nil {
		return nil, err
	}
	template.DNSNames = []string{name}
	template.URIs = []*url.URL{{Scheme: "urn", Opaque: roleURI + string(role)}}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{
		x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, public, a.key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate of %s: %w", name, err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	leaf := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return &Identity{Name: name, key: key, leaf: leaf, pool: pool, now: a.now}, nil
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
	return pemBlock("CERTIFICATE", i.leaf.Certificate[0]), pemBlock("PRIVATE KEY", der), nil
}

// LoadIdentity reads PEM files: the authority's certificate, and the process's own pair, whose
// key must be Ed25519.
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
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(roots) {
		return nil, messages.BadConfig("tls.ca", "no certificate in "+ca)
	}
	return &Identity{Name: leaf.Leaf.Subject.CommonName, key: private, leaf: leaf, pool: pool,
		now: now}, nil
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

// ServerTLS is mutual TLS 1.3 that admits only peers of the given role.
func (i *Identity) ServerTLS(peers Role) *tls.Config {
	return &tls.Config{
		MinVersion:       tls.VersionTLS13,
		Certificates:     []tls.Certificate{i.leaf},
		ClientAuth:       tls.RequireAndVerifyClientCert,
		ClientCAs:        i.pool,
		Time:             i.now,
		VerifyConnection: func(state tls.ConnectionState) error { return checkRole(state, peers) },
	}
}

// ClientTLS is mutual TLS 1.3 towards the peer called name in the given role.
func (i *Identity) ClientTLS(name string, role Role) *tls.Config {
	return &tls.Config{
		MinVersion:       tls.VersionTLS13,
		Certificates:     []tls.Certificate{i.leaf},
		RootCAs:          i.pool,
		ServerName:       name,
		Time:             i.now,
		VerifyConnection: func(state tls.ConnectionState) error { return checkRole(state, role) },
	}
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

// authorizeNode admits a gRPC caller whose connection was verified as a node's.
func authorizeNode(ctx context.Context) error {
	caller, ok := peer.FromContext(ctx)
	if !ok {
		return errors.New("no peer")
	}
	info, ok := caller.AuthInfo.(credentials.TLSInfo)
	if !ok {
		return errors.New("connection is not TLS")
	}
	return checkRole(info.State, RoleNode)
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
