package report

import (
	"time"

	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
	"kmsgateway/simulations/scenario"
	"kmsgateway/simulations/world"
)

// evidence is what a world left behind as the laws want it.
func evidence(s scenario.Scenario, h world.History) laws.History {
	e := h.Laws()
	e.Apart, e.Bound = messages.Height(s.Assertions.Supersedes), s.Assertions.Bound
	return e
}

// ending is how and when a request ended on the canonical chain.
type ending struct {
	at      time.Time // of the block
	outcome messages.Outcome
}

func endedAt(h world.History) map[messages.RequestID]ending {
	at := h.EndedAt()
	ends := make(map[messages.RequestID]ending)
	for _, end := range h.Endings {
		if _, twice := ends[end.Request]; !twice { // law 2 speaks of those
			ends[end.Request] = ending{at[end.Request], end.Outcome}
		}
	}
	return ends
}
