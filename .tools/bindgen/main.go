// Command bindgen writes the Go bindings of messages/contracts from the committed artefacts
// (abi and bytecode, written by messages/contracts/build.js). Run it from the module's root:
//
//	go run .tools/bindgen/main.go            writes messages/contracts/bindings.go
//	go run .tools/bindgen/main.go -check     fails where the committed file differs
//
// It calls abigen as a library: the command of that name pulls in most of a node's dependencies.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi/abigen"
)

const (
	folder      = "messages/contracts"
	packageName = "contracts"
)

// artefact is one file of messages/contracts/artifacts.
type artefact struct {
	ABI      json.RawMessage `json:"abi"`
	Bytecode string          `json:"bytecode"`
}

func main() {
	check := flag.Bool("check", false, "write nothing; fail where the committed bindings differ")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "bindgen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	generated, err := generate(filepath.Join(folder, "artifacts"))
	if err != nil {
		return err
	}
	target := filepath.Join(folder, "bindings.go")
	if !check {
		return os.WriteFile(target, generated, 0o644)
	}
	committed, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	if !bytes.Equal(committed, generated) {
		return fmt.Errorf("%s differs from what the artefacts give: run make generate", target)
	}
	return nil
}

// generate binds every artefact of the folder, in the order of their names.
func generate(artifacts string) ([]byte, error) {
	paths, err := filepath.Glob(filepath.Join(artifacts, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no artefacts in %s", artifacts)
	}
	var names, abis, bytecodes []string
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var read artefact
		if err := json.Unmarshal(content, &read); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, read.ABI); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".json"))
		abis = append(abis, compact.String())
		bytecodes = append(bytecodes, read.Bytecode)
	}
	code, err := abigen.BindV2(names, abis, bytecodes, packageName, nil, nil)
	return []byte(code), err
}
