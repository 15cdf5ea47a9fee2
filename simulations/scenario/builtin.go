package scenario

import (
	"embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"kmsgateway/messages"
)

//go:embed builtin/*.yaml
var builtin embed.FS

// Names lists the built-in scenarios in order.
func Names() (names []string) {
	entries, err := builtin.ReadDir("builtin")
	if err != nil {
		return nil // embedded: it is there
	}
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".yaml"))
	}
	return names
}

// Builtin returns the file of a built-in scenario.
func Builtin(name string) ([]byte, error) {
	text, err := builtin.ReadFile("builtin/" + name + ".yaml")
	if err != nil {
		return nil, messages.BadConfig("scenario", fmt.Sprintf("no file and no scenario is called %q; "+
			"there are %s", name, strings.Join(Names(), ", ")))
	}
	return text, nil
}

// YAML renders the scenario whole, defaults included; Parse reads it back.
func (s Scenario) YAML() ([]byte, error) {
	text, err := yaml.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("render scenario: %w", err)
	}
	return text, nil
}
