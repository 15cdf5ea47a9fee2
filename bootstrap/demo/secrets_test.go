package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"kmsgateway/bootstrap"
	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
)

// TestNoSecretIsTold plays a story with everything logged and looks for every secret of it in every
// form: shares of the key, seeds, plaintexts, decryption keys and shares of them, private keys.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	var log, story lockedBuffer
	spans := tracetest.NewSpanRecorder()
	ctx, cancel := context.WithTimeout(t.Context(), playTime)
	defer cancel()
	s, err := raise(ctx, Options{Requests: 4, Nodes: 1, Parties: 3, Threshold: 2, Fault: RPCLies,
		Log: &log, LogLevel: "debug", Progress: &story, Spans: spans})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	report, err := s.play(ctx)
	if err != nil || !report.Passed() {
		t.Fatalf("the story went wrong: %v, %+v", err, report)
	}
	secrets := s.secrets(t, ctx)
	for _, stop := range []func(context.Context) error{s.node.Stop, s.parties[0].Stop,
		s.parties[1].Stop, s.parties[2].Stop} {
		if err := stop(ctx); err != nil {
			t.Error(err)
		}
	}
	told := map[string][]byte{"log": log.Bytes(), "story": story.Bytes(),
		"spans": []byte(spansText(spans.Ended())), "facts": fmt.Appendf(nil, "%+v", s.facts.history()),
		"report": fmt.Appendf(nil, "%+v", report)}
	audits, err := filepath.Glob(s.path("*/audit.jsonl"))
	if err != nil || len(audits) != 4 {
		t.Fatalf("audit logs: %v, %v", audits, err)
	}
	for _, path := range audits {
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			t.Fatalf("audit log %s: %d bytes, %v", path, len(text), err)
		}
		told[path] = text
	}
	for _, found := range search(told, secrets) {
		t.Error(found)
	}
	// The search itself must find what is planted, in each place and each form.
	for place := range told {
		for name, secret := range secrets {
			for form, text := range forms(secret) {
				planted := map[string][]byte{place: append(bytes.Clone(told[place]), text...)}
				if len(search(planted, map[string][]byte{name: secret})) == 0 {
					t.Fatalf("the search misses %s as %s in %s", name, form, place)
				}
			}
		}
	}
}

// secrets collects what the run knew and must not have told, by name.
func (s *stage) secrets(t *testing.T, ctx context.Context) map[string][]byte {
	t.Helper()
	out := map[string][]byte{
		"the sender's key":   crypto.FromECDSA(s.payers[0].key),
		"the deployer's key": crypto.FromECDSA(s.user.key),
	}
	for i, bidder := range s.bidders {
		out[fmt.Sprintf("the key of bidder %d", i+1)] = crypto.FromECDSA(bidder.key)
	}
	for _, name := range []string{"node-1", partyName(1), partyName(2), partyName(3)} {
		files := s.tls(name)
		identity := must(bootstrap.LoadIdentity(files.CA, files.Certificate, files.Key, time.Now))(t)
		out["the TLS key of "+name] = identity.Signer().Seed()
	}
	for _, share := range s.dealing.Shares {
		exposed := share.Secret.Expose()
		out[fmt.Sprintf("the share of party %d", share.Index)] = exposed[:]
	}
	for _, pattern := range []string{"*.key", "keys/*.identity"} {
		paths, err := filepath.Glob(s.path(pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no files %s: %v", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(path)] = bytes.TrimSpace(secretLine(text))
		}
	}
	chain, err := s.read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, settled := range chain.settlements {
		for _, outcome := range settled.Outcomes {
			name := outcome.Handle.String()[:10]
			out["the seed of "+name] = outcome.Seed[:]
			out["the plaintext of "+name] = outcome.Plaintext
			s.addKeys(t, out, name, outcome.InputID[:], settledApp(chain, settled.Request.Number))
		}
	}
	if len(chain.settlements) != s.options.Requests {
		t.Fatalf("%d settlements", len(chain.settlements))
	}
	return out
}

func settledApp(chain *ledgerOfChain, number uint64) vetkd.Address {
	for _, requested := range chain.requested {
		if requested.Request.Number == number {
			return vetkd.Address(requested.App)
		}
	}
	return vetkd.Address{}
}

// addKeys computes each party's share of the decryption key of an identity, and the key.
func (s *stage) addKeys(t *testing.T, out map[string][]byte, name string, id []byte, app vetkd.Address) {
	t.Helper()
	derived, err := vetkd.DerivePurpose(s.dealing.Committee.Master(), vetkd.PurposeDecrypt,
		vetkd.NewAppID(DevChainID, app))
	if err != nil {
		t.Fatal(err)
	}
	var shares []threshold.Share
	var signers []threshold.Index
	for _, own := range s.dealing.Shares {
		share, err := vetkd.SignShare(rand.Reader, own.Secret, derived, id)
		if err != nil {
			t.Fatal(err)
		}
		raw := share.Bytes()
		out[fmt.Sprintf("the share of party %d for %s", own.Index, name)] = raw[:bls.SignatureSize]
		shares, signers = append(shares, threshold.Share{Index: own.Index, Point: share}),
			append(signers, own.Index)
	}
	coefficients, err := threshold.NewCoefficients(signers[:2])
	if err != nil {
		t.Fatal(err)
	}
	key, err := coefficients.Combine(shares[:2])
	if err != nil {
		t.Fatal(err)
	}
	compressed := key.Bytes()
	out["the decryption key of "+name] = compressed[:]
}

// secretLine is the line of a key file that holds the secret.
func secretLine(text []byte) []byte {
	for line := range bytes.Lines(text) {
		if len(line) > 40 && line[0] != '#' && line[0] != '-' {
			return line
		}
	}
	return text
}

// forms are the ways in which a program might print bytes.
func forms(secret []byte) map[string]string {
	list := fmt.Sprint(secret)
	return map[string]string{
		"bytes":      string(secret),
		"hex":        hex.EncodeToString(secret),
		"HEX":        strings.ToUpper(hex.EncodeToString(secret)),
		"base64":     base64.RawStdEncoding.EncodeToString(secret),
		"base64 URL": base64.RawURLEncoding.EncodeToString(secret),
		"decimal":    new(big.Int).SetBytes(secret).String(),
		"list":       list[1 : len(list)-1],
	}
}

// search names every secret that stands in a place, in whatever form.
func search(told, secrets map[string][]byte) []string {
	var found []string
	for place, text := range told {
		for name, secret := range secrets {
			for form, needle := range forms(secret) {
				if bytes.Contains(text, []byte(needle)) {
					found = append(found, fmt.Sprintf("%s stands in the %s as %s", name, place, form))
				}
			}
		}
	}
	return found
}

func spansText(spans []sdktrace.ReadOnlySpan) string {
	var b strings.Builder
	for _, span := range spans {
		fmt.Fprintf(&b, "%s %v %v %v\n", span.Name(), span.Attributes(), span.Events(), span.Status())
	}
	return b.String()
}

// lockedBuffer is a buffer for several writers.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

// Bytes returns what was written so far.
func (b *lockedBuffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buffer.Bytes())
}
