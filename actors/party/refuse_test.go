package party_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"kmsgateway/actors/party"
	"kmsgateway/actors/party/vault"
	"kmsgateway/crypto/bls"
	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

// Every field of both questions, given a form that it must not have.
func TestPartyRefusesMalformedWire(t *testing.T) {
	w := newWorld(t)
	inputs := []sealed{w.seal(app, "one", nil)}
	ask := w.request(1, inputs...)
	shares := messages.SignSharesToWire([]messages.SignShare{ask})
	outcomes := &wire.SignOutcomesRequest{Request: messages.SignOutcomesToWire(
		w.outcomes(ask, inputs, messages.StatusOpened))}

	type bendShares func(*wire.SignShare)
	for field, bend := range map[string]bendShares{
		"request":   func(a *wire.SignShare) { a.Request = nil },
		"chain":     func(a *wire.SignShare) { a.Request.Chain = 0 },
		"digest":    func(a *wire.SignShare) { a.Request.Digest = a.Request.Digest[:31] },
		"party":     func(a *wire.SignShare) { a.Party = 0 },
		"key":       func(a *wire.SignShare) { a.Key = append(a.Key, 0) },
		"epoch":     func(a *wire.SignShare) { a.Epoch = 0 },
		"place":     func(a *wire.SignShare) { a.Place = nil },
		"block":     func(a *wire.SignShare) { a.Place.Block = nil },
		"hash":      func(a *wire.SignShare) { a.Place.Block.Hash = []byte{1} },
		"tx":        func(a *wire.SignShare) { a.Place.Tx = a.Place.Tx[:1] },
		"inputs":    func(a *wire.SignShare) { a.Inputs = nil },
		"handle":    func(a *wire.SignShare) { a.Inputs[0].Handle = nil },
		"app":       func(a *wire.SignShare) { a.Inputs[0].App = a.Inputs[0].App[:19] },
		"owner":     func(a *wire.SignShare) { a.Inputs[0].Owner = nil },
		"salt":      func(a *wire.SignShare) { a.Inputs[0].Salt = nil },
		"c1_hash":   func(a *wire.SignShare) { a.Inputs[0].C1Hash = nil },
		"rest_hash": func(a *wire.SignShare) { a.Inputs[0].RestHash = nil },
		"length":    func(a *wire.SignShare) { a.Inputs[0].Length = messages.MaxPlaintext + 1 },
	} {
		t.Run("shares "+field, func(t *testing.T) {
			bent := proto.Clone(shares).(*wire.SignSharesRequest)
			bend(bent.Requests[0])
			_, err := w.client.SignShares(w.context(), bent)
			wantMalformed(t, err, field)
		})
	}
	for field, bend := range map[string]func(*wire.SignOutcomes){
		"request":         func(a *wire.SignOutcomes) { a.Request = nil },
		"party":           func(a *wire.SignOutcomes) { a.Party = 1 << 16 },
		"key":             func(a *wire.SignOutcomes) { a.Key = nil },
		"epoch":           func(a *wire.SignOutcomes) { a.Epoch = 0 },
		"place":           func(a *wire.SignOutcomes) { a.Place = nil },
		"inputs":          func(a *wire.SignOutcomes) { a.Inputs = nil },
		"hint":            func(a *wire.SignOutcomes) { a.Inputs[0].Hint = nil },
		"inputs[0].key":   func(a *wire.SignOutcomes) { a.Inputs[0].Key = a.Inputs[0].Key[:47] },
		"ciphertext":      func(a *wire.SignOutcomes) { a.Inputs[0].Ciphertext = make([]byte, 135) },
		"outcomes_digest": func(a *wire.SignOutcomes) { a.OutcomesDigest = nil },
	} {
		t.Run("outcomes "+field, func(t *testing.T) {
			bent := proto.Clone(outcomes).(*wire.SignOutcomesRequest)
			bend(bent.Request)
			_, err := w.client.SignOutcomes(w.context(), bent)
			wantMalformed(t, err, field)
		})
	}
	_, err := w.client.SignShares(w.context(), &wire.SignSharesRequest{})
	wantMalformed(t, err, "requests")
	for range messages.MaxBatch {
		shares.Requests = append(shares.Requests, shares.Requests[0])
	}
	_, err = w.client.SignShares(w.context(), shares)
	wantMalformed(t, err, "requests")
	_, err = w.client.SignOutcomes(w.context(), &wire.SignOutcomesRequest{})
	wantMalformed(t, err, "")
	if len(w.facts.named(messages.FactShareReleased)) != 0 {
		t.Error("something was released")
	}
}

func wantMalformed(t *testing.T, err error, field string) {
	t.Helper()
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v", err)
		return
	}
	for _, part := range []string{string(messages.CodeMalformedInput), field} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not name %s", err, part)
		}
	}
}

func TestPartyRefusesToStart(t *testing.T) {
	w := newWorld(t)
	other := newWorld(t)
	cases := map[string]struct {
		bend  func(*party.Config)
		field string
	}{
		"index 0":          {func(c *party.Config) { c.Index = 0 }, "party.index"},
		"no identity":      {func(c *party.Config) { c.Identity = nil }, "party.identity"},
		"no role to check": {func(c *party.Config) { c.Authorize = nil }, "party.authorize"},
		"no vault":         {func(c *party.Config) { c.Vault = nil }, "party.vault"},
		"no publisher":     {func(c *party.Config) { c.Publish = nil }, "party"},
		"no deployment": {
			func(c *party.Config) { c.Deployments = nil }, "party.deployments"},
		"a chain twice": {func(c *party.Config) {
			c.Deployments = append(c.Deployments, c.Deployments[0])
		}, "party.deployments"},
		"a key without a share": {func(c *party.Config) {
			info := w.info
			info.Key[0] ^= 1
			c.Keys = []messages.KeyInfo{info}
		}, "party.vault"},
		"an epoch without a share": {func(c *party.Config) {
			info := w.info
			info.Epoch++
			c.Keys = []messages.KeyInfo{info}
		}, "party.vault"},
		"the share of another key": {
			func(c *party.Config) { c.Keys = []messages.KeyInfo{other.info} }, "party.vault"},
		"another party's index":         {func(c *party.Config) { c.Index = 1 }, "party.vault"},
		"an index beyond the committee": {func(c *party.Config) { c.Index = 4 }, "party.keys"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			config := w.config
			config.Journal = filepath.Join(t.TempDir(), "party.db")
			config.Vault, config.System = w.openVault(), w.system()
			defer config.System.Shutdown()
			defer config.Vault.Close()
			c.bend(&config)
			_, err := party.New(config)
			if messages.CodeOf(err) != messages.CodeConfig || !strings.Contains(err.Error(), c.field) {
				t.Errorf("got %v, want CONFIG %s", err, c.field)
			}
		})
	}
}

func TestPartyStartsBlindedOnlyWhereAllowed(t *testing.T) {
	w := newWorld(t)
	w.stop()
	w.config.AllowBlinded = false
	config := w.config
	config.Vault, config.System = w.openVault(), w.system()
	defer config.System.Shutdown()
	started, err := party.New(config)
	if !bls.ConstantTime {
		if messages.CodeOf(err) != messages.CodeConfig {
			t.Errorf("got %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := started.Close(w.context()); err != nil {
		t.Error(err)
	}
}

func TestPartyRefusesAJournalInUse(t *testing.T) {
	w := newWorld(t)
	config := w.config
	config.Vault, config.System = w.openVault(), w.system()
	defer config.System.Shutdown()
	defer config.Vault.Close()
	if _, err := party.New(config); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("two parties on one journal: %v", err)
	}
}

func TestPartyWithoutAKeyIsDown(t *testing.T) {
	w := newWorld(t, func(c *party.Config) { c.Keys = nil })
	if health := w.party.Health(); health.Grade != messages.Down {
		t.Errorf("health %+v", health)
	}
	if got := w.refused(w.request(1, w.seal(app, "one", nil))); got != messages.CodeUnknownKey {
		t.Errorf("got %q", got)
	}
}

func TestPartyTellsAndKeepsNoSecret(t *testing.T) {
	w := newWorld(t)
	plaintext := "a plaintext that nobody may log"
	inputs := []sealed{w.seal(app, plaintext, nil)}
	ask := w.request(1, inputs...)
	answer := w.ask(ask)[0]
	attested := w.attest(w.outcomes(ask, inputs, messages.StatusOpened))
	if answer.Signed == nil || attested.Signed == nil {
		t.Fatal("refused")
	}
	bent := w.outcomes(ask, inputs, messages.StatusMalformed)
	w.attest(bent)
	w.stop()

	var told bytes.Buffer
	w.facts.mutex.Lock()
	for _, fact := range w.facts.all {
		fmt.Fprintf(&told, "%+v %s\n", fact, hex.EncodeToString(fact.Evidence))
	}
	w.facts.mutex.Unlock()
	fmt.Fprintf(&told, "%+v", w.party.Health())
	journal, err := os.ReadFile(w.config.Journal)
	if err != nil {
		t.Fatal(err)
	}
	secret := w.dealing.Shares[self-1].Secret.Expose()
	key := bent.Inputs[0].Key
	for name, leak := range map[string][]byte{
		"plaintext": []byte(plaintext), "share": secret[:], "decryption key": key[:],
		"signature share": answer.Signed.Shares[0][:],
	} {
		if bytes.Contains(told.Bytes(), leak) || strings.Contains(told.String(), hex.EncodeToString(leak)) ||
			strings.Contains(told.String(), strings.Trim(fmt.Sprint(leak), "[]")) {
			t.Errorf("a fact tells the %s", name)
		}
		if bytes.Contains(journal, leak) {
			t.Errorf("the journal holds the %s", name)
		}
	}
}

// Signing must be worth what the share on disk is worth: the vault is the only way to it.
func TestPartyClosesItsVault(t *testing.T) {
	w := newWorld(t)
	w.stop()
	v := w.openVault()
	config := w.config
	config.Vault, config.System = v, w.system()
	defer config.System.Shutdown()
	started, err := party.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := started.Close(w.context()); err != nil {
		t.Fatal(err)
	}
	h, err := bls.HashToG1(bls.DSTAugmented, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Sign(keyID, epoch, bls.Scalar{}, h); err == nil {
		t.Error("a closed party's vault still signs")
	}
	if _, err := vault.Open(w.vaultDir(), w.lock, rand.Reader); err != nil {
		t.Errorf("the files are gone: %v", err)
	}
}
