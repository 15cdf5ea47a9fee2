package bootstrap_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestRoomsCheckerNoticesEveryBreach(t *testing.T) {
	violations := []struct{ law, file, text string }{
		{"imports go down", "bootstrap/node.go", imports("kmsgateway/bootstrap/demo")},
		{"imports go down", "actors/kms/proxy.go", imports("kmsgateway/actors/kms/remote")},
		{"imports go down", "cluster/ledger/fsm.go", imports("kmsgateway/cluster")},
		{"rooms apart", "actors/kms/proxy.go", imports("kmsgateway/actors/party/vault")},
		{"rooms apart", "actors/kinds.go", imports("kmsgateway/actors/request")},
		{"rooms apart", "actors/ethereum/rpc.go", imports("kmsgateway/actors/kms/remote")},
		{"rooms and cluster apart", "cluster/place.go", imports("kmsgateway/actors/request")},
		{"rooms and cluster apart", "actors/chain/port.go", imports("kmsgateway/cluster/ledger")},
		{"crypto is pure", "crypto/bls/sign.go", imports("kmsgateway/messages")},
		{"crypto is pure", "crypto/bls/sign_test.go", imports("kmsgateway/messages")},
		{"crypto is pure", "crypto/dkg/deal.go", imports("net/http")},
		{"crypto is pure", "crypto/dkg/deal.go", imports("crypto/rand")},
		{"crypto is pure", "crypto/dkg/deal.go", "package p\nfunc f() { go f() }\n"},
		{"messages is the ground", "messages/reason.go", imports("kmsgateway/crypto/bls")},
		{"contract bindings", "actors/chain/listener.go", imports("kmsgateway/messages/contracts")},
		{"go-ethereum", "actors/chain/outbox.go", imports(goEthereum + "/core/types")},
		{"protoactor", "cluster/place.go", imports(protoactor + "remote")},
		{"protoactor", "cluster/wire.go", imports(protoactor + "cluster")},
		{"testing stays in tests", "actors/kms/route.go", imports("testing")},
		{"testing stays in tests", "simulations/laws/laws.go", imports("testing/quick")},
		{"no init", "bootstrap/config.go", "package p\nfunc init() {}\n"},
		{"laws are pure", "simulations/laws/laws.go", imports("kmsgateway/actors")},
		{"rooms are named", "actors/chain/helpers_test.go", "package p\n"},
		{"rooms are named", "messages/types/id.go", "package types\n"},
	}
	proven := map[string]bool{}
	for _, violation := range violations {
		proven[violation.law] = true
		t.Run(violation.law+"/"+violation.file, func(t *testing.T) {
			broken := breaches(tree(t, map[string]string{violation.file: violation.text}))
			if len(broken[violation.law]) != 1 {
				t.Errorf("%s broke %v, want %q", violation.file, broken, violation.law)
			}
		})
	}
	for _, law := range laws {
		if !proven[law.name] {
			t.Errorf("no violation proves that %q is noticed", law.name)
		}
	}
	missing, extra := misplaced([]string{"pkg", ".ci", "actors"})
	if len(missing) != len(topLevel)-1 || !slices.Equal(extra, []string{"pkg"}) {
		t.Errorf("top level: missing %v, extra %v", missing, extra)
	}
}

func TestRoomsCheckerAcceptsTheHouse(t *testing.T) {
	files := tree(t, map[string]string{
		"actors/chain/chaintest/suite.go": imports("testing", "kmsgateway/actors/chain"),
		"actors/ethereum/rpc.go":          imports("kmsgateway/actors/chain", goEthereum+"/rpc"),
		"actors/kms/remote/client.go":     imports("kmsgateway/actors/kms"),
		"actors/request/request.go":       imports("kmsgateway/actors", protoactor+"actor"),
		"bootstrap/demo/story.go":         imports("kmsgateway/simulations/laws", "kmsgateway/bootstrap"),
		"cluster/wire.go":                 imports("kmsgateway/actors", protoactor+"remote"),
		"crypto/vetkd/ibe_test.go":        imports("os", "kmsgateway/crypto/bls"),
		"messages/party.pb.go":            "package p\nfunc init() {}\n",
		"simulations/world.go":            imports("testing", "kmsgateway/bootstrap"),
		"node_modules/p/p.go":             imports("kmsgateway/nowhere"),
	})
	if broken := breaches(files); len(broken) > 0 {
		t.Errorf("a lawful tree broke %v", broken)
	}
	if len(files) != 9 {
		t.Errorf("read %d files, want the 9 outside node_modules", len(files))
	}
}

// imports writes a Go file that imports the packages and does nothing.
func imports(names ...string) string {
	text := "package p\n"
	for _, name := range names {
		text += fmt.Sprintf("import _ %q\n", name)
	}
	return text
}

// tree writes the files below a fresh folder and reads them as a house.
func tree(t *testing.T, texts map[string]string) []source {
	t.Helper()
	root := t.TempDir()
	for name, text := range texts {
		target := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := readTree(root)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
