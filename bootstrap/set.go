package bootstrap

import (
	"fmt"
	"os"
	"strings"

	yamlnode "go.yaml.in/yaml/v3"

	"kmsgateway/messages"
)

// SetConfig changes values of a configuration file and leaves all else in it as it stands, comments
// included. section is YAML whose values are taken over, and may be empty; pairs are KEY=VALUE,
// with keys as in errors: node.name, keys[0]. A key must be in the file already. What the values
// mean is not checked: `gateway config validate` does.
func SetConfig(path string, section []byte, pairs []string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return badFile(path, err)
	}
	there, err := scalarsOf(text)
	if err != nil {
		return messages.BadConfig(path, err.Error())
	}
	values := map[string]any{}
	taken, err := scalarsOf(section)
	if err != nil {
		return messages.BadConfig("--from", err.Error())
	}
	for key, node := range taken {
		if err := keepScalar(values, key, node); err != nil {
			return err
		}
	}
	for _, pair := range pairs {
		key, value, found := strings.Cut(pair, "=")
		old, known := there[key]
		switch {
		case !found:
			return messages.MalformedField(pair, "want KEY=VALUE")
		case !known:
			return messages.BadConfig(key, "is not in "+path)
		}
		node := &yamlnode.Node{Kind: yamlnode.ScalarNode, Value: value}
		if old.ShortTag() == "!!str" { // what was text stays text: 0x00 is no number
			node.Tag = "!!str"
		}
		if err := keepScalar(values, key, node); err != nil {
			return err
		}
	}
	for key := range values {
		if there[key] == nil {
			return messages.BadConfig(key, "is not in "+path)
		}
	}
	filled, err := fillYAML(text, values)
	if err != nil {
		return err
	}
	if err := checkFilled(filled, there, values); err != nil {
		return messages.BadConfig(path, err.Error())
	}
	return replaceFile(path, filled)
}

func scalarsOf(text []byte) (map[string]*yamlnode.Node, error) {
	places := map[string]*yamlnode.Node{}
	var document yamlnode.Node
	if err := yamlnode.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) > 0 {
		findScalars("", document.Content[0], places)
	}
	return places, nil
}

func keepScalar(values map[string]any, key string, node *yamlnode.Node) error {
	var value any
	if err := node.Decode(&value); err != nil {
		return messages.MalformedField(key, err.Error())
	}
	if text, is := value.(string); is && strings.ContainsAny(text, "\r\n") {
		return messages.MalformedField(key, "want one line")
	}
	values[key] = value
	return nil
}

// checkFilled holds a text to the values that were set in it and to the others as they were before:
// two values on one line would have moved each other.
func checkFilled(text []byte, before map[string]*yamlnode.Node, set map[string]any) error {
	after, err := scalarsOf(text)
	if err != nil {
		return err
	}
	for key, old := range before {
		now, left := after[key]
		if !left {
			return fmt.Errorf("%s would be lost", key)
		}
		want, is := set[key]
		var value any
		if err := now.Decode(&value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if is && value != want || !is && now.Value != old.Value {
			return fmt.Errorf("%s would become %q", key, now.Value)
		}
	}
	return nil
}
