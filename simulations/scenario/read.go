package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"go.yaml.in/yaml/v3"

	"kmsgateway/messages"
)

// maxFile bounds a scenario file, in bytes; the longest one that the bounds on its lists allow is
// shorter.
const maxFile = 1 << 20

// Read reads the scenario of a file, or the built-in one of a name.
func Read(nameOrFile string) (Scenario, error) {
	text, err := Builtin(nameOrFile)
	if err == nil {
		return Parse(nameOrFile, text)
	}
	file, opening := os.Open(nameOrFile)
	if errors.Is(opening, os.ErrNotExist) {
		return Scenario{}, err
	}
	if opening != nil {
		return Scenario{}, fmt.Errorf("open scenario: %w", opening)
	}
	defer file.Close()
	if text, err = io.ReadAll(io.LimitReader(file, maxFile+1)); err != nil {
		return Scenario{}, fmt.Errorf("read scenario: %w", err)
	}
	return Parse(nameOrFile, text)
}

// Parse reads a scenario; path names it in errors, which are of code CONFIG and name key and line.
func Parse(path string, text []byte) (Scenario, error) {
	if len(text) > maxFile {
		return Scenario{}, messages.BadConfig(path, fmt.Sprintf("longer than %d bytes", maxFile))
	}
	document, err := only(path, text)
	if err != nil {
		return Scenario{}, err
	}
	f := file{path, document}
	if err := f.walk("", document, reflect.TypeFor[Scenario]()); err != nil {
		return Scenario{}, err
	}
	s := Default()
	if err := document.Decode(&s); err != nil {
		return Scenario{}, messages.BadConfig(path, strings.Join(strings.Fields(err.Error()), " "))
	}
	if err := f.validate(s); err != nil {
		return Scenario{}, err
	}
	if fault := s.check(); fault != nil {
		return Scenario{}, f.misplaced(fault.key, fault.problem)
	}
	return s, nil
}

// only returns the one document of a file.
func only(path string, text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil || len(first.Content) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, messages.BadConfig(path, err.Error())
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, messages.BadConfig(path, "want one document")
	}
	return first.Content[0], nil
}

// file is what errors point into.
type file struct {
	path string
	root *yaml.Node
}

func (f file) at(key string, node *yaml.Node, problem string) error {
	return messages.BadConfig(key, fmt.Sprintf("%s (%s:%d)", problem, f.path, node.Line))
}

// misplaced points at a key, or where that is missing at what should hold it.
func (f file) misplaced(key, problem string) error { return f.at(key, f.find(key), problem) }

// find follows a key such as "faults[2].mode" as far as the file goes.
func (f file) find(key string) *yaml.Node {
	node := f.root
	parts := strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune(".[]", r) })
	for _, part := range parts {
		next := child(node, part)
		if next == nil {
			break
		}
		node = next
	}
	return node
}

// child is the value at a key or an index, nil where there is none.
func child(node *yaml.Node, part string) *yaml.Node {
	if node.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(part); err == nil && i < len(node.Content) {
			return node.Content[i]
		}
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == part {
			return node.Content[i+1]
		}
	}
	return nil
}

// walk goes through the file beside the structure, so that a key that nobody reads and a value of
// another kind are refused with their line before anything is looked at.
func (f file) walk(key string, node *yaml.Node, at reflect.Type) error {
	switch {
	case node.Kind == yaml.AliasNode:
		return f.at(key, node, "aliases are not read")
	case at.Kind() == reflect.Struct && node.Kind == yaml.MappingNode:
		return f.walkMapping(key, node, at)
	case at.Kind() == reflect.Slice && node.Kind == yaml.SequenceNode:
		for i, item := range node.Content {
			if err := f.walk(fmt.Sprintf("%s[%d]", key, i), item, at.Elem()); err != nil {
				return err
			}
		}
		return nil
	case at.Kind() == reflect.Struct:
		return f.at(key, node, "want a section")
	case at.Kind() == reflect.Slice:
		return f.at(key, node, "want a list")
	case node.Kind != yaml.ScalarNode || node.Decode(reflect.New(at).Interface()) != nil ||
		at == reflect.TypeFor[time.Duration]() && node.Tag != "!!str" && node.Value != "0":
		return f.at(key, node, fmt.Sprintf("want %s, have %q", kindOf(at), node.Value))
	}
	return nil
}

// kindOf says in words what a value is.
func kindOf(at reflect.Type) string {
	switch {
	case at == reflect.TypeFor[time.Duration]():
		return "a duration such as 5s"
	case at.Kind() == reflect.String:
		return "a word"
	case at.Kind() == reflect.Bool:
		return "true or false"
	default:
		return "a number"
	}
}

func (f file) walkMapping(key string, node *yaml.Node, at reflect.Type) error {
	seen := make(map[string]bool)
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		full := strings.TrimPrefix(key+"."+name.Value, ".")
		field, known := fieldOf(at, name.Value)
		if !known {
			return f.at(full, name, "unknown key")
		}
		if seen[name.Value] {
			return f.at(full, name, "stands twice")
		}
		seen[name.Value] = true
		if err := f.walk(full, value, field); err != nil {
			return err
		}
	}
	return nil
}

// tagName is the key of a field, "" for one whose own fields stand in its place.
func tagName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	return name
}

// fieldOf finds the type of a key, also in a structure whose keys stand inline.
func fieldOf(at reflect.Type, key string) (reflect.Type, bool) {
	for i := range at.NumField() {
		field := at.Field(i)
		switch tagName(field) {
		case "":
			if inner, known := fieldOf(field.Type, key); known {
				return inner, true
			}
		case key:
			return field.Type, true
		}
	}
	return nil, false
}

// validate applies the tags; the error names the first key at fault.
func (f file) validate(s Scenario) error {
	check := validator.New(validator.WithRequiredStructEnabled())
	check.RegisterTagNameFunc(tagName)
	label := regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)
	err := check.RegisterValidation("label", func(level validator.FieldLevel) bool {
		return label.MatchString(level.Field().String())
	})
	if err != nil {
		return fmt.Errorf("register rule label: %w", err)
	}
	var faults validator.ValidationErrors
	if err = check.Struct(s); errors.As(err, &faults) {
		_, key, _ := strings.Cut(faults[0].Namespace(), ".")
		return f.misplaced(strings.ReplaceAll(key, "Link.", ""), wants(faults[0]))
	}
	return err
}

// wants says in words what a rule asks for.
func wants(fault validator.FieldError) string {
	switch fault.Tag() {
	case "required":
		return "is missing"
	case "label":
		return fmt.Sprintf("want lower case letters, digits and hyphens, have %q", fault.Value())
	case "oneof":
		return fmt.Sprintf("want one of %s, have %v", fault.Param(), fault.Value())
	default:
		if list := reflect.ValueOf(fault.Value()); list.Kind() == reflect.Slice {
			return fmt.Sprintf("want %s %s of them, have %d", fault.Tag(), fault.Param(), list.Len())
		}
		return fmt.Sprintf("want %s %s, have %v", fault.Tag(), fault.Param(), fault.Value())
	}
}
