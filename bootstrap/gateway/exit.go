package main

import (
	"errors"
	"io/fs"
	"strings"

	"kmsgateway/bootstrap"
	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/demo"
	"kmsgateway/messages"
)

// Exit statuses, after sysexits.h where it has one.
const (
	exitOK          = 0
	exitError       = 1
	exitDegraded    = 2
	exitBelow       = 3
	exitNotFound    = 4
	exitConflict    = 5
	exitUsage       = 64
	exitMalformed   = 65
	exitTryAgain    = 75
	exitPermission  = 77
	exitConfig      = 78
	exitInterrupted = 130
)

// errInterrupted says that a command was stopped by a signal before it was done.
var errInterrupted = errors.New("interrupted")

// usageError is a command line that does not parse.
type usageError struct{ error }

func usage(err error) error { return usageError{err} }

// exitStatus maps an error to the status that scripts rely on.
func exitStatus(err error) int {
	var misuse usageError
	var simulated simStatus
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &misuse), strings.HasPrefix(err.Error(), "unknown command"),
		strings.HasPrefix(err.Error(), "required flag"):
		return exitUsage
	case errors.As(err, &simulated):
		return simulated.exit()
	}
	if status := doorStatus(err); status != exitOK {
		return status
	}
	switch messages.CodeOf(err) {
	case messages.CodeMalformedInput:
		return exitMalformed
	case messages.CodeConfig:
		return exitConfig
	case messages.CodeBelowThreshold, messages.CodeNotLeader:
		return exitBelow
	case messages.CodeConflict:
		return exitConflict
	case messages.CodeOverloaded, messages.CodeDeadline, messages.CodeChainUnavailable,
		messages.CodeShuttingDown:
		return exitTryAgain
	case messages.CodeACLDenied, messages.CodePolicy, messages.CodeIdentityRefused:
		return exitPermission
	default:
		return exitError
	}
}

// doorStatus is the status of what has no code: who is not found, who does not answer, who may not
// ask, and who answers and does not do well; exitOK for the rest.
func doorStatus(err error) int {
	var graded gradedError
	switch {
	case errors.Is(err, bootstrap.ErrNotMember), errors.Is(err, admin.ErrNotFound),
		errors.Is(err, demo.ErrNoFleet), errors.Is(err, demo.ErrNotRunning):
		return exitNotFound
	case errors.Is(err, admin.ErrAway):
		return exitTryAgain
	case errors.As(err, &graded):
		return graded.exit()
	case errors.Is(err, fs.ErrPermission) && messages.CodeOf(err) == messages.CodeInternal:
		return exitPermission
	default:
		return exitOK
	}
}
