package bootstrap

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strings"

	yamlnode "go.yaml.in/yaml/v3"

	"kmsgateway/messages"
)

// Origins of a value.
const (
	originDefault = "default"
	originUnset   = "unset"
)

// Origin tells where one value of a configuration comes from.
type Origin struct {
	Key   string `json:"key"`   // as in errors: chain.endpoints[0].url
	Value string `json:"value"` // a secret is never in it: of secrets there are the paths alone
	From  string `json:"from"`  // default, unset, FILE:LINE, or the environment variable's name
}

// maxConfig bounds a configuration file, in bytes.
const maxConfig = 1 << 20

// RoleOf tells from its sections whose configuration a file is.
func RoleOf(path string) (Role, error) {
	document, err := readDocument(path)
	if err != nil {
		return "", err
	}
	for i := 0; i+1 < len(document.Content); i += 2 {
		switch role := Role(document.Content[i].Value); role {
		case RoleNode, RoleParty:
			return role, nil
		}
	}
	return "", messages.BadConfig(path, "has neither a section node nor a section party")
}

// DataFolder loads a configuration of either role and returns its data folder.
func DataFolder(path string) (string, error) {
	role, err := RoleOf(path)
	if err != nil {
		return "", err
	}
	if role == RoleParty {
		config, err := LoadParty(path)
		return config.Party.Data, err
	}
	config, err := LoadNode(path)
	return config.Node.Data, err
}

func readDocument(path string) (*yamlnode.Node, error) {
	text, err := readBounded(path, maxConfig)
	if err != nil {
		return nil, badFile("--config", err)
	}
	var document yamlnode.Node
	if err := yamlnode.Unmarshal(text, &document); err != nil {
		return nil, messages.BadConfig(path, err.Error())
	}
	if len(document.Content) == 0 {
		return nil, messages.BadConfig(path, "the file is empty")
	}
	return document.Content[0], nil
}

// ExplainConfig lists every value of a configuration in the order of its sections, and where each
// comes from. A configuration that does not hold is refused as loading would.
func ExplainConfig(path string) ([]Origin, error) {
	role, err := RoleOf(path)
	if err != nil {
		return nil, err
	}
	var config any
	if role == RoleParty {
		config, err = LoadParty(path)
	} else {
		config, err = LoadNode(path)
	}
	if err != nil {
		return nil, err
	}
	document, err := readDocument(path)
	if err != nil {
		return nil, err
	}
	e := explainer{path: path, lines: map[string]int{}, variables: map[string]string{}}
	e.readLines("", document)
	e.readVariables()
	e.walk("", reflect.ValueOf(config))
	return e.found, nil
}

// explainer gathers origins.
type explainer struct {
	path      string
	lines     map[string]int    // of each key that the file sets
	variables map[string]string // name of the environment variable that sets a key
	found     []Origin
}

func (e *explainer) readLines(prefix string, node *yamlnode.Node) {
	e.lines[prefix] = node.Line
	switch node.Kind {
	case yamlnode.SequenceNode:
		for i, item := range node.Content {
			e.readLines(fmt.Sprintf("%s[%d]", prefix, i), item)
		}
	case yamlnode.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := strings.TrimPrefix(prefix+"."+node.Content[i].Value, ".")
			e.readLines(key, node.Content[i+1])
			e.lines[key] = node.Content[i].Line
		}
	}
}

// readVariables uses the loader's own rule for what a variable's name means.
func (e *explainer) readVariables() {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		key, _ := envKey(name, "")
		e.variables[key] = name
	}
}

// walk visits the values; one variable can set a list as a whole.
func (e *explainer) walk(key string, value reflect.Value) {
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			name := value.Type().Field(i).Tag.Get("koanf")
			e.walk(strings.TrimPrefix(key+"."+name, "."), value.Field(i))
		}
	case reflect.Slice:
		_, fromEnv := e.variables[key]
		if value.Len() == 0 {
			e.add(key, key, "[]")
		}
		for i := range value.Len() {
			at := fmt.Sprintf("%s[%d]", key, i)
			if fromEnv {
				e.add(at, key, fmt.Sprint(value.Index(i)))
				continue
			}
			e.walk(at, value.Index(i))
		}
	default:
		e.add(key, key, fmt.Sprint(value))
	}
}

// add notes a value whose origin is that of the key by.
func (e *explainer) add(key, by, value string) {
	origin := Origin{Key: key, Value: withoutSecret(value), From: originDefault}
	line, inFile := e.lines[by]
	variable, inEnv := e.variables[by]
	switch {
	case inEnv:
		origin.From = variable
	case inFile:
		origin.From = fmt.Sprintf("%s:%d", e.path, line)
	case value == "" || value == "[]":
		origin.From = originUnset
	}
	e.found = append(e.found, origin)
}

// withoutSecret takes from a URL what may be a password or a key of whoever serves it: all but
// scheme and host.
func withoutSecret(value string) string {
	if !strings.Contains(value, "://") {
		return value
	}
	parsed, err := url.Parse(value)
	if err != nil {
		return "(a URL that does not parse)"
	}
	shown := parsed.Scheme + "://" + parsed.Host
	if parsed.User != nil || strings.Trim(parsed.Path, "/") != "" || parsed.RawQuery != "" {
		shown += "/(hidden)"
	}
	return shown
}
