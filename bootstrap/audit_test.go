package bootstrap

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kmsgateway/messages"
)

func auditLines(t *testing.T, path string) []auditEntry {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []auditEntry
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var entry auditEntry
		strict := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&entry); err != nil {
			t.Fatalf("line %q: %v", lines.Text(), err)
		}
		out = append(out, entry)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func openedAudit(t *testing.T, path string) *auditLog {
	t.Helper()
	log, err := openAudit(path, "node-1")
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func closed(t *testing.T, log *auditLog) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Error(err)
	}
}

// TestAuditKeepsWhatEarlierRunsWrote opens the same file thrice.
func TestAuditKeepsWhatEarlierRunsWrote(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	for run := range 3 {
		log := openedAudit(t, path)
		log.Append(messages.Fact{Name: messages.FactShareReleased, Room: messages.RoomParty,
			Party: messages.PartyIndex(run + 1)})
		closed(t, log)
	}
	lines := auditLines(t, path)
	if len(lines) != 3 || lines[0].Party != 1 || lines[1].Party != 2 || lines[2].Party != 3 {
		t.Errorf("the file holds %+v", lines)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, want 0600", info.Mode().Perm())
	}
}

// TestAuditLosesNothingAtClose appends from several goroutines, more than the backlog holds, and
// closes at once.
func TestAuditLosesNothingAtClose(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const writers, each = 4, auditBacklog/2 + 1
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	log := openedAudit(t, path)
	var all sync.WaitGroup
	for writer := range writers {
		all.Go(func() {
			for i := range each {
				log.Append(messages.Fact{Name: messages.FactShareReleased, Final: messages.Height(i + 1),
					Party: messages.PartyIndex(writer + 1)})
			}
		})
	}
	all.Wait()
	closed(t, log)
	log.Append(messages.Fact{Name: messages.FactShareReleased}) // too late, and no panic
	closed(t, log)
	last := make(map[uint16]uint64)
	lines := auditLines(t, path)
	for _, line := range lines {
		if line.Final != last[line.Party]+1 {
			t.Fatalf("party %d: entry %d follows %d", line.Party, line.Final, last[line.Party])
		}
		last[line.Party] = line.Final
	}
	if len(lines) != writers*each {
		t.Errorf("%d entries are on disk, want %d", len(lines), writers*each)
	}
}

func TestAuditEntryTellsAllOfTheFact(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	log := openedAudit(t, path)
	fact := fullFact(messages.FactShareRefused)
	log.Append(fact)
	log.Append(messages.Fact{Name: messages.FactRequestClosed, Room: messages.RoomLedger, At: fact.At})
	closed(t, log)
	want := auditEntry{At: fact.At.UTC(), Process: "node-1", Room: "party", Fact: "share_refused",
		Request: fact.Request.String(), Handle: fact.Handle.String(), Party: 3, Region: "eu-west",
		Block: fact.Block.String(), Final: 41, Digest: fact.Digest.String(), Code: "POLICY",
		Detail: "a test", Evidence: "0102"}
	lines := auditLines(t, path)
	if len(lines) != 2 || lines[0] != want {
		t.Fatalf("have %+v\nwant %+v", lines, want)
	}
	bare := auditEntry{At: fact.At.UTC(), Process: "node-1", Room: "ledger", Fact: "request_closed"}
	if lines[1] != bare {
		t.Errorf("what is not set is told: %+v", lines[1])
	}
}

func TestAuditReportsWhatItCouldNotWrite(t *testing.T) {
	t.Parallel()
	if _, err := openAudit(filepath.Join(t.TempDir(), "missing", "audit.jsonl"), "node-1"); err == nil ||
		messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("a folder that is not there: %v", err)
	}
	log := openedAudit(t, filepath.Join(t.TempDir(), "audit.jsonl"))
	if err := log.file.Close(); err != nil { // the disk goes away under the log
		t.Fatal(err)
	}
	for range 2 * auditBacklog { // a full backlog and a failing disk must not hold the process up
		log.Append(messages.Fact{Name: messages.FactShareReleased})
	}
	if err := log.Close(); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("a failed write is reported as %v", err)
	}
	shown := (&observed{audit: log}).health(nil)
	if len(shown) != 1 || shown[0].Grade != messages.Down || shown[0].Room != roomAudit {
		t.Errorf("health shows %v", shown)
	}
}

// fullFact has every field set.
func fullFact(name messages.FactName) messages.Fact {
	return messages.Fact{Name: name, Room: messages.RoomParty,
		At:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Took:    50 * time.Millisecond,
		Request: messages.RequestID{Chain: 1337, Number: 7, Digest: messages.Hash{9}},
		Handle:  messages.Handle{1}, Party: 3, Region: "eu-west",
		Block: messages.BlockRef{Number: 40, Hash: messages.Hash{4}}, Final: 41,
		Digest: messages.Hash{5}, Count: 2, Code: messages.CodePolicy, Detail: "a test",
		Evidence: []byte{1, 2}}
}
