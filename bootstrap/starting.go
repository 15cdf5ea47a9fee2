package bootstrap

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	yamlnode "go.yaml.in/yaml/v3"

	"kmsgateway/messages"
)

// memberFiles names the PEM files of a member below its data folder.
func memberFiles(data, name string) TLSSection {
	folder := filepath.Join(data, "tls")
	return TLSSection{CA: filepath.Join(folder, "ca.pem"),
		Certificate: filepath.Join(folder, name+".pem"), Key: filepath.Join(folder, name+".key")}
}

// gossipKeyPath is where a node keeps the key of the cluster's gossip, 32 bytes in hex.
func gossipKeyPath(data string) string { return filepath.Join(data, "tls", "gossip.key") }

// Where a node meets the others unless its operator says otherwise.
const (
	startingListen = "127.0.0.1:7410"
	startingWords  = "127.0.0.1:7420"
)

// writeStartingConfig writes the example of a role, with names and paths filled in, and returns
// where; service is the join service that renews the member, seed a node of the cluster, none for
// the first. A configuration that is there already stays as it is: people edit it.
func writeStartingConfig(role Role, name, region, data, service string, files TLSSection,
	seed SeedSection) (string, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return "", fmt.Errorf("find data folder: %w", err)
	}
	path := filepath.Join(data, string(role)+".yaml")
	if exists(path) {
		return path, nil
	}
	below := func(parts ...string) string { return filepath.Join(append([]string{data}, parts...)...) }
	first := filepath.Base(filepath.Dir(files.CA)) == "ca" // the authority's own node
	values := map[string]any{
		"keys[0]":         below("keys", "public.json"),
		"tls.ca":          below("tls", filepath.Base(files.CA)),
		"tls.certificate": below("tls", filepath.Base(files.Certificate)),
		"tls.key":         below("tls", filepath.Base(files.Key)),
	}
	if first {
		values["tls.ca"] = below("ca", filepath.Base(files.CA))
		values["trust.serve"] = service
	}
	values["trust.renew[0]"] = service
	section := "node"
	if role == RoleParty {
		section = "party"
		values["custody.folder"] = below("keys", "shares")
		values["custody.identity"] = below("keys", "custody.identity")
	} else {
		values["node.name"] = name
		values["sender.key_file"] = below("keys", "sender.key")
		values["cluster.keyring"] = gossipKeyPath(data)
		if seed.Name != "" || first {
			values["cluster.listen"], values["cluster.words"] = startingListen, startingWords
			values["cluster.first"] = first
		}
		if seed.Name != "" {
			values["cluster.seeds[0].name"] = seed.Name
			values["cluster.seeds[0].address"] = seed.Address
		}
	}
	values[section+".data"] = data
	if region != "" {
		values[section+".region"] = region
	}
	text, err := fillYAML(ExampleConfig(role), values)
	if err != nil {
		return "", err
	}
	return path, replaceFile(path, text)
}

// fillYAML replaces scalars of a YAML text and leaves all else as it stands, comments and columns
// included. Keys are written as in errors: node.name, keys[0].
func fillYAML(text []byte, values map[string]any) ([]byte, error) {
	var document yamlnode.Node
	if err := yamlnode.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("read example: %w", err)
	}
	places := map[string]*yamlnode.Node{}
	findScalars("", document.Content[0], places)
	lines := strings.Split(string(text), "\n")
	for _, key := range slices.Sorted(maps.Keys(values)) {
		at, known := places[key]
		if !known {
			return nil, messages.BadConfig(key, "is not in the example")
		}
		value, err := yamlnode.Marshal(values[key])
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", key, err)
		}
		line := lines[at.Line-1]
		old := len(at.Value)
		if at.Style&(yamlnode.DoubleQuotedStyle|yamlnode.SingleQuotedStyle) != 0 {
			old += 2
		}
		lines[at.Line-1] = line[:at.Column-1] + strings.TrimSpace(string(value)) +
			line[at.Column-1+old:]
	}
	return []byte(strings.Join(lines, "\n")), nil
}

func findScalars(prefix string, node *yamlnode.Node, into map[string]*yamlnode.Node) {
	switch node.Kind {
	case yamlnode.ScalarNode:
		into[prefix] = node
	case yamlnode.SequenceNode:
		for i, item := range node.Content {
			findScalars(fmt.Sprintf("%s[%d]", prefix, i), item, into)
		}
	case yamlnode.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := strings.TrimPrefix(prefix+"."+node.Content[i].Value, ".")
			findScalars(key, node.Content[i+1], into)
		}
	}
}
