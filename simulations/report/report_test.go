package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kmsgateway/actors/chain"
	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
	"kmsgateway/simulations/scenario"
	"kmsgateway/simulations/world"
)

var dawn = time.Date(2000, 1, 1, 0, 1, 0, 0, time.UTC)

func after(ms int) time.Time { return dawn.Add(time.Duration(ms) * time.Millisecond) }

func block(number messages.Height) messages.BlockRef {
	return messages.BlockRef{Number: number, Hash: messages.Hash{byte(number)}}
}

func requestID(number uint64) messages.RequestID {
	return messages.RequestID{Chain: world.ChainID, Number: number, Digest: messages.Hash{byte(number)}}
}

// told is a run of two requests, asked at 500 and 1500 ms, whose ends are mined after 4 and 6 s.
func told(t *testing.T) Run {
	t.Helper()
	s, err := scenario.Read("leader-crash")
	if err != nil {
		t.Fatal(err)
	}
	s.About = "What if <script>alert(1)</script> | were \"shown\"?"
	s.Load.Requests, s.Assertions.Fulfilled = 2, 2
	sender := messages.Address{5}
	tx := world.Transaction{Sender: sender, Hash: messages.Hash{0x77},
		Requests: []messages.RequestID{requestID(1), requestID(2)}}
	h := world.History{Seed: 7, Began: dawn, Healed: after(3000), Ended: after(8000),
		Broadcasts: []world.Transaction{tx}, Mined: []world.Transaction{tx},
		Happened: []world.Happened{
			{Fault: world.Fault{Kind: world.FaultCrash}, Hosts: []string{"n1"}, From: after(1000), To: after(3000)},
			{Fault: world.Fault{Kind: world.FaultReorg, Depth: 2}, From: after(2000), To: after(2000)}}}
	say := func(ms int, host string, fact messages.Fact) {
		fact.At = after(ms)
		h.Facts = append(h.Facts, world.Said{Host: host, Fact: fact})
	}
	admit := messages.Admit{To: block(3)}
	for number := uint64(1); number <= 2; number++ {
		id := requestID(number)
		place := messages.EventPlace{Block: block(messages.Height(number + 1))}
		asked := messages.Requested{Request: id, Handles: []messages.Handle{{1}},
			RegisteredAt: []messages.Height{1}, Options: messages.Options{Proof: messages.ProofOpening}, Place: place}
		end := messages.EventPlace{Block: block(messages.Height(2 + 2*number))}
		h.Asked = append(h.Asked, world.Asked{At: after(1000*int(number) - 500), Digest: id.Digest})
		h.Requested = append(h.Requested, asked)
		h.Endings = append(h.Endings, messages.Ended{Request: id, Outcome: messages.OutcomeFulfilled, Place: end})
		h.Heads = append(h.Heads, chain.Head{Ref: end.Block, Time: uint64(after(2000 + 2000*int(number)).Unix())})
		admit.Events = append(admit.Events, messages.Event{Requested: &asked})
		say(1600+int(number), "n2", messages.Fact{Name: messages.FactRequestAdmitted, Request: id, Block: place.Block})
		say(1700, "n1", messages.Fact{Name: messages.FactRequestAdmitted, Request: id, Block: place.Block})
		say(1800, "p1", messages.Fact{Name: messages.FactShareReleased, Request: id, Party: 1})
		say(1900, "n3", messages.Fact{Name: messages.FactRequestOpened, Request: id, Took: time.Millisecond})
		say(1950, "n2", messages.Fact{Name: messages.FactSettlementSent, Request: id, Digest: tx.Hash})
	}
	entries := []messages.Entry{admit, messages.Send{Sender: sender, Tx: []byte{1}, Hash: tx.Hash, Requests: tx.Requests}}
	l := world.Ledger{Node: "n1", Prefixes: []world.Prefix{{Index: 2, Digest: messages.Hash{1}}}}
	for i, entry := range entries {
		l.Entries = append(l.Entries, world.Entry{Index: uint64(i + 1), Entry: entry})
	}
	h.Ledgers = []world.Ledger{l, {Node: "n2", Entries: l.Entries[:1]}}
	return Run{Scenario: s, Named: "leader-crash", Seed: 7, Revision: "abc", History: h}
}

func write(t *testing.T, run Run) (string, Result) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "report")
	result, err := Write(dir, run)
	if err != nil {
		t.Fatal(err)
	}
	return dir, result
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReportOfAGoodRun(t *testing.T) {
	dir, result := write(t, told(t))
	if result.Exit != ExitHeld || result.Outcome != "held" || result.Requests != 2 || result.Fulfilled != 2 ||
		result.P50 != 3500 || result.P99 != 4500 || result.Virtual != 8 {
		t.Errorf("result %+v", result)
	}
	for _, v := range result.Verdicts {
		if v.Standing != laws.Held {
			t.Errorf("law %d is %s: %s %v", v.Law, v.Standing, v.Lacks, v.Breaches)
		}
	}
	var run map[string]any
	if err := json.Unmarshal([]byte(read(t, dir, "run.json")), &run); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"seed": 7.0, "revision": "abc", "deterministic": false, "exit": 0.0,
		"p50_ms": 3500.0, "scenario": "leader-crash"} {
		if run[key] != want {
			t.Errorf("run.json: %s is %v, want %v", key, run[key], want)
		}
	}
	if again, err := ReadResult(dir); err != nil || again.Exit != 0 || len(again.Verdicts) != len(result.Verdicts) {
		t.Errorf("read back: %+v, %v", again, err)
	}
	want := "id,requested_ms,admitted_ms,opened_ms,sent_ms,ended_ms,outcome,latency_ms,node\n" +
		requestID(1).String() + ",500,1601,1900,1950,4000,fulfilled,3500,n3\n" +
		requestID(2).String() + ",1500,1602,1900,1950,6000,fulfilled,4500,n3\n"
	if have := read(t, dir, "requests.csv"); have != want {
		t.Errorf("requests.csv:\n%s", have)
	}
	summary := read(t, dir, "summary.md")
	for _, part := range []string{"# leader-crash, seed 7: held", "| 2 | 2 | 0 | 0 | 0 | 3500 | 4500 | 4500 |",
		"| 10 | after the faults heal", "gateway sim run leader-crash --seed 7", "| 1000 | 3000 | crash | n1 |",
		"&lt;script>", `\|`} {
		if !strings.Contains(summary, part) {
			t.Errorf("summary.md lacks %q:\n%s", part, summary)
		}
	}
	if s, err := scenario.Read(filepath.Join(dir, "scenario.yaml")); err != nil || s.Load.Requests != 2 ||
		s.Topology.Voters != 3 {
		t.Errorf("scenario.yaml: %+v, %v", s, err)
	}
}

func TestHistoryIsOneFactALine(t *testing.T) {
	run := told(t)
	dir, result := write(t, run)
	lines := strings.Split(strings.TrimSpace(read(t, dir, "history.jsonl")), "\n")
	if len(lines) != len(run.History.Facts) || result.Facts != len(lines) {
		t.Fatalf("%d lines of %d facts", len(lines), len(run.History.Facts))
	}
	want := `{"at_ms":1900,"host":"n3","name":"request_opened","took_ms":1,"request":"` + requestID(1).String() + `"}`
	if lines[3] != want {
		t.Errorf("line %s\nwant %s", lines[3], want)
	}
}

// TestTimelineNeedsNothingFromElsewhere reads the page as a browser without a network would.
func TestTimelineNeedsNothingFromElsewhere(t *testing.T) {
	dir, _ := write(t, told(t))
	page := read(t, dir, "timeline.html")
	for _, never := range []string{"<script", "http:", "https:", "//", "src=", "url(", "@import"} {
		if strings.Contains(page, never) {
			t.Errorf("the page holds %q", never)
		}
	}
	for _, part := range []string{"&lt;script&gt;", ">n1 eu-west<", ">p3 ap-south<", "crash [n1], 1000 ms to 3000 ms",
		"reorg of 2 blocks", `class="shared"`, `class="opened"`, `class="sent"`, `class="ended"`,
		requestID(2).String() + ": fulfilled at 6000 ms"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	drawing := xml.NewDecoder(strings.NewReader(page[strings.Index(page, "<svg"):strings.Index(page, "</body>")]))
	for {
		if _, err := drawing.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the drawing is not well formed: %v", err)
		}
	}
}

func TestSameHistorySameBytes(t *testing.T) {
	first, _ := write(t, told(t))
	second, _ := write(t, told(t))
	files, err := os.ReadDir(first)
	if err != nil || len(files) != 6 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		if read(t, first, file.Name()) != read(t, second, file.Name()) {
			t.Errorf("%s differs", file.Name())
		}
	}
}

// TestExitStatus doctors the good run.
func TestExitStatus(t *testing.T) {
	pending := func(r *Run) {
		r.History.Endings = r.History.Endings[:1]
	}
	for _, row := range []struct {
		name   string
		exit   int
		says   string // in summary.md
		change func(*Run)
	}{
		{"a law is broken", ExitBroken, "- law 2: request 1: ended more than once", func(r *Run) {
			r.History.Endings = append(r.History.Endings, r.History.Endings[0])
		}},
		{"ledgers part", ExitBroken, "Law 7 is broken", func(r *Run) {
			r.History.Ledgers[1].Entries = []world.Entry{{Index: 1, Entry: messages.Supersede{After: 1}}}
		}},
		{"an entry that cannot be written", ExitBroken, "Law 7 is broken", func(r *Run) {
			r.History.Ledgers[0].Entries[1].Entry = nil
		}},
		{"pending at the horizon", ExitInconclusive, "1 pending at the end", pending},
		{"pending after the bound", ExitBroken, "pending 1m37s after", func(r *Run) {
			pending(r)
			r.History.Ended = after(100_000)
		}},
		{"a fault lasts to the end", ExitInconclusive, "the faults never healed", func(r *Run) {
			r.History.Healed = time.Time{}
		}},
		{"and need not be judged", ExitHeld, "the faults never healed", func(r *Run) {
			r.History.Healed, r.Scenario.Assertions.Judged = time.Time{}, []int{1, 2}
		}},
		{"the world had trouble", ExitInconclusive, "start n1: no disk", func(r *Run) {
			r.History.Troubles = []string{"start n1: no disk"}
		}},
		{"too few fulfilled", ExitBroken, "at least 2 requests end fulfilled | broken", func(r *Run) {
			r.History.Endings[0].Outcome = messages.OutcomeRejected
		}},
		{"too slow", ExitBroken, "p99 from asked to ended is at most 4s | broken", func(r *Run) {
			r.Scenario.Assertions.P99 = 4 * time.Second
		}},
		{"quick enough", ExitHeld, "p99 from asked to ended is at most 5s | held", func(r *Run) {
			r.Scenario.Assertions.P99 = 5 * time.Second
		}},
		{"never mined", ExitHeld, "| 2 | 1 | 0 | 0 | 1 |", func(r *Run) {
			r.History.Requested, r.History.Endings = r.History.Requested[:1], r.History.Endings[:1]
			r.Scenario.Assertions.Fulfilled = 1
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			run := told(t)
			row.change(&run)
			dir, result := write(t, run)
			if result.Exit != row.exit {
				t.Errorf("exit %d, want %d: %+v", result.Exit, row.exit, result)
			}
			if summary := read(t, dir, "summary.md"); !strings.Contains(summary, row.says) {
				t.Errorf("summary.md lacks %q:\n%s", row.says, summary)
			}
		})
	}
}

func TestSweepHasARowASeed(t *testing.T) {
	good := Of(told(t))
	bad := told(t)
	bad.History.Endings = append(bad.History.Endings, bad.History.Endings[0])
	rows := []SeedRow{{Seed: 7, Result: good}, {Seed: 8, Result: Of(bad)}, {Seed: 9, Failed: "exit status 2: panic"}}
	total := SweepOf("leader-crash", "leader-crash", rows)
	if total.Exit != ExitBroken || total.Held != 1 || total.Broken != 1 || total.Failed != 1 ||
		total.P50 != (Interval{3500, 3500, 3500}) {
		t.Errorf("sweep %+v", total)
	}
	dir := t.TempDir()
	if err := WriteSweep(dir, total, rows); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(strings.NewReader(read(t, dir, "sweep.csv"))).ReadAll()
	if err != nil || len(table) != 4 || table[2][0] != "8" || table[2][1] != "10" || table[2][10] != "2" ||
		table[3][12] != "exit status 2: panic" {
		t.Errorf("sweep.csv %v, %v", table, err)
	}
	summary := read(t, dir, "summary.md")
	for _, part := range []string{"1 held, 1 broken, 0 inconclusive, 1 failed", "seed 8, exit 10: law 2 broken",
		"\n    gateway sim run leader-crash --seed 8\n", "\n    gateway sim run leader-crash --seed 9\n"} {
		if !strings.Contains(summary, part) {
			t.Errorf("summary.md lacks %q:\n%s", part, summary)
		}
	}
	if only := SweepOf("x", "x", rows[:1]); only.Exit != ExitHeld || len(only.Replays) != 0 {
		t.Errorf("one good seed: %+v", only)
	}
	if failed := SweepOf("x", "x", rows[2:]); failed.Exit != ExitFailed {
		t.Errorf("one failed seed: %+v", failed)
	}
}

// TestBootstrapInterval checks it where it is known: of 1 to 99 the median is 50, and the binomial
// interval of its order statistics is 40 to 60.
func TestBootstrapInterval(t *testing.T) {
	var values []float64
	for i := range 99 {
		values = append(values, float64(i+1))
	}
	i := bootstrap(values)
	if i.Median != 50 || i.Low < 36 || i.Low > 44 || i.High < 56 || i.High > 64 || i != bootstrap(values) {
		t.Errorf("interval %+v", i)
	}
	if got := bootstrap([]float64{1, 2}).Median; got != 1.5 {
		t.Errorf("median %v", got)
	}
}

func TestTicksAreRoundAndFew(t *testing.T) {
	for length, want := range map[time.Duration]time.Duration{
		time.Second: 100 * time.Millisecond, 3 * time.Second: 200 * time.Millisecond,
		30 * time.Second: 2 * time.Second, 24 * time.Hour: 5000 * time.Second} {
		if got := step(length); got != want {
			t.Errorf("%v: every %v, want %v", length, got, want)
		}
	}
}

func TestQuantiles(t *testing.T) {
	values := []float64{4, 1, 3, 2}
	for q, want := range map[float64]float64{0.5: 2, 0.75: 3, 0.95: 4, 0.99: 4} {
		if got := quantile(values, q); got != want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if quantile(nil, 0.5) != 0 || !bytes.Equal([]byte(number(1234.56789)), []byte("1234.568")) {
		t.Error("an empty quantile, or a number")
	}
}
