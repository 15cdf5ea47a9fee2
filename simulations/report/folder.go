package report

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/world"
)

// Write judges a run and fills a folder with its report; what the folder holds of an earlier one is
// replaced.
func Write(dir string, run Run) (Result, error) {
	result := Of(run)
	rows := rowsOf(run.History)
	resolved, err := run.Scenario.YAML()
	if err != nil {
		return result, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return result, fmt.Errorf("make report folder: %w", err)
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"scenario.yaml", func(out io.Writer) error { return whole(out, resolved) }},
		{"run.json", func(out io.Writer) error { return writeJSON(out, result) }},
		{"history.jsonl", func(out io.Writer) error { return writeFacts(out, run.History) }},
		{"requests.csv", func(out io.Writer) error {
			return writeRequests(out, run.History.Began, rows)
		}},
		{"summary.md", func(out io.Writer) error { return writeSummary(out, run, result) }},
		{"timeline.html", func(out io.Writer) error { return writeTimeline(out, run, result) }},
	} {
		if err := create(filepath.Join(dir, file.name), file.write); err != nil {
			return result, err
		}
	}
	return result, nil
}

// create writes a file through a buffer.
func create(path string, write func(io.Writer) error) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create report: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out := bufio.NewWriter(file)
	if err := write(out); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return out.Flush()
}

func whole(out io.Writer, text []byte) error {
	_, err := out.Write(text)
	return err
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// ReadResult reads the run.json of a report's folder.
func ReadResult(dir string) (result Result, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		return result, fmt.Errorf("read report: %w", err)
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return result, fmt.Errorf("read report: %w", err)
	}
	return result, nil
}

// line is a fact in history.jsonl: what is not set is left out.
type line struct {
	At       float64             `json:"at_ms"`
	Host     string              `json:"host"`
	Name     messages.FactName   `json:"name"`
	Room     messages.Room       `json:"room,omitempty"`
	Took     float64             `json:"took_ms,omitempty"`
	Request  *messages.RequestID `json:"request,omitempty"`
	Handle   *messages.Handle    `json:"handle,omitempty"`
	Party    messages.PartyIndex `json:"party,omitempty"`
	Region   messages.Region     `json:"region,omitempty"`
	Block    string              `json:"block,omitempty"`
	Final    messages.Height     `json:"final,omitempty"`
	Digest   *messages.Hash      `json:"digest,omitempty"`
	Count    int                 `json:"count,omitempty"`
	Code     messages.Code       `json:"code,omitempty"`
	Detail   string              `json:"detail,omitempty"`
	Evidence string              `json:"evidence,omitempty"` // hex
}

// lineOf leaves out what a fact does not set; a zero party, request or block means nothing.
func lineOf(began time.Time, said world.Said) line {
	f := said.Fact
	l := line{At: millis(f.At.Sub(began)), Host: said.Host, Name: f.Name, Room: f.Room,
		Took: millis(f.Took), Party: f.Party, Region: f.Region, Final: f.Final, Count: f.Count,
		Code: f.Code, Detail: f.Detail, Evidence: hex.EncodeToString(f.Evidence)}
	if !f.Request.IsZero() {
		l.Request = &f.Request
	}
	if f.Handle != (messages.Handle{}) {
		l.Handle = &f.Handle
	}
	if !f.Block.IsZero() {
		l.Block = f.Block.String()
	}
	if f.Digest != (messages.Hash{}) {
		l.Digest = &f.Digest
	}
	return l
}

// writeFacts keeps the order of publication, which times alone would not give back.
func writeFacts(out io.Writer, h world.History) error {
	encoder := json.NewEncoder(out)
	for _, said := range h.Facts {
		if err := encoder.Encode(lineOf(h.Began, said)); err != nil {
			return err
		}
	}
	return nil
}
