// Package circuit is how every client of something outside the process calls it: with a time limit,
// a bound on the calls in flight, and a breaker that stops calling what keeps failing. It is the
// one constructor of such clients, so that none is built without the three.
//
// A breaker is closed while calls go through. It opens when Failures of the last Window calls
// failed; then calls are refused at once, which spares both sides. After Rest one call is let
// through: if it succeeds the breaker closes, else it opens again. What the caller gave up itself
// (a cancelled hedge, a stopping node) says nothing about the other side and is not counted, and
// what the other side refused in good health (Config.Answered) counts as success.
//
// The package publishes FactCallDone for each call that came to an end and FactCircuitChanged for
// each change of state; it holds no other state and starts no goroutine.
package circuit
