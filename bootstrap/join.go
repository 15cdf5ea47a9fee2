package bootstrap

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kmsgateway/messages"
)

// The words between a joining member and the join service, JSON over TLS 1.3.
type (
	joinRequest struct {
		Token   string `json:"token"`
		Role    Role   `json:"role,omitempty"` // "" takes the token's
		Request []byte `json:"request"`        // PKCS #10, DER
	}
	joinReply struct {
		Certificate []byte `json:"certificate"`           // DER
		Revocations []byte `json:"revocations,omitempty"` // as signed; absent before the first
		GossipKey   string `json:"gossip_key,omitempty"`  // hex; for nodes only
		SeedName    string `json:"seed_name,omitempty"`   // a node of the cluster; for nodes only
		SeedAddress string `json:"seed_address,omitempty"`
	}
)

// joinTimeout bounds a call to the join service as a whole.
const joinTimeout = 15 * time.Second

// JoinConfig says how to become a member.
type JoinConfig struct {
	Address string // host:port of the join service
	Token   Token
	Pin     string // of the authority, "sha256:" and 64 hex digits
	Name    string // whom the certificate will name
	Role    Role   // refuses a token of another role; "" takes the token's
	Region  string // for the starting configuration; "" leaves the example's
	Data    string // folder of the member
	Clock   messages.Clock
}

// Joined is what a new member has.
type Joined struct {
	Role   Role
	Config string // path of the starting configuration
	Files  TLSSection
}

// Join makes a key that never leaves this machine, has it certified by the authority that the pin
// names, and writes identity and starting configuration. A key that is there already is used
// again, so that joining can be repeated with a fresh token when an answer was lost. Refusals of
// the service come as they are: IDENTITY_REFUSED for the token, CONFLICT for a name that is taken.
func Join(ctx context.Context, config JoinConfig) (Joined, error) {
	if err := checkMemberName(config.Name); err != nil {
		return Joined{}, err
	}
	if exists(trustFolder(config.Data)) {
		return Joined{}, messages.Refused(messages.CodeConflict, "join",
			config.Data+" holds an authority: its node has joined already")
	}
	files := memberFiles(config.Data, config.Name)
	if err := makeFolder(filepath.Dir(files.Key)); err != nil {
		return Joined{}, err
	}
	key, err := ownKey(files.Key)
	if err != nil {
		return Joined{}, err
	}
	request, err := certificateRequest(config.Name, key)
	if err != nil {
		return Joined{}, err
	}
	pinned, err := newPinned(config.Pin, config.Clock)
	if err != nil {
		return Joined{}, err
	}
	var reply joinReply
	client := newTrustClient(config.Address, pinned.tls())
	defer client.close()
	err = client.post(ctx, "/v1/join", joinRequest{Token: config.Token.Reveal(), Role: config.Role,
		Request: request}, &reply)
	if err != nil {
		return Joined{}, err
	}
	role, err := acceptMembership(config, files, key, pinned.authority, reply)
	if err != nil {
		return Joined{}, err
	}
	path, err := writeStartingConfig(role, config.Name, config.Region, config.Data, config.Address,
		files, SeedSection{Name: reply.SeedName, Address: reply.SeedAddress})
	return Joined{Role: role, Config: path, Files: files}, err
}

// acceptMembership checks what the service gave against what was asked, and writes it down.
func acceptMembership(config JoinConfig, files TLSSection, key ed25519.PrivateKey,
	authority *x509.Certificate, reply joinReply) (Role, error) {
	identity, err := newIdentity(key, reply.Certificate, []*x509.Certificate{authority}, config.Clock)
	if err != nil {
		return "", messages.MalformedField("certificate", err.Error())
	}
	who, err := identity.vouched(identity.Leaf())
	if err != nil {
		return "", err
	}
	wanted := who.role == config.Role || config.Role == "" && who.role != RoleJoin
	if who.name != config.Name || !wanted {
		return "", messages.IdentityRefused("join", fmt.Sprintf(
			"the certificate names %s %s", who.role, who.name))
	}
	if err := keepRevocations(files, authority, reply.Revocations); err != nil {
		return "", err
	}
	if reply.GossipKey != "" {
		raw, err := hex.DecodeString(reply.GossipKey)
		if err != nil || len(raw) != gossipKeySize {
			return "", messages.MalformedField("gossip_key", "want 32 bytes in hex")
		}
		err = replaceFile(gossipKeyPath(config.Data), []byte(reply.GossipKey+"\n"))
		if err != nil {
			return "", err
		}
	}
	return who.role, errors.Join(
		replaceFile(files.CA, pemBlock("CERTIFICATE", authority.Raw)),
		replaceFile(files.Certificate, pemBlock("CERTIFICATE", reply.Certificate)))
}

// keepRevocations takes over the list that came with the certificate. What an earlier membership
// under the same authority left stands, if it is newer; another authority's is gone with it.
func keepRevocations(files TLSSection, authority *x509.Certificate, signed []byte) error {
	path := revocationsBeside(files.CA)
	list, err := openRevocations(path, []*x509.Certificate{authority})
	if messages.CodeOf(err) == messages.CodeIdentityRefused {
		err = os.Remove(path)
	}
	if err != nil {
		return messages.StorageFailed("read old revocation list", err)
	}
	if len(signed) == 0 {
		return nil
	}
	if err := list.Accept(signed); messages.CodeOf(err) != messages.CodeConflict {
		return err
	}
	return nil
}

// vouched tells whom a certificate of this identity's key is for, if the authority signed it.
func (i *Identity) vouched(leaf *x509.Certificate) (holder, error) {
	if !i.key.Public().(ed25519.PublicKey).Equal(leaf.PublicKey) {
		return holder{}, messages.IdentityRefused("check certificate", "it is for another key")
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: i.pool, CurrentTime: i.now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return holder{}, messages.IdentityRefused("check certificate", err.Error())
	}
	who, err := holderOf(leaf)
	if err != nil {
		return holder{}, messages.IdentityRefused("check certificate", err.Error())
	}
	return who, nil
}

// ownKey reads the member's key, making it where there is none.
func ownKey(path string) (ed25519.PrivateKey, error) {
	key, err := readKey(path)
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, badFile(filepath.Base(path), err)
	}
	if _, key, err = ed25519.GenerateKey(rand.Reader); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	text, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	return key, replaceFile(path, text)
}

// certificateRequest asks for a certificate in the name alone: all else is the authority's to say.
func certificateRequest(name string, key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}}, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	return der, nil
}

// checkRequest reads a certificate request: signed by its own Ed25519 key, and asking for one name
// and nothing else.
func checkRequest(der []byte) (name string, public ed25519.PublicKey, err error) {
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return "", nil, messages.MalformedField("request", err.Error())
	}
	if err := request.CheckSignature(); err != nil {
		return "", nil, messages.MalformedField("request", "its signature does not hold")
	}
	public, ok := request.PublicKey.(ed25519.PublicKey)
	if !ok {
		return "", nil, messages.MalformedField("request", "want an Ed25519 key")
	}
	name = request.Subject.CommonName
	if err := checkMemberName(name); err != nil {
		return "", nil, err
	}
	// One extension can only be the name's own, so that an authority bit has no place to hide.
	alone := len(request.Subject.Names) == 1 && len(request.Extensions) == 1 &&
		len(request.DNSNames) == 1 && request.DNSNames[0] == name &&
		len(request.URIs)+len(request.IPAddresses)+len(request.EmailAddresses) == 0
	if !alone {
		return "", nil, messages.MalformedField("request", "asks for more than one name")
	}
	return name, public, nil
}

// pinned believes one authority, known by its pin alone, and learns its certificate on the way.
type pinned struct {
	pin       string
	now       messages.Clock
	authority *x509.Certificate // set by a handshake that was accepted
}

func newPinned(pin string, now messages.Clock) (*pinned, error) {
	digest, is := strings.CutPrefix(pin, "sha256:")
	raw, err := hex.DecodeString(digest)
	if !is || err != nil || len(raw) != 32 || strings.ToLower(digest) != digest {
		return nil, messages.MalformedField("--ca-pin", "want sha256: and 64 lower-case hex digits")
	}
	return &pinned{pin: pin, now: now}, nil
}

// tls is TLS 1.3 towards the holder of the pinned authority's key.
func (p *pinned) tls() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		ServerName: joinServerName,
		Time:       p.now,
		// The usual roots know no authority of ours; verify does all that is skipped, and the pin.
		InsecureSkipVerify: true,
		VerifyConnection:   p.verify,
	}
}

func (p *pinned) verify(state tls.ConnectionState) error {
	shown := state.PeerCertificates
	if len(shown) != 2 || pinOf(shown[1]) != p.pin {
		return messages.IdentityRefused("call join service",
			"it does not show the authority that the pin names")
	}
	roots := x509.NewCertPool()
	roots.AddCert(shown[1])
	_, err := shown[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: p.now(),
		DNSName: joinServerName, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	if err == nil {
		err = checkRole(state, RoleJoin)
	}
	if err != nil {
		return messages.IdentityRefused("call join service", err.Error())
	}
	p.authority = shown[1]
	return nil
}

// tell renders words as JSON; they hold strings and bytes only and cannot fail.
func tell(words any) []byte {
	text, err := json.Marshal(words)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", words, err))
	}
	return text
}
