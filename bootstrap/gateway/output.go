package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

// output is the form in which a command prints what it found.
type output string

// The forms.
const (
	outputTable output = "table"
	outputJSON  output = "json"
	outputYAML  output = "yaml"
)

func (o *output) flag(cmd *cobra.Command) {
	*o = outputTable
	cmd.Flags().StringVarP((*string)(o), "output", "o", string(outputTable), "table, json or yaml")
}

func (o output) check() error {
	if !slices.Contains([]output{outputTable, outputJSON, outputYAML}, o) {
		return usage(fmt.Errorf("--output is table, json or yaml, not %q", string(o)))
	}
	return nil
}

// print writes value in the form; table draws it for people.
func (o output) print(cmd *cobra.Command, value any, table func(*page)) error {
	out := cmd.OutOrStdout()
	if o == outputTable {
		p := &page{colours: colourful(out)}
		table(p)
		_, err := io.WriteString(out, p.text.String())
		return err
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	if o == outputYAML {
		if text, err = yamlOf(text); err != nil {
			return err
		}
		_, err = out.Write(text)
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

// yamlOf renders JSON as YAML with the same names in the same order.
func yamlOf(text []byte) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	plain(&document)
	return yaml.Marshal(&document)
}

// plain takes braces and quotes of JSON away, but of a text that begins like a number: readers
// differ on whether 0xab.. without quotes is one.
func plain(node *yaml.Node) {
	text := node.Kind == yaml.ScalarNode && node.Style == yaml.DoubleQuotedStyle
	if !text || node.Value == "" || strings.ContainsAny(node.Value[:1], "0123456789") {
		node.Style &= yaml.DoubleQuotedStyle
	} else {
		node.Style = 0
	}
	for _, below := range node.Content {
		plain(below)
	}
}

// colourful tells whether colours help: on a terminal whose owner wants them.
func colourful(out io.Writer) bool {
	file, is := out.(*os.File)
	if !is || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// page is text for people.
type page struct {
	text    strings.Builder
	colours bool
}

// line writes one line.
func (p *page) line(format string, values ...any) {
	p.text.WriteString(clean(fmt.Sprintf(format, values...)) + "\n")
}

// table writes rows under a head, in columns; an empty table has a head alone.
func (p *page) table(head string, rows [][]string) {
	all := append([][]string{strings.Fields(head)}, rows...)
	widths := make([]int, len(all[0]))
	for _, row := range all {
		for i := range row {
			row[i] = clean(row[i])
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(p.paint(cell))
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		p.text.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
}

// Colours by what a word says, as terminals number them.
const (
	green  = "32"
	yellow = "33"
	red    = "31"
)

// paint colours the words that say how well something does.
func (p *page) paint(word string) string {
	colour := ""
	switch word {
	case "healthy", "up", "alive", "ok", "share", "fulfilled", "answered":
		colour = green
	case "degraded", "warn", "awaited", "open":
		colour = yellow
	case "down", "dead", "fail", "refused", "rejected", "expired":
		colour = red
	}
	if !p.colours || colour == "" {
		return word
	}
	return "\x1b[" + colour + "m" + word + "\x1b[0m"
}

// clean takes away what could steer a terminal: parties and endpoints write some of the details.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, text)
}

// took renders a duration for people, to three digits; "" for none.
func took(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Second:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

// moment renders a time, "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
