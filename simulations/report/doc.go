// Package report turns the history of a run into a folder that a researcher can keep: the same
// history makes the same bytes.
//
//	scenario.yaml   the scenario, defaults included
//	run.json        Result: seed, revision, verdicts, counts, quantiles, exit
//	history.jsonl   one fact a line, in the order of publication
//	requests.csv    one row a request
//	summary.md      the same for people
//	timeline.html   one lane a node and party, faults shaded; needs nothing from elsewhere
//
// A sweep over seeds has a folder a seed and, above them, sweep.csv and summary.md.
package report
