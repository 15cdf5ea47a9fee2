// Package scenario reads the file that says what a simulation is: what there is, what is asked of
// it, what goes wrong and when, and what must hold. The same file is for every executor; Compile
// turns it into the plan of the one in virtual time.
//
//	scenario.go   the file's structure and its defaults
//	read.go       strict YAML: an unknown key, or a value of another kind, is refused with its line
//	check.go      what single values cannot say: relations, and what each mode of a fault needs
//	compile.go    scenario -> world.Plan; a fault that the executor cannot do is an error
//	builtin.go    the scenarios that come with the program, and the published schema
//
// It is no place for randomness: everything that is drawn is drawn by the executor from its seed.
package scenario
