package bootstrap

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"kmsgateway/messages"
)

// Lives of what the authority signs. A certificate is short-lived because a revocation list may
// not reach everybody: what is revoked ends by itself within a day.
const (
	authorityTTL   = 10 * 365 * 24 * time.Hour
	certificateTTL = 24 * time.Hour
)

// maxSmallFile bounds keys, certificates and records in bytes; all are a tenth of it.
const maxSmallFile = 16 << 10

// gossipKeySize is that of an AES-256 key, in bytes.
const gossipKeySize = 32

// ErrNotMember says that the cluster has no member of that name.
var ErrNotMember = errors.New("no such member")

// memberName is one DNS label: it stands in certificates, file names and flags.
var memberName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func checkMemberName(name string) error {
	if !memberName.MatchString(name) {
		return messages.MalformedField("name",
			"want 1 to 63 lower-case letters, digits and inner hyphens")
	}
	return nil
}

// trust is the folder of an authority: its key and certificate, open tokens, who has joined, what
// is revoked. Whoever holds this folder is the authority.
type trust struct {
	dir       string
	authority *Authority
	cluster   clusterFile
}

// clusterFile is what the authority knows of its cluster.
type clusterFile struct {
	Cluster string `json:"cluster"`
	Join    string `json:"join"` // host:port where the join service is reached
}

// memberFile is the record of one who joined, members/NAME.json.
type memberFile struct {
	Role   Role   `json:"role"`
	Key    string `json:"key"`    // SHA-256 of the public key's SPKI, hex
	Joined int64  `json:"joined"` // Unix seconds
}

func trustFolder(data string) string { return filepath.Join(data, "ca") }
func (t *trust) path(parts ...string) string {
	return filepath.Join(append([]string{t.dir}, parts...)...)
}
func (t *trust) tokenPath(id string) string    { return t.path("tokens", id+".json") }
func (t *trust) memberPath(name string) string { return t.path("members", name+".json") }

// openTrust reads the authority below a data folder.
func openTrust(data string, now messages.Clock) (*trust, error) {
	t := &trust{dir: trustFolder(data)}
	if !exists(t.dir) {
		return nil, messages.BadConfig("--data", "no authority in "+data+": gateway init makes one")
	}
	text, err := readBounded(t.path("cluster.json"), maxSmallFile)
	if err == nil {
		err = decodeStrict(text, &t.cluster)
	}
	if err != nil {
		return nil, badFile("--data", err)
	}
	t.authority, err = loadAuthority(t.path("ca.pem"), t.path("ca.key"), now)
	return t, err
}

// loadAuthority reads PEM files; the key must be the certificate's and private to its owner.
func loadAuthority(certificate, key string, now messages.Clock) (*Authority, error) {
	text, err := readBounded(certificate, maxSmallFile)
	if err != nil {
		return nil, badFile("ca.pem", err)
	}
	found, err := parseCertificates(text)
	if err != nil || len(found) != 1 || !found[0].IsCA {
		return nil, badFile("ca.pem", errors.Join(errors.New("want one authority's certificate"), err))
	}
	private, err := readKey(key)
	if err != nil {
		return nil, badFile("ca.key", err)
	}
	if !private.Public().(ed25519.PublicKey).Equal(found[0].PublicKey) {
		return nil, messages.BadConfig("ca.key", "is not the key of ca.pem")
	}
	return &Authority{certificate: found[0], key: private, now: now}, nil
}

// readKey reads an Ed25519 private key in PKCS #8 PEM that only its owner may read.
func readKey(path string) (ed25519.PrivateKey, error) {
	text, err := readSecret(path, maxSmallFile)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("no private key in PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("want an Ed25519 key")
	}
	return private, nil
}

func encodeKey(key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pemBlock("PRIVATE KEY", der), nil
}

// Pin names the authority by the SHA-256 of its public key: "sha256:" and 64 hex digits.
func (a *Authority) Pin() string { return pinOf(a.certificate) }

func pinOf(certificate *x509.Certificate) string {
	digest := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
	return "sha256:" + hex.EncodeToString(digest[:])
}

func keyDigest(public ed25519.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("encode public key: %w", err)
	}
	digest := sha256.Sum256(der)
	return hex.EncodeToString(digest[:]), nil
}

// InitConfig says what `gateway init` makes.
type InitConfig struct {
	Cluster string // named in the authority's certificate
	Name    string // of the first node
	Region  string // of the first node
	Data    string // folder of the first node
	Join    string // host:port where others will reach the join service
	Clock   messages.Clock
}

// Init makes a cluster: authority, gossip key, identity and starting configuration of the first
// node, and returns the configuration's path. A folder that holds an authority already is refused
// with CONFLICT and left as it is.
func Init(config InitConfig) (string, error) {
	if err := config.check(); err != nil {
		return "", err
	}
	dir := trustFolder(config.Data)
	files := memberFiles(config.Data, config.Name)
	files.CA = filepath.Join(dir, "ca.pem")
	// What a crash left of an init has a part of an authority: it may be started over.
	if exists(dir) || exists(filepath.Dir(files.Key)) && !exists(unfinished(dir)) {
		return "", messages.Refused(messages.CodeConflict, "init",
			config.Data+" belongs to a cluster already")
	}
	authority, err := NewAuthority(config.Cluster, authorityTTL, config.Clock)
	if err != nil {
		return "", err
	}
	identity, err := authority.Issue(RoleNode, config.Name, certificateTTL)
	if err != nil {
		return "", err
	}
	err = makeTrust(dir, authority, identity, clusterFile{config.Cluster, config.Join})
	if err != nil {
		return "", err
	}
	gossip := make([]byte, gossipKeySize)
	_, _ = rand.Read(gossip) // it never fails
	if err := writeIdentity(files, identity); err != nil {
		return "", err
	}
	text := []byte(hex.EncodeToString(gossip) + "\n")
	if err := replaceFile(gossipKeyPath(config.Data), text); err != nil {
		return "", err
	}
	path, err := writeStartingConfig(RoleNode, config.Name, config.Region, config.Data, config.Join,
		files, SeedSection{})
	if err != nil {
		return "", err
	}
	if err := os.Rename(unfinished(dir), dir); err != nil {
		return "", messages.StorageFailed("make authority", err)
	}
	return path, syncFolder(config.Data)
}

// writeIdentity puts a new key and certificate on disk.
func writeIdentity(files TLSSection, identity *Identity) error {
	if err := makeFolder(filepath.Dir(files.Key)); err != nil {
		return err
	}
	certificate, key, err := identity.PEM()
	if err != nil {
		return err
	}
	return errors.Join(replaceFile(files.Key, key), replaceFile(files.Certificate, certificate))
}

// unfinished is where an authority's folder is made before it is given its name.
func unfinished(dir string) string { return dir + ".part" }

func (c InitConfig) check() error {
	if c.Cluster == "" || len(c.Cluster) > 64 || strings.ContainsAny(c.Cluster, "\n\r\x00") {
		return messages.MalformedField("--cluster", "want a name of 1 to 64 bytes")
	}
	if c.Data == "" {
		return messages.MalformedField("--data", "want a folder")
	}
	return checkMemberName(c.Name)
}

// makeTrust writes the folder of a new authority, unfinished.
func makeTrust(dir string, authority *Authority, first *Identity, cluster clusterFile) error {
	part := &trust{dir: unfinished(dir), authority: authority}
	if err := os.RemoveAll(part.dir); err != nil {
		return messages.StorageFailed("make authority", err)
	}
	for _, folder := range []string{part.path("tokens"), part.path("members")} {
		if err := makeFolder(folder); err != nil {
			return err
		}
	}
	key, err := encodeKey(authority.key)
	if err != nil {
		return err
	}
	text, err := json.Marshal(cluster)
	if err != nil {
		return fmt.Errorf("encode cluster: %w", err)
	}
	who, err := holderOf(first.Leaf())
	if err != nil {
		return err
	}
	return errors.Join(replaceFile(part.path("ca.pem"), authority.Certificate()),
		replaceFile(part.path("ca.key"), key), replaceFile(part.path("cluster.json"), text),
		part.record(who, first.key.Public().(ed25519.PublicKey)))
}

// record writes down who joined with which key.
func (t *trust) record(who holder, public ed25519.PublicKey) error {
	digest, err := keyDigest(public)
	if err != nil {
		return err
	}
	text, err := json.Marshal(memberFile{Role: who.role, Key: digest, Joined: who.joined.Unix()})
	if err != nil {
		return fmt.Errorf("encode member: %w", err)
	}
	return replaceFile(t.memberPath(who.name), text)
}

// member reads the record of a name; ErrNotMember where there is none.
func (t *trust) member(name string) (memberFile, error) {
	var member memberFile
	text, err := readBounded(t.memberPath(name), maxSmallFile)
	if errors.Is(err, fs.ErrNotExist) {
		return member, fmt.Errorf("%s: %w", name, ErrNotMember)
	}
	if err == nil {
		err = decodeStrict(text, &member)
	}
	if err != nil {
		return member, messages.StorageFailed("read member "+name, err)
	}
	return member, nil
}

// revocations reads the authority's own list.
func (t *trust) revocations() (*Revocations, error) {
	return openRevocations(revocationsBeside(t.path("ca.pem")),
		[]*x509.Certificate{t.authority.certificate})
}

// Revoke voids every certificate that a member holds or will renew, and returns the sequence of
// the list that says so. ErrNotMember where nobody of that name joined.
func Revoke(data, name string, now messages.Clock) (sequence uint64, err error) {
	if err := checkMemberName(name); err != nil {
		return 0, err
	}
	t, err := openTrust(data, now)
	if err != nil {
		return 0, err
	}
	err = locked(t.dir, func() error {
		sequence, err = t.revoke(name)
		return err
	})
	return sequence, err
}

func (t *trust) revoke(name string) (uint64, error) {
	member, err := t.member(name)
	if err != nil {
		return 0, err
	}
	list, err := t.revocations()
	if err != nil {
		return 0, err
	}
	before := map[string]int64{}
	for name, at := range list.known.Load().before {
		before[name] = at
	}
	// A clock that was set back must not leave the member's own certificate out.
	before[name] = max(t.authority.now().Unix(), member.Joined)
	signed, err := t.authority.signRevocations(list.Sequence()+1, before)
	if err != nil {
		return 0, err
	}
	return list.Sequence() + 1, list.Accept(signed)
}
