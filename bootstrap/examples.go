package bootstrap

import (
	_ "embed" // the example configurations
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/invopop/jsonschema"
)

//go:embed nodes/node.yaml
var exampleNode []byte

//go:embed nodes/party.yaml
var exampleParty []byte

// ExampleConfig returns the commented example of a role's configuration.
func ExampleConfig(role Role) []byte {
	if role == RoleParty {
		return exampleParty
	}
	return exampleNode
}

// ConfigSchema renders the JSON Schema (2020-12) of a role's configuration.
func ConfigSchema(role Role) ([]byte, error) {
	reflector := jsonschema.Reflector{
		FieldNameTag: "koanf", DoNotReference: true, RequiredFromJSONSchemaTags: true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if t == reflect.TypeFor[time.Duration]() {
				return &jsonschema.Schema{Type: "string", Description: "a duration such as 5s"}
			}
			return nil
		},
	}
	var schema *jsonschema.Schema
	if role == RoleParty {
		schema = reflector.Reflect(PartyConfig{})
	} else {
		schema = reflector.Reflect(NodeConfig{})
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("render schema: %w", err)
	}
	return text, nil
}
