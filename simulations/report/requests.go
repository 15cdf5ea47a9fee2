package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/world"
)

// row is one request from its user's side. Times that never came are zero.
type row struct {
	id                                      string
	requested, admitted, opened, sent, ends time.Time
	outcome                                 messages.Outcome // 0 while pending
	node                                    string           // that opened it first
}

// latency is meaningful for a request that ended.
func (r row) latency() time.Duration { return r.ends.Sub(r.requested) }

// columns of requests.csv; times are milliseconds from when the cluster was ready.
var columns = [...]string{"id", "requested_ms", "admitted_ms", "opened_ms", "sent_ms", "ended_ms",
	"outcome", "latency_ms", "node"}

// rowsOf gives each request that was asked a row, in the order of asking. Facts tell when something
// was first said, by the clock of who said it.
func rowsOf(h world.History) []row {
	numbers := make(map[messages.Hash]messages.RequestID)
	for _, requested := range h.Requested {
		numbers[requested.Request.Digest] = requested.Request
	}
	ended := h.EndedAt()
	outcomes := make(map[messages.RequestID]messages.Outcome)
	for _, end := range slices.Backward(h.Endings) { // the first counts; law 2 speaks of others
		outcomes[end.Request] = end.Outcome
	}
	rows := make([]row, 0, len(h.Asked))
	place := make(map[messages.Hash]int)
	for _, asked := range h.Asked {
		id, mined := numbers[asked.Digest]
		if !mined {
			id = messages.RequestID{Chain: world.ChainID, Digest: asked.Digest}
		}
		place[asked.Digest] = len(rows)
		rows = append(rows, row{id: id.String(), requested: asked.At, ends: ended[id],
			outcome: outcomes[id]})
	}
	for _, said := range h.Facts {
		if i, known := place[said.Fact.Request.Digest]; known {
			rows[i].hear(said)
		}
	}
	return rows
}

// hear notes the first of each kind of fact.
func (r *row) hear(said world.Said) {
	first := func(at *time.Time) bool {
		earlier := at.IsZero() || said.Fact.At.Before(*at)
		if earlier {
			*at = said.Fact.At
		}
		return earlier
	}
	switch said.Fact.Name {
	case messages.FactRequestAdmitted:
		first(&r.admitted)
	case messages.FactRequestOpened:
		if first(&r.opened) {
			r.node = said.Host
		}
	case messages.FactSettlementSent:
		first(&r.sent)
	}
}

// writeRequests writes requests.csv.
func writeRequests(out io.Writer, began time.Time, rows []row) error {
	table := csv.NewWriter(out)
	if err := table.Write(columns[:]); err != nil {
		return fmt.Errorf("write requests: %w", err)
	}
	for _, r := range rows {
		latency := ""
		if !r.ends.IsZero() {
			latency = number(millis(r.latency()))
		}
		outcome := r.outcome.String()
		if r.outcome == 0 {
			outcome = "pending"
		}
		cells := []string{r.id, since(began, r.requested), since(began, r.admitted),
			since(began, r.opened), since(began, r.sent), since(began, r.ends), outcome, latency,
			r.node}
		if err := table.Write(cells); err != nil {
			return fmt.Errorf("write requests: %w", err)
		}
	}
	table.Flush()
	return table.Error()
}

// since renders milliseconds, "" for what never was.
func since(began, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return number(millis(at.Sub(began)))
}

// number renders with at most three decimals.
func number(value float64) string {
	return strconv.FormatFloat(float64(int64(value*1000+0.5))/1000, 'f', -1, 64)
}

// quantile is the smallest value that at least the share q of all do not exceed; 0 for none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	at := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(at, 0), len(sorted)-1)]
}
