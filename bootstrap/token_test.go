package bootstrap

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kmsgateway/messages"
)

func TestTokenRefused(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	used := r.invite(RoleNode)
	if _, err := Join(t.Context(), r.request("node-2", used)); err != nil {
		t.Fatal(err)
	}
	named, err := CreateToken(r.data, TokenConfig{Role: RoleNode, Name: "node-7", TTL: time.Hour,
		Clock: r.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	brief, err := CreateToken(r.data, TokenConfig{Role: RoleNode, TTL: time.Minute,
		Clock: r.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	r.clock.pass(time.Minute)
	guessed := r.invite(RoleNode)
	guessed.secret[31] ^= 1
	unknown := r.invite(RoleNode)
	unknown.id = "00000000000000aa"
	usedGuess := used
	usedGuess.secret[0] ^= 1
	for _, row := range []struct {
		name  string
		token Token
		role  Role
		says  string
	}{
		{"used twice", used, "", "used already"},
		{"expired", brief.Token, "", "expired"},
		{"wrong role", r.invite(RoleParty), RoleNode, "for role party, not node"},
		{"wrong secret", guessed, "", "unknown"},
		{"unknown id", unknown, "", "unknown"},
		{"wrong secret of a used one", usedGuess, "", "unknown"},
		{"another name", named.Token, "", "for another name than node-3"},
	} {
		t.Run(row.name, func(t *testing.T) {
			config := r.request("node-3", row.token)
			config.Role = row.role
			_, err := Join(t.Context(), config)
			wantCode(t, err, messages.CodeIdentityRefused)
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v does not say %q", err, row.says)
			}
			if exists(memberFiles(config.Data, "node-3").Certificate) {
				t.Error("a certificate was written")
			}
			facts := r.facts.of(messages.FactMemberRefused)
			if len(facts) == 0 || !strings.Contains(facts[len(facts)-1].Detail, row.says) {
				t.Errorf("the refusal was not published: %v", facts)
			}
		})
	}
}

func TestTokenSurvivesARefusal(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	token := r.invite(RoleParty)
	config := r.request("party-1", token)
	config.Role = RoleNode
	_, err := Join(t.Context(), config)
	wantCode(t, err, messages.CodeIdentityRefused)
	config.Role = RoleParty
	if _, err := Join(t.Context(), config); err != nil {
		t.Errorf("the right role is refused after the wrong one: %v", err)
	}
}

// TestTokenAdmitsOne lets several machines use one token at once.
func TestTokenAdmitsOne(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	token := r.invite(RoleNode)
	const thieves = 6
	errs := make([]error, thieves)
	var group sync.WaitGroup
	for i := range thieves {
		group.Go(func() {
			_, errs[i] = Join(t.Context(), r.request(fmt.Sprintf("node-%d", i+2), token))
		})
	}
	group.Wait()
	admitted := 0
	for _, err := range errs {
		if err == nil {
			admitted++
			continue
		}
		wantCode(t, err, messages.CodeIdentityRefused)
	}
	if admitted != 1 || len(r.facts.of(messages.FactMemberJoined)) != 1 {
		t.Errorf("%d were admitted by one token", admitted)
	}
}

func TestTokenIsNowhereAtRest(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	token := r.invite(RoleNode)
	secret := []byte(strings.TrimPrefix(token.Reveal(), token.id+"."))
	before := filesBelow(t, r.data)
	if _, err := Join(t.Context(), r.request("node-2", token)); err != nil {
		t.Fatal(err)
	}
	for _, files := range []map[string][]byte{before, filesBelow(t, r.data)} {
		for path, content := range files {
			if bytes.Contains(content, secret) || bytes.Contains(content, token.secret[:]) {
				t.Errorf("%s holds the token", path)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s is readable by others: %v %v", path, info, err)
			}
		}
	}
	for _, fact := range r.facts.facts {
		if strings.Contains(fmt.Sprint(fact), string(secret)) {
			t.Errorf("fact %s tells the token", fact.Name)
		}
	}
	for _, printed := range []string{fmt.Sprint(token), fmt.Sprintf("%+v %#v %s", token, token, token)} {
		if strings.Contains(printed, string(secret)) || !strings.Contains(printed, "REDACTED") {
			t.Errorf("a token prints as %s", printed)
		}
	}
}

func TestTokenForms(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("0a", tokenIDSize) + "." + strings.Repeat("f1", tokenSecretSize)
	token, err := ParseToken(good)
	if err != nil || token.Reveal() != good {
		t.Fatalf("%s is read as %s, %v", good, token.Reveal(), err)
	}
	for _, bad := range []string{"", ".", good + "00", good[1:], strings.ToUpper(good),
		strings.Replace(good, ".", "", 1), strings.Replace(good, "f1", "zz", 1),
		"../../x." + strings.Repeat("f1", tokenSecretSize)} {
		_, err := ParseToken(bad)
		wantCode(t, err, messages.CodeMalformedInput)
		if bad != "" && bad != "." && strings.Contains(err.Error(), bad) {
			t.Errorf("the error repeats the token: %v", err)
		}
	}
}

func TestTokenBounds(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	for name, config := range map[string]TokenConfig{
		"join service's role": {Role: RoleJoin, TTL: time.Hour},
		"no role":             {TTL: time.Hour},
		"no time":             {Role: RoleNode},
		"too long":            {Role: RoleNode, TTL: 8 * 24 * time.Hour},
		"not a name":          {Role: RoleNode, TTL: time.Hour, Name: "../node"},
	} {
		config.Clock = r.clock.now
		_, err := CreateToken(r.data, config)
		if messages.CodeOf(err) != messages.CodeMalformedInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	// As many as there may be, put there without the cost of syncing each.
	for i := range maxTokens {
		text := tell(tokenFile{Hash: hex.EncodeToString([]byte{1}), Role: RoleNode,
			Expires: r.clock.now().Add(time.Hour).Unix()})
		if err := os.WriteFile(r.service.trust.tokenPath(fmt.Sprintf("%016x", i)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := TokenConfig{Role: RoleNode, TTL: time.Hour, Clock: r.clock.now}
	_, err := CreateToken(r.data, config)
	wantCode(t, err, messages.CodeOverloaded)
	r.clock.pass(time.Hour)
	if _, err := CreateToken(r.data, config); err != nil {
		t.Errorf("expired tokens are in the way: %v", err)
	}
	r.clock.pass(tokenMemory)
	if _, err := CreateToken(r.data, config); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(r.service.trust.path("tokens")); err != nil || len(left) != 2 {
		t.Errorf("%d tokens are left, want the two new ones: %v", len(left), err)
	}
}
