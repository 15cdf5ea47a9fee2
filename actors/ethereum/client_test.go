package ethereum_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
)

func TestDialRefusesWhatIsNotTheChain(t *testing.T) {
	d := newDevChain(t)
	honest, dead := d.endpoint(), d.endpoint()
	dead.dies(true)
	cases := map[string]struct {
		bend func(*ethereum.Config)
		want messages.Code
		says string
	}{
		"another chain id": {
			func(c *ethereum.Config) { c.ChainID = 1 }, messages.CodeConfig, "endpoints[0]"},
		"another genesis": {
			func(c *ethereum.Config) { c.Genesis = messages.Hash{1} }, messages.CodeConfig, "genesis"},
		"a second endpoint of another chain": {func(c *ethereum.Config) {
			c.ChainID = 5
			c.Endpoints = []string{dead.url(), honest.url()}
		}, messages.CodeConfig, "endpoints[1]"},
		"no contract at the address": {
			func(c *ethereum.Config) { c.Gateway[0] ^= 1 }, messages.CodeConfig, "gateway"},
		"a contract that is no gateway": {
			func(c *ethereum.Config) { c.Gateway = c.Registry }, messages.CodeConfig, "gateway"},
		"another registry": {
			func(c *ethereum.Config) { c.Registry[0] ^= 1 }, messages.CodeConfig, "registry"},
		"no endpoint": {
			func(c *ethereum.Config) { c.Endpoints = nil }, messages.CodeConfig, "endpoints"},
		"no URL": {
			func(c *ethereum.Config) { c.Endpoints = []string{"chain"} }, messages.CodeConfig,
			"endpoints[0]"},
		"a dead endpoint": {
			func(c *ethereum.Config) { c.Endpoints = []string{dead.url()} },
			messages.CodeChainUnavailable, "502"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			config := d.config(honest.url())
			c.bend(&config)
			_, err := ethereum.Dial(t.Context(), config)
			if messages.CodeOf(err) != c.want || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %s that says %s", err, c.want, c.says)
			}
		})
	}
}

func TestDialPinsTheGenesis(t *testing.T) {
	d := newDevChain(t)
	head, err := d.dial(d.endpoint()).Head(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	client := d.dial(d.endpoint(), func(c *ethereum.Config) { c.Genesis = head.Ref.Hash })
	if d.tip(client) == 0 {
		t.Error("no blocks")
	}
}

func TestClientFailsOverInOrderAndReturns(t *testing.T) {
	d := newDevChain(t)
	first, second := d.endpoint(), d.endpoint()
	client := dialed(t, d.config(first.url(), second.url()))
	if health := client.Health(); health.Grade != messages.Healthy {
		t.Errorf("health %+v", health)
	}
	first.dies(true)
	for range 6 {
		d.tip(client)
	}
	if health := client.Health(); health.Grade != messages.Degraded || client.Blind() ||
		!strings.Contains(health.Detail, "endpoint 1") {
		t.Errorf("with a dead first endpoint: %+v", health)
	}
	second.dies(true)
	var err error
	for range 6 {
		_, err = client.Tip(t.Context())
	}
	if messages.CodeOf(err) != messages.CodeChainUnavailable {
		t.Errorf("with both dead: %v", err)
	}
	if health := client.Health(); health.Grade != messages.Down || !client.Blind() {
		t.Errorf("with both dead: %+v", health)
	}

	fresh := dialed(t, func() ethereum.Config {
		second.dies(false)
		return d.config(first.url(), second.url())
	}())
	first.dies(false)
	before := second.count("eth_getBlockByNumber")
	d.tip(fresh)
	if first.count("eth_getBlockByNumber") == 0 || second.count("eth_getBlockByNumber") != before {
		t.Error("the first endpoint is not asked first once it lives")
	}
}

func TestClientLeavesAHangingEndpoint(t *testing.T) {
	d := newDevChain(t)
	first, second := d.endpoint(), d.endpoint()
	config := d.config(first.url(), second.url())
	config.Timeout = 100 * time.Millisecond
	client := dialed(t, config)
	until := make(chan struct{})
	defer close(until)
	first.hangs(until)
	if d.tip(client) == 0 {
		t.Error("no blocks")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.Tip(gone); err == nil {
		t.Error("a call outlived its context")
	}
}

func TestClientTakesOverOnlyToTheSameHistory(t *testing.T) {
	d, other := newDevChain(t), newDevChain(t) // the same chain id, other accounts and so other blocks
	for range 40 {                             // past the first block that the dev chain finalizes
		d.backend.Commit()
		other.backend.Commit()
	}
	first, stranger := d.endpoint(), other.endpoint()
	client := dialed(t, d.config(first.url(), stranger.url()))
	tip, err := client.Tip(t.Context())
	if err != nil || tip.Finalized == 0 {
		t.Fatalf("tip %+v, %v", tip, err)
	}
	first.dies(true)
	if _, err := client.Tip(t.Context()); messages.CodeOf(err) != messages.CodeChainInconsistent ||
		!strings.Contains(err.Error(), "endpoint 2") {
		t.Errorf("the stranger took over: %v", err)
	}
	first.dies(false)
	if again, err := client.Tip(t.Context()); err != nil || again != tip {
		t.Errorf("after the first came back: %+v, %v", again, err)
	}
}

func TestClientTellsNoSecretOfAnEndpoint(t *testing.T) {
	d := newDevChain(t)
	e := d.endpoint()
	const secret = "an-api-key"
	var mutex sync.Mutex
	var told strings.Builder
	config := d.config(strings.Replace(e.url(), "http://", "http://user:"+secret+"@", 1) +
		"/v1/" + secret + "?key=" + secret)
	config.Publish = func(_ context.Context, fact messages.Fact) {
		mutex.Lock()
		defer mutex.Unlock()
		fmt.Fprintf(&told, "%+v\n", fact)
	}
	client := dialed(t, config)
	e.http.CloseClientConnections()
	e.dies(true)
	for range 8 {
		_, err := client.Tip(t.Context())
		fmt.Fprintln(&told, err)
	}
	e.http.Close() // now the connection is refused, which net/http reports with its URL
	_, err := dialedError(t, config)
	fmt.Fprintln(&told, err, client.Health())
	mutex.Lock()
	defer mutex.Unlock()
	if strings.Contains(told.String(), secret) {
		t.Errorf("the key is told:\n%s", told.String())
	}
	if !strings.Contains(told.String(), "circuit_changed") ||
		!strings.Contains(told.String(), "refused") {
		t.Errorf("the trouble is not told:\n%s", told.String())
	}
}

func dialedError(t *testing.T, config ethereum.Config) (*ethereum.Client, error) {
	t.Helper()
	client, err := ethereum.Dial(t.Context(), config)
	if err == nil {
		t.Fatal("dialled a closed server")
	}
	return client, err
}

func TestFinalGoesByItsOwnSetting(t *testing.T) {
	d := newDevChain(t)
	for range 40 {
		d.backend.Commit()
	}
	e := d.endpoint()
	plain := d.dial(e)
	tip, err := plain.Tip(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, finality := range []chain.Finality{
		chain.Confirmations(0), chain.Confirmations(7), chain.Safe(), chain.Finalized(),
	} {
		client := d.dial(e, func(c *ethereum.Config) { c.Finality = finality })
		final, err := client.Final(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		head, err := plain.Head(t.Context(), finality.Height(tip))
		if err != nil || final != head.Ref {
			t.Errorf("%+v: %s, want %s (%v)", finality, final, head.Ref, err)
		}
	}
	if tip.Finalized == 0 || tip.Finalized >= tip.Latest {
		t.Errorf("tip %+v", tip)
	}
}

func TestTipWithoutFinalityTags(t *testing.T) {
	d := newDevChain(t)
	e := d.endpoint()
	client := d.dial(e)
	latest := d.tip(client)
	e.lies(func(call rpcCall) json.RawMessage {
		if tag := string(call.Params[0]); tag == `"safe"` || tag == `"finalized"` {
			return json.RawMessage("null")
		}
		return call.Result
	})
	tip, err := client.Tip(t.Context())
	if err != nil || tip.Latest != latest || tip.Safe != 0 || tip.Finalized != 0 {
		t.Errorf("tip %+v, %v", tip, err)
	}
}

func TestNoncesLeaveOutWhatCannotBeHad(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	app := d.app.Address()
	d.inputs(2, 32)
	head, err := client.Head(t.Context(), d.tip(client))
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.Nonces(t.Context(), []messages.Address{app, {0x99}}, head.Ref)
	if err != nil || len(got) != 2 || got[0].Nonce != 2 || got[1].Nonce != 0 {
		t.Errorf("nonces %+v, %v", got, err)
	}
	orphan := messages.BlockRef{Number: head.Ref.Number, Hash: messages.Hash{1}}
	got, err = client.Nonces(t.Context(), []messages.Address{app}, orphan)
	if err != nil || len(got) != 0 {
		t.Errorf("at a block that is not there: %+v, %v", got, err)
	}
}

func TestKeyIsReadFromTheRegistry(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	key, err := client.Key(t.Context(), keyID, messages.BlockRef{})
	if err != nil {
		t.Fatal(err)
	}
	if key.Status != ethereum.KeyActive || key.Info.Master != d.info.Master || key.Info.Epoch != 1 ||
		key.Info.Parties != 3 || key.Info.Threshold != 2 || len(key.Parties) != 3 ||
		key.Attest != d.derive(2, d.made.Gateway).Key().Bytes() {
		t.Errorf("%+v", key)
	}
	_, err = client.Key(t.Context(), messages.KeyID{9}, messages.BlockRef{})
	if messages.CodeOf(err) != messages.CodeUnknownKey {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestKeysAreStagedAndActivated(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	fresh := d.newKey()
	fresh.Info.Key = messages.KeyID{0x0b}
	stop := d.mining()
	defer stop()
	if err := ethereum.StageKey(t.Context(), client, d.deploys, fresh); err != nil {
		t.Fatal(err)
	}
	key, err := client.Key(t.Context(), fresh.Info.Key, messages.BlockRef{})
	if err != nil || key.Status != ethereum.KeyStaged {
		t.Fatalf("staged: %+v, %v", key, err)
	}
	if err := ethereum.ActivateKey(t.Context(), client, d.deploys, fresh.Info.Key); err != nil {
		t.Fatal(err)
	}
	if key, err = client.Key(t.Context(), fresh.Info.Key, messages.BlockRef{}); err != nil ||
		key.Status != ethereum.KeyActive {
		t.Errorf("activated: %+v, %v", key, err)
	}
	if err := ethereum.ActivateKey(t.Context(), client, d.deploys, fresh.Info.Key); err == nil ||
		!strings.Contains(err.Error(), "reverted") {
		t.Errorf("activated twice: %v", err)
	}
	fresh.Info.Master = [96]byte{}
	if err := ethereum.StageKey(t.Context(), client, d.deploys, fresh); messages.CodeOf(err) !=
		messages.CodeMalformedInput {
		t.Errorf("a key that is no point: %v", err)
	}
}
