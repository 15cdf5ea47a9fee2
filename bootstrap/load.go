package bootstrap

import (
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
	yamlnode "go.yaml.in/yaml/v3"

	"kmsgateway/messages"
)

// envPrefix starts the environment variables that override a file: GATEWAY_CHAIN__POLL=2s sets
// chain.poll. Two underscores stand for a dot.
const envPrefix = "GATEWAY_"

// LoadNode reads a node's configuration: default < file < environment.
func LoadNode(path string) (NodeConfig, error) {
	config := DefaultNodeConfig()
	if err := load(path, &config); err != nil {
		return NodeConfig{}, err
	}
	return config, config.Validate()
}

// LoadParty reads a party's configuration: default < file < environment.
func LoadParty(path string) (PartyConfig, error) {
	config := DefaultPartyConfig()
	if err := load(path, &config); err != nil {
		return PartyConfig{}, err
	}
	return config, config.Validate()
}

func load(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return badFile("--config", err)
	}
	if err := refuseUnknown(path, text, reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	layers := koanf.New(".")
	if err := layers.Load(structs.Provider(into, "koanf"), nil); err != nil {
		return fmt.Errorf("load defaults: %w", err)
	}
	if err := layers.Load(rawbytes.Provider(text), yaml.Parser()); err != nil {
		return messages.BadConfig(path, err.Error())
	}
	environment := env.Provider(".", env.Opt{Prefix: envPrefix, TransformFunc: envKey})
	if err := layers.Load(environment, nil); err != nil {
		return fmt.Errorf("load environment: %w", err)
	}
	if err := refuseUnknownEnv(reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	if err := layers.Unmarshal("", into); err != nil {
		return messages.BadConfig(path, strings.Join(strings.Fields(err.Error()), " "))
	}
	return nil
}

func envKey(name, value string) (string, any) {
	key := strings.ToLower(strings.TrimPrefix(name, envPrefix))
	return strings.ReplaceAll(key, "__", "."), value
}

// refuseUnknownEnv refuses a GATEWAY_ variable that names no key.
func refuseUnknownEnv(root reflect.Type) error {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		key, _ := envKey(name, "")
		at := root
		for part := range strings.SplitSeq(key, ".") {
			field, known := fieldOf(at, part)
			if !known {
				return messages.BadConfig(name, "no such key "+key)
			}
			at = field
		}
	}
	return nil
}

// refuseUnknown walks the file beside the struct, so that a key nobody reads is refused with its
// line, before any value is looked at.
func refuseUnknown(path string, text []byte, root reflect.Type) error {
	var document yamlnode.Node
	if err := yamlnode.Unmarshal(text, &document); err != nil {
		return messages.BadConfig(path, err.Error())
	}
	if len(document.Content) == 0 {
		return messages.BadConfig(path, "the file is empty")
	}
	return walk(path, "", document.Content[0], root)
}

func walk(path, prefix string, node *yamlnode.Node, at reflect.Type) error {
	switch {
	case at.Kind() == reflect.Slice && node.Kind == yamlnode.SequenceNode:
		for i, item := range node.Content {
			if err := walk(path, fmt.Sprintf("%s[%d]", prefix, i), item, at.Elem()); err != nil {
				return err
			}
		}
	case at.Kind() == reflect.Struct && node.Kind == yamlnode.MappingNode:
		return walkMapping(path, prefix, node, at)
	case at.Kind() == reflect.Struct || at.Kind() == reflect.Slice:
		return misplaced(path, prefix, node, "want a "+shape(at))
	case node.Kind != yamlnode.ScalarNode:
		return misplaced(path, prefix, node, "want a single value")
	}
	return nil
}

func walkMapping(path, prefix string, node *yamlnode.Node, at reflect.Type) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name := strings.TrimPrefix(prefix+"."+key.Value, ".")
		field, known := fieldOf(at, key.Value)
		if !known {
			return misplaced(path, name, key, "unknown key")
		}
		if err := walk(path, name, value, field); err != nil {
			return err
		}
	}
	return nil
}

func shape(at reflect.Type) string {
	if at.Kind() == reflect.Slice {
		return "list"
	}
	return "section"
}

func misplaced(path, key string, node *yamlnode.Node, problem string) error {
	return messages.BadConfig(key, fmt.Sprintf("%s (%s:%d)", problem, path, node.Line))
}

func fieldOf(at reflect.Type, key string) (reflect.Type, bool) {
	if at.Kind() != reflect.Struct {
		return nil, false
	}
	for i := range at.NumField() {
		if at.Field(i).Tag.Get("koanf") == key {
			return at.Field(i).Type, true
		}
	}
	return nil, false
}

// validate applies the validate tags; the error names the first key at fault as it stands in the
// file.
func validate(config any) error {
	check := validator.New(validator.WithRequiredStructEnabled())
	check.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("koanf") })
	rules := map[string]func(string) bool{
		"hostport": func(s string) bool { _, _, err := net.SplitHostPort(s); return err == nil },
		"finality": func(s string) bool { _, _, err := parseFinality(s); return err == nil },
		"address": func(s string) bool {
			return new(messages.Address).UnmarshalText([]byte(strings.ToLower(s))) == nil
		},
		"hash": func(s string) bool {
			return new(messages.Hash).UnmarshalText([]byte(strings.ToLower(s))) == nil
		},
	}
	for tag, rule := range rules {
		err := check.RegisterValidation(tag, func(level validator.FieldLevel) bool {
			return rule(level.Field().String())
		})
		if err != nil {
			return fmt.Errorf("register rule %s: %w", tag, err)
		}
	}
	var faults validator.ValidationErrors
	err := check.Struct(config)
	if errors.As(err, &faults) {
		_, key, _ := strings.Cut(faults[0].Namespace(), ".")
		return messages.BadConfig(key, wants(faults[0]))
	}
	return err
}

// wants says in words what a rule asks for.
func wants(fault validator.FieldError) string {
	switch fault.Tag() {
	case "required":
		return "is missing"
	case "min", "max", "oneof":
		return fmt.Sprintf("want %s %s, have %v", fault.Tag(), fault.Param(), fault.Value())
	case "hostport":
		return fmt.Sprintf("want host:port, have %q", fault.Value())
	case "address", "hash":
		return fmt.Sprintf("want 0x and hexadecimal digits of an %s, have %q", fault.Tag(),
			fault.Value())
	case "finality":
		return "want finalized, safe, latest or confirmations:N"
	default:
		return fmt.Sprintf("is not a valid %s: %v", fault.Tag(), fault.Value())
	}
}
