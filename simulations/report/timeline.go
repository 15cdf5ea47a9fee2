package report

import (
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/world"
)

//go:embed timeline.html.tmpl
var page string

// Measures of the drawing, in pixels.
const (
	drawnWidth  = 1400
	drawnLeft   = 110
	drawnRight  = 20
	laneHeight  = 22
	chainLanes  = 8 // over which requests spread, so that their lines can be told apart
	chainHeight = 6 // of each
	ticks       = 20
	maxMarks    = 20_000 // a browser takes these at once
)

// drawing is what the page shows.
type drawing struct {
	Title, About                             string
	Width, Height, Left, Foot, FootText, Cut int
	Lanes                                    []lane
	Ticks                                    []mark
	Shades                                   []shade
	Lines                                    []stroke
	Marks                                    []mark

	began  time.Time
	length time.Duration
	host   map[string]int // height of its lane's middle
}

// lane is the strip of one host: its line, and where its name stands.
type lane struct {
	Name     string
	Y, TextY int
}

// shade is a fault over a lane, for as long as it lasted.
type shade struct {
	X, W float64
	Y, H int
	Says string
}

// stroke is a request, from asked to ended.
type stroke struct {
	X, X2 float64
	Y     int
	Says  string
}

// mark is a moment; Says is shown where one points at it.
type mark struct {
	X     float64
	Y     int
	Class string
	Says  string
}

// writeTimeline writes the page: one lane a node and party, and the chain's above them.
func writeTimeline(out io.Writer, run Run, r Result) error {
	page, err := template.New("timeline").Parse(page)
	if err != nil {
		return fmt.Errorf("parse timeline: %w", err)
	}
	d := newDrawing(run, r)
	d.shadeFaults(run.History)
	d.drawRequests(rowsOf(run.History), run.History.Ended)
	d.drawFacts(run.History.Facts)
	return page.Execute(out, d)
}

// newDrawing lays out the lanes in the order of the scenario, so that two runs can be laid side by
// side.
func newDrawing(run Run, r Result) *drawing {
	h := run.History
	d := &drawing{Title: fmt.Sprintf("%s, seed %d: %s", r.Scenario, r.Seed, r.Outcome),
		About: run.Scenario.About, Width: drawnWidth, Left: drawnLeft, began: h.Began,
		length: max(h.Ended.Sub(h.Began), time.Millisecond), host: map[string]int{}}
	top := chainLanes*chainHeight + laneHeight
	d.Lanes = append(d.Lanes, lane{"chain", top - laneHeight/4, top / 2})
	add := func(host, name string) {
		middle := top + laneHeight/2
		d.host[host] = middle
		d.Lanes = append(d.Lanes, lane{name, top + laneHeight, middle + 4})
		top += laneHeight
	}
	for _, node := range run.Scenario.Topology.Nodes {
		add(node.Name, node.Name+" "+node.Region)
	}
	for i, region := range run.Scenario.Topology.Parties {
		name := world.PartyName(messages.PartyIndex(i + 1))
		add(name, name+" "+region)
	}
	d.Foot, d.FootText, d.Height = top, top+14, top+laneHeight
	every := step(d.length)
	for at := time.Duration(0); at <= d.length; at += every {
		d.Ticks = append(d.Ticks, mark{X: d.x(h.Began.Add(at)), Says: at.String()})
	}
	return d
}

// step is the round time between two ticks, of which there are at most so many.
func step(length time.Duration) time.Duration {
	every := 100 * time.Millisecond
	for i := 0; length/every > ticks; i++ {
		every = every * [...]time.Duration{2, 5, 2}[i%3] / [...]time.Duration{1, 2, 1}[i%3]
	}
	return every
}

// x is where a time lies, in tenths of a pixel, within the drawing.
func (d *drawing) x(at time.Time) float64 {
	share := float64(at.Sub(d.began)) / float64(d.length)
	x := drawnLeft + min(max(share, 0), 1)*(drawnWidth-drawnLeft-drawnRight)
	return float64(int(x*10)) / 10
}

// moment renders a time as tables do, from when the cluster was ready.
func (d *drawing) moment(at time.Time) string { return since(d.began, at) + " ms" }

// shadeFaults shades the lanes of those whom a fault met; what met nobody is the chain's.
func (d *drawing) shadeFaults(h world.History) {
	for _, f := range h.Happened {
		x := d.x(f.From)
		s := shade{X: x, W: max(d.x(f.To)-x, 2), H: laneHeight, Says: fmt.Sprintf("%s %v, %s to %s",
			f.Kind, f.Hosts, d.moment(f.From), d.moment(f.To))}
		if len(f.Hosts) == 0 {
			s.H, s.Says = d.Foot, fmt.Sprintf("%s of %d blocks, %s", f.Kind, f.Depth, d.moment(f.From))
			d.Shades = append(d.Shades, s)
		}
		for _, host := range f.Hosts {
			if middle, known := d.host[host]; known {
				s.Y = middle - laneHeight/2
				d.Shades = append(d.Shades, s)
			}
		}
	}
}

// drawRequests draws each request's life in the chain's lane.
func (d *drawing) drawRequests(rows []row, end time.Time) {
	for i, r := range rows {
		if d.full() {
			return
		}
		y := laneHeight/2 + i%chainLanes*chainHeight
		until, class := r.ends, "ended"
		says := fmt.Sprintf("%s: %s at %s", r.id, r.outcome, d.moment(r.ends))
		if r.ends.IsZero() {
			until, class, says = end, "pending", r.id+": pending"
		}
		d.Lines = append(d.Lines, stroke{d.x(r.requested), d.x(until), y, says})
		d.Marks = append(d.Marks, mark{d.x(until), y, class, says})
	}
}

// drawFacts marks in the lanes of hosts what they did for requests.
func (d *drawing) drawFacts(facts []world.Said) {
	classes := map[messages.FactName]string{
		messages.FactBlockScanned:   "leads",
		messages.FactShareReleased:  "shared",
		messages.FactRequestOpened:  "opened",
		messages.FactSettlementSent: "sent",
	}
	for _, said := range facts {
		class, shown := classes[said.Fact.Name]
		y, known := d.host[said.Host]
		if !shown || !known {
			continue
		}
		if d.full() {
			return
		}
		d.Marks = append(d.Marks, mark{d.x(said.Fact.At), y, class, d.words(said)})
	}
}

// words say what a mark is.
func (d *drawing) words(said world.Said) string {
	what := "block " + said.Fact.Block.String()
	if !said.Fact.Request.IsZero() {
		what = said.Fact.Request.String()
	}
	return fmt.Sprintf("%s %s: %s at %s", said.Host, said.Fact.Name, what, d.moment(said.Fact.At))
}

// full tells whether the drawing holds all it may, and says so in it.
func (d *drawing) full() bool {
	if len(d.Marks) < maxMarks {
		return false
	}
	d.Cut = maxMarks
	return true
}
