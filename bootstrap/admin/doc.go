// Package admin is the door by which the operator of a process, on its own machine, asks it how it
// is and tells it what to do: HTTP/1.1 with JSON over a unix socket in the process's data folder.
//
// The server (Start) answers through an Operator, which is what the process does; the client (Dial)
// is an Operator itself, so that a command of the command line calls the same methods that the
// process implements.
//
// The socket is the only lock on the door: who may open it may write the data folder, and who may
// write that folder owns the process already. bootstrap/DESIGN.md says more.
package admin
