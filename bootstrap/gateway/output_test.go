package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestColoursNeedATerminalThatWantsThem(t *testing.T) {
	if colourful(&bytes.Buffer{}) {
		t.Error("a pipe is no terminal")
	}
	p := page{colours: true}
	p.table("NAME STATE", [][]string{{"node-1", "healthy"}, {"node-20", "down"}})
	want := "NAME     STATE\nnode-1   \x1b[32mhealthy\x1b[0m\nnode-20  \x1b[31mdown\x1b[0m\n"
	if got := p.text.String(); got != want {
		t.Errorf("have %q, want %q", got, want)
	}
}

func TestWhatOthersWroteCannotSteerATerminal(t *testing.T) {
	t.Parallel()
	var p page
	p.line("party says %s", "\x1b]0;evil\a\r\n\u202egnp")
	p.table("A B", [][]string{{"x\x1b[2J", "é日本"}})
	if text := p.text.String(); strings.ContainsAny(text, "\x1b\a\r\u202e") ||
		!strings.Contains(text, "é日本") || strings.Count(text, "\n") != 3 {
		t.Errorf("have %q", text)
	}
}

// TestYAMLKeepsTexts: what was a text stays one, whatever it looks like.
func TestYAMLKeepsTexts(t *testing.T) {
	t.Parallel()
	text, err := yamlOf([]byte(`{"id":"0x12","n":12,"yes":"true","none":"null","empty":"","list":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := yaml.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"id": "0x12", "n": 12, "yes": "true", "none": "null", "empty": ""} {
		if back[key] != want {
			t.Errorf("%s is %#v in\n%s", key, back[key], text)
		}
	}
	if !strings.HasPrefix(string(text), `id: "0x12"`) {
		t.Errorf("have\n%s", text)
	}
}

func TestTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{0: "", 1234567: "1.2ms", 3456 * time.Millisecond: "3.46s",
		90*time.Second + 1: "1m30s"} {
		if got := took(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
