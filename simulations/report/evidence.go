package report

import (
	"kmsgateway/messages"
	"kmsgateway/simulations/laws"
	"kmsgateway/simulations/scenario"
	"kmsgateway/simulations/world"
)

// evidence is what a world left behind, with what its scenario asserts.
func evidence(a scenario.Assertions, h world.History) laws.History {
	e := h.Laws()
	e.Apart, e.Bound = messages.Height(a.Supersedes), a.Bound
	return e
}
