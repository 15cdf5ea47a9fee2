package bootstrap

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
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

// Sizes of a token's two halves, in bytes. The secret is drawn, not chosen, so that a plain hash
// keeps it at rest.
const (
	tokenIDSize     = 8
	tokenSecretSize = 32
)

// Bounds of tokens.
const (
	maxTokenTTL = 7 * 24 * time.Hour // a token waits in mails and tickets: not for long
	maxTokens   = 1024               // not expired, used or not
	tokenMemory = 24 * time.Hour     // how long an expired one is told from an unknown one
)

// Token lets one member join once. It prints as REDACTED; Reveal tells it.
type Token struct {
	id     string
	secret [tokenSecretSize]byte
}

// String hides the secret.
func (t Token) String() string { return t.id + ".REDACTED" }

// GoString hides the secret.
func (t Token) GoString() string { return t.String() }

// Reveal renders "id.secret" in hex, for the person who carries it to the joining machine.
func (t Token) Reveal() string { return t.id + "." + hex.EncodeToString(t.secret[:]) }

// ParseToken reads "id.secret"; the error never repeats what was read.
func ParseToken(text string) (Token, error) {
	var token Token
	id, secret, _ := strings.Cut(text, ".")
	rawID, errID := hex.DecodeString(id)
	raw, errSecret := hex.DecodeString(secret)
	if errID != nil || errSecret != nil || len(rawID) != tokenIDSize || len(raw) != tokenSecretSize ||
		strings.ToLower(text) != text {
		return token, messages.MalformedField("token", fmt.Sprintf(
			"want %d and %d lower-case hex digits with a dot between", 2*tokenIDSize, 2*tokenSecretSize))
	}
	token.id = id
	copy(token.secret[:], raw)
	return token, nil
}

// tokenFile is a token at rest, tokens/ID.json: whoever reads it cannot join.
type tokenFile struct {
	Hash    string `json:"hash"` // SHA-256 of the secret, hex
	Role    Role   `json:"role"`
	Name    string `json:"name,omitempty"` // whom alone it admits; "" admits any new name
	Expires int64  `json:"expires"`        // Unix seconds
	Used    bool   `json:"used"`
}

// TokenConfig says whom a token admits.
type TokenConfig struct {
	Role  Role
	Name  string        // "" admits any name that is not taken
	TTL   time.Duration // until it expires unused
	Clock messages.Clock
}

// Invitation is a token with what its bearer must know to use it.
type Invitation struct {
	Token   Token
	Role    Role
	Name    string // "" where the bearer chooses
	Pin     string // of the authority
	Join    string // address of the join service
	Expires time.Time
}

// CreateToken makes a token in the authority below data, and forgets the long expired ones.
func CreateToken(data string, config TokenConfig) (Invitation, error) {
	if config.Role != RoleNode && config.Role != RoleParty {
		return Invitation{}, messages.MalformedField("--role", "want node or party")
	}
	if config.TTL < time.Second || config.TTL > maxTokenTTL {
		return Invitation{}, messages.MalformedField("--ttl", "want 1s to "+maxTokenTTL.String())
	}
	if config.Name != "" {
		if err := checkMemberName(config.Name); err != nil {
			return Invitation{}, err
		}
	}
	t, err := openTrust(data, config.Clock)
	if err != nil {
		return Invitation{}, err
	}
	var id [tokenIDSize]byte
	var token Token
	_, _ = rand.Read(id[:]) // it never fails
	_, _ = rand.Read(token.secret[:])
	token.id = hex.EncodeToString(id[:])
	expires := config.Clock().Add(config.TTL)
	err = locked(t.dir, func() error {
		if err := t.forgetTokens(); err != nil {
			return err
		}
		return t.keepToken(token.id, tokenFile{Hash: hashSecret(token.secret), Role: config.Role,
			Name: config.Name, Expires: expires.Unix()})
	})
	return Invitation{Token: token, Role: config.Role, Name: config.Name,
		Pin: t.authority.Pin(), Join: t.cluster.Join, Expires: expires}, err
}

func hashSecret(secret [tokenSecretSize]byte) string {
	digest := sha256.Sum256(secret[:])
	return hex.EncodeToString(digest[:])
}

func (t *trust) keepToken(id string, token tokenFile) error {
	text, err := json.Marshal(token)
	if err != nil {
		return fmt.Errorf("encode token: %w", err)
	}
	return replaceFile(t.tokenPath(id), text)
}

// forgetTokens removes what has expired long ago, and refuses where too many are left.
func (t *trust) forgetTokens() error {
	entries, err := os.ReadDir(t.path("tokens"))
	if err != nil {
		return messages.StorageFailed("list tokens", err)
	}
	left := 0
	for _, entry := range entries {
		id, isToken := strings.CutSuffix(entry.Name(), ".json")
		if !isToken || entry.Name() != filepath.Base(t.tokenPath(id)) {
			continue
		}
		token, err := t.token(id)
		expired := t.authority.now().Sub(time.Unix(token.Expires, 0))
		if err == nil && expired < tokenMemory {
			if expired < 0 {
				left++
			}
			continue
		}
		if err := os.Remove(t.tokenPath(id)); err != nil {
			return messages.StorageFailed("forget token", err)
		}
	}
	if left >= maxTokens {
		return messages.Refused(messages.CodeOverloaded, "create token",
			fmt.Sprintf("%d have not expired yet", left))
	}
	return nil
}

func (t *trust) token(id string) (tokenFile, error) {
	var token tokenFile
	text, err := readBounded(t.tokenPath(id), maxSmallFile)
	if err == nil {
		err = decodeStrict(text, &token)
	}
	return token, err
}

// checkToken finds what a token admits to. One whose secret is wrong learns nothing else: not
// whether the id exists, has expired or was used.
func (t *trust) checkToken(token Token) (tokenFile, error) {
	kept, err := t.token(token.id)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tokenFile{}, messages.StorageFailed("read token", err)
	}
	// The hash of an id that does not exist is "", which no secret has.
	if subtle.ConstantTimeCompare([]byte(hashSecret(token.secret)), []byte(kept.Hash)) != 1 {
		return tokenFile{}, refusedToken("unknown")
	}
	if kept.Used {
		return tokenFile{}, refusedToken("used already")
	}
	if t.authority.now().Unix() >= kept.Expires {
		return tokenFile{}, refusedToken("expired")
	}
	return kept, nil
}

// spendToken makes the token useless, durably, before anything is given for it.
func (t *trust) spendToken(id string, kept tokenFile) error {
	kept.Used = true
	return t.keepToken(id, kept)
}

func refusedToken(why string) error {
	return messages.IdentityRefused("check token", "the token is "+why)
}
